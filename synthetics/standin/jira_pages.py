"""The pages that a person sees on the site."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from synthetics.standin import adf, seed
from synthetics.standin.addresses import LANDING_PATH, SIGNED_IN_PATH
from synthetics.standin.identity import SITE_COOKIE
from synthetics.standin.rendering import render
from synthetics.standin.site_context import SiteContext
from synthetics.standin.state import ISSUE_TYPES, NotFoundError, User, labels_of

ADMIN_PATH = f"/jira/apps/{seed.APP_ID}/{seed.ENVIRONMENT_ID}"

Page = Callable[[Request, User], Awaitable[Response]]


class JiraPages:
    """The pages, each behind sign-in.

    Args:
        context: What the parts of the site share.
    """

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._jira = context.jira

    def routes(self) -> list[Route]:
        """Where they are."""
        project = f"/jira/software/projects/{self._jira.project.key}"
        return [
            Route("/", _moved(LANDING_PATH)),
            Route("/jira", _moved(LANDING_PATH)),
            Route(project, _moved(f"{project}/issues")),
            Route(SIGNED_IN_PATH, self.signed_in),
            Route("/logout", self.sign_out),
            Route(LANDING_PATH, self._behind_sign_in(self._your_work)),
            Route(f"{project}/issues", self._behind_sign_in(self._issue_list)),
            Route("/browse/{key}", self._behind_sign_in(self._issue)),
            Route("/jira/apps/{app}/{environment}", self._behind_sign_in(self._app_page)),
            # An app that keeps a history of its own adds to the address.
            Route("/jira/apps/{app}/{environment}/{within:path}", self._behind_sign_in(self._app_page)),
            Route("/{path:path}", self._behind_sign_in(self._not_found)),
        ]

    async def signed_in(self, request: Request) -> Response:
        """Where the sign-in service sends the browser: change its one-use code into a session of the site."""
        account_id = await self._account_of(request.query_params.get("code", ""))
        if account_id is None:
            return self._to_sign_in(LANDING_PATH)
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

    def _behind_sign_in(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def shown(request: Request) -> Response:
            user = self._context.identity.of_session(request)
            if user is None:
                query = f"?{request.url.query}" if request.url.query else ""
                return self._to_sign_in(request.url.path + query)
            return await page(request, user)

        return shown

    def _to_sign_in(self, path: str) -> Response:
        query = urlencode({"continue": self._context.addresses.site + path})
        return RedirectResponse(f"{self._context.addresses.signin}/login?{query}", HTTPStatus.FOUND)

    async def _your_work(self, _request: Request, user: User) -> Response:
        newest = sorted(self._jira.issues(), key=lambda issue: (issue.created, int(issue.id)), reverse=True)
        return self._page("your_work.html", user, title="Your work", issues=newest[:8])

    async def _issue_list(self, request: Request, user: User) -> Response:
        label = request.query_params.get("label")
        issues = [issue for issue in reversed(self._jira.issues()) if label is None or label in issue.labels]
        return self._page(
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
        return self._page(
            "issue.html",
            user,
            title=f"[{issue.key}] {issue.summary}",
            issue=issue,
            description=adf.to_html(issue.description),
        )

    async def _app_page(self, request: Request, user: User) -> Response:
        if (request.path_params["app"], request.path_params["environment"]) != (seed.APP_ID, seed.ENVIRONMENT_ID):
            return await self._not_found(request, user)
        return self._page("app_page.html", user, title=seed.APP_NAME, extension=self._extension(user))

    async def _not_found(self, _request: Request, user: User) -> Response:
        return self._page("not_found.html", user, HTTPStatus.NOT_FOUND, title="Page not found")

    def _page(self, template: str, user: User, status: HTTPStatus = HTTPStatus.OK, /, **context: Any) -> Response:
        around = {
            "build": seed.BUILD,
            "user": user,
            "project": self._jira.project,
            "issue_types": ISSUE_TYPES,
            "app_name": seed.APP_NAME,
            "admin_path": ADMIN_PATH,
        }
        frames = f"frame-src {self._context.addresses.cdn}"
        policy = f"default-src 'self'; {frames}; frame-ancestors 'self'; object-src 'none'; base-uri 'none'"
        return render(template, {**around, **context}, status_code=status, headers={"Content-Security-Policy": policy})

    def _extension(self, user: User) -> dict[str, Any]:
        """What the page needs to mount the app and to answer its bridge."""
        place = (seed.INSTALLATION_ID, seed.APP_ID, seed.ENVIRONMENT_ID, seed.APP_VERSION, seed.RESOURCE)
        return {
            "cdn": self._context.addresses.cdn,
            "url": f"{self._context.addresses.cdn}/{'/'.join(place)}/index.html",
            "path": ADMIN_PATH,
            "context": {
                "accountId": user.account_id,
                "cloudId": seed.CLOUD_ID,
                "environmentId": seed.ENVIRONMENT_ID,
                "environmentType": "PRODUCTION",
                "extension": {"type": "jira:globalPage"},
                "license": {"active": True},
                "localId": seed.LOCAL_ID,
                "locale": "en-US",
                "moduleKey": seed.MODULE_KEY,
                "siteUrl": self._context.addresses.site,
                "timezone": "Europe/Stockholm",
                "theme": {"colorMode": "light"},
            },
        }


def _moved(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def moved(_request: Request) -> Response:
        return RedirectResponse(path, HTTPStatus.FOUND)

    return moved


def _own_path(path: str | None) -> str:
    """The path, if it is one of this site: ``//elsewhere`` and ``https:...`` lead away from it."""
    if path is None or not path.startswith("/") or path.startswith(("//", "/\\")):
        return LANDING_PATH
    return path
