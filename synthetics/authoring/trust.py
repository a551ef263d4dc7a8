"""The browser's trust in a target's authorities, given by a home of its own with a database of NSS in it.

There is no switch of Chromium that trusts an authority: ``--ignore-certificate-errors-spki-list`` takes any certificate
at all, from anybody, once that of the authority is sent along with it, and anybody can send that.
"""

import base64
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthetics.authoring import nss_database
from synthetics.authoring.network import refuse_unusable_authorities
from synthetics.config.certificates import authorities_in
from synthetics.config.models import Target
from synthetics.errors import CallerError
from synthetics.private_folder import PREFIX, private_folder

_SECONDS = 30
#: Where Chromium looks, below its home.
_DATABASE = Path(".pki", "nssdb")


@contextmanager
def trusting(target: Target, browser: str) -> Iterator[dict[str, str] | None]:
    """Let a browser that is started in the block trust the target's authorities beside the usual ones.

    Args:
        target: The site.
        browser: Which browser, as Playwright calls it.

    Yields:
        The environment for that browser; None where the target has no authorities of its own.

    Raises:
        CallerError: Where that browser cannot be made to, or the authorities cannot be read any more.
    """
    if target.ca is None:
        yield None
        return
    refuse_untrusting(target, browser, sys.platform)
    refuse_unusable_authorities(target)
    home = Path(tempfile.gettempdir()) / f"{PREFIX}home-{secrets.token_hex(4)}"
    with private_folder(home):
        database = home / _DATABASE
        database.mkdir(parents=True)
        _write(database, authorities_in(target.ca), target)
        yield {**os.environ, "HOME": str(home)}


def refuse_untrusting(target: Target, browser: str, platform: str) -> None:
    """See that a browser is one that can be made to trust an authority.

    Args:
        target: The site, which has authorities of its own.
        browser: Which browser, as Playwright calls it.
        platform: Which system, as Python calls it.

    Raises:
        CallerError: Where it is not.
    """
    if browser == "chromium" and platform == "linux":
        return
    what = browser if browser != "chromium" else f"Chromium on {platform}"
    raise CallerError(
        f"The target {target.name} has a ca, and {what} cannot be made to trust it: Chromium on Linux can.\n"
        "  Run it there; or let the system trust the authority, and remove ca from the target."
    )


def _write(database: Path, certificates: tuple[bytes, ...], target: Target) -> None:
    lines = b"".join(base64.b64encode(each) + b"\n" for each in certificates)
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", nss_database.__file__, str(database)],
            input=lines,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        said = done.stderr.decode(errors="replace").strip() if done.returncode else None
    except (OSError, subprocess.SubprocessError) as error:
        said = str(error)
    if said is not None:
        raise CallerError(
            f"The target {target.name} has a ca, and the browser cannot be made to trust it: {said}.\n"
            f"  It takes {nss_database.LIBRARY}, which Chromium needs as well: `sudo apt-get install libnss3`."
        )
