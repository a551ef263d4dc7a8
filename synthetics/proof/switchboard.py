"""Switching a stand-in's faults, over its control address."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from synthetics.errors import StandinError
from synthetics.proof.expecting import Injected

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What a fault needs of those who ask, because no server can make it alone.

    Args:
        resolve: The servers, as host and port, whose names shall not resolve.
        https: The servers, as host and port, that have to be asked by https.
    """

    resolve: Sequence[str] = ()
    https: Sequence[str] = ()


class Switchboard:
    """The switches of one stand-in.

    Args:
        control: The address of its control.
    """

    def __init__(self, control: str) -> None:
        self._client = httpx.Client(base_url=control, timeout=_TIMEOUT_SECONDS, trust_env=False)

    def faults(self) -> tuple[Injected, ...]:
        """The faults that it can make.

        Raises:
            StandinError: Where it does not answer, as from all others.
        """
        return tuple(
            Injected(
                name=each["name"],
                blames=each["blames"],
                sentence=each["sentence"],
                apps=tuple(each["apps"]),
                kinds=tuple(each["kinds"]),
            )
            for each in self._ask("GET", "").json()["faults"]
        )

    def switch_on(self, fault: str, *, app: str | None = None, haste: float = 1.0) -> Needs:
        """Make a fault happen from now on.

        Args:
            fault: Its name.
            app: To which app it happens; None where it is about none.
            haste: By what the time is multiplied for which it holds things up, as far as it can be so short.

        Returns:
            What it needs of those who ask.
        """
        params = {} if app is None else {"app": app}
        knob = next((each for each in self._state(fault)["intensity"] if each["name"] == "seconds"), None)
        if knob is not None:
            params["seconds"] = str(max(knob["least"], knob["default"] * haste))
        self._ask("PUT", f"/{fault}", params)
        return Needs(**(self._state(fault).get("network") or {}))

    def was_met(self, fault: str) -> bool:
        """Whether a fault that is on has happened to anybody's request."""
        return bool(self._state(fault).get("hit"))

    def all_right(self) -> None:
        """End every fault."""
        self._ask("DELETE", "")

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _state(self, fault: str) -> dict[str, Any]:
        told: list[dict[str, Any]] = self._ask("GET", "").json()["faults"]
        return next(each for each in told if each["name"] == fault)

    def _ask(self, method: str, path: str, params: dict[str, str] | None = None) -> httpx.Response:
        try:
            return self._client.request(method, f"/_standin/faults{path}", params=params).raise_for_status()
        except httpx.HTTPError as error:
            raise StandinError(f"The stand-in's control did not do {method} faults{path}: {error}") from error
