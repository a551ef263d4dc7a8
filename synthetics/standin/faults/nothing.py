"""What looks like a fault and is none: a journey has to pass while it is on."""

import json

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults import scripts
from synthetics.standin.faults.acts import Answer, answers, changes, delays
from synthetics.standin.faults.app_backend import at_gateway
from synthetics.standin.faults.app_frame import own_script
from synthetics.standin.faults.model import SHARE, Blames, Effect, Fault, Knob, SwitchedOn, seconds
from synthetics.standin.faults.requests import FORGE_APPS, FRAMED_APPS, POINTS_CHECK, TEAM_RADAR, Asked
from synthetics.standin.faults.session import flash_form, flash_site, is_flash_due

#: Nothing is called like this anywhere: see RFC 2606.
ANALYTICS = "http://analytics.invalid"
_FLASH = Knob(name="seconds", sentence="How long the form is shown, in s.", default=1, least=1, most=5)


def _ask_analytics(answer: Answer, asked: Asked, _on: SwitchedOn) -> None:
    if not asked.is_page or not answer.headers.get("content-type", "").startswith("text/html"):
        return
    policy = answer.headers.get("content-security-policy", "")
    allowed = f"default-src 'self' {ANALYTICS};"
    answer.headers["Content-Security-Policy"] = policy.replace("default-src 'self';", allowed)
    ask = f'<script async src="{ANALYTICS}/collect.js"></script>\n<img src="{ANALYTICS}/pixel.gif" alt="" hidden>\n'
    answer.body = answer.body.replace(b"</body>", f"{ask}</body>".encode(), 1)


def _add_notice(answer: Answer, _asked: Asked, _on: SwitchedOn) -> None:
    told = json.loads(answer.body)
    done = told.get("data", {}).get("invokeExtension", {})
    if done.get("success"):
        text = "The field “Size” is no number on this issue. Correct it in the field's settings."
        done["response"]["body"]["children"].append({"type": "Text", "text": text})
        answer.body = json.dumps(told).encode()


def _passing(
    name: str, sentence: str, *effects: Effect, apps: tuple[str, ...] = (), knobs: tuple[Knob, ...] = ()
) -> Fault:
    return Fault(name=name, sentence=sentence, blames=Blames.NOTHING, apps=apps, knobs=knobs, effects=effects)


NO_FAULTS = (
    _passing("host_flags", "Flags of the host lie over the app's area and swallow the clicks on it."),
    _passing("onboarding_modal", "A modal that introduces a novelty lies over each page until it is skipped."),
    _passing(
        "analytics_failing",
        "The site's pages ask a third party's server for its script and for a picture, and it is not there.",
        Effect(server=ServerName.SITE, act=changes(_ask_analytics)),
    ),
    _passing(
        "app_slow_within_limit",
        "The app answers more slowly than usual, and soon enough.",
        at_gateway(delays),
        Effect(server=ServerName.CONNECT, act=delays, about=lambda asked: asked.path.startswith(("/api/", "/radar-"))),
        apps=(*FORGE_APPS, TEAM_RADAR),
        knobs=(seconds(2, 10), SHARE),
    ),
    _passing(
        "app_message_for_user",
        "The app shows a message about a mistake of the user's beside what it shows else.",
        *own_script(scripts.with_notice),
        at_gateway(changes(_add_notice), lambda asked: asked.app == POINTS_CHECK),
        apps=(*FRAMED_APPS, POINTS_CHECK),
    ),
    _passing(
        "signin_flash",
        "The sign-in form flashes up before somebody who is signed in is sent on to the page.",
        Effect(server=ServerName.SITE, act=answers(flash_site), about=is_flash_due),
        Effect(
            server=ServerName.SIGNIN,
            act=changes(flash_form),
            about=lambda asked: (asked.path, asked.method) == ("/login", "GET"),
        ),
        knobs=(_FLASH,),
    ),
)
