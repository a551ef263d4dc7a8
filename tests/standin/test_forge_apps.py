"""The registry of Forge apps, and the functions that Forge itself runs."""

from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest

from synthetics.standin.forge_apps import HEARTBEAT, IHUB, POINTS_CHECK, ForgeApps, ModuleKind
from synthetics.standin.rendering import STATIC
from tests.standin.started import Standin, an_issue

_APPS = ForgeApps()
_PULSE = HEARTBEAT.local_id(HEARTBEAT.modules[0])
_CHECK = POINTS_CHECK.local_id(POINTS_CHECK.modules[0])


@pytest.fixture(scope="module")
def caller(standin: Standin) -> Iterator[httpx.Client]:
    with standin.signed_in() as client:
        yield client


def test_apps_share_no_identifier_and_have_their_files() -> None:
    identifiers = [part for app in _APPS for part in (app.id, app.environment_id, app.installation_id)]
    assert len(set(identifiers)) == len(identifiers)
    assert len({app.account.account_id for app in _APPS}) == len(tuple(_APPS))
    for app in _APPS:
        files = app.files
        assert (files is not None) == any(module.resource for module in app.modules)
        assert files is None or {"app.js", "app.css"} <= {path.name for path in (STATIC / files).iterdir()}


def test_app_is_found_by_its_ids_and_by_its_modules() -> None:
    assert _APPS.find(IHUB.id, IHUB.environment_id) is IHUB
    assert _APPS.find(IHUB.id, HEARTBEAT.environment_id) is None
    assert _APPS.of_extension(_CHECK) is POINTS_CHECK
    assert _APPS.of_extension(_CHECK + "x") is None
    assert [app for app, _module in _APPS.with_module(ModuleKind.GLOBAL_PAGE)] == [IHUB, HEARTBEAT]


def test_every_resource_is_on_the_cdn_for_the_site_alone(standin: Standin) -> None:
    for app in _APPS:
        for module in app.modules:
            if module.resource is None:
                continue
            place = f"{standin.cdn}{app.place(module.resource)}"
            page = httpx.get(f"{place}/index.html", trust_env=False)
            assert page.status_code == HTTPStatus.OK
            assert page.text.index("/bridge/bridge.js") < page.text.index("./app.js")
            assert f"frame-ancestors {standin.site};" in page.headers["content-security-policy"]
            assert httpx.get(f"{place}/app.js", trust_env=False).status_code == HTTPStatus.OK


def test_heartbeat_answers_while_the_backend_of_another_app_is_down(standin: Standin, caller: httpx.Client) -> None:
    with standin.fault("backend_502"):
        done = standin.invoke(caller, "ping", extension=_PULSE)
    assert done["success"]
    assert done["response"]["body"]["status"] == "Alive"


def test_function_of_another_app_is_not_there(standin: Standin, caller: httpx.Client) -> None:
    done = standin.invoke(caller, "listFlows", extension=_PULSE)
    assert done["errors"][0]["message"] == "there is no function 'listFlows' in this app"


def test_hosted_app_has_no_remote(standin: Standin, caller: httpx.Client) -> None:
    asked = {"extensionId": _PULSE, "path": "/health", "method": "GET"}
    body = {"operationName": "forge_ui_invokeRemote", "variables": {"input": asked}}
    done = caller.post("/gateway/api/graphql", json=body, headers={"Origin": standin.site}).json()
    assert done["data"]["invokeExtension"]["errors"][0]["message"] == "Heartbeat has no remote"


@pytest.mark.parametrize(
    ("points", "verdict", "said"),
    [
        pytest.param(None, "Missing", "has no story points. Estimate it before work begins.", id="no estimate"),
        pytest.param(1, "Good", "has 1 story point. That is a good size.", id="one point"),
        pytest.param(7.5, "Good", "has 7.5 story points. That is a good size.", id="half a point"),
        pytest.param(8, "Large", "has 8 story points. Think about splitting it.", id="a large one"),
    ],
)
def test_points_check_tells_what_it_thinks(  # noqa: PLR0913, PLR0917  fixtures and the columns of the table
    standin: Standin, caller: httpx.Client, rest: httpx.Client, points: float | None, verdict: str, said: str
) -> None:
    key = rest.post("/rest/api/3/issue", json=an_issue(customfield_10016=points)).json()["key"]
    done = standin.invoke(caller, "check", extension=_CHECK, issue={"key": key})
    lozenge, text, button = done["response"]["body"]["children"]
    assert (lozenge["text"], text["text"], button["text"]) == (verdict, f"{key} {said}", "Check again")


def test_points_check_without_an_issue_fails(standin: Standin, caller: httpx.Client) -> None:
    for context in ({}, {"issue": {"key": "SYN-999"}}):
        done = standin.invoke(caller, "check", extension=_CHECK, **context)
        assert done["errors"][0]["message"] == "the issue to check is not there"
