"""What a page of the host needs to mount a module of a Forge app and to answer its bridge."""

from typing import Any

from synthetics.standin.forge_apps import ForgeApp, ForgeModule
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import User
from synthetics.standin.switches import CONSENT


def extension_of(
    app: ForgeApp, module: ForgeModule, context: SiteContext, user: User, *, path: str, **place: Any
) -> dict[str, Any]:
    """The description of a module that the page gives to its scripts, as JSON.

    Args:
        app: The app.
        module: Its module.
        context: What the parts of the site share.
        user: Who looks at the page.
        path: The page's path, below which the app may keep a history of its own.
        **place: More of the bridge context's ``extension``: for example ``issue`` or ``config``.

    Returns:
        The description: ``url`` is missing where the host draws the module itself (UI Kit).
    """
    cdn = context.addresses.cdn
    names = [each.resource for each in app.modules if each.resource is not None]
    resources = {name: f"{cdn}{app.place(name)}/index.html" for name in names}
    return {
        "app": app.id,
        "cdn": cdn,
        **({} if module.resource is None else {"url": resources[module.resource], "resources": resources}),
        "title": module.title,
        "path": path,
        "consent": app.needs_consent and context.switches.is_on(CONSENT),
        "context": {
            "accountId": user.account_id,
            "cloudId": context.persona.cloud_id,
            "environmentId": app.environment_id,
            "environmentType": "PRODUCTION",
            "extension": {"type": module.kind.value, **place},
            "license": {"active": context.is_licensed(context.persona.key_of(app))},
            "localId": app.local_id(module),
            "locale": "en-US",
            "moduleKey": module.key,
            "siteUrl": context.addresses.site,
            "timezone": "Europe/Stockholm",
            "theme": {"colorMode": "light", "dark": "dark", "light": "light", "spacing": "spacing"},
        },
    }
