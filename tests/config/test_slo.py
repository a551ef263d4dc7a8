"""``[slo]``: which profile judges, and where the operator's own ones are."""

from pathlib import Path

from synthetics.config.loading import load
from synthetics.config.models import Slo


def read(folder: Path, *lines: str) -> Slo:
    (folder / "journeys").mkdir(exist_ok=True)
    file = folder / "synthetics.toml"
    file.write_text("\n".join(lines) + "\n")
    return load(file, {})[0].slo


def test_slo_is_cloud_fortified_where_nothing_is_said(tmp_path: Path) -> None:
    assert read(tmp_path) == Slo(profile="cloud-fortified", profiles=None)


def test_slo_profiles_are_beside_the_configuration(tmp_path: Path) -> None:
    told = read(tmp_path, "[slo]", 'profile = "ours"', 'profiles = "profiles"')

    assert told == Slo(profile="ours", profiles=tmp_path / "profiles")
