"""Was it the account's session? The host asked us to sign in, or will not let this account do what it did before."""

from urllib.parse import urlsplit

from synthetics.evidence import ControlKind, Evidence, Owner, RequestSeen, StoppedIn
from synthetics.judge.controls import failing, named, relevant
from synthetics.judge.judgement import Judgement, failed
from synthetics.judge.reading import course, error_is, error_of, said, stopped_in
from synthetics.judge.traffic import (
    FORBIDDEN,
    PAYMENT_REQUIRED,
    UNAUTHORISED,
    host_trouble,
    in_window,
    is_document,
    is_invoke,
    is_server_error,
    is_status,
    sign_in_trouble,
    told,
)
from synthetics.record import Fault, Reason

_REFUSALS = (UNAUTHORISED, PAYMENT_REQUIRED, FORBIDDEN)
#: Parts of paths below which the site answers to an account, and not to anybody.
_FOR_ACCOUNTS = frozenset({"rest", "api"})


def consent(evidence: Evidence) -> Judgement | None:
    """The host asks the account to let the app in, and shows no app until then."""
    if stopped_in(evidence) is not StoppedIn.CONSENT:
        return None
    return _session(evidence, "consent_needed", "The host asks the account to let the app in first")


def licence(evidence: Evidence) -> Judgement | None:
    """The host says that the app's licence on this site is over."""
    if not error_is(evidence, "LicenceError"):
        return None
    return _session(evidence, "licence_expired", "The host says that the app's licence on this site is over")


def sign_in_refused(evidence: Evidence) -> Judgement | None:
    """The account could not be signed in, and the service that does it was well."""
    if stopped_in(evidence) is not StoppedIn.SIGN_IN or _host_is_in_doubt(evidence):
        return None
    return _session(evidence, "sign_in_refused", "The account could not be signed in, and the sign-in service answered")


def signed_out(evidence: Evidence) -> Judgement | None:
    """The run ended on a sign-in page, where a signed-in person never stays, and the service that shows it was well."""
    if not evidence.navigations or _host_is_in_doubt(evidence):
        return None
    last = evidence.navigations[-1]
    place = urlsplit(last.url)
    if last.owner is not Owner.SIGN_IN and not (last.owner is Owner.SITE and _is_login(place.path)):
        return None
    return _session(evidence, "signed_out", f"The site sent the browser to sign in, at {place.netloc}{place.path}")


def call_signed_out(evidence: Evidence) -> Judgement | None:
    """The site took a call of an app's functions for a stranger's: only who is signed out is answered 401 there."""
    for each in in_window(evidence):
        if is_invoke(each) and is_status(each, UNAUTHORISED) and not _host_is_in_doubt(evidence):
            return _session(evidence, "signed_out", f"The site knew the account no more: {told(each)}")
    return None


def site_refused(evidence: Evidence) -> Judgement | None:
    """The site itself did not let the account see a page, or answered a journey's own call so."""
    for each in in_window(evidence):
        if each.owner is Owner.SITE and is_document(each) and is_status(each, *_REFUSALS):
            if each.resource == "rest" and stopped_in(evidence) is not StoppedIn.REST:
                continue
            return _refused(evidence, each)
    return None


def control_signed_out(evidence: Evidence) -> Judgement | None:
    """A fresh control with the same account met a trouble of its session."""
    control = failing(evidence, *relevant(evidence))
    if control is None or control.fault is not Fault.SESSION:
        return None
    sentence = f"A control with the same account failed of its session as well: {named(evidence, control)}"
    return _session(evidence, "control_session", sentence)


def site_refused_a_part(evidence: Evidence) -> Judgement | None:
    """The site did not let the account have a part of a page while the run failed."""
    for each in in_window(evidence):
        if each.owner is not Owner.SITE or each.in_app_frame or is_document(each) or is_invoke(each):
            continue
        if is_status(each, *_REFUSALS) and _FOR_ACCOUNTS & set(each.path.split("/")):
            return _refused(evidence, each)
    return None


def _refused(evidence: Evidence, request: RequestSeen) -> Judgement:
    return _session(evidence, "site_refused", f"The site itself did not let the account in: {told(request)}")


def _session(evidence: Evidence, code: str, sentence: str) -> Judgement:
    error = error_of(evidence)
    because = f": {said(error)}" if error is not None and code in {"sign_in_refused", "consent_needed"} else "."
    return failed(Fault.SESSION, Reason(code=code, sentence=sentence + because), *course(evidence))


def _is_login(path: str) -> bool:
    return path.strip("/").split("/", maxsplit=1)[0] in {"login", "login.jsp", "login.action"}


def _host_is_in_doubt(evidence: Evidence) -> bool:
    """Whether the sign-in service, or the site before it, did not do its part, or a control of signing in says so."""
    if sign_in_trouble(evidence) is not None:
        return True
    control = failing(evidence, ControlKind.SIGN_IN)
    if control is not None and control.fault is Fault.HOST:
        return True
    trouble = host_trouble(evidence)
    return trouble is not None and (trouble.status is None or is_server_error(trouble))
