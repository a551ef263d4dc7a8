"""Evidence made by hand, of sites and apps that exist nowhere: what is said, and all else as in a run that passed."""

from dataclasses import replace
from typing import Any

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
    RequestSeen,
    StoppedIn,
    Surroundings,
    WorkerEnding,
)
from synthetics.record import Error, Fault, Outcome, Step, StepStatus
from synthetics.worker import KillReason

NOW = 1_800_000_000_000
MINUTE = 60_000
GIB = 2**30

ORIGINS = {
    Owner.SITE: "https://acme.example",
    Owner.SIGN_IN: "https://id.example",
    Owner.CDN: "https://f00d.frames.example",
    Owner.APP: "https://ledger.vendor.example",
    Owner.BACKEND: "https://api.vendor.example",
    Owner.OTHER: "https://counting.example",
}
REFUSED, NO_NAME, BROKEN = "net::ERR_CONNECTION_REFUSED", "net::ERR_NAME_NOT_RESOLVED", "net::ERR_CONNECTION_RESET"

#: The failing step is under way from the second second to the ninth.
STEPS = (
    Step(title="Open", status=StepStatus.PASSED, offset_ms=500, duration_ms=1_500),
    Step(title="Look", status=StepStatus.FAILED, offset_ms=2_000, duration_ms=7_000),
)
PASSED_STEPS = tuple(replace(each, status=StepStatus.PASSED) for each in STEPS)

FORGE = AppFacts(name="ledger", framework="forge", host="jira")
CONNECT = AppFacts(name="ledger", framework="connect", host="confluence")
UIKIT = AppFacts(name="ledger", framework="uikit", host="jira")
HOST_ONLY = AppFacts(name="plain", framework=None, host="jira")
CONTROL = AppFacts(name="control", framework=None, host="jira", is_control=True)
FORGE_CONTROL = AppFacts(name="control", framework="forge", host="jira", is_control=True)

JIRA, CONFLUENCE = ControlKind.HOST_JIRA, ControlKind.HOST_CONFLUENCE
ON_FORGE, SIGN_IN = ControlKind.HOST_FORGE, ControlKind.SIGN_IN

_CLASSES = {
    StoppedIn.NAVIGATE: "playwright.sync_api.Error",
    StoppedIn.SIGN_IN: "synthetics.authoring.signin.SignInError",
    StoppedIn.APP_FRAME: "synthetics.authoring.scopes.AppFrameError",
    StoppedIn.CONSENT: "synthetics.authoring.scopes.ConsentNeededError",
    StoppedIn.REST: "httpx.HTTPStatusError",
    StoppedIn.ASSERT: "AssertionError",
    StoppedIn.ACTION: "playwright.sync_api.TimeoutError",
    StoppedIn.OWN: "synthetics.errors.StandinError",
    StoppedIn.OTHER: "KeyError",
}


def request(owner: Owner, status: int | None = None, **instead: Any) -> RequestSeen:
    """A request for a page's script, in the middle of the step that failed, save what is said."""
    given: dict[str, Any] = {
        "owner": owner,
        "origin": ORIGINS[owner],
        "method": "GET",
        "path": "/main",
        "resource": "fetch",
        "status": status,
        "started_ms": 3_000,
        "duration_ms": 100,
    }
    return RequestSeen(**(given | instead))


def document(owner: Owner, status: int | None = None, **instead: Any) -> RequestSeen:
    return request(owner, status, **({"resource": "document", "is_navigation": True, "path": "/browse/A-1"} | instead))


def hanging(owner: Owner, **instead: Any) -> RequestSeen:
    return request(owner, **({"ended": False, "duration_ms": None} | instead))


def invoke(status: int | None = None, **instead: Any) -> RequestSeen:
    return request(Owner.SITE, status, **({"method": "POST", "path": "/gateway/api/graphql"} | instead))


def frame(**instead: Any) -> FrameSeen:
    """The app's frame, which came up, save what is said."""
    owner = instead.pop("owner", Owner.CDN)
    given: dict[str, Any] = {
        "url": f"{ORIGINS[owner]}/index.html",
        "origin": ORIGINS[owner],
        "owner": owner,
        "is_app": True,
        "attached_ms": 1_000,
        "connected_ms": 1_200,
        "ready_ms": 1_500,
    }
    return FrameSeen(**(given | instead))


def exception(text: str = "TypeError: x is undefined", *, in_app_frame: bool = True) -> MessageSeen:
    return MessageSeen(kind="exception", text=text, owner=Owner.CDN, in_app_frame=in_app_frame, at_ms=3_000)


def went(*places: tuple[Owner, str]) -> tuple[NavigationSeen, ...]:
    return tuple(
        NavigationSeen(url=f"{ORIGINS[owner]}{path}", owner=owner, at_ms=600 + at)
        for at, (owner, path) in enumerate(places)
    )


def control(
    kind: ControlKind,
    outcome: Outcome = Outcome.PASSED,
    fault: Fault = Fault.NONE,
    *,
    after_ms: int = 20_000,
    reached: bool = True,
) -> ControlSeen:
    """A control of 10 s; ``after_ms`` is when it started, from the run's start."""
    return ControlSeen(
        kind=kind,
        run_id=f"run-{kind}",
        outcome=outcome,
        fault=fault,
        started_ms=NOW + after_ms,
        ended_ms=NOW + after_ms + 10_000,
        reached_network=reached,
    )


def red(kind: ControlKind, fault: Fault = Fault.HOST, **instead: Any) -> ControlSeen:
    return control(kind, Outcome.FAILED, fault, **instead)


ALL_WELL = tuple(control(kind) for kind in ControlKind)


def but(*others: ControlSeen) -> tuple[ControlSeen, ...]:
    """All controls well, but these."""
    return tuple(each for each in ALL_WELL if each.kind not in {other.kind for other in others}) + others


def around(controls: tuple[ControlSeen, ...] = ALL_WELL, **instead: Any) -> Surroundings:
    given: dict[str, Any] = {"now_ms": NOW + MINUTE, "started_ms": NOW, "controls": controls}
    return Surroundings(**(given | instead))


def machine(**instead: Any) -> MachineSeen:
    given: dict[str, Any] = {
        "memory_available_bytes": 2 * GIB,
        "memory_total_bytes": 4 * GIB,
        "load_1m": 0.5,
        "cpus": 2,
        "disk_free_bytes": 10 * GIB,
        "clock_offset_ms": 0,
    }
    return MachineSeen(**(given | instead))


def phases(call: PhaseOutcome = PhaseOutcome.PASSED, error: Error | None = None) -> tuple[PhaseEvidence, ...]:
    return (
        PhaseEvidence(phase=Phase.SETUP, outcome=PhaseOutcome.PASSED),
        PhaseEvidence(phase=Phase.CALL, outcome=call, error=error),
        PhaseEvidence(phase=Phase.TEARDOWN, outcome=PhaseOutcome.PASSED),
    )


def passing(app: AppFacts | None = FORGE, **instead: Any) -> Evidence:
    """A run in which all went well, with all controls, save what is said."""
    given: dict[str, Any] = {
        "ending": WorkerEnding(exit_code=0, duration_ms=9_000),
        "browser": "140.0",
        "asked_target": True,
        "steps": PASSED_STEPS,
        "phases": phases(),
        "app": app,
        "origins": (OriginTraffic(owner=Owner.SITE, origin=ORIGINS[Owner.SITE], requests=9, answered=9),),
        "frames": (frame(),) if app in {FORGE, FORGE_CONTROL} else (),
        "app_ready_ms": 1_500 if app in {FORGE, CONNECT, UIKIT} else None,
        "navigations": went((Owner.SITE, "/browse/A-1")),
        "surroundings": around(),
    }
    return Evidence(**(given | instead))


def stopping(stopped: StoppedIn, app: AppFacts | None = FORGE, *, kind: str | None = None, **instead: Any) -> Evidence:
    """A run that failed in its second step at an error of what was being done."""
    error = Error(type=kind or _CLASSES[stopped], message="It did not come", stopped_in=stopped)
    return passing(app, **({"steps": STEPS, "phases": phases(PhaseOutcome.FAILED, error)} | instead))


def killed(why: KillReason | None, app: AppFacts | None = FORGE, **instead: Any) -> Evidence:
    """A run that was ended in its second step, and told of no error."""
    ending = WorkerEnding(exit_code=None, signal=9, killed_for=why, duration_ms=9_000)
    steps = (STEPS[0], replace(STEPS[1], duration_ms=None))
    return passing(app, **({"ending": ending, "steps": steps, "phases": phases()[:1]} | instead))
