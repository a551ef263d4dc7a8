"""The plugins of a session in a worker: those that are installed, as pytest would have them, but looked for once."""

import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

AUTHORING = "synthetics.authoring.plugin"
REPOSITORY = Path(__file__).parents[2]

#: Two sessions in one process, as a worker has them: pytest within pytest would not do.
SESSIONS = """
import importlib.metadata, json, os, sys
import pytest
from synthetics.execute.plugins import plugin_arguments, register_plugins

class Bringing:
    def pytest_plugin_registered(self, plugin, manager):
        if plugin is self:
            register_plugins(manager)

    def pytest_sessionstart(self, session):
        self.names = [name for name, plugin in session.config.pluginmanager.list_name_plugin() if plugin is not None]

def listed_again(*_args, **_named):
    raise AssertionError("the installed distributions were listed again")

told = []
for _ in range(2):
    bringing = Bringing()
    arguments = [sys.argv[1], f"--config-file={os.devnull}", "-q", *plugin_arguments()]
    code = pytest.main(arguments, plugins=[bringing])
    told.append({"code": code, "names": bringing.names})
    importlib.metadata.distributions = listed_again
print()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, object]]:
    """What two sessions in one process came to."""
    file = tmp_path_factory.mktemp("journeys") / "test_it.py"
    file.write_text("def test_passes(): pass\n")
    command = [sys.executable, "-c", SESSIONS, str(file)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    told: list[dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return told


def names_of(session: dict[str, object]) -> list[str]:
    names = session["names"]
    assert isinstance(names, list)
    return names


def test_plugins_are_those_that_are_installed_and_none_that_serves_no_run(sessions: list[dict[str, object]]) -> None:
    names = set(names_of(sessions[0]))
    installed = {each.name for each in entry_points(group="pytest11")}
    unwanted = {"anyio", "hypothesispytest", "xdist", "xdist.looponfail"}
    assert unwanted <= installed
    assert installed - unwanted <= names
    assert not names & (unwanted | {"unraisableexception", "cacheprovider", "doctest", "junitxml", "stepwise"})


def test_plugin_of_journeys_comes_before_the_others_as_if_it_was_named(sessions: list[dict[str, object]]) -> None:
    names = names_of(sessions[0])
    assert names.index(AUTHORING) < min(names.index("playwright"), names.index("html"))


def test_plugins_are_looked_for_once_in_a_process(sessions: list[dict[str, object]]) -> None:
    assert [each["code"] for each in sessions] == [0, 0]
    first, second = ({each for each in names_of(told) if not each.isdigit()} for told in sessions)  # some have an id
    assert first == second
