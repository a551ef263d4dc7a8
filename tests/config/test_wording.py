"""Problems name files, keys and values as the caller would."""

from datetime import date
from pathlib import Path

import pytest

from synthetics.config.wording import did_you_mean, key_of, meant_or_listed, shown, value_of


def test_shown_is_relative_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown(tmp_path / "here" / "a" / "b.toml") == "a/b.toml"
    assert shown(Path("a/../b.toml")) == "b.toml"
    assert shown(tmp_path / "b.toml") == str(tmp_path / "b.toml")
    assert shown(tmp_path / "here") == str(tmp_path / "here")


@pytest.mark.parametrize(
    ("location", "key"),
    [
        pytest.param(("limits", "grace"), "limits.grace", id="bare names"),
        pytest.param(("journey", "ihub.run_flow", "every"), 'journey."ihub.run_flow".every', id="a name with a dot"),
        pytest.param(("targets", "a", "journeys", 1), "targets.a.journeys[1]", id="a place in a list"),
        pytest.param(("", 'a"b'), '"a\\"b"', id="names that need quoting"),
    ],
)
def test_key_of_writes_keys_as_toml_does(location: tuple[str | int, ...], key: str) -> None:
    assert key_of(location).removeprefix('"".') == key


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("a", '"a"', id="text"),
        pytest.param(True, "true", id="truth"),
        pytest.param(5, "5", id="a number"),
        pytest.param(["a", 1], '["a", 1]', id="a list"),
        pytest.param({"a": 1}, "a table", id="a table"),
        pytest.param(date(2026, 1, 2), "2026-01-02", id="a date"),
        pytest.param("x" * 100, '"' + "x" * 59 + "...", id="long text is cut"),
    ],
)
def test_value_of_writes_values_as_toml_does(value: object, text: str) -> None:
    assert value_of(value) == text


def test_did_you_mean_finds_the_nearest_or_nothing() -> None:
    assert did_you_mean("concurency", ["concurrency", "grace"]) == "concurrency"
    assert did_you_mean("ihub.nope", ["ihub.run_flow"]) is None


def test_meant_or_listed_says_so_where_nothing_exists() -> None:
    assert meant_or_listed("demo", (), "The accounts are:") == "The accounts are: none."
