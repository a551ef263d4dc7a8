"""What Jira holds when the stand-in starts: the same every time, identifiers included."""

from datetime import UTC, datetime, timedelta

from synthetics.standin import adf
from synthetics.standin.persona import Persona
from synthetics.standin.state import Issue, Jira

BUILD = "standin-1.0"

_FIRST_DAY = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)

_ISSUES = (
    (
        "Order export stops at 10,000 rows",
        (
            "The nightly export to the warehouse ends without an error after 10,000 rows. "
            "Customers with larger catalogues miss everything after that."
        ),
        ("Bug", "In Progress", "maja", ("export",), 3),
    ),
    (
        "Show the carrier's tracking link on the order page",
        "Support is asked for it several times a day. The carrier's API returns the link already.",
        ("Story", "To Do", "omar", ("orders",), 5),
    ),
    (
        "Renew the certificate of the staging gateway",
        "It ends on the last day of the month. Write down the steps this time.",
        ("Task", "Done", "eva", (), 1),
    ),
    (
        "Checkout times out when the discount service is slow",
        "Seen three times last week, always between 18:00 and 19:00. The page should go on without the discount.",
        ("Bug", "To Do", None, ("checkout", "performance"), None),
    ),
    (
        "Let warehouse staff print labels in batches",
        "Up to fifty labels at once, sorted by aisle.",
        ("Story", "In Progress", "maja", ("warehouse",), 8),
    ),
)

_COMMENTS = (
    (0, "omar", "The limit comes from the warehouse's own client. Raising it needs their version 4."),
    (0, "maja", "Thanks. I will page through the rows instead, so it works with both versions."),
    (3, "eva", "The discount service had its backups at that hour. Moved to the night."),
)


def seeded_jira(persona: Persona) -> Jira:
    """A site with one project and five issues of a believable kind.

    Args:
        persona: Whose keys and ids they have.
    """
    people = persona.people
    jira = Jira(
        project=persona.project,
        users=(
            *(account.user for account in persona.accounts),
            *(app.account for app in persona.apps),
            *people.values(),
        ),
        used_up=persona.used_up,
    )
    for number, (summary, description, (kind, status, assignee, labels, points)) in enumerate(_ISSUES):
        jira.create_issue(
            Issue(
                summary=summary,
                description=adf.from_text(description),
                issue_type=kind,
                status=status,
                assignee=None if assignee is None else people[assignee],
                labels=labels,
                story_points=points,
                creator=persona.project.lead,
                created=_FIRST_DAY + timedelta(days=number, minutes=17 * number),
            )
        )
    keys = [issue.key for issue in jira.issues()]
    for number, (issue, author, text) in enumerate(_COMMENTS):
        written = _FIRST_DAY + timedelta(days=6, hours=number)
        jira.add_comment(keys[issue], people[author], adf.from_text(text), written)
    return jira


class Seeded:
    """The issues that were on the site from the start, which can be taken away and given back.

    Args:
        jira: The site's data, as it is at the start.
    """

    def __init__(self, jira: Jira) -> None:
        self._jira = jira
        self._issues = jira.issues()

    def turn(self, gone: bool) -> None:  # noqa: FBT001  a callback
        """Take them away, or give them back as they were."""
        self._jira.take_away(self._issues)
        if not gone:
            self._jira.give_back(self._issues)
