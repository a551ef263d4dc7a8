"""What the parts of the site share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from synthetics.standin.addresses import Addresses
from synthetics.standin.app_calls import AppCalls
from synthetics.standin.identity import Identity
from synthetics.standin.state import Jira


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteContext:
    """What the parts of the site share.

    Args:
        addresses: Where everything is.
        jira: The data.
        identity: Tells who is asking.
        app: The way to the app's backend.
        http: For calls to the sign-in service.
        now: The time, UTC.
    """

    addresses: Addresses
    jira: Jira
    identity: Identity
    app: AppCalls
    http: httpx.AsyncClient
    now: Callable[[], datetime]
