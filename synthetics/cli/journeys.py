"""``list`` and ``validate``: which journeys there are, and what is wrong with them."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from synthetics.bootstrap import read_suite
from synthetics.catalogue import Catalogue, Journey, check
from synthetics.cli import exit_codes, options
from synthetics.cli.capacity import capacity_of, capacity_values, shortfall_of, shortfall_text
from synthetics.cli.screen import print_json, table, tell_problems
from synthetics.clock import SystemClock
from synthetics.config.durations import format_duration
from synthetics.config.loading import read
from synthetics.config.wording import shown
from synthetics.errors import ConfigurationError, Problem
from synthetics.slo.profile_file import read_profile
from synthetics.slo.requirement_attested import check_attestations, ended_attestations


def list_journeys(
    *,
    select: options.Select = None,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """List the journeys, how often they are due, and on which targets they run."""
    catalogue = read_suite(config).catalogue
    if select:
        catalogue = catalogue.select(select)
    tell_problems(catalogue.problems)
    if as_json:
        print_json([_journey_values(each, catalogue) for each in catalogue.journeys])
    else:
        Console().print(_table(catalogue))


def validate(*, as_json: options.Json = False, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Check the configuration and every journey, and tell all problems at once."""
    attested, ended = _attestations(config)
    problems = (*check(config, os.environ), *attested)
    suite = read_suite(config) if not problems else None
    capacity = capacity_of(suite) if suite is not None else None
    if as_json:
        told = {"problems": _problem_values(problems), "ended": _problem_values(ended)}
        print_json({**told, "capacity": capacity_values(capacity) if capacity is not None else None})
    tell_problems((*problems, *ended))
    if suite is None or capacity is None:
        raise typer.Exit(exit_codes.CALLER)
    short = shortfall_of(capacity)
    if short is not None:  # told, and no problem: what runs take is known only when they have run
        typer.echo(shortfall_text(str(config), short), err=True)
    elif not as_json and not ended:
        apps = len({journey.app for journey in suite.catalogue.journeys})
        typer.echo(f"{config}: all is well: {len(suite.catalogue.journeys)} journeys of {apps} apps.")
        typer.echo(f"They need {capacity.needed:.2f} of {capacity.seats} seats.")


def _attestations(config: Path) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What is wrong with the profile and with what is attested, and which attestations have ended.

    An ended one is told, and no problem: all runs as before, and only a person can attest it anew.
    """
    reading = read(config, os.environ)
    configuration, file = reading.configuration, shown(config)
    if configuration is None:
        return (), ()
    ended = tuple(ended_attestations(configuration.attestations, SystemClock().wall_ms(), file))
    if any(each.key.partition(".")[0] == "slo" for each in reading.problems):
        return (), ended  # told already, and which profile was meant is not known
    try:
        profile = read_profile(configuration.slo.profile, configuration.slo.profiles, file)
    except ConfigurationError as error:
        return error.problems, ended
    return tuple(check_attestations(configuration.attestations, profile, file)), ended


def _problem_values(problems: Sequence[Problem]) -> list[dict[str, str]]:
    return [{"file": each.file, "key": each.key, "what": each.what, "mend": each.mend} for each in problems]


def _journey_values(journey: Journey, catalogue: Catalogue) -> dict[str, object]:
    return {
        "journey": journey.name,
        "app": journey.app,
        "title": journey.title,
        "kind": journey.kind.value,
        "file": str(journey.file),
        "function": journey.function,
        "every_ms": journey.every_ms,
        "cron": journey.cron,
        "timeout_ms": journey.timeout_ms,
        "isolated": journey.isolated,
        "confirm": journey.confirms,
        "targets": _targets(journey, catalogue),
        "steps": list(journey.steps),
    }


def _targets(journey: Journey, catalogue: Catalogue) -> list[str]:
    return sorted({each.target for each in catalogue.placements if each.journey == journey})


def _table(catalogue: Catalogue) -> Table:
    view = table("journey", "every", "timeout", "targets", right=("every", "timeout"))
    view.add_column("what it proves")
    for journey in catalogue.journeys:
        view.add_row(
            Text(journey.name),
            Text(journey.cron or format_duration(timedelta(milliseconds=journey.every_ms))),
            Text(format_duration(timedelta(milliseconds=journey.timeout_ms))),
            Text(", ".join(_targets(journey, catalogue))),
            Text(journey.title),
        )
    return view
