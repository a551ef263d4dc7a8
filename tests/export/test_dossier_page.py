"""The dossier's page: whole, self-contained, harmless, readable on a small screen, on a large one and on paper."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from synthetics.authoring.browser import find_browser
from synthetics.errors import StorageError
from synthetics.export.dossier_page import SHOWN_AT_MOST, render_dossier, write_dossier
from synthetics.record import Kind
from synthetics.slo.adjusting import Adjusted
from synthetics.slo.counts import Counts
from synthetics.slo.dossier.gathered import Enrolment
from synthetics.slo.dossier.making import Dossier, dossier
from synthetics.slo.requirement import How
from synthetics.slo.subject import Seen
from tests.export.test_report import Page as Parsed
from tests.slo.builders import a_profile, a_subject, an_objective, some_counts
from tests.slo_dossier.gathering import (
    MINUTE_MS,
    SINCE_MS,
    ACheck,
    ACorrection,
    AFailure,
    AnAttestation,
    ASeal,
    a_first,
    a_health_subject,
    a_requirement,
    a_window,
    gathered,
    placed,
)

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
LONG = "https://wiki.rixter.example/" + "averylongway" * 12
REQUIREMENTS = [a_requirement(how) for how in How]


def a_full_dossier(said: str = "A new database", link: str = LONG) -> Dossier:
    """One with something in each of its tables."""
    seen = {
        a_subject(): Seen(counts=some_counts(8_030, app=3, host=11, missed=20), since_ms=SINCE_MS),
        a_first(): Seen(counts=some_counts(8_064), since_ms=SINCE_MS),
        a_subject(journey="ihub.idle"): Seen(),
        a_health_subject(): Seen(counts=some_counts(36_000, missed=4_320), since_ms=SINCE_MS),
    }
    days = [date(2026, 3, 1) + timedelta(days=number) for number in range(27)]
    return dossier(
        gathered(
            *REQUIREMENTS,
            journeys=tuple(placed(each, title=said, address=link) for each in seen),
            seen=seen,
            apps=(Enrolment(app="ihub", title=said, unasked=(said,)), Enrolment(app="radar", title="Team Radar")),
            left_out=("host_jira",),
            failures=failures(3),
            corrections=[ACorrection(why=said, author=said)],
            maintenance=[a_window(why=said, author=said)],
            attestations={"attestation": replace(AnAttestation(), by=said, note=said, link=link)},
            seals=tuple(ASeal(day=each) for each in days),
            checks=tuple(ACheck(day=each, why=said) for each in days[:2]),
            unread=(said,),
        )
    )


def failures(number: int) -> list[AFailure]:
    slots = [SINCE_MS + each * 10 * MINUTE_MS for each in range(number)]
    return [AFailure(run_id=f"{each:016x}", slot_ms=each, passed_after_ms=each + MINUTE_MS) for each in slots]


def test_page_is_whole_fetches_nothing_and_needs_no_script() -> None:
    html = render_dossier(a_full_dossier())
    page = Parsed(html)

    assert page.open == []
    assert page.all("script") == page.all("link") == page.all("iframe") == page.all("img") == page.all("form") == []
    policies = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'"]
    assert "@import" not in html
    assert "url(" not in html
    assert re.findall(r"\bon\w+=", html) == []


def test_what_people_typed_stays_text() -> None:
    page = Parsed(render_dossier(a_full_dossier(HOSTILE, "javascript:alert(3)")))

    assert page.open == []
    assert page.all("script") == page.all("img") == []
    assert HOSTILE in page.text
    assert all(str(link["href"]).startswith(("#", "https://")) for link in page.all("a"))


def test_each_part_stands_in_its_place() -> None:
    text = Parsed(render_dossier(a_full_dossier())).text

    for words in (
        "Ours: 2026-03-01 to 2026-03-28",
        "Of 7 requirements: 2 not met; 3 nothing measured; 1 attested; 1 not gathered yet.",
        "made 2026-03-29 01:00:00 UTC",
        "rixter-synthetics 0.1.0",
        "Not about host_jira",
        "ihub.run_flow on production",
        "attributed 99.96 % (99.89 to 99.99 %, n 8,033), raw 99.82 % (n 8,044), worst case 99.57 %, coverage 99.75 %",
        "Nothing measured yet: The journey works (ihub.idle on production).",
        "GET without sign-in, every 60s; good only with status 200 within 3s in all, redirects not followed",
        "rollout first",
        "Not gathered yet: incidents, post-incident reviews, deprecations.",
        "The last seal is that of 2026-03-27. Keep it: whoever changes an older day must change this.",
        "5e" * 32,
        "Without a seal, of these days: 2026-03-28.",
        "app → host",
        "before it began",
        "Entered (UTC) Why 2026-03-01 01:00:00 to 2026-03-01 02:00:00 ihub on all sites 2026-02-28 01:00:00",
        "2026-02-28 01:40:00 by A new database",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("judged", "adjusted", "words"),
    [
        pytest.param(some_counts(8_064), some_counts(8_064), ["judge alone 100 %", "adjusted 100 %"], id="both"),
        pytest.param(
            some_counts(8_064), some_counts(7_000, missed=1_064), ["judge alone 100 %"], id="no number of one"
        ),
        pytest.param(some_counts(7_000, missed=1_064), some_counts(7_000, missed=1_064), [], id="no number of either"),
    ],
)
def test_what_people_entered_is_told_only_where_there_is_a_right_to_a_number(
    judged: Counts, adjusted: Counts, words: list[str]
) -> None:
    entered = Adjusted(judged=judged, adjusted=adjusted, windows=(a_window(),))
    seen = {a_subject(): Seen(counts=some_counts(8_064), since_ms=SINCE_MS, adjusted=entered)}

    text = Parsed(render_dossier(dossier(gathered(a_requirement(), seen=seen)))).text

    for each in ("judge alone 100 %", "adjusted 100 %"):
        assert text.count(each) == (2 if each in words else 0)  # in the answer, and in the app's table
    assert [each for each in ("judge alone no number", "adjusted no number") if each in text] == []


def test_where_records_were_removed_the_page_says_how_many_failed_besides() -> None:
    seen = {a_subject(): Seen(counts=some_counts(7_864, app=200), since_ms=SINCE_MS)}

    texts = [Parsed(render_dossier(dossier(gathered(seen=seen, failures=failures(each))))).text for each in (0, 4, 200)]

    assert "200 failures are known by number alone: their records were removed." in texts[0]
    assert "196 more are known by number alone: their records were removed." in texts[1]
    assert "by number alone" not in texts[2]
    assert [each for each in texts if "No failure was seen" in each] == []


def test_what_ran_in_a_part_of_the_window_says_how_much_that_has() -> None:
    seen = {a_subject(): Seen(counts=some_counts(4_032), since_ms=SINCE_MS)}

    text = Parsed(render_dossier(dossier(gathered(a_requirement(), seen=seen)))).text

    assert "100 %, 4,032 of 4,032; the window has 8,064" in text
    assert "coverage 100 % of 4,032; the window has 8,064" in text
    assert "100 % 4,032 of 4,032 the window has 8,064" in text


def test_a_long_list_is_cut_and_says_how_much_more_there_is(tmp_path: Path) -> None:
    many = dossier(gathered(failures=failures(SHOWN_AT_MOST + 34)))

    page, values = write_dossier(many, tmp_path)
    text = Parsed(page.read_text()).text

    assert f"The newest {SHOWN_AT_MOST} are shown; 34 more are in dossier.json." in text
    assert page.read_text().count("<code>ihub.run_flow</code><br>") == SHOWN_AT_MOST
    assert len(json.loads(values.read_text())["apps"][0]["failures"]) == SHOWN_AT_MOST + 34
    assert "more are in" not in Parsed(render_dossier(dossier(gathered(failures=failures(SHOWN_AT_MOST))))).text


def test_a_thousand_base_urls_are_cut_too() -> None:
    subjects = [a_health_subject(journey=f"ihub.health_{number}", base_url=str(number)) for number in range(1_000)]
    seen = {each: Seen(counts=some_counts(40_320), since_ms=SINCE_MS) for each in subjects}
    profile = a_profile(
        an_objective(kind=Kind.HEALTH),
        requirements={"objective": a_requirement(), "health_checks": a_requirement(How.HEALTH_CHECKS)},
    )

    html = render_dossier(dossier(gathered(profile=profile, journeys=tuple(map(placed, subjects)), seen=seen)))

    text = Parsed(html).text
    assert text.count("The worst 200 are shown; 800 more are in dossier.json.") == 2
    assert text.count("The first 200 are shown; 800 more are in dossier.json.") == 1
    assert len(html) < 1_000_000


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError, match="choose a folder with --out"):
        write_dossier(dossier(gathered()), tmp_path / "file" / "dossier")


@pytest.mark.parametrize(
    ("what", "tone"),
    [
        pytest.param({}, "errored", id="nothing measured"),
        pytest.param({"seen": {a_subject(): Seen(counts=some_counts(8_064), since_ms=SINCE_MS)}}, "passed", id="shown"),
        pytest.param(
            {"seen": {a_subject(): Seen(counts=some_counts(100), since_ms=SINCE_MS)}}, "errored", id="met, not shown"
        ),
        pytest.param(
            {"seen": {a_subject(): Seen(counts=some_counts(100, app=9), since_ms=SINCE_MS)}}, "failed", id="not met"
        ),
    ],
)
def test_the_headline_is_green_only_where_all_is_shown(what: dict[str, object], tone: str) -> None:
    html = render_dossier(dossier(gathered(a_requirement(), **what)))

    assert f'<section class="verdict {tone}">' in html


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for this module: while it is open, the thread has a running event loop."""
    with sync_playwright() as playwright:
        executable = find_browser(None, os.environ).executable
        browser = playwright.chromium.launch(executable_path=executable, chromium_sandbox=os.geteuid() != 0)
        yield browser
        browser.close()


@pytest.fixture(params=["A new database", LONG], ids=["usual words", "one long word"])
def opened(chromium: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page as a file, in a browser that has to stay offline."""
    page_file, _ = write_dossier(a_full_dossier(request.param), tmp_path)
    context = chromium.new_context(java_script_enabled=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(page_file.as_uri())
    yield page
    assert asked == [page_file.as_uri()]
    assert said == []
    context.close()


@pytest.mark.parametrize("width", [1280, 800, 390], ids=str)
def test_page_fits_its_screen(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})

    assert opened.evaluate("document.documentElement.scrollWidth") == width
    cut = "[...document.querySelectorAll('td, p, li, dd')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    assert opened.evaluate(cut) == 0


def test_page_prints_on_paper_without_cutting_rows(opened: Page) -> None:
    opened.emulate_media(media="print")

    breaks = "e => [...new Set([...document.querySelectorAll(e)].map(x => getComputedStyle(x).breakInside))]"
    assert opened.evaluate(breaks, "tr") == ["avoid"]
    assert opened.evaluate(breaks, ".asked") == ["avoid"]
    after = "[...new Set([...document.querySelectorAll('h2, h3')].map(x => getComputedStyle(x).breakAfter))]"
    assert opened.evaluate(after) == ["avoid"]
    head = "[...new Set([...document.querySelectorAll('thead')].map(x => getComputedStyle(x).display))]"
    assert opened.evaluate(head) == ["table-header-group"]
    assert opened.pdf(format="A4", prefer_css_page_size=True).startswith(b"%PDF-")
    assert opened.get_by_role("link", name=LONG).count() >= 1  # its address is its text, so that paper has it too
