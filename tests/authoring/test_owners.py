import pytest

from synthetics.authoring.owners import Owners
from synthetics.config.app import App, Connect, Forge
from synthetics.evidence import Owner

SITE = "https://site.example"
FORGE = App(
    name="a",
    title="A",
    forge=Forge(app="app-1", environment="env-1", ready="x"),
    base_urls={"backend": "https://backend.example", "hooks": "https://hooks.example/in"},
)
CONNECT = App(name="c", title="C", connect=Connect(addon_key="com.c.key", modules=("m",), ready="x"))


def owners() -> Owners:
    """A Forge app's frame was seen, and a browser that was sent to sign in."""
    found = Owners(SITE, FORGE)
    found.page_asks("https://id.example/somewhere", redirected_by=f"{SITE}/jira")
    found.page_asks("https://other-id.example/login?continue=x", redirected_by=None)
    found.page_asks("https://docs.example/", redirected_by=None)
    found.signs_in_at("https://forms.example/start")
    found.app_frame_at("https://inst.cdn.example.net/app-1/index.html")
    return found


@pytest.mark.parametrize(
    ("origin", "inside", "owner"),
    [
        pytest.param(SITE, False, Owner.SITE, id="the site"),
        pytest.param(SITE, True, Owner.SITE, id="the site, asked by the app"),
        pytest.param("https://id.example", False, Owner.SIGN_IN, id="where the site sends a page"),
        pytest.param("https://other-id.example", False, Owner.SIGN_IN, id="where a page signs in"),
        pytest.param("https://forms.example", False, Owner.SIGN_IN, id="where the form was seen"),
        pytest.param("https://docs.example", False, Owner.OTHER, id="where a page goes by itself"),
        pytest.param("https://inst.cdn.example.net", False, Owner.CDN, id="the frame's own document"),
        pytest.param("https://bridge.cdn.example.net", True, Owner.CDN, id="beside the frame's document"),
        pytest.param("https://assets.atl-paas.net", False, Owner.CDN, id="Atlassian's assets"),
        pytest.param("https://hooks.example", False, Owner.APP, id="a base URL"),
        pytest.param("https://backend.example", False, Owner.BACKEND, id="the base URL that is called backend"),
        pytest.param("https://api.example", True, Owner.BACKEND, id="asked from inside the app"),
        pytest.param("https://api.example", False, Owner.OTHER, id="asked from the page"),
        pytest.param("", True, Owner.OTHER, id="no origin at all"),
    ],
)
def test_origin_has_an_owner(origin: str, *, inside: bool, owner: Owner) -> None:
    assert owners().of(origin, in_app_frame=inside) is owner


def test_site_that_a_page_goes_back_to_is_never_where_it_signs_in() -> None:
    found = owners()
    found.page_asks(f"{SITE}/login", redirected_by=f"{SITE}/")

    assert found.of(SITE, in_app_frame=False) is Owner.SITE


def test_parent_of_a_name_with_two_parts_belongs_to_nobody() -> None:
    found = Owners(SITE, FORGE)
    found.app_frame_at("https://cdn.example/app-1/index.html")

    assert found.of("https://api.example", in_app_frame=True) is Owner.BACKEND


@pytest.mark.parametrize(
    ("app", "name", "url", "is_app"),
    [
        pytest.param(FORGE, "", "https://x.example/app-1/env-1/1/main/index.html", True, id="Forge, by its id"),
        pytest.param(FORGE, "", "https://x.example/app-2/env-1/1/main/index.html", False, id="another Forge app"),
        pytest.param(CONNECT, '{"key":"com.c.key"}', "https://c.example/p", True, id="Connect, by its name"),
        pytest.param(CONNECT, "", "https://c.example/p?addon=com.c.key", True, id="Connect, before it has a name"),
        pytest.param(CONNECT, "", f"{SITE}/plugins/servlet/ac/com.c.key/m", False, id="a page of the site about it"),
        pytest.param(CONNECT, "", "https://c.example/p", False, id="nothing tells"),
        pytest.param(None, "com.c.key", "https://c.example/app-1/", False, id="no app"),
    ],
)
def test_frame_is_the_apps(app: App | None, name: str, url: str, *, is_app: bool) -> None:
    assert Owners(SITE, app).is_app_frame(name, url) is is_app


def test_connect_apps_document_is_from_an_origin_of_its_own() -> None:
    found = Owners(SITE, CONNECT)
    found.app_frame_at("https://c.example/p")

    assert found.of("https://c.example", in_app_frame=True) is Owner.APP
