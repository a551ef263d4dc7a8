"""Jira's pages and the sign-in page, in a browser."""

import httpx
from playwright.sync_api import Page, expect

from tests.standin.started import ADMIN_PATH, Standin, a_document


def test_sign_in_takes_its_two_steps(fresh_page: Page, standin: Standin) -> None:
    fresh_page.goto("/browse/SYN-2")
    expect(fresh_page.locator("#password")).to_be_hidden()
    fresh_page.get_by_test_id("username").fill(standin.email)
    fresh_page.get_by_test_id("login-submit-idf-testid").click()
    fresh_page.get_by_test_id("password").fill("wrong")
    fresh_page.locator("#login-submit").click()
    expect(fresh_page.get_by_test_id("form-error--content")).to_contain_text("Incorrect email address")
    fresh_page.get_by_test_id("password").fill(standin.password)
    fresh_page.get_by_role("button", name="Log in").click()
    fresh_page.wait_for_url("**/browse/SYN-2")
    expect(fresh_page.get_by_role("heading", level=1)).to_have_text(
        "Show the carrier's tracking link on the order page"
    )


def test_navigation_leads_to_every_page(signed_in_page: Page) -> None:
    signed_in_page.goto("/jira/your-work")
    navigation = signed_in_page.get_by_role("navigation", name="Primary")
    navigation.get_by_role("link", name="Projects").click()
    expect(signed_in_page.get_by_role("heading", level=1)).to_have_text("Issues")
    rows = signed_in_page.get_by_role("table", name="Issues of Synthetics").get_by_role("row")
    rows.filter(has_text="SYN-1").get_by_role("link").click()
    expect(signed_in_page.get_by_role("heading", level=1)).to_have_text("Order export stops at 10,000 rows")
    signed_in_page.wait_for_load_state()  # the button opens a menu once its script is there
    navigation.get_by_role("button", name="Apps").click()
    navigation.get_by_role("link", name="Integration Hub for Jira").click()
    signed_in_page.wait_for_url(f"**{ADMIN_PATH}")


def test_issue_view_shows_the_issue_and_its_comments(signed_in_page: Page) -> None:
    signed_in_page.goto("/browse/SYN-1")
    expect(signed_in_page.get_by_role("region", name="Description")).to_contain_text("ends without an error")
    details = signed_in_page.get_by_role("complementary", name="Details")
    expect(details).to_contain_text("In Progress")
    expect(details).to_contain_text("Maja Lindqvist")
    comments = signed_in_page.get_by_role("list", name="Comments").get_by_role("listitem")
    expect(comments).to_have_count(2)
    expect(comments.first).to_contain_text("Omar Haddad")


def test_comment_made_elsewhere_appears_and_own_one_is_saved(signed_in_page: Page, rest: httpx.Client) -> None:
    signed_in_page.goto("/browse/SYN-3")
    expect(signed_in_page.get_by_text("No comments yet.")).to_be_visible()
    rest.post("/rest/api/3/issue/SYN-3/comment", json={"body": a_document("From elsewhere")})
    comments = signed_in_page.get_by_role("list", name="Comments").get_by_role("listitem")
    expect(comments.filter(has_text="From elsewhere")).to_be_visible()
    save = signed_in_page.get_by_role("button", name="Save")
    expect(save).to_be_disabled()
    signed_in_page.get_by_label("Add a comment").fill("One\n\n<b>Two</b>")
    save.click()
    expect(comments).to_have_count(2)
    expect(comments.last.locator("p").filter(has_text="<b>Two</b>")).to_be_visible()
    expect(signed_in_page.get_by_label("Add a comment")).to_be_empty()


def test_issue_is_created_in_the_dialog_and_a_flag_tells(signed_in_page: Page, rest: httpx.Client) -> None:
    signed_in_page.goto("/jira/your-work")
    signed_in_page.get_by_role("button", name="Create", exact=True).click()
    dialog = signed_in_page.get_by_role("dialog", name="Create issue")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_have_text("You must specify a summary of the issue.")
    dialog.get_by_label("Summary").fill("From the dialog")
    dialog.get_by_label("Description").fill("Words")
    dialog.get_by_label("Labels").fill("one two")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).to_be_hidden()
    flag = signed_in_page.locator('[data-testid$="flag-group"]').get_by_role("alert")
    expect(flag).to_contain_text("has been created")
    found = rest.get("/rest/api/3/search/jql", params={"jql": "labels = two", "fields": "summary,labels"}).json()
    assert [issue["fields"] for issue in found["issues"]] == [{"summary": "From the dialog", "labels": ["one", "two"]}]
    flag.get_by_role("button", name="Dismiss").click()
    expect(flag).to_have_count(0)


def test_missing_issue_is_a_page_of_its_own(signed_in_page: Page) -> None:
    answer = signed_in_page.goto("/browse/SYN-999")
    assert answer is not None
    assert answer.status == 404
    expect(signed_in_page.get_by_role("heading", level=1)).to_contain_text("find that")


def test_pages_load_nothing_from_elsewhere_and_report_no_error(signed_in_page: Page, standin: Standin) -> None:
    own = (standin.site, standin.signin, standin.cdn, standin.backend, standin.connect)
    asked: list[str] = []
    said: list[str] = []
    signed_in_page.on("request", lambda request: asked.append(request.url))
    signed_in_page.on("console", lambda message: said.append(message.text))
    signed_in_page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/jira/your-work", "/jira/software/projects/SYN/issues", "/browse/SYN-1", ADMIN_PATH):
        signed_in_page.goto(path, wait_until="networkidle" if path == ADMIN_PATH else "load")
    assert [url for url in asked if not url.startswith(own)] == []
    assert said == []
