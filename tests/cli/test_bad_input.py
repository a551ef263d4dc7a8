"""Bad input: a clear message, exit code 2, nothing written and nothing lost."""

import shutil
import socket
from pathlib import Path

import pytest

from tests.command_line import CHECKOUT, call_command, run_command, write_config

EVERY_COMMAND = [("run",), ("once",), ("demo",), ("list",), ("validate",), ("runs",)]


@pytest.mark.parametrize("arguments", EVERY_COMMAND, ids=lambda arguments: arguments[0])
def test_command_without_its_configuration_file_says_which_file_it_looked_for(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ended = call_command(*arguments, "--config", tmp_path / "nowhere.toml")

    assert ended.code == 2
    assert ended.out == ""
    assert "nowhere.toml" in ended.err
    assert "Traceback" not in ended.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param(["storage = "], ["synthetics.toml", "line"], id="TOML that does not parse tells the line"),
        pytest.param(
            ["[limits]", "concurency = 3"],
            ["limits.concurency", "concurrency"],
            id="an unknown key, with the likely one",
        ),
        pytest.param(
            ["[limits]", 'concurrency = "many"'], ["limits.concurrency", "many"], id="a wrong type, with the value"
        ),
        pytest.param(["[web]", "port = 123456"], ["web.port", "123456"], id="a value out of range"),
        pytest.param(
            ["[defaults]", 'every = "60s"', 'timeout = "90s"'],
            ["timeout", "90s", "60s"],
            id="a timeout that does not fit its interval",
        ),
        pytest.param(['[journey."ihub.nope"]', 'every = "60s"'], ["ihub.nope"], id="a journey that does not exist"),
        pytest.param(
            ["[targets.far]", 'site = "https://far.example"', 'account = "ghost"'],
            ["ghost", "targets.far"],
            id="an account that does not exist",
        ),
    ],
)
def test_once_refuses_a_broken_configuration_and_runs_nothing(
    tmp_path: Path, lines: list[str], told: list[str]
) -> None:
    config = write_config(tmp_path)
    rest = config.read_text() if lines[0].startswith("[") else config.read_text().replace('storage = "var"\n', "")
    config.write_text(
        "\n".join(
            [*([rest] if lines[0].startswith("[") else []), *lines, *([] if lines[0].startswith("[") else [rest])]
        )
    )

    ended = call_command("once", "--config", config)

    assert ended.code == 2
    for part in told:
        assert part in ended.err
    assert [each.name for each in tmp_path.iterdir()] == ["synthetics.toml"]


def test_once_refuses_a_journey_that_does_not_exist_and_names_those_that_do(tmp_path: Path) -> None:
    ended = call_command("once", "ihub.run_flwo", "--config", write_config(tmp_path))

    assert ended.code == 2
    assert "ihub.run_flwo" in ended.err
    assert "ihub.run_flow" in ended.err
    assert not (tmp_path / "var").exists()


def test_once_refuses_a_storage_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    config = write_config(tmp_path)
    config.write_text(config.read_text().replace('storage = "var"', 'storage = "file/var"'))

    ended = call_command("once", "--config", config)

    assert ended.code == 2
    assert "file/var" in ended.err
    assert (tmp_path / "file").read_text() == "kept"


def test_once_refuses_a_browser_that_is_not_there(tmp_path: Path) -> None:
    config = write_config(tmp_path, "[browser]", 'executable = "/nowhere/chromium"')

    ended = call_command("once", "--config", config)

    assert ended.code == 2
    assert "/nowhere/chromium" in ended.err


def test_once_refuses_faults_on_a_site_that_is_not_the_standin(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    config.write_text(
        config.read_text()
        + '[targets.far]\nsite = "https://far.example"\naccount = "us"\n'
        + '[accounts.us]\nemail = "us@far.example"\npassword = { env = "FAR" }\n'
    )

    ended = call_command("once", "--target", "far", "--fault", "site_503", "--config", config)

    assert ended.code == 2
    assert "real site" in ended.err


def test_a_broken_app_file_runs_nothing(tmp_path: Path) -> None:
    journeys = tmp_path / "journeys"
    shutil.copytree(CHECKOUT / "journeys", journeys)
    (journeys / "ihub" / "app.toml").write_text("titel = 'iHub'\n")

    ended = call_command("once", "host_jira", "--config", write_config(tmp_path, journeys=journeys))

    assert ended.code == 2
    assert "app.toml" in ended.err
    assert "titel" in ended.err
    assert not (tmp_path / "var").exists()


def test_validate_tells_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    journeys = tmp_path / "journeys"
    shutil.copytree(CHECKOUT / "journeys", journeys)
    (journeys / "ihub" / "test_broken.py").write_text("import nothing_of_that_name\n\ndef test_it():\n    pass\n")
    (journeys / "host_jira" / "test_syntax.py").write_text("def test_it(:\n")
    config = write_config(tmp_path, "[limits]", "seats = 3", journeys=journeys)

    ended = call_command("validate", "--config", config)
    as_json = call_command("validate", "--json", "--config", config)

    assert (ended.code, as_json.code) == (2, 2)
    for part in ("limits.seats", "test_broken.py", "nothing_of_that_name", "test_syntax.py"):
        assert part in ended.err
    assert {"limits.seats"} <= {problem["key"] for problem in as_json.json["problems"]}
    assert all(problem["mend"] for problem in as_json.json["problems"])


@pytest.mark.parametrize("command", ["once", "demo", "standin"])
def test_unknown_fault_is_refused_with_those_that_there_are(tmp_path: Path, command: str) -> None:
    config = () if command == "standin" else ("--config", write_config(tmp_path))

    ended = call_command(command, "--fault", "no_such_fault", *config)

    assert ended.code == 2
    assert "no_such_fault" in ended.err
    assert "backend_502" in ended.err
    assert not (tmp_path / "var").exists()


def test_standin_refuses_a_port_that_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = run_command("standin", "--port", str(port))

    assert ended.code == 2
    assert str(port) in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("option", ["--junit", "--report", "--textfile"])
def test_once_refuses_a_file_that_it_could_not_write_before_it_runs_anything(tmp_path: Path, option: str) -> None:
    (tmp_path / "file").write_text("kept")

    ended = call_command("once", option, tmp_path / "file" / "out", "--config", write_config(tmp_path))

    assert ended.code == 2
    assert "file/out" in ended.err
    assert not (tmp_path / "var").exists()


def test_doctor_without_its_configuration_file_says_which_file_it_looked_for(tmp_path: Path) -> None:
    ended = call_command("doctor", "--config", tmp_path / "nowhere.toml")

    assert ended.code == 2
    assert "nowhere.toml" in ended.err
