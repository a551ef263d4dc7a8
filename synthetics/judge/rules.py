"""The table of rules, in its order: the first that speaks decides."""

from collections.abc import Callable, Sequence

from synthetics.evidence import Evidence
from synthetics.judge import app, browser, health, host, monitor, network, passing, session, unknown
from synthetics.judge.judgement import Judgement, Rule, failed
from synthetics.record import Fault, Reason

#: After so many errored slots in a row the next one is not believed to be our own trouble any more.
MOST_ERRORED = 3


def _rule(name: str, cites: str, speaks: Callable[[Evidence], Judgement | None]) -> Rule:
    """A rule whose sentence is its function's first line."""
    sentence = (speaks.__doc__ or "").partition("\n")[0]
    return Rule(name=name, sentence=sentence, cites=tuple(cites.split()), speaks=speaks)


PASSING: tuple[Rule, ...] = (
    _rule("passed", "phases steps browser asked_target app origins frames bridge_calls", passing.passed),
    _rule(
        "other_side_changed", "phases steps app origins frames surroundings.passed_before", passing.other_side_changed
    ),
)

#: Whatever of these speaks says ``errored``.
OWN_TROUBLE: tuple[Rule, ...] = (
    _rule("vacuous", "phases steps browser asked_target app origins frames bridge_calls", passing.vacuous),
    _rule("could_not_start", "ending", monitor.could_not_start),
    _rule("supervisor_lost", "ending phases", monitor.supervisor_lost),
    _rule("stopped_by_us", "ending phases", monitor.stopped_by_us),
    _rule("browser_did_not_start", "browser phases", monitor.browser_did_not_start),
    _rule("memory_taken", "browser_died ending phases surroundings.machine", monitor.memory_taken),
    _rule("disk_full", "browser_died ending phases surroundings.machine", monitor.disk_full),
    _rule("browser_ended_from_outside", "browser_died surroundings.confirm", browser.ended_from_outside),
    _rule("skipped", "phases", monitor.skipped),
    _rule("broke_before_asking", "asked_target phases ending", monitor.broke_before_asking),
    _rule("browser_not_repeated", "browser_died ending surroundings.confirm", browser.not_repeated),
    _rule("own_error", "phases", monitor.own_error),
    _rule("site_data", "phases requests", monitor.site_data),
    _rule("clock_skew", "phases navigations surroundings.machine", monitor.clock_skew),
    _rule("rate_limited", "requests", monitor.rate_limited),
)

SOMEBODY: tuple[Rule, ...] = (
    _rule("consent", "phases", session.consent),
    _rule("licence", "phases", session.licence),
    _rule("sign_in_refused", "phases requests surroundings.controls", session.sign_in_refused),
    _rule("signed_out", "phases navigations requests surroundings.controls", session.signed_out),
    _rule("call_signed_out", "requests phases surroundings.controls", session.call_signed_out),
    _rule("site_refused", "requests phases", session.site_refused),
    _rule("two_origins", "requests", network.two_origins),
    _rule("control_hit", "requests phases surroundings.controls", network.control_hit),
    _rule("network_of_control", "app requests phases", network.control_itself),
    _rule("product_control", "surroundings.controls requests", host.product_control),
    _rule("forge_control", "surroundings.controls requests", host.forge_control),
    _rule("sign_in_control", "phases requests surroundings.controls", host.sign_in_control),
    _rule("host_of_control", "app phases requests", host.control_itself),
    _rule("forge_of_control", "app ending frames", host.forge_frame_in_control),
    _rule("control_signed_out", "surroundings.controls", session.control_signed_out),
    _rule("site_refused_a_part", "requests", session.site_refused_a_part),
    _rule("browser_repeated", "browser_died ending surroundings.confirm surroundings.controls", browser.repeated),
    _rule("browser_gone", "browser_died ending", browser.gone),
    _rule("host_or_network", "requests phases", unknown.host_or_network),
    _rule("app_origin", "requests surroundings.controls", app.origin_failed),
    _rule("app_exception", "messages surroundings.controls", app.exception_in_frame),
    _rule("app_not_up", "phases frames surroundings.controls", app.not_up),
    _rule("app_result", "phases frames app_ready_ms surroundings.controls", app.wrong_result),
    _rule("app_unresponsive", "phases frames navigations surroundings.controls", app.unresponsive),
    _rule("app_call_unanswered", "ending requests frames surroundings.controls", app.call_unanswered),
)


#: The same for a health check.
HEALTH_OWN_TROUBLE: tuple[Rule, ...] = (
    _rule("check_broke", "health", health.own_trouble),
    _rule("vacuous", "health asked_target", health.vacuous),
)


def errored_too_long(evidence: Evidence) -> Judgement | None:
    """It looks like our own trouble, but has done so for three slots while another app's journey passed here."""
    around = evidence.surroundings
    if around is None or around.errored_in_row < MOST_ERRORED or around.neighbours_passed is not True:
        return None
    own = HEALTH_OWN_TROUBLE if evidence.health is not None else OWN_TROUBLE
    errored = next((said for rule in own if (said := rule.speaks(evidence)) is not None), None)
    if errored is None:
        return None
    sentence = (
        f"The last {around.errored_in_row} slots were errored while another app's journey passed at this location: this"
        " is not ours alone any more."
    )
    return failed(Fault.UNKNOWN, Reason(code="errored_too_long", sentence=sentence), *errored.reasons)


_ERRORED_TOO_LONG = _rule(
    "errored_too_long", "surroundings.errored_in_row surroundings.neighbours_passed", errored_too_long
)

#: In this order. The first that speaks decides, and the last always does.
RULES: tuple[Rule, ...] = (
    *PASSING,
    _ERRORED_TOO_LONG,
    *OWN_TROUBLE,
    *SOMEBODY,
    _rule("not_understood", "phases steps ending requests surroundings.controls", unknown.not_understood),
)


#: The same for a health check, of which no browser and no worker tells anything.
HEALTH_RULES: tuple[Rule, ...] = (
    _rule("health_good", "health asked_target", health.good),
    _ERRORED_TOO_LONG,
    *HEALTH_OWN_TROUBLE,
    _rule("health_answered_badly", "health", health.answered_badly),
    _rule("health_two_origins", "health", health.cut_off_elsewhere),
    _rule("health_control_hit", "health surroundings.controls", health.control_hit),
    _rule("health_not_reached", "health", health.not_reached),
    _rule("health_late", "health", health.late),
    _rule("health_unclear", "health", health.not_understood),
)


def rules_for(evidence: Evidence) -> Sequence[Rule]:
    """The table that a run is judged by."""
    return HEALTH_RULES if evidence.health is not None else RULES


def first_to_speak(evidence: Evidence, rules: Sequence[Rule] | None = None) -> Judgement:
    """What the first rule of a table says that has something to say.

    Args:
        evidence: All that is known of the run.
        rules: The table; its last rule always has something to say. None for the one that the run is judged by.
    """
    rules = rules_for(evidence) if rules is None else rules
    return next(said for rule in rules if (said := rule.speaks(evidence)) is not None)
