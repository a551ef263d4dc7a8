"""``slo status``: how every objective stands."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from synthetics.bootstrap import read_configuration, read_suite
from synthetics.cli import options
from synthetics.cli.screen import print_json, tell_problems
from synthetics.cli.slo_reading import newest_window, read_counted, subjects_of
from synthetics.clock import SystemClock
from synthetics.config.wording import shown
from synthetics.slo.figures import Reading
from synthetics.slo.json_view import as_json as values_of
from synthetics.slo.linting import lint
from synthetics.slo.profile import Per, Profile
from synthetics.slo.profile_file import read_profile
from synthetics.slo.standing import Standing, State, standings
from synthetics.slo.wording import goal_words, percent, sentence, window_words

_STYLES = {
    State.NOT_MET: "red",
    State.INSUFFICIENT: "yellow",
    State.RED_ON_FIRST: "yellow",
    State.AT_RISK: "yellow",
    State.NO_VERDICT: "yellow",
    State.NOT_SHOWN: "green",
    State.MET: "green",
    State.NO_DATA: "dim",
}
_MARKS = {
    State.NOT_MET: "✗",
    State.INSUFFICIENT: "?",
    State.RED_ON_FIRST: "!",
    State.AT_RISK: "!",
    State.NO_VERDICT: "?",
    State.NOT_SHOWN: "✓",
    State.MET: "✓",
    State.NO_DATA: "-",
}
_NAME_COLUMNS, _FIGURE_COLUMNS = 40, (8, 12, 10, 9)
_NOTHING = "-"


def status(*, as_json: options.Json = False, config: options.Config = options.DEFAULT_CONFIG) -> None:
    """Show how every objective stands, its error budget and what is left of it; the worst first."""
    configuration = read_configuration(config)
    profile = read_profile(configuration.slo.profile, configuration.slo.profiles, shown(config))
    window = newest_window(profile, SystemClock().wall_ms())
    until_ms = window.until_ms
    # Discovery waits for a process that imports the journeys: meanwhile the ledger is read.
    with ThreadPoolExecutor(1) as pool:
        counting = pool.submit(read_counted, configuration.storage, profile, window)
        suite = read_suite(config)
        counted = counting.result()
    seen = {each: counted.seen(each) for each in subjects_of(suite, window)}
    found = standings(profile, seen)
    tell_problems(suite.catalogue.problems)
    if as_json:
        print_json([values_of(each, profile, until_ms) for each in found])
    else:
        Console().print(Group(*_view(found, profile, until_ms)))


def _view(found: Sequence[Standing], profile: Profile, until_ms: int) -> Iterator[RenderableType]:
    """All objectives for people: the figures of each on one line, and below it what they say."""
    yield Text(f"{profile.title}, the last {window_words(profile.window)}", style="bold")
    if not profile.is_valid(datetime.fromtimestamp(until_ms / 1000, UTC).date()):
        yield Text(f"This profile was known to hold until {profile.valid_until}, and not longer.", style="yellow")
    told = [each for each in found if each.state is not State.NO_DATA]
    if told:
        yield Text()
        yield _line("objective", "goal", "attributed", "raw", "judged", style="dim")
    several = len({each.subject.target for each in found}) > 1
    for each in told:
        yield _figures(each, with_target=several)
        yield Padding(Text(sentence(each, profile.window, until_ms)), (0, 0, 0, 4))
    quiet = [each for each in found if each.state is State.NO_DATA]
    unmeasured = (_name(each, with_target=several) for each in quiet if each.seen.counts.expected)
    idle = (each for each in quiet if not each.seen.counts.expected and each.subject.journey is not None)
    yield from _list("Not measured yet:", unmeasured, "")
    yield from _list("Nothing has run yet:", (_name(each, with_target=several) for each in idle), "")
    for said, names in _lints(found, profile).items():
        yield from _list("Too few runs to judge", names, said)


def _figures(standing: Standing, *, with_target: bool) -> Text:
    style = _STYLES[standing.state]
    name = f"{_MARKS[standing.state]} {_name(standing, with_target=with_target)}"
    judged = percent(standing.coverage) if standing.coverage is not None else _NOTHING
    figures = (goal_words(standing.objective.goal), _share(standing.attributed), _share(standing.raw), judged)
    return _line(name, *figures, style=style)


def _name(standing: Standing, *, with_target: bool) -> str:
    subject, objective = standing.subject, standing.objective
    name = subject.journey or subject.app
    if objective.per is Per.APP or objective.limit_ms is not None:
        name += f" {objective.name}"
    return f"{name} on {subject.target}" if with_target else name


def _share(reading: Reading | None) -> str:
    return _NOTHING if reading is None else percent(reading.share)


def _line(name: str, *figures: str, style: str) -> Text:
    """One line in columns; a name that is too long pushes the figures on rather than being cut."""
    cells = "".join(each.rjust(width) for each, width in zip(figures, _FIGURE_COLUMNS, strict=True))
    return Text(name.ljust(_NAME_COLUMNS) + cells, style=style)


def _list(title: str, names: Iterable[str], said: str) -> Iterator[RenderableType]:
    told = ", ".join(dict.fromkeys(names))
    if told:
        yield Text()
        yield Text(f"{title} {told}{'.' if not said else ':'}", style="yellow" if said else "dim")
        if said:
            yield Padding(Text(f"{said}."), (0, 0, 0, 4))


def _lints(found: Sequence[Standing], profile: Profile) -> dict[str, list[str]]:
    """The journeys whose objectives cannot be judged at their cadence, by what is wrong."""
    told: dict[str, list[str]] = {}
    for each in found:
        said = lint(profile, each.objective, each.subject)
        if said is not None:
            told.setdefault(said, []).append(each.subject.journey or each.subject.app)
    return told
