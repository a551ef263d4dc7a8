"""The metrics as a file for node-exporter's textfile collector."""

from pathlib import Path

from synthetics.export.atomic import write_whole
from synthetics.export.metrics import MetricsPage


def write_textfile(page: MetricsPage, path: Path) -> None:
    """Write the metrics in the text format; a reader sees the old file or the new one, never a part.

    Args:
        page: What to write.
        path: The file, ending in ``.prom`` for node-exporter; its folder has to be there.

    Raises:
        StorageError: Where it cannot be written.
    """
    body, _ = page.render()
    write_whole(path, body, mend="Name a file in a folder that is there and can be written.")
