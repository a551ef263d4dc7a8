"""Rules for made-up catalogues, with a real promtool to judge them."""

import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synthetics.catalogue import Catalogue
from synthetics.config.models import Configuration, Rollout, TargetSettings
from synthetics.record import Kind
from synthetics.slo.rules.generating import journey_file
from synthetics.slo.rules.model import Alert, Recording, Rule, RuleFile
from synthetics.slo.rules.proving import Scenario, step_of
from synthetics.slo.rules.testing import journey_scenarios, tests_yaml
from synthetics.slo.rules.watched import Goals, Watched, watched_of
from synthetics.slo.rules.writing import rules_yaml
from tests.builders import a_catalogue, a_placement
from tests.debian import debian_program

MINUTE, HOUR, DAY = 60, 3_600, 86_400
NAME = "ihub.run_flow"
CONFIGURATION = Configuration(
    file=Path("synthetics.toml"),
    journeys_folder=Path("journeys"),
    storage=Path("var"),
    targets={
        "standin": TargetSettings(embedded=True),
        "dfr": TargetSettings(rollout=Rollout.FIRST),
        "production": TargetSettings(rollout=Rollout.PRODUCTION),
    },
)


def a_catalogue_due(
    every_s: int = 300, *targets: str, kind: Kind = Kind.BROWSER, cron: str | None = None, confirms: bool = True
) -> Catalogue:
    """One journey on some targets."""
    placements = []
    for target in targets or ("standin",):
        placed = a_placement(NAME, target=target, every_ms=every_s * 1_000, cron=cron)
        journey = replace(placed.journey, kind=kind, confirms=confirms)
        placements.append(replace(placed, journey=journey))
    return a_catalogue(*placements)


def watched_due(
    every_s: int = 300, *targets: str, kind: Kind = Kind.BROWSER, cron: str | None = None, confirms: bool = True
) -> tuple[Watched, ...]:
    """What rules watch of it."""
    catalogue = a_catalogue_due(every_s, *targets, kind=kind, cron=cron, confirms=confirms)
    return watched_of(catalogue, CONFIGURATION, Goals())


def rules_of(watched: Sequence[Watched]) -> RuleFile:
    return journey_file(NAME, watched)


def quick(watched: Sequence[Watched]) -> tuple[Scenario, ...]:
    """All scenarios but the one over four weeks."""
    return tuple(each for each in journey_scenarios(watched) if "isolated" not in each.name)


def of_alerts(watched: Sequence[Watched]) -> tuple[Scenario, ...]:
    """Those of them that look at alerts."""
    return tuple(each for each in quick(watched) if any("ALERTS" in check.expr for check in each.checks))


@dataclass(frozen=True)
class Verdict:
    """What promtool says of unit tests, and the expressions that failed."""

    passed: bool
    failed: tuple[str, ...]
    said: str

    def names(self, *words: str) -> bool:
        """Whether an expression failed that has all these words."""
        return any(all(word in each for word in words) for each in self.failed)


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = debian_program("prometheus", "usr/bin/promtool")
    return subprocess.run([program, *arguments], check=False, capture_output=True, text=True)


def judged(folder: Path, file: RuleFile, scenarios: Iterable[Scenario], step_s: int) -> Verdict:
    """Write rules and their tests and let promtool run them."""
    rules, tests = folder / f"{file.name}.rules.yml", folder / f"{file.name}.rules.test.yml"
    rules.write_text(rules_yaml(file))
    tests.write_text(tests_yaml(file, step_s, tuple(scenarios)))
    ended = promtool("test", "rules", tests)
    said = ended.stdout + ended.stderr
    failed = tuple(each.replace('\\"', '"') for each in re.findall(r'expr: "((?:[^"\\]|\\.)*)"', said))
    assert ended.returncode == 0 or failed, said  # it failed for no other reason than its checks
    return Verdict(ended.returncode == 0, failed, said)


def judged_journey(folder: Path, file: RuleFile, watched: Sequence[Watched], scenarios: Iterable[Scenario]) -> Verdict:
    return judged(folder, file, scenarios, step_of(watched[0].cadence))


def changed(file: RuleFile, change: "dict[int, Rule | None]") -> RuleFile:
    """The file with other rules in some places, counted through all groups; None takes one away."""
    number, groups = 0, []
    for group in file.groups:
        rules = []
        for rule in group.rules:
            instead = change.get(number, rule)
            rules += [instead] if instead is not None else []
            number += 1
        groups.append(replace(group, rules=tuple(rules)))
    return replace(file, groups=tuple(groups))


def numbered(file: RuleFile) -> Iterator[tuple[int, Rule]]:
    yield from enumerate(rule for group in file.groups for rule in group.rules)


#: What an alert can lose: all of it, how long it waits, how long it outlasts its conditions, or one of these.
LOSSES = ("the alert", "for", "keep_firing_for", *(f"condition {place + 1}" for place in range(4)))


def alerts_without(loss: str, file: RuleFile) -> "dict[int, Rule | None]":
    """The alerts that can lose something, as they are without it, by their places in the file."""
    lost: dict[int, Rule | None] = {}
    for number, rule in numbered(file):
        if isinstance(rule, Alert):
            lost.update((number, each) for each in _lesser(rule, loss))
    return lost


def _lesser(alert: Alert, loss: str) -> "Iterator[Rule | None]":
    if loss == "the alert":
        yield None
    elif loss == "for" and alert.for_s:
        yield replace(alert, for_s=0)
    elif loss == "keep_firing_for" and alert.keep_firing_s:
        yield replace(alert, keep_firing_s=0)
    elif loss.startswith("condition"):
        lesser = without_condition(alert, int(loss.split()[1]) - 1)
        if lesser is not None:
            yield lesser


def without_condition(rule: Rule, place: int) -> Rule | None:
    """A rule that asks for one thing less; None where it has no such condition, or no other."""
    if isinstance(rule, Recording):
        guards = rule.guards
        return replace(rule, guards=(*guards[:place], *guards[place + 1 :])) if place < len(guards) else None
    conditions = rule.conditions
    if not 1 < len(conditions) > place:
        return None
    return replace(rule, conditions=(*conditions[:place], *conditions[place + 1 :]))


def unnoticed(verdict: Verdict, file: RuleFile, numbers: Iterable[int]) -> list[tuple[str, ...]]:
    """The rules in these places of which no check failed."""
    rules = dict(numbered(file))
    return [identity(rules[each]) for each in numbers if not verdict.names(*identity(rules[each]))]


def identity(rule: Rule) -> tuple[str, ...]:
    """Words that only checks of this rule have."""
    labels = {name: value for name, value in rule.labels.items() if name in _TELLING}
    name = f'alertname="{rule.name}"' if isinstance(rule, Alert) else f"{rule.name}{{"
    if isinstance(rule, Alert) and rule.name != "SyntheticErrorBudgetBurn":
        labels = {each: labels[each] for each in ("target", "location", "production") if each in labels}
    return (name, *(f'{label}="{value}"' for label, value in labels.items()))


_TELLING = ("target", "location", "count", "reading", "long_window", "route", "severity", "production")


def samples_of(text: str) -> list[int | None]:
    """What promtool makes of a series: ``a+bxn`` is n+1 samples, ``_xn`` are n missing ones."""
    samples: list[int | None] = []
    for word in text.split():
        missing = re.fullmatch(r"_x(\d+)", word)
        if missing:
            samples += [None] * int(missing[1])
            continue
        found = re.fullmatch(r"(\d+)\+(\d+)x(\d+)", word)
        assert found, word
        start, delta, more = (int(each) for each in found.groups())
        samples += [start + delta * number for number in range(more + 1)]
    return samples
