"""What has to run regularly: synthetic tests on a site that changes first, and health checks by their rule."""

from collections.abc import Iterator, Sequence

from synthetics.catalogue.health import EVERY, TIMEOUT
from synthetics.config.durations import to_ms
from synthetics.config.models import Rollout
from synthetics.slo.dossier.conclusions import Conclusion, Finding, has_runs_of_window, regularity, worst
from synthetics.slo.dossier.gathered import Enrolment, Gathered, Placed
from synthetics.slo.dossier.wording import cadence_words, counted, known_words, length_words, listed
from synthetics.slo.subject import Seen
from synthetics.slo.wording import percent


def finding_of_synthetic_tests(app: str, placed: Sequence[Placed], gathered: Gathered) -> Finding:
    """Whether an app's journeys run regularly where changes come first.

    How they went is no part of it: that is what the objectives are for.

    Args:
        app: The app's name.
        placed: Its journeys in a browser, on their sites.
        gathered: For what was seen of them.
    """
    if not placed:
        return Finding(app=app, conclusion=Conclusion.NOT_MET, says="It has no journey in a browser.")
    sites = sorted({each.subject.target for each in placed})
    said = f"{_journeys(placed)} in a browser on {listed(sites)}."
    first = [each for each in placed if each.subject.rollout is Rollout.FIRST]
    if not first:
        said += ' None is a site that gets the host\'s changes first (rollout = "first").'
        return Finding(app=app, conclusion=Conclusion.NOT_MET, says=said)
    names = sorted({each.subject.target for each in first})
    said += f" {_journeys(first)} on {listed(names)}, where changes come first: {_judged(first, gathered)}"
    return Finding(app=app, conclusion=worst(_regularities(first, gathered)), says=said)


def finding_of_health_checks(enrolment: Enrolment, placed: Sequence[Placed], gathered: Gathered) -> Finding:
    """Whether each base URL of an app is asked regularly, by the programme's rule.

    Args:
        enrolment: The app, with the base URLs that nothing asks.
        placed: Its health checks, on their sites.
        gathered: For what was seen of them.
    """
    app, unasked = enrolment.app, enrolment.unasked
    if not placed and not unasked:
        return Finding(app=app, conclusion=Conclusion.NOTHING_MEASURED, says="It has no base URL to ask.")
    said, conclusions = [], [*_regularities(placed, gathered)]
    if placed:
        said.append(f"{counted(len(placed), 'base URL')} asked: {_judged(placed, gathered)}")
    other = [each.subject.base_url or "" for each in placed if not follows_rule(each)]
    if other:
        rule = f"every {length_words(to_ms(EVERY))} with a limit of {length_words(to_ms(TIMEOUT))}"
        said.append(f"Not asked {rule}, as the programme wants: {listed(other)}.")
        conclusions.append(Conclusion.NOT_MET)
    if unasked:
        said.append(f"Not asked, since the app has no health_path: {listed(unasked)}.")
        conclusions.append(Conclusion.NOT_MET)
    return Finding(app=app, conclusion=worst(conclusions), says=" ".join(said))


def follows_rule(placed: Placed) -> bool:
    """Whether a base URL is asked at least as often as the programme wants, with no more patience."""
    subject = placed.subject
    return subject.cron is None and subject.every_ms <= to_ms(EVERY) and subject.timeout_ms <= to_ms(TIMEOUT)


def rule_of(placed: Placed) -> str:
    """The rule by which a base URL is asked, exactly."""
    subject = placed.subject
    return (
        f"GET without sign-in, {cadence_words(subject)}; good only with status 200"
        f" within {length_words(subject.timeout_ms)} in all, redirects not followed"
    )


def _journeys(placed: Sequence[Placed]) -> str:
    return counted(len({each.subject.journey for each in placed}), "journey")


def _regularities(placed: Sequence[Placed], gathered: Gathered) -> Iterator[Conclusion]:
    for each in placed:
        yield regularity(each.subject, gathered.seen.get(each.subject, Seen()))


def _judged(placed: Sequence[Placed], gathered: Gathered) -> str:
    """How much of what was due was judged, of all of them together, and of which there is too little in the window."""
    counts = [gathered.seen.get(each.subject, Seen()).counts for each in placed]
    judged, expected = sum(each.judged for each in counts), sum(each.expected for each in counts)
    if not expected:
        return "nothing has run yet."
    said = f"{judged:,} of {expected:,} due runs were judged ({percent(judged / expected)})"
    idle = [each for each, its in zip(placed, counts, strict=True) if not its.expected]
    said += f"; nothing has run yet of {counted(len(idle), 'other')}." if idle else "."
    return f"{said}{_short(placed, gathered)}"


def _short(placed: Sequence[Placed], gathered: Gathered) -> str:
    """Of which of those that have run not all that the window has is known."""
    seen = {each.subject: gathered.seen.get(each.subject, Seen()) for each in placed}
    short = {each: its for each, its in seen.items() if its.counts.expected and not has_runs_of_window(each, its)}
    if not short:
        return ""
    names = listed([f"{each.journey} on {each.target}" for each in short])
    known = known_words(sum(its.counts.expected for its in short.values()), sum(each.runs_in_window for each in short))
    return f" {known.removesuffix('.')} ({names})."
