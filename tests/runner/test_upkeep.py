"""Housekeeping beside runs: days are sealed a few at a time, and each seal is told where logs are kept."""

import logging
from contextlib import closing
from pathlib import Path

import pytest

from synthetics.clock import SystemClock
from synthetics.ledger.days import DAY_MS
from synthetics.ledger.store import open_ledger
from synthetics.runner.upkeep import DAYS_AT_ONCE, seal
from tests.ledger.builders import NOON_MS, a_key, a_record


def test_days_are_sealed_a_few_at_a_time_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(open_ledger(tmp_path)) as ledger, caplog.at_level(logging.INFO, "synthetics"):
        for day in range(2 * DAYS_AT_ONCE):
            ledger.write(a_record(a_key(NOON_MS + day * DAY_MS)))

        seal(ledger, SystemClock())
        first = ledger.audit.seals()
        seal(ledger, SystemClock())

        assert (len(first), len(ledger.audit.seals())) == (DAYS_AT_ONCE, 2 * DAYS_AT_ONCE)
        told = [each.message for each in caplog.records if each.message.startswith("event=day_sealed")]
        assert told[0] == f"event=day_sealed day=2026-05-28 records=1 seal={first[0].seal}"
        assert len(told) == 2 * DAYS_AT_ONCE
