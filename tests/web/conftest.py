"""A service to ask: its answers are held in the test's hands."""

from collections.abc import Iterator

import pytest

from synthetics.catalogue import Catalogue, Placement
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.totals import Totals
from synthetics.record import RunRecord
from synthetics.web import Health, WebServer, make_app
from tests.export.builders import a_catalogue


class Service:
    """What the pages ask, as plain values that a test sets."""

    def __init__(self) -> None:
        self.set_well()

    def set_well(self) -> None:
        """Back to a service that is well and has run nothing."""
        self.unhealthy: str | None = None
        self.not_ready: str | None = None
        self.catalogue: Catalogue = a_catalogue()
        self.last_runs: dict[str, RunRecord] = {}
        self.totals = Totals()

    @property
    def page(self) -> MetricsPage:
        return MetricsPage(
            lambda: self.totals, lambda: self.catalogue, lambda: RunnerNumbers(browser_processes=2), lambda: 4_096
        )

    @property
    def health(self) -> Health:
        return Health(
            unhealthy=lambda: self.unhealthy,
            not_ready=lambda: self.not_ready,
            catalogue=lambda: self.catalogue,
            last_run=self._last_run,
        )

    def _last_run(self, placement: Placement) -> RunRecord | None:
        return self.last_runs.get(placement.target)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Service, WebServer]]:
    """One server for a whole module, since each start and stop takes uvicorn a few tenths of a second."""
    service = Service()
    running = WebServer("127.0.0.1", 0)
    running.start(make_app(service.page, service.health))
    yield service, running
    running.stop()


@pytest.fixture
def service(shared: tuple[Service, WebServer]) -> Service:
    shared[0].set_well()
    return shared[0]


@pytest.fixture
def server(shared: tuple[Service, WebServer]) -> WebServer:
    return shared[1]
