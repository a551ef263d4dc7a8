"""The path worked, or we could not tell for a trouble of our own."""

from dataclasses import replace

from synthetics.evidence import PhaseOutcome, StoppedIn, WorkerEnding
from synthetics.record import Fault
from synthetics.worker import KillReason
from tests.judge.building import (
    CONNECT,
    CONTROL,
    HOST_ONLY,
    JIRA,
    NO_NAME,
    ON_FORGE,
    UIKIT,
    around,
    document,
    exception,
    frame,
    killed,
    machine,
    passing,
    phases,
    red,
    request,
    stopping,
    went,
)
from tests.judge.cases.case import case, green
from tests.judge.cases.shorthand import (
    ACTING,
    APP,
    BACKEND,
    BELOW_FLOOR,
    CRASHED,
    FINE,
    IDS,
    MFA,
    NO_MEMORY,
    NOT_FOUND,
    OPENING,
    OTHER,
    REST,
    SIGNING_IN,
    SITE,
    SKIPPED_CALL,
    THIRD,
)

PASSED_CASES = (
    green("an app's frame was asked for", passing()),
    green(
        "an app's backend was asked",
        passing(CONNECT, origins=(passing().origins[0], replace(passing().origins[0], owner=APP))),
    ),
    green("an app called through its bridge and has no frame", passing(UIKIT, bridge_calls=3, app_ready_ms=None)),
    green("an app in the host's own page showed that it is ready", passing(UIKIT)),
    green("a control asked the site", passing(CONTROL)),
    green("a journey through the host alone asked the site", passing(HOST_ONLY)),
    green("nobody looked at the traffic", passing(None, origins=())),
    green("a third party failed and the path worked", passing(requests=(request(THIRD, failure=NO_NAME),))),
    green("a sign-in page flashed up", passing(navigations=went((IDS, "/login"), (SITE, "/browse/A-1")))),
    green(
        "an app told a user of an error of the user's", passing(requests=(request(BACKEND, 400, in_app_frame=True),))
    ),
    green("a script broke and the path worked", passing(messages=(exception(),))),
    green("the controls fail and the path worked", passing(surroundings=around((red(JIRA), red(ON_FORGE))))),
    green("other slots were errored before", passing(surroundings=around(errored_in_row=5, neighbours_passed=True))),
)


MONITOR_CASES = (
    case("nothing of the app was asked", passing(**BELOW_FLOOR), Fault.MONITOR, "vacuous"),
    case("a control asked the site for nothing", passing(CONTROL, origins=()), Fault.MONITOR, "vacuous"),
    case(
        "the app's frame was refused and nobody minded",
        passing(frames=(frame(refused=True),)),
        Fault.MONITOR,
        "vacuous",
    ),
    case("an app asked only the site", passing(CONNECT, app_ready_ms=None), Fault.MONITOR, "vacuous"),
    case("there was no browser", passing(browser=None), Fault.MONITOR, "vacuous"),
    case(
        "the clock was 90 s ahead and the one-time code was refused",
        stopping(SIGNING_IN, navigations=MFA, surroundings=around(machine_start=machine(clock_offset_ms=90_000))),
        Fault.MONITOR,
        "clock_skew",
    ),
    case(
        "the clock was 90 s behind and the one-time code was refused",
        stopping(SIGNING_IN, navigations=MFA, surroundings=around(machine_end=machine(clock_offset_ms=-90_000))),
        Fault.MONITOR,
        "clock_skew",
    ),
    case(
        "the site asked us to stay away",
        stopping(OPENING, requests=(document(SITE, 429, retry_after_s=30.0),)),
        Fault.MONITOR,
        "rate_limited",
    ),
    case(
        "the sign-in service asked us to stay away",
        stopping(SIGNING_IN, requests=(request(IDS, 429, retry_after_s=5.0),)),
        Fault.MONITOR,
        "rate_limited",
    ),
    case(
        "our own call was to stay away from the site",
        stopping(REST, requests=(request(SITE, 429, resource="rest", retry_after_s=5.0),)),
        Fault.MONITOR,
        "rate_limited",
    ),
    case(
        "the disk was full and a file could not be written",
        stopping(OTHER, kind="OSError", surroundings=around(machine_end=machine(disk_free_bytes=0))),
        Fault.MONITOR,
        "disk_full",
    ),
    case(
        "the disk was full and the page died",
        passing(
            **CRASHED,
            phases=phases(PhaseOutcome.FAILED),
            surroundings=around(machine_start=machine(disk_free_bytes=4_096)),
        ),
        Fault.MONITOR,
        "disk_full",
    ),
    case(
        "others had the memory and the page died",
        stopping(ACTING, **CRASHED, surroundings=around(machine_start=NO_MEMORY)),
        Fault.MONITOR,
        "memory_taken",
    ),
    case(
        "others had the memory and the worker was killed",
        killed(None, surroundings=around(machine_end=NO_MEMORY)),
        Fault.MONITOR,
        "memory_taken",
    ),
    case(
        "the browser was killed from outside", stopping(ACTING, browser_died="browser"), Fault.MONITOR, "browser_died"
    ),
    case(
        "the page died and the confirm-run passed",
        stopping(ACTING, **CRASHED, surroundings=around(confirm=FINE)),
        Fault.MONITOR,
        "browser_not_repeated",
    ),
    case(
        "the run ate memory and the confirm-run passed",
        killed(KillReason.MEMORY, surroundings=around(confirm=FINE)),
        Fault.MONITOR,
        "browser_not_repeated",
    ),
    case(
        "the page hung and the confirm-run passed",
        killed(KillReason.DEADLINE, surroundings=around(confirm=FINE)),
        Fault.MONITOR,
        "browser_not_repeated",
    ),
    case("the journey skipped itself after it had asked", passing(phases=SKIPPED_CALL), Fault.MONITOR, "skipped"),
    case(
        "the journey skipped itself before it asked",
        passing(phases=SKIPPED_CALL, asked_target=False),
        Fault.MONITOR,
        "skipped",
    ),
    case(
        "what the journey needs on the site was not there", stopping(REST, kind=NOT_FOUND), Fault.MONITOR, "site_data"
    ),
    case(
        "a bug of the journey's came before it asked",
        stopping(OTHER, asked_target=False),
        Fault.MONITOR,
        "broke_before_asking",
    ),
    case("an error of our own ended the run", stopping(StoppedIn.OWN), Fault.MONITOR, "own_error"),
    case(
        "the browser's program was missing",
        replace(stopping(ACTING, browser=None), phases=(replace(stopping(ACTING).phases[1], phase=phases()[0].phase),)),
        Fault.MONITOR,
        "browser_not_started",
    ),
    case(
        "the worker could not start",
        passing(phases=(), ending=WorkerEnding(exit_code=None, could_not_start="no")),
        Fault.MONITOR,
        "worker_not_started",
    ),
    case(
        "the supervisor was lost",
        killed(None, ending=WorkerEnding(exit_code=None, supervisor_lost="it ended")),
        Fault.MONITOR,
        "supervisor_lost",
    ),
    case("we were told to stop", killed(KillReason.STOPPED), Fault.MONITOR, "stopped"),
    case(
        "two slots before were errored as well",
        stopping(StoppedIn.OWN, surroundings=around(errored_in_row=2, neighbours_passed=True)),
        Fault.MONITOR,
        "own_error",
    ),
    case(
        "many slots were errored and nobody else passed",
        stopping(StoppedIn.OWN, surroundings=around(errored_in_row=9, neighbours_passed=False)),
        Fault.MONITOR,
        "own_error",
    ),
)
