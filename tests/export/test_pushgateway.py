"""Pushing runs: one group each, the time always along, no counters, and only our own groups are ever deleted."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from synthetics import metric_names as names
from synthetics.catalogue import Placement
from synthetics.export.pushgateway import PushError, complaint, delete_groups, gauges_of, gone, groups_of, push_runs
from synthetics.ledger.totals import Series
from synthetics.record import Outcome
from tests.export.builders import SLOT_MS, a_journey, a_run
from tests.export.gateway import free_port, pushgateway

FLOW = Series(app="ihub", journey="run_flow", target="standin", location="local")
ADMIN = replace(FLOW, journey="admin_page")
END_SECONDS = (SLOT_MS + 250 + 3_210) / 1000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pushgateway(tmp_path_factory.mktemp("pushgateway")) as url:
        yield url


@pytest.fixture
def gateway(running: str) -> str:
    """The gateway with nothing in it."""
    for group in httpx.get(f"{running}/api/v1/metrics").json()["data"]:
        labels = dict(group["labels"])
        path = f"job/{labels.pop('job')}" + "".join(f"/{name}/{value}" for name, value in labels.items())
        httpx.delete(f"{running}/metrics/{path}").raise_for_status()
    return running


def pushed(gateway: str) -> dict[str, dict[str, float]]:
    """The values of our metrics by journey."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(httpx.get(f"{gateway}/metrics").text):
        for sample in family.samples:
            if sample.name.startswith("synthetic_"):
                assert sample.labels["job"] == "synthetics"
                found.setdefault(sample.labels["journey"], {})[sample.name] = sample.value
    return found


def test_push_tells_end_outcome_and_duration_in_the_group_of_the_journey(gateway: str) -> None:
    assert push_runs(gateway, [a_run()]) == 1
    assert groups_of(gateway, "local") == (FLOW,)
    assert pushed(gateway) == {
        "run_flow": {
            "synthetic_last_run_timestamp_seconds": END_SECONDS,
            "synthetic_last_success_timestamp_seconds": END_SECONDS,
            "synthetic_last_run_success": 1,
            "synthetic_last_run_duration_seconds": 3.21,
        }
    }


def test_pushes_of_two_journeys_one_after_the_other_erase_nothing_of_each_other(gateway: str) -> None:
    push_runs(gateway, [a_run()])
    before = pushed(gateway)
    push_runs(gateway, [a_run(Outcome.FAILED, journey="ihub.admin_page")])
    after = pushed(gateway)
    assert after["run_flow"] == before["run_flow"]
    assert after["admin_page"]["synthetic_last_run_success"] == 0


def test_push_of_a_failure_keeps_the_time_of_the_last_success(gateway: str) -> None:
    push_runs(gateway, [a_run()])
    push_runs(gateway, [a_run(Outcome.FAILED, slot_ms=SLOT_MS + 60_000)])
    (flow,) = pushed(gateway).values()
    assert flow["synthetic_last_success_timestamp_seconds"] == END_SECONDS
    assert flow["synthetic_last_run_timestamp_seconds"] == END_SECONDS + 60
    assert flow["synthetic_last_run_success"] == 0


def test_push_takes_the_last_first_attempt_and_no_run_whose_end_nobody_saw(gateway: str) -> None:
    runs = [
        a_run(Outcome.FAILED, slot_ms=SLOT_MS + 60_000),
        a_run(),
        a_run(slot_ms=SLOT_MS + 60_000, attempt=2),
        a_run(Outcome.MISSED, journey="ihub.admin_page"),
        a_run(Outcome.ERRORED, journey="ihub.lost", duration_ms=None),
    ]
    assert push_runs(gateway, runs) == 1
    assert pushed(gateway)["run_flow"]["synthetic_last_run_success"] == 0


def test_gauges_are_no_counters_and_carry_the_time() -> None:
    for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED):
        gauges = gauges_of(a_run(outcome))
        assert {metric.type for metric in gauges} == {names.MetricType.GAUGE}
        assert names.LAST_RUN_TIMESTAMP_SECONDS in gauges
    with pytest.raises(ValueError, match="nobody saw the end"):
        gauges_of(a_run(Outcome.MISSED))


def test_groups_of_a_gone_journey_and_a_gone_target_are_deleted_and_no_others(gateway: str) -> None:
    push_runs(
        gateway,
        [
            a_run(),
            a_run(journey="ihub.admin_page"),
            a_run(target="old_site"),
            a_run(journey="ihub.gone", location="frankfurt"),
        ],
    )
    for path in ("job/others/app/ihub/journey/gone/target/standin/location/local", "job/synthetics/location/local"):
        httpx.put(f"{gateway}/metrics/{path}", content=b"other_metric 1\n").raise_for_status()
    placements = [Placement(journey=a_journey(), target="standin", location="local")]

    out_of_date = gone(groups_of(gateway, "local"), placements)
    delete_groups(gateway, out_of_date)

    assert out_of_date == (ADMIN, replace(FLOW, target="old_site"))
    assert groups_of(gateway, "local") == (FLOW,)
    assert groups_of(gateway, "frankfurt") == (replace(FLOW, journey="gone", location="frankfurt"),)
    assert len(httpx.get(f"{gateway}/api/v1/metrics").json()["data"]) == 4
    assert gone(groups_of(gateway, "local"), placements) == ()
    delete_groups(gateway, out_of_date)


def test_gateway_that_is_not_there_is_told_with_its_address() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    mend = "\n  Look whether the Pushgateway runs, and whether this is the address that it listens on."
    with pytest.raises(PushError) as refusal:
        push_runs(url, [a_run()])
    assert str(refusal.value) == f"{url}: ihub.run_flow was not pushed: [Errno 111] Connection refused.{mend}"
    with pytest.raises(PushError) as refusal:
        groups_of(url, "local")
    assert str(refusal.value) == f"{url}: its groups cannot be read: [Errno 111] Connection refused.{mend}"
    with pytest.raises(PushError) as refusal:
        delete_groups(url, [FLOW])
    assert str(refusal.value) == f"{url}: the group of ihub.run_flow stays: [Errno 111] Connection refused.{mend}"


def test_address_of_something_else_is_told(gateway: str) -> None:
    with pytest.raises(PushError, match=r"ihub\.run_flow was not pushed: Not Found"):
        push_runs(f"{gateway}/elsewhere", [a_run()])
    with pytest.raises(PushError, match="its groups cannot be read"):
        groups_of(f"{gateway}/elsewhere", "local")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9091", "https://push.example.com/prefix", "http://[::1]:9091/"])
def test_complaint_is_none_for_an_address(url: str) -> None:
    assert complaint(url) is None


@pytest.mark.parametrize("url", ["", "localhost:9091", "ftp://host", "http://", "http://host?x=1", "http://host:port"])
def test_complaint_says_what_is_no_address(url: str) -> None:
    assert (complaint(url) or "").startswith(f"{url} is no address")


def test_complaint_does_not_repeat_a_password() -> None:
    said = complaint("http://robot:hunter-22@host") or ""
    assert "password" in said
    assert "hunter-22" not in said
