"""Whether each run came to what its journey deserves, as far as nobody disturbed it."""

from collections.abc import Iterator, Sequence

from synthetics.record import RunRecord
from tests.chaos.adversary import Act
from tests.chaos.audit import Books
from tests.chaos.house import House
from tests.chaos.journeys import APP, Nasty, Verdict

#: How far apart the two clocks may seem that a run and an act are dated by.
_SLACK_MS = 1_500

#: What nobody is blamed for, whenever it comes: a machine that is busy with other things may need longer to start a
#: worker than a run may take, and a service that is told to stop ends what goes on for too long.
_OWN: frozenset[Verdict] = frozenset({("errored", "deadline_before_asking"), ("errored", "stopped")})


#: On a machine that is busy any run may end at its deadline.
_LATE: Verdict = ("failed", "deadline")


def wrong_verdicts(house: House, books: Books, acts: Sequence[Act], *, busy: bool) -> Iterator[str]:
    """The runs that were told of as they should not be.

    A run during which nothing was done comes to what its journey deserves. One during which something was done around
    it may also be missed or errored, and its fault is the monitor's. Only one whose own processes were killed or
    stopped may have failed without deserving it.
    """
    own = _OWN | {_LATE} if busy else _OWN
    deserves = {f"{APP}.{each.name}": each for each in house.nasty}
    for record in books.records:
        verdict = (str(record.outcome), record.reasons[0].code if record.reasons else "")
        if record.outcome == "missed" or verdict in own or verdict in deserves[record.journey].deserves:
            continue
        done = [act for act in acts if _meets(act, record, house)]
        if _is_excused(record, deserves[record.journey], done):
            continue
        told = [each.sentence for each in record.reasons]
        yield f"{record.journey} {record.slot_ms}, attempt {record.attempt}: {verdict} {told} beside {done}"


def _is_excused(record: RunRecord, nasty: Nasty, done: Sequence[Act]) -> bool:
    if record.outcome == "errored":
        return bool(done)
    if record.outcome == "failed":
        return any(act.is_on_a_process for act in done)
    return not nasty.passes and bool(done)


def _meets(act: Act, record: RunRecord, house: House) -> bool:
    """Whether an act had an effect while a run was under way, whichever offset the clock had then."""
    if record.started_ms is None:
        return False
    # How long a run took that nobody saw the end of is not told; then its runner was lost, which is an act.
    ended_ms = record.started_ms + (record.duration_ms or house.every_ms)
    return any(
        act.began_ms + offset_ms - _SLACK_MS <= ended_ms and record.started_ms <= act.ended_ms + offset_ms + _SLACK_MS
        for offset_ms in house.offsets_ms
    )
