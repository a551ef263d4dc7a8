"""The faults and the site's switches, over HTTP on the site's origin."""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.faults import FAULTS, SWITCH_PATH, FaultSwitch, UnknownFaultError
from synthetics.standin.switches import SITE_SWITCHES, SiteSwitches, UnknownSwitchError


class SwitchApi:
    """Shows and moves what can be switched.

    Args:
        faults: What can go wrong.
        switches: What can be different without being wrong.
    """

    def __init__(self, faults: FaultSwitch, switches: SiteSwitches) -> None:
        self._faults = faults
        self._switches = switches

    def routes(self) -> list[Route]:
        """Where it is."""
        fault, switch = f"{SWITCH_PATH}faults/{{name}}", f"{SWITCH_PATH}switches/{{name}}"
        return [
            Route(f"{SWITCH_PATH}faults", self.show_faults),
            Route(fault, self.move_fault, methods=["PUT", "DELETE"]),
            Route(f"{SWITCH_PATH}switches", self.show_switches),
            Route(switch, self.move_switch, methods=["PUT", "DELETE"]),
        ]

    async def show_faults(self, _request: Request) -> Response:
        """Every fault, and whether it is on."""
        return JSONResponse(self._fault_state())

    async def move_fault(self, request: Request) -> Response:
        """Make one thing go wrong (PUT), or right again (DELETE)."""
        move = self._faults.switch_on if request.method == "PUT" else self._faults.switch_off
        try:
            move(request.path_params["name"])
        except UnknownFaultError as error:
            return _not_found(error, faults=[fault.name for fault in FAULTS])
        return JSONResponse(self._fault_state())

    async def show_switches(self, _request: Request) -> Response:
        """Every switch, and whether it is on."""
        return JSONResponse(self._switch_state())

    async def move_switch(self, request: Request) -> Response:
        """Switch one on (PUT) or off (DELETE); pages that are loaded from now on show it."""
        move = self._switches.switch_on if request.method == "PUT" else self._switches.switch_off
        try:
            move(request.path_params["name"])
        except UnknownSwitchError as error:
            return _not_found(error, switches=[switch.name for switch in SITE_SWITCHES])
        return JSONResponse(self._switch_state())

    def _fault_state(self) -> dict[str, Any]:
        shown = [
            {
                "name": fault.name,
                "sentence": fault.sentence,
                "server": fault.server.value,
                "on": self._faults.is_on(fault.name),
            }
            for fault in FAULTS
        ]
        return {"faults": shown}

    def _switch_state(self) -> dict[str, Any]:
        shown = [
            {"name": switch.name, "sentence": switch.sentence, "on": self._switches.is_on(switch)}
            for switch in SITE_SWITCHES
        ]
        return {"switches": shown}


def _not_found(error: Exception, **there_are: list[str]) -> Response:
    return JSONResponse({"message": f"{error}.", **there_are}, status_code=HTTPStatus.NOT_FOUND)
