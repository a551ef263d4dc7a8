"""The judge: whatever the evidence, the pair and the reason that the rules give."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.evidence import Evidence, Phase, PhaseEvidence, PhaseOutcome, WorkerEnding
from synthetics.judge import judge
from synthetics.record import OUTCOMES_AND_FAULTS, Error, Fault, Outcome, Step, StepStatus
from synthetics.worker import KillReason

AN_ERROR = Error(type="AssertionError", message="the flow is not listed\nassert 0")
LAUNCH = Error(type="playwright.sync_api.Error", message="BrowserType.launch: Executable doesn't exist")
NO_BROWSER = Error(type="synthetics.authoring.browser.BrowserNotFoundError", message="There is no browser")
REFUSED = Error(type="httpx.ConnectError", message="[Errno 111] Connection refused")
NO_TOKEN = Error(type="synthetics.errors.CallerError", message="The account has no api_token\n  Add to its table")
SKIP = Error(type="_pytest.outcomes.Skipped", message="not today")

ENDED = WorkerEnding(exit_code=0, duration_ms=4_000)
BROKE = WorkerEnding(exit_code=1, duration_ms=4_000)
SIGNALLED = WorkerEnding(exit_code=None, signal=9, duration_ms=4_000)
AT_DEADLINE = WorkerEnding(exit_code=2, killed_for=KillReason.DEADLINE, killed_monotonic_ms=9_000, duration_ms=4_000)
STOPPED = WorkerEnding(exit_code=2, killed_for=KillReason.STOPPED, killed_monotonic_ms=9_000, duration_ms=4_000)
WATCHED_NO_MORE = WorkerEnding(exit_code=None, supervisor_lost="it ended with code -9", duration_ms=4_000)
NOT_STARTED = WorkerEnding(exit_code=None, could_not_start="No space left on device")


def phases(
    setup: PhaseOutcome | None = PhaseOutcome.PASSED,
    call: PhaseOutcome | None = PhaseOutcome.PASSED,
    teardown: PhaseOutcome | None = PhaseOutcome.PASSED,
    *,
    error: Error | None = None,
) -> tuple[PhaseEvidence, ...]:
    """How phases ended, those that never did left out; the error belongs to whichever did not pass."""
    given_outcomes = {Phase.SETUP: setup, Phase.CALL: call, Phase.TEARDOWN: teardown}
    return tuple(
        PhaseEvidence(phase=phase, outcome=outcome, error=None if outcome is PhaseOutcome.PASSED else error)
        for phase, outcome in given_outcomes.items()
        if outcome is not None
    )


PASSED, FAILED, SKIPPED = PhaseOutcome.PASSED, PhaseOutcome.FAILED, PhaseOutcome.SKIPPED
CALL_FAILED = phases(call=FAILED, error=AN_ERROR)
SETUP_ONLY = phases(call=None, teardown=None)


def step(title: str, status: StepStatus = StepStatus.PASSED, *inside: Step, error: Error | None = None) -> Step:
    return Step(title=title, status=status, error=error, steps=inside)


BOTH = (step("Open"), step("Look"))
LOOK_FAILED = (step("Open"), step("Look", StepStatus.FAILED))


WHOLE = Evidence(ending=ENDED, playwright="1.65", browser="140.0", asked_target=True, steps=BOTH, phases=phases())


def seen(**instead: Any) -> Evidence:
    """Evidence of a run in which everything went well, save what is said."""
    return replace(WHOLE, **instead)


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(seen(), id="all phases and all steps passed"),
        pytest.param(seen(ending=None), id="by hand, with no worker"),
        pytest.param(seen(ending=BROKE), id="the worker broke after the last teardown"),
        pytest.param(seen(ending=SIGNALLED), id="the worker was killed after the last teardown"),
        pytest.param(seen(ending=AT_DEADLINE), id="the worker hung after the last teardown"),
        pytest.param(seen(ending=STOPPED), id="we were told to stop after the last teardown"),
        pytest.param(seen(browser_died="page"), id="the page died of its own closing"),
    ],
)
def test_judge_passes_when(evidence: Evidence) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault, judgement.reasons) == (Outcome.PASSED, Fault.NONE, ())


@pytest.mark.parametrize(
    ("evidence", "code", "sentence"),
    [
        pytest.param(
            Evidence(ending=NOT_STARTED),
            "worker_not_started",
            "The worker could not be started: No space left on device.",
            id="the worker could not start",
        ),
        pytest.param(
            seen(browser_died="browser", phases=CALL_FAILED),
            "browser_died",
            "The browser ended in the middle of the run without being told to.",
            id="the browser died, whatever failed of it",
        ),
        pytest.param(
            seen(browser=None, asked_target=False, phases=phases(FAILED, None, error=LAUNCH)),
            "browser_not_started",
            "No browser could be started: playwright.sync_api.Error: BrowserType.launch: Executable doesn't exist",
            id="the browser could not start",
        ),
        pytest.param(
            seen(browser=None, phases=phases(FAILED, None, error=LAUNCH)),
            "browser_not_started",
            "No browser could be started: playwright.sync_api.Error: BrowserType.launch: Executable doesn't exist",
            id="the browser could not start after REST had asked",
        ),
        pytest.param(
            seen(browser=None, asked_target=False, phases=phases(FAILED, None, error=NO_BROWSER)),
            "browser_not_started",
            "No browser could be started: synthetics.authoring.browser.BrowserNotFoundError: There is no browser",
            id="there is no browser",
        ),
        pytest.param(
            seen(
                asked_target=False,
                phases=(PhaseEvidence(phase=Phase.COLLECT, outcome=FAILED, error=AN_ERROR),),
                ending=WorkerEnding(exit_code=4),
            ),
            "broke_before_asking",
            "The run broke before it asked the target for anything: AssertionError: the flow is not listed",
            id="it cannot be imported",
        ),
        pytest.param(
            seen(asked_target=False, phases=phases(FAILED, None, error=AN_ERROR)),
            "broke_before_asking",
            "The run broke before it asked the target for anything: AssertionError: the flow is not listed",
            id="a fixture broke before it asked",
        ),
        pytest.param(
            seen(asked_target=False, phases=CALL_FAILED, ending=STOPPED),
            "broke_before_asking",
            "The run broke before it asked the target for anything: AssertionError: the flow is not listed",
            id="the test broke before it asked, and then we were told to stop",
        ),
        pytest.param(
            seen(asked_target=False, phases=phases(SKIPPED, None, error=SKIP)),
            "skipped",
            "The journey skipped itself before it asked the target for anything: not today",
            id="it skipped itself before it asked",
        ),
        pytest.param(
            seen(phases=phases(call=SKIPPED, error=SKIP)),
            "skipped",
            "The journey skipped itself after it had asked the target: not today",
            id="it skipped itself after it had asked",
        ),
        pytest.param(
            seen(asked_target=False, phases=phases(SKIPPED, None)),
            "skipped",
            "The journey skipped itself before it asked the target for anything.",
            id="it skipped itself without a word",
        ),
        pytest.param(
            seen(asked_target=False, phases=(), ending=AT_DEADLINE),
            "deadline_before_asking",
            "The run was ended at its deadline before it asked the target for anything.",
            id="it hung before it asked",
        ),
        pytest.param(
            Evidence(ending=WorkerEnding(exit_code=5)),
            "no_test_ran",
            "The run ended before it asked the target for anything (the worker ended with code 5).",
            id="no test ran",
        ),
        pytest.param(
            Evidence(ending=SIGNALLED),
            "no_test_ran",
            "The run ended before it asked the target for anything (the worker was ended by signal 9).",
            id="the worker was killed before it asked",
        ),
        pytest.param(
            Evidence(),
            "no_test_ran",
            "The run ended before it asked the target for anything.",
            id="nothing is known at all",
        ),
        pytest.param(
            seen(asked_target=False),
            "vacuous",
            "The journey ended without an error, but no browser asked the target for anything.",
            id="it passed and asked nothing",
        ),
        pytest.param(
            seen(browser=None),
            "vacuous",
            "The journey ended without an error, but no browser asked the target for anything.",
            id="it passed without a browser",
        ),
        pytest.param(
            Evidence(ending=replace(AT_DEADLINE, killed_for=KillReason.MEMORY)),
            "memory_before_asking",
            "The run was ended because it took more memory than a worker may before it asked the target for anything.",
            id="it ate memory before it asked",
        ),
        pytest.param(
            seen(ending=WATCHED_NO_MORE, phases=SETUP_ONLY, steps=LOOK_FAILED),
            "supervisor_lost",
            "The supervisor was lost in the run: it ended with code -9.",
            id="its supervisor was lost while all went well",
        ),
        pytest.param(
            seen(ending=STOPPED, phases=SETUP_ONLY, steps=LOOK_FAILED),
            "stopped",
            "The runner was told to stop, and ended this run before it was over.",
            id="we were told to stop while all went well",
        ),
        pytest.param(
            Evidence(ending=STOPPED),
            "stopped",
            "The runner was told to stop, and ended this run before it was over.",
            id="we were told to stop before anything happened",
        ),
    ],
)
def test_judge_says_that_it_could_not_judge_when(evidence: Evidence, code: str, sentence: str) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault) == (Outcome.ERRORED, Fault.MONITOR)
    assert [(each.code, each.sentence) for each in judgement.reasons] == [(code, sentence)]


FAILED_AT_LOOK = ("journey_failed", "The run failed at step “Look”: AssertionError: the flow is not listed")


@pytest.mark.parametrize(
    ("evidence", "reasons"),
    [
        pytest.param(seen(phases=CALL_FAILED, steps=LOOK_FAILED), [FAILED_AT_LOOK], id="a step failed"),
        pytest.param(
            seen(phases=CALL_FAILED, steps=LOOK_FAILED, ending=None), [FAILED_AT_LOOK], id="a step failed by hand"
        ),
        pytest.param(
            seen(phases=CALL_FAILED, steps=LOOK_FAILED, ending=STOPPED),
            [FAILED_AT_LOOK],
            id="a step failed before we were told to stop",
        ),
        pytest.param(
            seen(phases=CALL_FAILED),
            [("journey_failed", "The run failed: AssertionError: the flow is not listed")],
            id="the test failed outside any step",
        ),
        pytest.param(
            seen(phases=phases(teardown=FAILED, error=AN_ERROR)),
            [("journey_failed", "The run failed: AssertionError: the flow is not listed")],
            id="only the clean-up failed",
        ),
        pytest.param(
            seen(
                phases=phases(FAILED, None, error=AN_ERROR),
                steps=(step("Open", StepStatus.SKIPPED),),
                fixture_steps=(step("Sign in", StepStatus.FAILED, error=AN_ERROR),),
            ),
            [("journey_failed", "The run failed at step “Sign in”: AssertionError: the flow is not listed")],
            id="signing in failed",
        ),
        pytest.param(
            seen(browser=None, phases=phases(FAILED, None, error=REFUSED)),
            [("journey_failed", "The run failed: httpx.ConnectError: [Errno 111] Connection refused")],
            id="the target refused REST before there was a browser",
        ),
        pytest.param(
            seen(phases=phases(call=FAILED, error=LAUNCH)),
            [
                (
                    "journey_failed",
                    "The run failed: playwright.sync_api.Error: BrowserType.launch: Executable doesn't exist",
                )
            ],
            id="Playwright failed in a browser that was there",
        ),
        pytest.param(
            seen(phases=phases(call=FAILED, error=Error(type="AssertionError", message=" \n"))),
            [("journey_failed", "The run failed: AssertionError: (no message)")],
            id="it failed without a word",
        ),
        pytest.param(
            seen(ending=AT_DEADLINE, phases=SETUP_ONLY, steps=LOOK_FAILED),
            [("deadline", "The run was ended at its deadline at step “Look”.")],
            id="it hung in a step",
        ),
        pytest.param(
            seen(
                ending=AT_DEADLINE,
                phases=SETUP_ONLY,
                steps=(step("Open", StepStatus.FAILED, step("a"), step("b", StepStatus.FAILED)),),
            ),
            [("deadline", "The run was ended at its deadline at step “b”.")],
            id="it hung in a step inside a step",
        ),
        pytest.param(
            seen(ending=AT_DEADLINE, phases=phases(call=FAILED, teardown=None, error=AN_ERROR), steps=LOOK_FAILED),
            [FAILED_AT_LOOK, ("deadline", "The run was ended at its deadline at step “Look”.")],
            id="it failed and then its teardown hung",
        ),
        pytest.param(
            seen(
                ending=SIGNALLED,
                phases=SETUP_ONLY,
                steps=(step("Open"), step("Look", StepStatus.FAILED, error=AN_ERROR)),
            ),
            [FAILED_AT_LOOK],
            id="a step failed and the worker died of it",
        ),
        pytest.param(
            seen(ending=SIGNALLED, phases=SETUP_ONLY, steps=LOOK_FAILED),
            [
                (
                    "worker_ended",
                    "The worker ended before the run was over at step “Look” (the worker was ended by signal 9).",
                )
            ],
            id="the worker was killed in a step",
        ),
        pytest.param(
            seen(ending=WorkerEnding(exit_code=7), phases=SETUP_ONLY),
            [("worker_ended", "The worker ended before the run was over (the worker ended with code 7).")],
            id="the worker ended itself",
        ),
        pytest.param(
            seen(phases=phases(teardown=None)),
            [("worker_ended", "The worker ended before the run was over (the worker ended with code 0).")],
            id="no teardown was seen",
        ),
        pytest.param(
            seen(steps=(step("Open"), step("Look", StepStatus.SKIPPED))),
            [("step_not_reached", "The journey ended without an error, but its step “Look” was never reached.")],
            id="a declared step was never reached",
        ),
        pytest.param(
            seen(steps=(step("Open"), step("Look", StepStatus.FAILED, error=AN_ERROR))),
            [FAILED_AT_LOOK],
            id="the error of a step was swallowed",
        ),
        pytest.param(
            seen(steps=LOOK_FAILED),
            [("step_failed", "The journey ended without an error, but failed at step “Look”.")],
            id="a step never ended",
        ),
    ],
)
def test_judge_fails_with_nobody_named_when(evidence: Evidence, reasons: list[tuple[str, str]]) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault) == (Outcome.FAILED, Fault.UNKNOWN)
    assert [(each.code, each.sentence) for each in judgement.reasons] == reasons


errors = st.sampled_from([None, AN_ERROR, LAUNCH, NO_BROWSER, NO_TOKEN, REFUSED, SKIP])
steps = st.lists(st.builds(step, st.sampled_from("abc"), st.sampled_from(StepStatus), error=errors), max_size=3).map(
    tuple
)
any_evidence = st.builds(
    Evidence,
    ending=st.sampled_from([None, ENDED, BROKE, SIGNALLED, AT_DEADLINE, STOPPED, NOT_STARTED]),
    browser=st.sampled_from([None, "140.0"]),
    browser_died=st.sampled_from([None, "browser", "page"]),
    asked_target=st.booleans(),
    steps=steps,
    fixture_steps=steps,
    phases=st.lists(
        st.builds(PhaseEvidence, phase=st.sampled_from(Phase), outcome=st.sampled_from(PhaseOutcome), error=errors),
        max_size=4,
    ).map(tuple),
)


@given(any_evidence)
def test_judge_always_gives_a_pair_and_a_reason_for_all_but_a_pass(evidence: Evidence) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault) in OUTCOMES_AND_FAULTS
    assert bool(judgement.reasons) == (judgement.outcome is not Outcome.PASSED)


@given(any_evidence)
def test_judge_passes_nothing_that_did_not_ask_or_did_not_pass(evidence: Evidence) -> None:
    if judge(evidence).outcome is Outcome.PASSED:
        assert evidence.asked_target
        assert evidence.browser is not None
        assert {each.outcome for each in evidence.phases} == {PhaseOutcome.PASSED}
        assert all(each.status is StepStatus.PASSED for each in evidence.steps)


@given(any_evidence)
def test_judge_charges_nobody_for_a_run_that_asked_nothing(evidence: Evidence) -> None:
    if not evidence.asked_target:
        assert judge(evidence).fault is Fault.MONITOR
