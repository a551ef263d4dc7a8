"""A host of any command: for each run it is started anew, as a scheduler would.

``python -m benchmarks.forms.cold FOLDER COMMAND...``
"""

import os
import subprocess
import sys
import time

from benchmarks.hosting import serve

_LEFT_BEHIND_S = 5.0


def main() -> None:
    """Make runs as long as somebody asks for them."""
    folder, *command = sys.argv[1:]

    def run() -> None:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}")

    serve(run, afterwards=_wait_for_orphans)


def _wait_for_orphans() -> None:
    """Wait for what the command left running, so that its time is counted and the next run begins alone."""
    until = time.monotonic() + _LEFT_BEHIND_S
    while time.monotonic() < until:
        try:
            pid, _status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.01)  # waited for without being told: who ends here was started by somebody else
    raise RuntimeError(f"The command left processes behind that ran on for {_LEFT_BEHIND_S:g} s.")


if __name__ == "__main__":
    main()
