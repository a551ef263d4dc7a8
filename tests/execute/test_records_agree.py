"""One journey, made by a warm worker, by an isolated one and by hand: the three records tell the same of it.

What may differ is when things were and how long they took, and what says how the run was made: its key, its worker, the
files of a worker, and what the runner alone knows of the world around it. Nothing else, so that an author who runs a
journey by hand sees what the service will see.
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import synthetics
from synthetics.bootstrap import Workshop, open_workshop, read_suite
from synthetics.execute.by_hand import RECORD
from synthetics.record import ArtifactKind, Outcome, RunRecord, StepStatus, Trigger
from synthetics.worker import RecycleReason

PACKAGE_FOLDER = Path(synthetics.__file__).parents[1]
PASSWORD = "open-sesame-1"

JOURNEYS = '''
import pytest


@pytest.fixture
def prepared(page, step):
    with step("Prepare"):
        page.goto("/prepare")


def opened(page):
    with page.expect_request_finished(lambda each: each.url.endswith("/data")):
        page.goto("/?token=1")


@pytest.mark.journey(every="5m", timeout="60s", confirm=False)
def test_good(prepared, page, step):
    """The page gets ready."""
    with step("Open"):
        opened(page)
    with step("Look"):
        page.get_by_text("Ready").wait_for()


@pytest.mark.journey(every="5m", timeout="60s", confirm=False)
def test_bad(target, prepared, page, step):
    """The page shows what it does not have."""
    with step("Open"):
        opened(page)
        page.get_by_text("Ready").wait_for()
    with step("Look"):
        with step("Look closer"):
            page.get_by_text("Not there", exact=True).click(timeout=100)
    with step("Leave"):
        page.goto("/prepare")
'''

CONFIGURATION = """
location = "desk"
journeys = "journeys"
storage = "var"

[targets.tiny]
site = "http://127.0.0.1:{port}"
account = "robot"

[accounts.robot]
email = "robot@example.com"
password = {{ env = "ROBOT_PASSWORD" }}
api_token = {{ env = "ROBOT_PASSWORD" }}
"""

APP = """
title = "Fake"
framework = "connect"

[connect]
addon_key = "com.example.fake"
modules = ["page"]
ready = "h1"

[base_urls]
api = "http://localhost:{port}"
"""

#: A page that asks its site in vain, asks the app's own service, shows a password, throws, and is ready then.
PAGE = f"""<!doctype html><link rel="icon" href="data:,"><h1>Wait</h1><script>
(async () => {{
    await (await fetch("/missing")).text()
    await (await fetch(location.origin.replace("127.0.0.1", "localhost") + "/data")).text()
    console.error("the password is {PASSWORD}")
    setTimeout(() => {{ throw new Error("thrown") }})
    setTimeout(() => {{ document.querySelector("h1").textContent = "Ready" }})
}})()
</script>"""

#: Files that only a run of the monitor has: by hand, pytest's own reports are where the command line says.
_OF_WORKERS = {ArtifactKind.WORKER_LOG, ArtifactKind.PYTEST_HTML}

#: Who asked for the run, and its name that is made of that and of the slot.
_OF_THE_KEY = {".run_id", ".trigger"}

#: Where objects were in memory, which tracebacks show.
_ADDRESS = re.compile(r"\b0x[0-9a-f]+")


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGE.encode() if self.path.partition("?")[0] == "/" else b"<!doctype html><link rel=icon href=data:,>"
        self.send_response({"/missing": 404, "/data": 502}.get(self.path, 200))
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
        pass


@contextmanager
def a_site() -> Iterator[int]:
    """A site of one page, on a port of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def write_suite(folder: Path, port: int) -> Path:
    """Write a configuration and the two journeys, and say where the configuration is."""
    app = folder / "journeys" / "fake"
    app.mkdir(parents=True)
    for each in (app.parent, app):
        (each / "__init__.py").touch()
    (app / "test_fake.py").write_text(JOURNEYS, encoding="utf-8")
    (app / "app.toml").write_text(APP.format(port=port), encoding="utf-8")
    file = folder / "synthetics.toml"
    file.write_text(CONFIGURATION.format(port=port), encoding="utf-8")
    return file


def run(workshop: Workshop, journey: str, slot_ms: int, *, isolated: bool = False) -> RunRecord:
    """Make a run as the service does."""
    (placement,) = workshop.suite.select([journey]).catalogue.placements
    placement = replace(placement, journey=replace(placement.journey, isolated=isolated))
    (record,) = workshop.story.run(placement, slot_ms, Trigger.SCHEDULE, threading.Event())
    return record


def run_by_hand(folder: Path) -> Mapping[str, RunRecord]:
    """Run both journeys in one session of plain pytest, and read the record beside each one's artifacts."""
    plugins = ("-p", "synthetics.authoring.plugin", "-p", "synthetics.execute.by_hand")
    said = subprocess.run(
        [sys.executable, "-m", "pytest", "--import-mode=importlib", f"--rootdir={folder}", *plugins, "journeys"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{PACKAGE_FOLDER}{os.pathsep}{folder}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    files = {each: folder / "test-results" / each / RECORD for each in ("fake.good", "fake.bad")}
    assert all(each.is_file() for each in files.values()), said.stdout + said.stderr
    return {name: RunRecord.from_json(file.read_bytes()) for name, file in files.items()}


@dataclass(frozen=True, kw_only=True)
class Records:
    """Three records of one journey."""

    warm: RunRecord
    isolated: RunRecord
    by_hand: RunRecord


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Records]]:
    """Each journey, run in each of the three ways."""
    folder = tmp_path_factory.mktemp("agree")
    with pytest.MonkeyPatch.context() as patch, a_site() as port:
        patch.setenv("ROBOT_PASSWORD", PASSWORD)
        suite = read_suite(write_suite(folder, port))
        with ThreadPoolExecutor() as beside, open_workshop(suite, publish=lambda _record: None) as workshop:
            by_hand_too = beside.submit(run_by_hand, folder)
            now_ms = workshop.timeline.now_ms()
            workshop.story.warm(suite.catalogue.placements[:1])
            warm = {each: run(workshop, each, now_ms) for each in ("fake.good", "fake.bad")}
            isolated = {each: run(workshop, each, now_ms + 1, isolated=True) for each in warm}
            by_hand = by_hand_too.result()
        yield {name: Records(warm=warm[name], isolated=isolated[name], by_hand=by_hand[name]) for name in warm}


def told(record: RunRecord) -> dict[str, object]:
    """All that a record tells, value by value, but for times and for how the run was made."""
    artifacts = tuple(each for each in record.artifacts if each.kind not in _OF_WORKERS)
    evidence = None if record.evidence is None else replace(record.evidence, surroundings=None)
    values = replace(record, artifacts=artifacts, worker=None, evidence=evidence).to_dict()
    return {name: value for name, value in _leaves(values) if name not in _OF_THE_KEY}


def _leaves(value: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value by the way to it, each time replaced by whether there is one."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _leaves(each, f"{name}.{key}")
    elif isinstance(value, list):
        yield f"{name} has", len(value)
        for number, each in enumerate(value):
            yield from _leaves(each, f"{name}[{number}]")
    elif name.endswith("_ms"):
        yield name, value is not None
    else:
        yield name, _ADDRESS.sub("0x", value) if isinstance(value, str) else value


def differences(one: RunRecord, other: RunRecord) -> dict[str, tuple[object, object]]:
    """What two records tell differently, by the way to it."""
    ones, others = told(one), told(other)
    names = [*ones, *(each for each in others if each not in ones)]
    return {each: (ones.get(each, "-"), others.get(each, "-")) for each in names if ones.get(each) != others.get(each)}


def test_records_were_made_in_three_ways_and_have_something_to_tell(records: Mapping[str, Records]) -> None:
    for of in records.values():
        assert of.warm.worker is not None
        assert of.isolated.worker is not None
        assert of.isolated.worker.recycled_for is RecycleReason.ISOLATED
        assert (of.isolated.worker.runs_before, of.by_hand.worker) == (0, None)
        assert [each.trigger for each in (of.warm, of.by_hand)] == [Trigger.SCHEDULE, Trigger.MANUAL]
        assert [each.title for each in of.warm.fixture_steps] == ["Prepare"]
        assert "the password is [redacted]" in of.warm.to_json()
    good, bad = records["fake.good"].warm, records["fake.bad"].warm
    assert good.worker is not None
    assert bad.worker is not None
    assert (good.worker.recycled_for, bad.worker.runs_before) == (None, 1)
    assert [each.outcome for each in (good, bad)] == [Outcome.PASSED, Outcome.FAILED]
    assert [each.status for each in bad.steps] == [StepStatus.PASSED, StepStatus.FAILED, StepStatus.SKIPPED]
    assert ArtifactKind.SCREENSHOT in {each.kind for each in bad.artifacts}


@pytest.mark.parametrize("journey", ["fake.good", "fake.bad"])
def test_records_of_a_warm_and_an_isolated_worker_agree_in_all_but_times_on(
    records: Mapping[str, Records], journey: str
) -> None:
    assert differences(records[journey].warm, records[journey].isolated) == {}


def test_records_of_a_worker_and_by_hand_agree_in_all_but_times_on_a_pass(
    records: Mapping[str, Records],
) -> None:
    assert differences(records["fake.good"].warm, records["fake.good"].by_hand) == {}


def test_records_of_a_worker_and_by_hand_agree_in_all_but_times_and_what_is_known_on_a_failure(
    records: Mapping[str, Records],
) -> None:
    """Known: pytest shows files as they are seen from where it was started, and by hand there is no worker to end."""
    found = differences(records["fake.bad"].warm, records["fake.bad"].by_hand)
    one, other = found.pop(".error.traceback")
    assert {name for name in found if not name.startswith(".evidence.course.ending.")} == set()
    both = zip(str(one).splitlines(), str(other).splitlines(), strict=True)
    differing = [sorted(map(_seen_from_anywhere, each), key=len) for each in both if each[0] != each[1]]
    assert differing
    assert all(far.endswith(near) for near, far in differing)


def _seen_from_anywhere(line: str) -> str:
    """A traceback's line without the way from a folder to the file that it begins with."""
    return re.sub(r"^(\.\./)+|^/", "", line)
