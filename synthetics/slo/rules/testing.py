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


def journey_tests(name: str, placements: Sequence[Watched]) -> str:
    """The unit tests of one journey's rules, as YAML.

    Args:
        name: The journey's full name.
        placements: Where it runs.
    """
    return tests_yaml(name, step_of(placements[0].cadence), tuple(journey_scenarios(placements)))


def monitor_tests(file: RuleFile, watched: Sequence[Watched], artifacts_bytes: int) -> str:
    """The unit tests of the monitor's own rules, as YAML."""
    locations = sorted({each.location for each in watched})
    return tests_yaml(file.name, _MONITOR_STEP_S, tuple(monitor_proofs(locations, artifacts_bytes)))


def tests_yaml(name: str, step_s: int, scenarios: Sequence[Scenario]) -> str:
    """Unit tests as promtool reads them.

    Args:
        name: The file of rules, without its ending.
        step_s: How often rules are evaluated.
        scenarios: What is tested.
    """
    head = f"{MADE}# Run with: promtool test rules {name}.rules.test.yml\n"
    values = {
        "rule_files": [f"{name}.rules.yml"],
        "evaluation_interval": window(step_s),
        "tests": [each.values for each in scenarios],
    }
    return head + as_yaml(values)
