"""Each value comes from who says it first, and what does not fit into the interval is refused with the sum."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.catalogue.cadence import Layer, Setting, Settled, fits, misfit, settle
from synthetics.config.durations import parse_duration
from synthetics.errors import Problem

_SETTINGS = "synthetics.toml"


def _layer(file: str, every: str | None = None, timeout: str | None = None) -> Layer:
    return Layer(
        file,
        f"{file}.every",
        f"{file}.timeout",
        parse_duration(every) if every else None,
        parse_duration(timeout) if timeout else None,
    )


def _settled(every: timedelta, timeout: timedelta, *, every_file: str = "e", timeout_file: str = "t") -> Settled:
    return Settled(
        Setting(every, every_file, "k.every" if every_file else "", of_author=False),
        Setting(timeout, timeout_file, "k.timeout" if timeout_file else "", of_author=False),
    )


def test_settle_takes_each_value_from_the_first_that_says_it() -> None:
    settled = settle([_layer("a", timeout="1s"), _layer("b", every="2m", timeout="2s"), _layer("c", every="3m")])
    assert settled.every == (timedelta(minutes=2), "b", "b.every", False)
    assert settled.timeout == (timedelta(seconds=1), "a", "a.timeout", False)


def _cron_layer(file: str, cron: str) -> Layer:
    return Layer(file, f"{file}.every", f"{file}.timeout", None, None, cron=cron, cron_key=f"{file}.cron")


def test_settle_takes_an_expressions_shortest_gap_for_its_interval() -> None:
    settled = settle([_layer("a", timeout="1s"), _cron_layer("b", "*/10 8-18 * * 1-5"), _layer("c", every="3m")])
    assert settled.every == (timedelta(minutes=10), "b", "b.cron", False)
    assert settled.cron == "*/10 8-18 * * 1-5"


def test_settle_lets_a_weightier_interval_displace_an_expression() -> None:
    settled = settle([_layer("a", every="3m"), _cron_layer("b", "*/10 8-18 * * 1-5")])
    assert settled.every == (timedelta(minutes=3), "a", "a.every", False)
    assert settled.cron is None


def test_settle_has_five_minutes_and_sixty_seconds_built_in() -> None:
    settled = settle([_layer("a")])
    assert settled.every == (timedelta(minutes=5), "", "", True)
    assert settled.timeout == (timedelta(seconds=60), "", "", True)


@pytest.mark.parametrize(
    ("timeout", "grace", "fitting"),
    [
        pytest.param("28s", "2s", True, id="just the whole interval"),
        pytest.param("28s1ms", "2s", False, id="a millisecond too long"),
        pytest.param("28s", "2s1ms", False, id="a grace too long"),
    ],
)
def test_cadence_fits_where_two_runs_with_grace_do(timeout: str, grace: str, *, fitting: bool) -> None:
    settled = _settled(timedelta(seconds=60), parse_duration(timeout))
    assert fits(settled, parse_duration(grace)) is fitting


@pytest.mark.parametrize(
    ("settled", "grace", "problem"),
    [
        pytest.param(
            _settled(timedelta(seconds=60), timedelta(seconds=90)),
            "5s",
            Problem(
                "t",
                "k.timeout",
                "90s for ihub.a, ihub.b with its confirm-run and grace needs 190s, more than its interval of 60s"
                " (e: k.every), so runs would overlap",
                "Set timeout to 25s or less (2 x 25s + 10s), or raise every to 190s.",
            ),
            id="the timeout's place is told first",
        ),
        pytest.param(
            _settled(timedelta(seconds=60), timedelta(seconds=60), timeout_file=""),
            "2s",
            Problem(
                "e",
                "k.every",
                "60s for ihub.a, ihub.b with its confirm-run and grace needs 124s, more than its interval of 60s"
                " (e: k.every), so runs would overlap",
                "Set timeout to 28s or less (2 x 28s + 4s), or raise every to 124s.",
            ),
            id="the interval's place where the timeout is built in",
        ),
        pytest.param(
            _settled(timedelta(minutes=5), timedelta(seconds=60), timeout_file="", every_file=""),
            "10m",
            Problem(
                _SETTINGS,
                "limits.grace",
                "60s for ihub.a, ihub.b with its confirm-run and grace needs 22m, more than its interval of 5m"
                " (the built-in one), so runs would overlap",
                "Raise every to 22m: 2 x 10m of grace alone leaves no time to run.",
            ),
            id="the grace's place where both are built in",
        ),
        pytest.param(
            _settled(timedelta(seconds=1), timedelta(seconds=1)),
            "100ms",
            Problem(
                "t",
                "k.timeout",
                "1s for ihub.a, ihub.b with its confirm-run and grace needs 2s200ms, more than its interval of 1s"
                " (e: k.every), so runs would overlap",
                "Set timeout to 400ms or less (2 x 400ms + 200ms), or raise every to 2s200ms.",
            ),
            id="below a second in milliseconds",
        ),
        pytest.param(
            _settled(timedelta(seconds=60), timedelta(seconds=60))._replace(cron="* 8 * * *"),
            "2s",
            Problem(
                "t",
                "k.timeout",
                '60s for ihub.a, ihub.b with its confirm-run and grace needs 124s, more than "* 8 * * *" leaves between'
                " two slots, which is 60s (e: k.every), so runs would overlap",
                "Set timeout to 28s or less (2 x 28s + 4s), or let cron leave 124s between slots.",
            ),
            id="the gap between two slots of an expression",
        ),
        pytest.param(
            _settled(timedelta(seconds=60), timedelta(seconds=60))._replace(cron="* 8 * * *"),
            "10m",
            Problem(
                "t",
                "k.timeout",
                '60s for ihub.a, ihub.b with its confirm-run and grace needs 22m, more than "* 8 * * *" leaves between'
                " two slots, which is 60s (e: k.every), so runs would overlap",
                "Let cron leave 22m between slots: 2 x 10m of grace alone leaves no time to run.",
            ),
            id="a gap that the grace alone fills",
        ),
    ],
)
def test_misfit_tells_the_sum_and_what_would_fit(settled: Settled, grace: str, problem: Problem) -> None:
    assert misfit(["ihub.a", "ihub.b"], settled, parse_duration(grace), _SETTINGS) == problem


_MILLISECONDS = st.integers(min_value=1, max_value=600_000)


@given(every_ms=_MILLISECONDS, timeout_ms=_MILLISECONDS, grace_ms=_MILLISECONDS)
def test_misfit_mends_with_values_that_fit(every_ms: int, timeout_ms: int, grace_ms: int) -> None:
    every, timeout, grace = (timedelta(milliseconds=each) for each in (every_ms, timeout_ms, grace_ms))
    settled = _settled(every, timeout)
    if fits(settled, grace):
        return
    words = misfit(["ihub.a"], settled, grace, _SETTINGS).mend.replace(":", "").rstrip(".").split()
    longer = parse_duration(words[words.index("every") + 2])
    assert fits(_settled(longer, timeout), grace)
    if words[0] == "Set":
        assert fits(_settled(every, parse_duration(words[3])), grace)
