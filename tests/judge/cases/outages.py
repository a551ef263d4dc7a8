"""Three outages of the host's that any judge must get right (ATLASSIAN.md)."""

from synthetics.record import Fault, Outcome
from tests.judge.building import JIRA, ON_FORGE, SIGN_IN, around, but, control, document, passing, red, stopping
from tests.judge.cases.case import case, green
from tests.judge.cases.shorthand import COMING_UP, EXPECTING, FAILED_COURSE, IDS, OPENING, SIGNING_IN, SITE, STARTED

OUTAGES = (
    case(
        "3 Jun 2024: the host fails an hour before its status page says so",
        stopping(COMING_UP, requests=(document(SITE, 500),), surroundings=around(but(red(JIRA)), **STARTED)),
        Fault.HOST,
        "host_control",
    ),
    green(
        "30 Aug 2023: signing in is broken and a saved session stays green",
        passing(surroundings=around(but(red(SIGN_IN)))),
    ),
    case(
        "30 Aug 2023: signing in is broken and a saved session's app fails by itself",
        stopping(EXPECTING, surroundings=around(but(red(SIGN_IN)))),
        Fault.APP,
        "app_result",
    ),
    case(
        "30 Aug 2023: a renewal fails and the fresh sign-in fails by the host",
        stopping(SIGNING_IN, requests=(document(IDS, 500),), surroundings=around(but(red(SIGN_IN)))),
        Fault.HOST,
        "sign_in_control",
    ),
    case(
        "30 Aug 2023: a renewal fails and nobody has signed in afresh",
        stopping(SIGNING_IN, requests=(document(IDS, 500),), surroundings=around((control(JIRA), control(ON_FORGE)))),
        Fault.UNKNOWN,
        FAILED_COURSE,
        SIGN_IN,
    ),
    case(
        "21 Feb 2023: our region fails with answers",
        stopping(OPENING, requests=(document(SITE, 502),), surroundings=around(but(red(JIRA)))),
        Fault.HOST,
        "host_control",
    ),
    case(
        "21 Feb 2023: our region does not answer, from one place",
        stopping(
            OPENING,
            requests=(document(SITE, failure="net::ERR_CONNECTION_TIMED_OUT"),),
            surroundings=around((control(ON_FORGE), control(JIRA, Outcome.ERRORED, Fault.MONITOR))),
        ),
        Fault.UNKNOWN,
        "host_or_network",
    ),
)
