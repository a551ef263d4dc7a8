"""How the browser of journeys is started, and what it calls itself."""

import os
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Browser

from synthetics.authoring.browser import find_browser
from synthetics.authoring.channel import ASSIGNMENT
from synthetics.authoring.choosing import BY_HAND
from synthetics.authoring.marking import marked

#: Beside what Playwright says already: a browser that talks to its maker in the middle of a measurement disturbs it.
QUIET = ("--disable-domain-reliability", "--no-pings")


def launch_args(config: pytest.Config, args: Mapping[str, Any]) -> dict[str, Any]:
    """What is said to Playwright when it starts the browser, beside what pytest-playwright says.

    Args:
        config: The session's configuration.
        args: What pytest-playwright would say, its own options included.

    Returns:
        The browser's program, unless the caller chose one; the sandbox, which is off unless it is asked for, and which
        root cannot have; and silence.

    Raises:
        BrowserNotFoundError: Where there is no browser.
    """
    ours: dict[str, Any] = {
        "args": [*args.get("args", ()), *QUIET],
        "chromium_sandbox": os.geteuid() != 0,
    }
    if not {"channel", "executable_path"} & args.keys():
        ours["executable_path"] = _executable(config, headed=args.get("headless") is False)
    return ours


def _executable(config: pytest.Config, *, headed: bool) -> str:
    if ASSIGNMENT in config.stash:
        return str(config.stash[ASSIGNMENT].browser_executable)
    setting = config.stash[BY_HAND].configuration.browser.executable
    return str(find_browser(setting, os.environ, headed=headed).executable)


def user_agent(browser: Browser, args: Mapping[str, Any]) -> str:
    """The user agent of a journey's windows, with the mark of synthetic traffic.

    Args:
        browser: The browser, a Chromium, which is asked for its own.
        args: What contexts are made with; the user agent of a device stands there.
    """
    if "user_agent" in args:
        return marked(args["user_agent"])
    devtools = browser.new_browser_cdp_session()
    try:
        return marked(devtools.send("Browser.getVersion")["userAgent"])
    finally:
        devtools.detach()
