"""A supervisor whose time stands still until a file is there: ``python -m tests.execute.marked_supervisor FILE``."""

import sys
from pathlib import Path

from synthetics.execute.supervisor import main
from tests.execute.builders import ClockFromMark


def command(mark: Path) -> tuple[str, ...]:
    """What starts one."""
    return (sys.executable, "-P", "-m", __name__, str(mark))


if __name__ == "__main__":
    main(ClockFromMark(Path(sys.argv[1])))
