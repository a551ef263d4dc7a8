"""Records and events: whatever strings a run brings along, they become one line and come back."""

import pytest

from synthetics.evidence import Event, StepEnded, StepStarted, event_from_line, event_to_line
from synthetics.record import Error, Fault, Kind, Outcome, RunKey, RunRecord, Step, StepStatus, Trigger, well_formed

HALF = "a\ud800b"
WHOLE = "a\N{REPLACEMENT CHARACTER}b"


def a_record(*, text: str) -> RunRecord:
    key = RunKey(
        journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=1_000_000
    )
    error = Error(type="AssertionError", message=text)
    inside = Step(title=text, status=StepStatus.FAILED, error=error, console_errors=(text,))
    return RunRecord(
        run_id=key.run_id,
        app="ihub",
        journey=key.journey,
        title="A flow runs.",
        kind=Kind.BROWSER,
        target=key.target,
        location=key.location,
        trigger=key.trigger,
        slot_ms=key.slot_ms,
        attempt=key.attempt,
        outcome=Outcome.FAILED,
        fault=Fault.UNKNOWN,
        steps=(Step(title="Open", status=StepStatus.FAILED, steps=(inside,)),),
        error=error,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("plain", "plain", id="plain text"),
        pytest.param("\N{ROCKET}\0\n", "\N{ROCKET}\0\n", id="whatever is a character"),
        pytest.param(HALF, WHOLE, id="the first half of a character"),
        pytest.param("\udc80", "\N{REPLACEMENT CHARACTER}", id="a byte that Python could not read"),
        pytest.param("\ud83d\ude80", "\N{REPLACEMENT CHARACTER}", id="two halves that were never joined"),
    ],
)
def test_text_becomes_well_formed(text: str, expected: str) -> None:
    assert well_formed(text) == expected


def test_record_with_half_characters_is_written_and_read_back() -> None:
    assert RunRecord.from_json(a_record(text=HALF).to_json()) == a_record(text=WHOLE)
    assert a_record(text=HALF).to_dict() == a_record(text=WHOLE).to_dict()


def test_record_without_them_is_as_it_was() -> None:
    record = a_record(text=WHOLE)
    assert well_formed(record) == record
    assert RunRecord.from_json(record.to_json()) == record


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(StepStarted(monotonic_ms=1, step_id=1, title=HALF), id="in a title"),
        pytest.param(
            StepEnded(
                monotonic_ms=1,
                step_id=1,
                duration_ms=1,
                error=Error(type="AssertionError", message=HALF),
                console_errors=("fine", HALF),
            ),
            id="in an error and in what the console said",
        ),
    ],
)
def test_event_with_half_characters_is_said(event: Event) -> None:
    assert event_from_line(event_to_line(event)) == well_formed(event)
    assert HALF not in str(event_from_line(event_to_line(event)))
