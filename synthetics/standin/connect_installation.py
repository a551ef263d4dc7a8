"""The Connect app that is installed on the site, and the tokens that the site gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthetics.standin import tokens
from synthetics.standin.state import User

APP_TITLE = "Team Radar"
APP_VERSION = "3.0.2"
PAGE_KEY = "radar-page"
PANEL_KEY = "radar-panel"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectInstallation:
    """What the site and the app agreed on when it was installed.

    Args:
        addon_key: What the site calls the app.
        client_key: What the app calls the site.
        origin: Where the app is, without a slash at its end.
        shared_secret: What the tokens between the two are signed with.
    """

    addon_key: str
    client_key: str
    origin: str
    shared_secret: bytes = field(repr=False)

    def token(self, user: User, context: Mapping[str, Any]) -> str:
        """A token that tells the app who is looking, and at what.

        Args:
            user: Who looks at the page.
            context: What the page is about, as the bridge's ``context`` tells it.

        Returns:
            The token, good for some minutes.
        """
        claims = {"iss": self.client_key, "sub": user.account_id, "context": dict(context)}
        return tokens.sign(claims, self.shared_secret, audience=self.addon_key)

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a token says; raises TokenError where it is not one of this site's, or is too old."""
        return tokens.verify(token, self.shared_secret, audience=self.addon_key)
