"""What the pages of one run were seen to do, kept small, and told whose it was.

Whose an origin is may show later than its first request (an app's frame has no address yet when it asks for its
document), so it is told anew whenever all of it is told.
"""

from collections.abc import Hashable, Iterable
from itertools import islice
from typing import Literal

from synthetics.authoring.addresses import bare_url, origin_and_path, shortened
from synthetics.authoring.calling import REST
from synthetics.authoring.keeping import Ends
from synthetics.authoring.noting import Exchange, FrameNote, Message, Tally
from synthetics.authoring.owners import Owners
from synthetics.evidence import (
    FrameSeen,
    MessageSeen,
    NavigationSeen,
    OriginTraffic,
    Owner,
    RequestSeen,
    TrafficSeen,
)

#: A request that took so long is worth telling, whatever came of it.
SLOW_MS = 3_000
#: A request that has lasted so long without an end is worth telling.
LASTING_MS = 500
#: How many requests are followed from their beginning to their end at a time; of more only the number is known.
MOST_OPEN = 500
MOST_UNFINISHED = 15
#: How many kinds of calls that came to nothing are told apart.
MOST_CALLS = 60
MOST_FRAMES = 40
MOST_ORIGINS = 60
#: An origin is counted once for each frame that asks it.
MOST_TALLIES = 120
LONGEST_TEXT = 500

_ABORTED = "net::ERR_ABORTED"


class Traffic:
    """Takes in plain values while they come, and tells all of it at once.

    Nothing here grows without bound, whatever a page does: what is too much is counted.

    Args:
        owners: Tells whose an origin is.
    """

    def __init__(self, owners: Owners) -> None:
        self.owners = owners
        self.changes = 0
        self._open: dict[Hashable, Exchange] = {}
        self._tallies: dict[tuple[str, FrameNote | None], Tally] = {}
        self._notable = Ends[Exchange](20, 40 - MOST_UNFINISHED)
        self._messages = Ends[Message](10, 30)
        self._navigations = Ends[tuple[str, int]](20, 40)
        self._called: dict[Hashable, list[Exchange]] = {}
        self._frames: list[FrameNote] = []
        self._bridge_calls = 0
        self._app_ready_ms: int | None = None
        self._dropped = 0

    # Requests.

    def begins(self, key: Hashable, exchange: Exchange) -> None:
        """A request is made.

        Args:
            key: What it is known by later.
            exchange: What is known of it now.
        """
        self.changes += 1
        tally = self._tally(exchange)
        if tally is not None:
            tally.requests += 1
        is_full = len(self._open) >= MOST_OPEN
        if is_full:  # those that have lasted longest are told, and those that came last may still end badly
            del self._open[next(islice(self._open, MOST_UNFINISHED, None))]
        self._open[key] = exchange
        self._dropped += tally is None or is_full

    def find(self, key: Hashable) -> Exchange | None:
        """A request without an end."""
        return self._open.get(key)

    def refused(self, exchange: Exchange) -> None:
        """A request was answered with a status of 400 and more; whatever follows is only that answer's end."""
        self.changes += 1
        tally = self._tally(exchange)
        if tally is not None and exchange.status is not None:
            tally.refused += 1
            tally.statuses[exchange.status] += 1
        self._keep(exchange)

    def ends(self, key: Hashable) -> bool:
        """A request has its end.

        Args:
            key: What it is known by.

        Returns:
            Whether it is worth telling at once.
        """
        self.changes += 1
        exchange = self._open.pop(key, None)
        if exchange is None or exchange.is_refused:
            return False
        tally = self._tally(exchange)
        lasted_ms = exchange.duration_ms or 0
        if tally is not None:
            if exchange.failure is None:
                tally.answered += 1
            elif exchange.failure == _ABORTED:
                tally.aborted += 1
            else:
                tally.failed += 1
            if exchange.status is not None and exchange.failure is None:
                tally.statuses[exchange.status] += 1
        has_failed = exchange.failure is not None and (exchange.failure != _ABORTED or exchange.is_navigation)
        if has_failed or lasted_ms >= SLOW_MS:
            self._keep(exchange)
        return has_failed

    def _keep(self, exchange: Exchange) -> None:
        """Keep a request that is worth telling; of a call that a journey makes over and over the first and the last."""
        if exchange.resource != REST or len(self._called) >= MOST_CALLS:
            self._notable.add(exchange)
            return
        what = (exchange.origin, exchange.method, exchange.path, exchange.status, exchange.failure)
        those = self._called.setdefault(what, [])
        if len(those) > 1:
            those[1].came_again(exchange)
        else:
            those.append(exchange)
            self._notable.add(exchange)

    def _tally(self, exchange: Exchange) -> Tally | None:
        key = (exchange.origin, exchange.frame)
        tally = self._tallies.get(key)
        if tally is None and (len(self._tallies) < MOST_TALLIES or self._has_room_for(exchange)):
            tally = self._tallies[key] = Tally()
        return tally

    def _has_room_for(self, exchange: Exchange) -> bool:
        """Whether a request is counted though there are many others: those of the site and of the app are."""
        is_theirs = exchange.origin == self.owners.site or self._is_inside_app(exchange.frame)
        return is_theirs and len(self._tallies) < 2 * MOST_TALLIES

    def page_posts(self, path: str, body: str | None, at_ms: int) -> None:
        """A page itself posts something to the site, which may be a call of the app's bridge."""
        frame = self._app_frame()
        if self.owners.is_bridge_call(path, body, has_frame=frame is not None):
            self._bridge_calls += 1
            if frame is not None and frame.connected_ms is None:
                frame.connected_ms = at_ms

    # Frames and pages.

    def attached(self, frame: FrameNote) -> None:
        """A frame was put into a page; of very many the oldest that is not the app's is forgotten."""
        self.changes += 1
        if len(self._frames) >= MOST_FRAMES:
            self._dropped += 1
            del self._frames[next((at for at, each in enumerate(self._frames) if not self._is_app(each)), 0)]
        self._frames.append(frame)

    def page_went(self, url: str, at_ms: int) -> None:
        """A page is at an address."""
        self.changes += 1
        self._navigations.add((url, at_ms))

    def app_connected(self, at_ms: int) -> None:
        """The host shows the app's frame, or no longer waits for it."""
        frame = self._app_frame()
        if frame is not None and frame.connected_ms is None:
            self.changes += 1
            frame.connected_ms = at_ms

    def app_ready(self, at_ms: int) -> None:
        """The app shows its ready marker."""
        self.changes += 1
        if self._app_ready_ms is None:
            self._app_ready_ms = at_ms
        frame = self._app_frame()
        if frame is not None and frame.ready_ms is None:
            frame.ready_ms = at_ms

    def _app_frame(self) -> FrameNote | None:
        """The app's frame that was put in last and is still there."""
        return next((each for each in reversed(self._frames) if each.detached_ms is None and self._is_app(each)), None)

    def _is_app(self, frame: FrameNote) -> bool:
        return self.owners.is_app_frame(frame.name, frame.address)

    def _is_inside_app(self, frame: FrameNote | None) -> bool:
        while frame is not None:
            if self._is_app(frame):
                return True
            frame = frame.parent
        return False

    # Messages.

    def says(self, kind: Literal["console", "exception"], text: str, url: str, at_ms: int) -> None:
        """A script failed, or the console tells of an error; what is said several times over is kept once.

        Args:
            kind: Which of the two.
            text: What it says, not too long.
            url: The address of the script, or of what it is about.
            at_ms: When, by the monotonic clock.
        """
        origin = origin_and_path(url)[0]
        if any((each.kind, each.text, each.origin) == (kind, text, origin) for each in self._messages.latest()):
            return
        self.changes += 1
        self._messages.add(Message(kind, text, origin, at_ms))

    # All of it.

    def seen(self, now_ms: int) -> TrafficSeen:
        """All that was seen so far, with what is known by now of whose it was.

        Args:
            now_ms: The present, by the monotonic clock, as all times in it.
        """
        for frame in self._frames:
            if self._is_app(frame):
                self.owners.app_frame_at(frame.address)
        lasting = (each for each in self._open.values() if not (each.is_refused or _is_stream(each)))
        unfinished = tuple(
            islice((each for each in lasting if now_ms - each.started_ms >= LASTING_MS), MOST_UNFINISHED)
        )
        requests = [self._request(each, ended=True) for each in self._notable]
        requests += [self._request(each, ended=False) for each in unfinished]
        origins = self._origins()
        return TrafficSeen(
            monotonic_ms=now_ms,
            origins=origins[:MOST_ORIGINS],
            requests=tuple(sorted(requests, key=lambda each: each.started_ms or 0)),
            messages=tuple(self._message(each) for each in self._messages),
            frames=tuple(self._frame(each) for each in self._frames),
            navigations=tuple(self._navigation(url, at_ms) for url, at_ms in self._navigations),
            bridge_calls=self._bridge_calls,
            app_ready_ms=self._app_ready_ms,
            dropped=self._dropped
            + self._notable.dropped
            + self._messages.dropped
            + self._navigations.dropped
            + len(origins[MOST_ORIGINS:]),
        )

    def _origins(self) -> tuple[OriginTraffic, ...]:
        """The origins, those that are somebody's before the others."""
        by_owner: dict[tuple[Owner, str], Tally] = {}
        for (origin, frame), tally in self._tallies.items():
            owner = self.owners.of(origin, in_app_frame=self._is_inside_app(frame))
            by_owner.setdefault((owner, origin), Tally()).add(tally)
        told = (tally.told(owner, origin) for (owner, origin), tally in by_owner.items())
        return tuple(sorted(told, key=lambda each: each.owner is Owner.OTHER))

    def _request(self, exchange: Exchange, *, ended: bool) -> RequestSeen:
        inside = self._is_inside_app(exchange.frame)
        return RequestSeen(
            owner=self.owners.of(exchange.origin, in_app_frame=inside),
            origin=exchange.origin,
            method=exchange.method,
            path=exchange.path,
            resource=exchange.resource,
            is_navigation=exchange.is_navigation,
            in_app_frame=inside,
            status=exchange.status,
            failure=exchange.failure,
            started_ms=exchange.started_ms,
            duration_ms=exchange.duration_ms,
            ended=ended,
            retry_after_s=exchange.retry_after_s,
        )

    def _frame(self, frame: FrameNote) -> FrameSeen:
        origin, _path = origin_and_path(frame.address)
        return FrameSeen(
            url=shortened(bare_url(frame.address)),
            origin=origin,
            owner=self.owners.of(origin, in_app_frame=self._is_inside_app(frame)),
            is_app=self._is_app(frame),
            attached_ms=frame.attached_ms,
            connected_ms=frame.connected_ms,
            ready_ms=frame.ready_ms,
            refused=frame.refused,
            detached_ms=frame.detached_ms,
        )

    def _message(self, message: Message) -> MessageSeen:
        inside = self.owners.is_of_app_frame(message.origin) or self._only_inside(message.origin)
        owner = self.owners.of(message.origin, in_app_frame=inside)
        return MessageSeen(kind=message.kind, text=message.text, owner=owner, in_app_frame=inside, at_ms=message.at_ms)

    def _only_inside(self, origin: str) -> bool:
        """Whether an origin was asked from inside the app's frame, and from nowhere else."""
        frames: Iterable[FrameNote | None] = [frame for asked, frame in self._tallies if asked == origin]
        return bool(frames) and all(map(self._is_inside_app, frames))

    def _navigation(self, url: str, at_ms: int) -> NavigationSeen:
        origin, _path = origin_and_path(url)
        owner = self.owners.of(origin, in_app_frame=False)
        return NavigationSeen(url=shortened(bare_url(url)), owner=owner, at_ms=at_ms)


def _is_stream(exchange: Exchange) -> bool:
    """Whether a request has its answer, and is meant to have no end."""
    return exchange.resource == "eventsource" and exchange.status is not None
