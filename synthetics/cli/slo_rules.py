"""``slo rules`` and ``slo dashboard``: what Prometheus and Grafana need to know of the catalogue."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from synthetics.bootstrap import Suite, read_suite
from synthetics.cli import options
from synthetics.cli.screen import where
from synthetics.config.wording import shown
from synthetics.errors import ConfigurationError
from synthetics.export.atomic import make_folder, write_whole
from synthetics.slo.profile_file import read_profile
from synthetics.slo.rules.goals import objectives_of
from synthetics.slo.rules.watched import Goals

_MEND = "Choose a folder with --out that you may write to."


def rules(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the files; made if it is missing.")],
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Write Prometheus rules for the catalogue as it is, and beside each file the unit tests of it."""
    from synthetics.slo.rules.generating import generate  # noqa: PLC0415  YAML is only for those who write it

    suite = _whole_suite(config)
    slo = suite.configuration.slo
    profile = read_profile(slo.profile, slo.profiles, shown(config))
    goals = Goals(objective_of=objectives_of(profile), leaves_out=profile.leaves_out)
    files = tuple(generate(suite.catalogue, suite.configuration, goals))
    make_folder(out, mend=_MEND)
    for file in files:
        write_whole(out / file.name, file.content.encode(), mend=_MEND)
    gone = _remove_others(out, [file.name for file in files])
    typer.echo(f"{where(out)}: rules of {len(suite.catalogue.journeys)} journeys and of the monitor itself.")
    for name in gone:
        typer.echo(f"Removed {name}, whose journey is gone.")
    typer.echo("Test them with: promtool test rules *.rules.test.yml")


def dashboard(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The file; standard output where none is named.")
    ] = None,
) -> None:
    """Write a Grafana dashboard as JSON, for what the metrics and the rules of slo rules tell."""
    from synthetics.slo.dashboard.making import dashboard_json  # noqa: PLC0415  Grafana's package is large

    text = dashboard_json()
    if out is None:
        typer.echo(text, nl=False)
        return
    make_folder(out.absolute().parent, mend=_MEND)
    write_whole(out, text.encode(), mend="Choose a file with --out that you may write.")
    typer.echo(f"{where(out)}: import it into Grafana, and choose the Prometheus that has the rules.")


def _whole_suite(config: Path) -> Suite:
    """Read the catalogue.

    Raises:
        ConfigurationError: Where it is not whole: a journey that cannot be read is not gone.
    """
    suite = read_suite(config)
    if suite.whole.problems:
        raise ConfigurationError(suite.whole.problems)
    return suite


def _remove_others(folder: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Remove files that were made here before, of journeys that are gone: what they say of silence would never end."""
    from synthetics.slo.rules.writing import MADE  # noqa: PLC0415  as above

    gone = []
    for file in sorted((*folder.glob("*.rules.yml"), *folder.glob("*.rules.test.yml"))):
        if file.name not in names and file.read_text(encoding="utf-8", errors="replace").startswith(MADE):
            file.unlink()
            gone.append(file.name)
    return tuple(gone)
