"""A selection keeps what it names, and says what exists where it names nothing."""

import pytest

from synthetics.catalogue import BrokenFile, Catalogue
from synthetics.errors import Problem, SelectionError
from tests.builders import a_catalogue, a_placement

_WRONG = Problem("journeys/ihub/test_bad.py", "line 3", "it has no step", "Write one.")


def _catalogue() -> Catalogue:
    sound = a_catalogue(
        a_placement("host_jira.open_issue", target="local"),
        a_placement("ihub.create_flow", target="demo"),
        a_placement("ihub.create_flow", target="local"),
        a_placement("ihub.run_flow", target="local"),
    )
    return Catalogue(
        apps=sound.apps,
        placements=sound.placements,
        problems=(_WRONG,),
        broken=(BrokenFile(app="ihub", journeys=("ihub.bad",), problems=(_WRONG,)),),
        targets=("demo", "empty", "local"),
    )


def _kept(catalogue: Catalogue) -> list[str]:
    return [f"{each.journey.name} on {each.target}" for each in catalogue.placements]


@pytest.mark.parametrize(
    ("selectors", "target", "kept"),
    [
        pytest.param(
            [],
            None,
            [
                "host_jira.open_issue on local",
                "ihub.create_flow on demo",
                "ihub.create_flow on local",
                "ihub.run_flow on local",
            ],
            id="nothing selected is everything",
        ),
        pytest.param(
            ["ihub"],
            "local",
            ["ihub.create_flow on local", "ihub.run_flow on local"],
            id="an app on a target, the journeys of a broken file left out",
        ),
        pytest.param(["ihub.run_flow"], None, ["ihub.run_flow on local"], id="a journey"),
        pytest.param(
            ["ihub.run_flow", "host_jira", "ihub.run_flow"],
            None,
            ["host_jira.open_issue on local", "ihub.run_flow on local"],
            id="several in the catalogue's order",
        ),
        pytest.param([], "demo", ["ihub.create_flow on demo"], id="a target"),
    ],
)
def test_select_keeps_what_is_selected(selectors: list[str], target: str | None, kept: list[str]) -> None:
    assert _kept(_catalogue().select(selectors, target)) == kept


@pytest.mark.parametrize(
    ("selectors", "problems"),
    [
        pytest.param([], (_WRONG,), id="all"),
        pytest.param(["ihub"], (_WRONG,), id="the app of the broken file"),
        pytest.param(["host_jira"], (), id="another app"),
        pytest.param(["ihub.run_flow"], (), id="a journey of a sound file"),
    ],
)
def test_select_keeps_the_problems_of_what_was_asked_for(selectors: list[str], problems: tuple[Problem, ...]) -> None:
    assert _catalogue().select(selectors).problems == problems


@pytest.mark.parametrize(
    ("selectors", "target", "message"),
    [
        pytest.param(
            ["ihb"],
            None,
            'There is no app "ihb".\nDid you mean ihub? The apps and journeys are: host_jira, host_jira.open_issue,'
            " ihub, ihub.bad, ihub.create_flow, ihub.run_flow.",
            id="an unknown app",
        ),
        pytest.param(
            ["ihub.runflow"],
            None,
            'There is no journey "ihub.runflow".\nDid you mean ihub.run_flow? The journeys are: host_jira.open_issue,'
            " ihub.bad, ihub.create_flow, ihub.run_flow.",
            id="an unknown journey",
        ),
        pytest.param(
            ["ihub", "x", "y.z"],
            None,
            'There is no app "x".\nThe apps and journeys are: host_jira, host_jira.open_issue, ihub, ihub.bad,'
            ' ihub.create_flow, ihub.run_flow.\nThere is no journey "y.z".\nThe journeys are: host_jira.open_issue,'
            " ihub.bad, ihub.create_flow, ihub.run_flow.",
            id="all that is unknown at once",
        ),
        pytest.param(
            [],
            "locl",
            'There is no target "locl".\nDid you mean local? The targets are: demo, empty, local.',
            id="an unknown target",
        ),
        pytest.param(
            ["ihub.run_flow", "ihub.bad"],
            None,
            'The journey "ihub.bad" is left out, for its file is broken.\n'
            "journeys/ihub/test_bad.py: line 3\n  it has no step.\n  Write one.",
            id="a journey in a broken file",
        ),
        pytest.param(
            ["host_jira"],
            "demo",
            "There is no journey of host_jira to run on demo.\n"
            "What is selected runs on local: name one of these, or mend targets.demo.journeys.",
            id="a journey that the target does not take",
        ),
        pytest.param(
            [],
            "empty",
            "There is no journey to run on empty.\n"
            "What is selected runs on demo, local: name one of these, or mend targets.empty.journeys.",
            id="a target that takes nothing",
        ),
    ],
)
def test_select_says_why_it_cannot(selectors: list[str], target: str | None, message: str) -> None:
    with pytest.raises(SelectionError) as refusal:
        _catalogue().select(selectors, target)
    assert str(refusal.value) == message


def test_select_says_that_an_app_is_left_out_whole() -> None:
    broken = BrokenFile(app="ihub", journeys=("ihub.bad",), problems=(_WRONG,))
    catalogue = Catalogue(apps={}, placements=(), problems=(_WRONG,), broken=(broken,), targets=("local",))
    with pytest.raises(SelectionError) as refusal:
        catalogue.select(["ihub"])
    assert str(refusal.value) == (
        "There is no journey of ihub to run.\nThese files are left out:\n"
        "journeys/ihub/test_bad.py: line 3\n  it has no step.\n  Write one."
    )


def test_select_says_that_there_is_no_journey_at_all() -> None:
    with pytest.raises(SelectionError) as refusal:
        a_catalogue().select([])
    assert str(refusal.value) == (
        "There is no journey to run.\nThe folder of journeys has no test_*.py for it that a target takes."
    )
