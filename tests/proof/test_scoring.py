"""Which faults touch which journeys, what counts as wrong blame, and what a judge has to reach."""

from pathlib import Path

import pytest

from synthetics.catalogue import Journey, Placement
from synthetics.proof.expecting import Injected, Plot, Verdict, expected_of, plots
from synthetics.proof.goals import Goal, goals, unseen_faults
from synthetics.proof.scoring import Cell, scores
from synthetics.record import Fault, Kind, Outcome

PAIRS = {
    "passed": Verdict(outcome=Outcome.PASSED, fault=Fault.NONE),
    "monitor": Verdict(outcome=Outcome.ERRORED, fault=Fault.MONITOR),
    **{name: Verdict(outcome=Outcome.FAILED, fault=Fault(name)) for name in ("app", "host", "session", "network")},
    "unknown": Verdict(outcome=Outcome.FAILED, fault=Fault.UNKNOWN),
}


def placement(name: str, kind: Kind = Kind.BROWSER, invisible: tuple[tuple[str, str], ...] = ()) -> Placement:
    app = name.partition(".")[0]
    journey = Journey(
        name=name,
        app=app,
        title="A path",
        kind=kind,
        file=Path("test_path.py"),
        function="test_path",
        file_sha256="0" * 64,
        steps=("One",),
        every_ms=300_000,
        timeout_ms=60_000,
        invisible=invisible,
    )
    return Placement(journey=journey, target="standin", location="here")


def cell(blames: str, judged: str, *, journey: str = "ihub.run_flow", fault: str = "", **invisible: str) -> Cell:
    name = fault or f"a_{blames}"
    injected = Injected(name=name, blames=blames, apps=("ihub",) if blames == "app" else ())
    [[plot]] = plots([placement(journey, invisible=tuple(invisible.items()))], [injected])
    return Cell(plot=plot, judged=PAIRS[judged], run_id="0123456789abcdef")


@pytest.mark.parametrize(
    ("blames", "judged", "is_wrong", "is_blind"),
    [
        pytest.param("host", "app", True, False, id="a fault of the host is charged to an app"),
        pytest.param("monitor", "app", True, False, id="a fault of ours is charged to an app"),
        pytest.param("network", "host", False, False, id="a fault of the network is charged to the host"),
        pytest.param("session", "unknown", False, False, id="a fault of the session is left open"),
        pytest.param("app", "host", True, False, id="a fault of an app is charged to the host"),
        pytest.param("app", "monitor", True, False, id="a fault of an app is charged to us"),
        pytest.param("app", "unknown", False, False, id="a fault of an app is left open"),
        pytest.param("app", "passed", False, True, id="a journey is blind to a fault of its app"),
        pytest.param("app", "app", False, False, id="a fault of an app is charged to it"),
        pytest.param("nothing", "unknown", True, False, id="what must pass fails, and nobody is charged"),
        pytest.param("nothing", "passed", False, False, id="what must pass passes"),
    ],
)
def test_wrong_blame_and_blindness_are_told_from_a_miss(
    blames: str, judged: str, *, is_wrong: bool, is_blind: bool
) -> None:
    judged_cell = cell(blames, judged)

    assert (judged_cell.is_wrong_blame, judged_cell.is_blind) == (is_wrong, is_blind)


@pytest.mark.parametrize(
    ("blames", "expected"), [("app", "app"), ("session", "session"), ("monitor", "monitor"), ("nothing", "passed")]
)
def test_expectation_follows_the_party_to_be_charged(blames: str, expected: str) -> None:
    assert expected_of(blames) == PAIRS[expected]


def test_fault_that_is_declared_invisible_is_expected_to_pass() -> None:
    seen = cell("app", "passed", a_app="It saves nothing.")

    assert (seen.is_ok, seen.is_blind, seen.is_wrong_blame) == (True, False, False)
    assert seen.as_json()["invisible"] == "It saves nothing."
    assert cell("app", "app", a_app="It saves nothing.").is_wrong_blame


def test_plots_give_controls_no_fault_of_an_app_and_share_a_fault_within_an_app() -> None:
    everybody = [placement(name) for name in ("ihub.run_flow", "ihub.create", "host_forge.heartbeat", "radar.page")]
    everybody.append(placement("ihub.health_api", Kind.HEALTH))
    faults = [
        Injected(name="invoke_rejects", blames="app", apps=("ihub", "host_forge", "radar")),
        Injected(name="site_503", blames="host"),
        Injected(name="consent_banner", blames="session", apps=("ihub",)),
        Injected(name="backend_502", blames="app", apps=("ihub",), kinds=(Kind.BROWSER, Kind.HEALTH)),
    ]

    groups = [
        [(each.placement.journey.name, each.injected.name) for each in group] for group in plots(everybody, faults)
    ]

    assert groups == [
        [("ihub.run_flow", "invoke_rejects"), ("ihub.create", "invoke_rejects")],
        [("radar.page", "invoke_rejects")],
        [(each.journey.name, "site_503") for each in everybody[:-1]],
        [("ihub.run_flow", "consent_banner"), ("ihub.create", "consent_banner")],
        [(name, "backend_502") for name in ("ihub.run_flow", "ihub.create", "ihub.health_api")],
    ]


def test_scores_count_what_was_named_and_what_was_to_be_named() -> None:
    found = scores([cell("app", "app"), cell("app", "passed"), cell("host", "app")])

    assert (found[Fault.APP].precision, found[Fault.APP].recall) == (0.5, 0.5)
    assert found[Fault.HOST].precision is None
    assert Fault.SESSION not in found


def test_cell_is_told_to_machines() -> None:
    assert cell("host", "host").as_json() == {
        "journey": "ihub.run_flow",
        "injected": "a_host",
        "expected": {"outcome": "failed", "fault": "host"},
        "judged": {"outcome": "failed", "fault": "host"},
        "ok": True,
        "wrong_blame": False,
        "run_id": "0123456789abcdef",
    }


GOOD = tuple(cell(blames, judged) for blames, judged in (("app", "app"), ("host", "host"), ("nothing", "passed"))) * 20


@pytest.mark.parametrize(
    ("more", "missed"),
    [
        pytest.param([], [], id="all is well"),
        pytest.param([cell("host", "app")], ["No fault of others is charged to an app"], id="an app is charged once"),
        pytest.param([cell("app", "host")], ["Faults of apps are charged to them"], id="an app is missed once of 21"),
        pytest.param([cell("app", "passed", a_app="Why.")] * 3, ["declared invisible"], id="3 of 23 invisible"),
        pytest.param([cell("app", "passed", a_app="Why.")] * 2, [], id="2 of 22 invisible"),
        pytest.param([cell("host", "network")] * 3, ["named exactly"], id="3 of 23 others are named otherwise"),
        pytest.param([cell("host", "network")] * 2, [], id="2 of 22 others are named otherwise"),
        pytest.param([cell("nothing", "unknown")], ["must pass"], id="what must pass does not"),
        pytest.param([cell("host", "unknown")] * 2, [], id="2 of 62 are unknown"),
        pytest.param([cell("session", "unknown")] * 4, ["named exactly", "unknown"], id="4 of 64 are unknown"),
        pytest.param(
            [cell("app", "passed", fault="quiet", quiet="Why.")],
            ["Every fault of an app is seen"],
            id="a fault that no journey sees",
        ),
    ],
)
def test_goals_are_missed_by_what_they_are_about(more: list[Cell], missed: list[str]) -> None:
    not_reached: list[Goal] = [each for each in goals([*GOOD, *more]) if not each.is_reached]

    assert len(not_reached) == len(missed)
    for goal, words in zip(not_reached, missed, strict=True):
        assert words in goal.sentence


def test_fault_that_one_of_the_apps_journeys_sees_is_seen() -> None:
    quiet = cell("app", "passed", fault="quiet", journey="ihub.create", quiet="Why.")

    assert unseen_faults([quiet]) == ("quiet of ihub",)
    assert unseen_faults([quiet, cell("app", "app", fault="quiet")]) == ()


def test_nothing_at_all_misses_no_goal() -> None:
    assert all(each.is_reached for each in goals([]))


def test_plot_of_a_fault_that_touches_nobody_is_not_there() -> None:
    assert plots([placement("ihub.run_flow")], [Injected(name="x", blames="app", apps=("radar",))]) == ()
    assert isinstance(plots([placement("a.b")], [Injected(name="x", blames="host")])[0][0], Plot)
