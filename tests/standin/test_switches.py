"""What is different on a customer's site without being wrong: the registry, over HTTP, and in a browser."""

from http import HTTPStatus

import httpx
import pytest
from playwright.sync_api import Error, Locator, Page, expect

from synthetics.standin.switches import SITE_SWITCHES, SiteSwitches, UnknownSwitchError
from tests.standin.started import ADMIN_PATH, Standin

_FRAME = "iframe[data-testid=hosted-resources-iframe]"
_NAMES = ["onboarding", "flags", "consent", "two_frames"]
# A click that something swallows is tried for so long.
_GLANCE_MS = 700


def test_switches_have_distinct_names_and_one_sentence_each() -> None:
    assert [switch.name for switch in SITE_SWITCHES] == _NAMES
    assert all(switch.sentence.endswith(".") and switch.sentence.count(".") == 1 for switch in SITE_SWITCHES)


def test_unknown_switch_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownSwitchError, match=r"no switch named 'fog'; there are: consent, flags, onboarding"):
        SiteSwitches(["fog"])


def test_switches_are_shown_and_moved(standin: Standin) -> None:
    def on() -> list[str]:
        shown = httpx.get(f"{standin.site}/_standin/switches", trust_env=False).json()["switches"]
        return [switch["name"] for switch in shown if switch["on"]]

    with standin.switch("flags"), standin.switch("consent"):
        assert on() == ["flags", "consent"]
    assert on() == []
    answer = httpx.put(f"{standin.site}/_standin/switches/fog", trust_env=False)
    assert (answer.status_code, answer.json()["switches"]) == (HTTPStatus.NOT_FOUND, _NAMES)


def _tab(page: Page) -> Locator:
    return page.frame_locator(_FRAME).get_by_role("tab", name="Triggers")


def _click_tab(page: Page, *, within_ms: float | None = None) -> None:
    _tab(page).click(timeout=within_ms)


def test_onboarding_lies_over_the_page_until_it_is_answered(signed_in_page: Page, standin: Standin) -> None:
    with standin.switch("onboarding"):
        signed_in_page.goto(ADMIN_PATH)
        modal = signed_in_page.get_by_role("dialog").and_(signed_in_page.get_by_test_id("jira-onboarding-modal"))
        expect(modal.get_by_role("button")).to_have_text(["Skip", "Got it"])
        with pytest.raises(Error, match="intercepts pointer events"):
            _click_tab(signed_in_page, within_ms=_GLANCE_MS)
        modal.get_by_role("button", name="Skip").click()
        expect(modal).to_have_count(0)
        _click_tab(signed_in_page)
        signed_in_page.goto("/browse/SYN-1")
        signed_in_page.get_by_role("button", name="Check again").click()


def test_flags_swallow_clicks_on_the_app_until_they_are_dismissed(signed_in_page: Page, standin: Standin) -> None:
    with standin.switch("flags"):
        signed_in_page.goto(ADMIN_PATH)
        flags = signed_in_page.get_by_test_id("jira-flag-group").get_by_role("alert")
        expect(flags).to_have_count(3)
        expect(_tab(signed_in_page)).to_be_visible()  # the glance below is no time to wait for a frame
        with pytest.raises(Error, match="intercepts pointer events"):
            _click_tab(signed_in_page, within_ms=_GLANCE_MS)
        for _ in range(3):
            flags.first.get_by_role("button", name="Dismiss").click()
        _click_tab(signed_in_page)


def test_consent_leaves_the_app_absent_until_access_is_allowed(signed_in_page: Page, standin: Standin) -> None:
    with standin.switch("consent"):
        signed_in_page.goto(ADMIN_PATH)
        banner = signed_in_page.get_by_role("region", name="Access for Integration Hub for Jira")
        expect(banner).to_contain_text("Grant it access to Atlassian apps on your behalf")
        expect(signed_in_page.locator(_FRAME)).to_have_count(0)
        banner.get_by_role("button", name="Allow access").click()
        _click_tab(signed_in_page)
        expect(banner).to_have_count(0)
        signed_in_page.reload()
        _click_tab(signed_in_page)


def test_two_frames_put_another_app_before_ihub(signed_in_page: Page, standin: Standin) -> None:
    with standin.switch("two_frames"):
        signed_in_page.goto(ADMIN_PATH)
        expect(signed_in_page.locator(_FRAME)).to_have_count(2)
        signed_in_page.frame_locator(_FRAME).first.get_by_test_id("heartbeat-ready").wait_for()
        signed_in_page.frame_locator(_FRAME).last.get_by_test_id("ihub-ready").wait_for()
