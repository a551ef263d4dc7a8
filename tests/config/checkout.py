"""Writing a checkout's files for a test."""

from pathlib import Path

SETTINGS = "synthetics.toml"


def a_checkout(folder: Path, settings: str = "", **apps: str) -> Path:
    """Write ``synthetics.toml`` and apps, by default one that is called ihub.

    Args:
        folder: Where to.
        settings: What stands in ``synthetics.toml``.
        apps: What stands in the ``app.toml`` of each app.

    Returns:
        The path of ``synthetics.toml``.
    """
    for name, content in (apps or {"ihub": 'title = "iHub"\n'}).items():
        app = folder / "journeys" / name
        app.mkdir(parents=True)
        (app / "app.toml").write_text(content, encoding="utf-8")
    file = folder / SETTINGS
    file.write_text(settings, encoding="utf-8")
    return file
