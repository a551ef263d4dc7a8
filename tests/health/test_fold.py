"""Evidence of a check: one step with its phases inside, one request in one column, and whose it was."""

from typing import Any

import pytest

from synthetics.config.app import App
from synthetics.errors import CallerError
from synthetics.health.check import check_of
from synthetics.health.fold import fold
from synthetics.health.probe import Probed
from synthetics.health.stopwatch import PhaseTaken
from synthetics.judge import judge
from synthetics.record import Error, Outcome, StepStatus
from synthetics.seen.health import HealthPhase, HealthSeen
from synthetics.seen.traffic import Owner
from tests.builders import a_health_journey
from tests.health.servers import a_check, a_target

URL = "https://api.example/health"
APP = App(name="ihub", title="iHub", health_path="/health", base_urls={"api": "https://api.example"})
PHASES = (
    PhaseTaken(phase=HealthPhase.RESOLVE, offset_ms=0, duration_ms=2),
    PhaseTaken(phase=HealthPhase.CONNECT, offset_ms=2, duration_ms=8),
)
ERROR = Error(type="httpx.ConnectError", message="refused")


def a_probe(error: Error | None = None, **seen: Any) -> Probed:
    return Probed(seen=HealthSeen(url=URL, **seen), phases=PHASES, duration_ms=10, error=error)


def test_evidence_of_a_good_check_is_small_and_passes() -> None:
    evidence = fold(a_check(URL), APP, "GET /health", a_probe(status=200))
    (step,) = evidence.steps
    assert (step.title, step.status, step.duration_ms) == ("GET /health", StepStatus.PASSED, 10)
    assert [(each.title, each.duration_ms) for each in step.steps] == [("resolve", 2), ("connect", 8)]
    assert (evidence.requests, evidence.phases, evidence.error) == ((), (), None)
    assert judge(evidence).outcome is Outcome.PASSED
    assert evidence.recorded is not None
    assert evidence.recorded.health == evidence.health


@pytest.mark.parametrize(
    ("probe", "column"),
    [
        (a_probe(status=200), "answered"),
        (a_probe(status=204), "answered"),
        (a_probe(status=302, redirect="https://b.example"), "answered"),
        (a_probe(status=500), "refused"),
        (a_probe(ERROR, failure="net::ERR_CONNECTION_REFUSED", stopped_in=HealthPhase.CONNECT), "failed"),
        (a_probe(ERROR, status=200, failure="net::ERR_EMPTY_RESPONSE", stopped_in=HealthPhase.TRANSFER), "failed"),
        (a_probe(ERROR, timed_out=True, stopped_in=HealthPhase.PROCESSING), "unfinished"),
    ],
)
def test_request_is_in_exactly_one_column(probe: Probed, column: str) -> None:
    (traffic,) = fold(a_check(URL), APP, "GET /health", probe).origins
    columns = ("answered", "refused", "failed", "aborted", "unfinished")
    assert {name: getattr(traffic, name) for name in columns} == dict.fromkeys(columns, 0) | {column: 1}
    assert (traffic.requests, traffic.owner, traffic.origin) == (1, Owner.BACKEND, "https://api.example")


def test_step_of_a_failed_check_tells_what_was_asked_and_in_which_phase_it_stopped() -> None:
    probe = a_probe(ERROR, failure="net::ERR_CONNECTION_REFUSED", stopped_in=HealthPhase.CONNECT)
    evidence = fold(a_check(URL), APP, "GET /health", probe)
    (step,) = evidence.steps
    assert (step.status, step.error, step.url) == (StepStatus.FAILED, ERROR, URL)
    assert [each.status for each in step.steps] == [StepStatus.PASSED, StepStatus.FAILED]
    assert [(each.resource, each.failure) for each in evidence.requests] == [("rest", "net::ERR_CONNECTION_REFUSED")]
    assert evidence.error == ERROR


def test_answer_that_is_not_the_good_one_is_an_error_of_the_step() -> None:
    error = fold(a_check(URL), APP, "GET /health", a_probe(status=302, redirect="https://b.example")).steps[0].error
    assert error is not None
    assert error.message == f"{URL} was answered 302 (to https://b.example), and only 200 is good"


def test_check_asks_the_path_behind_the_base_url_of_its_name_and_tells_whose_that_is() -> None:
    urls = {"backend": "https://one.example/v1", "hooks": "https://two.example"}
    app = APP.model_copy(update={"base_urls": urls})
    backend, hooks = (check_of(a_health_journey(each), app, a_target()) for each in urls)
    assert (backend.url, backend.owner) == ("https://one.example/v1/health", Owner.BACKEND)
    assert (hooks.url, hooks.owner, hooks.timeout_ms) == ("https://two.example/health", Owner.APP, 3_000)


def test_check_of_a_base_url_that_is_not_there_tells_what_is_missing() -> None:
    with pytest.raises(CallerError, match=r"on site the app ihub has no base URL gone"):
        check_of(a_health_journey("gone"), APP, a_target())
