"""Limits of requests and tokens a minute, kept by everybody in this process who shares them.

Goes in: turns to be taken. Comes out: the time at which each may go. Turns are spaced evenly, so that no minute,
wherever it begins, holds more than is allowed. A server that asks to wait holds everybody back, not only the one it
told.
"""

from __future__ import annotations

import asyncio
import threading
import time
from functools import cache
from typing import TYPE_CHECKING

from marketextract.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_MINUTE = 60.0


class Pace:
    """At most so many requests and tokens a minute; None is no limit."""

    def __init__(
        self,
        requests: float | None = None,
        tokens: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Allow so many `requests` and `tokens` a minute; `clock` and `sleep` are seams for tests."""
        if any(limit is not None and limit <= 0 for limit in (requests, tokens)):
            raise SettingsError("a limit a minute must be positive")
        self._seconds_a_request = _MINUTE / requests if requests else 0.0
        self._seconds_a_token = _MINUTE / tokens if tokens else 0.0
        self._clock, self._sleep = clock, sleep
        self._next = self._held_until = float("-inf")
        self._lock = threading.Lock()

    @property
    def is_free(self) -> bool:
        """Whether nobody has to wait: without limits, and while nobody is held."""
        return not (self._seconds_a_request or self._seconds_a_token) and self._held_until <= self._clock()

    async def turn(self, tokens: int = 0) -> float:
        """Wait for a turn of so many tokens, and return the seconds that were waited."""
        begun = self._clock()
        gap = max(self._seconds_a_request, tokens * self._seconds_a_token)
        while True:
            with self._lock:
                now = self._clock()
                start = max(now, self._next, self._held_until)
                self._next = start + gap
            if start > now:
                await self._sleep(start - now)
            if self._held_until <= start:  # else everybody was held meanwhile, and takes another turn
                return start - begun

    def hold(self, seconds: float) -> None:
        """Let nobody go for so many seconds, and then one after the other as before."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)


@cache
def pace_of(
    model: str,
    requests: float | None,
    tokens: float | None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Pace:
    """The pace that everybody in this process keeps who asks this model within these limits."""
    return Pace(requests, tokens, clock=clock, sleep=sleep)
