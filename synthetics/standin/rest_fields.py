"""The fields of an issue as REST takes them: what is wrong with them, and what they mean. No I/O."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from synthetics.standin import adf
from synthetics.standin.rest_shapes import TYPE_IDS
from synthetics.standin.state import Issue, Project, User

_LONGEST_SUMMARY = 255
_EDITABLE = ("summary", "description", "labels")


def errors_of_new(fields: Mapping[str, Any], project: Project, story_points: str) -> dict[str, str]:
    """What is wrong with the fields of a new issue, by field; ``story_points`` is the name of that one."""
    errors = _errors({"summary": None, **fields}, story_points)
    if not _names(fields.get("project"), project.key, project.id):
        errors["project"] = "Specify a valid project ID or key."
    if _type_name(fields.get("issuetype")) is None:
        errors["issuetype"] = "Specify an issue type."
    return errors


def errors_of_edit(fields: Mapping[str, Any], story_points: str) -> dict[str, str]:
    """What is wrong with a change of an issue, by field; ``story_points`` is the name of that one."""
    unknown = {
        name: f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown."
        for name in fields
        if name not in {*_EDITABLE, story_points}
    }
    return {**_errors(fields, story_points), **unknown}


def new_issue(fields: Mapping[str, Any], creator: User, now: datetime, story_points: str) -> Issue:
    """The issue that fields without errors describe; the site gives it its id and key."""
    return Issue(
        **{"summary": "", "description": None, "labels": (), **changes_of(fields, story_points)},
        issue_type=_type_name(fields["issuetype"]) or "Task",
        creator=creator,
        created=now,
    )


def changes_of(fields: Mapping[str, Any], story_points: str) -> dict[str, Any]:
    """The values, by the names of ``Issue``, that fields without errors give; those that are not there are left out."""
    changes: dict[str, Any] = {}
    if "summary" in fields:
        changes["summary"] = fields["summary"].strip()
    if "description" in fields:
        changes["description"] = fields["description"]
    if "labels" in fields:
        changes["labels"] = tuple(dict.fromkeys(fields["labels"]))
    if story_points in fields:
        changes["story_points"] = fields[story_points]
    return changes


def _errors(fields: Mapping[str, Any], story_points: str) -> dict[str, str]:
    errors = {}
    if "summary" in fields and (wrong := _wrong_summary(fields["summary"])):
        errors["summary"] = wrong
    if fields.get("description") is not None and not adf.is_document(fields["description"]):
        errors["description"] = "Operation value must be an Atlassian Document (see the Atlassian Document Format)."
    labels = fields.get("labels", [])
    if not isinstance(labels, list) or not all(isinstance(label, str) and label for label in labels):
        errors["labels"] = "Labels must be a list of strings."
    elif spaced := [label for label in labels if " " in label]:
        errors["labels"] = f"The label '{spaced[0]}' contains spaces which is invalid."
    points = fields.get(story_points)
    if points is not None and (isinstance(points, bool) or not isinstance(points, int | float)):
        errors[story_points] = "Operation value must be a number"
    return errors


def _wrong_summary(summary: object) -> str:
    if not isinstance(summary, str) or not summary.strip():
        return "You must specify a summary of the issue."
    if len(summary) > _LONGEST_SUMMARY:
        return f"The summary is {len(summary)} characters long; at most {_LONGEST_SUMMARY} are allowed."
    return "The summary is invalid because it contains newline characters." if "\n" in summary else ""


def _names(value: object, key: str, identifier: str) -> bool:
    return isinstance(value, Mapping) and (value.get("key") == key or str(value.get("id")) == identifier)


def _type_name(value: object) -> str | None:
    if not isinstance(value, Mapping):
        return None
    return next((n for n, i in TYPE_IDS.items() if value.get("name") == n or str(value.get("id")) == i), None)
