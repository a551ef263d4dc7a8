"""The macro, on a page that the journey makes for it."""

import pytest
from playwright.sync_api import expect

from journeys.release_notes.pages import MacroInEditor, ReleaseNotes
from synthetics.authoring.fixtures import AppFrame, Confluence, SiteData, Step, Target


@pytest.mark.journey(every="5m", timeout="60s")
def test_macro_renders(
    confluence: Confluence, app_frame: AppFrame, site_data: SiteData, target: Target, step: Step
) -> None:
    """The macro shows a project's release notes on a page."""
    with step("Make a page with the macro"):
        macro = confluence.macro(project=target.project, heading=f"Changes in {target.project}")
        page = site_data.create_page(f"Journey {site_data.tag}", f"<p>What customers got.</p>{macro}")

    with step("Open the page"):
        confluence.open_page(page)
        notes = ReleaseNotes(app_frame())

    with step("See the release notes"):
        expect(notes.heading).to_have_text(f"Changes in {target.project}")
        expect(notes.versions.first).to_contain_text("Version")

    with step("Find the macro on the page over REST"):
        assert f"Changes in {target.project}" in site_data.page_storage(page)


@pytest.mark.journey(every="5m", timeout="60s")
def test_macro_keeps_setting(
    confluence: Confluence, app_frame: AppFrame, site_data: SiteData, target: Target, step: Step
) -> None:
    """The macro is configured in the editor, and keeps its setting."""
    heading = f"Notes of {site_data.tag}"

    with step("Make a page with the macro"):
        macro = confluence.macro(project=target.project)
        page = site_data.create_page(f"Journey {site_data.tag}", macro)

    with step("Configure the macro in the editor"):
        confluence.edit_page(page)
        editor = MacroInEditor(confluence.page)
        editor.configure(heading=heading, versions=1)
        expect(editor.summary).to_contain_text(heading)

    with step("Publish the page and see the setting"):
        confluence.publish()
        notes = ReleaseNotes(app_frame())
        expect(notes.heading).to_have_text(heading)
        expect(notes.versions).to_have_count(1)

    with step("Find the setting over REST"):
        assert heading in site_data.page_storage(page)

    with step("See it on a fresh page"):
        confluence.open_page(page)
        expect(ReleaseNotes(app_frame()).heading).to_have_text(heading)
