"""One file that a run left behind, made fit to be kept: its secrets out, its size bounded; or the reason to drop it."""

import io
import os
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from synthetics.artifacts.redaction import Redactor

#: A log keeps its beginning and its end: why it started to talk, and why it stopped.
LOG_LIMIT_BYTES = 20_000_000
#: Anything else is whole or nothing, and has to fit into memory.
FILE_LIMIT_BYTES = 60_000_000

#: Longer than any secret in any form: so much is thrown away on both sides of a cut, where a secret may lie in two.
_SEAM_BYTES = 64_000

_LOGS = frozenset({".log", ".txt"})
_TEXTS = frozenset({".html", ".htm", ".json", ".jsonl", ".xml", ".css", ".js", ".svg", ".md", ".csv"})
_PICTURES = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}


_TRACE = ".zip"
_DEFLATED = zipfile.ZIP_DEFLATED
#: What a trace may hold unpacked: an archive can hold a thousand times its size.
TRACE_LIMIT_BYTES = 400_000_000
#: What archives and packed answers begin with: in them nobody can look.
_PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"%PDF")


class UnfitError(Exception):
    """A file that cannot be kept; its text says why."""


def scrubbed(output: Path, path: str, redactor: Redactor) -> bytes:
    """What may be kept of a file.

    Text goes through the redactor, and so does all that a trace of Playwright's holds, which keeps everything as it was
    sent, unpacked. Pictures stay as they are: no text can be found in them. In any other file, such as an archive, a
    secret can hide in forms that nobody looks for, so it is not kept.

    Args:
        output: The folder that the run wrote to.
        path: The file in it, with ``/`` between the parts; whatever the run says, so it is not trusted.
        redactor: Knows the run's secrets.

    Returns:
        What to store under the same path.

    Raises:
        UnfitError: Where the file cannot be kept.
        OSError: Where it cannot be read.
    """
    if redactor.text(path) != path:
        raise UnfitError("a secret is in its name")
    suffix = PurePosixPath(path).suffix.lower()
    with _opened(output, path) as file:
        if suffix in _LOGS:
            return _log(file, redactor)
        data = file.read(FILE_LIMIT_BYTES + 1)
    if len(data) > FILE_LIMIT_BYTES:
        raise UnfitError(f"larger than {FILE_LIMIT_BYTES} bytes")
    if suffix in _TEXTS:
        return _text(data, redactor)
    if suffix in _PICTURES and data.startswith(_PICTURES[suffix]):
        return data
    if suffix == _TRACE:
        return _trace(data, redactor)
    raise UnfitError("neither text nor a picture")


def _opened(output: Path, path: str) -> BinaryIO:
    """The file, if it is a real one inside the folder, reached through no link."""
    parts = PurePosixPath(path).parts
    if not parts or "\0" in path or ".." in parts or path.startswith("/"):
        raise UnfitError("outside of the run's folder")
    place = output
    for part in parts:
        place /= part
        if place.is_symlink():
            raise UnfitError("a link")
    # Not blocking: opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnfitError("no file")
    return os.fdopen(descriptor, "rb")


def _text(data: bytes, redactor: Redactor) -> bytes:
    # Text has no use for NUL, and without it UTF-16 has nothing to hide secrets behind.
    return redactor.data(data.replace(b"\0", b""))


def _trace(data: bytes, redactor: Redactor) -> bytes:
    """An archive of Playwright's with every part in it redacted; parts that are packed themselves are left out."""
    scrubbed_data = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as trace, zipfile.ZipFile(scrubbed_data, "w", _DEFLATED) as kept:
            if sum(each.file_size for each in trace.infolist()) > TRACE_LIMIT_BYTES:
                raise UnfitError(f"larger than {TRACE_LIMIT_BYTES} bytes when unpacked")
            for each in trace.infolist():
                part = trace.read(each)
                if redactor.text(each.filename) == each.filename and not part.startswith(_PACKED):
                    kept.writestr(each.filename, part if _is_picture(part) else redactor.data(part))
    # RuntimeError is how zipfile tells of an encrypted part, NotImplementedError of a way of packing that it lacks.
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise UnfitError(f"no archive that can be read: {error}") from error
    return scrubbed_data.getvalue()


def _is_picture(data: bytes) -> bool:
    return data.startswith(tuple(_PICTURES.values()))


def _log(file: BinaryIO, redactor: Redactor) -> bytes:
    size = os.fstat(file.fileno()).st_size
    if size <= LOG_LIMIT_BYTES:
        return _text(file.read(LOG_LIMIT_BYTES), redactor)
    half = LOG_LIMIT_BYTES // 2
    head = _text(file.read(half), redactor)[:-_SEAM_BYTES]
    file.seek(-half, os.SEEK_END)
    tail = _text(file.read(half), redactor)[_SEAM_BYTES:]
    cut = size - 2 * (half - _SEAM_BYTES)
    return head + b"\n[... %d bytes were cut here: a log keeps %d ...]\n" % (cut, LOG_LIMIT_BYTES) + tail
