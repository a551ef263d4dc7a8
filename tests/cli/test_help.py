"""The words of ``--help``, in a terminal of 80 columns; run with ``--golden`` to write them anew."""

from pathlib import Path

import pytest

from tests.command_line import call_command

GOLDEN = Path(__file__).parent / "golden"
COMMANDS = (
    *("", "demo", "run", "once", "list", "validate", "doctor", "runs", "explain", "standin", "prove", "prune"),
    *("runs correct", "maintenance", "maintenance add", "maintenance list"),
    *("slo", "slo status", "slo rules", "slo dashboard", "slo dossier"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command or "the program")
def test_help_says_what_it_said(command: str, pytestconfig: pytest.Config) -> None:
    ended = call_command(*command.split(), "--help")

    file = GOLDEN / f"{command.replace(' ', '-') or 'synthetics'}.txt"
    if pytestconfig.getoption("--golden"):
        file.write_text(ended.out)
    assert ended.code == 0
    assert ended.out == file.read_text()
    assert max(len(line) for line in ended.out.splitlines()) <= 80
