"""Whether a file of certificates can be used, before the first request fails without saying why."""

import ssl
from pathlib import Path

from synthetics.config.wording import shown

_MEND = "Write the path of the certificate of an authority, in PEM."


def complaint(path: Path) -> tuple[str, str] | None:
    """Say what is wrong with a file of certificates.

    Args:
        path: The file.

    Returns:
        One sentence without a full stop, and one that mends it; None where the file can be used.
    """
    try:
        held = _read(path).cert_store_stats()
    except ssl.SSLError:
        # Before OSError, which it is: the file can be read, and OpenSSL finds no certificate in it.
        return f"the file {shown(path)} holds no certificate in PEM", _MEND
    except FileNotFoundError:
        return f"there is no file {shown(path)}", "Write its path, relative to this file."
    except OSError as error:
        mend = "Write the path of a file that can be read, relative to this one."
        return f"the file {shown(path)} cannot be read: {error.strerror}", mend
    if held["x509_ca"] < held["x509"]:
        # OpenSSL would trust a server's own certificate, and the browser would not.
        return f"the file {shown(path)} holds a certificate that is no authority's", _MEND
    return None


def authorities_in(path: Path) -> tuple[bytes, ...]:
    """Read the certificates of a file in which nothing is wrong.

    Args:
        path: The file.

    Returns:
        The certificates of authorities, in DER.
    """
    return tuple(_read(path).get_ca_certs(binary_form=True))


def _read(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=path)
    return context
