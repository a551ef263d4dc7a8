"""``once`` beside a running service, and beside itself: a slot is run once, and a run by hand counts nowhere."""

import json
import shutil
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from synthetics.ledger.store import open_ledger
from tests.command_line import CHECKOUT, Ended, command, environment, write_config
from tests.service.test_service import Service, free_port, running

#: What SLIs are made of; other counters are about the work itself, whoever asked for it.
OF_SLIS = {
    "synthetic_runs_total",
    "synthetic_slots_total",
    "synthetic_run_duration_seconds_count",
    "synthetic_step_duration_seconds_count",
    "synthetic_start_lateness_seconds_count",
}


def all_at_once(*commands: tuple[str | Path, ...]) -> list[Ended]:
    """Start commands together, and wait for each of them."""
    processes = [
        subprocess.Popen(command(*each), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for each in commands
    ]
    ends = [process.communicate(timeout=90) for process in processes]
    return [Ended(process.returncode, *texts) for process, texts in zip(processes, ends, strict=True)]


def series_of(service: Service) -> Counter[tuple[str, str]]:
    """The values of the SLI's series on the service's page, by name and labels."""
    return Counter(
        {
            (sample.name, json.dumps(sample.labels)): int(sample.value)
            for family in text_string_to_metric_families(service.get("/metrics").text)
            for sample in family.samples
            if sample.name in OF_SLIS
        }
    )


def test_two_processes_for_one_slot_and_a_run_by_hand_beside_a_service_count_once(tmp_path: Path) -> None:
    port, journeys = free_port(), tmp_path / "journeys"
    shutil.copytree(CHECKOUT / "journeys" / "host_jira", journeys / "host_jira")  # the fewer, the sooner they are read
    more = ("[web]", f"port = {port}", "[defaults]", 'every = "1d"')
    config = write_config(tmp_path, *more, journeys=journeys)
    once = ("once", "host_jira", "--config", config)
    scheduled = (*once, "--scheduled", "--json")
    with running(config, port, tmp_path) as service:
        born = series_of(service)
        *racers, by_hand = all_at_once(scheduled, scheduled, (*once, "--quiet"))
        grown = series_of(service) - born
        service.stop()

    assert [each.code for each in (*racers, by_hand)] == [0, 0, 0], [each.err for each in racers]
    loser, winner = sorted(racers, key=lambda each: len(each.json["runs"]))
    assert (loser.json["runs"], len(winner.json["runs"])) == ([], 1)
    assert "host_jira.plain_issue: the slot that is due now was claimed before; nothing to do." in loser.err
    assert "claimed before" not in winner.err
    assert (by_hand.out, by_hand.err) == ("", ""), "a quiet one says nothing of a pass"
    with closing(open_ledger(tmp_path / "var")) as ledger:
        kept = Counter((each.journey, each.trigger.value, each.outcome.value) for each in ledger.runs())
    assert kept == {
        ("host_jira.plain_issue", "schedule", "passed"): 1,
        ("host_jira.plain_issue", "manual", "passed"): 1,
    }
    assert set(grown.values()) == {1}, "the scheduled run counts, the one by hand does not"
    assert {name for name, _ in grown} == OF_SLIS
