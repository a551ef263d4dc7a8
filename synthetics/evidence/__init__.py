"""What a run says while it happens (``events``), and what can be known of it at its end (``facts``)."""

from synthetics.evidence.events import (
    AppKnown,
    ArtifactWritten,
    BrowserDied,
    BrowserStarted,
    BuildSeen,
    Event,
    PhaseEnded,
    SessionEnded,
    SessionMade,
    SessionStarted,
    StepEnded,
    StepStarted,
    TargetAsked,
    TrafficSeen,
    event_from_line,
    event_to_line,
)
from synthetics.evidence.facts import Evidence
from synthetics.evidence.recalled import evidence_of
from synthetics.seen.course import AppFacts, Phase, PhaseEvidence, PhaseOutcome, StoppedIn, WorkerEnding
from synthetics.seen.health import HealthPhase, HealthSeen, OtherSeen
from synthetics.seen.recorded import RecordedCourse, RecordedEvidence
from synthetics.seen.surroundings import (
    ControlKind,
    ControlSeen,
    MachineSeen,
    RepeatSeen,
    Surroundings,
)
from synthetics.seen.traffic import (
    FrameSeen,
    MessageSeen,
    NavigationSeen,
    OriginTraffic,
    Owner,
    RequestSeen,
)

__all__ = [
    "AppFacts",
    "AppKnown",
    "ArtifactWritten",
    "BrowserDied",
    "BrowserStarted",
    "BuildSeen",
    "ControlKind",
    "ControlSeen",
    "Event",
    "Evidence",
    "FrameSeen",
    "HealthPhase",
    "HealthSeen",
    "MachineSeen",
    "MessageSeen",
    "NavigationSeen",
    "OriginTraffic",
    "OtherSeen",
    "Owner",
    "Phase",
    "PhaseEnded",
    "PhaseEvidence",
    "PhaseOutcome",
    "RecordedCourse",
    "RecordedEvidence",
    "RepeatSeen",
    "RequestSeen",
    "SessionEnded",
    "SessionMade",
    "SessionStarted",
    "StepEnded",
    "StepStarted",
    "StoppedIn",
    "Surroundings",
    "TargetAsked",
    "TrafficSeen",
    "WorkerEnding",
    "event_from_line",
    "event_to_line",
    "evidence_of",
]
