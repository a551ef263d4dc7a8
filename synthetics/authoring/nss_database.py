"""Writing certificates of authorities into a database of NSS, where Chromium on Linux looks for those to trust.

Run as a program of its own, ``python nss_database.py FOLDER``, with a certificate (DER, in base64) on each line of
standard input. NSS is the library that Chromium itself is linked with, so it is there wherever a Chromium is; its tool
``certutil`` mostly is not. It keeps its state in the process, hence a process for it alone.
"""

import base64
import ctypes
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

LIBRARY = "libnss3.so"
#: An authority, and one that is trusted to name servers (CERTDB_VALID_CA, CERTDB_TRUSTED_CA).
_AUTHORITY_OF_SERVERS = 0x08 | 0x10
_NOT_LISTED = 0


class _Item(ctypes.Structure):
    """Bytes as NSS is given them (SECItem)."""

    _fields_ = (("type", ctypes.c_uint), ("data", ctypes.c_char_p), ("length", ctypes.c_uint))


class _Trust(ctypes.Structure):
    """What a certificate is trusted for (CERTCertTrust)."""

    _fields_ = (("servers", ctypes.c_uint), ("mail", ctypes.c_uint), ("programs", ctypes.c_uint))


def write_database(folder: Path, certificates: Sequence[bytes]) -> None:
    """Make a database in which authorities are trusted for servers.

    Args:
        folder: An empty folder.
        certificates: The authorities' certificates, in DER.

    Raises:
        OSError: Where NSS is not there, or does not do it.
    """
    nss = ctypes.CDLL(LIBRARY)
    for function in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_NewTempCertificate"):
        getattr(nss, function).restype = ctypes.c_void_p
    _do(nss.NSS_InitReadWrite, f"sql:{folder}".encode())
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    _do(nss.PK11_InitPin, slot, None, b"")
    known = ctypes.c_void_p(nss.CERT_GetDefaultCertDB())
    trust = _Trust(servers=_AUTHORITY_OF_SERVERS)
    for number, der in enumerate(certificates):
        item = _Item(data=der, length=len(der))
        certificate = ctypes.c_void_p(nss.CERT_NewTempCertificate(known, ctypes.byref(item), None, 0, 1))
        if not certificate:
            raise OSError(f"NSS cannot read certificate {number + 1}")
        name = f"authority {number + 1}".encode()
        _do(nss.PK11_ImportCert, slot, certificate, ctypes.c_ulong(_NOT_LISTED), name, 0)
        _do(nss.CERT_ChangeCertTrust, known, certificate, ctypes.byref(trust))
        nss.CERT_DestroyCertificate(certificate)
    nss.PK11_FreeSlot(slot)
    _do(nss.NSS_Shutdown)


def _do(function: Callable[..., int], *arguments: Any) -> None:
    """Call what gives 0 where it worked.

    Raises:
        OSError: Where it did not.
    """
    if function(*arguments) != 0:
        raise OSError(f"NSS failed in {getattr(function, '__name__', function)}")


if __name__ == "__main__":
    try:
        write_database(Path(sys.argv[1]), [base64.b64decode(line) for line in sys.stdin])
    except OSError as error:
        sys.exit(str(error))
