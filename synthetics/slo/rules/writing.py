"""Rules as YAML, the way Prometheus reads them, with what a reader has to know as comments."""

from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from synthetics.slo.rules.model import Alert, Group, RuleFile, window

#: The first line of every file, by which one that is out of date is known for ours.
MADE = "# Made by `synthetics slo rules`; make it anew where journeys, targets or cadences change.\n"

#: How often every group is evaluated: windows count on it.
_INTERVAL = "1m"
_COMMENT_WIDTH = 118


def rules_yaml(file: RuleFile) -> str:
    """Write a file of rules."""
    lines = [MADE, *_comments(file.remarks), "groups:\n"]
    for group in file.groups:
        lines += [*_comments(group.remarks), as_yaml([_group_values(group)])]
    return "".join(lines)


def as_yaml(value: Any) -> str:
    """Write plain values as YAML, texts of several lines as they stand."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


class _Dumper(yaml.CSafeDumper):
    """Writes texts of several lines as blocks, with libyaml: the writer in Python takes three times as long."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)
_Dumper.add_multi_representer(str, _text)  # members of a StrEnum


def _group_values(group: Group) -> dict[str, Any]:
    return {"name": group.name, "interval": _INTERVAL, "rules": [_rule_values(each) for each in group.rules]}


def _rule_values(rule: Any) -> dict[str, Any]:
    if not isinstance(rule, Alert):
        labels = {"labels": dict(rule.labels)} if rule.labels else {}
        return {"record": rule.name, "expr": rule.whole, **labels}
    values: dict[str, Any] = {"alert": rule.name, "expr": rule.whole}
    if rule.for_s:
        values["for"] = window(rule.for_s)
    if rule.keep_firing_s:
        values["keep_firing_for"] = window(rule.keep_firing_s)
    return values | {"labels": dict(rule.labels), "annotations": {"summary": rule.summary}}


def _comments(remarks: Iterable[str]) -> Iterator[str]:
    for remark in remarks:
        line = "#"
        for word in remark.split():
            if len(line) + 1 + len(word) > _COMMENT_WIDTH:
                yield f"{line}\n"
                line = "#  "
            line += f" {word}"
        yield f"{line}\n"
