"""What came of a maltreated service, for people: a line on the screen, and a page of the documentation."""

import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import CHECKOUT

_PAGE = """\
# Chaos

`make chaos` starts the service on a folder of small journeys that hang in every way there is (in Python, in
JavaScript, in a `finally`, at exit, in a fixture's set-up and tear-down), fork daemons, ignore interrupts, close what
they write to, end their process, recurse without end, print 200 MB, take memory and processes without measure; and of
some that pass. Meanwhile an adversary kills (-9) and stops browser, driver, worker, supervisor and the runner itself at
random instants, fills the disk, takes memory, puts the clock forward and back, breaks the runner's pipes, restarts and
reloads it.

After each few of its acts, once nothing is under way, and at the end, all of this has to hold, or the test fails:

- every slot that was due by the grid, from the first start on, has exactly one first attempt or is missed, and none was
  run before it was due; as many runs were finished as were started;
- the totals are those of the records, and the page of metrics is that of the totals; no counter ever fell;
- nobody is alive whose runner is gone, no child waits to be reaped, no folder is left whose owner is gone;
- what nobody disturbed came to what its journey deserves; what was disturbed by anything but a kill of its own
  processes never counts as a failure of the app.

`make chaos SEED=N` does one seed again; `make test` does a short part of it. The runs below are those of the commit
`{commit}`{dirty}; the disk was {disk}.

{tables}
"""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of one service.

    Args:
        title: What was done to it, in a few words.
        seed: What the acts follow from.
        slots: How many slots were due.
        verdicts: What became of them: passed, failed, errored and why, missed and why.
        acts: How often each thing was done.
        starts: How often the runner was started.
        seconds: How long it all took.
        disk: How the disk was filled.
    """

    title: str
    seed: int
    slots: int
    verdicts: Mapping[str, int]
    acts: Mapping[str, int]
    starts: int
    seconds: float
    disk: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        return (
            f"{self.title}, seed {self.seed}: {self.slots} slots in {self.seconds:.0f} s; {_told(self.verdicts)};"
            f" {sum(self.acts.values())} acts ({_told(self.acts)}); {self.starts} starts of the runner"
        )

    @property
    def table(self) -> str:
        """All of it as a piece of Markdown."""
        return (
            f"## {self.title[0].upper()}{self.title[1:]}, seed {self.seed}\n\n"
            f"{self.slots} slots were due in {self.seconds:.0f} s, and {self.starts} times the runner was started.\n\n"
            f"| slots that | |\n|---|--:|\n{_rows(self.verdicts)}\n\n| acts | |\n|---|--:|\n{_rows(self.acts)}\n"
        )


def write_page(file: Path, results: Sequence[Result]) -> None:
    """Write the page of documentation."""
    tables = "\n".join(each.table for each in results).rstrip()
    disk = " and ".join(dict.fromkeys(each.disk for each in results))
    changed = _git("status", "--porcelain", "--", "synthetics", "tests/chaos")
    dirty = " and what was changed since" if changed else ""
    page = _PAGE.format(commit=_git("rev-parse", "--short", "HEAD"), dirty=dirty, disk=disk, tables=tables)
    file.write_text(page, encoding="utf-8")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in _sorted(counts))


def _rows(counts: Mapping[str, int]) -> str:
    return "\n".join(f"| {what} | {count} |" for what, count in _sorted(counts))


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return Counter(counts).most_common()
