"""Short names of what the cases say again and again."""

from typing import Any

from synthetics.evidence import Owner, PhaseOutcome, RepeatSeen, StoppedIn
from synthetics.record import Error, Outcome
from synthetics.worker import KillReason
from tests.judge.building import frame, machine, phases, went

#: What was being done when the run stopped.
COMING_UP = StoppedIn.APP_FRAME
EXPECTING = StoppedIn.ASSERT
ACTING = StoppedIn.ACTION
OPENING = StoppedIn.NAVIGATE
REST = StoppedIn.REST
SIGNING_IN = StoppedIn.SIGN_IN
OTHER = StoppedIn.OTHER
SITE = Owner.SITE
CDN = Owner.CDN
IDS = Owner.SIGN_IN
APP = Owner.APP
BACKEND = Owner.BACKEND
THIRD = Owner.OTHER

MFA = went((SITE, "/"), (IDS, "/login"), (IDS, "/login/mfa"))
TO_SIGN_IN = went((SITE, "/browse/A-1"), (IDS, "/login"))
NO_FRAME: dict[str, Any] = {"frames": (), "app_ready_ms": None}
NOT_READY: dict[str, Any] = {"frames": (frame(ready_ms=None),), "app_ready_ms": None}
DIED = RepeatSeen(outcome=Outcome.FAILED, browser_died="page")
KILLED_AGAIN = RepeatSeen(outcome=Outcome.FAILED, killed_for=KillReason.MEMORY)
FINE = RepeatSeen(outcome=Outcome.PASSED)
NO_MEMORY = machine(memory_available_bytes=2**20)
SKIPPED_CALL = phases(PhaseOutcome.SKIPPED, Error(type="_pytest.outcomes.Skipped", message="not today"))
NOT_FOUND = "synthetics.authoring.site_data.SiteDataError"
CRASHED: dict[str, Any] = {"browser_died": "page"}
BELOW_FLOOR: dict[str, Any] = {"frames": (), "app_ready_ms": None}
OWN_ORIGIN = "app_origin"
FAILED_COURSE = "journey_failed"
STARTED: dict[str, Any] = {"statuspage": "none"}
