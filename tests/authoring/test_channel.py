"""Telling events: every sink hears them, and none is felt."""

import logging
from types import SimpleNamespace
from typing import cast

import pytest

from synthetics.authoring.channel import add_sink, say
from synthetics.evidence import Event, SessionEnded

AN_EVENT = SessionEnded(monotonic_ms=1, exit_code=0)


@pytest.fixture
def config() -> pytest.Config:
    """A session, as far as telling goes."""
    return cast("pytest.Config", SimpleNamespace(stash=pytest.Stash()))


def broken(event: Event) -> None:
    raise ValueError("cannot write")


def test_sink_that_breaks_is_logged_and_costs_the_others_nothing(
    config: pytest.Config, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Event] = []
    add_sink(config, broken)
    add_sink(config, heard.append)

    with caplog.at_level(logging.ERROR):
        say(config, AN_EVENT)

    assert heard == [AN_EVENT]
    assert caplog.messages == ["event=session_ended could not be told"]


def test_interruption_in_a_sink_is_felt(config: pytest.Config) -> None:
    def interrupted(event: Event) -> None:
        raise KeyboardInterrupt

    add_sink(config, interrupted)

    with pytest.raises(KeyboardInterrupt):
        say(config, AN_EVENT)
