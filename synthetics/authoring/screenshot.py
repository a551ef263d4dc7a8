"""The picture of a page at a failure, which must never make things worse."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page

SCREENSHOT_TIMEOUT_MS = 3_000


def take_screenshot(page: Page, file: Path) -> bool:
    """Keep what the page shows now, within its own short time.

    A page that hangs or is gone, and a full disk, cost the picture and nothing else.

    Args:
        page: The page; what it shows, not all of its length.
        file: Where to.

    Returns:
        Whether the picture is there.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, timeout=SCREENSHOT_TIMEOUT_MS)
    except (Error, OSError):
        with suppress(OSError):
            file.unlink(missing_ok=True)
        return False
    return True
