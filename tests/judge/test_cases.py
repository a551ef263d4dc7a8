"""The judge over the table of cases: the pair, the weightiest reason, and the controls that it still wants."""

import pytest

from synthetics.judge import RULES, judge, review, wants
from synthetics.judge.rules import first_to_speak
from synthetics.record import Outcome
from tests.judge.cases import CASES, Case

ALL = [pytest.param(each, id=each.sentence) for each in CASES]


@pytest.mark.parametrize("case", ALL)
def test_judge_names_who_is_at_fault_and_why(case: Case) -> None:
    judgement = judge(case.evidence)
    codes = [each.code for each in judgement.reasons]
    assert (judgement.outcome, judgement.fault) == (case.outcome, case.fault), codes
    assert (codes[0] if codes else None) == case.code


@pytest.mark.parametrize("case", ALL)
def test_wants_asks_for_the_controls_that_would_tell_more(case: Case) -> None:
    assert wants(case.evidence) == case.wants


@pytest.mark.parametrize("case", ALL)
def test_review_tells_every_rule_and_the_one_that_decided(case: Case) -> None:
    told = review(case.evidence)
    assert [each.name for each in told] == [each.name for each in RULES]
    (decided,) = [each for each in told if each.decided]
    assert decided.said is not None
    assert (decided.said.outcome, decided.said.fault) == (case.outcome, case.fault)
    assert all((each.saw is None) == (each.said is None) for each in told)


def _removed(name: str) -> list[str]:
    """The cases that are judged otherwise, in their pair or their weightiest reason, when a rule is not there."""
    rules = tuple(each for each in RULES if each.name != name)
    changed = []
    for each in CASES:
        try:
            said = first_to_speak(each.evidence, rules)
        except StopIteration:
            changed.append(each.sentence)
            continue
        code = said.reasons[0].code if said.reasons else None
        if (said.outcome, said.fault, code) != (each.outcome, each.fault, each.code):
            changed.append(each.sentence)
    return changed


@pytest.mark.parametrize("name", [each.name for each in RULES])
def test_cases_notice_a_rule_that_is_removed(name: str) -> None:
    assert _removed(name)


def test_cases_are_many_and_each_has_a_sentence_of_its_own() -> None:
    sentences = [each.sentence for each in CASES]
    assert len(sentences) >= 80
    assert len(set(sentences)) == len(sentences)


def test_every_rule_has_a_sentence_and_cites_evidence() -> None:
    assert len({each.name for each in RULES}) == len(RULES)
    assert all(each.sentence.endswith((".", ":")) and each.cites for each in RULES)


def test_every_failure_has_its_course_among_its_reasons() -> None:
    course = {"journey_failed", "deadline", "memory", "worker_ended", "step_not_reached", "step_failed"}
    for each in CASES:
        judgement = judge(each.evidence)
        if judgement.outcome is Outcome.FAILED and each.code not in {"vacuous", "errored_too_long"}:
            assert course & {reason.code for reason in judgement.reasons}, each.sentence
