"""The pages that a person sees on the site."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from synthetics.standin import adf, seed
from synthetics.standin.addresses import LANDING_PATH, SIGNED_IN_PATH
from synthetics.standin.forge_apps import ModuleKind
from synthetics.standin.forge_extension import extension_of
from synthetics.standin.identity import SITE_COOKIE
from synthetics.standin.rendering import render
from synthetics.standin.site_context import SiteContext, behind_sign_in, to_sign_in
from synthetics.standin.state import ISSUE_TYPES, Issue, NotFoundError, User, labels_of
from synthetics.standin.switches import TWO_FRAMES


class JiraPages:
    """The pages, each behind sign-in.

    Args:
        context: What the parts of the site share.
        more_panels: Gives what the issue view shows after the panels of Forge apps.
        more_links: Title and path of more pages of apps in the project.
    """

    def __init__(
        self,
        context: SiteContext,
        *,
        more_panels: Callable[[Issue, User], Markup] = lambda _issue, _user: Markup(),
        more_links: Sequence[tuple[str, str]] = (),
    ) -> None:
        self._context = context
        self._jira = context.jira
        self._apps = context.persona.apps
        self._more_panels = more_panels
        project = context.jira.project.key
        in_projects = self._apps.with_module(ModuleKind.PROJECT_PAGE)
        of_forge = [(app.title, app.project_path(project)) for app, _module in in_projects]
        self._project_links = (*of_forge, *more_links)

    def routes(self) -> list[Route]:
        """Where they are."""
        project = f"/jira/software/projects/{self._jira.project.key}"
        return [
            Route("/", _moved(LANDING_PATH)),
            Route("/jira", _moved(LANDING_PATH)),
            Route(project, _moved(f"{project}/issues")),
            Route(SIGNED_IN_PATH, self.signed_in),
            Route("/logout", self.sign_out),
            Route(LANDING_PATH, behind_sign_in(self._context, self._your_work)),
            Route(f"{project}/issues", behind_sign_in(self._context, self._issue_list)),
            Route("/browse/{key}", behind_sign_in(self._context, self._issue)),
            *self._app_routes("/jira", ModuleKind.GLOBAL_PAGE),
            *self._app_routes(project, ModuleKind.PROJECT_PAGE),
            Route("/{path:path}", behind_sign_in(self._context, self._not_found)),
        ]

    async def signed_in(self, request: Request) -> Response:
        """Where the sign-in service sends the browser: change its one-use code into a session of the site."""
        account_id = await self._account_of(request.query_params.get("code", ""))
        if account_id is None:
            return to_sign_in(self._context, LANDING_PATH)
        response = RedirectResponse(_own_path(request.query_params.get("dest-url")), HTTPStatus.SEE_OTHER)
        cookie = self._context.identity.sessions.open(account_id)
        response.set_cookie(SITE_COOKIE, cookie, httponly=True, samesite="lax", path="/")
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session here, then at the sign-in service."""
        self._context.identity.sessions.close(request.cookies.get(SITE_COOKIE))
        query = urlencode({"continue": self._context.addresses.site + LANDING_PATH})
        response = RedirectResponse(f"{self._context.addresses.signin}/logout?{query}", HTTPStatus.SEE_OTHER)
        response.delete_cookie(SITE_COOKIE, path="/")
        return response

    async def _account_of(self, code: str) -> str | None:
        """Whose one-use code this is, by the word of the sign-in service; None where it is nobody's."""
        try:
            answer = await self._context.http.post(f"{self._context.addresses.signin}/token", json={"code": code})
        except httpx.HTTPError:
            return None
        return str(answer.json()["account_id"]) if answer.status_code == HTTPStatus.OK else None

    async def _your_work(self, _request: Request, user: User) -> Response:
        newest = sorted(self._jira.issues(), key=lambda issue: (issue.created, int(issue.id)), reverse=True)
        return self.page("your_work.html", user, title="Your work", issues=newest[:8])

    async def _issue_list(self, request: Request, user: User) -> Response:
        label = request.query_params.get("label")
        issues = [issue for issue in reversed(self._jira.issues()) if label is None or label in issue.labels]
        return self.page(
            "issue_list.html",
            user,
            title="Issues",
            issues=issues,
            label=label,
            labels=labels_of(self._jira.issues()),
        )

    async def _issue(self, request: Request, user: User) -> Response:
        try:
            issue = self._jira.issue(request.path_params["key"])
        except NotFoundError:
            return await self._not_found(request, user)
        return self.page(
            "issue.html",
            user,
            title=f"[{issue.key}] {issue.summary}",
            issue=issue,
            description=adf.to_html(issue.description),
            panels=[
                extension_of(
                    app,
                    module,
                    self._context,
                    user,
                    path=f"/browse/{issue.key}",
                    issue={"id": issue.id, "key": issue.key, "type": issue.issue_type},
                    project=self._place_of_project(),
                )
                for app, module in self._apps.with_module(ModuleKind.ISSUE_PANEL)
            ],
            more_panels=self._more_panels(issue, user),
        )

    def _app_routes(self, base: str, kind: ModuleKind) -> list[Route]:
        """Where the pages of apps are below a path."""

        async def page(request: Request, user: User) -> Response:
            app = self._apps.find(request.path_params["app"], request.path_params["environment"])
            module = None if app is None else app.module(kind)
            if app is None or module is None:
                return await self._not_found(request, user)
            path = f"{base}/apps/{app.id}/{app.environment_id}"
            place = {} if kind is ModuleKind.GLOBAL_PAGE else {"project": self._place_of_project()}
            extension = extension_of(app, module, self._context, user, path=path, **place)
            return self.page(
                "app_page.html", user, title=module.title, path=path, extensions=self._shown_on(extension, user)
            )

        place = f"{base}/apps/{{app}}/{{environment}}"
        shown = behind_sign_in(self._context, page)
        # An app that keeps a history of its own adds to the address.
        return [Route(place, shown), Route(f"{place}/{{within:path}}", shown)]

    def _shown_on(self, extension: dict[str, Any], user: User) -> list[dict[str, Any]]:
        """What is mounted on an app's page: the app, and where it is switched on another one before it."""
        if not self._context.switches.is_on(TWO_FRAMES):
            return [extension]
        other = self._apps.heartbeat
        return [extension_of(other, other.modules[0], self._context, user, path=extension["path"]), extension]

    def _place_of_project(self) -> dict[str, str]:
        project = self._jira.project
        return {"id": project.id, "key": project.key, "type": "software"}

    async def _not_found(self, _request: Request, user: User) -> Response:
        return self.page("not_found.html", user, HTTPStatus.NOT_FOUND, title="Page not found")

    def page(self, template: str, user: User, status: HTTPStatus = HTTPStatus.OK, /, **context: Any) -> Response:
        """A page with what every page of Jira has around it.

        Args:
            template: The file's name; it extends ``base.html``.
            user: Who looks at it.
            status: The answer's status.
            **context: What the template shows; ``title`` is needed.

        Returns:
            The answer.
        """
        around = {
            "build": seed.BUILD,
            "user": user,
            "project": self._jira.project,
            "issue_types": ISSUE_TYPES,
            "global_apps": [app for app, _module in self._apps.with_module(ModuleKind.GLOBAL_PAGE)],
            "project_links": self._project_links,
            "path": "",
            "switched_on": self._context.switches.names(),
        }
        frames = f"frame-src {self._context.addresses.cdn} {self._context.connect_origin}"
        policy = f"default-src 'self'; {frames}; frame-ancestors 'self'; object-src 'none'; base-uri 'none'"
        return render(template, {**around, **context}, status_code=status, headers={"Content-Security-Policy": policy})


def _moved(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def moved(_request: Request) -> Response:
        return RedirectResponse(path, HTTPStatus.FOUND)

    return moved


def _own_path(path: str | None) -> str:
    """The path, if it is one of this site: ``//elsewhere`` and ``https:...`` lead away from it."""
    if path is None or not path.startswith("/") or path.startswith(("//", "/\\")):
        return LANDING_PATH
    return path
