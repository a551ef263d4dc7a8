"""Macros of apps: on a page, in the editor, and what their configuration panels ask for."""

from collections.abc import Callable, Mapping
from typing import Any

from synthetics.standin.confluence_state import Page
from synthetics.standin.confluence_storage import Macro
from synthetics.standin.forge_apps import ForgeApp, ForgeApps, ForgeModule, ModuleKind
from synthetics.standin.forge_extension import extension_of
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import User

# What a macro's panel asks for, by the key of its module.
_FIELDS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "release-notes": (
        {"name": "project", "label": "Project key", "note": "The project whose versions are listed."},
        {"name": "heading", "label": "Heading", "note": "Shown above the list; leave it empty for the project's name."},
        {"name": "limit", "label": "Number of versions", "note": "The newest ones; leave it empty for all."},
    )
}


def page_extension(macro: Macro, page: Page, context: SiteContext, user: User) -> dict[str, Any] | None:
    """What a page needs to mount a macro's app.

    Args:
        macro: The macro.
        page: The page that it is in.
        context: What the parts of the site share.
        user: Who looks at the page.

    Returns:
        The description for the page's scripts; None where no app of this site has such a macro.
    """
    app = context.persona.apps.of_extension(macro.extension_id)
    module = None if app is None else app.module(ModuleKind.MACRO)
    if app is None or module is None:
        return None
    space = context.confluence.space
    return extension_of(
        app,
        module,
        context,
        user,
        path=f"/wiki/spaces/{space.key}/pages/{page.id}",
        config=dict(macro.config),
        content={"id": page.id, "type": "page"},
        space={"id": space.id, "key": space.key},
        isEditing=False,
    )


def editor_macro(macro: Macro) -> dict[str, Any]:
    """A macro as the editor's script needs it: what stands before and after its settings in the storage format."""
    before, after = macro.halves()
    module = macro.extension_key.rpartition("/")[2]
    return {
        "kind": "macro",
        "title": macro.title,
        "config": dict(macro.config),
        "fields": list(_FIELDS.get(module, ())),
        "before": before,
        "after": after,
    }


def new_macros(apps: ForgeApps, local_id: Callable[[], str]) -> list[dict[str, Any]]:
    """Every macro that can be put into a page, without settings.

    Args:
        apps: Those that are installed.
        local_id: Makes a name for each.
    """
    return [editor_macro(_macro(app, module, local_id())) for app, module in apps.with_module(ModuleKind.MACRO)]


def _macro(app: ForgeApp, module: ForgeModule, local_id: str) -> Macro:
    return Macro(
        extension_key=f"{app.id}/{app.environment_id}/static/{module.key}",
        extension_id=app.local_id(module),
        title=module.title,
        local_id=local_id,
        config={},
    )
