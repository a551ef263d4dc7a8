"""The options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

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
    typer.Option("--fault", metavar="NAME", help="Switch on a fault of the stand-in; may be given several times."),
]

DEFAULT_CONFIG = Path("synthetics.toml")
