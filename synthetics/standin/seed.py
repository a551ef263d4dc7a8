"""What the stand-in holds when it starts: the same every time, identifiers and secrets included."""

from datetime import UTC, datetime, timedelta

from synthetics.standin import adf
from synthetics.standin.forge_apps import FORGE_APPS, IHUB
from synthetics.standin.state import Issue, Jira, Project, User

BUILD = "standin-1.0"
CLOUD_ID = "6e0c2a57-41d9-4f1b-9c57-0b6f5d2f7a31"

# Constants, since a person must be able to sign in by hand; random-looking, since they are redacted wherever they
# appear and ordinary words would take half of a report with them.
EMAIL = "journeys@standin.example"
PASSWORD = "Vq7-nTz4.Rk9wXe2!LdHs6pYb"  # noqa: S105  the made-up account of a site that exists on loopback only
API_TOKEN = "SAT4x9QmZr7LpW2vKd8TnYc5JhBf3GsE6uAe1RxNo"  # noqa: S105  as above

# The second account has a second factor. Its secret is base32, as authenticator programs take it.
TOTP_EMAIL = "journeys.totp@standin.example"
TOTP_PASSWORD = "Hw3-mKc8.Yt5sQb1!NzRv7gXd"  # noqa: S105  as above
TOTP_API_TOKEN = "SAT9b2VwNk6HsQ4tXc8RmZy3JfLd7GpE1uTo5CxKa"  # noqa: S105  as above
TOTP_SECRET = "K5QXMZLNNRSW4ZDJNZTWC3TEOJUW6YLT"  # noqa: S105  as above

JOURNEYS = User(account_id="712020:5b1f0c3e-journeys", name="Synthetic Journeys", email=EMAIL)
WITH_TOTP = User(account_id="712020:9e27d4b1-totp", name="Careful Journeys", email=TOTP_EMAIL)
APP_USER = IHUB.account
_MAJA = User(account_id="712020:a3d91e40-maja", name="Maja Lindqvist")
_OMAR = User(account_id="712020:c07b52f8-omar", name="Omar Haddad")
_EVA = User(account_id="712020:e41a66d2-eva", name="Eva Sandell")

_FIRST_DAY = datetime(2026, 1, 12, 8, 30, tzinfo=UTC)

_ISSUES = (
    (
        "Order export stops at 10,000 rows",
        (
            "The nightly export to the warehouse ends without an error after 10,000 rows. "
            "Customers with larger catalogues miss everything after that."
        ),
        ("Bug", "In Progress", _MAJA, ("export",), 3),
    ),
    (
        "Show the carrier's tracking link on the order page",
        "Support is asked for it several times a day. The carrier's API returns the link already.",
        ("Story", "To Do", _OMAR, ("orders",), 5),
    ),
    (
        "Renew the certificate of the staging gateway",
        "It ends on the last day of the month. Write down the steps this time.",
        ("Task", "Done", _EVA, (), 1),
    ),
    (
        "Checkout times out when the discount service is slow",
        "Seen three times last week, always between 18:00 and 19:00. The page should go on without the discount.",
        ("Bug", "To Do", None, ("checkout", "performance"), None),
    ),
    (
        "Let warehouse staff print labels in batches",
        "Up to fifty labels at once, sorted by aisle.",
        ("Story", "In Progress", _MAJA, ("warehouse",), 8),
    ),
)

_COMMENTS = (
    ("SYN-1", _OMAR, "The limit comes from the warehouse's own client. Raising it needs their version 4."),
    ("SYN-1", _MAJA, "Thanks. I will page through the rows instead, so it works with both versions."),
    ("SYN-4", _EVA, "The discount service had its backups at that hour. Moved to the night."),
)


def seeded_jira() -> Jira:
    """A site with one project and five issues of a believable kind."""
    jira = Jira(
        project=Project(id="10000", key="SYN", name="Synthetics", lead=_EVA),
        users=(JOURNEYS, WITH_TOTP, *(app.account for app in FORGE_APPS), _MAJA, _OMAR, _EVA),
    )
    for number, (summary, description, (kind, status, assignee, labels, points)) in enumerate(_ISSUES):
        jira.create_issue(
            Issue(
                summary=summary,
                description=adf.from_text(description),
                issue_type=kind,
                status=status,
                assignee=assignee,
                labels=labels,
                story_points=points,
                creator=_EVA,
                created=_FIRST_DAY + timedelta(days=number, minutes=17 * number),
            )
        )
    for number, (key, author, text) in enumerate(_COMMENTS):
        jira.add_comment(key, author, adf.from_text(text), _FIRST_DAY + timedelta(days=6, hours=number))
    return jira
