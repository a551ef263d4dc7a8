"""Was it our own trouble? Then nothing is known of the customer's path, and nobody is charged."""

from urllib.parse import urlsplit

from synthetics.evidence import Evidence, MachineSeen, Owner, Phase, StoppedIn
from synthetics.judge.judgement import Judgement, errored
from synthetics.judge.reading import (
    ENDED_BY_US,
    ending_words,
    error_is,
    error_of,
    killed_for,
    phases_passed,
    said,
    skip_of,
    stopped_in,
)
from synthetics.judge.traffic import TOO_MANY, app_trouble, host_trouble, in_window, is_document
from synthetics.worker import KillReason

#: One-time codes are of 30 s, and services take the ones beside: beyond this none is taken.
CLOCK_LIMIT_MS = 60_000
#: Below this nothing but records can be written: browsers and drivers write as well.
DISK_LIMIT_BYTES = 64 * 1024 * 1024
#: A machine with less of its memory than this kills what asks for more.
MEMORY_LIMIT_RATIO = 0.05

_OF_FILES = frozenset({"OSError", "BlockingIOError", "InterruptedError", "StorageError"})


def could_not_start(evidence: Evidence) -> Judgement | None:
    """The worker's process could not be started at all."""
    if evidence.ending is None or evidence.ending.could_not_start is None:
        return None
    return errored("worker_not_started", f"The worker could not be started: {evidence.ending.could_not_start}.")


def supervisor_lost(evidence: Evidence) -> Judgement | None:
    """Whoever watched the run ended in its middle, and nothing had gone wrong until then."""
    if evidence.ending is None or evidence.ending.supervisor_lost is None or error_of(evidence) is not None:
        return None
    return errored("supervisor_lost", f"The supervisor was lost in the run: {evidence.ending.supervisor_lost}.")


def stopped_by_us(evidence: Evidence) -> Judgement | None:
    """The monitor ended the run because it was itself told to stop, and nothing had gone wrong until then."""
    if killed_for(evidence) is not KillReason.STOPPED or error_of(evidence) is not None:
        return None
    return errored("stopped", "The runner was told to stop, and ended this run before it was over.")


def browser_did_not_start(evidence: Evidence) -> Judgement | None:
    """No browser ever answered, and what the fixtures broke of was the browser's start."""
    setup = evidence.phase(Phase.SETUP)
    if evidence.browser is not None or setup is None or setup.error is None:
        return None
    # By class, not by what it says: with no browser there, a call to Playwright can only have been for one.
    if not setup.error.type.startswith("playwright.") and not setup.error.type.endswith(".BrowserNotFoundError"):
        return None
    return errored("browser_not_started", f"No browser could be started: {said(setup.error)}")


def skipped(evidence: Evidence) -> Judgement | None:
    """The journey skipped itself, before or after it asked: whatever the customer's path is, it was not walked."""
    skip = skip_of(evidence)
    if skip is None or error_of(evidence) is not None or killed_for(evidence) in ENDED_BY_US:
        return None
    when = "after it had asked the target" if evidence.asked_target else "before it asked the target for anything"
    return errored("skipped", f"The journey skipped itself {when}{skip}")


def broke_before_asking(evidence: Evidence) -> Judgement | None:
    """The run ended, in whatever way, before it first asked the target for anything: an import, a fixture, a bug."""
    if evidence.asked_target:
        return None
    error = error_of(evidence)
    if error is not None:
        return errored("broke_before_asking", f"The run broke before it asked the target for anything: {said(error)}")
    if (why := killed_for(evidence)) in ENDED_BY_US:
        code, sentence = ENDED_BY_US[why]
        return errored(f"{code}_before_asking", f"{sentence} before it asked the target for anything.")
    return errored("no_test_ran", f"The run ended before it asked the target for anything{ending_words(evidence)}.")


def own_error(evidence: Evidence) -> Judgement | None:
    """What the run broke of is of our own tree of errors: the configuration's gap, or the monitor's trouble.

    How a journey fails (no sign-in, no app, no site) is told by errors of ``authoring``, which are not meant here.
    """
    error = error_of(evidence)
    if error is None or not error.type.startswith("synthetics.errors."):
        return None
    return errored("own_error", f"The run ended at an error of the monitor's own: {said(error)}")


def site_data(evidence: Evidence) -> Judgement | None:
    """What the journey needs on the site was not there, or could not be removed, and the site itself was well."""
    error = error_of(evidence)
    if error is None or not error_is(evidence, "SiteDataError") or host_trouble(evidence) is not None:
        return None
    return errored("site_data", f"What the journey works with on the site is not as it should be: {said(error)}")


def clock_skew(evidence: Evidence) -> Judgement | None:
    """Signing in ended at the one-time code, and the machine's clock is wrong, so the code was as well."""
    offset_ms = max((_offset(each) for each in _machines(evidence)), key=abs, default=0)
    if abs(offset_ms) <= CLOCK_LIMIT_MS or not _failed_at_code(evidence):
        return None
    way = "ahead of" if offset_ms > 0 else "behind"
    sentence = (
        f"Signing in ended at the one-time code, and this machine's clock is {round(abs(offset_ms) / 1000)} s {way}"
        " the site's: the code was of another time."
    )
    return errored("clock_skew", sentence)


def rate_limited(evidence: Evidence) -> Judgement | None:
    """The site asked us, by 429 and ``Retry-After``, to stay away."""
    for each in in_window(evidence):
        if each.owner not in {Owner.SITE, Owner.SIGN_IN} or each.in_app_frame:
            continue
        if not is_document(each) and app_trouble(evidence) is not None:
            continue  # a part of a page that had to wait must not hide an app that is down
        if each.status == TOO_MANY and each.retry_after_s is not None:
            sentence = (
                f"{urlsplit(each.origin).netloc} answered {each.method} {each.path} with 429 and asked us to stay away"
                f" for {each.retry_after_s:g} s."
            )
            return errored("rate_limited", sentence)
    return None


def disk_full(evidence: Evidence) -> Judgement | None:
    """The disk was full, and what broke was a file of ours or a process that writes some."""
    free = [each.disk_free_bytes for each in _machines(evidence) if each.disk_free_bytes is not None]
    if not free or min(free) >= DISK_LIMIT_BYTES or not _broke_on_the_machine(evidence):
        return None
    return errored("disk_full", f"The disk had {min(free) // 1024} KiB left, and what broke needs it.")


def memory_taken(evidence: Evidence) -> Judgement | None:
    """Others had taken the machine's memory, and a process of the run died."""
    if not memory_was_taken(evidence) or not (_process_died(evidence) or _ended_alone(evidence)):
        return None
    left = min(each.memory_available_bytes or 0 for each in _machines(evidence) if _is_short(each))
    sentence = f"Other processes had taken the machine's memory ({left // 2**20} MiB were left), and the run's died."
    return errored("memory_taken", sentence)


def memory_was_taken(evidence: Evidence) -> bool:
    """Whether the machine was short of memory at a moment when the run itself held none."""
    return any(_is_short(each) for each in _machines(evidence))


def _is_short(machine: MachineSeen) -> bool:
    available, total = machine.memory_available_bytes, machine.memory_total_bytes
    return available is not None and total is not None and available < total * MEMORY_LIMIT_RATIO


def _machines(evidence: Evidence) -> tuple[MachineSeen, ...]:
    around = evidence.surroundings
    if around is None:
        return ()
    return tuple(each for each in (around.machine_start, around.machine_end) if each is not None)


def _offset(machine: MachineSeen) -> int:
    return machine.clock_offset_ms or 0


def _failed_at_code(evidence: Evidence) -> bool:
    """Whether signing in failed, and the last page that it came to was that of the one-time code."""
    if stopped_in(evidence) is not StoppedIn.SIGN_IN:
        return False
    places = [urlsplit(each.url).path for each in evidence.navigations if each.owner in {Owner.SIGN_IN, Owner.SITE}]
    return bool(places) and "mfa" in places[-1]


def _broke_on_the_machine(evidence: Evidence) -> bool:
    if error_is(evidence, *_OF_FILES) or stopped_in(evidence) is StoppedIn.OWN:
        return True
    return _process_died(evidence) or _ended_alone(evidence)


def _process_died(evidence: Evidence) -> bool:
    return evidence.browser_died is not None or killed_for(evidence) is KillReason.MEMORY


def _ended_alone(evidence: Evidence) -> bool:
    """Whether the worker ended before the run was over, without an error and without our doing."""
    return error_of(evidence) is None and killed_for(evidence) is None and not phases_passed(evidence)
