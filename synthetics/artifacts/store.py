"""Where artifacts lie: one folder a day, one folder a run in it, and nothing there that is not finished."""

import os
import secrets
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.scrubbing import UnfitError, scrubbed
from synthetics.record import Artifact

#: Files are written here first; a name that no day has.
_UNFINISHED = ".unfinished"
_STALE_MS = 3_600_000


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
    """

    def __init__(self, root: Path) -> None:
        self.root = root
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
            False where the disk would not take it.
        """
        place = self.folder(run_id, slot_ms) / path
        unfinished = self.root / _UNFINISHED / secrets.token_hex(8)
        try:
            unfinished.parent.mkdir(parents=True, exist_ok=True)
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
                self._size_bytes = _size_below(self.root)
            return self._size_bytes

    def sweep(self, now_ms: int) -> None:
        """Remove what a process that was killed left unfinished; at a start.

        Args:
            now_ms: The present, in milliseconds UTC; what is younger than an hour may be another process' work.
        """
        with suppress(OSError):
            for file in (self.root / _UNFINISHED).iterdir():
                if file.stat().st_mtime * 1000 < now_ms - _STALE_MS:
                    file.unlink()

    def _move(self, unfinished: Path, place: Path, size_bytes: int) -> None:
        with self._lock:
            before_bytes = place.stat().st_size if place.exists() else 0
            unfinished.replace(place)
            if self._size_bytes is not None:
                self._size_bytes += size_bytes - before_bytes


def _size_below(folder: Path) -> int:
    """The size of all finished files below a folder, links not followed; 0 where it is not there."""
    total = 0
    for parent, folders, names in os.walk(folder):
        if _UNFINISHED in folders:
            folders.remove(_UNFINISHED)
        for name in names:
            try:
                total += os.lstat(Path(parent, name)).st_size
            except FileNotFoundError:  # finished or removed meanwhile
                continue
    return total
