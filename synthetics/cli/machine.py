"""``doctor`` and ``standin``: what this machine lacks, and the stand-in alone."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from synthetics.authoring.browser import Browser, BrowserNotFoundError, find_browser, install_browser
from synthetics.authoring.embedded import start_standin
from synthetics.bootstrap import read_configuration
from synthetics.cli import exit_codes, options
from synthetics.cli.checks import Check, examine
from synthetics.cli.interruption import interruptible
from synthetics.cli.screen import print_json
from synthetics.standin.persona import DEFAULT, PERSONAS
from synthetics.standin.switches import SITE_SWITCHES


def doctor(
    *,
    install: Annotated[
        bool,
        typer.Option("--install-browser", metavar="", help="Get a browser where there is none, and do nothing else."),
    ] = False,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Tell what this machine lacks for running journeys, and how to get it."""
    if install:
        browser = _browser(read_configuration(config).browser.executable)
        typer.echo(f"Browser: {browser.executable} ({browser.source})", err=True)
        return
    if not config.exists():
        read_configuration(config)  # which tells that it is not there
    checks = examine(config, os.environ)
    if as_json:
        print_json([each.to_dict() for each in checks])
    else:
        Console().print(_table(checks))
    if not all(each.well for each in checks):
        raise typer.Exit(exit_codes.FAILED)


def _known_switches(names: list[str] | None) -> list[str] | None:
    known = [switch.name for switch in SITE_SWITCHES]
    for name in names or []:
        if name not in known:
            raise typer.BadParameter(f"{name} is none of the stand-in's switches: {', '.join(known)}.")
    return names


def _known_persona(name: str) -> str:
    if name not in PERSONAS:
        raise typer.BadParameter(f"{name} is none of the sites that the stand-in can be: {', '.join(PERSONAS)}.")
    return name


def standin(
    *,
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65530,
            metavar="N",
            help="The site's port; the other six servers take those after it. 0: free ports.",
        ),
    ] = 0,
    fault: options.Faults = None,
    switches: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="NAME",
            help=f"Lay it over the pages or beside them: {', '.join(each.name for each in SITE_SWITCHES)}; "
            "may be repeated.",
            callback=_known_switches,
        ),
    ] = None,
    persona: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Which site it is: other has other host names, keys, ids and accounts.",
            callback=_known_persona,
        ),
    ] = DEFAULT.name,
    as_json: options.Json = False,
) -> None:
    """Run the embedded stand-in alone, until stopped."""
    started = start_standin(fault or [], switches=switches or [], persona=persona, port=port or None)
    with interruptible() as stop, started as site:
        if as_json:
            typer.echo(json.dumps(dict(site.announcement)))
        else:
            Console().print(_addresses(site.announcement), soft_wrap=True)
            typer.echo(f"\nOpen {site.site} and sign in. Ctrl-C ends it.")
        while not stop.wait(0.5):
            site.check()


def _table(checks: tuple[Check, ...]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=1)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for each in checks:
        mark = Text("✓", style="green") if each.well else Text("✗", style="red")
        table.add_row(mark, Text(each.name), Text(each.detail if each.well else f"{each.detail}\n{each.mend}"))
    return table


def _browser(setting: Path | None) -> Browser:
    try:
        return find_browser(setting, os.environ)
    except BrowserNotFoundError:
        if setting is not None:
            raise
        typer.echo("No browser is there yet; installing one (once).", err=True)
        return install_browser(os.environ)


def _addresses(announcement: Mapping[str, Any]) -> Table:
    account = announcement["account"]
    table = Table(box=None, pad_edge=False, show_header=False)
    for name, value in (
        ("site", announcement["site"]),
        ("sign-in", announcement["signin"]),
        ("Forge CDN", announcement["cdn"]),
        ("app's backend", announcement["backend"]),
        ("Connect app", announcement["connect"]),
        ("Statuspage", announcement["status"]),
        ("project", announcement["project"]),
        ("e-mail", account["email"]),
        ("password", account["password"]),
        ("API token", account["api_token"]),
    ):
        table.add_row(Text(name), Text(value))
    return table
