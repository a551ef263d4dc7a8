"""The catalogue: all journeys that can run, and choosing among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from synthetics.catalogue.models import BrokenFile, Journey, Placement
from synthetics.config.app import App
from synthetics.config.wording import meant_or_listed, one_of
from synthetics.errors import Problem, SelectionError


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All journeys that can run, and what is wrong with those that cannot.

    Args:
        apps: The apps by name.
        placements: Every journey on each of its targets, ordered by journey and target.
        problems: What keeps single files out.
        broken: The files that are left out.
        targets: The names of all targets, those on which nothing runs included.
    """

    apps: Mapping[str, App]
    placements: tuple[Placement, ...]
    problems: tuple[Problem, ...]
    broken: tuple[BrokenFile, ...] = ()
    targets: tuple[str, ...] = ()

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """Every journey once, by name."""
        return tuple({each.journey.name: each.journey for each in self.placements}.values())

    def select(self, selectors: Sequence[str], target: str | None = None) -> "Catalogue":
        """Keep what is selected; of the broken files, those that the selection asks for as well.

        Args:
            selectors: Apps (``ihub``) and journeys by full name (``ihub.run_flow``); none means all.
            target: Keep what runs on it; None keeps every target.

        Raises:
            SelectionError: Where something selected does not exist or is in a broken file, or where nothing is left.
        """
        self._refuse_unknown_target(target)
        for complaint in (self._unknown(selectors), self._in_broken_files(selectors)):
            if complaint:
                raise SelectionError(complaint)
        selected = tuple(each for each in self.placements if _takes(selectors, each.journey.app, each.journey.name))
        kept = tuple(each for each in selected if target in {None, each.target})
        broken = tuple(
            each
            for each in self.broken
            if not selectors or each.app in selectors or any(name in selectors for name in each.journeys)
        )
        problems = tuple(problem for each in broken for problem in each.problems) if self.broken else self.problems
        if not kept:
            raise SelectionError(_nothing_left(selectors, target, selected, problems))
        return replace(self, placements=kept, problems=problems, broken=broken)

    def containing(self, text: str) -> "Catalogue":
        """Keep the journeys that have a text in their name or title, in small letters or capitals.

        Raises:
            SelectionError: Where nothing is left.
        """
        wanted = text.casefold()
        kept = tuple(
            each
            for each in self.placements
            if wanted in each.journey.name.casefold() or wanted in each.journey.title.casefold()
        )
        if not kept:
            names = ", ".join(journey.name for journey in self.journeys)
            raise SelectionError(f"No selected journey has {text!r} in its name or title.\n  There are: {names}.")
        return replace(self, placements=kept)

    def _refuse_unknown_target(self, target: str | None) -> None:
        """Raise where there is no such target."""
        targets = set(self.targets) | {each.target for each in self.placements}
        if target is not None and target not in targets:
            mend = meant_or_listed(target, targets, "The targets are:")
            raise SelectionError(f'There is no target "{target}".\n{mend}')

    def _unknown(self, selectors: Sequence[str]) -> str:
        """Say which of the selectors name nothing; nothing where all do."""
        journeys = {each.name for each in self.journeys} | {name for each in self.broken for name in each.journeys}
        apps = set(self.apps) | {each.app for each in self.broken if each.app} | {each.app for each in self.journeys}
        lines = []
        for selector in dict.fromkeys(selectors):
            if "." in selector and selector not in journeys:
                mend = meant_or_listed(selector, journeys, "The journeys are:")
                lines.append(f'There is no journey "{selector}".\n{mend}')
            elif "." not in selector and selector not in apps:
                known = (*apps, *journeys)
                mend = meant_or_listed(selector, known, "The apps and journeys are:")
                lines.append(f'There is no app "{selector}".\n{mend}')
        return "\n".join(lines)

    def _in_broken_files(self, selectors: Sequence[str]) -> str:
        """Say which of the selectors name journeys that are left out; nothing where none does."""
        lines = []
        sound = {each.name for each in self.journeys}
        for selector in dict.fromkeys(selectors):
            problems = tuple(problem for each in self.broken if selector in each.journeys for problem in each.problems)
            if problems and selector not in sound:
                lines += [f'The journey "{selector}" is left out, for its file is broken.', *map(str, problems)]
        return "\n".join(lines)


def _takes(selectors: Sequence[str], app: str, journey: str) -> bool:
    """Whether a journey is among what is selected."""
    return not selectors or app in selectors or journey in selectors


def _nothing_left(
    selectors: Sequence[str], target: str | None, selected: Sequence[Placement], problems: Sequence[Problem]
) -> str:
    """Say why nothing is left to run."""
    asked = f" of {one_of(selectors)}" if selectors else ""
    where = f" on {target}" if target is not None else ""
    lines = [f"There is no journey{asked} to run{where}."]
    if selected:
        elsewhere = one_of({each.target for each in selected})
        lines.append(f"What is selected runs on {elsewhere}: name one of these, or mend targets.{target}.journeys.")
    elif problems:
        lines += ["These files are left out:", *map(str, problems)]
    else:
        lines.append("The folder of journeys has no test_*.py for it that a target takes.")
    return "\n".join(lines)
