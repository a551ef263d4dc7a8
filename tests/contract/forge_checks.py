"""What an app with the real ``@forge/bridge`` needs of its host, one check for each call of the bridge.

Each of them must fail at once when its call is missing: it looks at what is there and waits for nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Error, Frame, Locator, Request, Route, expect

from tests.contract.hosted import Hosted, frame_of, fresh_name

Check = Callable[[Hosted], None]
# Where the library answers the app the same whether the call is missing or refused, so that nothing can be told by it.
SAME_WITHOUT = frozenset({"open", "emitReadyEvent"})
# What the stand-in's apps do not use and it does not offer.
NOT_OFFERED = frozenset(
    {
        "emitFrontendCustomMetric",
        "fetchUserRecommendations",
        "getCookieConsentPreferences",
        "getFrameDispatch",
        "getFrameId",
        "initFeatureFlags",
        "isRovoEnabled",
        "openRovo",
        "publishRealtimeChannel",
        "requestTeamworkGraph",
        "subscribeRealtimeChannel",
        "trackObjectStoreAction",
        "__permission__egressDeleteDomain",
        "__permission__egressDeleteGroup",
        "__permission__egressGet",
        "__permission__egressSet",
        "__permission__remoteGet",
        "__permission__remoteSet",
    }
)
_REASON = "There was an error invoking the function - there is no function 'nothing' in this app"


@contextmanager
def _going_nowhere(app: Hosted, url: str) -> Iterator[None]:
    """The page sets out for this address inside the context, and stays where it is, so that the app lives on."""

    def stay(route: Route) -> None:
        route.abort("aborted")

    app.page.route(url, stay)
    try:
        with app.page.expect_event("requestfailed") as failed:
            yield
        request: Request = failed.value
        assert (request.url, request.is_navigation_request(), request.frame) == (url, True, app.page.main_frame)
    finally:
        app.page.unroute(url, stay)


def _context(app: Hosted) -> None:
    context = app.does("context")
    assert context["moduleKey"] == "ihub-admin"
    assert context["extension"] == {"type": "jira:globalPage"}
    assert context["siteUrl"] == app.standin.site
    assert context["license"] == {"active": True}
    assert context["locale"] == "en-US"
    assert {"accountId", "cloudId", "environmentId", "environmentType", "localId", "theme", "timezone"} <= set(context)


def _invoke(app: Hosted) -> None:
    plain = app.does("invoke", "listFlows").get("value")
    assert plain is not None
    assert {flow["name"] for flow in plain["flows"]} >= {"Acknowledge escalations"}
    wrapped = app.does("invoke", "listFlows", {}, {"trace": 1})["value"]
    assert wrapped == {"body": plain, "metadata": {"trace": 1}}
    assert app.does("invoke", "nothing") == {"error": _REASON}
    remote = app.does("invokeRemote", {"path": "/health", "method": "GET"})
    assert (remote["status"], remote["body"]["status"]) == (200, "ok")


def _fetch_product(app: Hosted) -> None:
    myself = app.does("requestJira", "/rest/api/3/myself")
    assert (myself["status"], myself["ok"], myself["body"]["displayName"]) == (200, True, "Synthetic Journeys")
    assert str(myself["type"]).startswith("application/json")
    missing = app.does("requestJira", "/rest/api/3/issue/SYN-999999")
    assert (missing["status"], missing["ok"]) == (404, False)
    issue = {"fields": {"project": {"key": "SYN"}, "issuetype": {"name": "Task"}, "summary": "Made by an app"}}
    wanted = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": _json(app, issue)}
    assert app.does("requestJira", "/rest/api/3/issue", wanted)["status"] == 201
    there = app.does("requestConfluence", "/wiki/rest/api/user/current")
    assert there["body"]["displayName"] == "Synthetic Journeys"
    _attachment(app)


def _attachment(app: Hosted) -> None:
    """A file crosses the bridge both ways, with its name, its type and every character."""
    text = "Åre \u2603\r\n"
    attached = app.does("attach", "SYN-3", "notes.md", text)
    (made,) = attached["body"]
    assert (attached["status"], made["filename"], made["mimeType"]) == (200, "notes.md", "text/markdown")
    path = made["content"].removeprefix(app.standin.site)
    back = app.does("download", path)
    assert back["text"] == text
    assert back["type"].startswith("text/markdown")


def _json(app: Hosted, value: object) -> str:
    text: str = app.frame.evaluate("(value) => JSON.stringify(value)", value)
    return text


def _fetch_remote(app: Hosted) -> None:
    answer = app.does("requestRemote", "ihub", {"path": "/health"})
    assert (answer["status"], answer["body"]["status"]) == (200, "ok")


def _flag(app: Hosted, title: str) -> Locator:
    return app.page.get_by_test_id("jira-flag-group").get_by_role("alert").filter(has_text=title)


def _show_flag(app: Hosted) -> None:
    name = fresh_name("flag")
    app.does("showFlag", name)
    flag = _flag(app, f"Saved {name}")
    assert flag.count() == 1
    assert "All of it" in flag.inner_text()
    # A click by Playwright would wait for a flag that another one covers.
    flag.get_by_role("button", name="Undo").dispatch_event("click")
    assert app.does("undone")


def _close_flag(app: Hosted) -> None:
    name = fresh_name("flag")
    app.does("showFlag", name)
    assert _flag(app, f"Saved {name}").count() == 1
    app.does("closeFlag")
    assert _flag(app, f"Saved {name}").count() == 0


def _navigate(app: Hosted) -> None:
    for location in ("/browse/SYN-2", {"target": "issue", "issueKey": "SYN-2"}):
        with _going_nowhere(app, f"{app.standin.site}/browse/SYN-2"):
            app.does("navigate", location)
    with app.page.context.expect_page() as opened:
        app.does("openTab", "/browse/SYN-1")
    opened.value.wait_for_url("**/browse/SYN-1")
    opened.value.close()


def _get_url(app: Hosted) -> None:
    assert app.does("urlOf", {"target": "issue", "issueKey": "SYN-1"}) == f"{app.standin.site}/browse/SYN-1"


def _reload(app: Hosted) -> None:
    with _going_nowhere(app, app.page.url):
        app.does("reload")


def _events(app: Hosted) -> None:
    assert app.does("heard") == [{"number": 1}]


def _public_events(app: Hosted) -> None:
    assert app.does("heardPublicly") == [{"number": 1}]


def in_modal(app: Hosted, **options: Any) -> tuple[Locator, Frame]:
    """A dialog that the app has opened, and the app's frame in it."""
    title = fresh_name("dialog")
    app.does("openModal", title, {"flow": 7}, options)
    # The dialog under others is not in the tree of what can be reached: it is found by its label.
    dialog = app.page.locator(f'dialog[aria-label="{title}"]')
    assert dialog.count() == 1
    return dialog, frame_of(dialog.locator("iframe"))


def end(app: Hosted, inside: Frame, how: str) -> None:
    """Let the app in a dialog end it; the frame may go away before it has its answer."""
    try:
        app.does(how, "done", frame=inside)
    except Error as error:
        if "detached" not in str(error):
            raise


def _open_modal(app: Hosted) -> None:
    dialog, inside = in_modal(app)
    assert app.does("context", frame=inside)["extension"]["modal"] == {"flow": 7}
    end(app, inside, "close")
    expect(dialog).to_have_count(0)


def _ended_by(how: str) -> Check:
    def check(app: Hosted) -> None:
        dialog, inside = in_modal(app)
        end(app, inside, how)
        assert dialog.count() == 0
        assert app.does("closedWith") == {"payload": "done"}
        assert app.does(how, "here") == {"error": f"this resource's view is not {_ABLE[how]}."}

    return check


_ABLE = {"close": "closable", "submit": "submittable"}


def _on_close(app: Hosted) -> None:
    _, inside = in_modal(app)
    app.does("onClose", fresh_name("event"), frame=inside)
    end(app, inside, "close")
    assert app.does("onCloseHere") == {"error": "`onClose` failed because this resource's view is not closable."}


def _refresh(app: Hosted) -> None:
    assert app.does("refresh") == {"error": "this resource's view is not refreshable."}


def _theming(app: Hosted) -> None:
    assert app.does("enableTheming") == {"colorMode": "light", "theme": "dark:dark light:light spacing:spacing"}


def _history(app: Hosted) -> None:
    start = app.page.url
    path = start.removeprefix(app.standin.site)
    seen = app.does("history")
    assert (seen["start"], seen["current"], seen["href"]) == ("/", "/flows", f"{path}/flows")
    assert seen["told"] == [
        {"path": "/flows", "search": "?open=7", "action": "PUSH"},
        {"path": "/log", "search": "", "action": "REPLACE"},
        {"path": "/", "search": "", "action": "POP"},
    ]
    assert app.page.url == start


def _title(app: Hosted) -> None:
    title = fresh_name("title")
    app.does("title", title)
    assert app.page.title() == title


CHECKS: dict[str, Check] = {
    "getContext": _context,
    "invoke": _invoke,
    "fetchProduct": _fetch_product,
    "fetchRemote": _fetch_remote,
    "showFlag": _show_flag,
    "closeFlag": _close_flag,
    "navigate": _navigate,
    "getUrl": _get_url,
    "reload": _reload,
    "on": _events,
    "emit": _events,
    "onPublic": _public_events,
    "emitPublic": _public_events,
    "openModal": _open_modal,
    "close": _ended_by("close"),
    "submit": _ended_by("submit"),
    "onClose": _on_close,
    "refresh": _refresh,
    "enableTheming": _theming,
    "createHistory": _history,
    "changeWindowTitle": _title,
}
