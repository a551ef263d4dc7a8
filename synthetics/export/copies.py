"""A report to take along: the overview and every run's report in one folder, for CI to keep."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from synthetics.errors import StorageError
from synthetics.export.atomic import make_folder
from synthetics.export.index import write_index
from synthetics.export.report import REPORT_FILE, is_kept, write_report
from synthetics.record import RunRecord

RUNS_FOLDER = "runs"

_INDEX_FROM_A_RUN = "../../index.html"
_MEND = "Name a folder that can be written, with enough room."


def copy_report(
    records: Sequence[RunRecord],
    store_folder_of: Callable[[RunRecord], Path],
    destination: Path,
) -> Path:
    """Write ``index.html`` and ``runs/<run_id>/`` with each run's report and artifacts.

    Only what a record names is copied. A file that is gone from the store is said to be gone in the report.

    Args:
        records: The runs.
        store_folder_of: The folder in which a run's artifacts are kept.
        destination: The folder for the report; made where it is not there, other files in it stay.

    Returns:
        The overview's path.

    Raises:
        StorageError: Where something cannot be written.
    """
    for record in records:
        folder = destination / RUNS_FOLDER / record.run_id
        _copy_artifacts(record, store_folder_of(record), folder)
        write_report(record, folder, index_href=_INDEX_FROM_A_RUN)
    return write_index(records, destination, _report_below)


def _report_below(record: RunRecord) -> str:
    return f"./{RUNS_FOLDER}/{record.run_id}/{REPORT_FILE}"


def _copy_artifacts(record: RunRecord, store: Path, folder: Path) -> None:
    for artifact in record.artifacts:
        if not is_kept(store, artifact.path):
            continue
        place = folder / artifact.path
        make_folder(place.parent, mend=_MEND)
        try:
            shutil.copyfile(store / artifact.path, place)
        except shutil.SameFileError:
            continue  # the report is written into the store itself: it is there already
        except OSError as error:
            raise StorageError(f"{place}: cannot be written: {error.strerror or error}.\n  {_MEND}") from error
