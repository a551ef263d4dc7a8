"""Who is at fault: an ordered table of pure rules over evidence.

The first rule that speaks decides. Each sees the evidence and nothing else, and says in a sentence what it saw. The
judge runs nothing: it says which controls it wants, and is asked again when they are there.
"""

from synthetics.judge.judgement import Judgement, Rule, RuleSaid
from synthetics.judge.judging import judge, review, wants
from synthetics.judge.rules import RULES

__all__ = ["RULES", "Judgement", "Rule", "RuleSaid", "judge", "review", "wants"]
