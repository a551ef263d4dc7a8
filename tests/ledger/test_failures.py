"""Failures for a reviewer: whose fault by now, and between which passes."""

import pytest

from synthetics.ledger.failures import Failure
from synthetics.ledger.store import Ledger
from synthetics.ledger.verdicts import JUDGE, Verdict
from synthetics.record import Fault, Outcome, Trigger
from tests.ledger.builders import MINUTE_MS, NOON_MS, a_key, a_record

ENDS = {"p": Outcome.PASSED, "f": Outcome.FAILED, "e": Outcome.ERRORED, "m": Outcome.MISSED}


def minute(number: int) -> int:
    return NOON_MS + number * MINUTE_MS


def fill(ledger: Ledger, letters: str, **place: str) -> None:
    """A run each minute."""
    for number, letter in enumerate(letters):
        ledger.write(a_record(a_key(minute(number), **place), ENDS[letter]))


def told(ledger: Ledger) -> tuple[Failure, ...]:
    return ledger.audit.failures(NOON_MS, minute(60))


@pytest.mark.parametrize(
    ("letters", "passes"),
    [
        pytest.param("pfp", [(0, 2)], id="one failure"),
        pytest.param("pffp", [(0, 3), (0, 3)], id="two in a row"),
        pytest.param("pfpfp", [(0, 2), (2, 4)], id="a pass between two"),
        pytest.param("pfemfp", [(0, 5), (0, 5)], id="unjudged ones between two are no passes"),
        pytest.param("fp", [(None, 1)], id="nothing is known before it"),
        pytest.param("pf", [(0, None)], id="it goes on"),
        pytest.param("ff", [(None, None), (None, None)], id="no pass at all"),
        pytest.param("ppp", [], id="none"),
    ],
)
def test_each_failure_has_the_passes_around_it(
    letters: str, passes: list[tuple[int | None, int | None]], ledger: Ledger
) -> None:
    fill(ledger, letters)

    found = [(each.passed_before_ms, each.passed_after_ms) for each in told(ledger)]

    started = [None if before is None else minute(before) + 20 for before, _ in passes]
    assert found == list(zip(started, [None if after is None else minute(after) for _, after in passes], strict=True))


def test_passes_of_other_places_and_of_other_triggers_are_none_of_its_own(ledger: Ledger) -> None:
    fill(ledger, "f")
    fill(ledger, "pp", target="dfr")
    fill(ledger, "ppf", journey="ihub.other")
    ledger.write(a_record(a_key(minute(3), trigger=Trigger.MANUAL)))
    ledger.write(a_record(a_key(minute(4), attempt=2)))

    by_place = {(each.journey, each.target): each.passed_before_ms for each in told(ledger)}

    assert by_place == {("ihub.run_flow", "standin"): None, ("ihub.other", "standin"): minute(1) + 20}


def test_a_failure_has_its_last_verdict_and_who_gave_it(ledger: Ledger) -> None:
    fill(ledger, "pfp")
    run_id = a_key(minute(1)).run_id
    before = told(ledger)[0]
    for author, fault in ((JUDGE, Fault.HOST), ("ann", Fault.NETWORK)):
        ledger.append_verdict(
            Verdict(run_id=run_id, at_ms=minute(9), outcome=Outcome.FAILED, fault=fault, author=author)
        )

    [after] = told(ledger)

    assert (before.fault, before.first_fault, before.author) == (Fault.UNKNOWN, Fault.UNKNOWN, JUDGE)
    assert (after.fault, after.first_fault, after.author) == (Fault.NETWORK, Fault.UNKNOWN, "ann")
    assert (after.run_id, after.slot_ms, after.ended_ms) == (run_id, minute(1), minute(1) + 20 + 2_500)


def test_a_failure_is_flaky_where_its_confirm_run_passed(ledger: Ledger) -> None:
    fill(ledger, "ff")
    ledger.write(a_record(a_key(minute(0), attempt=2)))
    ledger.write(a_record(a_key(minute(1), attempt=2), Outcome.FAILED))

    assert [each.flaky for each in told(ledger)] == [True, False]


def test_only_failures_of_the_time_that_is_asked_for_are_told_with_passes_from_beyond_it(ledger: Ledger) -> None:
    fill(ledger, "pfffp")

    [each] = ledger.audit.failures(minute(2), minute(3))

    assert (each.slot_ms, each.passed_before_ms, each.passed_after_ms) == (minute(2), minute(0) + 20, minute(4))
