"""The one event loop behind the synchronous API: a daemon thread that runs what the asynchronous code already does.

Goes in: a coroutine or an asynchronous iterator. Comes out: its result, or an ordinary iterator. It works where a loop
is running already (a notebook), and an interrupt (Ctrl-C) cancels the work before it is raised. There is no second,
synchronous copy of anything.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Generator

T = TypeVar("T")

_GRACE_SECONDS = 2.0  # for cancelled work to close its connections; work that ignores its cancellation is left behind

_starting = threading.Lock()
_running: asyncio.AbstractEventLoop | None = None
_open: list[AsyncGenerator[Any]] = []  # the sources of `iterate` that are not closed yet


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine in the background loop and wait for it. An interrupt cancels it, then goes on its way."""
    loop = _loop()
    if _is_current(loop):
        work.close()
        raise RuntimeError("the synchronous API was called from within a model or an article source; await it instead")
    ended = threading.Event()
    future = asyncio.run_coroutine_threadsafe(_until_ended(work, ended), loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()  # does nothing to a coroutine that has ended by itself
        ended.wait(_GRACE_SECONDS)
        raise


async def _until_ended(work: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    try:
        return await work
    finally:
        ended.set()


def iterate(source: AsyncGenerator[T]) -> Generator[T]:
    """The items of an asynchronous generator as they come. Closing this iterator closes the generator."""
    _open.append(source)
    try:
        while True:
            try:
                item = run(_next(source))
            except StopAsyncIteration:
                return
            yield item
    finally:
        if source in _open:  # else the program has ended and `_stop` has closed it
            _open.remove(source)
            run(source.aclose())


async def _next(source: AsyncGenerator[T]) -> T:
    return await anext(source)


def _loop() -> asyncio.AbstractEventLoop:
    global _running  # noqa: PLW0603 - one loop a process is the point
    with _starting:
        if _running is None or _running.is_closed():
            _running = asyncio.new_event_loop()
            threading.Thread(target=_running.run_forever, name="marketextract", daemon=True).start()
            atexit.register(_stop, _running)
        return _running


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    """End what is under way when the program ends: a daemon thread would only be frozen, with its work half done."""
    if _running is loop and loop.is_running():
        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(_end_everything(), loop).result(_GRACE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)


async def _end_everything() -> None:
    while _open:
        await _open.pop().aclose()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()  # connections are held open by such generators


def _is_current(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


def _forget() -> None:
    """A forked child has the loop but not its thread, so it starts anew."""
    global _running, _starting
    _running, _starting = None, threading.Lock()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
