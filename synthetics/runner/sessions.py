"""The sessions of accounts, kept in memory from one run to the next, and nowhere else."""

import json
import threading
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from synthetics.config.models import Target
from synthetics.evidence import Evidence, Owner, SessionMade

#: What is larger than this is no session any more; it comes from a worker, which a journey can make say anything.
MOST_CHARACTERS = 1_000_000
#: Nothing that is shorter is a token, and "en-US" or "true" taken out of a record would leave holes in it.
_SHORTEST, _SHORTEST_IN_THE_OPEN = 8, 16


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a session is good, and for whom: a stand-in that was started anew is another site."""

    target: str
    site: str
    email: str


class Sessions:
    """The newest session of each account on each target; for several threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[_Place, SecretStr] = {}

    def of(self, target: Target) -> SecretStr | None:
        """The session of a target's account; None where it has to sign in.

        Args:
            target: The target, with its account.
        """
        if not target.keep_session:
            return None
        with self._lock:
            return self._kept.get(_place(target))

    def learn(
        self, target: Target, given: SecretStr | None, made: tuple[SessionMade, ...], evidence: Evidence
    ) -> SecretStr | None:
        """Take in what a run says of its session: it has a new one, or ended where the site asks to sign in.

        Args:
            target: The run's target.
            given: The session that the run was given.
            made: The sessions that it told of, the oldest first.
            evidence: What is known of the run.

        Returns:
            The session that the run had in the end, to be forgotten where its verdict says so; None where it had none
            that others might go on with.
        """
        shared = [SecretStr(each.storage_state) for each in made if each.is_shared and cookies_of(each.storage_state)]
        last = shared[-1] if shared else given
        if evidence.navigations and evidence.navigations[-1].owner is Owner.SIGN_IN:
            self.forget(given)
            self.forget(last)
        elif shared and target.keep_session:
            with self._lock:
                self._kept[_place(target)] = shared[-1]
        return last

    def forget(self, session: SecretStr | None) -> None:
        """Let the next run sign in, unless somebody has made a newer session since.

        Args:
            session: The session that is good no more.
        """
        with self._lock:
            self._kept = {place: each for place, each in self._kept.items() if each != session}

    def secrets(self) -> tuple[str, ...]:
        """What must never be written of all that is kept."""
        with self._lock:
            kept = tuple(self._kept.values())
        return tuple(secret for each in kept for secret in secrets_of(each.get_secret_value()))


def secrets_of(storage_state: str) -> tuple[str, ...]:
    """What must never be written of a session: its cookies' values, but for those that are a mere setting.

    Args:
        storage_state: The session, as Playwright's ``storage_state`` in JSON.
    """
    return tuple(
        value
        for each in cookies_of(storage_state)
        if len(value := str(each.get("value", ""))) >= (_SHORTEST if each.get("httpOnly") else _SHORTEST_IN_THE_OPEN)
    )


def cookies_of(storage_state: str) -> tuple[dict[str, Any], ...]:
    """The cookies of a session; nothing where the text is none.

    Args:
        storage_state: The session, as Playwright's ``storage_state`` in JSON.
    """
    if len(storage_state) > MOST_CHARACTERS:
        return ()
    try:
        said = json.loads(storage_state)
    except (ValueError, RecursionError):
        return ()
    cookies = said.get("cookies") if isinstance(said, dict) else None
    return tuple(each for each in cookies if isinstance(each, dict)) if isinstance(cookies, list) else ()


def _place(target: Target) -> _Place:
    return _Place(target.name, target.site, target.account.email)
