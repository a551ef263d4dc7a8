import pytest

from synthetics.authoring.services import base_url_of, open_service
from synthetics.config.models import Account, App, Target
from synthetics.errors import CallerError


def target(**base_urls: str) -> Target:
    urls = {f"ihub.{name}": url for name, url in base_urls.items()}
    return Target(name="dfr", site="https://x.example", account=Account(email="robot@example.com"), base_urls=urls)


IHUB = App(name="ihub", title="iHub", base_urls={"backend": "https://backend.example"})


def test_service_is_where_the_app_says() -> None:
    assert base_url_of(IHUB, "backend", target()) == "https://backend.example"


def test_site_with_services_of_its_own_goes_first() -> None:
    assert base_url_of(IHUB, "backend", target(backend="http://localhost:1")) == "http://localhost:1"


def test_service_of_another_app_on_the_site_is_not_taken() -> None:
    other = IHUB.model_copy(update={"name": "other"})

    assert base_url_of(other, "backend", target(backend="http://localhost:1")) == "https://backend.example"


def test_service_that_nobody_said_is_told_where_to_write_it() -> None:
    with pytest.raises(CallerError, match=r"journeys/ihub/app\.toml has no \[base_urls\] api.*\n.*api = "):
        base_url_of(IHUB, "api", target())


def test_client_of_a_service_is_marked_and_signs_nothing() -> None:
    with open_service("https://backend.example") as client:
        request = client.build_request("POST", "/incoming")

    assert str(request.url) == "https://backend.example/incoming"
    assert request.headers["user-agent"] == "rixter-synthetics/0.1"
    assert "authorization" not in request.headers
