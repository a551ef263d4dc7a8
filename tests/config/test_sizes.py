"""Sizes of disk space as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetics.config.sizes import parse_size


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        pytest.param("1B", 1, id="the smallest there is"),
        pytest.param("500MB", 500_000_000, id="megabytes are of a thousand"),
        pytest.param("5GB", 5_000_000_000, id="gigabytes"),
        pytest.param("1.5 GB", 1_500_000_000, id="a fraction, and a space before the unit"),
        pytest.param("2GiB", 2 * 1024**3, id="units of 1024"),
        pytest.param("10kb", 10_000, id="capitals do not matter"),
        pytest.param("1000TB", 1000**5, id="the largest there is"),
    ],
)
def test_parse_size_reads_what_people_write(text: str, size_bytes: int) -> None:
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", '"" is not a size', id="nothing"),
        pytest.param("5", '"5" is not a size', id="no unit"),
        pytest.param("GB", '"GB" is not a size', id="no number"),
        pytest.param("5 bananas", '"5 bananas" is not a size', id="a unit that nobody knows"),
        pytest.param("-1GB", '"-1GB" is not a size', id="less than nothing"),
        pytest.param("1e9B", '"1e9B" is not a size', id="an exponent"),
        pytest.param("\u0665GB", '"\u0665GB" is not a size', id="digits of another script"),
        pytest.param("0GB", '"0GB" is no room at all, and a size is one byte or more', id="nothing at all"),
        pytest.param("0.0001kB", '"0.0001kB" is no room at all, and a size is one byte or more', id="less than a byte"),
        pytest.param("1001TB", '"1001TB" is more than 1000 TB', id="more than there is"),
    ],
)
def test_parse_size_refuses_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)) as refusal:
        parse_size(text)
    assert str(refusal.value) == sentence


@given(st.text(max_size=12))
def test_parse_size_gives_a_size_or_a_sentence(text: str) -> None:
    try:
        assert 1 <= parse_size(text) <= 1000**5
    except ValueError as error:
        assert str(error)  # noqa: PT017  either one is right, but nothing else
