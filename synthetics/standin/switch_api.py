"""The fault switch, over HTTP on the site's origin."""

from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.faults import FAULTS, SWITCH_PATH, FaultSwitch, UnknownFaultError


class SwitchApi:
    """Shows and moves the switch.

    Args:
        switch: The switch.
    """

    def __init__(self, switch: FaultSwitch) -> None:
        self._switch = switch

    def routes(self) -> list[Route]:
        """Where it is."""
        one = f"{SWITCH_PATH}faults/{{name}}"
        return [
            Route(f"{SWITCH_PATH}faults", self.show),
            Route(one, self.switch_on, methods=["PUT"]),
            Route(one, self.switch_off, methods=["DELETE"]),
        ]

    async def show(self, _request: Request) -> Response:
        """Every fault, and whether it is on."""
        return JSONResponse(self._state())

    async def switch_on(self, request: Request) -> Response:
        """Make one thing go wrong."""
        return self._moved(self._switch.switch_on, request.path_params["name"])

    async def switch_off(self, request: Request) -> Response:
        """Make one thing right again."""
        return self._moved(self._switch.switch_off, request.path_params["name"])

    def _moved(self, move: Any, name: str) -> Response:
        try:
            move(name)
        except UnknownFaultError as error:
            body = {"message": f"{error}.", "faults": [fault.name for fault in FAULTS]}
            return JSONResponse(body, status_code=HTTPStatus.NOT_FOUND)
        return JSONResponse(self._state())

    def _state(self) -> dict[str, Any]:
        shown = [
            {
                "name": fault.name,
                "sentence": fault.sentence,
                "server": fault.server.value,
                "on": self._switch.is_on(fault.name),
            }
            for fault in FAULTS
        ]
        return {"faults": shown}
