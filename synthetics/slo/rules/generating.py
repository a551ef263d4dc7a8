"""All rules for a catalogue: a file for each journey, and one for the monitor itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from synthetics.catalogue import Catalogue
from synthetics.config.models import Configuration
from synthetics.slo.rules.burning import burn_alerts
from synthetics.slo.rules.model import Group, Rule, RuleFile, window
from synthetics.slo.rules.monitoring import monitor_file
from synthetics.slo.rules.recording import recordings_of
from synthetics.slo.rules.testing import journey_tests, monitor_tests
from synthetics.slo.rules.watched import Goals, Watched, watched_of
from synthetics.slo.rules.watching import first_rollout_alerts, watching_alerts
from synthetics.slo.rules.writing import rules_yaml


@dataclass(frozen=True, kw_only=True, slots=True)
class Generated:
    """One file, as it is to be written.

    Args:
        name: Its name, such as ``ihub.run_flow.rules.yml``.
        content: All of it.
    """

    name: str
    content: str


def generate(catalogue: Catalogue, configuration: Configuration, goals: Goals) -> Iterator[Generated]:
    """Make all files: rules, and beside each the unit tests of it.

    Args:
        catalogue: All journeys on their targets.
        configuration: Tells what is known of targets, and how much room artifacts may take.
        goals: What is asked of journeys.
    """
    watched = watched_of(catalogue, configuration, goals)
    for name, placements in by_journey(watched):
        file = journey_file(name, placements)
        yield Generated(name=f"{name}.rules.yml", content=rules_yaml(file))
        yield Generated(name=f"{name}.rules.test.yml", content=journey_tests(file, placements))
    artifacts_bytes = configuration.retention.artifacts_bytes
    monitor = monitor_file(watched, artifacts_bytes)
    yield Generated(name=f"{monitor.name}.rules.yml", content=rules_yaml(monitor))
    yield Generated(name=f"{monitor.name}.rules.test.yml", content=monitor_tests(monitor, watched, artifacts_bytes))


def by_journey(watched: Sequence[Watched]) -> Iterator[tuple[str, tuple[Watched, ...]]]:
    """Each journey's full name with its placements."""
    for name, placements in groupby(watched, key=lambda each: f"{each.app}.{each.journey}"):
        yield name, tuple(placements)


def journey_file(name: str, placements: Sequence[Watched]) -> RuleFile:
    """The rules of one journey on all its targets.

    Args:
        name: The journey's full name.
        placements: Where it runs.
    """
    groups = [_group(name, each) for each in placements]
    ahead = tuple(first_rollout_alerts(placements))
    if ahead:
        groups.append(Group(name=f"{name} where changes come first", rules=ahead))
    return RuleFile(name=name, groups=tuple(groups))


def _group(name: str, watched: Watched) -> Group:
    burning = tuple(burn_alerts(watched)) if watched.feeds_objective else ()
    rules: tuple[Rule, ...] = (*recordings_of(watched), *burning, *watching_alerts(watched))
    return Group(
        name=f"{name} on {watched.target} from {watched.location}",
        # Said of each rule, though its samples tell: promtool refuses two rules of one name and the same labels.
        rules=tuple(replace(each, labels={**watched.labels, **each.labels}) for each in rules),
        remarks=tuple(_remarks(watched)),
    )


def _remarks(watched: Watched) -> Iterator[str]:
    if not watched.feeds_objective:
        yield f"Runs on {watched.target} feed no objective: there is no budget, and nobody is paged."
        return
    for tier in watched.tiers:
        held = watched.cadence.held(tier.step.long_s)
        yield (
            f"{tier.step.severity} at {tier.step.burn_rate:g} times the budget's rate in {window(tier.step.long_s)}"
            f" and {window(tier.short_s)}: {tier.bad_runs} bad runs of {held} or fewer."
        )
    for left_out in watched.left_out:
        yield f"{left_out.why}."
