"""Durations are written as people write them, and come back as they were."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.config.durations import format_duration, parse_duration, to_ms

_LONGEST_MS = 366 * 86_400_000


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        pytest.param("250ms", 250, id="milliseconds"),
        pytest.param("90s", 90_000, id="seconds beyond a minute"),
        pytest.param("5m", 300_000, id="minutes, not milliseconds"),
        pytest.param("1h", 3_600_000, id="hours"),
        pytest.param("1h30m", 5_400_000, id="two units"),
        pytest.param("1d", 86_400_000, id="days"),
        pytest.param("1d2h3m4s5ms", 93_784_005, id="every unit"),
        pytest.param("366d", _LONGEST_MS, id="the longest there is"),
    ],
)
def test_parse_duration_reads_what_people_write(text: str, milliseconds: int) -> None:
    assert to_ms(parse_duration(text)) == milliseconds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", '"" is not a duration', id="nothing"),
        pytest.param("90", '"90" is not a duration', id="a number without a unit"),
        pytest.param("5 minutes", '"5 minutes" is not a duration', id="words"),
        pytest.param("1.5h", '"1.5h" is not a duration', id="a part of an hour"),
        pytest.param("-5m", '"-5m" is not a duration', id="less than nothing"),
        pytest.param("30m1h", '"30m1h" is not a duration', id="the smaller unit first"),
        pytest.param("5M", '"5M" is not a duration', id="a capital unit"),
        pytest.param("\u0665m", '"\u0665m" is not a duration', id="digits of another script"),
        pytest.param("90s\n", '"90s\n" is not a duration', id="a line end after it"),
        pytest.param("0s", '"0s" is no time at all, and a duration is more than zero', id="zero"),
        pytest.param("367d", '"367d" is longer than 366 days', id="more than a year"),
        pytest.param("9" * 5000 + "d", '"' + "9" * 5000 + 'd" is longer than 366 days', id="more than a number holds"),
    ],
)
def test_parse_duration_refuses_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  the whole sentence is compared
        parse_duration(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        pytest.param(0, "0s", id="nothing"),
        pytest.param(60_000, "60s", id="a minute, as timeouts are said"),
        pytest.param(90_000, "90s", id="a minute and a half"),
        pytest.param(190_000, "190s", id="some seconds more than minutes"),
        pytest.param(120_000, "2m", id="whole minutes"),
        pytest.param(300_000, "5m", id="five minutes"),
        pytest.param(301_000, "5m1s", id="from five minutes on in units"),
        pytest.param(5_400_000, "1h30m", id="an hour and a half"),
        pytest.param(86_400_000, "1d", id="a day"),
        pytest.param(2_500, "2s500ms", id="a part of a second"),
    ],
)
def test_format_duration_says_it_shortly(milliseconds: int, text: str) -> None:
    assert format_duration(timedelta(milliseconds=milliseconds)) == text


@given(st.integers(min_value=1, max_value=_LONGEST_MS))
def test_duration_comes_back_as_it_was(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(alphabet="0123456789dhms ", max_size=12))
def test_parse_duration_gives_a_duration_or_a_sentence(text: str) -> None:
    try:
        duration = parse_duration(text)
    except ValueError as error:
        assert str(error).startswith(f'"{text}" is ')  # noqa: PT017  either ending is right
    else:
        assert timedelta() < duration <= timedelta(days=366)


def test_format_duration_refuses_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        format_duration(timedelta(milliseconds=-1))
