"""``[attestations.ID]``: what people say of what no machine can measure, until when it holds, and what is refused."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from synthetics.config.loading import load, read
from synthetics.config.models import Attestation
from tests.config.checkout import a_checkout

BY, ON, UNTIL = 'by = "Maria Lind"', "on = 2026-03-01", "until = 2027-02-28"
LINK = 'link = "https://wiki.example.com/bounty?page=2#scope"'


def settings(*lines: str, name: str = "bug_bounty") -> str:
    return "\n".join((f"[attestations.{name}]", *lines)) + "\n"


SOUND = settings(BY, ON, UNTIL, LINK)


def test_load_knows_no_attestation_where_nothing_is_said(tmp_path: Path) -> None:
    assert load(a_checkout(tmp_path), {})[0].attestations == {}


def test_load_reads_who_attested_what_and_until_when(tmp_path: Path) -> None:
    one_day = settings(BY, ON, "until = 2026-03-01", LINK, 'note = "x"', name="ecoscanner")

    told = load(a_checkout(tmp_path, SOUND + one_day), {})[0].attestations

    assert [*told] == ["bug_bounty", "ecoscanner"]
    bounty, other = told.values()
    link = "https://wiki.example.com/bounty?page=2#scope"
    assert bounty == Attestation(by="Maria Lind", on=date(2026, 3, 1), until=date(2027, 2, 28), link=link, note=None)
    assert (other.until, other.note) == (other.on, "x"), "it may hold for one day"


def test_attestation_holds_through_its_last_day_in_utc() -> None:
    one = Attestation(by="We", on=date(2026, 3, 1), until=date(2027, 2, 28), link="https://example.com")
    for_ever = Attestation(by="We", on=date(2026, 3, 1), until=date.max, link="https://example.com")

    assert one.ends_ms == datetime(2027, 3, 1, tzinfo=UTC).timestamp() * 1_000
    assert [one.has_ended(one.ends_ms + each) for each in (-1, 0)] == [False, True]
    assert not for_ever.has_ended(one.ends_ms)


@pytest.mark.parametrize(
    ("lines", "key", "what"),
    [
        pytest.param((ON, UNTIL, LINK), "by", "it is missing", id="nobody attests it"),
        pytest.param(('by = ""', ON, UNTIL, LINK), "by", "it is empty", id="it is attested by no name"),
        pytest.param((BY, UNTIL, LINK), "on", "it is missing", id="it is attested on no day"),
        pytest.param((BY, ON, LINK), "until", "it is missing", id="it has no end"),
        pytest.param((BY, ON, UNTIL), "link", "it is missing", id="nobody can look it up"),
        pytest.param(
            (BY, ON, "until = 2026-02-28", LINK),
            "until",
            "2026-02-28 is before 2026-03-01, the day on which it was attested",
            id="it ends before it was attested",
        ),
        pytest.param(
            (BY, ON, 'until = "2027-02-28"', LINK), "until", '"2027-02-28" is text, not a date', id="a day in quotes"
        ),
        pytest.param(
            (BY, "on = 2026-03-01T00:00:00Z", UNTIL, LINK),
            "on",
            "2026-03-01T00:00:00+00:00 is a point in time, not a date",
            id="a point in time",
        ),
        pytest.param(
            (BY, ON, UNTIL, 'link = "wiki/bounty"'),
            "link",
            '"wiki/bounty" is not an address of http or https',
            id="a link that is no address",
        ),
        pytest.param(
            (BY, ON, UNTIL, 'link = "https://me:5up3r@wiki.example.com"'),
            "link",
            "the address has a user name in it",
            id="a link with a password, which is not shown",
        ),
        pytest.param((BY, ON, UNTIL, LINK, "from = 2026-03-01"), "from", "there is no such key", id="an unknown key"),
    ],
)
def test_load_says_what_is_wrong_with_an_attestation(
    tmp_path: Path, lines: tuple[str, ...], key: str, what: str
) -> None:
    (problem,) = read(a_checkout(tmp_path, settings(*lines)), {}).problems

    assert (problem.key, problem.what) == (f"attestations.bug_bounty.{key}", what)
    assert problem.mend


def test_what_is_wrong_with_one_attestation_keeps_the_others_and_the_rest_readable(tmp_path: Path) -> None:
    reading = read(a_checkout(tmp_path, SOUND + settings(BY, name="ecoscanner")), {})

    assert [each.key for each in reading.problems] == [
        f"attestations.ecoscanner.{key}" for key in ("on", "until", "link")
    ]
    assert reading.configuration is not None
    assert [*reading.configuration.attestations] == ["bug_bounty"]


def test_load_refuses_an_id_that_could_not_stand_in_metrics(tmp_path: Path) -> None:
    (problem,) = read(a_checkout(tmp_path, settings(BY, ON, UNTIL, LINK, name='"bug bounty"')), {}).problems

    assert (problem.key, problem.mend) == ('attestations."bug bounty"', "Call it something like bug_bounty.")
