"""A number of places that everybody in this process shares, in whichever thread and event loop they are.

Goes in: work that wants a place. Comes out: places in the order in which they were wanted. Semaphores of asyncio belong
to one event loop, and the synchronous side of this library has a loop of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress


class Places:
    """At most so many at once; None is no limit."""

    def __init__(self, count: int | None) -> None:
        """Have `count` places."""
        self._free = count
        self._waiting: deque[tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]] = deque()
        self._lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        """Whether one who wants a place has to wait."""
        return self._free == 0

    async def take(self) -> None:
        """Take a place; wait for one if all are taken."""
        if self._free is None:
            return
        with self._lock:
            if self._free:
                self._free -= 1
                return
            loop = asyncio.get_running_loop()
            place = loop.create_future()
            self._waiting.append((loop, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():  # it was given and is not wanted any more
                self.give_back()
            raise

    def give_back(self) -> None:
        """Give a place that was taken to the one who has waited the longest, or leave it free."""
        if self._free is None:
            return
        with self._lock:
            while self._waiting:
                loop, place = self._waiting.popleft()
                with suppress(RuntimeError):  # a loop that has ended has nobody who waits
                    loop.call_soon_threadsafe(self._hand_over, place)
                    return
            self._free += 1

    def _hand_over(self, place: asyncio.Future[None]) -> None:
        if place.done():  # cancelled in the meantime
            self.give_back()
        else:
            place.set_result(None)
