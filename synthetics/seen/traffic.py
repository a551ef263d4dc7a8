"""What the browser's pages were seen to do: requests by whose they are, frames, messages, navigations.

Addresses are bare: no values of a query, no fragment, no user. Times are milliseconds from the run's start.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Owner(StrEnum):
    """Whose an origin is, for one run.

    ``site``: the target's own origin. ``sign_in``: where the site sends somebody who is signed out. ``cdn``: what
    serves a Forge app's frame and its bridge. ``app``: an origin of the app's own, its Connect frame's or one of its
    ``base_urls``. ``backend``: another one that was asked from inside the app's frame. ``other``: the rest.
    """

    SITE = "site"
    SIGN_IN = "sign_in"
    CDN = "cdn"
    APP = "app"
    BACKEND = "backend"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestSeen:
    """One request that is worth telling: without an answer, with a bad one, with a late one, or without an end.

    Args:
        owner: Whose the origin is.
        origin: Scheme, host and port.
        method: The HTTP method.
        path: The path alone.
        resource: Playwright's type of resource, such as ``document`` or ``fetch``.
        is_navigation: Whether a frame was to show what it asks for.
        in_app_frame: Whether it was made inside the app's frame.
        status: The status; None where there was no answer.
        failure: The browser's own word, such as ``net::ERR_CONNECTION_REFUSED``; None where it did not fail.
        started_ms: When it was made.
        duration_ms: How long it took to its end; None where its end was not seen, or its time is not known.
        ended: False where it had no end yet when the record was frozen.
        retry_after_s: How long the answer asks to stay away.
    """

    owner: Owner
    origin: str
    method: str
    path: str
    resource: str
    is_navigation: bool = False
    in_app_frame: bool = False
    status: int | None = None
    failure: str | None = None
    started_ms: int | None = None
    duration_ms: int | None = None
    ended: bool = True
    retry_after_s: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginTraffic:
    """All that was asked of one origin: each request is in exactly one of the five numbers below ``requests``.

    Args:
        owner: Whose the origin is.
        origin: Scheme, host and port.
        requests: How many requests there were.
        answered: Those with a status below 400, and an end.
        refused: Those with a status of 400 and more.
        failed: Those that ended without a whole answer.
        aborted: Those that the page itself gave up (``net::ERR_ABORTED``): by going elsewhere, or out of patience.
        unfinished: Those without an end when the record was frozen.
        statuses: How often each status was answered, the smallest first.
    """

    owner: Owner
    origin: str
    requests: int
    answered: int = 0
    refused: int = 0
    failed: int = 0
    aborted: int = 0
    unfinished: int = 0
    statuses: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameSeen:
    """One frame inside a page. Pages themselves are no frames here; they are told by their navigations.

    Args:
        url: Its address; that which it asked for, where it was refused.
        origin: That address's scheme, host and port; empty for one without a host.
        owner: Whose the origin is.
        is_app: Whether it is the app's.
        attached_ms: When it was put into its page.
        connected_ms: The first sign that app and host page talk: a call of the bridge that went through the page, or
            that the host no longer waits for a Connect app.
        ready_ms: When the app's ready marker was seen in it.
        refused: Whether the browser shows its own error page in it.
        detached_ms: When it was taken out; None where it stayed.
    """

    url: str
    origin: str
    owner: Owner
    is_app: bool = False
    attached_ms: int
    connected_ms: int | None = None
    ready_ms: int | None = None
    refused: bool = False
    detached_ms: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageSeen:
    """An error in the console, or an exception that no script caught.

    Args:
        kind: Which of the two.
        text: What it said, at most 500 characters.
        owner: Whose the script or the resource is that it is about.
        in_app_frame: Whether that is of the app's frame.
        at_ms: When it was said.
    """

    kind: Literal["console", "exception"]
    text: str
    owner: Owner
    in_app_frame: bool = False
    at_ms: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationSeen:
    """A page that went somewhere: the page itself, not a frame in it.

    Args:
        url: Where it is then.
        owner: Whose that origin is.
        at_ms: When it was there.
    """

    url: str
    owner: Owner
    at_ms: int
