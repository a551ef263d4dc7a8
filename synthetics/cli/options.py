"""The options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer


def _known_faults(names: list[str] | None) -> list[str] | None:
    """Refuse a fault that the stand-in does not have, before anything is started."""
    if names:
        from synthetics.standin.faults import FAULTS  # noqa: PLC0415  half of the web's libraries, for one option

        known = [fault.name for fault in FAULTS]
        for name in names:
            if name not in known:
                raise typer.BadParameter(f"{name} is none of the stand-in's faults: {', '.join(known)}.")
    return names


Config = Annotated[
    Path,
    typer.Option("--config", metavar="PATH", help="The configuration file."),
]
Json = Annotated[
    bool,
    typer.Option("--json", help="Print JSON on standard output, and nothing else there."),
]
Select = Annotated[
    list[str] | None,
    typer.Argument(metavar="SELECT", help="Apps (ihub) and journeys (ihub.run_flow); all if none is named."),
]
Target = Annotated[
    str | None,
    typer.Option("--target", metavar="NAME", help="The site to run against; the stand-in if none is named."),
]
Faults = Annotated[
    list[str] | None,
    typer.Option(
        "--fault",
        metavar="NAME",
        help="Switch on a fault of the stand-in; may be given several times.",
        callback=_known_faults,
    ),
]

DEFAULT_CONFIG = Path("synthetics.toml")
