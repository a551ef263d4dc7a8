"""What the reasons tell people: the host, the status, the control with its run and its age."""

import pytest

from synthetics.evidence import Evidence, Owner, StoppedIn
from synthetics.judge import judge
from synthetics.record import Fault
from tests.judge.building import (
    ALL_WELL,
    CONTROL,
    JIRA,
    MINUTE,
    NO_NAME,
    ON_FORGE,
    REFUSED,
    around,
    but,
    control,
    document,
    frame,
    hanging,
    machine,
    passing,
    red,
    request,
    stopping,
    went,
)


def told(evidence: Evidence) -> dict[str, str]:
    """The sentences by their codes."""
    return {each.code: each.sentence for each in judge(evidence).reasons}


@pytest.mark.parametrize(
    ("evidence", "code", "sentence"),
    [
        pytest.param(
            stopping(StoppedIn.ASSERT, requests=(request(Owner.BACKEND, 502, path="/flows"),)),
            "app_origin",
            "The app's own side did not do its part: GET /flows to api.vendor.example was answered 502.",
            id="the app's origin and status",
        ),
        pytest.param(
            stopping(StoppedIn.ASSERT, requests=(hanging(Owner.BACKEND),)),
            "app_origin",
            "The app's own side did not do its part: GET /main to api.vendor.example had no answer.",
            id="a request without an answer",
        ),
        pytest.param(
            stopping(StoppedIn.ASSERT, surroundings=around((control(JIRA, after_ms=-100_000), control(ON_FORGE)))),
            "controls_well",
            "The host was well without the app: host_jira (run run-host_jira), which ended 90 s before this run"
            " started; host_forge (run run-host_forge), which ended 30 s after this run started.",
            id="the controls with run and age",
        ),
        pytest.param(
            stopping(StoppedIn.APP_FRAME, frames=(frame(connected_ms=None, ready_ms=None),)),
            "app_not_up",
            "The app did not come up: its frame at https://f00d.frames.example never talked to the host's page.",
            id="how far the frame came",
        ),
        pytest.param(
            stopping(StoppedIn.NAVIGATE, surroundings=around(but(red(JIRA)))),
            "host_control",
            "A control without the app failed: host_jira (run run-host_jira), which ended 30 s after this run started.",
            id="the failed control",
        ),
        pytest.param(
            stopping(
                StoppedIn.NAVIGATE,
                requests=(document(Owner.SITE, failure=REFUSED), request(Owner.APP, failure=NO_NAME)),
            ),
            "two_origins_cut",
            "Two unrelated origins were out of reach: GET /browse/A-1 to acme.example ended with"
            " net::ERR_CONNECTION_REFUSED; GET /main to ledger.vendor.example ended with net::ERR_NAME_NOT_RESOLVED.",
            id="both origins that were cut",
        ),
        pytest.param(
            stopping(StoppedIn.ACTION, navigations=went((Owner.SIGN_IN, "/login"))),
            "signed_out",
            "The site sent the browser to sign in, at id.example/login.",
            id="where the browser was sent",
        ),
        pytest.param(
            stopping(StoppedIn.ASSERT, surroundings=None),
            "control_wanted",
            "No fresh control told of the host: host_jira and host_forge was wanted.",
            id="which control was wanted",
        ),
        pytest.param(
            stopping(StoppedIn.ASSERT, surroundings=around(but(red(JIRA, Fault.UNKNOWN)))),
            "control_unclear",
            "A control failed as well, which does not tell why: host_jira (run run-host_jira), which ended 30 s after"
            " this run started.",
            id="a control that does not tell",
        ),
        pytest.param(
            stopping(StoppedIn.NAVIGATE, requests=(document(Owner.SITE, 503),)),
            "host_seen",
            "The host's side did not do its part: GET /browse/A-1 to acme.example was answered 503, though its controls"
            " are well.",
            id="what was seen of the host and does not suffice",
        ),
        pytest.param(
            stopping(StoppedIn.NAVIGATE, requests=(document(Owner.SITE, 429, retry_after_s=30.0),)),
            "rate_limited",
            "acme.example answered GET /browse/A-1 with 429 and asked us to stay away for 30 s.",
            id="how long we are to stay away",
        ),
    ],
)
def test_reasons_name_the_evidence(evidence: Evidence, code: str, sentence: str) -> None:
    assert told(evidence)[code] == sentence


def test_reasons_of_the_host_say_that_one_region_and_all_look_alike() -> None:
    assert "one of its regions" in told(stopping(StoppedIn.NAVIGATE, surroundings=around(but(red(JIRA)))))["one_region"]
    assert "one_region" in told(stopping(StoppedIn.NAVIGATE, CONTROL))


def test_reasons_say_where_host_and_network_cannot_be_told_apart() -> None:
    cut = (document(Owner.SITE, failure=REFUSED),)
    for controls in ((), ALL_WELL, but(red(JIRA, Fault.NETWORK, reached=False))):
        reasons = told(stopping(StoppedIn.NAVIGATE, requests=cut, surroundings=around(controls)))
        assert "whether the host or the network" in reasons["one_location"]


@pytest.mark.parametrize("indicator", ["none", "minor", "major", "critical", "maintenance", None])
def test_status_page_adds_a_reason_and_never_decides(indicator: str | None) -> None:
    for evidence_of in (
        stopping(StoppedIn.NAVIGATE),
        stopping(StoppedIn.NAVIGATE, surroundings=around(but(red(JIRA)))),
    ):
        surroundings = evidence_of.surroundings
        assert surroundings is not None
        with_page = stopping(StoppedIn.NAVIGATE, surroundings=around(surroundings.controls, statuspage=indicator))
        assert judge(with_page).fault is judge(evidence_of).fault
        assert ("status_page" in told(with_page)) is (indicator not in {None, "none"})


@pytest.mark.parametrize(
    ("share", "controls", "is_told"),
    [
        pytest.param(0.8, but(red(JIRA)), True, id="most others fail and so does a control"),
        pytest.param(0.5, but(red(JIRA)), True, id="half of them do"),
        pytest.param(0.4, but(red(JIRA)), False, id="few others fail"),
        pytest.param(0.8, ALL_WELL, False, id="the controls are well"),
        pytest.param(None, but(red(JIRA)), False, id="nobody counted"),
    ],
)
def test_mass_failure_is_named_when(share: float | None, controls: tuple, is_told: bool) -> None:  # type: ignore[type-arg]  # noqa: FBT001  a table
    reasons = told(stopping(StoppedIn.NAVIGATE, surroundings=around(controls, others_failing=share)))
    assert ("mass_failure" in reasons) is is_told
    if is_told:
        assert "host_jira (run run-host_jira)" in reasons["mass_failure"]


def test_a_pass_has_no_reasons_whatever_is_around() -> None:
    assert judge(passing(surroundings=around(but(red(JIRA)), others_failing=1.0, statuspage="major"))).reasons == ()


@pytest.mark.parametrize(
    ("offset_ms", "fault"),
    [(60_000, Fault.SESSION), (60_001, Fault.MONITOR), (-60_000, Fault.SESSION), (-60_001, Fault.MONITOR)],
)
def test_clock_is_blamed_beyond_a_minute(offset_ms: int, fault: Fault) -> None:
    at_code = went((Owner.SIGN_IN, "/login/mfa"))
    surroundings = around(machine_start=machine(clock_offset_ms=offset_ms))
    assert judge(stopping(StoppedIn.SIGN_IN, navigations=at_code, surroundings=surroundings)).fault is fault


@pytest.mark.parametrize(
    ("after_ms", "fault"),
    [
        (-5 * MINUTE - 10_000, Fault.APP),
        (-5 * MINUTE - 10_001, Fault.UNKNOWN),
        (15 * MINUTE, Fault.APP),
        (15 * MINUTE + 1, Fault.UNKNOWN),
    ],
)
def test_controls_count_from_five_minutes_before_to_fifteen_after(after_ms: int, fault: Fault) -> None:
    controls = (control(JIRA, after_ms=after_ms), control(ON_FORGE))
    assert judge(stopping(StoppedIn.ASSERT, surroundings=around(controls))).fault is fault
