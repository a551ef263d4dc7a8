"""From the configuration, the journeys and the ledger to what a dossier is made of, without secrets."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from synthetics import __version__
from synthetics.artifacts.redaction import Redactor
from synthetics.bootstrap import Suite
from synthetics.catalogue import Placement
from synthetics.cli.slo_reading import Window, read_counted, subjects_of
from synthetics.config.app import App, Framework, ProgrammeStatus
from synthetics.config.base_urls import base_url_names
from synthetics.config.models import Attestation, Configuration, Installation
from synthetics.config.wording import meant_or_listed
from synthetics.errors import SelectionError
from synthetics.ledger.corrections import Corrected
from synthetics.ledger.failures import Failure
from synthetics.ledger.sealed import Seal
from synthetics.ledger.store import FILE_NAME as LEDGER_FILE
from synthetics.ledger.store import open_ledger
from synthetics.maintenance import Maintenance
from synthetics.slo.dossier.gathered import Enrolment, Gathered, Placed
from synthetics.slo.profile import Profile
from synthetics.slo.subject import Seen, Subject

#: So much before its time is looked for what failed: an outage that was going on when it began is told whole.
_BEFORE_MS = 7 * 86_400_000

Clean = Callable[[str], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """What the ledger tells a reviewer; nothing where there is no ledger.

    Args:
        failures: What failed, an outage that was going on when the time began as a whole.
        corrections: What people said of runs of the time.
        maintenance: All windows of planned downtime.
        seals: All seals, the oldest first.
    """

    failures: tuple[Failure, ...] = ()
    corrections: tuple[Corrected, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()
    seals: tuple[Seal, ...] = ()


def gather(suite: Suite, profile: Profile, window: Window, app: str | None) -> Gathered:
    """Gather all that a dossier is made of; days that can be sealed are sealed with it.

    Args:
        suite: The configuration and the journeys.
        profile: What is asked for.
        window: The dossier's time.
        app: The one app that it is about; None for all that are enrolled, or for every app where none is.

    Raises:
        SelectionError: Where there is no such app.
        StorageError: Where the ledger cannot be read.
    """
    configuration = suite.configuration
    chosen = chosen_apps(suite.apps, profile, app)
    clean = Redactor(configuration.secrets).text
    over = Gathered(
        profile=profile,
        since_ms=window.since_ms,
        until_ms=window.until_ms,
        now_ms=window.now_ms,
        version=__version__,
        apps=tuple(_enrolment(suite.apps[each], configuration, clean) for each in chosen),
        left_out=tuple(sorted(set(suite.apps) - set(chosen))),
        journeys=(),
        seen={},
    )
    # Counted first: what fails meanwhile is listed and not counted; the other way round it would seem to lack a record.
    counted = read_counted(configuration.storage, over.over, window)
    audited = read_audited(configuration.storage, window)
    # A window's first instant is in it and its last one is not; where slots are counted it is the other way round.
    subjects = subjects_of(suite, replace(window, since_ms=window.since_ms - 1, until_ms=window.until_ms - 1))
    placed = zip(subjects, suite.catalogue.placements, strict=True)
    return replace(
        over,
        journeys=tuple(_placed(subject, each, suite, clean) for subject, each in placed if subject.app in chosen),
        seen={each: _seen(counted.seen(each), clean) for each in subjects},
        failures=tuple(replace(each, author=clean(each.author)) for each in audited.failures),
        looked_from_ms=window.since_ms - _BEFORE_MS,
        corrections=tuple(_corrected(each, clean) for each in audited.corrections),
        maintenance=tuple(_maintenance(each, clean) for each in audited.maintenance),
        attestations={name: _attestation(each, clean) for name, each in configuration.attestations.items()},
        seals=audited.seals,
        unread=tuple(clean(f"{each.file}: {each.what}.") for each in suite.catalogue.problems),
    )


def read_audited(storage: Path, window: Window) -> Audited:
    """Seal what can be sealed, and read what the ledger tells a reviewer; where there is none, nothing is made.

    Args:
        storage: The folder of the ledger.
        window: Of which time.

    Raises:
        StorageError: Where the ledger cannot be read or written.
    """
    if not (storage / LEDGER_FILE).exists():
        return Audited()
    with closing(open_ledger(storage)) as ledger:
        audit = ledger.audit
        audit.seal_days(window.now_ms)
        return Audited(
            failures=audit.failures(window.since_ms - _BEFORE_MS, window.until_ms),
            corrections=audit.corrections(window.since_ms, window.until_ms),
            maintenance=audit.maintenance(),
            seals=audit.seals(),
        )


def chosen_apps(apps: Mapping[str, App], profile: Profile, app: str | None) -> tuple[str, ...]:
    """The names of the apps that a dossier is about.

    Args:
        apps: All apps, by name.
        profile: The profile, which has its programme's name.
        app: The one that was asked for; None for all that are enrolled in the programme, or, where none is, for every
            one that is an app and no control.

    Raises:
        SelectionError: Where there is no such app.
    """
    if app is not None:
        if app not in apps:
            raise SelectionError(f'There is no app "{app}".\n  {meant_or_listed(app, apps, "The apps are:")}')
        return (app,)
    enrolled = tuple(name for name, each in apps.items() if _is_enrolled(each, profile))
    return enrolled or tuple(name for name, each in apps.items() if each.framework is not Framework.NONE)


def _is_enrolled(app: App, profile: Profile) -> bool:
    programme = app.programme
    return programme is not None and programme.name == profile.name and programme.status is not ProgrammeStatus.LEFT


def _enrolment(app: App, configuration: Configuration, clean: Clean) -> Enrolment:
    """An app without secrets; its name is left as it is, since everything of it is found by that."""
    programme = app.programme
    return Enrolment(
        app=app.name,
        title=clean(app.title),
        programme=None if programme is None else clean(programme.name),
        status=None if programme is None else clean(programme.status.value),
        approved_on=None if programme is None else programme.approved_on,
        unasked=tuple(clean(each) for each in _unasked(app, configuration)),
    )


def _unasked(app: App, configuration: Configuration) -> Iterator[str]:
    """The base URLs of an app that no health check asks: where it has no path for one, all of them."""
    if app.health_path is None:
        names = (base_url_names(app, each) for each in configuration.targets.values())
        yield from sorted({name for its in names for name in its})


def _placed(subject: Subject, placement: Placement, suite: Suite, clean: Clean) -> Placed:
    journey, target = placement.journey, suite.configuration.targets[placement.target]
    address = _address(suite.apps[journey.app], journey.base_url, target.apps)
    return Placed(
        subject=subject,
        title=clean(journey.title),
        site=None if target.embedded or target.site is None else clean(target.site),
        address=None if address is None else clean(address),
    )


def _address(app: App, base_url: str | None, installations: Mapping[str, Installation]) -> str | None:
    """What a health check asks on a target, as far as the files say."""
    addresses = app.base_urls | installations.get(app.name, Installation()).base_urls
    if base_url is None or app.health_path is None or base_url not in addresses:
        return None
    return addresses[base_url] + app.health_path


def _seen(seen: Seen, clean: Clean) -> Seen:
    entered = seen.adjusted
    if entered is None:
        return seen
    windows = tuple(_maintenance(each, clean) for each in entered.windows)
    corrections = tuple(replace(each, author=clean(each.author), why=clean(each.why)) for each in entered.corrections)
    return replace(seen, adjusted=replace(entered, windows=windows, corrections=corrections))


def _corrected(each: Corrected, clean: Clean) -> Corrected:
    return replace(each, author=clean(each.author), why=clean(each.why))


def _maintenance(each: Maintenance, clean: Clean) -> Maintenance:
    return replace(each, author=clean(each.author), why=clean(each.why))


def _attestation(each: Attestation, clean: Clean) -> Attestation:
    note = None if each.note is None else clean(each.note)
    return each.model_copy(update={"by": clean(each.by), "link": clean(each.link), "note": note})
