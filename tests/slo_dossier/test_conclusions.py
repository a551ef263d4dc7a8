"""What is concluded of each requirement: never more than was measured, and never that a person's word was measured."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from synthetics.config.models import Rollout
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.gathered import Enrolment
from synthetics.slo.dossier.json_view import as_json
from synthetics.slo.dossier.making import dossier
from synthetics.slo.requirement import How
from synthetics.slo.subject import Seen, Subject
from tests.slo.builders import a_profile, a_subject, some_counts
from tests.slo_dossier.gathering import (
    MINUTE_MS,
    SINCE_MS,
    UNTIL_MS,
    AFailure,
    AnAttestation,
    a_first,
    a_health_subject,
    a_requirement,
    gathered,
    of_journeys,
    since_the_start,
    the_answer,
)

DAY_MS = 1_440 * MINUTE_MS


@pytest.mark.parametrize(
    ("counts", "since_ms", "conclusion", "certainty"),
    [
        pytest.param(Counts(), None, "nothing_measured", None, id="nothing has run"),
        pytest.param(some_counts(7_177, missed=887), SINCE_MS, "insufficient_coverage", None, id="coverage of 0.89"),
        pytest.param(some_counts(7_661, missed=403), SINCE_MS, "no_verdict", None, id="coverage of 0.95"),
        pytest.param(some_counts(8_064), SINCE_MS, "met", "shown", id="met and shown"),
        pytest.param(some_counts(8_061, app=3), SINCE_MS, "met", "not_shown", id="met by too few to show it"),
        pytest.param(some_counts(7_000), UNTIL_MS - 25 * DAY_MS, "met", "not_shown", id="met in part of the window"),
        pytest.param(some_counts(8_053, app=11), SINCE_MS, "not_met", "not_shown", id="not met"),
        pytest.param(some_counts(7_900, app=164), SINCE_MS, "not_met", "shown", id="not met and shown"),
        pytest.param(some_counts(900, app=100), UNTIL_MS - 4 * DAY_MS, "not_met", "shown", id="not met, after a part"),
        pytest.param(some_counts(8_040, host=24), SINCE_MS, "met", "shown", id="the host's failures leave both sides"),
    ],
)
def test_conclusion_of_what_is_measured(
    counts: Counts, since_ms: int | None, conclusion: str, certainty: str | None
) -> None:
    told = the_answer(of_journeys({a_subject(): Seen(counts=counts, since_ms=since_ms)}))

    assert (told["conclusion"], told["certainty"]) == (conclusion, certainty)
    assert [(each["conclusion"], each["certainty"]) for each in told["figures"]] == [(conclusion, certainty)]


@pytest.mark.parametrize(
    ("others", "conclusion", "certainty"),
    [
        pytest.param({"b": some_counts(8_064)}, "met", "shown", id="each is met"),
        pytest.param({"b": some_counts(8_061, app=3)}, "met", "not_shown", id="one is not shown"),
        pytest.param({"b": Counts()}, "nothing_measured", None, id="of one nothing is known"),
        pytest.param({"b": some_counts(7_661, missed=403)}, "no_verdict", None, id="one has no verdict"),
        pytest.param({"b": Counts(), "c": some_counts(7_000, app=999)}, "not_met", "shown", id="one is not met"),
        pytest.param(
            {"b": some_counts(8_053, app=11), "c": some_counts(7_000, app=999)}, "not_met", "shown", id="one is shown"
        ),
    ],
)
def test_the_worst_of_several_goes_for_all(others: dict[str, Counts], conclusion: str, certainty: str | None) -> None:
    every = {"a": some_counts(8_064), **others}

    told = the_answer(
        of_journeys({a_subject(journey=f"ihub.{name}"): since_the_start(its) for name, its in every.items()})
    )

    assert (told["conclusion"], told["certainty"]) == (conclusion, certainty)


@pytest.mark.parametrize(
    ("changes", "conclusion"),
    [
        pytest.param(None, "attestation_missing", id="nobody attests it"),
        pytest.param({}, "attested", id="it holds"),
        pytest.param({"until": date(2026, 3, 29)}, "attested", id="today is its last day"),
        pytest.param({"until": date(2026, 3, 28)}, "attestation_ended", id="yesterday was its last day"),
        pytest.param({"on": date(2026, 3, 30)}, "attestation_not_yet", id="it is dated tomorrow"),
    ],
)
def test_what_a_person_says_is_attested_and_never_measured(changes: dict[str, Any] | None, conclusion: str) -> None:
    attestations = {} if changes is None else {"attestation": replace(AnAttestation(), **changes)}

    told = the_answer(gathered(a_requirement(How.ATTESTATION), attestations=attestations))

    assert (told["conclusion"], told["certainty"]) == (conclusion, None)
    assert told["how_in_words"] == "Attested by people: no machine measures it."
    assert (told["attestation"] is None) == (changes is None)


def test_what_is_not_gathered_says_so() -> None:
    told = as_json(dossier(gathered(a_requirement(How.NOT_GATHERED))))

    assert told["requirements"][0]["conclusion"] == "not_gathered"
    assert told["not_gathered"] == ["incidents", "post-incident reviews", "deprecations"]


ON_FIRST = "8,064 of 8,064 due runs were judged (100 %)"


@pytest.mark.parametrize(
    ("seen", "conclusion", "said"),
    [
        pytest.param({}, "not_met", "no journey in a browser", id="there is none"),
        pytest.param(
            {a_subject(): some_counts(8_064)}, "not_met", 'rollout = "first"', id="none where changes come first"
        ),
        pytest.param({a_first(): Counts()}, "nothing_measured", "nothing has run yet", id="none has run there"),
        pytest.param({a_first(): some_counts(7_177, missed=887)}, "insufficient_coverage", "89 %", id="coverage 0.89"),
        pytest.param({a_first(): some_counts(7_661, missed=403)}, "no_verdict", "95 %", id="coverage 0.95"),
        pytest.param({a_first(): some_counts(8_000, app=64)}, "met", ON_FIRST, id="they run there, whatever comes out"),
    ],
)
def test_synthetic_tests_have_to_run_regularly_where_changes_come_first(
    seen: dict[Subject, Counts], conclusion: str, said: str
) -> None:
    told = the_answer(of_journeys({each: since_the_start(its) for each, its in seen.items()}, how=How.SYNTHETIC_TESTS))

    assert told["conclusion"] == conclusion
    assert said in told["sentence"]


@pytest.mark.parametrize(
    ("changes", "counts", "unasked", "conclusion"),
    [
        pytest.param({}, some_counts(40_320), (), "met", id="asked by the rule"),
        pytest.param({}, some_counts(0, app=40_320), (), "met", id="whatever the answer"),
        pytest.param({"every_ms": 300_000}, some_counts(8_064), (), "not_met", id="asked too rarely"),
        pytest.param({"timeout_ms": 10_000}, some_counts(40_320), (), "not_met", id="asked with too much patience"),
        pytest.param({"cron": "0 * * * *"}, some_counts(672), (), "not_met", id="asked by a cron expression"),
        pytest.param({}, some_counts(40_320), ("legacy",), "not_met", id="one is not asked"),
        pytest.param({}, some_counts(38_304, missed=2_016), (), "no_verdict", id="coverage 0.95"),
        pytest.param({}, Counts(), (), "nothing_measured", id="not asked yet"),
    ],
)
def test_health_checks_have_to_run_by_the_rule(
    changes: dict[str, Any], counts: Counts, unasked: tuple[str, ...], conclusion: str
) -> None:
    apps = (Enrolment(app="ihub", title="Hub", unasked=unasked),)
    what = of_journeys({a_health_subject(**changes): since_the_start(counts)}, how=How.HEALTH_CHECKS, apps=apps)

    assert the_answer(what)["conclusion"] == conclusion


@pytest.mark.parametrize(
    ("counts", "failures", "conclusion", "said"),
    [
        pytest.param(Counts(), [], "nothing_measured", "Nothing has run", id="nothing has run"),
        pytest.param(some_counts(8_064), [], "listed", "No failure was seen.", id="nothing failed"),
        pytest.param(
            some_counts(7_177, missed=887),
            [],
            "listed",
            "887 of 8,064 due runs were not judged: what would have failed there is unseen.",
            id="what nobody saw is no success",
        ),
        pytest.param(
            some_counts(8_063, app=1),
            [AFailure()],
            "listed",
            "1 run failed in 1 outage, each over by now. Seen within 5m30s of the last pass, the longest.",
            id="one failure",
        ),
        pytest.param(
            some_counts(8_063, app=1),
            [AFailure(passed_before_ms=None, passed_after_ms=None)],
            "listed",
            "after 1 of them no run has passed yet. How soon is not known of 1",
            id="one that goes on and has no pass before it",
        ),
    ],
)
def test_failures_are_listed_and_what_nobody_saw_is_told(
    counts: Counts, failures: list[AFailure], conclusion: str, said: str
) -> None:
    told = the_answer(of_journeys({a_subject(): since_the_start(counts)}, how=How.FAILURES, failures=failures))

    assert told["conclusion"] == conclusion
    assert said in told["sentence"]


def test_where_nothing_has_run_there_is_nothing_to_settle() -> None:
    assert the_answer(gathered(a_requirement(How.CORRECTIONS)))["conclusion"] == "nothing_measured"


def test_a_site_that_changes_first_feeds_no_objective() -> None:
    profile = a_profile(leaves_out=(Rollout.FIRST,), requirements={"objective": a_requirement()})

    told = the_answer(of_journeys({a_first(): since_the_start(some_counts(0, app=8_064))}, profile=profile))

    assert told["conclusion"] == "nothing_measured"
