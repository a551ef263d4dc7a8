"""Our writer of the two formats says what the client's own says, byte for byte."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.samples import Exemplar
from prometheus_client.utils import floatToGoString

from synthetics.export.exposition import number, openmetrics, text

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ['a"b', "a\\nb", "a\nb", "é\\"]
)
#: Without the zero below zero: to us, as to Prometheus, the two are one.
numbers = st.floats().map(lambda value: value + 0.0) | st.integers(-(10**18), 10**18)


@dataclass
class Page:
    """What the client's own writer asks for its families."""

    families: list[Any]

    def collect(self) -> Iterator[Any]:
        return iter(self.families)


@st.composite
def pages(draw: st.DrawFn) -> Page:
    help_text = draw(words)
    counter = CounterMetricFamily("synthetic_c", help_text, labels=["b", "a"])
    gauge = GaugeMetricFamily("synthetic_g", help_text, labels=[])
    histogram = HistogramMetricFamily("synthetic_h", help_text, labels=["z", "a"])
    for values in draw(st.lists(st.tuples(words, words), max_size=3)):
        counter.add_metric(values, draw(numbers))
        exemplar = Exemplar({"run_id": draw(words)}, draw(st.floats(0, 100)), draw(st.floats(0, 2e9) | st.none()))
        buckets: list[Any] = [("0.5", draw(st.integers(0, 9))), ("+Inf", 10, exemplar)]
        histogram.add_metric(values, buckets, draw(st.floats(0, 1e12)))
    gauge.add_metric([], draw(numbers))
    return Page([counter, gauge, histogram])


@given(pages())
def test_text_is_what_the_client_writes(page: Page) -> None:
    assert text(page.collect()) == generate_latest(page)


@given(pages())
def test_openmetrics_is_what_the_client_writes(page: Page) -> None:
    assert openmetrics(page.collect()) == generate_openmetrics(page)  # type: ignore[no-untyped-call]  # it has no types


@pytest.mark.parametrize("value", [0, 1, 0.1, 999_999, 1_000_000, 12_345_678.9, 1e15, 1e16, 1e300, 1e-9, -1e9, True])
def test_number_is_what_the_client_writes(value: float) -> None:
    assert number(value) == floatToGoString(value)  # type: ignore[no-untyped-call]  # it has no types here
