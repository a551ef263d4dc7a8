"""``slo dossier``: what a programme's reviewer asks for, and whether what was sealed is still as it was."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from synthetics.bootstrap import read_configuration, read_suite
from synthetics.cli import exit_codes, options
from synthetics.cli.dossier_reading import gather
from synthetics.cli.folders import nearest
from synthetics.cli.screen import print_json, tell_problems, where
from synthetics.cli.slo_reading import Window
from synthetics.clock import SystemClock
from synthetics.config.durations import to_ms
from synthetics.config.wording import shown
from synthetics.errors import StorageError
from synthetics.export.dossier_page import write_dossier
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import open_ledger
from synthetics.ledger.verifying import DayChecked, DayState
from synthetics.slo.dossier.json_view import as_json as values_of
from synthetics.slo.dossier.json_view import check_values
from synthetics.slo.dossier.making import Dossier
from synthetics.slo.dossier.making import dossier as made_of
from synthetics.slo.dossier.wording import day_of, days_words, label
from synthetics.slo.profile import Profile
from synthetics.slo.profile_file import read_profile

_DAY = timedelta(days=1)
_LONGEST_AGO = timedelta(days=3_660)
_STYLES = {
    DayState.WHOLE: "green",
    DayState.CHANGED: "red",
    DayState.PRUNED: "yellow",
    DayState.UNSEALED: "dim",
}


def dossier(  # noqa: PLR0913  each argument is an option of the command
    *,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day (UTC), such as 2026-03-01.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="The last day (UTC), which is in it; yesterday if none is named."),
    ] = None,
    app: Annotated[
        str | None, typer.Option("--app", metavar="APP", help="This app alone; all enrolled ones if none is named.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="The folder for the files; by default in the storage.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", metavar="", help="Write nothing: tell whether sealed days were changed since.")
    ] = False,
    as_json: options.Json = False,
    config: options.Config = options.DEFAULT_CONFIG,
) -> None:
    """Write the evidence for the programme's reviewer as one page and its JSON, or check what was sealed."""
    first, last = _day("--from", since), _day("--to", until)
    now_ms = SystemClock().wall_ms()
    _refuse_misfits(first, last, day_of(now_ms))
    _refuse_idle(app, out, verify=verify, as_json=as_json)
    configuration = read_configuration(config)
    if verify:
        _tell_checks(_verify(configuration.storage, first, last), as_json=as_json)
        return
    suite = read_suite(config)
    profile = read_profile(configuration.slo.profile, configuration.slo.profiles, shown(config))
    found = made_of(gather(suite, profile, _window(first, last, profile, now_ms), app))
    tell_problems(suite.catalogue.problems)
    if as_json:
        print_json(values_of(found))
        return
    paths = write_dossier(found, configuration.storage / "dossier" if out is None else out)
    Console().print(Group(*_view(found)))
    for path in paths:
        typer.echo(where(path))


def _day(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no day. Write it as 2026-03-01.", param_hint=option) from error


def _refuse_misfits(first: date | None, last: date | None, today: date) -> None:
    """Refuse days that have not come or were too long ago, and a time that ends before it begins.

    Raises:
        BadParameter: With what is wrong, and how to mend it.
    """
    for option, day in (("--to", last), ("--from", first)):
        if day is not None and day > today:
            raise typer.BadParameter(f"{day} has not come yet; today is {today} (UTC).", param_hint=option)
        if day is not None and today - day > _LONGEST_AGO:
            raise typer.BadParameter(f"{day} is more than ten years ago. Name a later day.", param_hint=option)
    end = today - _DAY if last is None else last
    if first is not None and first > end:
        mend = f"Name a --to that is not before {first}." if last is None else "Exchange the two."
        raise typer.BadParameter(f"{first} is after the last day, {end}. {mend}", param_hint="--from")


def _refuse_idle(app: str | None, out: Path | None, *, verify: bool, as_json: bool) -> None:
    """Refuse options that would do nothing beside others.

    Raises:
        BadParameter: With what is wrong, and how to mend it.
    """
    if app is not None and verify:
        raise typer.BadParameter("A day is sealed with all its apps. Leave it away with --verify.", param_hint="--app")
    if out is not None and (verify or as_json):
        other = "--verify" if verify else "--json"
        raise typer.BadParameter(f"Nothing is written with {other}. Leave one of them away.", param_hint="--out")


def _window(first: date | None, last: date | None, profile: Profile, now_ms: int) -> Window:
    """The time of a dossier: to the end of its last day, and as long as the profile's window where none begins it."""
    end = day_of(now_ms) if last is None else last + _DAY
    until_ms = _start_ms(end)
    since_ms = until_ms - to_ms(profile.window) if first is None else _start_ms(first)
    return Window(since_ms=since_ms, until_ms=until_ms, now_ms=now_ms)


def _start_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000


def _view(found: Dossier) -> Iterator[RenderableType]:
    """What people are told beside where the files are."""
    gathered = found.gathered
    days = days_words(gathered.since_ms, gathered.until_ms)
    yield Text(f"{gathered.profile.title}, {days} (UTC)", style="bold")
    yield Text(found.headline)
    for caution in found.cautions:
        yield Text(caution, style="yellow")
    yield Text()
    for each in found.answers:
        yield Text(f"{each.requirement.id:<28}{label(each.conclusion, each.certainty)}")
    yield Text()
    if found.last_seal is None:
        yield Text("No day is sealed yet.")
    else:
        yield Text(f"The last seal is that of {found.last_seal.day}:")
        yield Padding(Text(found.last_seal.seal), (0, 0, 0, 2))
        yield Text("Keep it: whoever changes an older day must change this.")
    yield Text()


def _verify(storage: Path, first: date | None, last: date | None) -> tuple[DayChecked, ...]:
    """Check the seals; where there is no ledger there is nothing to check, and looking makes none.

    Raises:
        StorageError: Where the ledger cannot be read.
    """
    if not nearest(storage).is_dir():
        raise StorageError(f"{where(storage)}: {where(nearest(storage))} is no folder.\n  Name another storage.")
    if not (storage / LEDGER_FILE).exists():
        return ()
    with closing(open_ledger(storage)) as ledger:
        return ledger.audit.verify(first, last)


def _tell_checks(checks: Sequence[DayChecked], *, as_json: bool) -> None:
    """Tell what became of sealed days.

    Raises:
        Exit: With 1 where one of them was changed.
    """
    if as_json:
        print_json([check_values(each) for each in checks])
    else:
        Console().print(Group(*_checks_view(checks)))
    if any(each.state is DayState.CHANGED for each in checks):
        raise typer.Exit(exit_codes.FAILED)


def _checks_view(checks: Sequence[DayChecked]) -> Iterator[RenderableType]:
    """How many days are as they were sealed, and every other one with what was found."""
    if not checks:
        yield Text("There is no day to check.")
        return
    for each in checks:
        if each.state is not DayState.WHOLE:
            yield Text(f"{each.day} {each.state.value}: {each.why}", style=_STYLES[each.state])
    whole = sum(each.state is DayState.WHOLE for each in checks)
    of_days = f"{len(checks):,} {'day' if len(checks) == 1 else 'days'}"
    yield Text(f"{whole:,} of {of_days} {'is' if whole == 1 else 'are'} as sealed.")
