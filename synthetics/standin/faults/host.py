"""Faults of the host: the site, Forge's CDN and its gateway, and the sign-in service."""

from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults.acts import Answer, answers, changes, delays
from synthetics.standin.faults.app_backend import STATUS
from synthetics.standin.faults.model import SHARE, Blames, Effect, Fault, Knob, SwitchedOn, seconds
from synthetics.standin.faults.requests import GATEWAY, INTERFACES, REST, Asked
from synthetics.standin.rendering import render

_RETRY = {"Retry-After": "30", "Cache-Control": "no-store"}
_TRY_LATER = "The service is temporarily unavailable. Try again later."
_BRIDGE = "/bridge/bridge.js"
_STATUS = Knob(name="status", sentence=STATUS.sentence, default=503, least=500, most=599)
_MAINTENANCE = Knob(name="status", sentence=STATUS.sentence, default=503, least=200, most=599)
#: What is renamed: the frame of Forge apps, and the titles by which issues and pages are known.
_RENAMED = (
    "hosted-resources-iframe-container",
    "hosted-resources-iframe",
    "issue.views.issue-base.foundation.summary.heading",
    "title-text",
)


def _unavailable(asked: Asked, on: SwitchedOn) -> Response:
    status = int(on.values["status"])
    if asked.path.startswith(INTERFACES):
        body = {"errorMessages": [_TRY_LATER], "errors": {}}
        return JSONResponse(body, status_code=status, headers=_RETRY)
    return render("unavailable.html", {"status": status}, status_code=status, headers=_RETRY)


def _in_maintenance(asked: Asked, on: SwitchedOn) -> Response:
    status = int(on.values["status"])
    if asked.path.startswith(INTERFACES):
        body = {"errorMessages": ["This site is down for maintenance."], "errors": {}}
        return JSONResponse(body, status_code=status, headers=_RETRY)
    return render("maintenance.html", {}, status_code=status, headers=_RETRY)


def _plain(asked: Asked, on: SwitchedOn) -> Response:
    del asked
    return Response(_TRY_LATER, status_code=int(on.values["status"]), media_type="text/plain")


def _no_bridge(_asked: Asked, _on: SwitchedOn) -> Response:
    return Response("Not found", status_code=HTTPStatus.NOT_FOUND, media_type="text/plain")


def _rename(answer: Answer, asked: Asked, _on: SwitchedOn) -> None:
    if not answer.is_text or asked.path.startswith(INTERFACES):
        return
    text = answer.body.decode()
    for name in _RENAMED:
        for quote in "\"'":
            text = text.replace(f"{quote}{name}{quote}", f"{quote}next.{name}{quote}")
        text = text.replace(f"#{name}", f"#next\\.{name}")
    # Scripts write attributes by their names and look them up by selectors, both with the same words.
    text = text.replace('[data-testid="hosted-', '[data-testid="next.hosted-')
    answer.body = text.replace("next.next.", "next.").encode()


def _at_site(name: str, sentence: str, act: Effect, *knobs: Knob) -> Fault:
    return Fault(name=name, sentence=sentence, blames=Blames.HOST, knobs=knobs, effects=(act,))


HOST_FAULTS = (
    _at_site(
        "site_503",
        "The site answers 503 to every page and every REST request.",
        Effect(server=ServerName.SITE, act=answers(_unavailable)),
        _STATUS,
        SHARE,
    ),
    _at_site(
        "site_slow",
        "The site answers every page and every REST request well, and later than anybody waits for it.",
        Effect(server=ServerName.SITE, act=delays, about=lambda asked: not asked.path.startswith("/static/")),
        seconds(20),
        SHARE,
    ),
    _at_site(
        "rest_503",
        "The site's REST answers 503, while its pages are well.",
        Effect(server=ServerName.SITE, act=answers(_unavailable), about=lambda asked: asked.path.startswith(REST)),
        _STATUS,
        SHARE,
    ),
    _at_site(
        "cdn_down",
        "Forge's CDN answers 503 to everything, so no app that is framed from there loads.",
        Effect(server=ServerName.CDN, act=answers(_plain)),
        _STATUS,
        SHARE,
    ),
    _at_site(
        "bridge_script_missing",
        "The bridge's script on Forge's CDN answers 404, so no app that is framed from there can speak to the host.",
        Effect(server=ServerName.CDN, act=answers(_no_bridge), about=lambda asked: asked.path == _BRIDGE),
    ),
    _at_site(
        "gateway_down",
        "The gateway answers 503 to every call of a function, whichever app's it is.",
        Effect(server=ServerName.SITE, act=answers(_unavailable), about=lambda asked: asked.path == GATEWAY),
        _STATUS,
        SHARE,
    ),
    _at_site(
        "site_maintenance",
        "The site shows a page that says that it is being maintained, and REST says the same.",
        Effect(
            server=ServerName.SITE,
            act=answers(_in_maintenance),
            about=lambda asked: not asked.path.startswith("/static/"),
        ),
        _MAINTENANCE,
    ),
    _at_site(
        "markup_changed",
        "The site's pages have other test ids for titles and for the frames of apps, and work as ever.",
        Effect(server=ServerName.SITE, act=changes(_rename)),
    ),
    _at_site(
        "signin_down",
        "The sign-in service answers 503 to everything, while sessions that are there go on.",
        Effect(server=ServerName.SIGNIN, act=answers(_plain)),
        _STATUS,
        SHARE,
    ),
)
