"""The Statuspage and its switch."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count

import httpx
import pytest

from synthetics.standin.statuspage_board import LEVELS, StatusBoard, UnknownIndicatorError
from tests.standin.started import Standin

_BEGIN = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def board() -> StatusBoard:
    minutes = count()
    return StatusBoard(lambda: _BEGIN + timedelta(minutes=next(minutes)))


@pytest.fixture
def status(standin: Standin) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=standin.status, trust_env=False) as client:
        yield client
    httpx.put(f"{standin.site}/_standin/status/none", trust_env=False).raise_for_status()


def test_all_is_well_in_the_beginning(board: StatusBoard) -> None:
    assert board.status() == {"indicator": "none", "description": "All Systems Operational"}
    assert board.incidents() == []
    assert {component["status"] for component in board.components()} == {"operational"}


@pytest.mark.parametrize("indicator", [name for name in LEVELS if name != "none"])
def test_incident_comes_with_each_indicator_and_goes(board: StatusBoard, indicator: str) -> None:
    board.say(indicator)
    (incident,) = board.incidents()
    assert (incident["impact"], incident["status"]) == (indicator, "investigating")
    assert incident["started_at"] == "2026-03-01T08:01:00.000Z"
    assert [component["name"] for component in incident["components"]] == ["Jira", "Confluence"]
    board.say("none")
    assert board.incidents() == []


def test_saying_the_same_again_begins_no_new_incident(board: StatusBoard) -> None:
    board.say("minor")
    first = board.incidents()
    board.say("minor")
    assert board.incidents() == first
    board.say("major")
    assert board.incidents()[0]["id"] != first[0]["id"]


def test_unknown_indicator_is_refused_with_those_there_are(board: StatusBoard) -> None:
    with pytest.raises(UnknownIndicatorError, match="no indicator 'fire'; there are: none, minor, major, critical"):
        board.say("fire")


def test_summary_has_the_shape_of_a_statuspage(status: httpx.Client, standin: Standin) -> None:
    summary = status.get("/api/v2/summary.json").json()
    assert set(summary) == {"page", "components", "incidents", "scheduled_maintenances", "status"}
    assert summary["page"]["url"] == standin.status
    assert set(summary["page"]) == {"id", "name", "url", "time_zone", "updated_at"}
    assert {component["page_id"] for component in summary["components"]} == {summary["page"]["id"]}


def test_switch_on_the_site_moves_every_answer(status: httpx.Client, standin: Standin) -> None:
    moved = httpx.put(f"{standin.site}/_standin/status/critical", trust_env=False)
    assert moved.json() == {"indicator": "critical", "description": "Major Service Outage"}
    assert httpx.get(f"{standin.site}/_standin/status", trust_env=False).json() == moved.json()
    assert status.get("/api/v2/summary.json").json()["status"] == moved.json()
    assert status.get("/api/v2/status.json").json()["status"]["indicator"] == "critical"
    assert len(status.get("/api/v2/incidents/unresolved.json").json()["incidents"]) == 1
    parts = status.get("/api/v2/components.json").json()["components"]
    assert [part["status"] for part in parts][:3] == ["major_outage", "major_outage", "operational"]
    page = status.get("/").text
    assert "Major Service Outage" in page
    assert "Jira and Confluence are unavailable" in page


def test_switch_names_the_indicators_there_are(standin: Standin) -> None:
    answer = httpx.put(f"{standin.site}/_standin/status/fire", trust_env=False)
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.json()["indicators"] == ["none", "minor", "major", "critical"]


def test_statuspage_answers_while_the_site_does_not(status: httpx.Client, standin: Standin) -> None:
    with standin.fault("site_503"):
        assert status.get("/api/v2/status.json").json()["status"]["indicator"] == "none"
        assert httpx.put(f"{standin.site}/_standin/status/major", trust_env=False).is_success
