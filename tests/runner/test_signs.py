"""Signs of life: the ledger is told first, and the dead man only where that went well."""

import pytest

from synthetics.errors import StorageError
from synthetics.runner.agenda import OnSchedule
from synthetics.runner.signs import DeadMan, Signs

NOTHING, LATER = (OnSchedule(placements=(), since_ms=0, until_ms=until_ms) for until_ms in (1, 2))


class Heard:
    """What the ledger and the dead man hear, in order."""

    def __init__(self, error: Exception | None = None) -> None:
        self.told: list[object] = []
        self._error = error

    def watch(self, on_schedule: OnSchedule) -> None:
        if self._error is not None:
            raise self._error
        self.told.append(on_schedule)

    @property
    def dead_man(self) -> DeadMan:
        return DeadMan(every_seconds=1, tell=lambda: self.told.append("alive"))


def test_signs_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    heard = Heard()
    signs = Signs(heard.watch)

    signs.note(NOTHING)
    signs.tell(heard.dead_man, LATER, why_not=None)
    signs.note(LATER)
    signs.close()

    assert heard.told == [NOTHING, LATER, "alive", LATER]


@pytest.mark.parametrize(
    ("error", "why_not", "line"),
    [
        pytest.param(
            StorageError("var: the disk is full.\n  Make room."), None, "why='var: the disk is full.'", id="the ledger"
        ),
        pytest.param(None, "It drains.", "why='It drains.'", id="the service"),
    ],
)
def test_dead_man_is_not_told_where_something_is_wrong_with(
    error: Exception | None, why_not: str | None, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    heard = Heard(error)
    signs = Signs(heard.watch)
    signs.tell(heard.dead_man, NOTHING, why_not)
    signs.close()

    assert "alive" not in heard.told
    assert [record.getMessage() for record in caplog.records] == [f"event=dead_man_silent {line}"]


def test_dead_man_is_not_told_where_noting_breaks(caplog: pytest.LogCaptureFixture) -> None:
    heard = Heard(RuntimeError("a bug of ours"))
    signs = Signs(heard.watch)
    signs.tell(heard.dead_man, NOTHING, why_not=None)
    signs.close()

    assert heard.told == []
    assert "event=watch_broke" in caplog.text
