"""What people attest, held against what a profile asks for."""

from collections.abc import Iterable, Iterator, Mapping

from synthetics.config.models import Attestation
from synthetics.config.wording import key_of, meant_or_listed, value_of
from synthetics.errors import Problem
from synthetics.slo.profile import Profile
from synthetics.slo.requirement import How


def check_attestations(attested: Iterable[str], profile: Profile, file: str) -> Iterator[Problem]:
    """Find what is attested and nobody asks for: most likely its name is misspelt, and the right one goes without.

    Args:
        attested: The ids of all attestations.
        profile: The profile that was chosen.
        file: The configuration's file as the caller would name it.
    """
    asked = [each.id for each in profile.requirements.values() if each.how is How.ATTESTATION]
    for name in attested:
        if name in asked:
            continue
        known = profile.requirements.get(name)
        what = f"the profile {profile.name} asks for no attestation {value_of(name)}"
        if known is not None:
            what = f"the profile {profile.name} wants no attestation of {value_of(name)}: its how is {known.how}"
        yield Problem(file, key_of(("attestations", name)), what, meant_or_listed(name, asked, "It asks for:"))


def ended_attestations(attestations: Mapping[str, Attestation], now_ms: int, file: str) -> Iterator[Problem]:
    """Find what was attested for a time that is over.

    Args:
        attestations: What is attested, by the requirement's id.
        now_ms: The time, in milliseconds UTC.
        file: The configuration's file as the caller would name it.
    """
    for name, each in attestations.items():
        if each.has_ended(now_ms):
            what = f"it has ended: {each.until} was the last day on which it held"
            mend = "Have it attested anew, and write when, by whom and until when."
            yield Problem(file, key_of(("attestations", name, "until")), what, mend)
