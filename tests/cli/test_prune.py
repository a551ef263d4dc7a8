"""``prune`` and ``once --push``: what they remove, tell, and answer with."""

import json
from contextlib import closing
from pathlib import Path

import httpx

from synthetics.artifacts.store import ArtifactStore
from synthetics.export.pushgateway import push_runs
from synthetics.ledger.store import open_ledger
from synthetics.ledger.verifying import DayState
from tests.command_line import call_command, run_command, write_config
from tests.export.builders import SLOT_MS, a_run
from tests.export.gateway import pushgateway

LONG_AGO_MS = SLOT_MS - 900 * 86_400_000


def fill(folder: Path) -> list[str]:
    """Two runs of long ago, of which the first is not the last of its schedule; returns their names."""
    records = [a_run(slot_ms=LONG_AGO_MS + minute * 60_000) for minute in (0, 1)]
    store = ArtifactStore(folder / "var" / "runs")
    with closing(open_ledger(folder / "var")) as ledger:
        for record in records:
            ledger.write(record)
            store.put(record.run_id, record.slot_ms, "record.json", record.to_json().encode())
    return [record.run_id for record in records]


def test_prune_of_a_storage_that_is_not_there_says_so_and_makes_nothing(tmp_path: Path) -> None:
    ended = call_command("prune", "--config", write_config(tmp_path))
    assert (ended.code, ended.out) == (0, "Nothing has outlived its time.\n0 bytes of files stay.\n")
    assert not (tmp_path / "var").exists()


def test_prune_dry_run_tells_and_prune_does(tmp_path: Path) -> None:
    config, run_ids = write_config(tmp_path), fill(tmp_path)

    dry = call_command("prune", "--dry-run", "--json", "--config", config)
    assert (dry.code, dry.json["dry_run"], dry.json["records"]) == (0, True, 1)
    assert sorted(each["run_id"] for each in dry.json["runs"]) == sorted(run_ids)
    assert {each["why"] for each in dry.json["runs"]} == {"age"}
    assert len(list((tmp_path / "var" / "runs").glob("*/*/record.json"))) == 2

    done = call_command("prune", "--config", config)
    assert done.code == 0
    assert done.out.startswith("Removed the files of 2 runs for their age, ")
    assert "Removed 1 record; the totals of the metrics stay.\n0 bytes of files stay.\n" in done.out
    assert not list((tmp_path / "var" / "runs").glob("*/*"))
    assert call_command("prune", "--json", "--config", config).json["runs"] == []
    with closing(open_ledger(tmp_path / "var")) as ledger:
        [day] = ledger.audit.verify()
    assert day.state is DayState.PRUNED, "its day was sealed before"


def test_prune_deletes_pushed_groups_of_what_is_gone(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    with pushgateway(tmp_path) as url:
        push_runs(url, [a_run(), a_run(journey="ihub.long_gone")])
        dry = call_command("prune", "--dry-run", "--push", url, "--config", config)
        assert "Would remove the pushed group of ihub.long_gone on standin." in dry.out
        done = call_command("prune", "--json", "--push", url, "--config", config)
        left = httpx.get(f"{url}/api/v1/metrics").json()["data"]
    assert done.json["groups"] == [{"journey": "ihub.long_gone", "target": "standin", "location": "local"}]
    assert [each["labels"]["journey"] for each in left] == ["run_flow"]


def test_prune_deletes_no_group_while_a_journey_cannot_be_read(tmp_path: Path) -> None:
    journeys = tmp_path / "journeys" / "ihub"
    journeys.mkdir(parents=True)
    (journeys / "app.toml").write_text('title = "iHub"\n')
    (journeys / "test_flows.py").write_text("def (\n")
    config = write_config(tmp_path, journeys=tmp_path / "journeys")
    with pushgateway(tmp_path) as url:
        push_runs(url, [a_run()])
        ended = call_command("prune", "--push", url, "--config", config)
        left = httpx.get(f"{url}/api/v1/metrics").json()["data"]
    assert ended.code == 2
    assert "test_flows.py" in ended.err
    assert len(left) == 1


def test_push_to_what_is_no_address_is_refused_before_anything_runs(tmp_path: Path) -> None:
    for command in ("once", "prune"):
        ended = call_command(command, "--push", "localhost:9091", "--config", write_config(tmp_path))
        assert ended.code == 2
        assert "is no address" in ended.err
    assert not (tmp_path / "var").exists()


def test_once_pushes_its_runs_and_tells_where_that_is_not_possible(tmp_path: Path) -> None:
    config = write_config(tmp_path)
    with pushgateway(tmp_path) as url:
        passed = run_command("once", "host_jira", "--push", url, "--json", "--config", config)
        groups = httpx.get(f"{url}/api/v1/metrics").json()["data"]
    assert passed.code == 0, passed.err
    assert len(groups) == len(passed.json["runs"])
    assert all("synthetic_last_run_timestamp_seconds" in group for group in groups)

    unreachable = run_command("once", "host_jira", "--push", url, "--json", "--config", config)
    assert unreachable.code == 2, "nothing failed, but what was asked for was not done"
    assert "was not pushed" in unreachable.err
    assert json.loads(unreachable.out)["counts"]["passed"] == len(groups)
