"""What the operator says of workers holds for those that make the runs."""

from pathlib import Path
from typing import Any

import pytest

from synthetics.bootstrap import Suite, open_workshop, workshop
from synthetics.config.loading import load
from synthetics.execute.recycling import WorkerLimits
from tests.builders import a_catalogue
from tests.config.checkout import a_checkout


class EnoughError(Exception):
    """It is known what the test wants to know."""


@pytest.mark.parametrize(
    ("settings", "limits"),
    [
        pytest.param("", WorkerLimits(), id="nothing is said"),
        pytest.param(
            '[limits]\nworker_runs = 7\nworker_age = "30m"\nworker_memory = "1GB"\nworker_processes = 60\n',
            WorkerLimits(runs=7, age_ms=1_800_000, memory_bytes=1_000_000_000, processes=60),
            id="everything is said",
        ),
    ],
)
def test_limits_of_workers_are_those_of_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, limits: WorkerLimits
) -> None:
    heard: list[WorkerLimits] = []

    def seated(_clock: object, *, limits: WorkerLimits, **_others: Any) -> None:
        heard.append(limits)
        raise EnoughError

    monkeypatch.setattr(workshop, "SeatedExecutor", seated)
    configuration, apps = load(a_checkout(tmp_path, settings), {})
    suite = Suite(configuration=configuration, apps=apps, whole=a_catalogue(), catalogue=a_catalogue())

    with pytest.raises(EnoughError), open_workshop(suite, publish=lambda _record: None):
        pass

    assert heard == [limits]
