"""Which browser pytest-playwright starts, and how large its windows are."""

import os
from typing import Any

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser that all forms use, with the same sandbox."""
    return browser_type_launch_args | {
        "executable_path": os.environ["BENCH_BROWSER"],
        "chromium_sandbox": os.environ["BENCH_SANDBOX"] == "1",
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Windows of the size that all forms use."""
    return browser_context_args | {"viewport": {"width": 1366, "height": 900}}
