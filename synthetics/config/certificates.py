"""Whether a file of certificates can be used, before the first request fails without saying why."""

import ssl
from pathlib import Path

from synthetics.config.wording import shown


def complaint(path: Path) -> tuple[str, str] | None:
    """Say what is wrong with a file of certificates.

    Args:
        path: The file.

    Returns:
        One sentence without a full stop, and one that mends it; None where the file can be used.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        # Before OSError, which it is: the file can be read, and OpenSSL finds no certificate in it.
        mend = "Write the path of the certificate of an authority, in PEM."
        return f"the file {shown(path)} holds no certificate in PEM", mend
    except FileNotFoundError:
        return f"there is no file {shown(path)}", "Write its path, relative to this file."
    except OSError as error:
        mend = "Write the path of a file that can be read, relative to this one."
        return f"the file {shown(path)} cannot be read: {error.strerror}", mend
    return None
