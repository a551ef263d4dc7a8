"""What an app with the real ``atlassian-connect-js`` needs of its host, one check for each message or method.

Each of them must fail when its method is missing; where the client would wait for ever, the app waits as long as it is
told to.
"""

import json
import re
from collections.abc import Callable

from playwright.sync_api import Locator

from tests.contract.hosted import Hosted, fresh_name

Check = Callable[[Hosted], None]
FRAME = ".ap-iframe-container > iframe.ap-iframe"


def handshake(app: Hosted) -> None:
    assert app.asks("greeted")
    container = app.page.locator(".ap-iframe-container")
    frame_id = container.locator("iframe").get_attribute("id") or ""
    assert re.fullmatch(r"com\.rixter\.team-radar__radar-page__[0-9a-f]+", frame_id)
    assert container.get_attribute("id") == f"embedded-{frame_id}"
    assert container.locator(".ap-status-indicator").is_hidden()


def _location(app: Hosted) -> None:
    assert app.asks("location") == app.page.url


def _context(app: Hosted) -> None:
    assert app.asks("context")["jira"]["project"]["key"] == "SYN"


def _token(app: Hosted) -> None:
    """By callback and by promise; the app's own server believes either."""
    for way in ("token", "promisedToken"):
        token = app.asks(way)
        assert app.does("ownServer", token) == 200
        assert app.does("ownServer", f"{token}x") == 401


def _user(app: Hosted) -> None:
    assert app.asks("user") == {"atlassianAccountId": app.asks("myself")["body"]["accountId"]}


def _locale(app: Hosted) -> None:
    assert app.asks("locale") == "en_US"


def _time_zone(app: Hosted) -> None:
    assert app.asks("timeZone") == "Europe/Stockholm"


def _request(app: Hosted) -> None:
    myself = app.asks("request", "/rest/api/3/myself")
    assert (myself["status"], myself["body"]["displayName"]) == (200, "Synthetic Journeys")
    found = app.asks("request", {"url": "/rest/api/3/search/jql", "data": {"jql": "key = SYN-1"}})
    assert (found["status"], len(found["body"]["issues"])) == (200, 1)
    issue = {"fields": {"project": {"key": "SYN"}, "issuetype": {"name": "Task"}, "summary": "Made by an app"}}
    post = {"type": "POST", "contentType": "application/json", "data": json.dumps(issue)}
    assert app.asks("request", {"url": "/rest/api/3/issue", **post})["status"] == 201
    missing = app.asks("request", "/rest/api/3/issue/SYN-999999")
    assert missing["status"] == 404
    assert "errorMessages" in json.loads(missing["error"])


def _resize(app: Hosted) -> None:
    for width, height, style in (("100%", "345px", "100%, 345px"), (320, 240, "320px, 240px")):
        app.asks("resize", width, height)
        shown = app.page.locator(FRAME).evaluate("({ style }) => `${style.width}, ${style.height}`")
        assert shown == style


def _size_to_parent(app: Hosted) -> None:
    app.asks("resize", "100%", "50px")
    app.asks("sizeToParent")
    places = "(frame) => [frame.style.height, window.innerHeight - frame.getBoundingClientRect().top]"
    style, left = app.page.locator(FRAME).evaluate(places)
    assert style == f"{left:g}px"


def _events(app: Hosted) -> None:
    assert app.asks("heard") == [["first", {"number": 1}]]


def _public_events(app: Hosted) -> None:
    assert app.asks("heardPublicly") == [["first", {"number": 1}]]


def _flag(app: Hosted, title: str) -> Locator:
    return app.page.get_by_test_id("jira-flag-group").get_by_role("alert").filter(has_text=title)


def _show_flag(app: Hosted) -> None:
    title = fresh_name("flag")
    app.asks("showFlag", title)
    flag = _flag(app, title)
    assert flag.count() == 1
    assert "All of it" in flag.inner_text()
    # A click by Playwright would wait for a flag that another one covers.
    flag.get_by_role("button", name="Undo").dispatch_event("click")
    assert app.asks("flagEvents") == [{"name": "flag.action", "of": True, "action": "undo"}]


def _close_flag(app: Hosted) -> None:
    title = fresh_name("flag")
    app.asks("showFlag", title)
    assert _flag(app, title).count() == 1
    app.asks("closeFlag")
    assert _flag(app, title).count() == 0
    assert [event["name"] for event in app.asks("flagEvents")] == ["flag.close"]


def _title(app: Hosted) -> None:
    title = fresh_name("title")
    app.asks("title", title)
    assert title in app.page.title()


CHECKS: dict[str, Check] = {
    "_globals.getLocation": _location,
    "_globals.request": _request,
    "env.resize": _resize,
    "_globals.sizeToParent": _size_to_parent,
    "context.getContext": _context,
    "context.getToken": _token,
    "user.getCurrentUser": _user,
    "user.getLocale": _locale,
    "user.getTimeZone": _time_zone,
    "events.emit": _events,
    "events.emitPublic": _public_events,
    "flag.create.constructor": _show_flag,
    "flag.create.close": _close_flag,
    "page.setTitle": _title,
}
