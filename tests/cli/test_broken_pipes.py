"""A reader that went away does not change the exit code of a command."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SAYS = "import sys; from synthetics import cli; sys.stdout.write('a word'); "


def exit_code(script: str) -> int:
    """Run a script whose standard output nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        buffered = os.environ | {"PYTHONUNBUFFERED": ""}
        done = subprocess.run([sys.executable, "-c", script], cwd=CHECKOUT, env=buffered, stdout=writer, check=False)
        return done.returncode
    finally:
        os.close(writer)


def test_exit_code_is_the_command_s_own_where_nobody_reads_what_it_says() -> None:
    assert exit_code(f"{SAYS}cli.let_go_of_broken_pipes()") == 0
    assert exit_code(SAYS) != 0  # Python's own way, which shows that there was something to forget
