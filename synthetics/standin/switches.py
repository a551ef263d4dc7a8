"""What can be different on the site without anything being wrong, and the switch for it.

These are the things that a customer's site has and a bare one has not: they lie over an app, stand before it or beside
it, and a journey must find its way all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class UnknownSwitchError(Exception):
    """There is no switch of this name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteSwitch:
    """Something that can be switched on.

    Args:
        name: What it is called.
        sentence: What a person sees while it is on.
    """

    name: str
    sentence: str


ONBOARDING = SiteSwitch(
    name="onboarding", sentence="A modal that introduces a novelty lies over each page until it is skipped."
)
FLAGS = SiteSwitch(name="flags", sentence="Flags lie over the app's area and swallow the clicks on it.")
CONSENT = SiteSwitch(name="consent", sentence="The app asks for the user's permission, and shows nothing until then.")
TWO_FRAMES = SiteSwitch(name="two_frames", sentence="The frame of a second app stands before iHub's on its page.")

SITE_SWITCHES = (ONBOARDING, FLAGS, CONSENT, TWO_FRAMES)
_BY_NAME = {switch.name: switch for switch in SITE_SWITCHES}


class SiteSwitches:
    """Which switches are on.

    Args:
        on: The names of those that are on from the start.

    Raises:
        UnknownSwitchError: One of the names is no switch's; the text lists those there are.
    """

    def __init__(self, on: Iterable[str] = ()) -> None:
        self._on: set[str] = set()
        for name in on:
            self.switch_on(name)

    def switch_on(self, name: str) -> None:
        """Switch it on; raises UnknownSwitchError."""
        self._on.add(_known(name).name)

    def switch_off(self, name: str) -> None:
        """Switch it off; raises UnknownSwitchError."""
        self._on.discard(_known(name).name)

    def turn(self, switch: SiteSwitch, on: bool) -> None:  # noqa: FBT001  a callback
        """Switch one of them on or off."""
        (self.switch_on if on else self.switch_off)(switch.name)

    def names(self) -> tuple[str, ...]:
        """The names of those that are on, in the registry's order."""
        return tuple(switch.name for switch in SITE_SWITCHES if self.is_on(switch))

    def is_on(self, switch: SiteSwitch) -> bool:
        """Whether this switch is on."""
        return switch.name in self._on


def _known(name: str) -> SiteSwitch:
    if name not in _BY_NAME:
        raise UnknownSwitchError(f"there is no switch named {name!r}; there are: {', '.join(sorted(_BY_NAME))}")
    return _BY_NAME[name]
