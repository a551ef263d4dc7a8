"""``maintenance``: planned downtime, which the adjusted figures leave out where it was announced beforehand."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from synthetics.bootstrap import read_configuration, read_suite
from synthetics.cli import options, typed
from synthetics.cli.screen import print_json, where
from synthetics.clock import SystemClock
from synthetics.config.wording import meant_or_listed
from synthetics.export.words import instant
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import open_ledger
from synthetics.maintenance import Maintenance


def add(  # noqa: PLR0913  each argument is an option of the command
    *,
    from_: Annotated[str, typer.Option("--from", metavar="TIME", help="When it begins, such as 2026-11-30T22:00Z.")],
    to: Annotated[str, typer.Option("--to", metavar="TIME", help="When it ends.")],
    noticed: Annotated[
        str, typer.Option("--noticed", metavar="TIME", help="When notice was given; only before it begins it counts.")
    ],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="What for, in a sentence.")],
    app: Annotated[str | None, typer.Option("--app", metavar="APP", help="Only this app's downtime.")] = None,
    target: Annotated[str | None, typer.Option("--target", metavar="NAME", help="Only on this site.")] = None,
    by: typed.By = None,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Enter planned downtime; once entered it stays, with who said so and when."""
    suite = read_suite(config)
    apps = sorted({each.journey.app for each in suite.catalogue.placements})
    _known(app, apps, "--app", "app")
    _known(target, sorted(suite.configuration.targets), "--target", "target")
    from_ms, until_ms = typed.instant_ms(from_, "--from"), typed.instant_ms(to, "--to")
    if until_ms <= from_ms:
        raise typer.BadParameter("it ends before it begins.", param_hint="--to")
    window = Maintenance(
        from_ms=from_ms,
        until_ms=until_ms,
        noticed_ms=typed.instant_ms(noticed, "--noticed"),
        author=typed.author(by),
        why=typed.words(why, suite.configuration, "--why"),
        entered_ms=SystemClock().wall_ms(),
        app=app,
        target=target,
    )
    if window.noticed_ms > window.entered_ms:
        raise typer.BadParameter("nobody can have been told in the future.", param_hint="--noticed")
    with closing(open_ledger(suite.configuration.storage)) as ledger:
        is_new = ledger.audit.add_maintenance(window)
    said = _sentence(window)
    typer.echo(said if is_new else f"This was entered before, and stays as it is: {said}")


def list_windows(*, as_json: options.Json = False, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Show all planned downtime that was entered, the newest first."""
    storage = read_configuration(config).storage
    windows: tuple[Maintenance, ...] = ()
    if (storage / LEDGER_FILE).exists():
        with closing(open_ledger(storage)) as ledger:
            windows = tuple(sorted(ledger.audit.maintenance(), key=lambda each: -each.from_ms))
    if as_json:
        print_json([{**asdict(each), "is_announced": each.is_announced} for each in windows])
    elif windows:
        Console().print(Group(*_view(windows)))
    else:
        typer.echo(f"No planned downtime was entered in {where(storage)}; `maintenance add` enters some.", err=True)


def _known(name: str | None, names: list[str], option: str, noun: str) -> None:
    if name is not None and name not in names:
        mend = meant_or_listed(name, names, f"The {noun}s are:")
        raise typer.BadParameter(f"there is no {noun} {name!r}. {mend}", param_hint=option)


def _view(windows: tuple[Maintenance, ...]) -> Iterator[RenderableType]:
    for each in windows:
        yield Text(_sentence(each), style="" if each.is_announced else "yellow")
        yield Padding(Text(f"{each.why} ({each.author}, {instant(each.entered_ms)})", style="dim"), (0, 0, 0, 4))


def _sentence(window: Maintenance) -> str:
    whose = window.app or "all apps"
    place = f" on {window.target}" if window.target is not None else ""
    said = f"Downtime of {whose}{place} from {_minute(window.from_ms)} to {_minute(window.until_ms)}"
    if window.is_announced:
        return f"{said}, announced {_minute(window.noticed_ms)}."
    return f"{said}; notice came {_minute(window.noticed_ms)}, not before it began, so it excuses nothing."


def _minute(instant_ms: int) -> str:
    return datetime.fromtimestamp(instant_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
