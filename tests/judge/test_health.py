"""Whose fault a health check was, case by case, and that every rule of its table is needed."""

from dataclasses import dataclass
from typing import Any

import pytest

from synthetics.evidence import AppFacts, Evidence, HealthPhase, HealthSeen, OtherSeen
from synthetics.judge import judge, review, wants
from synthetics.judge.rules import HEALTH_RULES, RULES, first_to_speak
from synthetics.record import Fault, Outcome
from tests.judge.building import JIRA, NOW, around, red

URL = "https://api.vendor.example/health"
SITE = OtherSeen(origin="https://acme.example", is_site=True, reached=True, at_ms=NOW)
SITE_GONE = OtherSeen(origin="https://acme.example", is_site=True, reached=False, at_ms=NOW)
ANOTHER = OtherSeen(origin="https://api.another.example", reached=True, at_ms=NOW)

REFUSED: dict[str, Any] = {"stopped_in": HealthPhase.CONNECT, "failure": "net::ERR_CONNECTION_REFUSED"}
NO_NAME: dict[str, Any] = {"stopped_in": HealthPhase.RESOLVE, "failure": "net::ERR_NAME_NOT_RESOLVED"}
BAD_CERTIFICATE: dict[str, Any] = {"stopped_in": HealthPhase.TLS, "failure": "net::ERR_CERT_INVALID"}
NO_ANSWER: dict[str, Any] = {"stopped_in": HealthPhase.PROCESSING, "timed_out": True, "failure": "net::ERR_TIMED_OUT"}
HALF: dict[str, Any] = {"stopped_in": HealthPhase.TRANSFER, "status": 200, "timed_out": True}
CUT: dict[str, Any] = {"stopped_in": HealthPhase.TRANSFER, "status": 200, "failure": "net::ERR_EMPTY_RESPONSE"}


def a_check(*others: OtherSeen, asked: bool = True, surroundings: Any = None, **seen: Any) -> Evidence:
    return Evidence(
        asked_target=asked,
        app=AppFacts(name="ledger"),
        health=HealthSeen(url=URL, others=others, **seen),
        surroundings=around(()) if surroundings is None else surroundings,
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case: its sentence, what was seen, and what is expected."""

    sentence: str
    evidence: Evidence
    outcome: Outcome = Outcome.FAILED
    fault: Fault
    code: str | None


def case(sentence: str, evidence: Evidence, fault: Fault, code: str) -> Case:
    outcome = Outcome.ERRORED if fault is Fault.MONITOR else Outcome.FAILED
    return Case(sentence=sentence, evidence=evidence, outcome=outcome, fault=fault, code=code)


_GONE_HERE = around((red(JIRA, Fault.NETWORK, after_ms=0, reached=False),))
_ERRORED_LONG = around((), errored_in_row=3, neighbours_passed=True)

CASES = (
    Case(
        sentence="200 in time passes",
        evidence=a_check(status=200),
        outcome=Outcome.PASSED,
        fault=Fault.NONE,
        code=None,
    ),
    case("500 is the app's", a_check(status=500), Fault.APP, "health_status"),
    case("204 is not good enough", a_check(status=204), Fault.APP, "health_status"),
    case("201 is not good enough", a_check(status=201), Fault.APP, "health_status"),
    case("401 is the app's: nobody signs in", a_check(status=401), Fault.APP, "health_status"),
    case(
        "a redirect is not followed", a_check(status=302, redirect="https://b.example/"), Fault.APP, "health_redirect"
    ),
    case("500 is the app's even if the site is gone", a_check(SITE_GONE, status=500), Fault.APP, "health_status"),
    case("no answer while the site answers", a_check(SITE, **NO_ANSWER), Fault.APP, "health_late"),
    case("no answer, and nobody else was asked", a_check(**NO_ANSWER), Fault.APP, "health_late"),
    case("half a body is no whole answer", a_check(SITE, **HALF), Fault.APP, "health_late"),
    case("half a body, cut", a_check(SITE, **CUT), Fault.APP, "health_broken_off"),
    case("a refused port while the site answers", a_check(SITE, **REFUSED), Fault.APP, "health_unreachable"),
    case("a name that is gone while the site answers", a_check(SITE, **NO_NAME), Fault.APP, "health_unreachable"),
    case("a bad certificate while the site answers", a_check(SITE, **BAD_CERTIFICATE), Fault.APP, "health_certificate"),
    case(
        "a refused port, the site gone, another app's URL reached",
        a_check(SITE_GONE, ANOTHER, **REFUSED),
        Fault.APP,
        "health_unreachable",
    ),
    case("a refused port and the site gone", a_check(SITE_GONE, **REFUSED), Fault.NETWORK, "two_origins_cut"),
    case(
        "a bad certificate and the site gone", a_check(SITE_GONE, **BAD_CERTIFICATE), Fault.NETWORK, "two_origins_cut"
    ),
    case("no answer and none of the site", a_check(SITE_GONE, **NO_ANSWER), Fault.NETWORK, "two_origins_cut"),
    case(
        "no name, and a control that was cut off",
        a_check(surroundings=_GONE_HERE, **NO_NAME),
        Fault.NETWORK,
        "control_cut",
    ),
    case(
        "no name and a control that was cut off, but the site answers now",
        a_check(SITE, surroundings=_GONE_HERE, **NO_NAME),
        Fault.APP,
        "health_unreachable",
    ),
    case("no name, and nothing else is known", a_check(**NO_NAME), Fault.UNKNOWN, "health_unclear"),
    case("our own trouble", a_check(own_trouble="no descriptor was left", **REFUSED), Fault.MONITOR, "check_broke"),
    case(
        "our own trouble goes before a bad status", a_check(own_trouble="x", status=500), Fault.MONITOR, "check_broke"
    ),
    case("nothing was asked", a_check(asked=False, status=200), Fault.MONITOR, "vacuous"),
    case(
        "our own trouble for the fourth time, and only here",
        a_check(own_trouble="it broke", surroundings=_ERRORED_LONG),
        Fault.UNKNOWN,
        "errored_too_long",
    ),
)


@pytest.mark.parametrize("each", CASES, ids=lambda each: each.sentence)
def test_health_check_is_judged(each: Case) -> None:
    said = judge(each.evidence)
    assert (said.outcome, said.fault) == (each.outcome, each.fault)
    assert (said.reasons[0].code if said.reasons else None) == each.code
    assert all(reason.sentence.endswith(".") for reason in said.reasons)


@pytest.mark.parametrize("each", CASES, ids=lambda each: each.sentence)
def test_health_check_wants_no_control_and_is_told_by_its_own_table(each: Case) -> None:
    assert wants(each.evidence) == ()
    told = review(each.evidence)
    assert [rule.name for rule in told] == [rule.name for rule in HEALTH_RULES]
    assert sum(rule.decided for rule in told) == 1


@pytest.mark.parametrize("name", [each.name for each in HEALTH_RULES])
def test_every_rule_of_a_health_check_is_needed(name: str) -> None:
    rules = tuple(each for each in HEALTH_RULES if each.name != name)

    def without(evidence: Evidence) -> tuple[Outcome, str | None] | None:
        try:
            said = first_to_speak(evidence, rules)
        except StopIteration:
            return None
        return said.outcome, said.reasons[0].code if said.reasons else None

    assert any(without(each.evidence) != (each.outcome, each.code) for each in CASES)


def test_rules_of_both_tables_have_sentences_and_cite_what_they_look_at() -> None:
    assert all(each.sentence.endswith(".") and each.cites for each in HEALTH_RULES)
    assert len({each.name for each in HEALTH_RULES}) == len(HEALTH_RULES)
    only_once = {"vacuous", "errored_too_long"}  # which say the same of both
    assert {each.name for each in HEALTH_RULES} & {each.name for each in RULES} == only_once


def test_reason_names_the_address_what_became_of_it_and_who_was_reached_meanwhile() -> None:
    said = judge(a_check(SITE, **REFUSED))
    assert [each.sentence for each in said.reasons] == [
        f"{URL} ended with net::ERR_CONNECTION_REFUSED (connect).",
        "The network was well: acme.example answered.",
    ]
