import pytest

from synthetics.authoring.services import open_service
from synthetics.config.app import App
from synthetics.config.models import Account, Target
from synthetics.errors import CallerError

IHUB = App(name="ihub", title="iHub", base_urls={"backend": "https://backend.example"})
TARGET = Target(name="dfr", site="https://x.example", account=Account(email="robot@example.com"))


def test_service_that_nobody_said_is_told_where_to_write_it() -> None:
    with pytest.raises(CallerError) as raised:
        open_service(IHUB, "api", TARGET)

    assert "journeys/ihub/app.toml has no [base_urls] api" in str(raised.value)
    assert "[targets.dfr.apps.ihub.base_urls] in synthetics.toml" in str(raised.value)


def test_client_of_a_service_is_marked_and_signs_nothing() -> None:
    with open_service(IHUB, "backend", TARGET) as client:
        request = client.build_request("POST", "/incoming")

    assert str(request.url) == "https://backend.example/incoming"
    assert request.headers["user-agent"] == "rixter-synthetics/0.1"
    assert "authorization" not in request.headers
