"""What each fault of an app does, over HTTP, and that the other apps are well meanwhile."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from synthetics.standin.forge_apps import HEARTBEAT, IHUB, POINTS_CHECK, RELEASE_NOTES, ForgeApp
from tests.standin.started import IHUB_ADMIN, Standin, an_issue, eventually

_APPS = {"ihub": IHUB, "release_notes": RELEASE_NOTES, "points_check": POINTS_CHECK, "host_forge": HEARTBEAT}
_CALLS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "ihub": ("listFlows", None, {}),
    "release_notes": ("getReleaseNotes", {"project": "SYN"}, {}),
    "points_check": ("check", None, {"issue": {"key": "SYN-1"}}),
    "host_forge": ("ping", None, {}),
}


@pytest.fixture(scope="module")
def caller(standin: Standin) -> Iterator[httpx.Client]:
    with standin.signed_in() as client:
        yield client


def _invoke(standin: Standin, caller: httpx.Client, app: str) -> dict[str, Any]:
    function, payload, context = _CALLS[app]
    extension = _APPS[app].local_id(_APPS[app].modules[0])
    return standin.invoke(caller, function, payload, extension=extension, **context)


def _get(address: str, **options: Any) -> httpx.Response:
    return httpx.get(address, trust_env=False, **options)


def _place(standin: Standin, app: ForgeApp) -> str:
    return f"{standin.cdn}{app.place('main')}"


@pytest.mark.parametrize(
    ("fault", "status"),
    [("backend_502", 502), ("backend_403", 403), ("backend_401", 401), ("backend_429", 429)],
)
def test_backend_answers_with_the_status_of_its_fault(
    standin: Standin, caller: httpx.Client, fault: str, status: int
) -> None:
    with standin.fault(fault):
        failed = _invoke(standin, caller, "ihub")
        assert failed["errors"][0]["extensions"]["statusCode"] == status
        assert ("retry-after" in _get(f"{standin.backend}/health").headers) == (status == 429)
        assert _invoke(standin, caller, "host_forge")["success"]
        assert _get(f"{standin.connect}/health").status_code == HTTPStatus.OK
    with standin.fault(fault, app="team_radar"):
        assert _get(f"{standin.connect}/health").status_code == status
        assert _invoke(standin, caller, "ihub")["success"]
    assert _invoke(standin, caller, "ihub")["success"]


def test_backend_fault_takes_another_status(standin: Standin) -> None:
    with standin.fault("backend_502", status=504):
        assert _get(f"{standin.backend}/health").status_code == HTTPStatus.GATEWAY_TIMEOUT


@pytest.mark.parametrize("fault", ["backend_slow", "backend_hangs"])
def test_backend_that_is_waited_for_in_vain_is_seen_by_nobody_else(
    standin: Standin, caller: httpx.Client, fault: str
) -> None:
    with standin.fault(fault):
        with pytest.raises(httpx.ReadTimeout):
            _get(f"{standin.backend}/health", timeout=0.2)
        assert _invoke(standin, caller, "host_forge")["success"]
    assert _get(f"{standin.backend}/health").status_code == HTTPStatus.OK


def test_slow_backend_answers_after_its_seconds(standin: Standin) -> None:
    with standin.fault("backend_slow", seconds=0.3):
        answer = _get(f"{standin.backend}/health")
    assert answer.status_code == HTTPStatus.OK
    assert answer.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("app_port_refused", httpx.ConnectError),
        ("app_dns_gone", httpx.ConnectError),
        ("app_certificate_bad", httpx.RemoteProtocolError),
    ],
)
def test_own_server_that_cannot_be_reached_is_missed_by_its_app_alone(
    standin: Standin, caller: httpx.Client, fault: str, error: type[Exception]
) -> None:
    for app, own, other in (
        ("ihub", standin.backend, standin.connect),
        ("team_radar", standin.connect, standin.backend),
    ):
        with standin.fault(fault, app=app):
            with pytest.raises(error):
                _get(f"{own}/health")
            assert _get(f"{other}/health").status_code == HTTPStatus.OK
            assert _invoke(standin, caller, "ihub")["success"] == (app != "ihub")
            assert _invoke(standin, caller, "host_forge")["success"]
        assert _get(f"{own}/health").status_code == HTTPStatus.OK


def test_bad_certificate_is_refused_by_whoever_speaks_tls(standin: Standin, caller: httpx.Client) -> None:
    page = "/plugins/servlet/ac/com.rixter.team-radar/radar-page"
    by_tls = standin.connect.replace("http:", "https:")
    with standin.fault("app_certificate_bad", app="team_radar"):
        with pytest.raises(httpx.ConnectError, match="certificate"):
            _get(f"{by_tls}/health")
        answer = caller.get(page)
        assert f'"url": "{by_tls}/radar-page' in answer.text
        assert f"{by_tls};" in answer.headers["content-security-policy"]
    assert by_tls not in caller.get(page).text


@pytest.mark.parametrize("app", list(_APPS))
def test_invoke_is_rejected_for_the_one_app(standin: Standin, caller: httpx.Client, app: str) -> None:
    with standin.fault("invoke_rejects", app=app):
        assert {each for each in _APPS if not _invoke(standin, caller, each)["success"]} == {app}
    assert _invoke(standin, caller, app)["success"]


@pytest.mark.parametrize("fault", ["invoke_slow", "invoke_hangs"])
def test_invoke_is_waited_for_in_vain_for_the_one_app(standin: Standin, caller: httpx.Client, fault: str) -> None:
    with standin.fault(fault, app="points_check"):
        caller.timeout = httpx.Timeout(0.2)
        with pytest.raises(httpx.ReadTimeout):
            _invoke(standin, caller, "points_check")
        caller.timeout = httpx.Timeout(5)
        assert _invoke(standin, caller, "host_forge")["success"]
    assert _invoke(standin, caller, "points_check")["success"]


@pytest.mark.parametrize("app", list(_APPS))
def test_wrong_data_is_answered_as_if_it_were_right(standin: Standin, caller: httpx.Client, app: str) -> None:
    def told(answer: dict[str, Any]) -> Any:
        body = answer["response"]["body"]
        return {**body, "time": None} if app == "host_forge" else body

    right = _invoke(standin, caller, app)
    with standin.fault("wrong_data", app=app):
        wrong = _invoke(standin, caller, app)
    assert wrong["success"]
    assert told(wrong) != told(right)
    assert told(_invoke(standin, caller, app)) == told(right)


def test_write_is_accepted_and_not_done(standin: Standin, caller: httpx.Client) -> None:
    flow = {"name": "Never kept", "trigger": "avi:jira:created:issue", "label": "x", "text": "Hello"}
    with standin.fault("write_not_done"):
        done = standin.invoke(caller, "createFlow", flow)
        assert done["response"]["body"]["flow"]["name"] == "Never kept"
        kept = _invoke(standin, caller, "ihub")["response"]["body"]["flows"]
    assert "Never kept" not in {each["name"] for each in kept}


def _comments(rest: httpx.Client, key: str) -> int:
    return int(rest.get(f"/rest/api/3/issue/{key}/comment").json()["total"])


def test_effect_is_missing_or_late(standin: Standin, caller: httpx.Client, rest: httpx.Client) -> None:
    flow = {"name": "Late", "trigger": "avi:jira:created:issue", "label": "late", "text": "Hello"}
    made = standin.invoke(caller, "createFlow", flow)["response"]["body"]["flow"]
    with standin.fault("effect_missing"):
        missed = rest.post("/rest/api/3/issue", json=an_issue(labels=["late"])).json()["key"]
        # An event that was sent later has been taken, so the first one has as well.
        with standin.fault("effect_late"):
            pass
    with standin.fault("effect_late", seconds=600):
        late = rest.post("/rest/api/3/issue", json=an_issue(labels=["late"])).json()["key"]
        eventually(lambda: _hit(standin, "effect_late") > 0, "the flow waits")
        assert _comments(rest, late) == 0
    eventually(lambda: _comments(rest, late) == 1, "what was held back goes on")
    assert _comments(rest, missed) == 0
    standin.invoke(caller, "deleteFlow", {"id": made["id"]})


def _hit(standin: Standin, name: str) -> int:
    shown = _get(f"{standin.control}/_standin/faults").json()["faults"]
    return next(int(fault.get("hit", 0)) for fault in shown if fault["name"] == name)


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        pytest.param("bridge_never_connects", 200, "Loading", id="no word to the host"),
        pytest.param("blank_body", 200, 'callBridge("getContext")', id="nothing but a word to the host"),
        pytest.param("script_throws", 200, "settings.flows", id="an exception"),
        pytest.param("asset_missing", 404, "Not found", id="no script"),
        pytest.param("app_error_page", 200, "Error 5d1c-40e7", id="an error page"),
        pytest.param("page_spins", 200, "while (performance.now() < end)", id="a loop"),
        pytest.param("page_eats_memory", 200, "eaten.push", id="memory"),
        pytest.param("licence_expired", 200, "has expired", id="a licence"),
        pytest.param("ready_marker_missing", 200, "-${state}-view`", id="another marker"),
        pytest.param("app_message_for_user", 200, "Correct it.", id="a message"),
    ],
)
def test_script_of_the_one_app_is_another_one(standin: Standin, fault: str, status: int, said: str) -> None:
    for app in ("ihub", "release_notes", "host_forge"):
        own = f"{_place(standin, _APPS[app])}/app.js"
        well = _get(own).text
        with standin.fault(fault, app=app):
            answer = _get(own)
            assert answer.status_code == status
            assert said in answer.text
            assert answer.headers.get("cache-control", "no-store") == "no-store"
            other = HEARTBEAT if app != "host_forge" else IHUB
            assert said not in _get(f"{_place(standin, other)}/app.js").text.replace("Loading", "")
        assert _get(own).text == well


def test_script_of_the_connect_app_is_another_one(standin: Standin) -> None:
    with standin.fault("blank_body", app="team_radar"):
        assert 'from "./host.js"' in _get(f"{standin.connect}/static/page.js").text
        assert len(_get(f"{standin.connect}/static/page.js").text) < 200
    with standin.fault("ready_marker_missing", app="team_radar"):
        assert "team-radar-${state}-view`" in _get(f"{standin.connect}/static/app_state.js").text


def test_frame_of_the_one_app_never_loads_is_forbidden_or_an_error(standin: Standin) -> None:
    own, other = f"{_place(standin, RELEASE_NOTES)}/index.html", f"{_place(standin, IHUB)}/index.html"
    with standin.fault("frame_never_loads", app="release_notes"):
        with pytest.raises(httpx.ReadTimeout):
            _get(own, timeout=0.2)
        assert _get(other).status_code == HTTPStatus.OK
    with standin.fault("frame_forbidden", app="release_notes"):
        assert _get(own).headers["x-frame-options"] == "DENY"
        assert "x-frame-options" not in _get(other).headers
    with standin.fault("frame_500", app="release_notes"):
        assert _get(own).status_code == HTTPStatus.INTERNAL_SERVER_ERROR
        assert _get(other).status_code == HTTPStatus.OK
    assert "x-frame-options" not in _get(own).headers


def test_licence_is_told_to_the_one_app(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("licence_expired", app="ihub"):
        assert '"license": {"active": false}' in caller.get(IHUB.global_path).text
        assert '"license": {"active": true}' in caller.get(HEARTBEAT.global_path).text
    with standin.fault("licence_expired", app="team_radar"):
        assert "lic=none" in caller.get("/browse/SYN-1").text
    with standin.fault("licence_expired", app="points_check"):
        tree = _invoke(standin, caller, "points_check")["response"]["body"]
        assert "has expired" in json.dumps(tree)


def test_slow_app_within_the_limit_is_well(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("app_slow_within_limit", app="points_check", seconds=0.2):
        assert _invoke(standin, caller, "points_check")["success"]
        assert _hit(standin, "app_slow_within_limit") == 1


def test_message_for_the_user_stands_beside_what_the_app_shows(standin: Standin, caller: httpx.Client) -> None:
    well = _invoke(standin, caller, "points_check")["response"]["body"]["children"]
    with standin.fault("app_message_for_user", app="points_check"):
        told = _invoke(standin, caller, "points_check")["response"]["body"]["children"]
    assert told[:-1] == well


def test_fault_is_narrowed_to_a_page_by_its_path(standin: Standin, caller: httpx.Client) -> None:
    asked = {"extensionId": IHUB_ADMIN, "functionKey": "listFlows"}
    body = {"operationName": "forge_ui_invokeExtension", "variables": {"input": asked}}

    def succeeds(page: str) -> bool:
        headers = {"Origin": standin.site, "Referer": f"{standin.site}{page}"}
        answer = caller.post("/gateway/api/graphql", json=body, headers=headers)
        return bool(answer.json()["data"]["invokeExtension"]["success"])

    with standin.fault("invoke_rejects", path="/browse/*"):
        assert not succeeds("/browse/SYN-1")
        assert succeeds(IHUB.global_path)
