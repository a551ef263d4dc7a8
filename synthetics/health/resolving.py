"""Looking names up: blocking, so on a few threads of its own, and once for all who ask for one name at a time."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

#: A look-up takes milliseconds, or hangs until the system gives it up: so many may hang before others have to wait.
_THREADS = 16
#: More addresses of one name than this cannot be tried in a check's time.
_MOST_ADDRESSES = 4

Lookup = Callable[[str], Sequence[str]]


def look_up(host: str) -> Sequence[str]:
    """The addresses of a name, as the system has them, in the system's order.

    Raises:
        OSError: Where it has none.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))[:_MOST_ADDRESSES]


class Resolver:
    """Looks names up for one event loop.

    Args:
        lookup: Does it; may block.
        threads: How many look-ups may go on at once.
    """

    def __init__(self, lookup: Lookup = look_up, threads: int = _THREADS) -> None:
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="resolve")
        self._under_way: dict[str, asyncio.Future[Sequence[str]]] = {}
        self._begun: set[str] = set()

    async def addresses(self, host: str) -> Sequence[str]:
        """The addresses of a host, in the order in which they are to be tried.

        Args:
            host: A name, or an address, which is its own.

        Raises:
            OSError: Where there are none.
        """
        if _is_address(host):
            return (host,)
        asked = self._under_way.get(host)
        if asked is None:
            asked = asyncio.get_running_loop().run_in_executor(self._threads, self._begin, host)
            self._under_way[host] = asked
            asked.add_done_callback(lambda done: self._end(host, done))
        # Whoever runs out of time must not take the answer away from the others.
        return await asyncio.shield(asked)

    def has_begun(self, host: str) -> bool:
        """Whether a look-up that goes on has a thread: one that waits for it is late by our own doing."""
        return host not in self._under_way or host in self._begun

    def close(self) -> None:
        """Look nothing up any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self, host: str) -> Sequence[str]:
        self._begun.add(host)
        return self._lookup(host)

    def _end(self, host: str, done: "asyncio.Future[Sequence[str]]") -> None:
        self._under_way.pop(host, None)
        self._begun.discard(host)
        if not done.cancelled():
            done.exception()  # where nobody waits any more, nobody has to be told


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
