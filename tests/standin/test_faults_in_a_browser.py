"""What only a browser shows of faults."""

from contextlib import suppress

from playwright.sync_api import Error, Page, expect

from synthetics.standin.forge_apps import HEARTBEAT
from tests.standin.started import ADMIN_PATH, Standin

_FRAME = "iframe[data-testid=hosted-resources-iframe]"
_RADAR = "/plugins/servlet/ac/com.rixter.team-radar/radar-page"


def test_app_that_meets_the_host_and_shows_nothing_is_blank(signed_in_page: Page, standin: Standin) -> None:
    with standin.fault("blank_body"):
        signed_in_page.goto(ADMIN_PATH)
        expect(signed_in_page.locator(_FRAME)).to_be_visible()
        expect(signed_in_page.frame_locator(_FRAME).locator("#root")).to_be_empty()
        signed_in_page.goto(HEARTBEAT.global_path)
        expect(signed_in_page.frame_locator(_FRAME).get_by_test_id("heartbeat-ready")).to_be_visible()


def test_app_that_throws_never_meets_the_host(signed_in_page: Page, standin: Standin) -> None:
    with standin.fault("script_throws"):
        with signed_in_page.context.expect_event("weberror") as thrown:
            signed_in_page.goto(ADMIN_PATH)
        assert "settings" in str(thrown.value.error) or "flows" in str(thrown.value.error)
        expect(signed_in_page.locator(_FRAME)).to_be_hidden()


def test_error_page_of_the_connect_app_stands_where_the_app_would(signed_in_page: Page, standin: Standin) -> None:
    with standin.fault("app_error_page", app="team_radar"):
        signed_in_page.goto(_RADAR)
        alert = signed_in_page.frame_locator("iframe.ap-iframe").get_by_role("alert")
        expect(alert).to_contain_text("Error 5d1c-40e7")
        expect(signed_in_page.locator(".ap-status-indicator")).to_be_hidden()


def test_frame_behind_a_bad_certificate_fails_in_the_browser(signed_in_page: Page, standin: Standin) -> None:
    with (
        standin.fault("app_certificate_bad", app="team_radar"),
        signed_in_page.expect_event("requestfailed", lambda request: "radar-page" in request.url) as failed,
    ):
        signed_in_page.goto(_RADAR)
    assert failed.value.failure is not None
    assert failed.value.failure.startswith("net::ERR_CERT_")


def test_broken_network_has_the_browsers_own_names(signed_in_page: Page, standin: Standin) -> None:
    said = {}
    for fault, site in (
        ("network_refused", standin.site),
        ("network_tls", standin.site.replace("http:", "https:")),
        ("network_reset", standin.site),
    ):
        with standin.fault(fault), signed_in_page.expect_event("requestfailed") as failed, suppress(Error):
            signed_in_page.goto(f"{site}/jira/your-work", timeout=3_000, wait_until="commit")
        said[fault] = failed.value.failure
    assert said["network_refused"] == "net::ERR_CONNECTION_REFUSED"
    assert said["network_tls"] in {"net::ERR_SSL_PROTOCOL_ERROR", "net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"}
    assert said["network_reset"] == "net::ERR_CONNECTION_RESET"


def test_form_that_flashes_up_leads_on_by_itself(signed_in_page: Page, standin: Standin) -> None:
    with standin.fault("signin_flash"):
        signed_in_page.goto("/browse/SYN-1")
        expect(signed_in_page.locator("#username")).to_be_visible()
        signed_in_page.wait_for_url("**/browse/SYN-1")


def test_message_for_the_user_leaves_each_app_ready(signed_in_page: Page, standin: Standin) -> None:
    with standin.fault("app_message_for_user", app="all"):
        for path, marker in ((ADMIN_PATH, "ihub-ready"), (HEARTBEAT.global_path, "heartbeat-ready")):
            signed_in_page.goto(path)
            frame = signed_in_page.frame_locator(_FRAME)
            expect(frame.get_by_test_id(marker)).to_be_visible()
            expect(frame.get_by_role("alert")).to_contain_text("Correct it.")
        signed_in_page.goto(_RADAR)
        radar = signed_in_page.frame_locator("iframe.ap-iframe")
        expect(radar.get_by_test_id("team-radar-ready")).to_be_visible()
        expect(radar.get_by_role("alert")).to_contain_text("Correct it.")
