"""Each value comes from who says it first, and what does not fit into the interval is refused with the sum."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.catalogue.cadence import Layer, Setting, Settled, fits, fits_for_author, misfit, settle
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


_ASKED_FOR = Setting(value=True, file="c", key="k.confirm", of_author=False)


def _unconfirmed(settled: Settled) -> Settled:
    return settled._replace(confirms=_ASKED_FOR._replace(value=False))


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


def _run_layer(file: str, *, isolated: bool | None = None, confirm: bool | None = None) -> Layer:
    return replace(_layer(file), isolated=isolated, confirm=confirm, confirm_key=f"{file}.confirm")


@pytest.mark.parametrize("said", [True, False])
def test_settle_takes_how_runs_are_made_from_the_first_that_says_it(*, said: bool) -> None:
    layers = [
        _run_layer("a", isolated=said),
        _run_layer("b", isolated=not said, confirm=said),
        _run_layer("c", confirm=not said),
    ]
    settled = settle(layers)
    assert settled.isolated is said
    assert settled.confirms == (said, "b", "b.confirm", False)


def test_settle_has_five_minutes_sixty_seconds_warm_workers_and_confirm_runs_built_in() -> None:
    settled = settle([_layer("a")])
    assert settled.isolated is False
    assert settled.confirms == (True, "", "", True)
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
    ("timeout", "grace", "fitting"),
    [
        pytest.param("58s", "2s", True, id="just the whole interval"),
        pytest.param("58s", "2s1ms", False, id="a millisecond too long"),
    ],
)
def test_cadence_without_a_confirm_run_fits_where_one_run_with_grace_does(
    timeout: str, grace: str, *, fitting: bool
) -> None:
    settled = _unconfirmed(_settled(timedelta(seconds=60), parse_duration(timeout)))
    assert fits(settled, parse_duration(grace)) is fitting


@pytest.mark.parametrize(
    ("timeout", "confirm", "fitting"),
    [
        pytest.param("58s", False, True, id="it leaves the confirm-run out, whoever else wants one"),
        pytest.param("58s", None, False, id="it says nothing, so it needs time for both"),
        pytest.param("59s", False, False, id="not even one run fits"),
    ],
)
def test_what_the_author_says_is_measured_by_itself(timeout: str, *, confirm: bool | None, fitting: bool) -> None:
    author = replace(_layer("a", "60s", timeout), of_author=True, confirm=confirm)
    layers = [replace(_layer("b", "1s"), confirm=not confirm), author]
    assert fits_for_author(layers, timedelta(seconds=2)) is fitting


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
        pytest.param(
            _unconfirmed(_settled(timedelta(seconds=60), timedelta(seconds=90))),
            "2s",
            Problem(
                "t",
                "k.timeout",
                "90s for ihub.a, ihub.b with its grace needs 92s, more than its interval of 60s (e: k.every), so runs"
                " would overlap",
                "Set timeout to 58s or less (58s + 2s), or raise every to 92s.",
            ),
            id="one run alone, where failures are not repeated",
        ),
        pytest.param(
            _unconfirmed(_settled(timedelta(seconds=60), timedelta(seconds=30))),
            "60s",
            Problem(
                "t",
                "k.timeout",
                "30s for ihub.a, ihub.b with its grace needs 90s, more than its interval of 60s (e: k.every), so runs"
                " would overlap",
                "Raise every to 90s: 60s of grace alone leaves no time to run.",
            ),
            id="one run alone, whose grace fills the interval",
        ),
        pytest.param(
            _settled(timedelta(seconds=60), timedelta(seconds=58))._replace(confirms=_ASKED_FOR),
            "2s",
            Problem(
                "t",
                "k.timeout",
                "58s for ihub.a, ihub.b with its confirm-run (c: k.confirm) and grace needs 2m, more than its interval"
                " of 60s (e: k.every), so runs would overlap",
                "Set timeout to 28s or less (2 x 28s + 4s), raise every to 2m, or set confirm to false.",
            ),
            id="the confirm-run that somebody asked for is what does not fit",
        ),
        pytest.param(
            _settled(timedelta(seconds=60), timedelta(seconds=59))._replace(confirms=_ASKED_FOR),
            "2s",
            Problem(
                "t",
                "k.timeout",
                "59s for ihub.a, ihub.b with its confirm-run (c: k.confirm) and grace needs 122s, more than its"
                " interval of 60s (e: k.every), so runs would overlap",
                "Set timeout to 28s or less (2 x 28s + 4s), or raise every to 122s.",
            ),
            id="without the confirm-run that somebody asked for it would not fit either",
        ),
    ],
)
def test_misfit_tells_the_sum_and_what_would_fit(settled: Settled, grace: str, problem: Problem) -> None:
    assert misfit(["ihub.a", "ihub.b"], settled, parse_duration(grace), _SETTINGS) == problem


_MILLISECONDS = st.integers(min_value=1, max_value=600_000)


_CONFIRMS = st.builds(Setting, st.booleans(), st.sampled_from(["", "c"]), st.just("k.confirm"), st.just(value=False))


@given(every_ms=_MILLISECONDS, timeout_ms=_MILLISECONDS, grace_ms=_MILLISECONDS, confirms=_CONFIRMS)
def test_misfit_mends_with_values_that_fit(
    every_ms: int, timeout_ms: int, grace_ms: int, confirms: Setting[bool]
) -> None:
    every, timeout, grace = (timedelta(milliseconds=each) for each in (every_ms, timeout_ms, grace_ms))
    settled = _settled(every, timeout)._replace(confirms=confirms)
    if fits(settled, grace):
        return
    mend = misfit(["ihub.a"], settled, grace, _SETTINGS).mend
    words = mend.replace(":", "").replace(",", "").rstrip(".").split()
    longer = parse_duration(words[words.index("every") + 2])
    assert fits(_settled(longer, timeout)._replace(confirms=confirms), grace)
    if words[0] == "Set":
        assert fits(_settled(every, parse_duration(words[3]))._replace(confirms=confirms), grace)
    if "confirm" in words:
        assert fits(_unconfirmed(settled), grace)
