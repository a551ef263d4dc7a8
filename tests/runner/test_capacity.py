"""Whether the seats suffice: what is reckoned, what is said, and that what is said to fit does fit."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.catalogue import Placement
from synthetics.runner.agenda import identity_of
from synthetics.runner.capacity import Capacity, reckon, stretch
from tests.builders import a_placement

MINUTE_MS = 60_000


def measured(*takes: tuple[Placement, int], seats: int) -> Capacity:
    return reckon([each for each, _ in takes], seats, {identity_of(each): ms for each, ms in takes})


def test_reckoning_takes_the_measured_duration_over_the_interval() -> None:
    capacity = measured(
        (a_placement(every_ms=MINUTE_MS), 6_000), (a_placement("ihub.b", every_ms=120_000), 6_000), seats=1
    )
    assert capacity.needed == pytest.approx(0.15)
    assert capacity.ratio == pytest.approx(0.15)
    assert capacity.fits
    assert capacity.shortfall(cores=2) is None


def test_reckoning_assumes_a_quarter_of_the_timeout_before_the_first_pass() -> None:
    capacity = reckon([a_placement(every_ms=MINUTE_MS)], 1, {})  # its timeout is 60 s
    assert [(load.seats, load.measured) for load in capacity.loads] == [(0.25, False)]


def test_reckoning_counts_a_journey_once_for_each_of_its_targets() -> None:
    one = a_placement(every_ms=MINUTE_MS)
    assert measured((one, 6_000), (replace(one, target="other"), 12_000), seats=2).needed == pytest.approx(0.3)


def test_reckoning_finds_a_schedule_that_just_fits_to_fit() -> None:
    assert measured(*((a_placement(f"ihub.j{n}", every_ms=MINUTE_MS), 6_000) for n in range(10)), seats=1).fits


@pytest.mark.parametrize(
    ("capacity", "what", "costliest", "mend", "basis"),
    [
        pytest.param(
            measured(
                (a_placement("ihub.run_flow", every_ms=300_000), 480_000),
                (a_placement("ihub.create_flow", every_ms=MINUTE_MS), 60_000),
                (a_placement("host_jira.plain_issue", every_ms=MINUTE_MS), 6_000),
                seats=2,
            ),
            "The schedule needs 2.70 seats at any time, 0.70 more than the 2 there are (135%): slots will be missed.",
            "Most of it goes to ihub.run_flow (1.60), ihub.create_flow (1.00), host_jira.plain_issue (0.10).",
            'It fits with every = "9m" instead of "5m" for ihub.run_flow, or with limits.concurrency = 3 if this'
            " machine has the cores (it has 2).",
            "Reckoned with the median of recent passed runs for 3.",
            id="one journey alone can make room",
        ),
        pytest.param(
            reckon([a_placement(f"ihub.j{n}", every_ms=20_000) for n in range(2)], 1, {}),
            "The schedule needs 1.50 seats at any time, 0.50 more than the 1 there is (150%): slots will be missed.",
            "Most of it goes to ihub.j0 (0.75), ihub.j1 (0.75).",
            'It fits with every = "30s" instead of "20s" for ihub.j0, ihub.j1, or with limits.concurrency = 2 if this'
            " machine has the cores (it has 2).",
            "Reckoned with a quarter of each timeout, since none has passed yet.",
            id="one alone would be asked for too seldom, and nothing has run yet",
        ),
        pytest.param(
            measured(*((a_placement(f"ihub.j{n}", every_ms=MINUTE_MS), 15_000) for n in range(12)), seats=1),
            "The schedule needs 3.00 seats at any time, 2.00 more than the 1 there is (300%): slots will be missed.",
            "Most of it goes to ihub.j0 (0.25), ihub.j1 (0.25), ihub.j2 (0.25), ihub.j3 (0.25).",
            "It fits with every interval 3 times as long, or with limits.concurrency = 3 if this machine has the cores"
            " (it has 2).",
            "Reckoned with the median of recent passed runs for 12.",
            id="all of them together",
        ),
        pytest.param(
            reckon(
                [a_placement("ihub.cron", cron="* * * * *", every_ms=MINUTE_MS), a_placement(every_ms=MINUTE_MS)],
                1,
                {("ihub.cron", "standin", "local"): 90_000},
            ),
            "The schedule needs 1.75 seats at any time, 0.75 more than the 1 there is (175%): slots will be missed.",
            "Most of it goes to ihub.cron (1.50), ihub.run_flow (0.25).",
            "It fits with limits.concurrency = 2 if this machine has the cores (it has 2).",
            "Reckoned with the median of recent passed runs for 1, and with a quarter of the timeout for 1 that has"
            " not passed yet.",
            id="a cron expression is left to whoever wrote it",
        ),
    ],
)
def test_shortfall_says_by_how_much_who_costs_most_and_what_would_fit(
    capacity: Capacity, what: str, costliest: str, mend: str, basis: str
) -> None:
    short = capacity.shortfall(cores=2)
    assert short is not None
    assert (short.what, short.costliest, short.mend, short.basis) == (what, costliest, mend, basis)


@given(
    st.lists(
        st.tuples(st.integers(5_000, 3_600_000), st.integers(100, 600_000), st.booleans()), min_size=1, max_size=12
    ),
    st.integers(1, 4),
)
def test_what_is_said_to_fit_does_fit(journeys: list[tuple[int, int, bool]], seats: int) -> None:
    placements = [
        a_placement(f"ihub.j{n}", every_ms=every_ms, cron="* * * * *" if is_cron else None)
        for n, (every_ms, _, is_cron) in enumerate(journeys)
    ]
    takes = {identity_of(each): float(ms) for each, (_, ms, _) in zip(placements, journeys, strict=True)}
    capacity = reckon(placements, seats, takes)
    if capacity.fits:
        return
    new = stretch(capacity._costs(), capacity.needed - seats)
    if new is not None:
        assert all(journey.cron is None and new.every_ms(journey) > journey.every_ms for journey in new.journeys)
        slower = [
            replace(each, journey=replace(each.journey, every_ms=new.every_ms(each.journey)))
            if each.journey in new.journeys
            else each
            for each in placements
        ]
        assert reckon(slower, seats, takes).fits
    else:
        crons = [each for each in placements if each.journey.cron is not None]
        assert reckon(crons, seats, takes).needed >= seats - 1e-6, "no interval would do"
