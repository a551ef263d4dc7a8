"""What Confluence holds when the stand-in starts: the same every time."""

from datetime import UTC, datetime, timedelta

from synthetics.standin.confluence_state import Confluence, Page, Space
from synthetics.standin.confluence_storage import Macro
from synthetics.standin.forge_apps import ForgeApp
from synthetics.standin.persona import Persona

_FIRST_DAY = datetime(2026, 1, 8, 9, 15, tzinfo=UTC)

_HOME = (
    "<p>Everything about the <strong>{name}</strong> project that does not fit into an issue.</p>"
    "<h2>Where to start</h2>"
    "<ul><li>New here? Read <em>How we release</em> first.</li>"
    "<li>What changed lately is on the page <em>Release notes</em>.</li>"
    "<li>Open work is in Jira, project {key}.</li></ul>"
    "<h2>Who to ask</h2>"
    "<p>Maja Lindqvist for exports, Omar Haddad for orders, Eva Sandell for everything else.</p>"
)

_BEFORE_NOTES = (
    "<p>Each version that customers got, the newest first. The list comes from the project itself, so there is "
    "nothing to keep up to date by hand.</p>"
    "<h2>How to read it</h2>"
    "<p>Versions have three numbers. The first changes when something that customers rely on works in another way, "
    "the second when something is new, the third when something was mended.</p>"
    "<ul><li><strong>New</strong>: something that was not there before.</li>"
    "<li><strong>Fixed</strong>: something that did not work and does now.</li>"
    "<li><strong>Changed</strong>: something that works in another way than before.</li></ul>"
    "<h2>Who is told</h2>"
    "<p>Customers get the notes by mail on the day of the release. Support reads them on the day before, and writes "
    "down which of the open questions they answer. Sales gets a summary once a month.</p>"
    "<blockquote><p>A release without notes is not released.</p></blockquote>"
    "<h2>Versions</h2>"
)
_AFTER_NOTES = "<h2>Older versions</h2><p>Versions before 4.0 are in the archive. Ask Eva Sandell for access.</p>"

_RELEASING = (
    "<p>We release on Tuesdays and Thursdays, never before a holiday.</p>"
    "<h2>On the day before</h2>"
    "<ol><li>See that every issue of the version is done.</li>"
    "<li>Run the long tests once more.</li>"
    "<li>Give the notes to support.</li></ol>"
    "<h2>On the day</h2>"
    "<ol><li>Release to the first site at nine.</li>"
    "<li>Watch the synthetic journeys for an hour.</li>"
    "<li>Release to all sites.</li></ol>"
    "<h2>When something goes wrong</h2>"
    "<p>Go back first, and find out why afterwards. The command is <code>release back</code>.</p>"
)


def seeded_macro(app: ForgeApp, project: str, local_id: str) -> Macro:
    """The macro of Release Notes, for a project.

    Args:
        app: Release Notes, as it is installed on the site.
        project: The project's key.
        local_id: Which of its page's macros it is.
    """
    (module,) = app.modules
    return Macro(
        extension_key=f"{app.id}/{app.environment_id}/static/{module.key}",
        extension_id=app.local_id(module),
        title=module.title,
        local_id=local_id,
        config={"project": project},
    )


def seeded_confluence(persona: Persona) -> Confluence:
    """One space, named like the project, with a homepage and two pages below it.

    Args:
        persona: Whose keys and ids they have.
    """
    project, used_up = persona.project, persona.used_up
    owner = project.lead
    homepage_id = str(65_601 + used_up)
    confluence = Confluence(
        space=Space(
            id=str(32_801 + used_up),
            key=project.key,
            name=project.name,
            description=f"What the team of {project.name} writes down.",
            owner=owner,
            created=_FIRST_DAY,
            homepage_id=homepage_id,
        ),
        used_up=used_up,
    )
    notes = seeded_macro(persona.apps.release_notes, project.key, "7d3c1f52-0b84-4a6e-9f17-2c5e8d90a1b3").storage()
    pages = (
        (f"{project.name} home", _HOME.format(name=project.name, key=project.key), None),
        ("Release notes", _BEFORE_NOTES + notes + _AFTER_NOTES, homepage_id),
        ("How we release", _RELEASING, homepage_id),
    )
    for number, (title, body, parent) in enumerate(pages):
        written = _FIRST_DAY + timedelta(days=number, minutes=40 * number)
        confluence.create(
            Page(title=title, body=body, author=owner, created=written, editor=owner, edited=written, parent_id=parent)
        )
    return confluence
