"""Faults of the monitor's own that show on the site."""

from http import HTTPStatus

from starlette.responses import JSONResponse, Response

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults.acts import Answer, answers, changes
from synthetics.standin.faults.model import SHARE, Blames, Effect, Fault, SwitchedOn
from synthetics.standin.faults.requests import REST, Asked


def _too_many(_asked: Asked, _on: SwitchedOn) -> Response:
    headers = {
        "Retry-After": "60",
        "RateLimit-Reason": "jira-cost-based",
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": "0",
    }
    body = {"errorMessages": ["Rate limit exceeded."], "errors": {}}
    return JSONResponse(body, status_code=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)


def _is_ours(asked: Asked) -> bool:
    """Whether a program asks with the account's token: people and apps have limits of their own."""
    return asked.path.startswith(REST) and asked.header("authorization").lower().startswith("basic ")


def _empty(answer: Answer, _asked: Asked, _on: SwitchedOn) -> None:
    if answer.status == HTTPStatus.OK:
        answer.body = b'{"results": [], "_links": {}}'


MONITOR_FAULTS = (
    Fault(
        name="site_429",
        sentence="The site's REST answers 429 with Retry-After to the monitor's account, which has asked too often.",
        blames=Blames.MONITOR,
        knobs=(SHARE,),
        effects=(Effect(server=ServerName.SITE, act=answers(_too_many), about=_is_ours),),
    ),
    Fault(
        name="fixture_missing",
        sentence="The issues and the space that were on the site from the start are gone.",
        blames=Blames.MONITOR,
        effects=(
            Effect(
                server=ServerName.SITE, act=changes(_empty), about=lambda asked: asked.path == "/wiki/api/v2/spaces"
            ),
        ),
    ),
)
