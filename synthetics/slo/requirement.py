"""Requirements: what a programme asks for, each in one plain sentence, and by what it is shown."""

from dataclasses import dataclass
from enum import StrEnum


class How(StrEnum):
    """By what a requirement is shown.

    ``objective``: objectives of the same profile measure it. ``synthetic_tests``: the journeys that run, how often and
    on which sites. ``health_checks``: the health checks that run, and by which rule. ``failures``: the failures that
    were found, and how soon. ``corrections``: faults that were settled afterwards. ``attestation``: no machine can
    measure it, and a person says so in the configuration. ``not_gathered``: nothing is known of it here yet.
    """

    OBJECTIVE = "objective"
    SYNTHETIC_TESTS = "synthetic_tests"
    HEALTH_CHECKS = "health_checks"
    FAILURES = "failures"
    CORRECTIONS = "corrections"
    ATTESTATION = "attestation"
    NOT_GATHERED = "not_gathered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Requirement:
    """One requirement of a profile.

    Args:
        id: Its key in the profile; an attestation of it has the same one.
        says: What is asked for, in one sentence.
        how: By what it is shown.
        source: Where it is from.
        objectives: The names of the profile's objectives that measure it; empty where none does.
    """

    id: str
    says: str
    how: How
    source: str
    objectives: tuple[str, ...] = ()
