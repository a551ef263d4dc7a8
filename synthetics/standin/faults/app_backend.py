"""Faults of an app that are seen at its own server, or where Forge calls its functions."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults.acts import Answer, answers, changes, delays, hangs
from synthetics.standin.faults.model import (
    BROWSER,
    HEALTH,
    SHARE,
    Blames,
    Effect,
    Fault,
    Knob,
    SwitchedOn,
    Wire,
    seconds,
)
from synthetics.standin.faults.requests import FORGE_APPS, GATEWAY, IHUB, OWN_SERVERS, TEAM_RADAR, Asked

_WITH_SERVER = tuple(OWN_SERVERS)
_RETRY_AFTER = {"Retry-After": "60"}


def at_own_servers(act: Any) -> tuple[Effect, ...]:
    """It happens to every request for the app's own server."""
    return tuple(Effect(server=server, act=act) for server in OWN_SERVERS.values())


def at_gateway(act: Any, about: Callable[[Asked], bool] = lambda _asked: True) -> Effect:
    """It happens to the calls that pages make of an app's functions."""
    return Effect(server=ServerName.SITE, act=act, about=lambda asked: asked.path == GATEWAY and about(asked))


def _bad_gateway(_asked: Asked, on: SwitchedOn) -> Response:
    status = HTTPStatus(int(on.values["status"]))
    title = f"{status.value} {status.phrase}"
    page = f"<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n"
    return Response(page, status_code=status, media_type="text/html")


def _refusing(status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None) -> Any:
    return answers(lambda _asked, _on: JSONResponse({"message": message}, status_code=status, headers=headers))


def _rejected(_asked: Asked, _on: SwitchedOn) -> Response:
    reason = {
        "message": "TypeError: Cannot read properties of undefined (reading 'settings')",
        "extensions": {"errorType": "FUNCTION_ERROR", "statusCode": 500},
    }
    done = {"success": False, "response": None, "errors": [reason]}
    return JSONResponse({"data": {"invokeExtension": done}})


def _pretended(asked: Asked, _on: SwitchedOn) -> Response:
    payload = asked.call.get("payload")
    flow = {**(payload if isinstance(payload, dict) else {}), "id": "flow-0", "created": datetime.now(UTC).isoformat()}
    return JSONResponse({"data": {"invokeExtension": {"success": True, "response": {"body": {"flow": flow}}}}})


def _creates_flow(asked: Asked) -> bool:
    return asked.call.get("functionKey") == "createFlow"


def _wrong(function: object, body: Any) -> Any:
    """What a function answers when it has mixed up its data."""
    match function:
        case "listFlows":
            mixed_up = {"name": "Copy of nothing", "label": "nothing", "text": "Hello from nowhere"}
            return {"flows": [{**flow, **mixed_up} for flow in body["flows"]]}
        case "listExecutions":
            return {"executions": [{**each, "flow": "Copy of nothing"} for each in body["executions"]]}
        case "getReleaseNotes":
            return {"project": {"key": "NONE", "name": "Another project"}, "versions": []}
        case "ping":
            return {**body, "status": "Asleep"}
        case "check":
            lozenge, text, *rest = body["children"]
            said = {**text, "text": "NONE-1 has 99 story points. Think about splitting it."}
            return {**body, "children": [{**lozenge, "text": "Huge"}, said, *rest]}
        case _:
            return body


def _mix_up(answer: Answer, asked: Asked, _on: SwitchedOn) -> None:
    told = json.loads(answer.body)
    done = told.get("data", {}).get("invokeExtension", {})
    if not done.get("success"):
        return
    done["response"]["body"] = _wrong(asked.call.get("functionKey"), done["response"]["body"])
    answer.body = json.dumps(told).encode()


def _turn_rings(answer: Answer, _asked: Asked, _on: SwitchedOn) -> None:
    if answer.status == HTTPStatus.OK:
        rings: dict[str, str] = json.loads(answer.body)["rings"]
        names = list(rings.values())
        turned = dict(zip(rings, [*names[1:], names[0]], strict=True))
        answer.body = json.dumps({"rings": turned}).encode()


STATUS = Knob(name="status", sentence="The status that is answered.", default=502, least=500, most=599)

BACKEND_FAULTS = (
    Fault(
        name="backend_502",
        sentence="The app's backend answers 502 to every request, so each invoke fails and events are lost.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        knobs=(STATUS, SHARE),
        effects=at_own_servers(answers(_bad_gateway)),
    ),
    Fault(
        name="backend_403",
        sentence="The app's backend answers 403 to a user who may use it.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        knobs=(SHARE,),
        effects=at_own_servers(_refusing(HTTPStatus.FORBIDDEN, "You are not allowed to use this app.")),
    ),
    Fault(
        name="backend_401",
        sentence="The app's backend answers 401 to the host's own token.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        knobs=(SHARE,),
        effects=at_own_servers(_refusing(HTTPStatus.UNAUTHORIZED, "Unauthorized: the token is not valid.")),
    ),
    Fault(
        name="backend_429",
        sentence="The app's backend answers 429 with Retry-After, since it has had too many requests.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        knobs=(SHARE,),
        effects=at_own_servers(_refusing(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests.", _RETRY_AFTER)),
    ),
    Fault(
        name="backend_slow",
        sentence="The app's backend answers well, and later than anybody waits for it.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        knobs=(seconds(20), SHARE),
        effects=at_own_servers(delays),
    ),
    Fault(
        name="backend_hangs",
        sentence="The app's backend takes requests and never answers them.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        knobs=(SHARE,),
        effects=at_own_servers(hangs),
    ),
    Fault(
        name="app_port_refused",
        sentence="Nobody listens at the port of the app's own server, so connections to it are refused.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        wire=Wire.REFUSED,
    ),
    Fault(
        name="app_dns_gone",
        sentence="The name of the app's own server does not resolve, and nobody listens at its address.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        wire=Wire.REFUSED,
        unresolved=True,
    ),
    Fault(
        name="app_certificate_bad",
        sentence="The app's own server is reached by TLS alone, with a certificate that is no longer good.",
        blames=Blames.APP,
        apps=_WITH_SERVER,
        kinds=(BROWSER, HEALTH),
        wire=Wire.UNTRUSTED,
        https=True,
        effects=(),
    ),
)

FUNCTION_FAULTS = (
    Fault(
        name="invoke_rejects",
        sentence="Each call of a function of this one app is rejected, since the function throws.",
        blames=Blames.APP,
        apps=FORGE_APPS,
        knobs=(SHARE,),
        effects=(at_gateway(answers(_rejected)),),
    ),
    Fault(
        name="invoke_slow",
        sentence="Each call of a function of this one app is answered well, and later than anybody waits for it.",
        blames=Blames.APP,
        apps=FORGE_APPS,
        knobs=(seconds(20), SHARE),
        effects=(at_gateway(delays),),
    ),
    Fault(
        name="invoke_hangs",
        sentence="Calls of the functions of this one app are never answered.",
        blames=Blames.APP,
        apps=FORGE_APPS,
        knobs=(SHARE,),
        effects=(at_gateway(hangs),),
    ),
    Fault(
        name="wrong_data",
        sentence="The app answers and works as ever, and what it shows is not true.",
        blames=Blames.APP,
        apps=(*FORGE_APPS, TEAM_RADAR),
        effects=(
            at_gateway(changes(_mix_up)),
            Effect(server=ServerName.CONNECT, act=changes(_turn_rings), about=lambda asked: asked.path == "/api/rings"),
        ),
    ),
    Fault(
        name="write_not_done",
        sentence="The app says that a new flow was saved, and has not saved it.",
        blames=Blames.APP,
        apps=(IHUB,),
        effects=(at_gateway(answers(_pretended), _creates_flow),),
    ),
    # These two happen where flows run: see ``FaultSwitch.hold``.
    Fault(
        name="effect_missing",
        sentence="The app takes what starts a flow, and the flow never runs.",
        blames=Blames.APP,
        apps=(IHUB,),
    ),
    Fault(
        name="effect_late",
        sentence="The app takes what starts a flow, and the flow runs when nobody waits for it any more.",
        blames=Blames.APP,
        apps=(IHUB,),
        knobs=(seconds(45, 600),),
    ),
)
