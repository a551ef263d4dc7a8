"""The faults and the site's switches, over HTTP: on the site's origin, and on a server of their own."""

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.faults import (
    FAULTS,
    SWITCH_PATH,
    Facts,
    Fault,
    FaultOrderError,
    FaultSwitch,
    SwitchedOn,
    UnknownFaultError,
    scopes_of,
)
from synthetics.standin.switches import SITE_SWITCHES, SiteSwitches, UnknownSwitchError


class SwitchApi:
    """Shows and moves what can be switched.

    Args:
        faults: What can go wrong.
        switches: What can be different without being wrong.
        facts: Where everything is.
    """

    def __init__(self, faults: FaultSwitch, switches: SiteSwitches, facts: Facts) -> None:
        self._faults = faults
        self._switches = switches
        self._facts = facts

    def routes(self) -> list[Route]:
        """Where it is."""
        fault, switch = f"{SWITCH_PATH}faults/{{name}}", f"{SWITCH_PATH}switches/{{name}}"
        return [
            Route(f"{SWITCH_PATH}faults", self.show_faults),
            Route(f"{SWITCH_PATH}faults", self.mend, methods=["DELETE"]),
            Route(fault, self.break_one, methods=["PUT"]),
            Route(fault, self.mend_one, methods=["DELETE"]),
            Route(f"{SWITCH_PATH}switches", self.show_switches),
            Route(switch, self.move_switch, methods=["PUT", "DELETE"]),
        ]

    async def show_faults(self, _request: Request) -> Response:
        """Every fault, and whether it is on."""
        return JSONResponse(self._fault_state())

    async def break_one(self, request: Request) -> Response:
        """Make one thing go wrong, where and as strongly as the query and the body say."""
        try:
            self._faults.switch_on(request.path_params["name"], await _asked(request))
        except UnknownFaultError as error:
            return _unknown_fault(error)
        except FaultOrderError as error:
            return JSONResponse({"message": f"{error}."}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
        await self._faults.settle()
        return JSONResponse(self._fault_state())

    async def mend_one(self, request: Request) -> Response:
        """Make one thing right again."""
        try:
            self._faults.switch_off(request.path_params["name"])
        except UnknownFaultError as error:
            return _unknown_fault(error)
        await self._faults.settle()
        return JSONResponse(self._fault_state())

    async def mend(self, _request: Request) -> Response:
        """Make everything right again."""
        self._faults.switch_all_off()
        await self._faults.settle()
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
        return {"faults": [_shown(fault, self._faults.get(fault.name), self._facts) for fault in FAULTS]}

    def _switch_state(self) -> dict[str, Any]:
        shown = [
            {"name": switch.name, "sentence": switch.sentence, "on": self._switches.is_on(switch)}
            for switch in SITE_SWITCHES
        ]
        return {"switches": shown}


async def _asked(request: Request) -> dict[str, Any]:
    """What is asked of a fault; raises FaultOrderError where the body is no object."""
    body = await request.body()
    if not body:
        return dict(request.query_params)
    try:
        asked = json.loads(body)
    except ValueError:
        asked = None
    if not isinstance(asked, dict):
        raise FaultOrderError('the body must be an object of JSON, such as {"app": "ihub"}')
    return {**request.query_params, **asked}


def _shown(fault: Fault, on: SwitchedOn | None, facts: Facts) -> dict[str, Any]:
    shown = {
        "name": fault.name,
        "sentence": fault.sentence,
        "blames": fault.blames.value,
        "apps": list(fault.apps),
        "kinds": list(fault.kinds),
        "scopes": list(scopes_of(fault)),
        "intensity": [asdict(knob) for knob in fault.knobs],
        "servers": sorted({effect.server.value for effect in fault.effects} | {each.value for each in fault.wired}),
        "on": on is not None,
    }
    if on is None:
        return shown
    servers = [facts.address_of(server) for server in fault.servers(on.apps)]
    return {
        **shown,
        "app": list(on.apps),
        "path": on.path,
        "after": on.after,
        "times": on.times,
        "values": dict(on.values),
        "seen": on.seen,
        "hit": on.hit,
        "network": {"resolve": servers if fault.unresolved else [], "https": servers if fault.https else []},
    }


def _unknown_fault(error: Exception) -> Response:
    return _not_found(error, faults=[fault.name for fault in FAULTS])


def _not_found(error: Exception, **there_are: list[str]) -> Response:
    return JSONResponse({"message": f"{error}.", **there_are}, status_code=HTTPStatus.NOT_FOUND)
