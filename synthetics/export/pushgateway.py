"""Runs told to a Pushgateway: gauges only, and one group for each journey, target and location.

A push replaces what its own group held of the same names. So two journeys that push one after the other erase nothing
of each other, and a failed run leaves the time of the last success where it is. Counters are never pushed: a process
that counts one run and ends shows ``increase`` nothing.
"""

from collections.abc import Collection, Iterable, Sequence
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter, ValidationError

from synthetics import metric_names as names
from synthetics.catalogue import Placement
from synthetics.errors import CallerError
from synthetics.export.metrics import Gauges, delete_group, push_group
from synthetics.ledger.totals import Series
from synthetics.record import Outcome, RunRecord

#: The job of every group that is ours.
JOB = "synthetics"
TIMEOUT_SECONDS = 10.0

_KEY = frozenset({"job", "app", "journey", "target", "location"})
_MEND = "Look whether the Pushgateway runs, and whether this is the address that it listens on."
_MILLISECONDS = 1000

_Groups = TypeAdapter(list[dict[str, dict[str, str] | object]])


class PushError(CallerError):
    """A Pushgateway did not do what was asked of it."""


def complaint(url: str) -> str | None:
    """What is wrong with a Pushgateway's address, in one sentence; None where nothing is."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return f"{url} is no address."
    if "@" in parts.netloc:
        return "An address with a password in it can be read by everybody on this machine; leave it out."
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return f"{url} is no address such as http://127.0.0.1:9091."
    return None


def push_runs(url: str, records: Iterable[RunRecord]) -> int:
    """Tell runs to a Pushgateway: first attempts whose end was seen.

    Args:
        url: The gateway's address.
        records: The runs; of several of one journey on one target the last counts.

    Returns:
        How many groups were pushed.

    Raises:
        PushError: Where the gateway took one of them not; those before it are there.
    """
    last: dict[Series, RunRecord] = {}
    for record in sorted(records, key=lambda each: each.slot_ms):
        if record.attempt == 1 and record.started_ms is not None and record.duration_ms is not None:
            last[_series(record)] = record
    for series, record in last.items():
        try:
            push_group(url, JOB, series, gauges_of(record), TIMEOUT_SECONDS)
        except OSError as error:
            raise PushError(_words(url, f"{record.journey} was not pushed", error)) from error
    return len(last)


def gauges_of(record: RunRecord) -> Gauges:
    """What is pushed of a run: its end always goes along, since a pushed value lives until somebody deletes it.

    Args:
        record: A run with a start and a duration.

    Returns:
        The values by metric; the time of the last success only for a success.
    """
    if record.started_ms is None or record.duration_ms is None:
        raise ValueError(f"nobody saw the end of the run {record.run_id}")
    ended_seconds = (record.started_ms + record.duration_ms) / _MILLISECONDS
    passed = record.outcome is Outcome.PASSED
    return {
        names.LAST_RUN_TIMESTAMP_SECONDS: ended_seconds,
        names.LAST_RUN_SUCCESS: int(passed),
        names.LAST_RUN_DURATION_SECONDS: record.duration_ms / _MILLISECONDS,
        **({names.LAST_SUCCESS_TIMESTAMP_SECONDS: ended_seconds} if passed else {}),
    }


def groups_of(url: str, location: str) -> tuple[Series, ...]:
    """The groups that were pushed from a location.

    Args:
        url: The gateway's address.
        location: The name of the place; groups of other places and other jobs are none of ours.

    Raises:
        PushError: Where the gateway does not tell.
    """
    try:
        answer = httpx.get(f"{url.rstrip('/')}/api/v1/metrics", timeout=TIMEOUT_SECONDS).raise_for_status()
        groups = _Groups.validate_python(answer.json()["data"])
    except (httpx.HTTPError, ValidationError, ValueError, LookupError, TypeError) as error:
        raise PushError(_words(url, "its groups cannot be read", error)) from error
    found = (group.get("labels") for group in groups)
    return tuple(
        sorted(
            Series(app=key["app"], journey=key["journey"], target=key["target"], location=key["location"])
            for key in found
            if isinstance(key, dict) and key.keys() == _KEY and key["job"] == JOB and key["location"] == location
        )
    )


def gone(groups: Iterable[Series], placements: Collection[Placement]) -> tuple[Series, ...]:
    """The groups of journeys and targets that are no longer there.

    Args:
        groups: What was pushed from this location.
        placements: Everything in the catalogue, whatever is selected.
    """
    there = {(each.journey.name, each.target) for each in placements}
    return tuple(each for each in groups if (f"{each.app}.{each.journey}", each.target) not in there)


def delete_groups(url: str, groups: Sequence[Series]) -> None:
    """Delete groups; one that is gone already is fine.

    Raises:
        PushError: Where the gateway deleted one of them not; those before it are gone.
    """
    for series in groups:
        try:
            delete_group(url, JOB, series, TIMEOUT_SECONDS)
        except OSError as error:
            raise PushError(_words(url, f"the group of {series.app}.{series.journey} stays", error)) from error


def _series(record: RunRecord) -> Series:
    return Series(app=record.app, journey=record.journey_name, target=record.target, location=record.location)


def _words(url: str, what: str, error: Exception) -> str:
    """Say what happened: the gateway's own status where it answered."""
    said = str(getattr(error, "reason", "") or error).strip() or type(error).__name__
    return f"{url}: {what}: {said.splitlines()[0]}.\n  {_MEND}"
