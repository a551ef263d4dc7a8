"""The words for what happened, for lengths of time and for points in time."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.export.words import duration, failed_path, failed_step, headline, instant, iso_instant, size
from synthetics.record import Fault, Outcome, RunRecord, StepStatus
from tests.export.builders import SLOT_MS, a_failed_run, a_run, a_step

FAILED_STEP = (a_step("Open the admin page", StepStatus.FAILED),)


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        pytest.param(a_run(), "Passed in 3.2 s.", id="a pass tells how long it took"),
        pytest.param(a_run(duration_ms=None), "Passed.", id="a pass without a duration invents none"),
        pytest.param(
            a_run(Outcome.FAILED, steps=FAILED_STEP),
            "Failed at step “Open the admin page”: fault unknown.",
            id="a failure names its step",
        ),
        pytest.param(
            a_failed_run(),
            "Failed at step “Create a flow” → “Press Save”: fault unknown.",
            id="a failure inside a step names the way to it",
        ),
        pytest.param(
            a_run(Outcome.FAILED, fixture_steps=(a_step("Sign in", StepStatus.FAILED),)),
            "Failed at step “Sign in”: fault unknown.",
            id="a failed fixture is named where no step failed",
        ),
        pytest.param(a_run(Outcome.FAILED), "Failed outside its steps: fault unknown.", id="a failure without a step"),
        pytest.param(
            a_run(Outcome.FAILED, fault=Fault.APP), "Failed outside its steps: the app's fault.", id="the app's fault"
        ),
        pytest.param(
            a_run(Outcome.FAILED, fault=Fault.HOST),
            "Failed outside its steps: the host's fault.",
            id="the host's fault",
        ),
        pytest.param(
            a_run(Outcome.FAILED, fault=Fault.SESSION),
            "Failed outside its steps: a fault of the session.",
            id="the session's fault",
        ),
        pytest.param(
            a_run(Outcome.FAILED, fault=Fault.NETWORK),
            "Failed outside its steps: a fault of the network.",
            id="the network's fault",
        ),
        pytest.param(
            a_run(Outcome.ERRORED),
            "Errored: the monitor's own trouble, so nothing is said about the app.",
            id="an error is ours",
        ),
        pytest.param(
            a_run(Outcome.ERRORED, steps=FAILED_STEP),
            "Errored at step “Open the admin page”: the monitor's own trouble, so nothing is said about the app.",
            id="an error names its step where there is one",
        ),
        pytest.param(
            a_run(Outcome.MISSED),
            "Missed: the monitor did not make this run, so nothing is said about the app.",
            id="a miss is ours",
        ),
    ],
)
def test_headline_tells_what_happened_and_whose_fault_it_was(record: RunRecord, sentence: str) -> None:
    assert headline(record) == sentence


def test_failed_path_leads_to_the_innermost_failed_step() -> None:
    assert [step.title for step in failed_path(a_failed_run())] == ["Create a flow", "Press Save"]


def test_failed_step_of_a_pass_is_none() -> None:
    assert failed_step(a_run(steps=(a_step("Open"),))) is None
    assert failed_path(a_run()) == ()


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (1_000, "1.0 s"),
        (3_249, "3.2 s"),
        (3_250, "3.3 s"),
        (59_949, "59.9 s"),
        (59_950, "1 min 00 s"),
        (65_000, "1 min 05 s"),
        (3_599_499, "59 min 59 s"),
        (3_599_500, "1 h 00 min"),
        (7_380_000, "2 h 03 min"),
        (-1_500, "-1.5 s"),
    ],
)
def test_duration_is_told_as_people_say_it(milliseconds: int, text: str) -> None:
    assert duration(milliseconds) == text


@given(st.integers(min_value=1_000, max_value=3 * 3_600_000))
def test_duration_never_says_sixty_seconds_or_minutes(milliseconds: int) -> None:
    assert not re.search(r"\b60(\.0)? (s|min)$", duration(milliseconds))


def test_instants_are_in_utc() -> None:
    assert instant(SLOT_MS + 999) == "2026-03-01 12:00:00 UTC"
    assert iso_instant(SLOT_MS + 7) == "2026-03-01T12:00:00.007Z"


@pytest.mark.parametrize(
    ("size_bytes", "text"), [(0, "0 bytes"), (1_023, "1023 bytes"), (3_482, "3.4 KiB"), (12_582_912, "12.0 MiB")]
)
def test_size_is_told_in_binary_units(size_bytes: int, text: str) -> None:
    assert size(size_bytes) == text
