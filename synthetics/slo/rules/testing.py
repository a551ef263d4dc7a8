"""The unit tests that stand beside each file of rules."""

from collections.abc import Iterator, Sequence

from synthetics.slo.rules.model import RuleFile, window
from synthetics.slo.rules.proofs_of_burning import burn_proofs
from synthetics.slo.rules.proofs_of_counts import count_proofs
from synthetics.slo.rules.proofs_of_monitor import monitor_proofs
from synthetics.slo.rules.proofs_of_watching import watching_proofs
from synthetics.slo.rules.proving import Scenario, step_of
from synthetics.slo.rules.watched import Watched
from synthetics.slo.rules.writing import MADE, as_yaml

_MONITOR_STEP_S = 60


def journey_scenarios(placements: Sequence[Watched]) -> Iterator[Scenario]:
    """All scenarios of one journey's rules.

    Args:
        placements: Where it runs.
    """
    yield from count_proofs(placements)
    yield from watching_proofs(placements)
    feeding = tuple(each for each in placements if each.feeds_objective)
    if feeding:
        yield from burn_proofs(feeding)


def journey_tests(file: RuleFile, placements: Sequence[Watched]) -> str:
    """The unit tests of one journey's rules, as YAML.

    Args:
        file: The journey's rules.
        placements: Where it runs.
    """
    return tests_yaml(file, step_of(placements[0].cadence), tuple(journey_scenarios(placements)))


def monitor_tests(file: RuleFile, watched: Sequence[Watched], artifacts_bytes: int) -> str:
    """The unit tests of the monitor's own rules, as YAML."""
    locations = sorted({each.location for each in watched})
    return tests_yaml(file, _MONITOR_STEP_S, tuple(monitor_proofs(locations, artifacts_bytes)))


def tests_yaml(file: RuleFile, step_s: int, scenarios: Sequence[Scenario]) -> str:
    """Unit tests as promtool reads them.

    Groups are evaluated in the file's order: without one promtool takes them in another order each time, and a rule
    that reads what another group records is then sometimes one evaluation later.

    Args:
        file: The rules that are tested.
        step_s: How often rules are evaluated.
        scenarios: What is tested.
    """
    head = f"{MADE}# Run with: promtool test rules {file.name}.rules.test.yml\n"
    values = {
        "rule_files": [f"{file.name}.rules.yml"],
        "evaluation_interval": window(step_s),
        "group_eval_order": [each.name for each in file.groups],
        "tests": [each.values for each in scenarios],
    }
    return head + as_yaml(values)
