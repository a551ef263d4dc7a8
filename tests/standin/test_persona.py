"""Who the stand-in is: another site has nothing of the first but the apps."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

import httpx
import pytest

from synthetics.standin.persona import DEFAULT, OTHER, PERSONAS, Persona
from tests.standin.started import Standin, a_standin, start, stop


@pytest.fixture(scope="module")
def other() -> Iterator[Standin]:
    with a_standin("--as", "other") as running:
        yield running


def _own(persona: Persona) -> set[str]:
    """Everything by which a site can be told from every other one."""
    apps = [part for app in persona.apps for part in (app.id, app.environment_id, app.installation_id)]
    accounts = [account.credentials for account in persona.accounts]
    secrets = [part for each in accounts for part in (each.email, each.password, each.api_token)]
    users = [*(account.user for account in persona.accounts), *persona.people.values()]
    return {
        *apps,
        *secrets,
        *(account.totp_secret for account in persona.accounts if account.totp_secret),
        *(user.account_id for user in users),
        *(account.user.name for account in persona.accounts),
        *(app.account.account_id for app in persona.apps),
        persona.cloud_id,
        persona.project.key,
        persona.project.name,
        persona.story_points,
        persona.addon_key,
        persona.client_key,
    }


def test_personas_share_nothing_but_the_names_of_people_and_apps() -> None:
    assert not _own(DEFAULT) & _own(OTHER)
    assert DEFAULT.hosts != OTHER.hosts
    assert len({persona.project.id for persona in PERSONAS.values()}) == len(PERSONAS)


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=PERSONAS)
def test_no_other_origin_has_the_sites_host_name(persona: Persona) -> None:
    """Cookies ignore ports."""
    hosts = {name.value: host for name, host in persona.hosts.items()}
    site = hosts.pop("site")
    assert site not in {host for name, host in hosts.items() if name != "signin"}


def test_other_site_announces_what_journeys_need_to_find_the_apps(other: Standin) -> None:
    assert other.project == "OPS"
    assert set(other.apps) == {"ihub", "release_notes", "points_check", "host_forge", "team_radar"}
    ihub = OTHER.apps.ihub
    assert other.apps["ihub"] == {"app": ihub.id, "environment": ihub.environment_id}
    assert other.apps["release_notes"]["module"] == "release-notes"
    assert other.apps["team_radar"] == {"addon_key": OTHER.addon_key}
    assert [urlsplit(origin).hostname for origin in other.origins] == ["localhost", *["127.0.0.1"] * 6]


_PAGES = (
    "/jira/your-work",
    "/jira/software/projects/OPS/issues",
    "/browse/OPS-4212",
    OTHER.apps.ihub.global_path,
    OTHER.apps.ihub.project_path("OPS"),
    f"/plugins/servlet/ac/{OTHER.addon_key}/radar-page?project.key=OPS",
    "/wiki/home",
    "/wiki/spaces/OPS/overview",
    "/wiki/spaces/OPS/settings",
    "/wiki/pages/viewpage.action?pageId=69813",
    "/wiki/spaces/OPS/pages/edit-v2/69813",
    "/rest/api/3/myself",
    "/rest/api/3/field",
    "/rest/api/3/project/OPS",
    "/rest/api/3/search/jql?jql=project%20=%20OPS&fields=*all",
    "/wiki/api/v2/spaces",
    "/wiki/api/v2/pages/69813?body-format=storage",
    "/wiki/rest/api/user/current",
)


def test_other_site_shows_nothing_of_the_first(other: Standin) -> None:
    foreign = re.compile("|".join(rf"\b{re.escape(each)}\b" for each in _own(DEFAULT)))
    ours = re.compile("|".join(rf"\b{re.escape(each)}\b" for each in _own(OTHER)))
    with other.signed_in() as client:
        for path in _PAGES:
            shown = client.get(path)
            assert shown.status_code == HTTPStatus.OK, path
            assert ours.search(shown.text), path
            assert not foreign.search(shown.text), path
    with httpx.Client(trust_env=False) as client:
        descriptor = client.get(f"{other.connect}/atlassian-connect.json").json()
        assert (descriptor["key"], descriptor["baseUrl"]) == (OTHER.addon_key, other.connect)
        for app in OTHER.apps:
            for module in app.modules:
                if module.resource is not None:
                    assert client.get(f"{other.cdn}{app.place(module.resource)}/index.html").is_success


def test_apps_of_the_first_site_are_not_on_the_other(other: Standin) -> None:
    with other.signed_in() as client:
        assert client.get(DEFAULT.apps.ihub.global_path).status_code == HTTPStatus.NOT_FOUND
        assert client.get(f"/plugins/servlet/ac/{DEFAULT.addon_key}/radar-page").status_code == HTTPStatus.NOT_FOUND
    with other.rest() as rest:
        assert rest.get("/rest/api/3/issue/SYN-1").status_code == HTTPStatus.NOT_FOUND
    credentials = DEFAULT.accounts[0].credentials
    auth = (credentials.email, credentials.api_token)
    assert httpx.get(f"{other.site}/rest/api/3/myself", auth=auth, trust_env=False).status_code == 401


def test_field_with_the_story_points_is_found_by_its_name(other: Standin) -> None:
    with other.rest() as rest:
        fields = {field["name"]: field["id"] for field in rest.get("/rest/api/3/field").json()}
        points = fields["Story point estimate"]
        assert rest.get("/rest/api/3/issue/OPS-4212").json()["fields"][points] == 3
        assert rest.put("/rest/api/3/issue/OPS-4212", json={"fields": {points: 5}}).is_success
        refused = rest.put("/rest/api/3/issue/OPS-4212", json={"fields": {DEFAULT.story_points: 5}})
        assert DEFAULT.story_points in refused.json()["errors"]


def test_unknown_persona_is_refused_with_those_there_are() -> None:
    code, _, err = stop(start("--as", "nobody"))
    assert code == 2
    assert "other" in err
