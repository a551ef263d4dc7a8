"""Where each of the six servers is found."""

from dataclasses import dataclass
from enum import StrEnum


class ServerName(StrEnum):
    """The servers, in the order of their fixed ports."""

    SITE = "site"
    SIGNIN = "signin"
    CDN = "cdn"
    BACKEND = "backend"
    CONNECT = "connect"
    STATUS = "status"


# Paths that the site and the sign-in service agree on.
LANDING_PATH = "/jira/your-work"
SIGNED_IN_PATH = "/login/callback"

# Cookies ignore ports, so what must not see the site's cookies needs another host name than the site.
HOSTS = {
    ServerName.SITE: "127.0.0.1",
    ServerName.SIGNIN: "127.0.0.1",
    ServerName.CDN: "localhost",
    ServerName.BACKEND: "localhost",
    ServerName.CONNECT: "localhost",
    ServerName.STATUS: "localhost",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """The origins, each without a slash at its end.

    Args:
        site: The site with Jira and Confluence.
        signin: The sign-in service.
        cdn: Where the files of Forge apps are served.
        backend: The backend of iHub.
        connect: The Connect app.
        status: The Statuspage.
    """

    site: str
    signin: str
    cdn: str
    backend: str
    connect: str
    status: str

    @classmethod
    def on_ports(cls, ports: dict[ServerName, int]) -> "Addresses":
        """The origins of servers that listen on these ports."""
        return cls(**{name.value: f"http://{HOSTS[name]}:{port}" for name, port in ports.items()})
