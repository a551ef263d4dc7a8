"""``[retention]``: what is read, and what is refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from synthetics.config.loading import load
from synthetics.config.models import Retention
from synthetics.errors import ConfigurationError
from tests.config.checkout import a_checkout


def test_load_takes_the_defaults_where_nothing_is_said(tmp_path: Path) -> None:
    assert load(a_checkout(tmp_path, ""), {})[0].retention == Retention()
    assert Retention() == Retention(
        passed=timedelta(days=7), failed=timedelta(days=90), records=timedelta(days=400), artifacts_bytes=5_000_000_000
    )


def test_load_reads_ages_and_sizes(tmp_path: Path) -> None:
    settings = '[retention]\npassed = "12h"\nfailed = "30d"\nrecords = "800d"\nartifacts = "750MB"\n'
    assert load(a_checkout(tmp_path, settings), {})[0].retention == Retention(
        passed=timedelta(hours=12),
        failed=timedelta(days=30),
        records=timedelta(days=800),
        artifacts_bytes=750_000_000,
    )


@pytest.mark.parametrize(
    ("setting", "what", "mend"),
    [
        pytest.param(
            "passed = 7",
            "7 is a whole number, not an age",
            'Write text with a unit, such as "90d".',
            id="an age without a unit",
        ),
        pytest.param(
            'failed = "ever"',
            '"ever" is not a duration',
            'Write whole numbers with units, such as "7d" or "12h".',
            id="an age that is none",
        ),
        pytest.param(
            'records = "4000d"',
            '"4000d" is longer than 3660 days',
            'Write whole numbers with units, such as "7d" or "12h".',
            id="more than ten years",
        ),
        pytest.param(
            'records = "1h"',
            '"1h" is too short for records',
            'Write "1d" or more: SLIs and reports are made of them.',
            id="records that go while their slots are due",
        ),
        pytest.param(
            "artifacts = 5",
            "5 is a whole number, not a size",
            'Write text with a unit, such as "5GB".',
            id="a size without a unit",
        ),
        pytest.param(
            'artifacts = "much"',
            '"much" is not a size',
            'Write a number and a unit, such as "500MB", "5GB" or "1.5TB".',
            id="a size that is none",
        ),
        pytest.param(
            'pased = "7d"',
            "there is no such key",
            "Did you mean passed? The keys here are artifacts, failed, passed, records.",
            id="a key near a known one",
        ),
    ],
)
def test_load_says_what_is_wrong_with_retention(tmp_path: Path, setting: str, what: str, mend: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(a_checkout(tmp_path, f"[retention]\n{setting}\n"), {})
    (problem,) = refusal.value.problems
    assert problem.key == f"retention.{setting.partition(' ')[0]}"
    assert (problem.what, problem.mend) == (what, mend)
