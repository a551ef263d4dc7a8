"""The options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from synthetics.export.pushgateway import complaint


def _known_faults(names: list[str] | None) -> list[str] | None:
    """Refuse a fault that the stand-in does not have, before anything is started."""
    if names:
        from synthetics.standin.faults import FAULTS  # noqa: PLC0415  half of the web's libraries, for one option

        known = [fault.name for fault in FAULTS]
        for name in names:
            if name not in known:
                raise typer.BadParameter(f"{name} is none of the stand-in's faults: {', '.join(known)}.")
    return names


def _known_gateway(url: str | None) -> str | None:
    """Refuse what is no address of a Pushgateway, before anything runs."""
    wrong = complaint(url) if url is not None else None
    if wrong is not None:
        raise typer.BadParameter(wrong)
    return url


Config = Annotated[
    Path,
    typer.Option("--config", metavar="PATH", help="The configuration file."),
]
Json = Annotated[
    bool,
    typer.Option("--json", metavar="", help="Print JSON on standard output, and nothing else there."),
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
        help="Switch on a fault of the stand-in, such as backend_502; may be repeated.",
        callback=_known_faults,
    ),
]

Push = Annotated[
    str | None,
    typer.Option(
        "--push",
        metavar="URL",
        help="A Pushgateway, such as http://127.0.0.1:9091: gauges of the runs go there.",
        callback=_known_gateway,
    ),
]
PrunePush = Annotated[
    str | None,
    typer.Option(
        "--push",
        metavar="URL",
        help="A Pushgateway: delete what was pushed there of journeys and targets that are gone.",
        callback=_known_gateway,
    ),
]

DEFAULT_CONFIG = Path("synthetics.toml")
