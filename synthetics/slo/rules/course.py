"""A made-up course of runs as promtool's unit tests take it, and what rules should count of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from synthetics.metric_names import FLAKY_RUNS_TOTAL, LAST_RUN_TIMESTAMP_SECONDS, RUNS_TOTAL
from synthetics.record import OUTCOMES_AND_FAULTS, Fault, Outcome
from synthetics.slo.rules.model import selector

#: What becomes of a due time, in one letter; a dot is a time at which nothing is due.
_PAIRS: Mapping[str, tuple[Outcome, Fault]] = {
    "p": (Outcome.PASSED, Fault.NONE),
    "c": (Outcome.PASSED, Fault.NONE),
    "a": (Outcome.FAILED, Fault.APP),
    "u": (Outcome.FAILED, Fault.UNKNOWN),
    "f": (Outcome.FAILED, Fault.APP),
    "h": (Outcome.FAILED, Fault.HOST),
    "e": (Outcome.ERRORED, Fault.MONITOR),
    "m": (Outcome.MISSED, Fault.MONITOR),
}
FLAKY = "f"
#: A letter that stands for far more passed runs than any schedule makes.
CROWD, CROWD_RUNS = "c", 1_000_000
_UNJUDGED = {Outcome.ERRORED, Outcome.MISSED}
_FLAKY_FAULTS = tuple(fault for outcome, fault in OUTCOMES_AND_FAULTS if outcome is Outcome.FAILED)

Samples = Sequence[int | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """Runs at an even interval, the first one interval after the beginning.

    Args:
        letters: What becomes of each due time.
        every_s: The interval in seconds.
        step_s: How often samples are taken, in seconds; not longer than the interval.
        born_s: When the first sample is taken; what was counted until then is history.
        gap_s: From when until when there are no samples; afterwards they come from another instance.
    """

    letters: str
    every_s: int
    step_s: int
    born_s: int = 0
    gap_s: tuple[int, int] | None = None

    def at(self, number: int) -> int:
        """When the run of a due time is first seen in a sample, in seconds; the first due time is 0."""
        return ceil((number + 1) * self.every_s / self.step_s) * self.step_s

    def counts(self, after_s: int, until_s: int) -> Mapping[str, int]:
        """What rules should count between two samples, by the names of what counts.

        Args:
            after_s: The earlier sample; what it shows already is not counted.
            until_s: The later one.
        """
        window = [each for number, each in enumerate(self.letters) if after_s < self.at(number) <= until_s]
        pairs = [(_PAIRS[each], CROWD_RUNS if each == CROWD else 1) for each in window if each in _PAIRS]
        flaky = window.count(FLAKY)
        judged = sum(runs for (outcome, _), runs in pairs if outcome not in _UNJUDGED)
        bad = [fault for (outcome, fault), _ in pairs if outcome is Outcome.FAILED]
        attributed = sum(fault in {Fault.APP, Fault.UNKNOWN} for fault in bad)
        return {
            "expected": sum(runs for _, runs in pairs),
            "judged_raw": judged,
            "judged_attributed": judged - (len(bad) - attributed),
            "bad_raw": len(bad),
            "bad_attributed": attributed,
            "flaky_raw": flaky,
            "flaky_attributed": flaky,
            "bad_paging": attributed - flaky,
        }

    def series(self, labels: Mapping[str, str], until_s: int, *, last_run: bool = False) -> Iterator[dict[str, str]]:
        """The input series of one placement.

        Args:
            labels: The placement's labels.
            until_s: When the last sample is taken.
            last_run: Whether to tell when the last run ended.
        """
        for outcome, fault in OUTCOMES_AND_FAULTS:
            letters = {letter for letter, pair in _PAIRS.items() if pair == (outcome, fault)}
            full = {**labels, "outcome": outcome.value, "fault": fault.value}
            yield from self._instances(RUNS_TOTAL.name, full, self._counter(letters, until_s))
        for fault in _FLAKY_FAULTS:
            letters = {FLAKY} if fault is Fault.APP else set()
            full = {**labels, "fault": fault.value}
            yield from self._instances(FLAKY_RUNS_TOTAL.name, full, self._counter(letters, until_s))
        if last_run:
            yield from self._instances(LAST_RUN_TIMESTAMP_SECONDS.name, labels, self._last_run(until_s))

    def _counter(self, letters: set[str], until_s: int) -> Samples:
        values = [0] * (until_s // self.step_s + 1)
        for number, each in enumerate(self.letters):
            place = self.at(number) // self.step_s
            if each in letters and place < len(values):
                values[place] += CROWD_RUNS if each == CROWD else 1
        total, summed = 0, []
        for value in values:
            total += value
            summed.append(total)
        return summed

    def _last_run(self, until_s: int) -> Samples:
        values: list[int | None] = [None] * (until_s // self.step_s + 1)
        for number, each in enumerate(self.letters):
            place = self.at(number) // self.step_s
            if each != "." and place < len(values):
                values[place:] = [self.at(number)] * (len(values) - place)
        return values

    def _instances(self, name: str, labels: Mapping[str, str], samples: Samples) -> Iterator[dict[str, str]]:
        """One series; with a gap one before it and one after it, as a restart on another port leaves them."""
        times = range(0, len(samples) * self.step_s, self.step_s)
        gap_from, gap_until = self.gap_s or (times.stop, times.stop)
        parts = {"before": (self.born_s, gap_from), "after": (gap_until, times.stop)}
        for instance, (begin, end) in parts.items():
            shown = [value if begin <= time < end else None for time, value in zip(times, samples, strict=True)]
            if any(value is not None for value in shown):
                yield {"series": name + selector({**labels, "instance": instance}), "values": notation(shown)}


def notation(samples: Samples) -> str:
    """Samples as promtool writes them: ``0+1x3`` is 0, 1, 2, 3, and ``_x3`` are three that are missing."""
    words, place = [], 0
    while place < len(samples):
        end = place + 1
        if samples[place] is None:
            while end < len(samples) and samples[end] is None:
                end += 1
            words.append(f"_x{end - place}")
        else:
            delta = _delta(samples, place)
            while end < len(samples) and _delta(samples, end - 1) == delta is not None:
                end += 1
            words.append(f"{samples[place]}+{delta or 0}x{end - place - 1}")
        place = end
    return " ".join(words)


def _delta(samples: Samples, place: int) -> int | None:
    """How much the next sample is more; None where one of the two is missing."""
    here, after = samples[place], samples[place + 1] if place + 1 < len(samples) else None
    return None if here is None or after is None else after - here
