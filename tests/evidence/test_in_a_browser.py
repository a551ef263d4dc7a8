"""What a real browser does in a real worker, as evidence has it: the listeners' traps, each by its own name."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.config.app import App, Forge
from synthetics.evidence import Evidence, Owner, Phase, PhaseOutcome, RequestSeen, StoppedIn
from tests.evidence.small_site import APP, SmallSite, small_site
from tests.execute.builders import an_order, write_journey
from tests.execute.conftest import Monitor, Ran, a_monitor

#: What it looks at is over when the pages have been closed.
BEFORE = """
@pytest.fixture
def last(synthetics_session):
    yield
    observer = synthetics_session.run.observer
    assert observer.traffic() is observer.traffic(), "it still changes"
"""
WALK = """
request.getfixturevalue("last")
page = request.getfixturevalue("page")
with step("Open"):
    page.goto("{site}/", wait_until="domcontentloaded")
with step("Look"):
    request.getfixturevalue("app_frame")()
    page.wait_for_function("performance.now() > 700")
    page.context.new_page().goto("{closed}/nobody")
"""
#: The app's frame is shown, and there is nothing of the app in it.
STUCK = """
from synthetics.authoring import scopes
request.getfixturevalue("monkeypatch").setattr(scopes, "READY_TIMEOUT_MS", 500)
page = request.getfixturevalue("page")
with step("Open"):
    page.goto("{site}/stuck", wait_until="domcontentloaded")
with step("Look"):
    request.getfixturevalue("app_frame")()
"""
#: The cut document is known before the step is over, since nothing after it is.
KILLED = """
page = request.getfixturevalue("page")
with step("Open"):
    with page.expect_event("requestfailed"):
        page.goto("{site}/cut", wait_until="commit")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def place() -> Iterator[SmallSite]:
    with small_site() as found:
        yield found


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Monitor]:
    shared = a_monitor(tmp_path_factory.mktemp("monitor"))
    yield shared
    shared.close()


def ran(monitor: Monitor, folder: Path, place: SmallSite, body: str) -> Ran:
    order = an_order(write_journey(folder, body.format(**place._asdict()), before=BEFORE))
    forge = Forge(app=APP, environment="env-1", ready="[data-testid=ready]")
    target = order.assignment.target.model_copy(update={"site": place.site})
    assignment = replace(order.assignment, app=App(name="fake", title="Fake", forge=forge), target=target)
    return monitor.run(replace(order, assignment=assignment))


@pytest.fixture(scope="module")
def walk(monitor: Monitor, place: SmallSite, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(monitor, tmp_path_factory.mktemp("walk"), place, WALK)


@pytest.fixture(scope="module")
def evidence(walk: Ran) -> Evidence:
    return walk.evidence


def requests(evidence: Evidence, path: str) -> list[RequestSeen]:
    return [each for each in evidence.requests if each.path == path]


def test_script_with_404_is_told_once_and_is_no_transport_fault(evidence: Evidence) -> None:
    (script,) = requests(evidence, "/gone.js")
    assert (script.owner, script.resource, script.status, script.failure) == (Owner.SITE, "script", 404, None)


def test_image_that_hangs_is_a_request_without_an_end(evidence: Evidence, place: SmallSite) -> None:
    (image,) = requests(evidence, "/hangs.png")
    assert (image.ended, image.status, image.failure, image.duration_ms) == (False, None, None, None)
    site = next(each for each in evidence.origins if each.origin == place.site)
    assert (site.owner, site.unfinished) == (Owner.SITE, 1)


def test_backend_of_the_app_answers_for_itself(evidence: Evidence, place: SmallSite) -> None:
    (broken,), (slowed,) = requests(evidence, "/broken"), requests(evidence, "/slow-down")
    assert (broken.owner, broken.in_app_frame, broken.status) == (Owner.BACKEND, True, 502)
    assert (slowed.status, slowed.retry_after_s) == (429, 7.0)
    backend = next(each for each in evidence.origins if each.origin == place.backend)
    assert (backend.requests, backend.refused, backend.statuses) == (2, 2, ((429, 1), (502, 1)))


def test_port_that_nobody_listens_on_has_a_time_though_the_browser_tells_none(evidence: Evidence) -> None:
    by_frame, by_page = requests(evidence, "/nobody")
    assert (by_frame.in_app_frame, by_page.in_app_frame) == (True, False)
    assert {each.failure for each in (by_frame, by_page)} == {"net::ERR_CONNECTION_REFUSED"}
    assert evidence.navigations[0].at_ms <= (by_frame.started_ms or 0) + 1_000 < (by_page.started_ms or 0) + 1_000


def test_app_frame_connects_by_a_call_through_the_page_and_gets_ready(evidence: Evidence, place: SmallSite) -> None:
    (app,) = [each for each in evidence.frames if each.is_app]
    assert app.url == f"{place.cdn}/inst/app-1/env-1/1.0/main/index.html?jwt="
    assert (app.owner, app.refused, evidence.bridge_calls) == (Owner.CDN, False, 1)
    assert app.connected_ms is not None
    assert app.ready_ms is not None
    assert app.detached_ms is None
    assert app.attached_ms <= app.connected_ms
    assert evidence.app_ready_ms == app.ready_ms
    assert evidence.app is not None
    assert (evidence.app.name, evidence.app.framework, evidence.app.is_control) == ("fake", "forge", False)


def test_frame_that_may_not_be_shown_is_refused_and_keeps_its_address(evidence: Evidence, place: SmallSite) -> None:
    (refused,) = [each for each in evidence.frames if each.refused]
    assert (refused.url, refused.is_app) == (f"{place.cdn}/forbidden", False)


def test_frame_that_is_shown_without_the_app_in_it_has_connected_and_is_not_ready(
    monitor: Monitor, tmp_path: Path, place: SmallSite
) -> None:
    stuck = ran(monitor, tmp_path, place, STUCK).evidence
    (app,) = [each for each in stuck.frames if each.is_app]
    assert app.connected_ms is not None
    assert (app.ready_ms, stuck.app_ready_ms, stuck.bridge_calls) == (None, None, 0)
    assert [each.stopped_in for each in stuck.steps] == [None, StoppedIn.APP_FRAME]


def test_console_and_exceptions_are_told_with_whose_they_are(evidence: Evidence) -> None:
    said = {(each.kind, each.text.partition("\n")[0], each.owner) for each in evidence.messages}
    assert ("console", "said by the page", Owner.SITE) in said
    assert any(kind == "exception" and "the page is broken" in text for kind, text, _owner in said)
    assert any("502" in text and owner is Owner.BACKEND for _kind, text, owner in said)


def test_step_tells_what_it_stopped_in(evidence: Evidence) -> None:
    assert [each.stopped_in for each in evidence.steps] == [None, StoppedIn.NAVIGATE]
    assert evidence.error is not None
    assert evidence.error.stopped_in is StoppedIn.NAVIGATE


def test_nothing_is_taken_in_any_more_when_the_pages_are_closed(walk: Ran) -> None:
    teardown = walk.evidence.phase(Phase.TEARDOWN)
    assert teardown is not None
    assert teardown.outcome is PhaseOutcome.PASSED, walk.log


def test_no_value_of_an_address_is_kept(evidence: Evidence) -> None:
    assert "sesame" not in repr(evidence)


def test_what_was_seen_outlives_a_worker_that_is_killed(monitor: Monitor, tmp_path: Path, place: SmallSite) -> None:
    killed = ran(monitor, tmp_path, place, KILLED)
    assert killed.ending.signal == 9
    assert killed.evidence.app is not None
    (cut,) = requests(killed.evidence, "/cut")
    assert (cut.owner, cut.is_navigation, cut.status) == (Owner.SITE, True, 200)
    assert cut.failure is not None
    assert cut.failure.startswith("net::ERR_")
