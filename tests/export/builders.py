"""Runs to show, made of a few words."""

from pathlib import Path
from typing import Any

from synthetics.catalogue import Catalogue, Journey, Placement
from synthetics.record import (
    Artifact,
    ArtifactKind,
    Error,
    FailedRequest,
    Fault,
    Kind,
    Outcome,
    Provenance,
    Reason,
    RunKey,
    RunRecord,
    Step,
    StepStatus,
    Trigger,
)

SLOT_MS = 1_772_366_400_000  # 2026-03-01 12:00:00 UTC

_FAULTS = {
    Outcome.PASSED: Fault.NONE,
    Outcome.FAILED: Fault.UNKNOWN,
    Outcome.ERRORED: Fault.MONITOR,
    Outcome.MISSED: Fault.MONITOR,
}

PROVENANCE = Provenance(
    file="ihub/test_flows.py",
    file_sha256="9f2c" * 16,
    git_revision="eb4b553+",
    package="0.1.0",
    playwright="1.65.2",
    browser="HeadlessChrome/131.0",
    app_version="4.2.0",
)

TIMEOUT_ERROR = Error(
    type="playwright.sync_api.TimeoutError",
    message='Locator.click: Timeout 5000ms exceeded.\nwaiting for get_by_role("button", name="Save")',
    where="pages.py:31",
    traceback="journeys/ihub/test_flows.py:12: in test_run_flow\n    page.save()\nE   TimeoutError: <b>Save</b>",
)


def a_run(outcome: Outcome = Outcome.PASSED, **changes: Any) -> RunRecord:
    """One run; what is not said is as it usually is for its outcome."""
    key: dict[str, Any] = {
        "journey": "ihub.run_flow",
        "target": "standin",
        "location": "local",
        "trigger": Trigger.SCHEDULE,
    }
    key |= {"slot_ms": SLOT_MS, "attempt": 1}
    key |= {name: changes.pop(name) for name in tuple(changes) if name in key}
    slot_ms = key["slot_ms"]
    ran = {"started_ms": slot_ms + 250, "lateness_ms": 250, "duration_ms": 3_210}
    values: dict[str, Any] = {
        **key,
        "run_id": RunKey(**key).run_id,
        "app": key["journey"].partition(".")[0],
        "title": "An issue event starts a flow, and its effect shows in Jira.",
        "kind": Kind.BROWSER,
        "outcome": outcome,
        "fault": _FAULTS[outcome],
        **({} if outcome is Outcome.MISSED else ran),
        **changes,
    }
    return RunRecord(**values)


def a_step(title: str, status: StepStatus = StepStatus.PASSED, **values: Any) -> Step:
    """One step; a skipped one was not reached."""
    times = {} if status is StepStatus.SKIPPED else {"offset_ms": 0, "duration_ms": 1_000}
    return Step(title=title, status=status, **(times | values))


def an_artifact(path: str, kind: ArtifactKind = ArtifactKind.SCREENSHOT, size_bytes: int = 2_048) -> Artifact:
    """One file that was left behind."""
    return Artifact(kind=kind, path=path, size_bytes=size_bytes)


def a_failed_run(**changes: Any) -> RunRecord:
    """A run that failed in a step inside a step, with all that was seen."""
    inner = a_step(
        "Press Save",
        StepStatus.FAILED,
        offset_ms=2_600,
        duration_ms=5_020,
        error=TIMEOUT_ERROR,
        url="http://127.0.0.1:8080/jira/apps/2f1c6f0e/b7a1c9de",
        screenshot="screenshots/press save.png",
        console_errors=("Failed to load resource: the server responded with a status of 502 (Bad Gateway)",),
        failed_requests=(
            FailedRequest(method="POST", url="http://localhost:8083/api/flows", status=502),
            FailedRequest(method="GET", url="http://localhost:8083/api/log", failure="net::ERR_CONNECTION_REFUSED"),
        ),
    )
    steps = (
        a_step("Open the admin page", offset_ms=1_100, duration_ms=1_200),
        a_step(
            "Create a flow",
            StepStatus.FAILED,
            offset_ms=2_300,
            duration_ms=5_330,
            error=TIMEOUT_ERROR,
            steps=(a_step("Fill the form", offset_ms=2_310, duration_ms=280), inner),
        ),
        a_step("See the comment on the issue", StepStatus.SKIPPED),
    )
    values: dict[str, Any] = {
        "steps": steps,
        "fixture_steps": (
            a_step(
                "Sign in",
                offset_ms=380,
                duration_ms=700,
                steps=(
                    a_step("Give the e-mail address", offset_ms=420, duration_ms=240),
                    a_step("Give the password", offset_ms=670, duration_ms=380),
                ),
            ),
            a_step("Delete what was made", offset_ms=7_700, duration_ms=180),
        ),
        "error": TIMEOUT_ERROR,
        "duration_ms": 8_040,
        "reasons": (
            Reason(
                code="journey_failed",
                sentence="The run failed at step “Press Save”: playwright.sync_api.TimeoutError: "
                "Locator.click: Timeout 5000ms exceeded.",
            ),
        ),
        "artifacts": (
            an_artifact("screenshots/press save.png", size_bytes=48_211),
            an_artifact("pytest.html", ArtifactKind.PYTEST_HTML, 61_004),
            an_artifact("worker.log", ArtifactKind.WORKER_LOG, 812),
        ),
        "provenance": PROVENANCE,
    }
    return a_run(Outcome.FAILED, **(values | changes))


def a_journey(name: str = "ihub.run_flow", **changes: Any) -> Journey:
    """One journey of two steps, due every five minutes."""
    app, _, function = name.partition(".")
    values: dict[str, Any] = {
        "name": name,
        "app": app,
        "title": "An issue event starts a flow, and its effect shows in Jira.",
        "kind": Kind.BROWSER,
        "file": Path(f"journeys/{app}/test_flows.py"),
        "function": f"test_{function}",
        "file_sha256": "9f2c" * 16,
        "steps": ("Open the admin page", "Create a flow"),
        "every_ms": 300_000,
        "timeout_ms": 60_000,
    }
    return Journey(**(values | changes))


def a_catalogue(*journeys: Journey, targets: tuple[str, ...] = ("standin",)) -> Catalogue:
    """A catalogue with every journey on every target."""
    placements = tuple(
        Placement(journey=journey, target=target, location="local")
        for journey in journeys or (a_journey(),)
        for target in targets
    )
    return Catalogue(apps={}, placements=placements, problems=())
