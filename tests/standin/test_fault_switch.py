"""The fault switch, over HTTP."""

import socket
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from synthetics.standin.faults import FAULTS
from tests.standin.started import Standin, a_standin, eventually


def _shown(standin: Standin) -> dict[str, dict[str, Any]]:
    shown = httpx.get(f"{standin.control}/_standin/faults", trust_env=False).json()["faults"]
    return {fault["name"]: fault for fault in shown}


def _on(standin: Standin) -> set[str]:
    return {name for name, fault in _shown(standin).items() if fault["on"]}


def test_switch_tells_what_each_fault_is(standin: Standin) -> None:
    shown = _shown(standin)
    assert list(shown) == [fault.name for fault in FAULTS]
    assert shown["backend_slow"] == {
        "name": "backend_slow",
        "sentence": "The app's backend answers well, and later than anybody waits for it.",
        "blames": "app",
        "apps": ["ihub", "team_radar"],
        "kinds": ["browser", "health"],
        "scopes": ["app", "path", "after", "times"],
        "intensity": [
            {"name": "seconds", "sentence": "How long it takes, in s.", "default": 20, "least": 0.0, "most": 120},
            {
                "name": "share",
                "sentence": "The part of the requests that it happens to.",
                "default": 1.0,
                "least": 0.01,
                "most": 1.0,
            },
        ],
        "servers": ["backend", "connect"],
        "on": False,
    }


@pytest.mark.parametrize("origin", ["site", "control"])
def test_switch_moves_each_fault_from_both_of_its_places(standin: Standin, origin: str) -> None:
    at = f"{getattr(standin, origin)}/_standin/faults"
    for name in ("backend_502", "site_503"):
        assert httpx.put(f"{at}/{name}", trust_env=False).status_code == HTTPStatus.OK
    assert _on(standin) == {"backend_502", "site_503"}
    httpx.delete(f"{at}/site_503", trust_env=False)
    assert _on(standin) == {"backend_502"}
    httpx.delete(at, trust_env=False)
    assert _on(standin) == set()


def test_switch_takes_scope_and_strength_from_the_query_and_from_the_body(standin: Standin) -> None:
    at = f"{standin.control}/_standin/faults/invoke_slow?app=points_check&seconds=7"
    httpx.put(at, json={"seconds": 3, "after": 1}, trust_env=False).raise_for_status()
    try:
        on = _shown(standin)["invoke_slow"]
        assert (on["app"], on["after"], on["values"]) == (["points_check"], 1, {"seconds": 3.0, "share": 1.0})
        assert (on["seen"], on["hit"], on["path"], on["times"]) == (0, 0, None, None)
    finally:
        httpx.delete(f"{standin.control}/_standin/faults", trust_env=False)


def test_switch_names_the_faults_there_are(standin: Standin) -> None:
    for method in ("PUT", "DELETE"):
        answer = httpx.request(method, f"{standin.control}/_standin/faults/fire", trust_env=False)
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert answer.json()["message"].startswith("there is no fault named 'fire'; there are: analytics_failing, ")
        assert answer.json()["faults"] == [fault.name for fault in FAULTS]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b'{"app": "maps"}', "cannot happen to the app 'maps'", id="an app there is not"),
        pytest.param(b'{"seconds": 999}', "a number from 0 to 120", id="a strength there is not"),
        pytest.param(b"[1]", "must be an object of JSON", id="a list"),
        pytest.param(b"{", "must be an object of JSON", id="no JSON"),
    ],
)
def test_switch_refuses_what_cannot_be(standin: Standin, content: bytes, said: str) -> None:
    answer = httpx.put(f"{standin.control}/_standin/faults/backend_slow", content=content, trust_env=False)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.json()["message"]
    assert _on(standin) == set()


def test_switch_counts_what_a_fault_met_and_begins_anew_with_each_turn(standin: Standin) -> None:
    for _ in range(2):
        with standin.fault("backend_502", after=1):
            statuses = [httpx.get(f"{standin.backend}/health", trust_env=False).status_code for _ in range(3)]
            assert statuses == [200, 502, 502]
            assert (_shown(standin)["backend_502"]["seen"], _shown(standin)["backend_502"]["hit"]) == (3, 2)


def test_switch_tells_which_names_shall_not_resolve(standin: Standin) -> None:
    with standin.fault("app_dns_gone", app="team_radar"):
        network = _shown(standin)["app_dns_gone"]["network"]
    assert network == {"resolve": [standin.connect.removeprefix("http://")], "https": []}
    with standin.fault("network_tls"):
        network = _shown(standin)["network_tls"]["network"]
    others = [origin for origin in standin.origins if origin != standin.control]
    assert network == {"resolve": [], "https": [origin.removeprefix("http://") for origin in others]}


def test_site_at_503_answers_every_page_and_rest(standin: Standin, rest: httpx.Client) -> None:
    with standin.fault("site_503"), standin.browserless() as client:
        page = client.get("/browse/SYN-1")
        assert page.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert "This site is temporarily unavailable" in page.text
        answer = rest.get("/rest/api/3/myself")
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert answer.json()["errorMessages"] == ["The service is temporarily unavailable. Try again later."]
        assert httpx.get(f"{standin.signin}/login", trust_env=False).status_code == HTTPStatus.OK
    assert rest.get("/rest/api/3/myself").status_code == HTTPStatus.OK


def test_fault_can_be_on_from_the_start() -> None:
    with a_standin("--fault", "network_refused", "--fault", "backend_502") as running:
        assert _on(running) == {"network_refused", "backend_502"}
        with pytest.raises(httpx.ConnectError):
            httpx.get(running.site, trust_env=False)
        httpx.delete(f"{running.control}/_standin/faults", trust_env=False)
        assert httpx.get(running.site, trust_env=False).status_code == HTTPStatus.FOUND


def test_process_ends_well_while_a_fault_holds_requests_back() -> None:
    with a_standin("--fault", "backend_hangs") as running, socket.create_connection(_address(running)) as waiting:
        waiting.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        eventually(lambda: _shown(running)["backend_hangs"]["hit"] == 1, "the request is held back")


def _address(standin: Standin) -> tuple[str, int]:
    parts = urlsplit(standin.backend)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port
