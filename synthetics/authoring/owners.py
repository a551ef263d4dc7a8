"""Whose an origin is: told by what is configured, and by what the browser was seen to do."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from synthetics.authoring.addresses import origin_and_path
from synthetics.config.app import App
from synthetics.evidence import Owner

#: Where Atlassian's own pages have their scripts from, and Forge its apps: where this is wrong, mend it here.
_HOST_ASSETS = (".atl-paas.net", ".atlassian-dev.net")
_SIGN_IN_HOST = "id.atlassian.com"
_BACKEND = "backend"
#: Where a call names the module that it is for, it is ours only with our app's id.
_ANOTHERS = "extensionId"


class Owners:
    """Knows the site and the app of one run, and tells whose an origin is.

    Args:
        site: The target's origin; empty where it is not known yet.
        app: The app of the journey; None where there is none, or it is not known yet.
    """

    def __init__(self, site: str = "", app: App | None = None) -> None:
        self.site = origin_and_path(site)[0]
        self.app = app
        self._named = _named(app)
        self._sign_in: set[str] = set()
        self._of_frames: dict[str, Owner] = {}
        self._beside_frames: set[str] = set()

    def page_asks(self, url: str, *, redirected_by: str | None) -> None:
        """A page itself asks for an address, which may be where the site sends somebody who is signed out.

        Args:
            url: The address.
            redirected_by: The address whose answer sent the page there, where one did.
        """
        origin, path = origin_and_path(url)
        if not origin:
            return
        sent_by_the_site = redirected_by is not None and origin_and_path(redirected_by)[0] == self.site
        if sent_by_the_site or "/login" in path or urlsplit(origin).hostname == _SIGN_IN_HOST:
            self._sign_in.add(origin)

    def signs_in_at(self, url: str) -> None:
        """A page shows the form for signing in.

        Args:
            url: The page's address.
        """
        self._sign_in.add(origin_and_path(url)[0])

    def is_app_frame(self, name: str, url: str) -> bool:
        """Whether a frame is the app's.

        Args:
            name: The frame's name, in which the host tells a Connect app's key.
            url: Its whole address, in which stands a Forge app's id.
        """
        app = self.app
        if app is None:
            return False
        if app.forge is not None:
            return app.forge.app is not None and f"/{app.forge.app}/" in url
        if app.connect is None:
            return False
        origin = origin_and_path(url)[0]
        if app.connect.addon_key in name or self._named.get(origin) is Owner.APP:
            return True
        # Until its document is there a frame has no name, but Jira and Confluence put the key into its address as well.
        return app.connect.addon_key in url and origin != self.site

    def app_frame_at(self, url: str) -> None:
        """The app's frame is at an address: its origin is the app's own, or what serves it.

        Args:
            url: The frame's address.
        """
        origin = origin_and_path(url)[0]
        if self.app is None or not origin:
            return
        if self.app.forge is None:
            self._of_frames.setdefault(origin, Owner.APP)
            return
        self._of_frames.setdefault(origin, Owner.CDN)
        beside = (urlsplit(origin).hostname or "").partition(".")[2]
        if beside.count(".") > 1:  # the parent of a name with two parts only is no one's own
            self._beside_frames.add(f".{beside}")

    def is_of_app_frame(self, origin: str) -> bool:
        """Whether the app's frame has its document from an origin."""
        return origin in self._of_frames

    def of(self, origin: str, *, in_app_frame: bool) -> Owner:
        """Whose an origin is.

        Args:
            origin: Scheme, host and port.
            in_app_frame: Whether it was asked from inside the app's frame.
        """
        if origin == self.site and origin:
            return Owner.SITE
        known = self._named.get(origin) or self._of_frames.get(origin)
        if known is not None:
            return known
        if origin in self._sign_in:
            return Owner.SIGN_IN
        host = urlsplit(origin).hostname or ""
        if host.endswith((*_HOST_ASSETS, *self._beside_frames)):
            return Owner.CDN
        return Owner.BACKEND if in_app_frame and host else Owner.OTHER

    def is_bridge_call(self, path: str, body: str | None, *, has_frame: bool) -> bool:
        """Whether what a page of the host posts to its own gateway is a call of the app's.

        Args:
            path: The path that it is posted to, on the site.
            body: What is posted.
            has_frame: Whether a frame of the app is on a page.
        """
        forge = None if self.app is None else self.app.forge
        if forge is None or "/gateway/" not in path:
            return False
        said = f"{path} {body or ''}"
        if forge.app is not None and forge.app in said:
            return True
        return has_frame and "invoke" in said.lower() and _ANOTHERS not in said


def _named(app: App | None) -> dict[str, Owner]:
    """The origins that are configured as the app's."""
    urls: Iterable[tuple[str, str]] = () if app is None else app.base_urls.items()
    return {origin_and_path(url)[0]: Owner.BACKEND if name == _BACKEND else Owner.APP for name, url in urls}
