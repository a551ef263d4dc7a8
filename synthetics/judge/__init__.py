"""Who is at fault: an ordered table of pure rules over evidence.

The first rule that speaks decides. Each sees the evidence and nothing else, and says in a sentence what it saw. The
judge runs nothing: it says which controls it wants, and is asked again when they are there.
"""

from synthetics.judge.again import Later, adds_to, carried, judge_again
from synthetics.judge.judgement import Judgement, Rule, RuleSaid
from synthetics.judge.judging import judge, review, wants
from synthetics.judge.rules import RULES
from synthetics.judge.unsure import is_unsure

__all__ = [
    "RULES",
    "Judgement",
    "Later",
    "Rule",
    "RuleSaid",
    "adds_to",
    "carried",
    "is_unsure",
    "judge",
    "judge_again",
    "review",
    "wants",
]
