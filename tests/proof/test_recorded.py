"""The judge over the evidence of the last whole proof, with no stand-in, no browser and no runner anywhere near."""

import pytest

from synthetics.judge import judge, review
from tests.proof.recorded import Recorded, read

CELLS = tuple(read())


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell.injected} {cell.journey}")
def test_recorded_evidence_is_judged_as_it_was(cell: Recorded) -> None:
    judgement = judge(cell.evidence)

    assert (judgement.outcome, judgement.fault) == cell.judged
    assert [each.decided for each in review(cell.evidence)].count(True) == 1


def test_recorded_evidence_is_of_every_kind_of_fault_and_mostly_judged_as_expected() -> None:
    assert {each.expected[1] for each in CELLS} == {"app", "host", "session", "network", "monitor", "none"}
    assert not [each for each in CELLS if each.judged[1] == "app" != each.expected[1]]
    right = sum(each.judged == each.expected for each in CELLS)
    assert right / len(CELLS) >= 0.95
