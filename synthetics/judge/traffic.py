"""What the rules read of the traffic: whose requests went wrong while the run failed, and how."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from synthetics.evidence import Evidence, FrameSeen, Owner, RequestSeen
from synthetics.judge.reading import error_of, window

#: Origins of one owner are related: when all of them go, that is no sign of the network.
HOST_OWNERS = frozenset({Owner.SITE, Owner.SIGN_IN, Owner.CDN})
APP_OWNERS = frozenset({Owner.APP, Owner.BACKEND})

BAD_REQUEST, UNAUTHORISED, PAYMENT_REQUIRED, FORBIDDEN = 400, 401, 402, 403
TOO_MANY, SERVER_ERROR = 429, 500

#: What the browser says where bytes did not come through, before a dash or an underscore that tells more.
_CONNECTION_WORDS = (
    "ADDRESS_", "BAD_SSL", "CERT_", "CONNECTION_", "CONTENT_LENGTH_MISMATCH", "DNS_", "EMPTY_RESPONSE", "HTTP2_",
    "INCOMPLETE_", "INTERNET_DISCONNECTED", "NAME_", "NETWORK_", "PROXY_", "QUIC_", "RESPONSE_HEADERS_TRUNCATED",
    "SOCKET_", "SSL_", "TIMED_OUT", "TUNNEL_",
)  # fmt: skip
#: What a call without the browser ends at then.
_CONNECTION_CLASSES = frozenset(
    {"ConnectError", "ConnectTimeout", "ReadError", "WriteError", "ProxyError", "RemoteProtocolError", "CloseError"}
)
#: A page does without these.
_DISPENSABLE = frozenset({"image", "font", "media", "ping", "other", "manifest", "texttrack"})
#: These are open for as long as they like.
_STREAMS = frozenset({"eventsource", "websocket"})
#: A page's own polling may be without an end; these never are.
_WHOLE = frozenset({"document", "script", "stylesheet", "rest"})
#: A page gives a request up when it goes elsewhere as well: only one that has waited so long says something.
_ABORTED, _PATIENCE_MS = "net::ERR_ABORTED", 3_000
#: What began so shortly before the failure, or in the last half of a shorter step, may well have come.
_YOUNG_MS = 2_000


def in_window(evidence: Evidence) -> tuple[RequestSeen, ...]:
    """The notable requests that a page needs and that were under way while the step that failed was."""
    begin, _end = window(evidence)
    return tuple(each for each in up_to_failure(evidence) if not _is_before(each, begin))


def up_to_failure(evidence: Evidence) -> tuple[RequestSeen, ...]:
    """The notable requests that a page needs, until the run failed; those that were just under way then left out."""
    begin, end = window(evidence)
    return tuple(
        each
        for each in evidence.requests
        if each.resource not in _DISPENSABLE
        and not _is_after(each, end)
        and not _is_young(each, begin, end, evidence.heard_until_ms)
    )


def _is_young(request: RequestSeen, begin: int, end: int | None, heard_until: int | None) -> bool:
    """Whether it had no end yet for no other reason than that it had only begun, or that nobody listened any more."""
    if request.ended or request.started_ms is None:
        return False
    if end is not None and end - request.started_ms < min(_YOUNG_MS, (end - begin) / 2):
        return True
    # While a journey computes, or hangs, it hears nothing of the browser.
    is_deaf = heard_until is not None and (end is None or heard_until < end)
    return is_deaf and heard_until is not None and heard_until - request.started_ms < _YOUNG_MS


def _is_before(request: RequestSeen, begin: int) -> bool:
    if request.started_ms is None or not request.ended:
        return False
    return request.started_ms + (request.duration_ms or 0) < begin


def _is_after(request: RequestSeen, end: int | None) -> bool:
    return end is not None and request.started_ms is not None and request.started_ms > end


def is_cut(request: RequestSeen) -> bool:
    """Whether bytes did not come through: no connection, a broken one, or an answer that began and has no end."""
    if request.failure is not None:
        return request.failure.removeprefix("net::ERR_").startswith(_CONNECTION_WORDS)
    return not request.ended and request.status is not None and request.resource in _WHOLE


def is_unanswered(request: RequestSeen) -> bool:
    """Whether it was still waiting for an answer when the run was over, or when the page ran out of patience."""
    if request.status is not None or request.resource in _STREAMS:
        return False
    if request.failure == _ABORTED:
        return request.duration_ms is not None and request.duration_ms >= _PATIENCE_MS
    return not request.ended


def is_status(request: RequestSeen, *statuses: int) -> bool:
    """Whether it was answered with one of these."""
    return request.status in statuses


def is_server_error(request: RequestSeen) -> bool:
    """Whether it was answered with a status of 500 or more."""
    return request.status is not None and request.status >= SERVER_ERROR


def is_document(request: RequestSeen) -> bool:
    """Whether a page itself, or a journey's own call, asked for it: nothing a page could do without."""
    return request.resource == "rest" or (request.is_navigation and not request.in_app_frame)


def is_invoke(request: RequestSeen) -> bool:
    """Whether it is the site's own door to the functions of apps."""
    if request.owner is not Owner.SITE or is_document(request):
        return False
    return request.resource == "bridge" or (request.method == "POST" and "/gateway/" in request.path)


def cut(evidence: Evidence, owners: Iterable[Owner]) -> RequestSeen | None:
    """The first request of these owners that did not come through while the run failed."""
    among = frozenset(owners)
    return next((each for each in in_window(evidence) if each.owner in among and is_cut(each)), None)


def call_was_cut(evidence: Evidence) -> bool:
    """Whether a journey's own call of the site, without the browser, did not come through."""
    error = error_of(evidence)
    if error is None or not error.type.startswith("httpx."):
        return False
    return error.type.rpartition(".")[2] in _CONNECTION_CLASSES


def host_trouble(evidence: Evidence) -> RequestSeen | None:
    """The first sign that the host, and not the app, did not do its part while the run failed."""
    return next(host_troubles(evidence), None)


def host_troubles(evidence: Evidence) -> Iterator[RequestSeen]:
    """Every such sign."""
    for each in in_window(evidence):
        if each.owner not in HOST_OWNERS:
            continue
        # A journey's own call may well ask for what must not be there.
        of_page = is_document(each) and each.resource != "rest" and each.owner is Owner.SITE
        if (
            is_server_error(each)
            or is_cut(each)
            or (is_unanswered(each) and each.resource in _WHOLE)
            or (of_page and each.status is not None and each.status >= BAD_REQUEST)
        ):
            yield each


def serves_one_app(request: RequestSeen) -> bool:
    """Whether it asked the host for something of one app's alone: a call of its functions, or what is in its frame."""
    return is_invoke(request) or (request.owner is Owner.CDN and request.in_app_frame)


def is_of_one_app(evidence: Evidence) -> bool:
    """Whether the host did not do its part, and by all that was seen for this app alone."""
    troubles = tuple(host_troubles(evidence))
    return bool(troubles) and all(map(serves_one_app, troubles))


def sign_in_trouble(evidence: Evidence) -> RequestSeen | None:
    """The first sign that the sign-in service did not do its part."""
    for each in up_to_failure(evidence):
        if each.owner is Owner.SIGN_IN and (
            is_server_error(each) or is_cut(each) or (is_unanswered(each) and each.resource in _WHOLE)
        ):
            return each
    return None


def app_trouble(evidence: Evidence) -> RequestSeen | None:
    """The first request by which the app's own side shows that it does not do its part."""
    for each in up_to_failure(evidence):
        refused = each.status is not None and each.status >= BAD_REQUEST
        if each.owner in APP_OWNERS and (refused or is_cut(each) or is_unanswered(each)):
            return each
        # What serves the frames of all apps is the host's, but what it does not find there is missing in the app.
        if each.owner is Owner.CDN and each.in_app_frame and refused and not is_server_error(each):
            return each
    return None


def app_frames(evidence: Evidence) -> tuple[FrameSeen, ...]:
    """The app's frames, the first first."""
    return tuple(each for each in evidence.frames if each.is_app)


def app_is_in_view(evidence: Evidence) -> bool:
    """Whether the app was on the page when the run failed."""
    if any(each.detached_ms is None for each in app_frames(evidence)):
        return True
    if evidence.app is None or evidence.app.framework != "uikit" or evidence.app_ready_ms is None:
        return False
    return all(each.at_ms <= evidence.app_ready_ms for each in evidence.navigations)


def app_was_used(evidence: Evidence) -> bool:
    """Whether the app came up at some time before the run failed."""
    _begin, end = window(evidence)
    ready = [evidence.app_ready_ms, *(each.ready_ms for each in app_frames(evidence))]
    return any(each is not None and (end is None or each <= end) for each in ready)


def told(request: RequestSeen) -> str:
    """A request and what became of it, as a part of a sentence."""
    if request.failure is not None:
        became = f"ended with {request.failure}"
    elif request.status is not None and request.ended:
        became = f"was answered {request.status}"
    elif request.status is not None:
        became = f"was answered {request.status} and had no end"
    else:
        became = "had no answer"
    return f"{request.method} {request.path} to {urlsplit(request.origin).netloc or request.origin} {became}"
