"""The dead man's switch: somebody elsewhere is told that the monitor lives, and raises the alarm when it is silent."""

import logging

import httpx
from pydantic import SecretStr

from synthetics.config.models import DeadMan as DeadManSettings
from synthetics.errors import ConfigurationError
from synthetics.runner.signs import DeadMan

_log = logging.getLogger(__name__)

_TIMEOUT_SECONDS = 5.0


def dead_man_of(settings: DeadManSettings | None) -> DeadMan | None:
    """Make of what is configured somebody who can be told; None where nothing is.

    Raises:
        ConfigurationError: Where the address cannot be read.
    """
    if settings is None:
        return None
    url = settings.url
    if url is None:
        raise ConfigurationError(settings.problems)
    every_seconds = max(1, round(settings.every.total_seconds()))
    return DeadMan(every_seconds=every_seconds, tell=lambda: tell_alive(url))


def tell_alive(url: SecretStr) -> None:
    """Ask for the address once; what goes wrong is logged in one line, and tried again when it is due again.

    Args:
        url: The address, which is a secret: whoever has it can keep the alarm silent. It is never logged.
    """
    try:
        answer = httpx.get(url.get_secret_value(), timeout=_TIMEOUT_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        # The error's own text may hold the address.
        _log.warning("event=dead_man_failed error=%s", type(error).__name__)
        return
    if not answer.is_success:
        _log.warning("event=dead_man_failed status=%d", answer.status_code)
