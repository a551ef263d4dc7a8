"""The app."""

from synthetics.evidence import RepeatSeen
from synthetics.record import Fault, Outcome
from synthetics.worker import KillReason
from tests.judge.building import (
    CONNECT,
    JIRA,
    MINUTE,
    NO_NAME,
    ON_FORGE,
    REFUSED,
    UIKIT,
    around,
    control,
    document,
    exception,
    frame,
    hanging,
    invoke,
    killed,
    request,
    stopping,
    went,
)
from tests.judge.cases.case import case
from tests.judge.cases.shorthand import (
    ACTING,
    APP,
    BACKEND,
    CDN,
    COMING_UP,
    CRASHED,
    DIED,
    EXPECTING,
    KILLED_AGAIN,
    NO_FRAME,
    NOT_READY,
    OPENING,
    OTHER,
    OWN_ORIGIN,
    REST,
    SITE,
    THIRD,
)

APP_CASES = (
    case(
        "the app's frame was refused",
        stopping(COMING_UP, frames=(frame(refused=True, ready_ms=None),)),
        Fault.APP,
        "app_not_up",
    ),
    case(
        "the bridge never connected",
        stopping(COMING_UP, frames=(frame(connected_ms=None, ready_ms=None),)),
        Fault.APP,
        "app_not_up",
    ),
    case(
        "what serves frames did not serve the app's while it served another's",
        stopping(COMING_UP, requests=(request(CDN, 503, in_app_frame=True),)),
        Fault.APP,
        "app_not_up",
    ),
    case(
        "what serves frames did not serve the app's, nor when the run was repeated",
        stopping(
            COMING_UP,
            requests=(hanging(CDN, resource="document", in_app_frame=True),),
            surroundings=around(confirm=DIED),
        ),
        Fault.APP,
        "app_not_up",
    ),
    case("the ready marker was missing", stopping(COMING_UP, **NOT_READY), Fault.APP, "app_not_up"),
    case("no frame of the app was ever there", stopping(COMING_UP, **NO_FRAME), Fault.APP, "app_not_up"),
    case(
        "an app in the host's page did not come up",
        stopping(COMING_UP, UIKIT, app_ready_ms=None),
        Fault.APP,
        "app_not_up",
    ),
    case("a Connect app did not come up", stopping(COMING_UP, CONNECT), Fault.APP, "app_not_up"),
    case(
        "the app broke of an exception at its start",
        stopping(COMING_UP, messages=(exception(),), **NOT_READY),
        Fault.APP,
        "app_exception",
    ),
    case(
        "the app's backend is broken",
        stopping(EXPECTING, requests=(request(BACKEND, 502, in_app_frame=True),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "the app's backend forbids its own user",
        stopping(EXPECTING, requests=(request(BACKEND, 403),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "the app's backend is asked too much",
        stopping(EXPECTING, requests=(request(BACKEND, 429, retry_after_s=9.0),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case("the app's backend hangs", stopping(EXPECTING, requests=(hanging(BACKEND),)), Fault.APP, OWN_ORIGIN),
    case(
        "the app's backend hangs until the deadline",
        killed(KillReason.DEADLINE, requests=(hanging(BACKEND),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "a file of the app is missing",
        stopping(COMING_UP, requests=(request(CDN, 404, resource="script", in_app_frame=True),), **NOT_READY),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "the app's own name is gone",
        stopping(
            COMING_UP, CONNECT, requests=(request(APP, failure=NO_NAME, resource="document", is_navigation=True),)
        ),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "the app's own certificate is broken",
        stopping(OPENING, CONNECT, requests=(document(APP, failure="net::ERR_CERT_DATE_INVALID"),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "the app's own port is closed, as a third party's name is",
        stopping(COMING_UP, CONNECT, requests=(request(APP, failure=REFUSED), request(THIRD, failure=NO_NAME))),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "a journey broke over what the app's backend answered",
        stopping(OTHER, requests=(request(BACKEND, 500),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "our own call of the app's service was refused",
        stopping(REST, requests=(request(APP, 500, resource="rest"),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "a call of the app's functions is rejected and Forge is well",
        stopping(EXPECTING, requests=(invoke(500),)),
        Fault.APP,
        "app_result",
    ),
    case("the app shows wrong data", stopping(EXPECTING), Fault.APP, "app_result"),
    case(
        "what the app wrote is not on the site",
        stopping(EXPECTING, frames=(frame(detached_ms=1_900),), navigations=went((SITE, "/browse/A-2"))),
        Fault.APP,
        "app_result",
    ),
    case("an app in the host's page shows wrong data", stopping(EXPECTING, UIKIT), Fault.APP, "app_result"),
    case("a button of the app does not react", stopping(ACTING), Fault.APP, "app_unresponsive"),
    case(
        "a button of an app in the host's page does not react", stopping(ACTING, UIKIT), Fault.APP, "app_unresponsive"
    ),
    case(
        "a call of the app's functions hung until the deadline",
        killed(KillReason.DEADLINE, requests=(hanging(SITE, method="POST", path="/gateway/api/graphql"),)),
        Fault.APP,
        "app_call_unanswered",
    ),
    case(
        "the controls were well before the run",
        stopping(
            EXPECTING, surroundings=around(tuple(control(kind, after_ms=-4 * MINUTE) for kind in (JIRA, ON_FORGE)))
        ),
        Fault.APP,
        "app_result",
    ),
    case(
        "the page died on a fresh browser too",
        stopping(ACTING, **CRASHED, surroundings=around(confirm=DIED)),
        Fault.APP,
        "browser_repeated",
    ),
    case(
        "the page ate memory on a fresh browser too",
        killed(KillReason.MEMORY, surroundings=around(attempt=2, first_attempt=KILLED_AGAIN)),
        Fault.APP,
        "browser_repeated",
    ),
    case(
        "the page hung on a fresh browser too",
        killed(
            KillReason.DEADLINE,
            surroundings=around(confirm=RepeatSeen(outcome=Outcome.FAILED, killed_for=KillReason.DEADLINE)),
        ),
        Fault.APP,
        "browser_repeated",
    ),
    case(
        "the status page tells of trouble and the controls are well",
        stopping(EXPECTING, surroundings=around(statuspage="critical")),
        Fault.APP,
        "app_result",
    ),
    case(
        "the site blipped before the step that failed",
        stopping(EXPECTING, requests=(request(SITE, 503, started_ms=600),)),
        Fault.APP,
        "app_result",
    ),
    case(
        "the site refused the clean-up after the failure",
        stopping(EXPECTING, requests=(request(SITE, 403, path="/rest/a", started_ms=9_500),)),
        Fault.APP,
        "app_result",
    ),
    case(
        "the app ran out of patience with its backend",
        stopping(EXPECTING, requests=(request(BACKEND, failure="net::ERR_ABORTED", duration_ms=5_000),)),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "the page gave a request up as it went on, and the app shows wrong data",
        stopping(EXPECTING, requests=(request(BACKEND, failure="net::ERR_ABORTED"),)),
        Fault.APP,
        "app_result",
    ),
    case(
        "a request of the app had only begun, and the app shows wrong data",
        stopping(EXPECTING, requests=(hanging(BACKEND, started_ms=8_900),)),
        Fault.APP,
        "app_result",
    ),
    case(
        "the backend is down, and a part of the site's page had to wait",
        stopping(EXPECTING, requests=(request(SITE, 429, retry_after_s=1.0), request(BACKEND, 502))),
        Fault.APP,
        OWN_ORIGIN,
    ),
    case(
        "a journey saw by a call of its own that something is gone, and then wrong data",
        stopping(EXPECTING, requests=(request(SITE, 404, resource="rest"),)),
        Fault.APP,
        "app_result",
    ),
)
