"""The pytest plugin of journeys: options, the marker, and what pytest's hooks tell.

Loaded by its entry point, by ``-p`` or by ``pytest_plugins`` of the top conftest, or by several of these together.
"""

from collections.abc import Generator
from pathlib import Path

import pytest

from synthetics.authoring import fixtures
from synthetics.authoring.channel import ASSIGNMENT, RUN_KEY
from synthetics.authoring.choosing import BY_HAND, choose
from synthetics.authoring.run import INTERRUPTIONS, Run
from synthetics.authoring.session import FRESH_SESSION, MARKER, SESSION, Session, has_journeys, journey_name
from synthetics.authoring.showing import show_steps
from synthetics.clock import SystemClock
from synthetics.errors import SyntheticsError
from synthetics.evidence import Phase, PhaseOutcome
from synthetics.record import Error

FIXTURES_NAME = "synthetics.authoring.fixtures"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that choose where journeys run, by hand."""
    group = parser.getgroup("synthetics", "Synthetic journeys")
    group.addoption("--target", metavar="NAME", help="The site to run journeys on, as synthetics.toml names it.")
    group.addoption(
        "--synthetics",
        metavar="PATH",
        help="The configuration; without it synthetics.toml is looked for from the root directory upwards.",
    )
    group.addoption(
        "--standin-fault",
        metavar="NAME",
        action="append",
        default=[],
        help="A fault that the embedded stand-in has from its start; may be given several times.",
    )
    group.addoption(
        "--standin-with",
        metavar="NAME",
        action="append",
        default=[],
        help="What lies over the embedded stand-in's pages or stands beside them: onboarding, flags, consent, "
        "two_frames; may be given several times.",
    )
    group.addoption(
        "--standin-as",
        metavar="NAME",
        help="Which site the embedded stand-in is: default; or other, with other host names, keys, ids and accounts.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the session, and let the fixtures go before pytest-playwright's."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(every or cron, timeout, isolated, confirm): a journey through an app, when it is due, how long it "
        "may take, whether each run has a browser to itself, whether a failed run is repeated once",
    )
    config.addinivalue_line(
        "markers", f"{FRESH_SESSION}: each run signs in by itself, whatever session is kept of the target's account"
    )
    config.stash[SESSION] = Session(config, SystemClock())
    config.pluginmanager.register(fixtures, FIXTURES_NAME)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Tell that pytest is up."""
    session.config.stash[SESSION].started()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Tell that pytest is about to end."""
    session.config.stash[SESSION].ended(int(exitstatus))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the stand-in, where one was started by hand."""
    by_hand = config.stash.get(BY_HAND, None)
    if by_hand is not None:
        by_hand.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """By hand, read the configuration once it is known that there are journeys to run."""
    config = session.config
    if ASSIGNMENT in config.stash or config.option.collectonly or not has_journeys(session):
        return
    try:
        config.stash[BY_HAND] = choose(config, SystemClock())
    except SyntheticsError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Tell of a file that cannot be imported."""
    report = yield
    if report.failed:
        collector.config.stash[SESSION].collection_failed(report.longreprtext)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Put a run around each test, and tell which phase an interruption met."""
    session = item.config.stash[SESSION]
    run = session.begin_run(item.path, _output(item), silent=item.get_closest_marker(MARKER) is None)
    if BY_HAND in item.config.stash:
        item.stash[RUN_KEY] = item.config.stash[BY_HAND].key(journey_name(item))
    try:
        return (yield)
    except INTERRUPTIONS as interruption:
        run.phase_ended(PhaseOutcome.FAILED, run.error_of(interruption))
        raise
    finally:
        session.end_run()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell how a phase ended, keep the picture of a failure outside steps, and show the steps in pytest's reports."""
    report = yield
    run = item.config.stash[SESSION].run
    run.phase = Phase(report.when)
    failure = None if call.excinfo is None else call.excinfo.value
    if report.failed and failure is not None:
        run.picture(failure, report.when)
    run.phase_ended(PhaseOutcome(report.outcome), _error(report, run, failure))
    show_steps(item.config, report, run)
    run.phase = Phase.CALL if report.when == "setup" and report.passed else Phase.TEARDOWN
    return report


def _error(report: pytest.TestReport, run: Run, failure: BaseException | None) -> Error | None:
    """What ended a phase: the exception, or what a plugin wrote into the report without one."""
    if report.passed:
        return None
    if failure is None:
        return Error(type="pytest.fail.Exception", message=report.longreprtext)
    return run.error_of(failure, report.longreprtext if report.failed else None)


def _output(item: pytest.Item) -> Path:
    """The folder for what a test leaves behind: the worker's, or by hand one below ``--output``."""
    if ASSIGNMENT in item.config.stash:
        return item.config.stash[ASSIGNMENT].output_folder
    return Path(item.config.getoption("--output", default="test-results")).absolute() / journey_name(item)
