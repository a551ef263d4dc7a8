"""The host."""

from synthetics.record import Fault
from synthetics.worker import KillReason
from tests.judge.building import (
    CONFLUENCE,
    CONNECT,
    CONTROL,
    FORGE_CONTROL,
    JIRA,
    MINUTE,
    ON_FORGE,
    REFUSED,
    SIGN_IN,
    UIKIT,
    around,
    but,
    document,
    frame,
    hanging,
    killed,
    red,
    request,
    stopping,
)
from tests.judge.cases.case import case
from tests.judge.cases.shorthand import (
    ACTING,
    CDN,
    COMING_UP,
    EXPECTING,
    IDS,
    NO_FRAME,
    NOT_READY,
    OPENING,
    REST,
    SIGNING_IN,
    SITE,
    TO_SIGN_IN,
)

HOST_CASES = (
    case(
        "the site never answered, and did not answer a control either",
        stopping(
            OPENING,
            requests=(hanging(SITE, resource="document", is_navigation=True),),
            surroundings=around(but(red(JIRA, reached=False))),
        ),
        Fault.HOST,
        "host_control",
    ),
    case(
        "the site is broken and the control says so",
        stopping(OPENING, requests=(document(SITE, 503),), surroundings=around(but(red(JIRA)))),
        Fault.HOST,
        "host_control",
    ),
    case(
        "the site is slow and the control says so",
        stopping(OPENING, requests=(hanging(SITE, resource="document"),), surroundings=around(but(red(JIRA)))),
        Fault.HOST,
        "host_control",
    ),
    case(
        "the control failed just before the run",
        stopping(ACTING, surroundings=around(but(red(JIRA, after_ms=-4 * MINUTE)))),
        Fault.HOST,
        "host_control",
    ),
    case(
        "the control in Confluence failed",
        stopping(COMING_UP, CONNECT, surroundings=around(but(red(CONFLUENCE)))),
        Fault.HOST,
        "host_control",
    ),
    case(
        "Forge is broken and Jira is well",
        stopping(COMING_UP, surroundings=around(but(red(ON_FORGE))), **NOT_READY),
        Fault.HOST,
        "forge_control",
    ),
    case(
        "what serves frames is down for the control too",
        stopping(
            COMING_UP,
            requests=(request(CDN, 503, is_navigation=True, in_app_frame=True),),
            surroundings=around(but(red(ON_FORGE))),
        ),
        Fault.HOST,
        "forge_control",
    ),
    case(
        "UI Kit does not come and Forge is broken",
        stopping(COMING_UP, UIKIT, surroundings=around(but(red(ON_FORGE)))),
        Fault.HOST,
        "forge_control",
    ),
    case(
        "the sign-in service is down for the control too",
        stopping(SIGNING_IN, requests=(document(IDS, 503),), surroundings=around(but(red(SIGN_IN)))),
        Fault.HOST,
        "sign_in_control",
    ),
    case(
        "signing in led nowhere and for the control the service is down",
        stopping(SIGNING_IN, surroundings=around(but(red(SIGN_IN)))),
        Fault.HOST,
        "sign_in_control",
    ),
    case(
        "the sign-in service is not reached and for the control it is down",
        stopping(
            ACTING, navigations=TO_SIGN_IN, requests=(document(IDS, 502),), surroundings=around(but(red(SIGN_IN)))
        ),
        Fault.HOST,
        "sign_in_control",
    ),
    case(
        "a control met a broken site",
        stopping(OPENING, CONTROL, requests=(document(SITE, 503),)),
        Fault.HOST,
        "host_failed",
    ),
    case(
        "a control's call met a broken site",
        stopping(REST, CONTROL, requests=(request(SITE, 500, resource="rest"),)),
        Fault.HOST,
        "host_failed",
    ),
    case("a control met a site that is slow", stopping(OPENING, CONTROL), Fault.HOST, "host_failed"),
    case("a control does not find what the host shows", stopping(EXPECTING, CONTROL), Fault.HOST, "host_failed"),
    case(
        "a control on Forge does not come up", stopping(COMING_UP, FORGE_CONTROL, **NO_FRAME), Fault.HOST, "host_failed"
    ),
    case(
        "a control on Forge has a frame that is cut off",
        stopping(COMING_UP, FORGE_CONTROL, requests=(request(CDN, failure=REFUSED),)),
        Fault.HOST,
        "host_failed",
    ),
    case(
        "a control waited for a function on Forge until its deadline",
        killed(
            KillReason.DEADLINE, FORGE_CONTROL, requests=(hanging(SITE, method="POST", path="/gateway/api/graphql"),)
        ),
        Fault.HOST,
        "host_failed",
    ),
    case(
        "a control's frame was not up at its deadline",
        killed(KillReason.DEADLINE, FORGE_CONTROL, requests=(), frames=(frame(ready_ms=None, detached_ms=8_000),)),
        Fault.HOST,
        "forge_failed",
    ),
    case(
        "a control's sign-in service is down",
        stopping(SIGNING_IN, CONTROL, requests=(document(IDS, 503),)),
        Fault.HOST,
        "host_failed",
    ),
)
