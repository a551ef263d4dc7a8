"""A site behind a company's proxy, with certificates of the company's own authority: a real session, a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import synthetics
from tests.authoring.tls import Authority, Proxy, proxy, site

pytest_plugins = ["pytester"]

ROOT = Path(synthetics.__file__).parent.parent
CREDENTIALS = "synthetics:Open-Sesame-2"
ENVIRON = {"SHOP_TOKEN": "a-token-of-shop", "PROXY_PASSWORD": "Open-Sesame-2"}

TRUSTED = """
import httpx, pytest
from playwright.sync_api import Error, expect

@pytest.mark.journey
def test_all_three(page, rest, service):
    page.goto("/")
    expect(page.get_by_role("heading")).to_have_text("Hello")
    assert rest.get("/rest/api/3/myself").text == "<h1>Hello</h1>"
    assert service("backend").get("/health").text == "<h1>Hello</h1>"

    # Somebody else, who shows the authority's own certificate beside one that it never signed.
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto("https://evil.example/")
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        service("evil").get("/")
"""

REFUSED = """
import httpx, pytest
from playwright.sync_api import Error

@pytest.mark.journey
def test_all_three(page, rest, service):
    with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
        page.goto("/")
    for client in (rest, service("backend")):
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            client.get("/")
"""


class Company:
    """Its network, and a suite of journeys on the other side of it."""

    def __init__(self, pytester: pytest.Pytester, ports: dict[str, int], authority: Authority) -> None:
        self._pytester = pytester
        self.ports = ports
        (pytester.path / "authority.pem").write_bytes(authority.pem)
        shop = pytester.mkdir("journeys") / "shop"
        shop.mkdir()
        (shop / "app.toml").write_text('title = "Shop"\n')

    def run(self, journey: str, target: str, address: str = "https://shop.example") -> pytest.RunResult:
        folder = self._pytester.path
        (folder / "journeys" / "shop" / "test_shop.py").write_text(journey)
        (folder / "synthetics.toml").write_text(f"""
            [targets.shop]
            site = "{address}"
            account = "robot"
            {target}
            [targets.shop.apps.shop.base_urls]
            backend = "https://backend.example"
            evil = "https://evil.example"
            [accounts.robot]
            email = "robot@example.com"
            api_token = {{ env = "SHOP_TOKEN" }}
        """)
        return self._pytester.runpytest_subprocess("-p", "synthetics.authoring.plugin", timeout=60)


@pytest.fixture
def company(pytester: pytest.Pytester, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    authority, impostor = Authority("The company"), Authority("The company")
    shop, backend, loopback = (
        authority.server(tmp_path, host) for host in ("shop.example", "backend.example", "localhost")
    )
    evil = impostor.server(tmp_path, "evil.example", sent_along=authority.pem)
    with site(shop) as at_shop, site(backend) as at_backend, site(evil) as at_evil, site(loopback) as at_loopback:
        ports = {"shop.example:443": at_shop, "backend.example:443": at_backend, "evil.example:443": at_evil}
        yield Company(pytester, ports | {f"localhost:{at_loopback}": at_loopback}, authority)


def hosts(asked: Proxy) -> set[str]:
    return {each.partition(":")[0] for each in asked.connects}


def test_browser_rest_and_services_go_through_the_proxy_and_trust_its_authority_and_nobody_else(
    company: Company,
) -> None:
    with proxy(company.ports, CREDENTIALS) as asked:
        done = company.run(
            TRUSTED,
            f'proxy = "{asked.url}"\nproxy_user = "synthetics"\nproxy_password = {{ env = "PROXY_PASSWORD" }}\n'
            'ca = "authority.pem"',
        )

    done.assert_outcomes(passed=1)
    # Two of the browser's and one of each client's, at least.
    assert sorted(set(asked.connects)) == ["backend.example:443", "evil.example:443", "shop.example:443"]
    assert asked.connects.count("shop.example:443") >= 2
    assert asked.connects.count("evil.example:443") >= 2


def test_none_of_them_trusts_the_authority_without_being_told_nor_passes_the_proxy_for_this_machine(
    company: Company,
) -> None:
    [address] = [each for each in company.ports if each.startswith("localhost")]

    with proxy(company.ports) as asked:
        done = company.run(REFUSED, f'proxy = "{asked.url}"', f"https://{address}")

    done.assert_outcomes(passed=1)
    assert hosts(asked) == {"localhost", "backend.example"}
    assert asked.connects.count(address) >= 2
