"""What the stand-in holds when it starts: the same every time, identifiers and secrets included."""

from datetime import UTC, datetime, timedelta

from synthetics.standin import adf
from synthetics.standin.state import Issue, Jira, Project, User, UserKind

BUILD = "standin-1.0"
CLOUD_ID = "6e0c2a57-41d9-4f1b-9c57-0b6f5d2f7a31"

APP_ID = "2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10"
APP_NAME = "Integration Hub for Jira"
APP_VERSION = "2.4.1"
ENVIRONMENT_ID = "b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21"
INSTALLATION_ID = "9d5b7e1c-2f0a-4b5e-8a64-7c1d3e9f5b02"
MODULE_KEY = "ihub-admin"
RESOURCE = "main"
LOCAL_ID = f"ari:cloud:ecosystem::extension/{APP_ID}/{ENVIRONMENT_ID}/static/{MODULE_KEY}"

# Constants, since a person must be able to sign in by hand; random-looking, since they are redacted wherever they
# appear and ordinary words would take half of a report with them.
EMAIL = "journeys@standin.example"
PASSWORD = "Vq7-nTz4.Rk9wXe2!LdHs6pYb"  # noqa: S105  the made-up account of a site that exists on loopback only
API_TOKEN = "SAT4x9QmZr7LpW2vKd8TnYc5JhBf3GsE6uAe1RxNo"  # noqa: S105  as above

JOURNEYS = User(account_id="712020:5b1f0c3e-journeys", name="Synthetic Journeys", email=EMAIL)
APP_USER = User(account_id="557058:ihub-app", name=APP_NAME, kind=UserKind.APP)
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
        ("Bug", "In Progress", _MAJA, ("export",)),
    ),
    (
        "Show the carrier's tracking link on the order page",
        "Support is asked for it several times a day. The carrier's API returns the link already.",
        ("Story", "To Do", _OMAR, ("orders",)),
    ),
    (
        "Renew the certificate of the staging gateway",
        "It ends on the last day of the month. Write down the steps this time.",
        ("Task", "Done", _EVA, ()),
    ),
    (
        "Checkout times out when the discount service is slow",
        "Seen three times last week, always between 18:00 and 19:00. The page should go on without the discount.",
        ("Bug", "To Do", None, ("checkout", "performance")),
    ),
    (
        "Let warehouse staff print labels in batches",
        "Up to fifty labels at once, sorted by aisle.",
        ("Story", "In Progress", _MAJA, ("warehouse",)),
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
        users=(JOURNEYS, APP_USER, _MAJA, _OMAR, _EVA),
    )
    for number, (summary, description, (kind, status, assignee, labels)) in enumerate(_ISSUES):
        jira.create_issue(
            Issue(
                summary=summary,
                description=adf.from_text(description),
                issue_type=kind,
                status=status,
                assignee=assignee,
                labels=labels,
                creator=_EVA,
                created=_FIRST_DAY + timedelta(days=number, minutes=17 * number),
            )
        )
    for number, (key, author, text) in enumerate(_COMMENTS):
        jira.add_comment(key, author, adf.from_text(text), _FIRST_DAY + timedelta(days=6, hours=number))
    return jira
