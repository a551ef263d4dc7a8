"""What each fault of the host, session, network and monitor does, and what only looks like one; over HTTP."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from synthetics.standin.forge_apps import HEARTBEAT, IHUB
from synthetics.standin.signin import WRONG_CODE, WRONG_CREDENTIALS
from tests.standin.started import ADMIN_PATH, Standin

_ME = "/rest/api/3/myself"
_WORK = "/jira/your-work"


@pytest.fixture
def caller(standin: Standin) -> Iterator[httpx.Client]:
    with standin.signed_in() as client:
        yield client


def _get(address: str, **options: Any) -> httpx.Response:
    return httpx.get(address, trust_env=False, **options)


def _password(standin: Standin) -> httpx.Response:
    credentials = {"email": standin.email, "password": standin.password, "continue": f"{standin.site}{_WORK}"}
    address = f"{standin.signin}/login/password"
    return httpx.post(address, json=credentials, headers={"Origin": standin.signin}, trust_env=False)


def test_slow_site_is_waited_for_in_vain(standin: Standin, rest: httpx.Client) -> None:
    with standin.fault("site_slow"):
        with pytest.raises(httpx.ReadTimeout):
            rest.get(_ME, timeout=0.2)
        assert _get(f"{standin.backend}/health").status_code == HTTPStatus.OK
    assert rest.get(_ME).status_code == HTTPStatus.OK


def test_rest_is_down_while_pages_are_well(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("rest_503"):
        for path in (_ME, "/wiki/rest/api/user/current", "/wiki/api/v2/spaces"):
            assert caller.get(path).status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert caller.get("/browse/SYN-1").status_code == HTTPStatus.OK
    assert caller.get(_ME).status_code == HTTPStatus.OK


def test_cdn_is_down_for_every_app(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("cdn_down"):
        for app in (IHUB, HEARTBEAT):
            address = f"{standin.cdn}{app.place('main')}/index.html"
            assert _get(address).status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert caller.get(ADMIN_PATH).status_code == HTTPStatus.OK
    assert _get(f"{standin.cdn}/bridge/bridge.js").status_code == HTTPStatus.OK


def test_bridge_script_is_missing_while_apps_load(standin: Standin) -> None:
    with standin.fault("bridge_script_missing"):
        assert _get(f"{standin.cdn}/bridge/bridge.js").status_code == HTTPStatus.NOT_FOUND
        assert _get(f"{standin.cdn}{IHUB.place('main')}/app.js").status_code == HTTPStatus.OK
    assert _get(f"{standin.cdn}/bridge/bridge.js").status_code == HTTPStatus.OK


def test_gateway_is_down_for_every_app(standin: Standin, caller: httpx.Client) -> None:
    pulse = HEARTBEAT.local_id(HEARTBEAT.modules[0])
    with standin.fault("gateway_down"):
        for asked in ({"extension": pulse}, {}):
            with pytest.raises(httpx.HTTPStatusError, match="503"):
                standin.invoke(caller, "ping", **asked)
        assert caller.get(_ME).status_code == HTTPStatus.OK
    assert standin.invoke(caller, "ping", extension=pulse)["success"]


@pytest.mark.parametrize("status", [503, 200])
def test_site_in_maintenance_says_so(standin: Standin, caller: httpx.Client, status: int) -> None:
    with standin.fault("site_maintenance", status=status):
        page = caller.get("/browse/SYN-1")
        assert (page.status_code, "down for maintenance" in page.text) == (status, True)
        assert "maintenance" in caller.get(_ME).json()["errorMessages"][0]
    assert "down for maintenance" not in caller.get("/browse/SYN-1").text


def test_changed_markup_has_other_test_ids_alone(standin: Standin, caller: httpx.Client) -> None:
    known = 'data-testid="issue.views.issue-base.foundation.summary.heading"'
    assert known in caller.get("/browse/SYN-1").text
    with standin.fault("markup_changed"):
        page = caller.get("/browse/SYN-1").text
        assert known not in page
        assert 'data-testid="next.issue.views.issue-base.foundation.summary.heading"' in page
        assert '"next.hosted-resources-iframe"' in caller.get("/static/forge_mount.js").text
        assert "next.next" not in caller.get("/static/forge_mount.js").text
    assert known in caller.get("/browse/SYN-1").text


def test_signin_is_down_while_sessions_go_on(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("signin_down"):
        assert _get(f"{standin.signin}/login").status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert _password(standin).status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert caller.get("/browse/SYN-1").url.path == "/browse/SYN-1"
    assert _password(standin).status_code == HTTPStatus.OK


def test_account_is_signed_out_after_some_pages(standin: Standin, caller: httpx.Client) -> None:
    pulse = HEARTBEAT.local_id(HEARTBEAT.modules[0])
    with standin.fault("signed_out"):
        assert caller.get(_WORK).url.path == _WORK
        assert standin.invoke(caller, "ping", extension=pulse)["success"]
        assert caller.get(ADMIN_PATH).url.path == ADMIN_PATH
        with pytest.raises(httpx.HTTPStatusError, match="401"):
            standin.invoke(caller, "ping", extension=pulse)
        assert caller.get("/browse/SYN-1").url.path == "/login"
    assert caller.get("/browse/SYN-1").url.path == "/browse/SYN-1"


def test_sessions_that_there_are_expire_and_new_ones_are_good(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("session_expired"):
        assert caller.get(_WORK).url.path == "/login"
        with standin.signed_in() as fresh:
            assert fresh.get(_WORK).url.path == _WORK


def test_password_is_refused(standin: Standin) -> None:
    with standin.fault("wrong_password"):
        answer = _password(standin)
        assert (answer.status_code, answer.json()["error"]) == (HTTPStatus.UNAUTHORIZED, WRONG_CREDENTIALS)
    assert _password(standin).status_code == HTTPStatus.OK


def test_one_time_code_is_asked_for_and_refused(standin: Standin) -> None:
    with standin.fault("one_time_code_refused"):
        answer = _password(standin)
        assert answer.json()["redirect"].startswith("/login/mfa?continue=")
        assert "set-cookie" not in answer.headers
        assert 'autocomplete="one-time-code"' in _get(f"{standin.signin}{answer.json()['redirect']}").text
        refused = httpx.post(f"{standin.signin}/login/mfa", json={"code": "123456"}, trust_env=False)
        assert (refused.status_code, refused.json()["error"]) == (HTTPStatus.UNAUTHORIZED, WRONG_CODE)
    assert _password(standin).json()["redirect"].startswith(standin.site)


def test_captcha_stands_in_the_form(standin: Standin) -> None:
    with standin.fault("captcha"):
        assert 'data-testid="captcha-challenge"' in _get(f"{standin.signin}/login").text
        assert "a robot" in _get(f"{standin.signin}/recaptcha/challenge").text
        assert _password(standin).status_code == HTTPStatus.UNAUTHORIZED
    assert "captcha" not in _get(f"{standin.signin}/login").text


def test_new_device_is_told_of_a_mail(standin: Standin) -> None:
    with standin.fault("new_device_mail"):
        answer = _password(standin)
        assert "set-cookie" not in answer.headers
        assert 'id="email-sent-page"' in _get(f"{standin.signin}{answer.json()['redirect']}").text
    assert _password(standin).json()["redirect"].startswith(standin.site)


def test_account_without_permission_gets_403(standin: Standin, caller: httpx.Client, rest: httpx.Client) -> None:
    with standin.fault("permission_revoked"):
        page = caller.get("/browse/SYN-1")
        assert (page.status_code, "have access to this site" in page.text) == (HTTPStatus.FORBIDDEN, True)
        assert rest.get(_ME).status_code == HTTPStatus.FORBIDDEN
        assert _get(f"{standin.site}{_WORK}").status_code == HTTPStatus.FOUND
    assert rest.get(_ME).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("fault", "switch"),
    [("consent_banner", "consent"), ("host_flags", "flags"), ("onboarding_modal", "onboarding")],
)
def test_switches_are_faults_that_can_be_switched_alike(standin: Standin, fault: str, switch: str) -> None:
    def is_on() -> bool:
        shown = _get(f"{standin.control}/_standin/switches").json()["switches"]
        return any(each["on"] for each in shown if each["name"] == switch)

    with standin.fault(fault):
        assert is_on()
    assert not is_on()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("network_refused", httpx.ConnectError),
        ("network_dns", httpx.ConnectError),
        ("network_reset", httpx.ReadError),
        ("network_tls", httpx.RemoteProtocolError),
    ],
)
def test_network_breaks_for_site_and_apps_together(standin: Standin, fault: str, error: type[Exception]) -> None:
    others = [origin for origin in standin.origins if origin != standin.control]
    paths = {standin.site: _WORK, standin.backend: "/health", standin.connect: "/health", standin.signin: "/login"}
    with standin.fault(fault):
        for origin in others:
            with pytest.raises(error):
                _get(f"{origin}{paths.get(origin, '/')}")
        assert _get(f"{standin.control}/_standin/faults").status_code == HTTPStatus.OK
    for origin in others:
        assert _get(f"{origin}{paths.get(origin, '/')}").status_code < HTTPStatus.INTERNAL_SERVER_ERROR


def test_tls_that_is_broken_in_between_is_no_handshake(standin: Standin) -> None:
    with standin.fault("network_tls"), pytest.raises(httpx.ConnectError, match=r"(?i)ssl|tls"):
        _get(standin.site.replace("http:", "https:"))


def test_connections_that_were_open_end_with_the_network(standin: Standin, caller: httpx.Client) -> None:
    assert caller.get(_WORK).status_code == HTTPStatus.OK
    with standin.fault("network_refused"), pytest.raises(httpx.TransportError):
        caller.get(_WORK)
    assert caller.get(_WORK).status_code == HTTPStatus.OK


def test_bytes_come_slowly(standin: Standin) -> None:
    with standin.fault("network_slow", bytes_per_second=200):
        answer = _get(f"{standin.backend}/health")
        assert answer.json()["status"] == "ok"
        assert answer.elapsed.total_seconds() >= 0.25
        with pytest.raises(httpx.ReadTimeout), httpx.Client(trust_env=False, timeout=0.1) as client:
            client.get(f"{standin.signin}/login")


def test_site_limits_the_monitor_alone(standin: Standin, caller: httpx.Client, rest: httpx.Client) -> None:
    with standin.fault("site_429"):
        answer = rest.get(_ME)
        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert answer.headers["retry-after"] == "60"
        assert answer.headers["ratelimit-reason"]
        assert caller.get(_ME).status_code == HTTPStatus.OK
    assert rest.get(_ME).status_code == HTTPStatus.OK


def test_fixtures_are_gone_and_come_back_as_they_were(standin: Standin, rest: httpx.Client) -> None:
    asked = {"jql": "project = SYN ORDER BY created ASC", "fields": "summary"}
    before = rest.get("/rest/api/3/search/jql", params=asked).json()["issues"]
    with standin.fault("fixture_missing"):
        assert rest.get("/rest/api/3/search/jql", params=asked).json()["issues"] == []
        assert rest.get("/rest/api/3/issue/SYN-1").status_code == HTTPStatus.NOT_FOUND
        assert rest.get("/wiki/api/v2/spaces").json()["results"] == []
    assert rest.get("/rest/api/3/search/jql", params=asked).json()["issues"] == before
    assert rest.get("/wiki/api/v2/spaces").json()["results"]


def test_pages_ask_a_third_party_that_is_not_there(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("analytics_failing"):
        page = caller.get("/browse/SYN-1")
        assert 'src="http://analytics.invalid/collect.js"' in page.text
        assert "http://analytics.invalid" in page.headers["content-security-policy"]
    assert "analytics" not in caller.get("/browse/SYN-1").text


def test_form_flashes_up_before_somebody_signed_in_is_sent_on(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("signin_flash"):
        page = caller.get("/browse/SYN-1")
        assert page.url.path == "/login"
        assert 'id="username"' in page.text
        assert f'content="1;url={standin.site}/login/callback' in page.text
        assert caller.get("/browse/SYN-1").url.path == "/browse/SYN-1"
        with standin.browserless() as stranger:
            assert "http-equiv" not in stranger.get("/browse/SYN-1").text


def test_reset_can_happen_to_one_page_once(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("network_reset", path="/browse/*", times=1):
        assert caller.get(_WORK).status_code == HTTPStatus.OK
        with pytest.raises(httpx.ReadError):
            caller.get("/browse/SYN-1")
        assert caller.get("/browse/SYN-1").status_code == HTTPStatus.OK
