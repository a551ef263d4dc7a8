"""The service's pages, asked through a real socket."""

import threading

import httpx
import pytest

from synthetics.catalogue import Catalogue
from synthetics.errors import StorageError
from synthetics.export.metrics import MetricsPage, RunnerNumbers
from synthetics.ledger.totals import Totals
from synthetics.record import Fault, Outcome
from synthetics.web import WebServer, make_app
from tests.export.builders import a_catalogue, a_journey, a_run
from tests.export.test_report import Page
from tests.web.conftest import Service

OPENMETRICS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"


def test_metrics_are_the_page_in_the_text_format(server: WebServer, service: Service) -> None:
    answer = httpx.get(f"{server.address}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.content == service.page.render()[0]


def test_metrics_are_openmetrics_where_that_is_accepted(server: WebServer) -> None:
    answer = httpx.get(f"{server.address}/metrics", headers={"Accept": OPENMETRICS})
    assert answer.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert answer.text.endswith("# EOF\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_say_ok_while_all_is_well(server: WebServer, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_healthz_says_why_the_service_is_not_well(server: WebServer, service: Service) -> None:
    service.unhealthy = "The loop has not turned for 42 s."
    answer = httpx.get(f"{server.address}/healthz")
    assert (answer.status_code, answer.text) == (503, "The loop has not turned for 42 s.\n")


def test_readyz_says_why_no_run_is_started_while_healthz_stays_well(server: WebServer, service: Service) -> None:
    service.not_ready = "The service is draining."
    answer = httpx.get(f"{server.address}/readyz")
    assert (answer.status_code, answer.text) == (503, "The service is draining.\n")
    assert httpx.get(f"{server.address}/healthz").status_code == 200


def test_start_page_names_what_runs_here(server: WebServer, service: Service) -> None:
    service.catalogue = a_catalogue(a_journey(every_ms=90_000), targets=("standin", "demo", "eu"))
    service.last_runs = {"standin": a_run(), "demo": a_run(Outcome.FAILED, fault=Fault.APP, target="demo")}
    page = Page(httpx.get(server.address).text)
    assert "ihub.run_flow An issue event starts a flow, and its effect shows in Jira. 90s standin" in page.text
    assert "standin from local passed 2026-03-01 12:00:00 UTC" in page.text
    assert "demo from local failed fault app 2026-03-01 12:00:00 UTC" in page.text
    assert "eu from local no run yet" in page.text
    assert [link["href"] for link in page.all("a")] == ["/metrics", "/healthz", "/readyz"]
    assert page.all("script") == page.all("img") == []
    assert page.open == []


def test_start_page_shows_a_cron_expression_where_an_interval_could_stand(server: WebServer, service: Service) -> None:
    service.catalogue = a_catalogue(a_journey(every_ms=600_000, cron="*/10 8-18 * * 1-5"))
    text = Page(httpx.get(server.address).text).text
    assert "its effect shows in Jira. */10 8-18 * * 1-5 standin" in text


def test_start_page_says_that_no_journey_can_run(server: WebServer, service: Service) -> None:
    service.catalogue = Catalogue(apps={}, placements=(), problems=())
    assert "No journey can run" in Page(httpx.get(server.address).text).text


@pytest.mark.parametrize(
    ("unhealthy", "not_ready", "said"),
    [
        pytest.param("It hangs.", "It drains.", "It hangs.", id="the weightier trouble is told"),
        pytest.param(None, "It drains.", "It drains.", id="draining is told"),
    ],
)
def test_start_page_says_what_is_wrong(
    server: WebServer, service: Service, unhealthy: str | None, not_ready: str | None, said: str
) -> None:
    service.unhealthy, service.not_ready = unhealthy, not_ready
    assert f"Readiness {said} What runs here" in Page(httpx.get(server.address).text).text


def test_start_page_escapes_what_a_journey_is_called(server: WebServer, service: Service) -> None:
    service.catalogue = a_catalogue(a_journey(title="<script>alert(1)</script>"))
    page = Page(httpx.get(server.address).text)
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.text


@pytest.mark.parametrize("path", ["/", "/metrics", "/healthz", "/readyz", "/nowhere"])
def test_every_answer_has_the_security_headers(server: WebServer, path: str) -> None:
    headers = httpx.get(f"{server.address}{path}").headers
    assert headers["content-security-policy"].startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


@pytest.mark.parametrize("path", ["/artifacts/x.png", "/report.html", "/../synthetics.toml", "/static/style.css"])
def test_nothing_else_is_served(server: WebServer, path: str) -> None:
    assert httpx.get(f"{server.address}{path}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(server: WebServer, method: str) -> None:
    for path in ("/", "/metrics", "/healthz", "/readyz"):
        assert httpx.request(method, f"{server.address}{path}").status_code == 405


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        pytest.param(StorageError("The ledger is locked."), 503, "The ledger is locked.\n", id="our own error is told"),
        pytest.param(ZeroDivisionError("secret"), 500, "Internal Server Error", id="a bug tells nothing to strangers"),
    ],
)
def test_metrics_that_cannot_be_made_fail_the_scrape(
    service: Service, error: Exception, status: int, said: str
) -> None:
    def broken() -> Totals:
        raise error

    page = MetricsPage(broken, lambda: service.catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)
    server = WebServer("127.0.0.1", 0)
    server.start(make_app(page, service.health))
    answer = httpx.get(f"{server.address}/metrics")
    healthz = httpx.get(f"{server.address}/healthz")
    server.stop()
    assert (answer.status_code, answer.text) == (status, said)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert healthz.status_code == 200


def test_slow_metrics_keep_no_health_check_waiting(service: Service) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow() -> Totals:
        asked.set()
        assert go_on.wait(10)
        return Totals()

    page = MetricsPage(slow, lambda: service.catalogue, lambda: RunnerNumbers(browser_processes=0), lambda: 0)
    server = WebServer("127.0.0.1", 0)
    server.start(make_app(page, service.health))
    statuses: list[int] = []
    scrape = threading.Thread(target=lambda: statuses.append(httpx.get(f"{server.address}/metrics").status_code))
    try:
        scrape.start()
        assert asked.wait(10)
        assert httpx.get(f"{server.address}/healthz", timeout=5).status_code == 200
        assert statuses == []
    finally:
        go_on.set()
        scrape.join(10)
        server.stop()
    assert statuses == [200]
