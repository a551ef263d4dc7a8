"""The account's session, and the network."""

from synthetics.evidence import PhaseOutcome, StoppedIn
from synthetics.record import Error, Fault
from tests.judge.building import (
    BROKEN,
    CONTROL,
    JIRA,
    NO_NAME,
    ON_FORGE,
    REFUSED,
    around,
    but,
    document,
    hanging,
    invoke,
    machine,
    phases,
    red,
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
    EXPECTING,
    MFA,
    NO_FRAME,
    OPENING,
    REST,
    SIGNING_IN,
    SITE,
    THIRD,
    TO_SIGN_IN,
)

SESSION_CASES = (
    case(
        "the site answered 401 to a call of the app's functions",
        stopping(COMING_UP, requests=(invoke(401),), surroundings=around(but(red(ON_FORGE)))),
        Fault.SESSION,
        "signed_out",
    ),
    case(
        "the account was signed out in the middle",
        stopping(ACTING, navigations=TO_SIGN_IN),
        Fault.SESSION,
        "signed_out",
    ),
    case(
        "the app never came because the site asked to sign in",
        stopping(COMING_UP, navigations=TO_SIGN_IN, **NO_FRAME),
        Fault.SESSION,
        "signed_out",
    ),
    case(
        "the site's own sign-in page was shown",
        stopping(ACTING, navigations=went((SITE, "/login.jsp"))),
        Fault.SESSION,
        "signed_out",
    ),
    case("a password was refused", stopping(SIGNING_IN, navigations=TO_SIGN_IN), Fault.SESSION, "sign_in_refused"),
    case(
        "a one-time code was refused and the clock was right",
        stopping(SIGNING_IN, navigations=MFA, surroundings=around(machine_start=machine(clock_offset_ms=4_000))),
        Fault.SESSION,
        "sign_in_refused",
    ),
    case(
        "a password was refused while the clock was wrong",
        stopping(
            SIGNING_IN, navigations=TO_SIGN_IN, surroundings=around(machine_start=machine(clock_offset_ms=90_000))
        ),
        Fault.SESSION,
        "sign_in_refused",
    ),
    case(
        "signing in failed by hand, with nobody around",
        stopping(SIGNING_IN, surroundings=None),
        Fault.SESSION,
        "sign_in_refused",
    ),
    case(
        "signing in failed and only its class tells",
        stopping(
            SIGNING_IN,
            phases=phases(PhaseOutcome.FAILED, Error(type="synthetics.authoring.signin.SignInError", message="no")),
        ),
        Fault.SESSION,
        "sign_in_refused",
    ),
    case("the host asked for consent", stopping(StoppedIn.CONSENT, **NO_FRAME), Fault.SESSION, "consent_needed"),
    case("the licence was over", stopping(COMING_UP, kind="vendor.LicenceError"), Fault.SESSION, "licence_expired"),
    case(
        "the site forbade the page",
        stopping(COMING_UP, requests=(document(SITE, 403),), **NO_FRAME),
        Fault.SESSION,
        "site_refused",
    ),
    case(
        "the site forbade our own call",
        stopping(REST, requests=(request(SITE, 401, resource="rest"),)),
        Fault.SESSION,
        "site_refused",
    ),
    case(
        "the site forbade a part of its page",
        stopping(EXPECTING, requests=(request(SITE, 403, path="/rest/api/3/issue/A-1"),)),
        Fault.SESSION,
        "site_refused",
    ),
    case(
        "the control's session was gone as well",
        stopping(COMING_UP, surroundings=around(but(red(JIRA, Fault.SESSION)))),
        Fault.SESSION,
        "control_session",
    ),
    case("a control was signed out", stopping(ACTING, CONTROL, navigations=TO_SIGN_IN), Fault.SESSION, "signed_out"),
)


NETWORK_CASES = (
    case(
        "site and app refuse connections",
        stopping(OPENING, requests=(document(SITE, failure=REFUSED), request(APP, failure=REFUSED))),
        Fault.NETWORK,
        "two_origins_cut",
    ),
    case(
        "frame and backend have no name",
        stopping(COMING_UP, requests=(request(CDN, failure=NO_NAME), request(BACKEND, failure=NO_NAME))),
        Fault.NETWORK,
        "two_origins_cut",
    ),
    case(
        "site and app are broken off in the middle",
        stopping(
            COMING_UP,
            requests=(
                request(SITE, 200, failure="net::ERR_CONTENT_LENGTH_MISMATCH"),
                request(BACKEND, 200, failure=BROKEN),
            ),
        ),
        Fault.NETWORK,
        "two_origins_cut",
    ),
    case(
        "site and a third party break TLS",
        stopping(
            OPENING,
            requests=(
                document(SITE, failure="net::ERR_CERT_AUTHORITY_INVALID"),
                request(THIRD, failure="net::ERR_SSL_PROTOCOL_ERROR"),
            ),
        ),
        Fault.NETWORK,
        "two_origins_cut",
    ),
    case(
        "bytes of site and app trickle",
        stopping(
            OPENING,
            requests=(hanging(SITE, status=200, resource="document"), hanging(APP, status=200, resource="script")),
        ),
        Fault.NETWORK,
        "two_origins_cut",
    ),
    case(
        "the site is cut and the control is too",
        stopping(
            OPENING,
            requests=(document(SITE, failure=REFUSED),),
            surroundings=around(but(red(JIRA, Fault.NETWORK, reached=False))),
        ),
        Fault.NETWORK,
        "control_cut",
    ),
    case(
        "the app is cut and a control that reached nothing is too",
        stopping(
            COMING_UP,
            requests=(request(APP, failure=REFUSED),),
            surroundings=around(but(red(JIRA, Fault.UNKNOWN, reached=False))),
        ),
        Fault.NETWORK,
        "control_cut",
    ),
    case(
        "our own call is cut and the control is too",
        stopping(REST, kind="httpx.ConnectError", surroundings=around(but(red(JIRA, Fault.NETWORK)))),
        Fault.NETWORK,
        "control_cut",
    ),
    case(
        "the site never answers and the control is cut",
        stopping(
            OPENING, requests=(hanging(SITE, resource="document"),), surroundings=around(but(red(JIRA, Fault.NETWORK)))
        ),
        Fault.NETWORK,
        "control_cut",
    ),
    case(
        "a control is cut from the site",
        stopping(OPENING, CONTROL, requests=(document(SITE, failure=NO_NAME),)),
        Fault.NETWORK,
        "site_cut",
    ),
    case("a control's own call is cut", stopping(REST, CONTROL, kind="httpx.ConnectError"), Fault.NETWORK, "site_cut"),
)
