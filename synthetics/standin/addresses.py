"""Where each of the servers is found."""

from collections.abc import Mapping
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
    CONTROL = "control"


# Paths that the site and the sign-in service agree on.
LANDING_PATH = "/jira/your-work"
SIGNED_IN_PATH = "/login/callback"


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
        control: The switches, where they answer whatever is broken.
    """

    site: str
    signin: str
    cdn: str
    backend: str
    connect: str
    status: str
    control: str

    @classmethod
    def on_ports(cls, hosts: Mapping[ServerName, str], ports: Mapping[ServerName, int]) -> "Addresses":
        """The origins of servers that have these names and listen on these ports."""
        return cls(**{name.value: f"http://{hosts[name]}:{port}" for name, port in ports.items()})
