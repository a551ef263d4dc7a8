"""The Connect app that is installed on the site, and the tokens that the site gives it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthetics.standin import tokens
from synthetics.standin.state import User

ADDON_KEY = "com.rixter.team-radar"
APP_TITLE = "Team Radar"
APP_VERSION = "3.0.2"
CLIENT_KEY = "3f8b1c7a-5d20-4e9c-8a14-6b7d2e9f0c53"
PAGE_KEY = "radar-page"
PANEL_KEY = "radar-panel"


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectInstallation:
    """What the site and the app agreed on when it was installed.

    Args:
        origin: Where the app is, without a slash at its end.
        shared_secret: What the tokens between the two are signed with.
    """

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
        claims = {"iss": CLIENT_KEY, "sub": user.account_id, "context": dict(context)}
        return tokens.sign(claims, self.shared_secret, audience=ADDON_KEY)

    def claims(self, token: str) -> Mapping[str, Any]:
        """What a token says; raises TokenError where it is not one of this site's, or is too old."""
        return tokens.verify(token, self.shared_secret, audience=ADDON_KEY)
