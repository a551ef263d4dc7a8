"""A service that runs reads the host's status page, and lets it speak for what failed there before."""

import shutil
import time
from contextlib import closing
from pathlib import Path

import httpx

from synthetics.authoring.embedded import Standin, start_standin
from synthetics.execute.recording import make_record
from synthetics.judge import judge
from synthetics.ledger.store import open_ledger
from synthetics.record import Fault, RunKey, RunRecord, Trigger
from tests.builders import a_journey
from tests.command_line import CHECKOUT, wait_until
from tests.judge.building import MINUTE, around, document, stopping
from tests.judge.cases.shorthand import OPENING, SITE
from tests.service.test_service import free_port, running


def a_failed_run(minutes_ago: int) -> RunRecord:
    started_ms = time.time_ns() // 1_000_000 - minutes_ago * MINUTE
    seen = stopping(
        OPENING, requests=(document(SITE, 503),), surroundings=around((), started_ms=started_ms, now_ms=started_ms)
    )
    key = RunKey(journey="ihub.run_flow", target="site", location="local", trigger=Trigger.SCHEDULE, slot_ms=started_ms)
    return make_record(key, a_journey(), seen, judge(seen), started_ms=started_ms, lateness_ms=0, provenance=None)


def write_real_site(folder: Path, standin: Standin, port: int) -> Path:
    """A configuration in which the stand-in is a site like any other, with a status page elsewhere."""
    journeys = folder / "journeys"
    shutil.copytree(CHECKOUT / "journeys" / "host_jira", journeys / "host_jira")  # the fewer, the sooner they are read
    account = standin.announcement["account"]
    for secret in ("password", "api_token"):
        (folder / secret).write_text(account[secret])
    file = folder / "synthetics.toml"
    file.write_text(
        f"""
        [web]
        port = {port}
        [defaults]
        every = "1d"
        [accounts.robot]
        email = "{account["email"]}"
        password = {{ file = "password" }}
        api_token = {{ file = "api_token" }}
        [targets.site]
        site = "{standin.site}"
        account = "robot"
        status_page = "{standin.announcement["status"]}"
        """
    )
    return file


def test_service_lets_the_status_page_corroborate_what_failed_before_it_was_written(tmp_path: Path) -> None:
    port, run, old = free_port(), a_failed_run(88), a_failed_run(25 * 60)
    with start_standin() as standin:
        httpx.put(f"{standin.site}/_standin/status/critical").raise_for_status()
        config = write_real_site(tmp_path, standin, port)
        with closing(open_ledger(tmp_path / "var")) as ledger:
            for each in (run, old):
                ledger.write(each)
            with running(config, port, tmp_path) as service:
                wait_until(lambda: len(ledger.verdicts(run.run_id)) > 1, 30, "the page has spoken")
                service.stop()
            first, later = ledger.verdicts(run.run_id)
            assert len(ledger.verdicts(old.run_id)) == 1, "a day has gone by"
            assert ledger.run(run.run_id) == run
    assert first.fault is later.fault is Fault.UNKNOWN, "it corroborates, and never decides"
    (said,) = [each.sentence for each in later.reasons if each.code == "status_page"]
    assert said.startswith("The host's status page says critical, first seen 88 min ")
    assert said.endswith(" after this run started.")
