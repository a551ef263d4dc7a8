"""The fixtures that journeys are written with, and those of pytest-playwright that are changed for them.

pytest takes a fixture of ours instead of pytest-playwright's only where this module is registered by itself, in
``pytest_configure``. A session without any journey gets pytest-playwright's own, untouched.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from synthetics.authoring.app_frame import AppFrame
from synthetics.authoring.arriving import arrive, session_of, tell_renewed
from synthetics.authoring.assignment import Assignment
from synthetics.authoring.channel import ASSIGNMENT, RUN_KEY
from synthetics.authoring.choosing import BY_HAND
from synthetics.authoring.hosts.clearing import clear_the_way
from synthetics.authoring.hosts.confluence import CONFLUENCE, Confluence
from synthetics.authoring.hosts.jira import JIRA, Jira
from synthetics.authoring.kept import KEPT
from synthetics.authoring.launching import launch_args, user_agent
from synthetics.authoring.network import browser_proxy
from synthetics.authoring.rest import Rest, open_rest
from synthetics.authoring.scopes import READY_TIMEOUT_MS, AppScope
from synthetics.authoring.services import open_service
from synthetics.authoring.session import FRESH_SESSION, MARKER, SESSION, Session, has_journeys
from synthetics.authoring.signin import sign_in
from synthetics.authoring.site_data import SiteData
from synthetics.authoring.steps import Step
from synthetics.authoring.trust import trusting
from synthetics.clock import SystemClock
from synthetics.config.models import Target

__all__ = ["AppFrame", "AppScope", "Confluence", "Jira", "OpenService", "Rest", "SiteData", "Step", "Target"]

#: Called with the name of one of the app's services, it gives a client for it.
OpenService = Callable[[str], Rest]

#: One action or navigation. Half of Playwright's own, since a journey has 60 s in all: a step that cannot work must
#: fail by itself, with its picture, before the deadline ends the whole run.
ACTION_TIMEOUT_MS = 15_000
#: One expectation. Twice Playwright's own: a cloud site takes its time, and the programme's own limit for an app is
#: 12 s. The setting is the whole process's, there is no smaller one: it is made when a journey opens its first page.
EXPECT_TIMEOUT_MS = 10_000

#: The fixtures that say which of the host's products a journey walks through.
HOSTS: tuple[Literal["jira", "confluence"], ...] = ("jira", "confluence")


# What journeys ask for.


@pytest.fixture
def step(synthetics_session: Session) -> Step:
    """A step of the journey, for a ``with`` statement."""
    return Step(synthetics_session.run)


@pytest.fixture
def assignment(request: pytest.FixtureRequest, synthetics_session: Session) -> Assignment:
    """The run that is to be made: from the worker, or by hand chosen by pytest's options."""
    given = request.config.stash.get(ASSIGNMENT, None)
    if given is None:
        key = request.node.stash[RUN_KEY]
        headed = bool(request.config.getoption("--headed"))
        given = request.config.stash[BY_HAND].assignment(key, synthetics_session.run.output, headed=headed)
        request.node.stash[ASSIGNMENT] = given
    host = next((each for each in HOSTS if each in request.fixturenames), None)
    synthetics_session.run.is_about(given.app, given.target, host)
    return given


@pytest.fixture
def target(assignment: Assignment) -> Target:
    """The site that the journey runs on."""
    return assignment.target


@pytest.fixture
def run_tag(assignment: Assignment) -> str:
    """A word that no other run has: what the journey creates on the site is labelled with it."""
    return f"synthetics-{assignment.run_id}"


@pytest.fixture
def rest(target: Target, synthetics_session: Session) -> Iterator[Rest]:
    """The site's REST interface, signed in by API token."""
    run = synthetics_session.run
    with open_rest(target, run.asks, run.observer) as client:
        yield client


@pytest.fixture
def site_data(rest: Rest, target: Target, run_tag: str, step: Step) -> Iterator[SiteData]:
    """What the journey makes on the site over REST; removed afterwards, whatever becomes of the journey."""
    made = SiteData(rest, project=target.project, space=target.space, tag=run_tag)
    yield made
    with step("Clean up"):
        made.remove()


@pytest.fixture
def service(assignment: Assignment, synthetics_session: Session) -> Iterator[OpenService]:
    """A client of one of the app's own services: ``service("backend")`` for the one that ``[base_urls]`` calls so."""
    with ExitStack() as stack:

        def opened(name: str) -> Rest:
            calls = synthetics_session.run.observer
            return stack.enter_context(open_service(assignment.app, name, assignment.target, calls))

        yield opened


@pytest.fixture
def signed_in_page(
    request: pytest.FixtureRequest, assignment: Assignment, page: Page, step: Step, synthetics_session: Session
) -> Iterator[Page]:
    """A page on which the target's account is signed in: in Jira, unless the journey asks for Confluence alone.

    A worker may be given the session of an earlier run, and tells of the one that it has in the end.
    """
    host = CONFLUENCE if "jira" not in request.fixturenames and "confluence" in request.fixturenames else JIRA
    run, target = synthetics_session.run, assignment.target
    is_fresh = request.node.get_closest_marker(FRESH_SESSION) is not None
    given = None if is_fresh else assignment.session
    clear_the_way(page)
    if given is not None:
        with step("Open the site with the session kept"):
            arrive(page, target, given, host=host, asks=run.asks, form_seen=run.observer.signs_in_at)
    else:
        with step("Sign in"):
            sign_in(
                page,
                target,
                home=host.home,
                signed_in=host.signed_in,
                asks=run.asks,
                form_seen=run.observer.signs_in_at,
            )
    if ASSIGNMENT not in request.config.stash:  # by hand each journey signs in, and there is nobody to tell
        yield page
        return
    if given is None:
        given = session_of(page.context)
        run.session_made(given, is_shared=not is_fresh)
    yield page
    if not run.has_failed:
        tell_renewed(page.context, given, run.session_made, is_shared=not is_fresh)


@pytest.fixture
def jira(signed_in_page: Page, assignment: Assignment, synthetics_session: Session) -> Jira:
    """Jira, in the browser, signed in."""
    host = Jira(signed_in_page, assignment.target, assignment.app)
    synthetics_session.run.build_seen(host_build=host.build())
    return host


@pytest.fixture
def confluence(signed_in_page: Page, assignment: Assignment, synthetics_session: Session) -> Confluence:
    """Confluence, in the browser, signed in."""
    host = Confluence(signed_in_page, assignment.target, assignment.app)
    synthetics_session.run.build_seen(host_build=host.build())
    return host


@pytest.fixture
def app_frame(page: Page, assignment: Assignment, synthetics_session: Session) -> AppFrame:
    """The app's part of the page: ``app_frame()`` waits until the app can be used, and gives its scope."""
    run = synthetics_session.run
    observer = run.observer
    return AppFrame(
        page,
        assignment.app,
        lambda version: run.build_seen(app_version=version),
        SystemClock(),
        connected=observer.app_connected,
        ready=observer.app_ready,
        limit_ms=round(READY_TIMEOUT_MS * assignment.target.patience),
    )


# What is changed of pytest-playwright's, in sessions with journeys.


@pytest.fixture(scope="session")
def synthetics_session(pytestconfig: pytest.Config) -> Session:
    """This session, and the run that is under way in it."""
    return pytestconfig.stash[SESSION]


@pytest.fixture(scope="session")
def synthetics_target(request: pytest.FixtureRequest) -> Target | None:
    """The target of all journeys of this session; None where it has no journeys."""
    config = request.config
    if ASSIGNMENT in config.stash:
        return config.stash[ASSIGNMENT].target
    return config.stash[BY_HAND].target() if BY_HAND in config.stash else None


@pytest.fixture(scope="session")
def base_url(pytestconfig: pytest.Config, synthetics_target: Target | None) -> str | None:
    """The address that relative ones begin at: from the command line, else the site.

    pytest-playwright's own is a method, which pytest 9 warns of; so this stands in its place in every session.
    """
    chosen = pytestconfig.getoption("--base-url", default=None) or pytestconfig.getini("base_url")
    if chosen:
        return str(chosen)
    return synthetics_target.site if synthetics_target is not None else None


@pytest.fixture(scope="session")
def browser_type_launch_args(
    request: pytest.FixtureRequest,
    browser_type_launch_args: dict[str, Any],
    browser_name: str,
    synthetics_target: Target | None,
) -> Iterator[dict[str, Any]]:
    """How the browser is started: the one that was found, in its sandbox wherever that can be, on the target's way."""
    args = browser_type_launch_args
    if not has_journeys(request.session) or synthetics_target is None:
        yield args
        return
    proxy = browser_proxy(synthetics_target)
    args = args if proxy is None else {**args, "proxy": proxy}
    with trusting(synthetics_target, browser_name) as environment:
        args = args if environment is None else {**args, "env": environment}
        yield args if browser_name != "chromium" else args | launch_args(request.config, args)


@pytest.fixture(scope="session")
def playwright(pytestconfig: pytest.Config) -> Iterator[Playwright]:
    """Playwright, with its driver: a worker's own that it keeps, else a new one."""
    if KEPT in pytestconfig.stash:
        yield pytestconfig.stash[KEPT].playwright
        return
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(
    pytestconfig: pytest.Config,
    launch_browser: Callable[[], Browser],
    browser_type_launch_args: dict[str, Any],
    synthetics_session: Session,
) -> Iterator[Browser]:
    """The browser, whose death is noticed: a worker's own that it keeps, else a new one."""
    kept = pytestconfig.stash.get(KEPT, None)
    started = launch_browser() if kept is None else kept.browser(launch_browser, browser_type_launch_args)
    synthetics_session.browser_started(started)
    yield started
    synthetics_session.browser_closes()
    if kept is None:
        started.close()


@pytest.fixture(scope="session")
def browser_context_args(
    request: pytest.FixtureRequest,
    browser_context_args: dict[str, Any],
    browser_name: str,
    synthetics_target: Target | None,
) -> dict[str, Any]:
    """What a journey's window is like: one size, the account's language and time zone, and nothing of the machine's."""
    if synthetics_target is None:
        return browser_context_args
    ours = {
        "viewport": {"width": 1366, "height": 900},
        "locale": synthetics_target.account.locale,
        "timezone_id": synthetics_target.account.timezone,
    }
    args = ours | browser_context_args  # a device from the command line goes first
    if browser_name != "chromium":
        return args
    return args | {"user_agent": user_agent(request.getfixturevalue("browser"), args)}


@pytest.fixture
def new_context(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    synthetics_target: Target | None,
    synthetics_session: Session,
) -> Iterator[Callable[..., BrowserContext]]:
    """Make contexts that are listened to until they are closed."""
    if synthetics_target is None:
        yield new_context
        return
    expect.set_options(timeout=EXPECT_TIMEOUT_MS * synthetics_target.patience)
    run = synthetics_session.run
    run.works_on(synthetics_target)
    if ASSIGNMENT in request.config.stash or request.node.get_closest_marker(MARKER) is not None:
        request.getfixturevalue("assignment")  # says which app it is about, also where the journey does not ask for it

    def make(**kwargs: Any) -> BrowserContext:
        context = new_context(**kwargs)
        context.set_default_timeout(ACTION_TIMEOUT_MS * synthetics_target.patience)
        synthetics_session.context_opened(context)
        return context

    yield make
    run.pages_end()
