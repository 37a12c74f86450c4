"""One flight for equal questions: while somebody waits for the answer to a key, others wait with them.

Goes in: a key and the work that brings its result. Comes out: the result of whoever does the work first. Within a
process the others share that very result. Other processes on the same machine are held back by a lock on one byte of
one file, which the system releases however a process ends. Nothing here knows what a result is.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from concurrent.futures import Future
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

try:
    import fcntl
except ImportError:  # Windows: within one process only
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

T = TypeVar("T")

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5  # seconds between looks at a lock that another process holds
_KEY_DIGITS = 15  # of the hexadecimal key: the largest offset of a byte that every system can lock


class Flights(Generic[T]):
    """The questions under way."""

    def __init__(self, lock_file: Path | None = None) -> None:
        """Share with everybody who has this object and, given a `lock_file`, with other processes that lock in it."""
        self._lock_file = lock_file
        self._aloft: dict[str, Future[T | None]] = {}
        self._boarding = threading.Lock()
        self._process = os.getpid()

    async def share(self, key: str, work: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """The result for `key` (a hexadecimal digest), and whether this call did the work. An error is shared, too.

        A call that is cancelled takes nobody with it: the next one in waiting does the work.
        """
        while True:
            flight, leads = self._board(key)
            if leads:
                return await self._fly(key, flight, work), True
            if (result := await asyncio.wrap_future(flight)) is not None:
                return result, False

    def _board(self, key: str) -> tuple[Future[T | None], bool]:
        if self._process != os.getpid():  # a forked child inherits flights that nobody flies
            self._aloft, self._boarding, self._process = {}, threading.Lock(), os.getpid()
        with self._boarding:
            if (flight := self._aloft.get(key)) is not None:
                return flight, False
            flight = self._aloft[key] = Future()
            flight.set_running_or_notify_cancel()  # so that one who waits and is cancelled does not cancel it for all
            return flight, True

    async def _fly(self, key: str, flight: Future[T | None], work: Callable[[], Awaitable[T]]) -> T:
        try:
            async with self._alone(key):
                result = await work()
        except Exception as error:
            self._land(key)
            flight.set_exception(error)
            raise
        except BaseException:
            self._land(key)
            flight.set_result(None)
            raise
        self._land(key)
        flight.set_result(result)
        return result

    def _land(self, key: str) -> None:
        self._aloft.pop(key, None)

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        """Hold the byte of this key in the lock file, so that other processes wait."""
        file = _opened(self._lock_file, os.getpid()) if self._lock_file else None
        if file is None:
            yield
            return
        byte = int(key[:_KEY_DIGITS], 16)
        held = await _acquire(file, byte)
        try:
            yield
        finally:
            if held:
                fcntl.lockf(file, fcntl.LOCK_UN, 1, byte)


@cache
def flights_at(lock_file: Path) -> Flights[Any]:
    """The flights of everybody in this process who uses this lock file: its locks do not hold one back from another."""
    return Flights(lock_file)


async def _acquire(file: int, byte: int) -> bool:
    pause = _FIRST_PAUSE
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        except OSError as error:
            _log.debug("the file system has no locks, so equal questions of two processes are both asked: %s", error)
            return False
        else:
            return True


@cache
def _opened(lock_file: Path, _process: int) -> int | None:
    """The lock file, opened once a process and never closed: closing it anywhere would release every lock in it."""
    if fcntl is None:
        return None
    try:
        return os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        _log.debug("%s cannot be opened, so equal questions of two processes are both asked: %s", lock_file, error)
        return None
