"""The site's side of Connect: the pages and panels that hold an app's frame, and the tokens that the app gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.connect_installation import APP_TITLE, PAGE_KEY, PANEL_KEY
from synthetics.standin.jira_pages import JiraPages
from synthetics.standin.rendering import fragment
from synthetics.standin.rest_errors import RestError
from synthetics.standin.site_context import SiteContext, behind_sign_in
from synthetics.standin.state import Issue, User

_SERVLET = "/plugins/servlet/ac/{addon}/{module}"
_TITLES = {PAGE_KEY: APP_TITLE, PANEL_KEY: APP_TITLE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What a page that holds the app is about.

    Args:
        addon: The app's key.
        module: The app's module that is shown.
        project: The project's key.
        issue: The issue's key; None where the page is about no issue.
    """

    addon: str
    module: str
    project: str
    issue: str | None = None

    def parameters(self) -> dict[str, str]:
        """As in the addresses of pages and frames."""
        issue = {} if self.issue is None else {"issue.key": self.issue}
        return {"project.key": self.project, **issue}

    def path(self) -> str:
        """Where the module is below the site, and where its address is renewed."""
        return f"/plugins/servlet/ac/{self.addon}/{self.module}?{urlencode(self.parameters())}"


class ConnectHost:
    """The site's side of the one installed Connect app.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._jira = context.jira
        self._addon = context.connect.addon_key

    def links(self) -> Sequence[tuple[str, str]]:
        """Title and path of the app's pages in the project."""
        return ((APP_TITLE, Place(addon=self._addon, module=PAGE_KEY, project=self._jira.project.key).path()),)

    def panels(self, issue: Issue, user: User) -> Markup:
        """The app's panels of an issue, as the issue view shows them."""
        place = Place(addon=self._addon, module=PANEL_KEY, project=self._jira.project.key, issue=issue.key)
        return fragment("connect_panel.html", {"extension": self.extension(place, user)})

    def routes(self, pages: JiraPages) -> list[Route]:
        """Where the app's pages are, and where its frames' scripts ask for tokens.

        Args:
            pages: Make what every page of Jira has around it.
        """

        async def page(request: Request, user: User) -> Response:
            try:
                place = self._place(request)
            except RestError:
                return pages.page("not_found.html", user, HTTPStatus.NOT_FOUND, title="Page not found")
            extension = self.extension(place, user)
            title = _TITLES[place.module]
            return pages.page("connect_page.html", user, title=title, path=place.path(), extension=extension)

        return [
            Route(_SERVLET, behind_sign_in(self._context, page)),
            Route(_SERVLET, self.renew, methods=["POST"]),
            Route(f"{_SERVLET}/token", self.token, methods=["POST"]),
        ]

    def extension(self, place: Place, user: User) -> dict[str, Any]:
        """What a page needs to mount the app's frame and to answer its calls.

        Args:
            place: What the page is about.
            user: Who looks at it.

        Returns:
            The description, JSON. The token in its address is good for some minutes.
        """
        about = self._about(place)
        asked = {
            **place.parameters(),
            "xdm_e": self._context.addresses.site,
            "cp": "",
            "lic": "active" if self._context.is_licensed("team_radar") else "none",
            "cv": "1001.0.0",
            "jwt": self._context.connect.token(user, about),
        }
        path = place.path()
        return {
            "addonKey": place.addon,
            "key": place.module,
            "title": _TITLES[place.module],
            "origin": self._context.connect_origin,
            "url": f"{self._context.connect_origin}/{place.module}?{urlencode(asked, quote_via=quote)}",
            "renewPath": path,
            "tokenPath": path.replace("?", "/token?", 1),
            "context": about,
            "user": {"atlassianAccountId": user.account_id},
        }

    async def renew(self, request: Request) -> Response:
        """A description with a new token, for a page whose own has expired before it mounted the frame."""
        user = self._context.identity.of_request(request)
        return JSONResponse(self.extension(self._place(request), user))

    async def token(self, request: Request) -> Response:
        """A token with which the app's page can call the app's own server."""
        user = self._context.identity.of_request(request)
        return JSONResponse({"token": self._context.connect.token(user, self._about(self._place(request)))})

    def _place(self, request: Request) -> Place:
        """What is asked for; raises RestError where there is no such module or project."""
        addon, module = request.path_params["addon"], request.path_params["module"]
        issue = request.query_params.get("issue.key")
        if addon != self._addon or module not in _TITLES or (module == PANEL_KEY) != (issue is not None):
            raise RestError(HTTPStatus.NOT_FOUND, f"There is no module {module!r} of an app {addon!r} here.")
        project = request.query_params.get("project.key", self._jira.project.key)
        if project != self._jira.project.key:
            raise RestError(HTTPStatus.NOT_FOUND, f"No project could be found with key '{project}'.")
        return Place(addon=addon, module=module, project=project, issue=issue)

    def _about(self, place: Place) -> Mapping[str, Any]:
        """The bridge's context; raises NotFoundError where there is no such issue."""
        project = self._jira.project
        about: dict[str, Any] = {"project": {"id": project.id, "key": project.key}}
        if place.issue is not None:
            issue = self._jira.issue(place.issue)
            about["issue"] = {"id": issue.id, "key": issue.key}
        return {"jira": about}
