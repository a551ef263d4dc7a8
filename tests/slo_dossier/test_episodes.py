"""Failures become outages: what belongs together, how soon each was seen, and whether it is over."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.record import Fault
from synthetics.slo.dossier.episodes import Failed, episodes, longest_detection_ms
from tests.slo_dossier.gathering import MINUTE_MS, SLOT_MS, AFailure

FIVE_MS = 5 * MINUTE_MS


def failures(runs: str) -> list[AFailure]:
    """Failures of runs in five-minute slots: ``F`` failed, ``P`` passed, ``.`` was not judged."""
    slots = [SLOT_MS + number * FIVE_MS for number in range(len(runs))]
    passes = [slot for slot, run in zip(slots, runs, strict=True) if run == "P"]
    return [
        AFailure(
            run_id=f"{slot:016x}",
            slot_ms=slot,
            ended_ms=slot + 40_000,
            passed_before_ms=max((each + 1_000 for each in passes if each < slot), default=None),
            passed_after_ms=min((each for each in passes if each > slot), default=None),
        )
        for slot, run in zip(slots, runs, strict=True)
        if run == "F"
    ]


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        pytest.param("PPPP", [], id="nothing failed"),
        pytest.param("PFP", [(1, 339, True)], id="one failure"),
        pytest.param("PFFFP", [(3, 339, True)], id="three in a row are one outage"),
        pytest.param("PF.FP", [(2, 339, True)], id="what nobody saw in between does not end it"),
        pytest.param("PFPFP", [(1, 339, True), (1, 339, True)], id="a pass in between makes two"),
        pytest.param("P..FP", [(1, 939, True)], id="blindness before it counts as unseen"),
        pytest.param("FFP", [(2, None, True)], id="no pass is known before"),
        pytest.param("PFF", [(2, 339, False)], id="it goes on"),
    ],
)
def test_outages_are_what_no_pass_parts(runs: str, told: list[tuple[int, int | None, bool]]) -> None:
    found = episodes(failures(runs))

    seconds = [None if each.detected_after_ms is None else each.detected_after_ms // 1_000 for each in found]
    assert [(each.n, unseen, each.over_ms is not None) for each, unseen in zip(found, seconds, strict=True)] == told


@pytest.mark.parametrize(
    ("looked_from_ms", "began_before_ms", "unseen_ms"),
    [
        pytest.param(None, None, 339_000, id="all were looked for"),
        pytest.param(SLOT_MS + 1_000, None, 339_000, id="from the last pass on"),
        pytest.param(SLOT_MS + 1_001, SLOT_MS + FIVE_MS, None, id="the last pass lies before"),
    ],
)
def test_an_outage_has_a_beginning_where_it_was_looked_for(
    looked_from_ms: int | None, began_before_ms: int | None, unseen_ms: int | None
) -> None:
    [first, _] = episodes(failures("PFFPFP"), looked_from_ms)

    assert (first.began_before_ms, first.detected_after_ms) == (began_before_ms, unseen_ms)


def test_only_the_first_outage_of_a_place_may_have_begun_earlier() -> None:
    found = episodes(failures("PFPFF"), SLOT_MS + FIVE_MS)

    assert [each.began_before_ms for each in found] == [SLOT_MS + FIVE_MS, None]


def test_an_outage_is_told_from_its_first_failure_to_the_first_pass_after_it() -> None:
    [outage] = episodes(failures("PFFP"))

    assert (outage.first_ms, outage.last_ms, outage.over_ms) == (
        SLOT_MS + FIVE_MS, SLOT_MS + 2 * FIVE_MS, SLOT_MS + 3 * FIVE_MS,
    )  # fmt: skip
    assert outage.passed_before_ms == SLOT_MS + 1_000


@pytest.mark.parametrize("key", ["journey", "target", "location"])
def test_failures_elsewhere_are_another_outage(key: str) -> None:
    here, there = failures("PFFP")

    changes: dict[str, Any] = {key: "elsewhere"}

    assert [each.n for each in episodes([here, replace(there, **changes)])] == [1, 1]


def test_an_outage_says_whose_fault_it_is_by_now_and_who_said_so() -> None:
    one, two, three = failures("PFFFP")
    settled = [one, replace(two, fault=Fault.HOST, author="ann"), replace(three, fault=Fault.HOST, flaky=True)]

    [outage] = episodes(settled)

    assert outage.faults == {Fault.HOST: 2, Fault.APP: 1}
    assert outage.first_faults == {Fault.APP: 3}
    assert (outage.settled_by, outage.flaky) == (("ann", "judge"), 1)


def test_the_longest_detection_is_that_of_those_that_are_known() -> None:
    assert longest_detection_ms(episodes(failures("FP..FP"))) == 940_000 - 1_000
    assert longest_detection_ms(episodes(failures("FFP"))) is None


@given(st.text("PF.", max_size=30), st.randoms(use_true_random=False))
def test_each_failure_is_in_one_outage_whatever_the_order(runs: str, random: Random) -> None:
    told: Sequence[Failed] = failures(runs)
    shuffled = [*told]
    random.shuffle(shuffled)

    found = episodes(shuffled)

    assert found == episodes(told)
    assert sorted(each.run_id for outage in found for each in outage.failures) == [each.run_id for each in told]
    assert len(found) == len([part for part in runs.replace(".", "").split("P") if part])
