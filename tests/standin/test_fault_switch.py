"""The fault switch, over HTTP."""

from http import HTTPStatus

import httpx

from tests.standin.started import Standin, a_standin


def _on(standin: Standin) -> set[str]:
    shown = httpx.get(f"{standin.site}/_standin/faults", trust_env=False).json()["faults"]
    assert {fault["name"] for fault in shown} == {"backend_502", "site_503"}
    assert all(fault["sentence"] for fault in shown)
    return {fault["name"] for fault in shown if fault["on"]}


def test_switch_shows_and_moves_each_fault(standin: Standin) -> None:
    assert _on(standin) == set()
    with standin.fault("backend_502"), standin.fault("site_503"):
        assert _on(standin) == {"backend_502", "site_503"}
    assert _on(standin) == set()


def test_switch_names_the_faults_there_are(standin: Standin) -> None:
    for method in ("PUT", "DELETE"):
        answer = httpx.request(method, f"{standin.site}/_standin/faults/fire", trust_env=False)
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert answer.json() == {
            "message": "there is no fault named 'fire'; there are: backend_502, site_503.",
            "faults": ["backend_502", "site_503"],
        }


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
    with a_standin("--fault", "site_503", "--fault", "backend_502") as running:
        assert _on(running) == {"site_503", "backend_502"}
