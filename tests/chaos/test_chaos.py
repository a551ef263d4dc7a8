"""Whatever is done to the service, every slot that was due ends in exactly one record, and nothing is left behind."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from synthetics.record import RunRecord
from tests.chaos.adversary import Adversary
from tests.chaos.audit import Books, due, page_problems, problems_of, read_books, settle
from tests.chaos.house import House, until
from tests.chaos.journeys import NASTY, Nasty
from tests.chaos.results import Result
from tests.chaos.verdicts import wrong_verdicts

SEEDS = (1, 2, 3)
QUICK_SEED = 7
SLOTS = 100
#: How many acts go between two looks at everything.
_BURST = 4
_LONGEST_REST_S = 3.0


@pytest.fixture
def at_length(pytestconfig: pytest.Config) -> None:
    """Leaves it to ``make chaos``: it takes its time."""
    if not pytestconfig.getoption("chaos", default=False):
        pytest.skip("make chaos does this")


class Maltreatment:
    """A service and its adversary, and the checks between and after the acts.

    Args:
        house: The service.
        adversary: Who maltreats it.
        disk: The small disk that it writes to; None where it is only said to be full.
        busy: Whether the machine has other things to do, so that any run may come too late for its deadline.
    """

    def __init__(self, house: House, adversary: Adversary, disk: Path | None, *, busy: bool) -> None:
        self.house, self.adversary, self.disk, self.busy = house, adversary, disk, busy
        self._began_s = time.monotonic()

    def do(self, longest_rest_s: float, kind: str | None = None) -> None:
        """Let the adversary act, after a random time; None leaves to chance what it does."""
        with self._telling():
            self.adversary.rest(longest_rest_s)
            self.adversary.act(kind)

    def look(self, now_ms: int | None = None) -> None:
        """See that all is well, once nothing is under way.

        Args:
            now_ms: What had begun by then is waited for, by the service's own time; None is the present.
        """
        with self._telling():
            settle(self.house, self.house.schedule_ms if now_ms is None else now_ms)
            self._look_at(read_books(self.house))
            assert page_problems(self.house) == []

    def end(self, title: str, seed: int) -> Result:
        """Stop the service in order, and see that all is well with the whole of it."""
        self.house.put_clock_beyond_all()
        self.look()
        with self._telling():
            code = self.house.stop()
            books = read_books(self.house)
            until_ms = min(each.watched_until_ms for each in books.watched)
            slots = sum(map(len, due(self.house, until_ms).values()))
            self._look_at(books, until_ms)
            assert len(books.first_attempts) == slots
            assert sum(books.totals.started.values()) == sum(books.totals.finished.values())
            assert self.house.descendants() == []
            assert list(self.house.temporary.iterdir()) == []
            assert code == 0
        return Result(
            title=title,
            seed=seed,
            slots=slots,
            verdicts=Counter(map(_told, books.first_attempts)),
            acts=Counter(each.kind for each in self.adversary.acts),
            starts=self.house.starts,
            seconds=time.monotonic() - self._began_s,
            disk="a small one of its own" if self.disk is not None else "only said to be full",
        )

    def _look_at(self, books: Books, until_ms: int | None = None) -> None:
        assert problems_of(self.house, books, until_ms) == []
        assert list(wrong_verdicts(self.house, books, self.adversary.acts, busy=self.busy)) == []

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell with a failure what was done before it."""
        try:
            yield
        except BaseException as error:
            error.add_note(self.told)
            raise

    def due(self) -> int:
        """How many slots have been due so far."""
        return sum(map(len, due(self.house, self.house.schedule_ms).values()))

    @property
    def told(self) -> str:
        """What was done, and what the service said last."""
        acts = "\n".join(f"{each.began_ms} to {each.ended_ms}: {each.kind}" for each in self.adversary.acts)
        return f"acts:\n{acts}\nskipped: {dict(self.adversary.skipped)}\nthe log ends with:\n{self.house.tail()}"


Begin = Callable[..., Maltreatment]


@pytest.fixture
def maltreated(tmp_path: Path, temporary: Path) -> Iterator[Begin]:
    """Begins to maltreat a service."""
    ending: list[Callable[[], None]] = []

    def begin(  # noqa: PLR0913  all but two passed by name
        seed: int,
        nasty: Sequence[Nasty],
        *,
        every_s: int,
        impatience_s: int,
        drain_s: int,
        disk: Path | None = None,
        busy: bool = False,
    ) -> Maltreatment:
        print(f"\nchaos seed {seed}")
        house = House(
            tmp_path,
            storage=(disk or tmp_path) / "var",
            temporary=temporary,
            nasty=tuple(nasty),
            every_s=every_s,
            impatience_s=impatience_s,
            drain_s=drain_s,
        )
        ending.append(house.close)
        adversary = Adversary(house, seed, disk)
        ending.append(adversary.close)
        house.start()
        return Maltreatment(house, adversary, disk, busy=busy)

    yield begin
    for end in reversed(ending):
        end()


def _told(record: RunRecord) -> str:
    return " ".join((record.outcome, *(each.code for each in record.reasons[:1])))


def test_chaos_twenty_slots_lose_and_double_none(maltreated: Begin) -> None:
    # Beside other tests, on two cores, a journey of a second may miss its deadline of three.
    service = maltreated(QUICK_SEED, NASTY[:10], every_s=20, impatience_s=3, drain_s=2, busy=True)
    for kind in ("kill worker", "clock forward", "kill runner", "break pipes", "fill disk", "kill supervisor"):
        service.do(_LONGEST_REST_S, kind)
    until(lambda: service.due() >= 20, "twenty slots were due")
    result = service.end("twenty slots", QUICK_SEED)
    print(result.line)
    assert result.slots >= 20


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", metafunc.config.getoption("chaos_seed", default=None) or SEEDS)


@pytest.mark.usefixtures("at_length")
def test_chaos_all_acts_at_random_lose_and_double_no_slot(
    seed: int, maltreated: Begin, small_disk: Path | None, results: list[Result]
) -> None:
    service = maltreated(seed, NASTY, every_s=40, impatience_s=8, drain_s=15, disk=small_disk)
    left = len(service.adversary.kinds)
    while service.due() < SLOTS or left > 0:
        for _ in range(_BURST):
            service.do(_LONGEST_REST_S)
            left -= 1
        service.look()
    results.append(service.end("all acts at random", seed))
    print(results[-1].line)


@pytest.mark.usefixtures("at_length")
def test_chaos_twenty_kills_of_the_runner_lose_and_double_no_slot(maltreated: Begin, results: list[Result]) -> None:
    service = maltreated(QUICK_SEED, NASTY, every_s=40, impatience_s=8, drain_s=15)
    for _ in range(20):
        service.adversary.rest(_LONGEST_REST_S)
        until(service.house.is_at_work, "a run is under way")
        now_ms = service.house.schedule_ms
        service.do(0, "kill runner")
        service.look(now_ms)
    results.append(service.end("twenty kills of the runner", QUICK_SEED))
    print(results[-1].line)
