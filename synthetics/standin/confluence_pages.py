"""The pages of Confluence that a person sees."""

import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from synthetics.standin import confluence_storage, seed
from synthetics.standin.confluence_macros import editor_macro, new_macros, page_extension
from synthetics.standin.confluence_shapes import page_path
from synthetics.standin.confluence_state import NoSuchPageError, Page
from synthetics.standin.confluence_storage import Macro
from synthetics.standin.forge_apps import ModuleKind
from synthetics.standin.rendering import fragment, render
from synthetics.standin.site_context import Page as Endpoint
from synthetics.standin.site_context import SiteContext, behind_sign_in
from synthetics.standin.state import User

HOME_PATH = "/wiki/home"


class ConfluencePages:
    """The pages, each behind sign-in.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._confluence = context.confluence
        self._space = context.confluence.space

    def routes(self) -> list[Route]:
        """Where they are."""
        space = f"/wiki/spaces/{self._space.key}"
        shown: dict[str, Endpoint] = {
            "/wiki": _moved_to(HOME_PATH),
            "/wiki/": _moved_to(HOME_PATH),
            HOME_PATH: self._home,
            "/wiki/spaces": _moved_to(HOME_PATH),
            space: _moved_to(f"{space}/overview"),
            f"{space}/overview": self._overview,
            f"{space}/settings": self._settings,
            "/wiki/spaces/viewspacesummary.action": _moved_to(f"{space}/settings"),
            "/wiki/create-content/page": self._new_page,
            f"{space}/pages/edit-v2/{{id}}": self._editor,
            "/wiki/pages/viewpage.action": self._page_by_query,
            f"{space}/pages/{{id}}": self._page,
            f"{space}/pages/{{id}}/{{slug}}": self._page,
            "/wiki/{path:path}": self._not_found,
        }
        return [Route(path, behind_sign_in(self._context, page)) for path, page in shown.items()]

    async def _home(self, _request: Request, user: User) -> Response:
        newest = sorted(self._confluence.pages(), key=lambda page: (page.edited, int(page.id)), reverse=True)
        return self._shown("confluence_home.html", user, title="Home", newest=newest[:6])

    async def _overview(self, _request: Request, user: User) -> Response:
        return await self._view(self._space.homepage_id, user, title=self._space.name, template="confluence_space.html")

    async def _settings(self, _request: Request, user: User) -> Response:
        macros = self._context.persona.apps.with_module(ModuleKind.MACRO)
        count = len(self._confluence.pages())
        return self._shown("confluence_settings.html", user, title="Space settings", macros=macros, pages=count)

    async def _page(self, request: Request, user: User) -> Response:
        return await self._view(request.path_params["id"], user)

    async def _page_by_query(self, request: Request, user: User) -> Response:
        return await self._view(request.query_params.get("pageId", ""), user)

    async def _view(
        self, page_id: str, user: User, title: str | None = None, template: str = "confluence_page.html"
    ) -> Response:
        try:
            page = self._confluence.page(page_id)
        except NoSuchPageError:
            return self._lost(user)
        body = confluence_storage.to_html(page.body, self._mount(page, user))
        return self._shown(template, user, title=title or page.title, page=page, body=body, above=self._above(page))

    def _mount(self, page: Page, user: User) -> Callable[[Macro], Markup]:
        """Makes the places of a page's macros."""

        def mount(macro: Macro) -> Markup:
            extension = page_extension(macro, page, self._context, user)
            return fragment("confluence_macro.html", {"title": macro.title, "extension": extension})

        return mount

    async def _editor(self, request: Request, user: User) -> Response:
        try:
            page = self._confluence.page(request.path_params["id"])
        except NoSuchPageError:
            return self._lost(user)
        edited = {
            "id": page.id,
            "title": page.title,
            "version": page.version,
            "path": f"/wiki{page_path(self._space, page)}",
            "blocks": [
                editor_macro(block)
                if isinstance(block, Macro)
                else {"kind": "words", "text": block.text, "storage": block.storage}
                for block in confluence_storage.blocks(page.body)
            ],
        }
        return self._edit(edited, user, f"Edit - {page.title}")

    async def _new_page(self, _request: Request, user: User) -> Response:
        blocks = [{"kind": "words", "text": "", "storage": ""}]
        edited = {"id": None, "title": "", "version": 0, "path": HOME_PATH, "blocks": blocks}
        return self._edit(edited, user, "New page")

    def _edit(self, edited: dict[str, Any], user: User, title: str) -> Response:
        draft = {
            **edited,
            "spaceId": self._space.id,
            "spacePath": f"/wiki/spaces/{self._space.key}",
            # A macro that is put in needs a name of its own, and only a page from this server can have made it.
            "insertable": new_macros(self._context.persona.apps, lambda: str(uuid.uuid4())),
        }
        return self._shown("confluence_editor.html", user, title=title, draft=draft, is_new=edited["id"] is None)

    async def _not_found(self, _request: Request, user: User) -> Response:
        return self._lost(user)

    def _lost(self, user: User) -> Response:
        return self._shown("confluence_lost.html", user, HTTPStatus.NOT_FOUND, title="Page not found")

    def _above(self, page: Page) -> list[Page]:
        """The pages above a page, the homepage first."""
        above: list[Page] = []
        while page.parent_id is not None:
            page = self._confluence.page(page.parent_id)
            above.insert(0, page)
        return above

    def _shown(self, template: str, user: User, status: HTTPStatus = HTTPStatus.OK, /, **context: Any) -> Response:
        around = {
            "build": seed.BUILD,
            "user": user,
            "space": self._space,
            "tree": self._confluence.below(self._space.homepage_id),
            "path_of": lambda page: f"/wiki{page_path(self._space, page)}",
            "page": None,
            "switched_on": self._context.switches.names(),
        }
        frames = f"frame-src {self._context.addresses.cdn}"
        policy = f"default-src 'self'; {frames}; frame-ancestors 'self'; object-src 'none'; base-uri 'none'"
        return render(template, {**around, **context}, status_code=status, headers={"Content-Security-Policy": policy})


def _moved_to(path: str) -> Endpoint:
    async def moved(_request: Request, _user: User) -> Response:
        return RedirectResponse(path, HTTPStatus.FOUND)

    return moved
