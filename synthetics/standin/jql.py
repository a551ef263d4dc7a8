"""The part of JQL that the site understands: ``project = SYN AND labels = x ORDER BY created DESC``."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from synthetics.standin.state import Issue

_ORDER = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_AND = re.compile(r"\s+AND\s+", re.IGNORECASE)
_CLAUSE = re.compile(
    r"""^(?P<field>\w+)\s*=\s*(?:"(?P<quoted>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'()=<>!~,]+))$"""
)
_SORT = re.compile(r"^(?P<field>created|key)(?:\s+(?P<way>ASC|DESC))?$", re.IGNORECASE)

Test = Callable[[Issue, str], bool]

_TESTS: dict[str, Test] = {
    "project": lambda issue, value: value.casefold() == issue.key.rpartition("-")[0].casefold(),
    "labels": lambda issue, value: value in issue.labels,
    "status": lambda issue, value: value.casefold() == issue.status.casefold(),
    "key": lambda issue, value: value.casefold() == issue.key.casefold(),
}


class JqlError(Exception):
    """The query is not one that the site understands; the text says which part."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """A query that was understood.

    Args:
        clauses: Pairs of field and value, all of which must hold.
        newest_first: The order of the answer.
    """

    clauses: tuple[tuple[str, str], ...]
    newest_first: bool = True

    def of(self, issues: Iterable[Issue]) -> tuple[Issue, ...]:
        """Those of the issues that it asks for, in its order."""
        found = [issue for issue in issues if all(_TESTS[field](issue, value) for field, value in self.clauses)]
        return tuple(sorted(found, key=lambda issue: (issue.created, int(issue.id)), reverse=self.newest_first))


def parse(jql: str) -> Query:
    """Understand a query.

    Args:
        jql: Equalities of project, labels, status or key, joined by AND, perhaps with an order by created or key.

    Returns:
        The query.

    Raises:
        JqlError: It is empty, or has something that is not supported here.
    """
    where, *orders = _ORDER.split(jql)
    if not where.strip():
        raise JqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    return Query(
        clauses=tuple(_clause(part.strip()) for part in _AND.split(where.strip())),
        newest_first=_newest_first(orders),
    )


def _clause(part: str) -> tuple[str, str]:
    match = _CLAUSE.match(part)
    if match is None:
        raise JqlError(f"Error in the JQL Query: '{part}' is not supported here. Write: field = value, joined by AND.")
    field = match["field"].lower()
    if field not in _TESTS:
        raise JqlError(
            f"Field '{match['field']}' does not exist or is not supported here: {', '.join(sorted(_TESTS))}."
        )
    return field, next(match[name] for name in ("quoted", "single", "bare") if match[name] is not None)


def _newest_first(orders: list[str]) -> bool:
    if not orders:
        return True
    match = _SORT.match(orders[0].strip()) if len(orders) == 1 else None
    if match is None:
        raise JqlError(f"Error in the JQL Query: 'ORDER BY{orders[0]}' is not supported here. Write: ORDER BY created.")
    return (match["way"] or "ASC").upper() == "DESC"
