"""What is concluded of each requirement: never more than was measured, and never that a person's word was measured."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from synthetics.config.models import Rollout
from synthetics.export.dossier_page import render_dossier
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.gathered import Enrolment
from synthetics.slo.dossier.json_view import as_json
from synthetics.slo.dossier.making import dossier
from synthetics.slo.profile import Per
from synthetics.slo.requirement import How
from synthetics.slo.subject import Seen, Subject
from tests.slo.builders import a_profile, a_subject, an_objective, some_counts
from tests.slo_dossier.gathering import (
    MINUTE_MS,
    SINCE_MS,
    UNTIL_MS,
    ACorrection,
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
        pytest.param(
            some_counts(900, app=100),
            UNTIL_MS - 4 * DAY_MS,
            "not_met",
            "shown",
            id="too many in a part",
        ),
        pytest.param(some_counts(996, app=4), UNTIL_MS - 4 * DAY_MS, "not_met", "not_shown", id="not met, in a part"),
        pytest.param(some_counts(4_032), SINCE_MS, "met", "not_shown", id="half of what the window has"),
        pytest.param(some_counts(3_900, app=132), SINCE_MS, "not_met", "shown", id="too many failed in that half"),
        pytest.param(some_counts(7_983), SINCE_MS, "met", "shown", id="0.99 of what the window has, but for one"),
        pytest.param(some_counts(7_982), SINCE_MS, "met", "not_shown", id="a run less than that"),
        pytest.param(some_counts(8_040, host=24), SINCE_MS, "met", "shown", id="the host's failures leave both sides"),
    ],
)
def test_conclusion_of_what_is_measured(
    counts: Counts, since_ms: int | None, conclusion: str, certainty: str | None
) -> None:
    told = the_answer(of_journeys({a_subject(): Seen(counts=counts, since_ms=since_ms)}))

    assert (told["conclusion"], told["certainty"]) == (conclusion, certainty)
    assert [(each["conclusion"], each["certainty"]) for each in told["figures"]] == [(conclusion, certainty)]
    shortage = "runs that the window has are known."
    assert (shortage in told["sentence"]) == (0 < counts.expected < 7_983)


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


def test_what_an_app_lacks_of_the_window_is_held_against_all_of_its_journeys() -> None:
    profile = a_profile(an_objective(per=Per.APP), requirements={"objective": a_requirement()})
    half = {
        a_subject(journey="ihub.a"): since_the_start(some_counts(8_064)),
        a_subject(journey="ihub.b"): since_the_start(some_counts(4_032)),
    }

    told = the_answer(of_journeys(half, profile=profile))

    [figure] = told["figures"]
    assert (figure["conclusion"], figure["certainty"], figure["is_whole"]) == ("met", "not_shown", False)
    assert figure["sentence"].endswith(" Only 12,096 of 16,128 runs that the window has are known.")


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
        pytest.param(
            {a_first(): some_counts(4_032)},
            "no_verdict",
            "(100 %). Only 4,032 of 8,064 runs that the window has are known (ihub.run_flow on early).",
            id="they ran in half of the window",
        ),
        pytest.param(
            {a_first(): some_counts(8_064), a_first(journey="ihub.b"): some_counts(12)},
            "no_verdict",
            "(100 %). Only 12 of 8,064 runs that the window has are known (ihub.b on early).",
            id="one of them ran for an hour",
        ),
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
        pytest.param({}, some_counts(20_160), (), "no_verdict", id="asked in half of the window"),
        pytest.param({}, some_counts(39_917), (), "met", id="asked in 0.99 of the window"),
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
            some_counts(7_864, app=199, host=1),
            [],
            "listed",
            "200 failures are known by number alone: their records were removed.",
            id="all records of failures were removed",
        ),
        pytest.param(
            some_counts(8_062, app=2),
            [AFailure(), AFailure(slot_ms=SINCE_MS - 1), AFailure(journey="ihub.gone")],
            "listed",
            " 1 more is known by number alone: its record was removed.",
            id="those of another time or journey stand for none",
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


def test_where_records_were_removed_no_failure_is_denied_and_no_correction() -> None:
    seen = {a_subject(): since_the_start(some_counts(7_864, app=200))}
    what = of_journeys(seen, how=How.CORRECTIONS, corrections=[ACorrection(), ACorrection()])
    silent = of_journeys(seen, how=How.CORRECTIONS)

    unknown = "Whether people corrected 200 failures whose records were removed is not known any more."
    planned = "0 windows of planned downtime, 0 of them announced in advance."
    assert the_answer(what)["sentence"] == f"2 corrections by people. {unknown} {planned}"
    assert the_answer(silent)["sentence"] == f"{unknown} {planned}"
    assert as_json(dossier(silent))["apps"][0]["failures_by_number_alone"] == 200
    assert "No failure was seen" not in render_dossier(dossier(silent))


def test_failures_are_held_against_the_counts_of_each_journey_and_health_check() -> None:
    seen = {
        a_subject(): since_the_start(some_counts(8_063, app=1)),
        a_health_subject(): since_the_start(some_counts(40_317, app=3)),
    }
    more_than_counted = [AFailure(), AFailure(slot_ms=SINCE_MS)]

    told = as_json(dossier(of_journeys(seen, how=How.FAILURES, failures=more_than_counted)))

    assert told["apps"][0]["failures_by_number_alone"] == 3


def test_where_nothing_has_run_there_is_nothing_to_settle() -> None:
    assert the_answer(gathered(a_requirement(How.CORRECTIONS)))["conclusion"] == "nothing_measured"


def test_a_site_that_changes_first_feeds_no_objective() -> None:
    profile = a_profile(leaves_out=(Rollout.FIRST,), requirements={"objective": a_requirement()})

    told = the_answer(of_journeys({a_first(): since_the_start(some_counts(0, app=8_064))}, profile=profile))

    assert told["conclusion"] == "nothing_measured"
