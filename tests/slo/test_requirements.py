"""Requirements: those of the shipped profiles, what can be wrong with one, and what is attested held against them."""

from datetime import date
from pathlib import Path

import pytest

from synthetics.config.models import Attestation
from synthetics.slo.profile import Profile
from synthetics.slo.profile_file import SHIPPED, read_profile
from synthetics.slo.requirement import How, Requirement
from synthetics.slo.requirement_attested import check_attestations, ended_attestations
from tests.slo.test_profile import HEAD, SOUND, problems, write

NAMES = sorted(each.stem for each in SHIPPED.glob("*.toml"))
SAYS = '[requirements.up]\nsays = "It works."\nsource = "Us"\n'
ATTESTED = {
    "ecoscanner", "vulnerability_disclosure", "cloud_app_security", "security_bug_fixes", "bug_bounty",
    "security_self_assessment", "privacy_security_tab", "support_hours", "support_contact",
}  # fmt: skip


def shipped(name: str) -> Profile:
    return read_profile(name, None, "synthetics.toml")


def attested(until: date) -> Attestation:
    return Attestation(by="We", on=date(2026, 3, 1), until=until, link="https://example.com")


def test_cloud_fortified_asks_for_all_that_the_programme_asks_for() -> None:
    asked = shipped("cloud-fortified").requirements

    shown = {how: {each.id for each in asked.values() if each.how is how} for how in How}
    assert shown[How.OBJECTIVE] == {"availability", "frame_load", "response_times", "error_rate"}
    assert [shown[each] for each in (How.HEALTH_CHECKS, How.SYNTHETIC_TESTS, How.FAILURES, How.CORRECTIONS)] == [
        {"health_check"}, {"synthetic_tests"}, {"failure_detection"}, {"fault_settlement"},
    ]  # fmt: skip
    assert shown[How.ATTESTATION] == ATTESTED
    assert shown[How.NOT_GATHERED] == {"incident_management", "post_incident_reviews", "deprecation_notices"}


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("availability", ("each base url", "99.9 %", "28 days")),
        ("frame_load", ("12 s", "bridge")),
        ("error_rate", ("fewer than 0.1 %",)),
        ("health_check", ("60 s", "exactly 200", "3 s", "no redirect", "no static file", "without sign-in")),
        ("synthetic_tests", ("jira or confluence", "developer first rollout")),
        ("failure_detection", ("one failed health check", "15 minutes")),
        (
            "security_bug_fixes",
            ("critical ones within 4 weeks", "high ones within 6", "medium ones within 8", "within 25"),
        ),
        ("support_hours", ("tier 1", "24 hours", "five days a week", "the partner's time zone")),
    ],
)
def test_cloud_fortified_names_the_programmes_figures(name: str, figures: tuple[str, ...]) -> None:
    says = shipped("cloud-fortified").requirements[name].says.lower()

    assert [each for each in figures if each not in says] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_requirement_that_is_shipped_is_one_plain_sentence_with_its_source(name: str) -> None:
    profile = shipped(name)

    assert profile.requirements
    for each in profile.requirements.values():
        assert each.says.endswith("."), each.id
        assert ". " not in each.says, each.id
        assert "  " not in each.says + each.source, each.id
        assert len(each.source) > 20, each.id
        assert set(each.objectives) <= profile.objectives.keys(), each.id


def test_the_successor_marks_each_requirement_as_carried_over_or_not_known() -> None:
    asked = shipped("enterprise-certified").requirements

    assert all("not known" in each.source for each in asked.values())
    assert {each.id for each in asked.values() if "arried over" not in each.source} == {
        "incident_management",
        "status_page",
    }
    assert {"frame_load", "response_times"}.isdisjoint(asked)


def test_a_profile_needs_no_requirements(tmp_path: Path) -> None:
    assert read_profile("ours", write(tmp_path, SOUND), "synthetics.toml").requirements == {}


def test_requirements_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    other = '[requirements.answers]\nsays = "We answer."\nhow = "attestation"\nsource = "Us"\n'
    text = SOUND + SAYS + 'how = "objective"\nobjectives = ["works"]\n' + other

    asked = read_profile("ours", write(tmp_path, text), "synthetics.toml").requirements

    assert [*asked.values()] == [
        Requirement(id="up", says="It works.", how=How.OBJECTIVE, source="Us", objectives=("works",)),
        Requirement(id="answers", says="We answer.", how=How.ATTESTATION, source="Us"),
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param(
            'how = "objectiv"',
            'requirements.up.how\n  "objectiv" is no way to show a requirement.\n  Did you mean objective?',
            id="a how that is not known",
        ),
        pytest.param(
            "",
            'requirements.up.how\n  it is missing.\n  Write how = "objective".',
            id="no how",
        ),
        pytest.param(
            'how = "objective"\nobjectives = ["work"]',
            'requirements.up.objectives[0]\n  there is no objective "work".\n'
            "  Did you mean works? The objectives of this profile are: works.",
            id="an objective that the profile has not",
        ),
        pytest.param(
            'how = "objective"',
            "requirements.up.objectives\n  objectives measure it, and none is named.\n"
            "  Write the names of one or more. The objectives of this profile are: works.",
            id="no objective where one measures it",
        ),
        pytest.param(
            'how = "failures"\nobjectives = ["works"]',
            "requirements.up.objectives\n  no objective measures it: its how is failures.\n"
            '  Remove it, or write how = "objective".',
            id="an objective where none measures it",
        ),
        pytest.param('how = "failures"\nwhy = "x"', "requirements.up.why\n  there is no such key", id="an unknown key"),
    ],
)
def test_a_bad_requirement_is_told_with_its_key_and_how_to_mend_it(tmp_path: Path, lines: str, said: str) -> None:
    told = problems(tmp_path, SOUND + SAYS + lines + "\n")

    assert said in told
    assert told.count("ours.toml") == 1


def test_an_id_that_could_not_stand_in_metrics_is_told(tmp_path: Path) -> None:
    told = problems(tmp_path, SOUND + SAYS.replace("up]", '"is up"]') + 'how = "failures"\n')

    assert 'requirements."is up"\n  "is up" is not a name of letters' in told


def test_all_that_is_wrong_with_requirements_is_told_at_once(tmp_path: Path) -> None:
    up = SAYS + 'how = "objective"\nobjectives = ["nope", "works", "never"]\n'
    down = SAYS.replace("up]", "down]") + 'how = "hearsay"\n'

    told = problems(tmp_path, SOUND.replace('"28d"', "28") + up + down)

    keys = [line.partition(": ")[2] for line in told.splitlines() if "ours.toml: " in line]
    assert keys == ["window", "requirements.down.how", *(f"requirements.up.objectives[{each}]" for each in (0, 2))]


def test_objectives_with_something_wrong_in_them_are_not_told_twice(tmp_path: Path) -> None:
    text = SOUND.replace("0.995", "2.0") + SAYS + 'how = "objective"\nobjectives = ["works"]\n'

    assert "requirements" not in problems(tmp_path, text)
    assert "requirements" not in problems(tmp_path, HEAD + SAYS + 'how = "failures"\n')


def test_what_the_chosen_profile_asks_for_may_be_attested() -> None:
    assert not [*check_attestations(ATTESTED, shipped("cloud-fortified"), "synthetics.toml")]
    (told,) = check_attestations(["status_page"], shipped("cloud-fortified"), "synthetics.toml")
    assert told.key == "attestations.status_page"
    assert not [*check_attestations([*ATTESTED, "status_page"], shipped("enterprise-certified"), "synthetics.toml")]


def test_what_has_ended_is_told_with_its_last_day() -> None:
    all_of_it = {"bug_bounty": attested(date(2026, 6, 30)), "ecoscanner": attested(date(2026, 7, 1))}
    midnight_ms = all_of_it["bug_bounty"].ends_ms

    (told,) = ended_attestations(all_of_it, midnight_ms, "synthetics.toml")

    assert (told.key, told.what) == (
        "attestations.bug_bounty.until",
        "it has ended: 2026-06-30 was the last day on which it held",
    )
    assert not [*ended_attestations(all_of_it, midnight_ms - 1, "synthetics.toml")]
