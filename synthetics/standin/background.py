"""Work that goes on after its request was answered."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Background:
    """Holds running tasks, since the loop itself holds them weakly, and ends them with the process."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin some work on the running loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finished(self) -> None:
        """Wait for the end of what runs at this moment."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def stop(self) -> None:
        """End what still runs, and wait for its end."""
        for task in self._tasks:
            task.cancel()
        await self.finished()
