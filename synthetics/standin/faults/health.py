"""Faults that only the health check of an app sees: its pages and its functions work as ever."""

from http import HTTPStatus

from starlette.responses import JSONResponse, RedirectResponse, Response

from synthetics.standin.faults.acts import answers, delays
from synthetics.standin.faults.model import HEALTH, SHARE, Act, Blames, Effect, Fault, Knob, SwitchedOn, seconds
from synthetics.standin.faults.requests import OWN_SERVERS, Asked

HEALTH_PATH = "/health"
_STATUS = Knob(name="status", sentence="The status that is answered.", default=500, least=400, most=599)


def _at_health(act: Act) -> tuple[Effect, ...]:
    """It happens to every request for the health of the app's own server."""
    return tuple(
        Effect(server=server, act=act, about=lambda asked: asked.path == HEALTH_PATH) for server in OWN_SERVERS.values()
    )


def _unhealthy(_asked: Asked, on: SwitchedOn) -> Response:
    status = HTTPStatus(int(on.values["status"]))
    return JSONResponse({"status": "down", "reason": "The database does not answer."}, status_code=status)


def _elsewhere(_asked: Asked, _on: SwitchedOn) -> Response:
    return RedirectResponse("/health/status?token=of-nobody", status_code=HTTPStatus.FOUND)


def _empty(_asked: Asked, _on: SwitchedOn) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _fault(name: str, sentence: str, act: Act, *knobs: Knob) -> Fault:
    return Fault(
        name=name,
        sentence=sentence,
        blames=Blames.APP,
        apps=tuple(OWN_SERVERS),
        knobs=(*knobs, SHARE),
        effects=_at_health(act),
        kinds=(HEALTH,),
    )


HEALTH_FAULTS = (
    _fault("health_500", "The app's health check answers 500.", answers(_unhealthy), _STATUS),
    _fault(
        "health_204", "The app's health check answers 204, which is well meant and not what counts.", answers(_empty)
    ),
    _fault("health_redirect", "The app's health check sends whoever asks to another path.", answers(_elsewhere)),
    _fault("health_slow", "The app's health check answers well, and later than it counts.", delays, seconds(5)),
)
