"""The time that answers tell, by the servers' own clock: the web server would tell that of this machine."""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Dated:
    """An application whose every answer has a ``Date``.

    Args:
        app: The application.
        now: The servers' clock, in UTC.
    """

    def __init__(self, app: ASGIApp, now: Callable[[], datetime]) -> None:
        self._app = app
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Date", format_datetime(self._now(), usegmt=True))
            await send(message)

        await self._app(scope, receive, dated)
