"""The dossier: everything in its place, app by app, with what a reader must know and with no figure that is not due."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from synthetics.export.dossier_page import render_dossier
from synthetics.record import Fault
from synthetics.slo.adjusting import Correction, adjust
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.gathered import Enrolment
from synthetics.slo.dossier.json_view import as_json
from synthetics.slo.dossier.making import dossier
from synthetics.slo.dossier.wording import days_words, interval_words
from synthetics.slo.profile import Measure, Per
from synthetics.slo.requirement import How
from tests.export.test_report import Page as Parsed
from tests.slo.builders import WINDOW, a_profile, a_subject, an_objective, some_counts
from tests.slo_dossier.gathering import (
    MINUTE_MS,
    SINCE_MS,
    SLOT_MS,
    UNTIL_MS,
    ACheck,
    ACorrection,
    AFailure,
    AnAttestation,
    ASeal,
    DayState,
    a_first,
    a_health_subject,
    a_requirement,
    a_window,
    gathered,
    of_journeys,
    placed,
    since_the_start,
    the_answer,
)

DAY_MS = 1_440 * MINUTE_MS


def test_raw_and_attributed_stand_side_by_side_with_n_interval_coverage_and_worst_case() -> None:
    counts = some_counts(8_030, app=3, unknown=1, host=10, errored=8, missed=12)

    told = the_answer(of_journeys({a_subject(): since_the_start(counts)}))

    [figure] = told["figures"]
    assert (figure["raw"]["n"], figure["raw"]["objective"]) == (8_044, "not_met")
    assert (figure["attributed"]["n"], figure["attributed"]["left_out"]) == (8_034, 10)
    assert figure["attributed"]["interval"] == [pytest.approx(0.99872, abs=1e-5), pytest.approx(0.99981, abs=1e-5)]
    assert (figure["coverage"], figure["worst_case"]) == (pytest.approx(8_044 / 8_064), pytest.approx(8_030 / 8_064))
    assert (figure["window_ms"], figure["until_ms"]) == (WINDOW // timedelta(milliseconds=1), UNTIL_MS)


def test_a_requirement_is_told_app_by_app_and_the_worst_goes_for_all() -> None:
    seen = {
        a_subject(): since_the_start(some_counts(8_064)),
        a_subject(app="radar", journey="radar.open"): since_the_start(some_counts(8_000, app=64)),
    }
    apps = (
        Enrolment(app="ihub", title="Hub"),
        Enrolment(app="radar", title="Radar"),
        Enrolment(app="new", title="New"),
    )

    told = as_json(dossier(of_journeys(seen, apps=apps)))

    [answer] = told["requirements"]
    assert [(each["app"], each["conclusion"]) for each in answer["findings"]] == [
        ("ihub", "met"), ("radar", "not_met"), ("new", "nothing_measured"),
    ]  # fmt: skip
    assert answer["conclusion"] == "not_met"
    assert [each["app"] for each in told["apps"]] == ["ihub", "radar", "new"]
    assert [len(each["objectives"]) for each in told["apps"]] == [1, 1, 0]


def test_of_apps_that_it_is_not_about_nothing_is_told() -> None:
    other = a_subject(app="radar", journey="radar.open")
    what = of_journeys(
        {a_subject(): since_the_start(some_counts(8_064)), other: since_the_start(some_counts(0, app=8_064))},
        failures=[AFailure(app="radar", journey="radar.open")],
        corrections=[ACorrection(app="radar", journey="radar.open")],
        maintenance=[a_window(app="radar")],
    )

    told = json.dumps(as_json(dossier(what))) + render_dossier(dossier(what))

    assert "radar" not in told
    assert the_answer(what)["conclusion"] == "met"


def test_each_synthetic_test_is_told_with_cadence_target_rollout_and_location() -> None:
    what = of_journeys({a_first(): since_the_start(some_counts(8_064))}, how=How.SYNTHETIC_TESTS)

    [test] = as_json(dossier(what))["apps"][0]["synthetic_tests"]

    assert (test["journey"], test["every_ms"], test["target"]) == ("ihub.run_flow", 300_000, "early")
    assert (test["rollout"], test["location"], test["site"]) == ("first", "local", "https://rixter-demo.atlassian.net")
    assert (test["expected"], test["judged"], test["coverage"]) == (8_064, 8_064, 1.0)


def test_each_health_check_is_told_with_its_address_and_its_rule() -> None:
    subject = a_health_subject()
    its = placed(subject, address="https://api.rixter.example/health")

    told = as_json(dossier(gathered(journeys=(its,), seen={subject: since_the_start(some_counts(40_320))})))

    [check] = told["apps"][0]["health_checks"]
    assert (check["base_url"], check["address"]) == ("backend", "https://api.rixter.example/health")
    assert (
        check["rule"]
        == "GET without sign-in, every 60s; good only with status 200 within 3s in all, redirects not followed"
    )
    assert check["follows_rule"]


def test_failures_of_another_time_are_left_out_and_an_outage_at_the_edge_is_whole() -> None:
    edge = [
        AFailure(slot_ms=slot, ended_ms=slot + 1_000, passed_before_ms=SINCE_MS - 1_200_000, passed_after_ms=SLOT_MS)
        for slot in (SINCE_MS - 600_000, SINCE_MS)
    ]
    before = AFailure(
        slot_ms=SINCE_MS - DAY_MS, passed_before_ms=SINCE_MS - DAY_MS - 1, passed_after_ms=SINCE_MS - DAY_MS + 1
    )

    [outage] = as_json(dossier(gathered(failures=[*edge, before])))["apps"][0]["failures"]

    assert (outage["n"], outage["first_ms"], outage["detected_after_ms"]) == (2, SINCE_MS - 600_000, 601_000)


def test_an_outage_that_began_before_it_was_looked_for_has_no_beginning() -> None:
    looked_ms = SINCE_MS - 7 * DAY_MS
    went_on = [
        AFailure(slot_ms=slot, ended_ms=slot + 1_000, passed_before_ms=looked_ms - 30 * DAY_MS, passed_after_ms=SLOT_MS)
        for slot in (looked_ms + 5 * MINUTE_MS, SINCE_MS)
    ]
    whole = AFailure(journey="ihub.other")
    what = of_journeys(
        {a_subject(): since_the_start(some_counts(8_063, app=1))},
        how=How.FAILURES,
        failures=[*went_on, whole],
        looked_from_ms=looked_ms,
    )

    told = as_json(dossier(what))
    [earlier, known] = told["apps"][0]["failures"]

    assert (earlier["began_before_ms"], earlier["detected_after_ms"]) == (looked_ms + 5 * MINUTE_MS, None)
    assert (known["began_before_ms"], known["detected_after_ms"]) == (None, 330_000)
    assert told["requirements"][0]["sentence"].endswith(
        " Seen within 5m30s of the last pass, the longest. How soon is not known of 1 that began before"
        " 2026-02-22 00:05: what failed before that was not looked for."
    )
    assert "began before 2026-02-22 00:05:00" in " ".join(Parsed(render_dossier(dossier(what))).text.split())


def test_corrections_and_planned_downtime_are_told_with_who_why_and_when() -> None:
    late = a_window(noticed_ms=SLOT_MS + 1)
    what = of_journeys(
        {a_subject(): since_the_start(some_counts(8_063, host=1))},
        how=How.CORRECTIONS,
        failures=[AFailure(fault=Fault.HOST, author="ann")],
        corrections=[ACorrection()],
        maintenance=[a_window(), late, a_window(from_ms=UNTIL_MS, until_ms=UNTIL_MS + 1)],
    )

    told = as_json(dossier(what))

    assert told["requirements"][0]["sentence"] == (
        "1 of 1 failure got another fault after the first verdict; 1 is the host's now. 1 correction by people."
        " 2 windows of planned downtime, 1 of them announced in advance."
    )
    [correction] = told["apps"][0]["corrections"]
    assert (correction["before"], correction["after"], correction["author"]) == ("app", "host", "ann")
    assert (correction["why"], correction["at_ms"]) == ("The host's own report of the day", SLOT_MS + 60 * MINUTE_MS)
    assert [each["is_announced"] for each in told["maintenance"]] == [True, False]
    assert {each["author"] for each in told["maintenance"]} == {"bo"}
    assert {each["entered_ms"] for each in told["maintenance"]} == {SLOT_MS - 1_400 * MINUTE_MS}


def test_what_people_entered_stands_beside_what_the_judge_alone_said() -> None:
    counts = some_counts(8_050, app=4, host=10)
    correction = Correction(
        run_id="0123456789abcdef", before=Fault.APP, after=Fault.HOST, author="ann", why="Their report", at_ms=SLOT_MS
    )
    adjusted = adjust(counts, some_counts(0, app=4), [a_window()], [correction])
    told = dossier(of_journeys({a_subject(): since_the_start(counts, adjusted=adjusted)}))

    [figure] = as_json(told)["requirements"][0]["figures"]
    assert (figure["adjusted"]["judge_alone"]["bad"], figure["adjusted"]["adjusted"]["bad"]) == (5, 0)
    assert (figure["raw"]["bad"], figure["attributed"]["bad"]) == (14, 4)
    assert "judge alone 99.93 %, adjusted 100 %, coverage 100 %" in render_dossier(told)


def test_no_figure_is_told_anywhere_with_a_coverage_of_089() -> None:
    counts = Counts(passed=7_115, failed=some_counts(0, app=62).failed, missed=887, app_requests=7_000, app_errors=61)
    per_app = an_objective(name="app_success", per=Per.APP)
    errors = an_objective(name="errors", per=Per.APP, measure=Measure.REQUEST_ERRORS)
    profile = a_profile(
        an_objective(),
        per_app,
        errors,
        requirements={"all": a_requirement(id="all", objectives=("journey_success", "app_success", "errors"))},
    )
    what = gathered(profile=profile, journeys=(placed(),), seen={a_subject(): since_the_start(counts)})
    told = dossier(what)
    text = json.dumps(as_json(told)) + render_dossier(told)

    assert counts.judged / counts.expected == pytest.approx(0.89, abs=1e-4)
    shares = (7_115 / 7_177, 7_115 / 8_064, 6_939 / 7_000)  # attributed, the worst case, requests
    figures = [str(share * scale)[:5] for share in shares for scale in (1, 100)]
    assert [each for each in (*figures, "7,115", "7115", "6,939", "6939") if each in text] == []
    assert {each["conclusion"] for each in as_json(told)["apps"][0]["objectives"]} == {"insufficient_coverage"}
    assert "no number" in text


def test_with_a_coverage_of_095_nothing_is_met() -> None:
    told = dossier(of_journeys({a_subject(): since_the_start(some_counts(7_661, missed=403))}))
    values = as_json(told)

    assert values["tally"] == {"no verdict": 1}
    [figure] = values["requirements"][0]["figures"]
    assert (figure["objective"], figure["attributed"]["objective"], figure["certainty"]) == (None, None, None)
    assert "pill passed" not in render_dossier(told)


def test_the_headline_counts_every_requirement_and_has_the_worst_first() -> None:
    requirements = [a_requirement(how) for how in How]
    what = gathered(*requirements, seen={a_subject(): since_the_start(some_counts(8_000, app=64))})

    told = as_json(dossier(what))

    assert told["headline"] == (
        "Of 7 requirements: 1 not met; 1 not met, shown; 1 nothing measured; 2 listed, not judged;"
        " 1 attestation missing; 1 not gathered yet."
    )
    assert sum(told["tally"].values()) == len(requirements)


ATTESTED: dict[str, Any] = {"profile": a_profile(requirements={"attestation": a_requirement(How.ATTESTATION)})}
SAID_LATER = {"attestation": AnAttestation(on=date(2026, 3, 29))}
SAID_UNTIL = {"attestation": AnAttestation(until=date(2026, 3, 27))}
UNCOVERED = "What people attest does not cover the days of this dossier: attestation."
EMBEDDED = "The target production is the stand-in that comes with this product"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"journeys": (placed(site=None),)}, EMBEDDED, id="the stand-in"),
        pytest.param({"since_ms": UNTIL_MS - 7 * DAY_MS}, "over 28 days; this dossier is over 7 days", id="a part"),
        pytest.param({"now_ms": UNTIL_MS - 1}, "The day 2026-03-28 is not over yet.", id="a day that goes on"),
        pytest.param({"unread": ("test_x.py: it does not parse.",)}, "Missing here: test_x.py", id="a broken file"),
        pytest.param(
            {"apps": (Enrolment(app="ihub", title="Hub"),)}, "No app shown here is enrolled", id="none enrolled"
        ),
        pytest.param(
            {"checks": (ACheck(day=date(2026, 3, 2), state=DayState.CHANGED),)},
            "What was sealed was changed afterwards, on 1 day: 2026-03-02.",
            id="a changed day",
        ),
        pytest.param(
            {"profile": a_profile(valid_until=date(2026, 3, 27))}, "known to hold until 2026-03-27", id="an old profile"
        ),
        pytest.param(ATTESTED | {"attestations": SAID_LATER}, UNCOVERED, id="attested after these days"),
        pytest.param(ATTESTED | {"attestations": SAID_UNTIL}, UNCOVERED, id="attested until before their end"),
    ],
)
def test_what_a_reader_must_know_first_is_said_first(changes: dict[str, Any], said: str) -> None:
    assert as_json(dossier(gathered()))["cautions"] == []
    [caution] = as_json(dossier(gathered(**changes)))["cautions"]

    assert said in caution


@pytest.mark.parametrize(
    ("attestations", "conclusion"),
    [
        pytest.param(SAID_LATER, "attested", id="given after these days"),
        pytest.param(SAID_UNTIL, "attestation_ended", id="ended before their end"),
    ],
)
def test_an_attestation_of_another_time_is_as_it_is_today_and_says_so(
    attestations: dict[str, AnAttestation], conclusion: str
) -> None:
    told = the_answer(gathered(**ATTESTED, attestations=attestations))

    assert told["conclusion"] == conclusion
    assert told["sentence"].endswith(" It does not cover the days of this dossier.")


@pytest.mark.parametrize(
    "attestation",
    [
        pytest.param(AnAttestation(on=date(2026, 3, 28)), id="given on their last day"),
        pytest.param(AnAttestation(until=date(2026, 3, 28)), id="until their last day"),
    ],
)
def test_an_attestation_of_the_last_day_covers_it(attestation: AnAttestation) -> None:
    told = as_json(dossier(gathered(**ATTESTED, attestations={"attestation": attestation})))

    assert told["cautions"] == []
    assert "does not cover" not in told["requirements"][0]["sentence"]


def test_the_last_seal_stands_in_it_and_which_days_have_none() -> None:
    days = [date(2026, 2, 28) + timedelta(days=number) for number in range(28)]
    seals = tuple(ASeal(day=each, seal=f"{each.day:02x}" * 32) for each in days)

    told = as_json(dossier(gathered(seals=seals)))

    assert (told["last_seal"]["day"], told["last_seal"]["seal"]) == ("2026-03-27", "1b" * 32)
    assert [each["day"] for each in told["seals"]] == [str(each) for each in days[1:]]
    assert told["unsealed"] == ["2026-03-28"]
    assert as_json(dossier(gathered()))["last_seal"] is None


def test_a_profile_without_requirements_still_shows_its_objectives() -> None:
    told = as_json(dossier(gathered(seen={a_subject(): since_the_start(some_counts(8_064))})))

    assert told["headline"] == "This profile names no requirements; its objectives are shown below."
    assert [each["conclusion"] for each in told["apps"][0]["objectives"]] == ["met"]


def test_the_json_is_plain_values_under_the_keys_that_the_docs_name() -> None:
    values = as_json(dossier(gathered(a_requirement())))

    assert json.loads(json.dumps(values)) == values
    assert [*values] == [
        "format", "version", "made_ms", "made", "profile", "since_ms", "until_ms", "is_of_the_profiles_window",
        "headline", "tally", "cautions", "requirements", "apps", "left_out", "maintenance", "not_gathered",
        "last_seal", "seals", "unsealed", "checks",
    ]  # fmt: skip


def test_words_never_make_an_interval_narrower_or_a_day_another() -> None:
    assert interval_words((0.998719, 0.999811)) == "99.87 to 99.99 %"
    assert interval_words((0.0, 1.0)) == "0.00 to 100.00 %"
    assert days_words(SINCE_MS, UNTIL_MS) == "2026-03-01 to 2026-03-28"
    assert days_words(UNTIL_MS - DAY_MS, UNTIL_MS) == "2026-03-28"
    assert days_words(SINCE_MS + 60_000, UNTIL_MS) == "2026-03-01 00:01 to 2026-03-29 00:00"
