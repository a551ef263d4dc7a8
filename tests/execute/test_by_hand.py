"""Running by hand: a journey's record lies beside its artifacts, and a plain test is left alone."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import synthetics
from synthetics.record import Fault, Outcome, RunRecord, StepStatus, Trigger
from tests.execute.builders import write_journey

PACKAGE_FOLDER = Path(synthetics.__file__).parents[1]
PASSWORD = "open-sesame-1"

TWO_MORE = f'''
@pytest.mark.journey(every="5m", timeout="60s")
def test_tell(target, asked, step):
    """A secret is told."""
    with step("Tell"):
        assert target.name == "nowhere"
        assert 0, "the password is {PASSWORD}"


def test_nothing_of_ours():
    assert True
'''

CONFIGURATION = """
location = "desk"
journeys = "journeys"
storage = "var"

[browser]
executable = "/bin/sh"

[targets.nowhere]
site = "https://nowhere.example"
account = "robot"

[accounts.robot]
email = "robot@example.com"
password = { env = "ROBOT_PASSWORD" }
api_token = { env = "ROBOT_PASSWORD" }
"""


@dataclass(frozen=True)
class Session:
    """A pytest session by hand that is over."""

    folder: Path
    output: str
    code: int

    def record(self, journey: str) -> RunRecord:
        return RunRecord.from_json((self.folder / "test-results" / journey / "record.json").read_bytes())


def pytest_by_hand(folder: Path, *arguments: str) -> Session:
    plugins = ("-p", "synthetics.authoring.plugin", "-p", "synthetics.execute.by_hand")
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "--import-mode=importlib", f"--rootdir={folder}", *plugins, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{PACKAGE_FOLDER}{os.pathsep}{folder}", "ROBOT_PASSWORD": PASSWORD},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Session(folder, answer.stdout + answer.stderr, answer.returncode)


def configured(folder: Path) -> None:
    """Write what the session needs beside its journeys."""
    (folder / "journeys" / "fake" / "app.toml").write_text('title = "Fake"\n')
    (folder / "synthetics.toml").write_text(CONFIGURATION)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A folder with a journey that passes, one that fails and a plain test, run once."""
    folder = tmp_path_factory.mktemp("by_hand")
    file = write_journey(folder, 'with step("Open"):\n    pass\nwith step("Look"):\n    pass')
    with file.open("a", encoding="utf-8") as more:
        more.write(TWO_MORE)
    configured(folder)
    return pytest_by_hand(folder, "journeys")


def test_by_hand_a_journey_that_passes_has_its_record(session: Session) -> None:
    record = session.record("fake.walk")
    assert (record.outcome, record.fault, record.reasons) == (Outcome.PASSED, Fault.NONE, ()), session.output
    assert (record.app, record.journey, record.title) == ("fake", "fake.walk", "A walk")
    assert (record.target, record.location, record.trigger) == ("nowhere", "desk", Trigger.MANUAL)
    assert [(each.title, each.status) for each in record.steps] == [
        ("Open", StepStatus.PASSED),
        ("Look", StepStatus.PASSED),
    ]
    assert record.started_ms == record.slot_ms
    assert record.duration_ms is not None
    assert record.duration_ms >= 0


def test_by_hand_a_record_says_what_exactly_ran(session: Session) -> None:
    provenance = session.record("fake.walk").provenance
    assert provenance is not None
    assert provenance.file == "fake/test_walk.py"
    assert len(provenance.file_sha256) == 64
    assert provenance.playwright is not None
    assert (provenance.browser, provenance.git_revision) == ("140.0", None)


def test_by_hand_every_journey_is_told_of_its_own_events_and_the_sessions(session: Session) -> None:
    record = session.record("fake.tell")
    assert record.provenance is not None
    assert record.provenance.playwright is not None
    assert [(each.title, each.status) for each in record.steps] == [("Tell", StepStatus.FAILED)]


def test_by_hand_a_journey_that_fails_has_its_record_without_secrets(session: Session) -> None:
    text = (session.folder / "test-results" / "fake.tell" / "record.json").read_text()
    record = RunRecord.from_json(text)
    assert (record.outcome, record.fault) == (Outcome.FAILED, Fault.UNKNOWN)
    assert PASSWORD not in text
    assert "the password is [redacted]" in text


@pytest.fixture(scope="module")
def leaky(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session of journeys that show the password in every way there is, in every report there is."""
    folder = tmp_path_factory.mktemp("leaky")
    file = write_journey(folder, "pass")
    with file.open("a", encoding="utf-8") as more:
        more.write(LEAKS)
    configured(folder)
    return pytest_by_hand(
        folder, "journeys", "--showlocals", "-rA", "--html=page.html", "--self-contained-html", "--junitxml=results.xml"
    )


LEAKS = f'''
import warnings
from pathlib import Path

PASSWORD = {PASSWORD!r}
PRINTED = "printed"

@pytest.mark.journey
def test_argument(target, asked, step, password):
    """An argument is shown where a call fails."""
    with step("Type"):
        typed(password)

@pytest.fixture
def password():
    return PASSWORD

def typed(text):
    raise ValueError("cannot type")

@pytest.mark.journey
@pytest.mark.parametrize("number", [1])
def test_skips(target, asked, number):
    """A skip says why."""
    pytest.skip(f"not with {{PASSWORD}}")

@pytest.mark.journey
def test_message(target, asked, record_property):
    """A message, a property and what is printed."""
    print(PRINTED, PASSWORD)
    record_property("token", PASSWORD)
    assert not PASSWORD, f"did not expect {{PASSWORD}}"

@pytest.fixture
def broken(asked):
    yield
    raise RuntimeError(PASSWORD)

@pytest.mark.journey
def test_teardown(broken, target):
    """A fixture breaks at its end."""
'''


def test_by_hand_no_report_shows_a_secret(leaky: Session) -> None:
    assert "printed [redacted]" in leaky.output, leaky.output
    assert "cannot type" in leaky.output
    assert PASSWORD not in leaky.output
    written = {
        file.name: file.read_text(encoding="utf-8")
        for file in leaky.folder.rglob("*")
        if file.suffix in {".html", ".xml", ".json"}
    }
    assert {"page.html", "results.xml", "record.json"} <= set(written)
    assert [name for name, text in written.items() if PASSWORD in text] == []
    assert all("[redacted]" in written[name] for name in ("page.html", "results.xml"))


def test_by_hand_a_failure_without_a_secret_is_shown_as_pytest_shows_it(leaky: Session) -> None:
    """With its message in the short summary, which needs more than the text of it."""
    session = pytest_by_hand(leaky.folder, "journeys", "-k", "argument", "--tb=short")
    assert "FAILED journeys/fake/test_walk.py::test_argument - ValueError: cannot type" in session.output


def test_by_hand_a_file_that_does_not_import_is_no_fault_of_the_others(tmp_path: Path) -> None:
    file = write_journey(tmp_path, 'with step("Open"):\n    pass\nwith step("Look"):\n    pass')
    file.with_name("test_broken.py").write_text("import no_such_module\n")
    configured(tmp_path)
    session = pytest_by_hand(tmp_path, "journeys", "--continue-on-collection-errors")
    assert "1 passed, 1 error" in session.output, session.output
    assert session.record("fake.walk").outcome is Outcome.PASSED


def test_by_hand_halves_of_characters_cost_nothing(tmp_path: Path) -> None:
    file = write_journey(tmp_path, 'with step("Open"):\n    assert 0, "a\\ud800b"')
    configured(tmp_path)
    session = pytest_by_hand(
        tmp_path, str(file), "--html=page.html", "--self-contained-html", "--junitxml=results.xml", "-rA"
    )
    assert (session.code, "INTERNALERROR" in session.output) == (1, False), session.output
    error = session.record("fake.walk").error
    assert error is not None
    assert error.message.startswith("a\ufffdb")


def test_by_hand_sigterm_ends_as_ctrl_c_does(tmp_path: Path) -> None:
    body = "try:\n    os.kill(os.getpid(), signal.SIGTERM)\n    time.sleep(60)\nfinally:\n    reached()"
    write_journey(tmp_path, body)
    configured(tmp_path)
    session = pytest_by_hand(tmp_path, "journeys")
    assert session.code == pytest.ExitCode.INTERRUPTED, session.output
    assert (tmp_path / "reached").exists()


def test_by_hand_the_summary_has_one_line_for_each_journey(session: Session) -> None:
    _, _, summary = session.output.partition("synthetic journeys")
    lines = [line for line in summary.splitlines() if line.startswith("fake.")]
    assert lines == [
        f"fake.walk: passed, {Path('test-results', 'fake.walk', 'record.json')}",
        f"fake.tell: failed/unknown, {Path('test-results', 'fake.tell', 'record.json')}",
    ], session.output
    assert session.code == 1


def test_by_hand_a_plain_test_leaves_nothing(session: Session) -> None:
    assert sorted(each.name for each in (session.folder / "test-results").iterdir()) == ["fake.tell", "fake.walk"]
    assert "2 passed, 1 failed" in session.output or "1 failed, 2 passed" in session.output


def test_by_hand_a_suite_of_plain_tests_sees_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "test_plain.py").write_text("def test_plain():\n    pass\n")
    session = pytest_by_hand(tmp_path)
    assert session.code == 0, session.output
    assert "synthetic journeys" not in session.output
    assert sorted(each.name for each in tmp_path.iterdir() if not each.name.startswith((".", "__"))) == [
        "test_plain.py"
    ]


def test_by_hand_a_record_that_cannot_be_written_fails_no_test(tmp_path: Path) -> None:
    write_journey(tmp_path, 'with step("Open"):\n    pass\nwith step("Look"):\n    pass')
    configured(tmp_path)
    (tmp_path / "a-file").touch()
    session = pytest_by_hand(tmp_path, "journeys", "--output", "a-file/below")
    assert "fake.walk: passed, its record could not be written: " in session.output, session.output
    assert "1 passed" in session.output
