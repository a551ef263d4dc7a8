"""Rules as values: recording rules, alerts made of conditions, groups and files of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from synthetics.config.durations import format_duration

#: The labels that tell one placement's series from another's, as an ``on`` of PromQL.
ON = "on (app, journey, target, location)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """A recording rule.

    Args:
        name: What it records.
        expr: The expression that gives the samples.
        guards: Expressions beside which alone there is a sample; each is ``and``-ed to it on a placement's labels.
        labels: What is added to the samples' labels.
    """

    name: str
    expr: str
    guards: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> str:
        """The expression with its guards."""
        return _joined((self.expr, *self.guards))


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """An alerting rule.

    Args:
        name: The alert's name.
        conditions: What has to hold at once; all but the first are its guards. The first one's labels are the alert's.
        join: How conditions are put together, ``and`` and ``unless`` on which labels.
        labels: What is added to the alert's labels.
        summary: One sentence for whoever gets it.
        for_s: How long the conditions have to hold, in seconds.
        keep_firing_s: How long it outlasts them, in seconds.
    """

    name: str
    conditions: tuple[str, ...]
    labels: Mapping[str, str]
    summary: str
    for_s: int = 0
    keep_firing_s: int = 0
    join: str = f"and {ON}"

    @property
    def whole(self) -> str:
        """The expression of all conditions."""
        return _joined(self.conditions, self.join)


Rule = Recording | Alert


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Rules that are evaluated one after the other.

    Args:
        name: Its name, alone in its file.
        rules: In the order in which they need each other.
        remarks: What a reader has to know, one sentence each.
    """

    name: str
    rules: tuple[Rule, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFile:
    """One file of rules.

    Args:
        name: Without ``.rules.yml``.
        groups: What is in it.
        remarks: What stands at its top, one sentence each.
    """

    name: str
    groups: tuple[Group, ...]
    remarks: tuple[str, ...] = ()


def window(seconds: int) -> str:
    """A window as PromQL writes it, such as ``5m`` or ``3d``."""
    return format_duration(timedelta(seconds=seconds))


def selector(labels: Mapping[str, str]) -> str:
    """Labels as PromQL matches them, with braces."""
    return "{" + ", ".join(f"{name}={quoted(value)}" for name, value in labels.items()) + "}"


def quoted(value: str) -> str:
    """A string as PromQL reads it."""
    escaped = value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"'


def _joined(conditions: tuple[str, ...], join: str = f"and {ON}") -> str:
    """Put conditions together, the joining word at the beginning of a line of its own."""
    return conditions[0] if len(conditions) == 1 else f"\n{join} ".join(f"({each})" for each in conditions)
