"""A journey to nowhere: it warms a worker, and asks nobody for anything.

What is imported, started and compiled at a first run is then there before a customer's path is measured.
"""

import pytest
from playwright.sync_api import Page

from synthetics.authoring.fixtures import Step


@pytest.mark.journey(every="1h")
def test_rehearsal(page: Page, step: Step) -> None:
    """A blank page opens."""
    with step("Open a blank page"):
        page.goto("about:blank")
