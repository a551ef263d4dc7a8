"""The pages that runs leave in the storage: one for each run, and an index over all of them."""

from collections.abc import Callable
from pathlib import Path

from synthetics.artifacts.store import ArtifactStore
from synthetics.errors import StorageError
from synthetics.export.copies import copy_report
from synthetics.export.index import write_index
from synthetics.export.report import RECORD_FILE, REPORT_FILE, present_artifacts, render_report
from synthetics.ledger.store import Ledger
from synthetics.record import Kind, Outcome, RunRecord

#: How many runs the index shows; older ones stay in the ledger and keep their own pages.
INDEX_RUNS = 2_000

#: The way back from a run's folder, ``runs/<day>/<run_id>``.
_INDEX_FROM_A_RUN = "../../../index.html"


class Reports:
    """Writes reports beside the artifacts of the runs they tell of.

    Args:
        storage: The folder that gets the index.
        store: Where each run's files are.
        ledger: Where the index reads from.
        budget_of: Tells what of the error budget of a run's journey is used and left; None where there is nothing to
            tell.
    """

    def __init__(
        self,
        storage: Path,
        store: ArtifactStore,
        ledger: Ledger,
        budget_of: Callable[[RunRecord], str | None] = lambda _record: None,
    ) -> None:
        self._storage = storage
        self._store = store
        self._ledger = ledger
        self._budget_of = budget_of
        self._indexed_runs: int | None = None

    def publish(self, record: RunRecord) -> None:
        """Store the page of one run and its record.

        A missed one has nothing more to tell than its line in the index, nor has a health check that passed, of which
        there may be thousands in an hour: what there is to know of it stands in the ledger.

        Raises:
            StorageError: Where the disk would not take them.
        """
        if record.outcome is Outcome.MISSED or (record.kind is Kind.HEALTH and record.outcome is Outcome.PASSED):
            return
        present = present_artifacts(record, self.folder(record))
        page = render_report(record, present=present, index_href=_INDEX_FROM_A_RUN, budget=self._budget_of(record))
        for name, data in ((RECORD_FILE, record.to_json() + "\n"), (REPORT_FILE, page)):
            if not self._store.put(record.run_id, record.slot_ms, name, data.encode()):
                raise StorageError(f"{self.folder(record) / name}: cannot be written; is the disk full?")

    def write_index(self) -> Path:
        """Write the index over the newest runs of the ledger, unless nothing came since the last time."""
        index = self._storage / "index.html"
        runs = self._ledger.count()
        if runs != self._indexed_runs or not index.exists():
            write_index(self._ledger.runs(limit=INDEX_RUNS), self._storage, self._href)
            self._indexed_runs = runs
        return index

    def copy(self, records: tuple[RunRecord, ...], destination: Path) -> Path:
        """Copy the pages and files of some runs, with an index over them, to a folder of their own."""
        return copy_report(records, self.folder, destination)

    def folder(self, record: RunRecord) -> Path:
        """Where the files of a run are."""
        return self._store.folder(record.run_id, record.slot_ms)

    def page(self, record: RunRecord) -> Path:
        """Where the page of a run is, or would be."""
        return self.folder(record) / REPORT_FILE

    def _href(self, record: RunRecord) -> str | None:
        page = self.page(record)
        return page.relative_to(self._storage).as_posix() if page.exists() else None
