"""Unit tests of the alerts on the monitor itself."""

from collections.abc import Iterator, Mapping, Sequence

from synthetics.metric_names import ARTIFACT_BYTES, BROWSER_PROCESSES, INTERVAL_SECONDS, WORKERS
from synthetics.slo.rules import monitoring, names
from synthetics.slo.rules.model import selector
from synthetics.slo.rules.proving import Check, Scenario

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEP_S = _MINUTE


def monitor_proofs(locations: Sequence[str], artifacts_bytes: int) -> Iterator[Scenario]:
    """All scenarios of the monitor's own rules.

    Args:
        locations: From where journeys run.
        artifacts_bytes: How much the files of runs may take.
    """
    yield _gone(locations)
    for location in locations:
        yield from _mass_failure(location)
    yield _leak("browsers that no worker holds", workers=0, processes=1, leaks=True)
    yield _leak("more browsers than workers", workers=2, processes=2 * monitoring.PROCESSES_OF_BROWSER + 1, leaks=True)
    yield _leak("a browser for each worker", workers=2, processes=2 * monitoring.PROCESSES_OF_BROWSER, leaks=False)
    yield _disk(artifacts_bytes)
    yield _attestation()


def _gone(locations: Sequence[str]) -> Scenario:
    """Until a while ago there was something of each location."""
    ended_s = 5 * _MINUTE
    series = [_constant(INTERVAL_SECONDS.name, {"journey": "any", "location": each}, 60, ended_s) for each in locations]
    # A scrape that fails leaves a mark, so that nothing is there from the next evaluation on.
    series = [{**each, "values": f"{each['values']} stale"} for each in series]
    begin_s = ended_s + _STEP_S
    checks = [
        check
        for location in locations
        for check in (
            _fires(monitoring.RUNNER_GONE, begin_s + 4 * _MINUTE, yes=False, location=location),
            _fires(monitoring.RUNNER_GONE, begin_s + 5 * _MINUTE, location=location),
        )
    ]
    return _scenario("a runner of which nothing is heard is told", series, checks)


def _mass_failure(location: str) -> Iterator[Scenario]:
    most = monitoring.MASS_JOURNEYS
    for failing, well, yes in ((most, most, True), (most, most + 1, False), (most - 1, 0, False)):
        states = [1] * failing + [0] * well
        end_s = 3 * _MINUTE
        series = [
            _constant(names.FAILING, {"journey": f"journey{number}", "location": location}, state, end_s)
            for number, state in enumerate(states)
        ]
        checks = [_fires(monitoring.MASS_FAILURE, _MINUTE, yes=False, location=location)]
        checks.append(_fires(monitoring.MASS_FAILURE, end_s, yes=yes, location=location))
        told = "is told" if yes else "is not told"
        yield _scenario(f"{failing} of {failing + well} journeys from {location} failing {told}", series, checks)
    end_s = 12 * _MINUTE
    lasting = [
        {
            "series": names.FAILING + selector({"journey": f"journey{number}", "location": location}),
            "values": f"1+0x3 0+0x{end_s // _STEP_S - 4}",
        }
        for number in range(most)
    ]
    checks = [
        _fires(monitoring.MASS_FAILURE, 4 * _MINUTE, location=location),
        _fires(monitoring.MASS_FAILURE, 9 * _MINUTE, yes=False, location=location),
    ]
    yield _scenario(f"a mass failure from {location} outlasts its end a little", lasting, checks)


def _leak(name: str, *, workers: int, processes: int, leaks: bool) -> Scenario:
    wait_s = 10 * _MINUTE
    series = [_constant(WORKERS.name, {}, workers, wait_s), _constant(BROWSER_PROCESSES.name, {}, processes, wait_s)]
    checks = [
        _fires(monitoring.BROWSER_LEAK, wait_s - _STEP_S, yes=False),
        _fires(monitoring.BROWSER_LEAK, wait_s, yes=leaks),
    ]
    return _scenario(name, series, checks)


def _disk(artifacts_bytes: int) -> Scenario:
    wait_s, above = 2 * _HOUR, int(artifacts_bytes * monitoring.ABOVE_LIMIT) + 1
    checks = [
        _fires(monitoring.DISK_FILLING, wait_s - _STEP_S, yes=False),
        _fires(monitoring.DISK_FILLING, wait_s),
    ]
    return _scenario("files beyond the limit are told", [_constant(ARTIFACT_BYTES.name, {}, above, wait_s)], checks)


def _attestation() -> Scenario:
    days_s, on_s = monitoring.ATTESTATION_DAYS * _DAY, 12 * _MINUTE
    series = [_constant(names.ATTESTATION_EXPIRY, {"requirement": "support"}, days_s + _STEP_S, on_s)]
    checks = [
        _fires(monitoring.ATTESTATION_ENDING, on_s - _STEP_S, yes=False),
        _fires(monitoring.ATTESTATION_ENDING, on_s),
    ]
    return _scenario("an attestation that ends soon is told", series, checks)


def _constant(name: str, labels: Mapping[str, str], value: int, until_s: int) -> dict[str, str]:
    return {"series": name + selector(labels), "values": f"{value}+0x{until_s // _STEP_S}"}


def _fires(alert: str, at_s: int, *, yes: bool = True, **labels: str) -> Check:
    wanted = {"alertname": alert, "alertstate": "firing", **labels}
    return Check(expr=f"count(ALERTS{selector(wanted)})", at_s=at_s, value=1 if yes else None)


def _scenario(name: str, series: Sequence[Mapping[str, str]], checks: Sequence[Check]) -> Scenario:
    return Scenario(name=name, step_s=_STEP_S, series=tuple(series), checks=tuple(checks))
