"""Limits of requests and tokens a minute and of requests at once, kept by everybody in this process who shares them.

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
from marketextract.places import Places

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_MINUTE = 60.0


class Pace:
    """At most so many requests and tokens a minute, and so many requests at once; None is no limit."""

    def __init__(
        self,
        requests: float | None = None,
        tokens: float | None = None,
        at_once: int | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Allow so many `requests` and `tokens` a minute and so many `at_once`; the others are seams for tests."""
        if any(limit is not None and limit <= 0 for limit in (requests, tokens, at_once)):
            raise SettingsError("a limit of requests or tokens must be positive")
        self._places = Places(at_once)
        self._seconds_a_request = _MINUTE / requests if requests else 0.0
        self._seconds_a_token = _MINUTE / tokens if tokens else 0.0
        self._clock, self._sleep = clock, sleep
        self._next = self._held_until = float("-inf")
        self._lock = threading.Lock()

    @property
    def is_free(self) -> bool:
        """Whether nobody has to wait: without limits a minute, while nobody is held and there are places."""
        limited = self._seconds_a_request or self._seconds_a_token
        return not (limited or self._places.is_full) and self._held_until <= self._clock()

    async def enter(self, tokens: int = 0) -> None:
        """Wait for a place and a turn of so many tokens; `leave` when the request is over."""
        await self._places.take()
        try:
            await self.turn(tokens)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Leave the place to another."""
        self._places.give_back()

    async def turn(self, tokens: int = 0) -> None:
        """Wait for a turn of so many tokens."""
        gap = max(self._seconds_a_request, tokens * self._seconds_a_token)
        while True:
            with self._lock:
                now = self._clock()
                start = max(now, self._next, self._held_until)
                self._next = start + gap
            if start > now:
                await self._sleep(start - now)
            if self._held_until <= start:  # else everybody was held meanwhile, and takes another turn
                return

    def hold(self, seconds: float) -> None:
        """Let nobody go for so many seconds, and then one after the other as before."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)


@cache
def pace_of(
    model: str,
    limits: tuple[float | None, float | None, int | None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Pace:
    """The pace of everybody in this process who asks this model within these `limits` (as `Pace` takes them)."""
    return Pace(*limits, clock=clock, sleep=sleep)
