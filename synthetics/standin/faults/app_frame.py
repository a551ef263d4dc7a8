"""Faults of an app that are seen in its frame."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse, Response

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults import scripts
from synthetics.standin.faults.acts import Answer, answers, changes, hangs
from synthetics.standin.faults.model import Blames, Effect, Fault, Knob, SwitchedOn
from synthetics.standin.faults.requests import FRAMED_APPS, Asked

_VIEWS = ("/static/page.js", "/static/panel.js")
_SPIN = Knob(name="seconds", sentence="How long it goes on at most, in s.", default=60, least=1, most=60)
_MEMORY = Knob(name="mebibytes", sentence="How much it takes at most, in MiB.", default=1024, least=16, most=1024)


def _is_script(asked: Asked) -> bool:
    return asked.path in _VIEWS or asked.path.endswith("/app.js")


def _is_frame(asked: Asked) -> bool:
    is_view = asked.server is ServerName.CONNECT and asked.path.startswith("/radar-")
    return is_view or asked.path.endswith("/index.html")


def _marks(asked: Asked) -> bool:
    return asked.path.endswith(("/app.js", "/app_state.js"))


def _where(about: Callable[[Asked], bool], act: Any) -> tuple[Effect, ...]:
    """It happens where the app's files are: on Forge's CDN, or at the Connect app's own server."""
    return tuple(Effect(server=server, act=act, about=about) for server in (ServerName.CDN, ServerName.CONNECT))


def script(text: Callable[[str, SwitchedOn], str]) -> tuple[Effect, ...]:
    """The app's script is another one, which is made for the app."""

    def replaced(asked: Asked, on: SwitchedOn) -> Response:
        return Response(text(str(asked.app), on), media_type="text/javascript", headers={"Cache-Control": "no-store"})

    return _where(_is_script, answers(replaced))


def own_script(change: Callable[[str], str], about: Callable[[Asked], bool] = _is_script) -> tuple[Effect, ...]:
    """The app's own script is changed."""

    def changed(answer: Answer, _asked: Asked, _on: SwitchedOn) -> None:
        if answer.status == HTTPStatus.OK:
            answer.body = change(answer.body.decode()).encode()

    return _where(about, changes(changed))


def _other_marker(text: str) -> str:
    return text.replace("-${state}`", "-${state}-view`")


def _forbid(answer: Answer, _asked: Asked, _on: SwitchedOn) -> None:
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"


def _not_found(_asked: Asked, _on: SwitchedOn) -> Response:
    return Response("Not found", status_code=HTTPStatus.NOT_FOUND, media_type="text/plain")


def _error_document(_asked: Asked, _on: SwitchedOn) -> Response:
    page = "<!doctype html>\n<title>Error</title>\n<h1>500 Internal Server Error</h1>\n"
    return HTMLResponse(page, status_code=HTTPStatus.INTERNAL_SERVER_ERROR)


def _of_app(name: str, sentence: str, effects: tuple[Effect, ...], *knobs: Knob) -> Fault:
    return Fault(name=name, sentence=sentence, blames=Blames.APP, apps=FRAMED_APPS, knobs=knobs, effects=effects)


FRAME_FAULTS = (
    _of_app("frame_never_loads", "The page in the app's frame is asked for and never comes.", _where(_is_frame, hangs)),
    _of_app(
        "frame_forbidden",
        "The page in the app's frame forbids every site to frame it.",
        _where(_is_frame, changes(_forbid)),
    ),
    _of_app(
        "frame_500",
        "The page in the app's frame is answered with status 500.",
        _where(_is_frame, answers(_error_document)),
    ),
    _of_app(
        "bridge_never_connects",
        "The app's script runs, says that it is loading, and never speaks to the host.",
        script(lambda _app, _on: scripts.INERT),
    ),
    _of_app(
        "blank_body",
        "The app's script meets the host and then shows nothing.",
        script(lambda app, _on: scripts.blank(app)),
    ),
    _of_app(
        "ready_marker_missing",
        "The app works, and the marker that tells that it is ready has another name.",
        own_script(_other_marker, _marks),
    ),
    _of_app("script_throws", "The app's script throws an exception before it has begun.", own_script(scripts.throwing)),
    _of_app("asset_missing", "The app's script is not there: it answers 404.", _where(_is_script, answers(_not_found))),
    _of_app(
        "app_error_page",
        "The app meets the host and then shows an error page of its own.",
        script(lambda app, _on: scripts.error_page(app)),
    ),
    _of_app(
        "page_spins",
        "The app's script computes without end and gives nobody else a turn, for a minute at most.",
        script(lambda _app, on: scripts.spinning(on.values["seconds"])),
        _SPIN,
    ),
    _of_app(
        "page_eats_memory",
        "The app's script takes more and more memory and starts nothing, up to a GiB and for a minute at most.",
        script(lambda _app, on: scripts.eating(on.values["mebibytes"], on.values["seconds"])),
        _MEMORY,
        _SPIN,
    ),
)
