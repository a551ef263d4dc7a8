"""What a real Prometheus recorded of 28 days is what ``slo status`` says of the same ledger.

Runs with ``make soak PART=rules``. The ledger is a real one, each scrape is a page made of it as it was then, and the
rules are those that ``slo rules`` writes for the checkout's own journeys.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from synthetics.clock import SystemClock
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.store import Ledger, open_ledger
from synthetics.metric_names import FLAKY_RUNS_TOTAL, RUNS_TOTAL
from synthetics.record import Fault, Outcome, RunRecord
from synthetics.slo.counts import Counts, counts_of
from synthetics.slo.rules import names
from synthetics.slo.rules.cadence import PERIOD_SECONDS
from tests.command_line import call_command, wait_until, write_config
from tests.ledger.builders import a_key, a_record
from tests.service.prometheus import Prometheus, free_port, prometheus
from tests.slo_rules.building import DAY, HOUR, MINUTE, NAME, a_catalogue_due, promtool

END_S = 1_772_366_400  # 2026-03-01 12:00:00 UTC
BEGIN_S = END_S - PERIOD_SECONDS
EVERY_S = 5 * MINUTE
SLOTS = PERIOD_SECONDS // EVERY_S
#: The first rules are evaluated before the first run, as on a machine that was just set up.
FIRST_S = BEGIN_S - HOUR
#: Until when rules are evaluated: once after the last slot of the 28 days.
LAST_S = END_S + MINUTE
#: For two hours the runner is gone: nothing is scraped, and what was missed is told when it is back, elsewhere.
GONE_S = (BEGIN_S + 9 * DAY + 20 * MINUTE, BEGIN_S + 9 * DAY + 140 * MINUTE)
INSTANCES = ("127.0.0.1:9780", "127.0.0.1:9781")
#: How long after its slot a run has its record, and its repetition has one: between the two there is a scrape, which
#: shows a failure that is not yet known for flaky.
ENDED_S, REPEATED_S = 3, 70
WINDOWS_S = (DAY, 3 * DAY, PERIOD_SECONDS)
WITHIN = 0.01
#: Promtool makes blocks of two hours, and reads everything anew for each of them, unless it is allowed longer ones: of
#: those that it makes these are the longest whose samples of each minute Prometheus gives in one answer.
LONG_BLOCKS = ("tsdb", "create-blocks-from", "--max-block-duration=162h")
#: Rules that need others are evaluated once those are there. The first needs itself: where nothing is scraped it goes
#: on with what it was, and promtool, which does not see what it just recorded, has to be asked twice.
STAGES = (
    ({names.LEVEL}, FIRST_S),
    ({names.LEVEL}, FIRST_S),
    ({names.HOURLY}, FIRST_S),
    ({names.increase(each) for each in WINDOWS_S}, END_S - HOUR),
    ({names.coverage(each) for each in WINDOWS_S}, END_S - HOUR),
    ({names.error_ratio(each) for each in WINDOWS_S}, END_S - HOUR),
)


@dataclass(frozen=True)
class End:
    """What a slot came to; a failure that passed when it was repeated is flaky."""

    outcome: Outcome = Outcome.PASSED
    fault: Fault = Fault.NONE
    flaky: bool = False


#: How many slots of the 28 days come to what, beside those that pass: each fault, flaky and not, a run in a few hundred
#: that could not be judged, and a few that were missed one by one.
ENDS: Mapping[End, int] = {
    End(Outcome.FAILED, Fault.APP): 23,
    End(Outcome.FAILED, Fault.APP, flaky=True): 17,
    End(Outcome.FAILED, Fault.HOST): 31,
    End(Outcome.FAILED, Fault.HOST, flaky=True): 5,
    End(Outcome.FAILED, Fault.SESSION): 11,
    End(Outcome.FAILED, Fault.NETWORK): 14,
    End(Outcome.FAILED, Fault.UNKNOWN): 7,
    End(Outcome.FAILED, Fault.UNKNOWN, flaky=True): 3,
    End(Outcome.ERRORED, Fault.MONITOR): 25,
    End(Outcome.MISSED, Fault.MONITOR): 9,
}


def four_weeks() -> Iterator[tuple[int, RunRecord]]:
    """Every record of the 28 days, with the second from which on the ledger has it, in order."""
    ends = [end for end, number in ENDS.items() for _ in range(number)]
    ends += [End()] * (SLOTS - len(ends))
    random.Random(7).shuffle(ends)  # noqa: S311  no secret
    for number, end in enumerate(ends):
        slot_s = BEGIN_S + number * EVERY_S
        key = a_key(slot_s * 1_000)
        if GONE_S[0] <= slot_s < GONE_S[1]:
            yield GONE_S[1], a_record(key, Outcome.MISSED)
            continue
        yield slot_s + ENDED_S, a_record(key, end.outcome, fault=end.fault)
        if end.outcome is Outcome.FAILED:
            repeated = a_record(a_key(slot_s * 1_000, attempt=2), Outcome.PASSED if end.flaky else Outcome.FAILED)
            yield slot_s + REPEATED_S, repeated


Page = Mapping[str, str]


def shown(ledger: Ledger) -> Page:
    """The values that rules count from, as a scrape has them now, by their series."""
    nobody = RunnerNumbers(browser_processes=0)
    page = MetricsPage(ledger.totals, lambda: a_catalogue_due(EVERY_S), lambda: nobody, lambda: 0)
    text, _ = page.render("application/openmetrics-text; version=1.0.0")
    parts = (each.rpartition(" ") for each in text.decode().splitlines())
    return {series: value for series, _, value in parts if series.startswith((RUNS_TOTAL.name, FLAKY_RUNS_TOTAL.name))}


def write_and_look(ledger: Ledger, record: RunRecord) -> Page:
    assert ledger.write(record)
    return shown(ledger)


def fill(storage: Path) -> Sequence[tuple[int, Page]]:
    """Write all records, one after the other, and look at the page before the first and after each."""
    records = four_weeks()
    with closing(open_ledger(storage)) as ledger:
        pages = [(FIRST_S, shown(ledger))]
        while some := tuple(islice(records, 500)):
            seen = ledger.at_once([partial(write_and_look, record=record) for _, record in some])
            pages += [(at_s, page) for (at_s, _), page in zip(some, seen, strict=True)]
    return pages


def scrapes(pages: Sequence[tuple[int, Page]]) -> Iterator[tuple[int, str, Page]]:
    """What is scraped each minute, from where: the page as it was then, and nothing while nobody was there."""
    place = 0
    for at_s in range(FIRST_S, LAST_S + 1, MINUTE):
        while place + 1 < len(pages) and pages[place + 1][0] <= at_s:
            place += 1
        if not GONE_S[0] <= at_s < GONE_S[1]:
            yield at_s, INSTANCES[at_s >= GONE_S[1]], pages[place][1]


def back_fill(folder: Path, pages: Sequence[tuple[int, Page]]) -> None:
    """Put what was scraped into the database."""
    series: dict[str, list[str]] = {}
    for at_s, instance, page in scrapes(pages):
        for name, value in page.items():
            full = name.replace("{", f'{{instance="{instance}",job="synthetics",', 1)
            series.setdefault(full, []).append(f"{full} {value} {at_s}\n")
    with (folder / "scraped.txt").open("w") as file:
        for lines in series.values():
            file.writelines(lines)
        file.write("# EOF\n")
    filled = promtool(*LONG_BLOCKS, "openmetrics", folder / "scraped.txt", folder / "tsdb")
    assert filled.returncode == 0, filled.stderr


def record(folder: Path, running: Prometheus, recorded: set[str], from_s: int) -> None:
    """Evaluate the rules that record something, each minute from a second on, as they were written."""
    written = yaml.safe_load((folder / "rules" / f"{NAME}.rules.yml").read_text())
    for group in written["groups"]:
        group["rules"] = [each for each in group["rules"] if each.get("record") in recorded]
    (folder / "stage.rules.yml").write_text(yaml.safe_dump(written))
    where = (f"--url={running.address}", f"--output-dir={folder / 'tsdb'}")
    when = (f"--start={from_s}", f"--end={LAST_S}")
    ended = promtool(*LONG_BLOCKS, "rules", *where, *when, folder / "stage.rules.yml")
    assert ended.returncode == 0, ended.stderr


def wait_until_up(running: Prometheus) -> None:
    wait_until(lambda: running.values("vector(1)") == [1], 60, "Prometheus answers")


def recorded_of(folder: Path) -> dict[str, float]:
    """Everything recorded that is compared, as a real Prometheus with all the blocks tells it at the end."""
    options = ("--storage.tsdb.retention.time=60d",)
    for recorded, from_s in STAGES:
        with prometheus(folder, free_port(), "1h", *options) as running:
            wait_until_up(running)
            record(folder, running, recorded, from_s)
    with prometheus(folder, free_port(), "1h", *options) as running:
        wait_until_up(running)

        def told(query: str) -> float:
            # Rules are evaluated at any second of a minute, the same one always: the first time after the end counts.
            data = running.ask("query", query=query, time=f"{LAST_S - 0.001:.3f}")
            assert data is not None, query
            [answer] = data["result"]
            return float(answer["value"][1])

        return {query: told(query) for query in queries()}


def queries() -> Iterator[str]:
    for seconds in WINDOWS_S:
        for count in (*names.COUNTS_OF_RUNS, *names.COUNTS_OF_FLAKY_RUNS):
            yield f'{names.increase(seconds)}{{count="{count}"}}'
        yield names.coverage(seconds)
        for reading in names.READINGS:
            yield f'{names.error_ratio(seconds)}{{reading="{reading}"}}'


def status_of(config: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """What ``slo status`` says in the last minute of the 28 days."""
    monkeypatch.setattr(SystemClock, "wall_ms", lambda _: (END_S - MINUTE) * 1_000)
    ended = call_command("slo", "status", "--json", "--config", config)
    assert ended.code == 0, ended.err
    [status] = [each for each in ended.json if (each["journey"], each["name"]) == (NAME, "journey_success")]
    return dict(status)


def counted(storage: Path, seconds: int) -> Counts:
    """What the ledger counts over the last so many seconds of the 28 days."""
    with closing(open_ledger(storage)) as ledger, ledger.counts() as reader:
        return counts_of(reader.tallies((END_S - seconds) * 1_000, END_S * 1_000, (END_S - MINUTE) * 1_000))


def figures_of(status: Mapping[str, Any], storage: Path) -> Iterator[tuple[str, float]]:
    """The same by the ledger: of 28 days what ``slo status`` says, of shorter windows what that is made of."""
    for seconds in WINDOWS_S:
        its = counted(storage, seconds)
        for count, value in {
            "expected": its.expected,
            "judged_raw": its.judged,
            "judged_attributed": its.judged - its.failed.excused,
            "bad_raw": its.failed.total,
            "bad_attributed": its.failed.charged,
            "flaky_raw": its.flaky.total,
            "flaky_attributed": its.flaky.charged,
        }.items():
            yield f'{names.increase(seconds)}{{count="{count}"}}', value
        yield names.coverage(seconds), its.judged / its.expected
        bad, judged = its.failed.charged, its.judged - its.failed.excused
        yield f'{names.error_ratio(seconds)}{{reading="raw"}}', its.failed.total / its.judged
        yield f'{names.error_ratio(seconds)}{{reading="attributed"}}', bad / judged
    for reading in names.READINGS:
        yield f'{names.error_ratio(PERIOD_SECONDS)}{{reading="{reading}"}}', 1 - status[reading]["sli"]
        for count, name in (("judged", "n"), ("bad", "bad")):
            yield f'{names.increase(PERIOD_SECONDS)}{{count="{count}_{reading}"}}', status[reading][name]
    yield names.coverage(PERIOD_SECONDS), status["coverage"]
    yield f'{names.increase(PERIOD_SECONDS)}{{count="expected"}}', status["expected"]
    yield f'{names.increase(PERIOD_SECONDS)}{{count="flaky_raw"}}', status["flaky"]


def test_28_days_in_prometheus_are_what_slo_status_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config, storage = write_config(tmp_path), tmp_path / "var"
    assert call_command("slo", "rules", "--out", tmp_path / "rules", "--config", config).code == 0
    back_fill(tmp_path, fill(storage))
    status = status_of(config, monkeypatch)

    found = recorded_of(tmp_path)

    apart: dict[str, float] = {}
    for query, figure in figures_of(status, storage):
        apart[query] = max(apart.get(query, 0.0), abs(found[query] - figure) / figure)
        print(f"{query}: {figure:.6g} by the ledger, {found[query]:.6g} in Prometheus")
    assert apart.keys() == found.keys()
    assert status["expected"] == SLOTS
    assert {query: share for query, share in apart.items() if share > WITHIN} == {}
