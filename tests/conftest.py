"""What tests of the whole product share."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no defect: how fast something is, benchmarks show.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

#: Rooms whose tests take longest: they go first, so that at the end no test process waits for another.
LONGEST_FIRST = ("journeys", "cli", "service", "docs", "execute", "authoring", "contract", "standin")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak", action="store_true", help="run the longer proofs as well, and let the service run longer"
    )
    parser.addoption("--golden", action="store_true", help="write golden files anew, to be read before a commit")


@pytest.fixture
def seconds_of_service(pytestconfig: pytest.Config) -> int:
    """How long the service runs by the real clock: half a minute in each test run, two minutes in a soak."""
    return 120 if pytestconfig.getoption("--soak") else 30


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the longer proofs out of a plain test run."""
    return True if collection_path.name == "soak" and not config.getoption("--soak") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the rooms with the longest tests first; within a room everything stays as it was."""
    here = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        room = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
        return LONGEST_FIRST.index(room) if room in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=turn)
