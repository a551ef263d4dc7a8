"""Writing for many at once: what comes together goes together, and what breaks takes nothing with it."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, cast

import pytest

from synthetics.errors import StorageError
from synthetics.ledger.store import Ledger
from synthetics.runner.scribe import Scribe
from tests.ledger.builders import a_key, a_record


class HeldLedger:
    """Does what it is given when the test lets it, and remembers what came together."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.busy = threading.Event()
        self.together: list[int] = []

    def at_once(self, writes: Sequence[Callable[[Any], Any]]) -> tuple[Any, ...]:
        self.busy.set()
        assert self.go_on.wait(10)
        self.together.append(len(writes))
        return tuple(write(self) for write in writes)


def _scribe(held: HeldLedger, linger_seconds: float = 0.0) -> Scribe:
    return Scribe(cast("Ledger", held), linger_seconds)


def test_what_comes_while_the_disk_is_busy_goes_in_one_transaction() -> None:
    held = HeldLedger()
    with closing(_scribe(held)) as scribe:
        first = scribe.write(lambda _ledger: 0, urgent=True)
        assert held.busy.wait(10)
        others = [scribe.write(lambda _ledger, n=number: n, urgent=True) for number in range(1, 6)]  # type: ignore[misc]  # a default keeps the number
        held.go_on.set()
        assert [first.result(10), *(each.result(10) for each in others)] == [0, 1, 2, 3, 4, 5]
    assert held.together == [1, 5]


def test_what_is_not_urgent_goes_with_what_is() -> None:
    held = HeldLedger()
    held.go_on.set()
    with closing(_scribe(held, linger_seconds=60)) as scribe:
        record = scribe.write(lambda _ledger: "record", urgent=False)
        claim = scribe.write(lambda _ledger: "claim", urgent=True)
        assert (record.result(10), claim.result(10)) == ("record", "claim")
    assert held.together == [2]


def test_what_still_waits_is_written_at_the_end() -> None:
    held = HeldLedger()
    held.go_on.set()
    scribe = _scribe(held, linger_seconds=60)
    record = scribe.write(lambda _ledger: "record", urgent=False)
    scribe.close()
    assert record.result(0) == "record"
    with pytest.raises(RuntimeError):
        scribe.write(lambda _ledger: "late", urgent=True)


def test_what_breaks_takes_nothing_with_it(ledger: Ledger) -> None:
    key = a_key()

    def breaks(_ledger: Ledger) -> bool:
        raise KeyError("a bug")

    with closing(Scribe(ledger, linger_seconds=60)) as scribe:
        broken = scribe.write(breaks, urgent=False)
        claimed = scribe.write(lambda each: each.claim(key, "ihub", key.slot_ms), urgent=True)
        assert claimed.result(10)
        with pytest.raises(KeyError):
            broken.result(10)
    assert [each.key for each in ledger.open_slots()] == [key]


def test_disk_that_takes_nothing_is_told_to_all_who_wait() -> None:
    class Full:
        def at_once(self, _writes: object) -> tuple[Any, ...]:
            raise StorageError("no room")

    with closing(Scribe(cast("Ledger", Full()), 60)) as scribe:
        both = [scribe.write(lambda _ledger: 1, urgent=False), scribe.write(lambda _ledger: 2, urgent=True)]
        for each in both:
            with pytest.raises(StorageError):
                each.result(10)


def test_ledger_writes_all_at_once_or_nothing(ledger: Ledger) -> None:
    key = a_key()

    def breaks(_ledger: Ledger) -> bool:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        ledger.at_once([lambda each: each.claim(key, "ihub", key.slot_ms), breaks])
    assert ledger.open_slots() == ()
    both = ledger.at_once([lambda each: each.claim(key, "ihub", key.slot_ms), lambda each: each.write(a_record(key))])
    assert both == (True, True)
    assert ledger.open_slots() == ()
    assert len(list(ledger.runs())) == 1
