"""What holds whatever the evidence: a pair is given, nothing is raised, and nobody is charged without a control."""

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import synthetics.judge
from synthetics.evidence import (
    AppFacts,
    ControlKind,
    ControlSeen,
    Evidence,
    FrameSeen,
    MachineSeen,
    MessageSeen,
    NavigationSeen,
    OriginTraffic,
    Owner,
    Phase,
    PhaseEvidence,
    PhaseOutcome,
    RepeatSeen,
    RequestSeen,
    StoppedIn,
    Surroundings,
    WorkerEnding,
)
from synthetics.judge import judge, review, wants
from synthetics.record import OUTCOMES_AND_FAULTS, Error, Fault, Outcome, Step, StepStatus
from synthetics.worker import KillReason
from tests.judge.building import NOW
from tests.judge.cases import CASES

maybe_ms = st.sampled_from([None, 0, 500, 3_000, 9_000])
owners = st.sampled_from(Owner)
urls = st.sampled_from(
    ["https://a.example/login", "https://b.example/login/mfa", "https://a.example/x", "about:blank", ":", ""]
)
pairs = st.sampled_from([pair for pair in OUTCOMES_AND_FAULTS if pair[1] is not Fault.APP])
kinds = st.sampled_from(
    ["AssertionError", "a.SiteDataError", "synthetics.errors.CallerError", "httpx.ConnectError", "X"]
)

requests = st.builds(
    RequestSeen,
    owner=owners,
    origin=urls,
    method=st.sampled_from(["GET", "POST"]),
    path=st.sampled_from(["/x", "/rest/a", "/gateway/b", ""]),
    resource=st.sampled_from(["document", "script", "fetch", "rest", "image", "websocket", "bridge"]),
    is_navigation=st.booleans(),
    in_app_frame=st.booleans(),
    status=st.sampled_from([None, 200, 401, 403, 404, 429, 500, 503]),
    failure=st.sampled_from([None, None, "net::ERR_CONNECTION_RESET", "net::ERR_ABORTED", "odd"]),
    started_ms=maybe_ms,
    duration_ms=maybe_ms,
    ended=st.booleans(),
    retry_after_s=st.sampled_from([None, 3.0]),
)
controls = st.builds(
    lambda kind, pair, after_ms, reached: ControlSeen(
        kind=kind,
        outcome=pair[0],
        fault=pair[1],
        started_ms=NOW + after_ms,
        ended_ms=NOW + after_ms + 5_000,
        reached_network=reached,
    ),
    st.sampled_from(ControlKind),
    st.one_of(pairs, st.just((Outcome.PASSED, Fault.NONE))),
    st.sampled_from([-3_600_000, -60_000, 0, 60_000, 3_600_000]),
    st.booleans(),
)
machines = st.builds(
    MachineSeen,
    memory_available_bytes=st.sampled_from([None, 0, 10**9]),
    memory_total_bytes=st.sampled_from([None, 0, 2 * 10**9]),
    disk_free_bytes=st.sampled_from([None, 0, 10**10]),
    clock_offset_ms=st.sampled_from([None, 0, 90_000, -90_000]),
)
repeats = st.builds(
    RepeatSeen,
    outcome=st.sampled_from(Outcome),
    browser_died=st.sampled_from([None, "page", "browser"]),
    killed_for=st.one_of(st.none(), st.sampled_from(KillReason)),
)
surroundings = st.builds(
    Surroundings,
    now_ms=st.just(NOW),
    started_ms=st.just(NOW),
    controls=st.lists(controls, max_size=5).map(tuple),
    statuspage=st.sampled_from([None, "none", "major", "odd"]),
    machine_start=st.one_of(st.none(), machines),
    machine_end=st.one_of(st.none(), machines),
    attempt=st.sampled_from([1, 2]),
    first_attempt=st.one_of(st.none(), repeats),
    confirm=st.one_of(st.none(), repeats),
    errored_in_row=st.integers(0, 4),
    neighbours_passed=st.sampled_from([None, True, False]),
    passed_before=st.sampled_from([None, True, False]),
    others_failing=st.sampled_from([None, 0.0, 0.7]),
)
errors = st.one_of(
    st.none(),
    st.builds(Error, type=kinds, message=st.sampled_from(["", "no"]), stopped_in=st.sampled_from([None, *StoppedIn])),
)
steps = st.lists(
    st.builds(
        Step,
        title=st.sampled_from("ab"),
        status=st.sampled_from(StepStatus),
        offset_ms=maybe_ms,
        duration_ms=maybe_ms,
        error=errors,
    ),
    max_size=2,
).map(tuple)
any_evidence = st.builds(
    Evidence,
    ending=st.one_of(
        st.none(),
        st.builds(
            WorkerEnding,
            exit_code=st.sampled_from([None, 0, 1]),
            signal=st.sampled_from([None, 9]),
            killed_for=st.one_of(st.none(), st.sampled_from(KillReason)),
            could_not_start=st.sampled_from([None, None, None, "no"]),
            supervisor_lost=st.sampled_from([None, None, None, "gone"]),
        ),
    ),
    browser=st.sampled_from([None, "140", "140", "140"]),
    browser_died=st.sampled_from([None, None, None, "browser", "page"]),
    asked_target=st.sampled_from([True, True, True, False]),
    steps=steps,
    fixture_steps=steps,
    phases=st.lists(
        st.builds(PhaseEvidence, phase=st.sampled_from(Phase), outcome=st.sampled_from(PhaseOutcome), error=errors),
        max_size=4,
    ).map(tuple),
    app=st.one_of(
        st.none(),
        st.builds(
            AppFacts,
            name=st.just("ledger"),
            framework=st.sampled_from([None, "forge", "uikit", "connect"]),
            host=st.sampled_from([None, "jira", "confluence"]),
            is_control=st.sampled_from([False, False, False, True]),
        ),
    ),
    origins=st.lists(st.builds(OriginTraffic, owner=owners, origin=urls, requests=st.integers(0, 2)), max_size=2).map(
        tuple
    ),
    requests=st.lists(requests, max_size=4).map(tuple),
    messages=st.lists(
        st.builds(
            MessageSeen,
            kind=st.sampled_from(["console", "exception"]),
            text=st.sampled_from(["", "x"]),
            owner=owners,
            in_app_frame=st.booleans(),
            at_ms=st.just(1),
        ),
        max_size=2,
    ).map(tuple),
    frames=st.lists(
        st.builds(
            FrameSeen,
            url=urls,
            origin=urls,
            owner=owners,
            is_app=st.booleans(),
            attached_ms=st.just(100),
            connected_ms=maybe_ms,
            ready_ms=maybe_ms,
            refused=st.booleans(),
            detached_ms=maybe_ms,
        ),
        max_size=2,
    ).map(tuple),
    navigations=st.lists(
        st.builds(NavigationSeen, url=urls, owner=owners, at_ms=st.integers(0, 9_000)), max_size=2
    ).map(tuple),
    bridge_calls=st.integers(0, 1),
    app_ready_ms=maybe_ms,
    surroundings=st.one_of(st.none(), surroundings),
)


@settings(max_examples=150)
@given(any_evidence)
def test_judge_gives_one_of_the_pairs_and_reasons_for_all_but_a_pass(evidence: Evidence) -> None:
    judgement = judge(evidence)
    assert (judgement.outcome, judgement.fault) in OUTCOMES_AND_FAULTS
    assert judgement.outcome is not Outcome.MISSED
    assert bool(judgement.reasons) == (judgement.outcome is not Outcome.PASSED)
    assert all(each.code and each.sentence.strip() for each in judgement.reasons)
    assert judge(evidence) == judgement
    assert sum(each.decided for each in review(evidence)) == 1


_case_or_any = st.one_of(any_evidence, st.sampled_from([each.evidence for each in CASES]))


@settings(max_examples=150)
@given(_case_or_any, st.lists(controls, max_size=6).map(tuple))
def test_judge_charges_an_app_only_with_a_fresh_control_that_is_well(
    evidence: Evidence, others: tuple[ControlSeen, ...]
) -> None:
    if evidence.surroundings is not None:
        evidence = replace(evidence, surroundings=replace(evidence.surroundings, controls=others))
    if judge(evidence).fault is not Fault.APP:
        return
    assert evidence.app is not None
    assert not evidence.app.is_control
    assert evidence.surroundings is not None
    near = [each for each in others if abs(each.started_ms - NOW) <= 15 * 60_000]
    assert any(each.outcome is Outcome.PASSED for each in near)
    asked = {ControlKind.HOST_JIRA if evidence.app.host == "jira" else ControlKind.HOST_CONFLUENCE}
    assert not any(each.outcome is Outcome.FAILED and each.kind in asked for each in near)


@settings(max_examples=150)
@given(_case_or_any)
def test_judge_charges_neither_app_nor_host_by_hand(evidence: Evidence) -> None:
    judgement = judge(replace(evidence, surroundings=None))
    assert judgement.fault not in {Fault.APP, Fault.HOST, Fault.NETWORK}


@settings(max_examples=150)
@given(_case_or_any)
def test_judge_never_charges_an_app_for_a_control(evidence: Evidence) -> None:
    control = AppFacts(name="control", framework="forge", host="jira", is_control=True)
    assert judge(replace(evidence, app=control)).fault is not Fault.APP


@settings(max_examples=150)
@given(_case_or_any)
def test_wants_nothing_more_once_its_controls_have_answered(evidence: Evidence) -> None:
    """Whatever the answer is: the runner must not be sent round and round."""
    asked = wants(evidence)
    around = evidence.surroundings or Surroundings(now_ms=NOW, started_ms=NOW)
    for outcome, fault in (
        (Outcome.PASSED, Fault.NONE),
        (Outcome.FAILED, Fault.HOST),
        (Outcome.ERRORED, Fault.MONITOR),
    ):
        answers = tuple(
            ControlSeen(kind=kind, outcome=outcome, fault=fault, started_ms=NOW, ended_ms=NOW + 5_000) for kind in asked
        )
        answered = replace(evidence, surroundings=replace(around, controls=(*around.controls, *answers)))
        assert not set(asked) & set(wants(answered))


def test_judge_knows_nothing_of_the_embedded_site() -> None:
    words = ("standin", "stand-in", "stand_in", "embedded", "syn-", "127.0.0.1", "localhost", "ihub", "backend_502")
    for file in sorted(Path(synthetics.judge.__file__).parent.glob("*.py")):
        text = file.read_text(encoding="utf-8").lower()
        assert not [word for word in words if word in text], file.name
