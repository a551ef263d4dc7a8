"""Where artifacts lie: one folder a day, one folder a run in it, and nothing there that is not finished."""

import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.scrubbing import UnfitError, scrubbed
from synthetics.artifacts.stored import StoredRun, size_below, stored_runs
from synthetics.record import Artifact

#: Files are written here first; a name that no day has.
_UNFINISHED = ".unfinished"
_STALE_MS = 3_600_000
#: What is left free on the disk for what matters more than files: the ledger, above all.
_MARGIN_BYTES = 64 * 1024**2


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What became of a run's artifacts.

    Args:
        artifacts: Those in the store, with the sizes that they have there.
        dropped: How many could not be scrubbed or stored.
    """

    artifacts: tuple[Artifact, ...]
    dropped: int


class ArtifactStore:
    """The artifacts of all runs, for any number of threads.

    Args:
        root: The folder; made with the first artifact.
        margin_bytes: What must stay free on the disk: before it is full, files are dropped, so that records go on.
    """

    def __init__(self, root: Path, margin_bytes: int = _MARGIN_BYTES) -> None:
        self.root = root
        self._margin_bytes = margin_bytes
        self._lock = threading.Lock()
        self._size_bytes: int | None = None

    def folder(self, run_id: str, slot_ms: int) -> Path:
        """The folder of a run, which may not exist.

        Args:
            run_id: The run's short name.
            slot_ms: When it was due, in milliseconds UTC: its day is the folder's parent.
        """
        day = datetime.fromtimestamp(slot_ms / 1000, UTC).strftime("%Y-%m-%d")
        return self.root / day / run_id

    def keep(
        self,
        run_id: str,
        slot_ms: int,
        output: Path,
        artifacts: Iterable[Artifact],
        redactor: Redactor,
    ) -> Kept:
        """Bring a run's artifacts into its folder, without secrets; a full disk costs artifacts and nothing else.

        Args:
            run_id: The run's short name.
            slot_ms: When it was due, in milliseconds UTC.
            output: The folder that the run wrote to; the caller removes it.
            artifacts: What the run says that it left there.
            redactor: Knows the run's secrets.

        Returns:
            What is in the store now, and how much is not.
        """
        kept: list[Artifact] = []
        dropped = 0
        for artifact in {each.path: each for each in artifacts}.values():
            try:
                data = scrubbed(output, artifact.path, redactor)
            except (UnfitError, OSError):
                dropped += 1
                continue
            if self.put(run_id, slot_ms, artifact.path, data):
                kept.append(replace(artifact, size_bytes=len(data)))
            else:
                dropped += 1
        return Kept(artifacts=tuple(kept), dropped=dropped)

    def put(self, run_id: str, slot_ms: int, path: str, data: bytes) -> bool:
        """Store one file that has no secrets in it, such as the report made of a record; whole, or not at all.

        Args:
            run_id: The run's short name.
            slot_ms: When it was due, in milliseconds UTC.
            path: Where, below the run's folder, with ``/`` between the parts; one that is there is replaced.
            data: The file.

        Returns:
            False where the disk would not take it, or would have too little room left.
        """
        place = self.folder(run_id, slot_ms) / path
        unfinished = self.root / _UNFINISHED / secrets.token_hex(8)
        try:
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            if shutil.disk_usage(unfinished.parent).free - len(data) < self._margin_bytes:
                return False
            unfinished.write_bytes(data)
            place.parent.mkdir(parents=True, exist_ok=True)
            self._move(unfinished, place, len(data))
        except OSError:
            with suppress(OSError):
                unfinished.unlink()
            return False
        return True

    def size_bytes(self) -> int:
        """How much all artifacts take, in bytes; looked up on the disk once, and kept in mind from then on."""
        with self._lock:
            if self._size_bytes is None:
                self._size_bytes = size_below(self.root, without=_UNFINISHED)
            return self._size_bytes

    def measure(self) -> int:
        """How much all artifacts take, in bytes; looked up on the disk anew, since other processes write there too."""
        size_bytes = size_below(self.root, without=_UNFINISHED)
        with self._lock:
            self._size_bytes = size_bytes
        return size_bytes

    def runs(self) -> Iterator[StoredRun]:
        """Every run of which something is stored, by day and name, read while the caller goes on."""
        return stored_runs(self.root)

    def remove(self, run: StoredRun) -> bool:
        """Remove all that is stored of a run, and the folder of its day where that was the last one in it.

        Args:
            run: One of ``runs``. ``size_bytes`` does not know of it until ``measure`` is called.

        Returns:
            False where the disk would not let it go, or it was gone already.
        """
        day = self.root / run.day
        removed = self._discard(day / run.run_id)
        with suppress(OSError):
            day.rmdir()  # which refuses a folder with anything in it
        return removed

    def sweep(self, now_ms: int) -> None:
        """Remove what a process that was killed left unfinished, and folders of days with nothing in them.

        Args:
            now_ms: The present, in milliseconds UTC; what is younger than an hour may be another process' work.
        """
        for left in _entries(self.root / _UNFINISHED):
            if _changed_ms(left) < now_ms - _STALE_MS:
                _delete(left)
        for day in _entries(self.root):
            if day.name != _UNFINISHED and _changed_ms(day) < now_ms - _STALE_MS:
                with suppress(OSError):
                    day.rmdir()

    def _discard(self, folder: Path) -> bool:
        """Take a folder out of everybody's sight first, so that nobody meets one that is half gone."""
        unfinished = self.root / _UNFINISHED / secrets.token_hex(8)
        try:
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            folder.rename(unfinished)
        except OSError:
            return False
        _delete(unfinished)
        return True

    def _move(self, unfinished: Path, place: Path, size_bytes: int) -> None:
        with self._lock:
            before_bytes = place.stat().st_size if place.exists() else 0
            unfinished.replace(place)
            if self._size_bytes is not None:
                self._size_bytes += size_bytes - before_bytes


def _entries(folder: Path) -> list[Path]:
    """What is in a folder; nothing where it cannot be read."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _changed_ms(path: Path) -> float:
    """When it was changed for the last time, in milliseconds UTC; never, where it is gone."""
    try:
        return path.lstat().st_mtime * 1000
    except OSError:
        return inf


def _delete(path: Path) -> None:
    """Delete a file, a link or a folder with all that is in it, as far as the disk lets it go."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
