"""Profiles: those that come with the product, those of an operator, and all that can be wrong with one."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from synthetics.config.models import Rollout
from synthetics.errors import ConfigurationError
from synthetics.record import Kind
from synthetics.slo.profile import Measure, Per, goal_of
from synthetics.slo.profile_file import SHIPPED, read_profile
from tests.slo.builders import a_goal

HEAD = 'title = "Ours"\nwindow = "28d"\nvalid_until = 2027-12-31\nsource = "Us"\n'
SOUND = HEAD + '[objectives.works]\ntitle = "It works"\nmeasure = "availability"\nat_least = 0.995\nsource = "Us"\n'


def write(folder: Path, text: str, name: str = "ours") -> Path:
    (folder / f"{name}.toml").write_text(text)
    return folder


def problems(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as raised:
        read_profile("ours", write(folder, text), "synthetics.toml")
    return str(raised.value)


def test_cloud_fortified_says_what_the_programme_asks_for() -> None:
    profile = read_profile("cloud-fortified", None, "synthetics.toml")

    assert (profile.window, profile.valid_until) == (timedelta(days=28), date(2026, 12, 31))
    assert profile.leaves_out == (Rollout.FIRST,)
    health, errors, frame = (profile.objectives[each] for each in ("availability", "error_rate", "frame_load"))
    assert (health.kind, health.per, health.goal) == (Kind.HEALTH, Per.JOURNEY, a_goal("0.999"))
    assert (errors.measure, errors.goal) == (Measure.REQUEST_ERRORS, a_goal("0.999", exclusive=True))
    assert (frame.measure, frame.limit_ms) == (Measure.FRAME, 12_000)
    assert "An example" in profile.objectives["response_time"].source


@pytest.mark.parametrize("name", sorted(each.stem for each in SHIPPED.glob("*.toml")))
def test_every_shipped_profile_has_a_source_for_each_figure_and_an_end(name: str) -> None:
    profile = read_profile(name, None, "synthetics.toml")

    assert profile.name == name
    assert all(len(each.source) > 20 for each in profile.objectives.values())
    assert profile.is_valid(profile.valid_until)
    assert not profile.is_valid(profile.valid_until + timedelta(days=1))


def test_an_operators_profile_goes_before_one_of_the_product(tmp_path: Path) -> None:
    write(tmp_path, SOUND, "cloud-fortified")

    profile = read_profile("cloud-fortified", tmp_path, "synthetics.toml")

    assert (profile.title, [*profile.objectives]) == ("Ours", ["works"])
    assert (profile.objectives["works"].kind, profile.objectives["works"].goal) == (Kind.BROWSER, a_goal("0.995"))


def test_a_profile_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_profile("cloud-fortifed", tmp_path, "synthetics.toml")

    assert str(raised.value) == (
        'synthetics.toml: slo.profile\n  there is no profile "cloud-fortifed".\n  Did you mean cloud-fortified?'
        " The profiles are: cloud-fortified, enterprise-certified."
    )


def test_a_folder_of_profiles_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"slo\.profiles\n  there is no folder .*nowhere\.\n  Make it"):
        read_profile("ours", tmp_path / "nowhere", "synthetics.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(SOUND.replace('"28d"', '"90m"'), '"1h30m" is not in whole hours', id="half an hour"),
        pytest.param(SOUND.replace("0.995", "99.5"), "99.5 is no share between 0 and 1", id="per cent"),
        pytest.param(SOUND.replace("availability", "uptime"), '"uptime" is no measure', id="an unknown measure"),
        pytest.param(SOUND.replace("at_least = 0.995", ""), "there is neither at_least nor below", id="no goal"),
        pytest.param(SOUND + "below = 0.1", "there is at_least and below", id="two goals"),
        pytest.param(SOUND + 'limit = "12s"', "it measures no time, but availability", id="a limit of nothing"),
        pytest.param(SOUND + 'step = "Save"', "it measures no step", id="a step of nothing"),
        pytest.param(
            SOUND.replace("availability", "run"), "it measures a time (run), and there is no limit", id="no limit"
        ),
        pytest.param(
            SOUND.replace("availability", "run") + 'limit = "11s"',
            "11s is none of the limits by which runs are counted.\n  Write one of: 1s, 2s, 3s",
            id="a limit between two buckets",
        ),
        pytest.param(
            SOUND.replace("availability", "step") + 'limit = "1s"',
            "it measures a step, and none is named",
            id="no title",
        ),
        pytest.param(
            SOUND.replace("availability", "step") + 'limit = "1s"\nstep = "Save"\nper = "app"',
            "a step belongs to a journey, not to an app",
            id="a step of an app",
        ),
        pytest.param(HEAD + "objectives = {}", "there is nothing in it", id="no objective"),
        pytest.param(SOUND.replace("valid_until = 2027-12-31\n", ""), "valid_until\n  it is missing", id="no end"),
        pytest.param(SOUND.replace('source = "Us"\n[', "["), "source\n  it is missing", id="no source"),
        pytest.param("title = ", "it is not TOML", id="no TOML"),
    ],
)
def test_a_bad_profile_is_told_with_its_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    told = problems(tmp_path, text)

    assert said in told
    assert "ours.toml" in told


def test_all_that_is_wrong_with_a_profile_is_told_at_once(tmp_path: Path) -> None:
    told = problems(tmp_path, SOUND.replace('"28d"', "28").replace("0.995", "2.0"))

    assert "window" in told
    assert "objectives.works.at_least" in told


def test_a_goal_is_exact_and_exactly_one() -> None:
    assert goal_of(0.999, None).fraction.denominator == 1_000
    assert goal_of(None, 0.001) == a_goal("0.999", exclusive=True)
    for pair in ((None, None), (0.9, 0.1)):
        with pytest.raises(ValueError, match="at_least or below"):
            goal_of(*pair)
