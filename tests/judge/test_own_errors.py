"""The judge on errors of our own: what is a gap or a trouble of ours, and what tells how a journey failed."""

import pytest

from synthetics.evidence import Evidence, Phase, PhaseEvidence, PhaseOutcome
from synthetics.judge import judge
from synthetics.record import Error, Fault, Outcome
from tests.judge.test_course import AN_ERROR, NO_TOKEN, phases, seen

FAILED = PhaseOutcome.FAILED
NO_STANDIN = Error(type="synthetics.errors.StandinError", message="It went away")
NO_SITE = Error(type="synthetics.authoring.hosts.site.SiteError", message="It was refused")


@pytest.mark.parametrize(
    ("evidence", "code", "sentence"),
    [
        pytest.param(
            seen(phases=phases(FAILED, None, error=NO_TOKEN)),
            "own_error",
            "The run ended at an error of the monitor's own: synthetics.errors.CallerError: "
            "The account has no api_token",
            id="a fixture found a gap in our configuration after the target had been asked",
        ),
        pytest.param(
            seen(phases=phases(call=FAILED, error=NO_STANDIN)),
            "own_error",
            "The run ended at an error of the monitor's own: synthetics.errors.StandinError: It went away",
            id="our own site went away in the test",
        ),
        pytest.param(
            seen(asked_target=False, phases=phases(FAILED, None, error=NO_TOKEN)),
            "broke_before_asking",
            "The run broke before it asked the target for anything: synthetics.errors.CallerError: "
            "The account has no api_token",
            id="a fixture found a gap in our configuration before anything was asked",
        ),
    ],
)
def test_judge_charges_nobody_for_our_own_error_when(evidence: Evidence, code: str, sentence: str) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault) == (Outcome.ERRORED, Fault.MONITOR)
    assert [(each.code, each.sentence) for each in judgement.reasons] == [(code, sentence)]


@pytest.mark.parametrize(
    ("evidence", "reasons"),
    [
        pytest.param(
            seen(phases=phases(FAILED, None, error=NO_SITE)),
            [("journey_failed", "The run failed: synthetics.authoring.hosts.site.SiteError: It was refused")],
            id="an error of ours told how the journey failed",
        ),
        pytest.param(
            seen(
                phases=(
                    *phases(call=FAILED, teardown=None, error=AN_ERROR),
                    PhaseEvidence(phase=Phase.TEARDOWN, outcome=FAILED, error=NO_TOKEN),
                )
            ),
            [("journey_failed", "The run failed: AssertionError: the flow is not listed")],
            id="the test failed, and then its clean-up met a gap in our configuration",
        ),
    ],
)
def test_judge_fails_in_spite_of_our_own_error_when(evidence: Evidence, reasons: list[tuple[str, str]]) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault) == (Outcome.FAILED, Fault.UNKNOWN)
    assert [(each.code, each.sentence) for each in judgement.reasons] == reasons
