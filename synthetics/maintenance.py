"""Planned downtime: when it was, whom it touched, and whether it was announced before it began."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Maintenance:
    """A planned window, as somebody entered it.

    Args:
        from_ms: When it began, in milliseconds UTC.
        until_ms: When it ended; that instant is no longer in it.
        noticed_ms: When notice of it was given.
        author: Who entered it.
        why: What for, in their words.
        entered_ms: When they did.
        app: Whose downtime it was; None for all apps.
        target: On which site; None for all sites.

    Raises:
        ValueError: Where it ends before it begins.
    """

    from_ms: int
    until_ms: int
    noticed_ms: int
    author: str
    why: str
    entered_ms: int
    app: str | None = None
    target: str | None = None

    def __post_init__(self) -> None:
        if self.until_ms <= self.from_ms:
            raise ValueError(f"a window from {self.from_ms} until {self.until_ms} has no time in it")

    @property
    def is_announced(self) -> bool:
        """Whether notice was given before it began: the programme excuses no other downtime."""
        return self.noticed_ms < self.from_ms

    def touches(self, app: str, target: str) -> bool:
        """Whether an app on a site was within it."""
        return self.app in (None, app) and self.target in (None, target)


def times_of(windows: Iterable[Maintenance]) -> tuple[tuple[int, int], ...]:
    """The times of all announced windows, each instant once, in order.

    Args:
        windows: They may overlap, and come in any order.

    Returns:
        When each time begins and ends, in milliseconds UTC; the end is no longer in it. Runs are counted in these.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted((each.from_ms, each.until_ms) for each in windows if each.is_announced):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
