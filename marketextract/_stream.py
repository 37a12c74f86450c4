"""Work on many items at once, with a limit: results as they come, memory bounded however many items there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

S = TypeVar("S")
T = TypeVar("T")


class _End:
    """Stands in the queue behind the last result, with what the source of the items raised."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


async def as_they_come(
    work: Callable[[S], Awaitable[T]], items: Iterable[S] | AsyncIterable[S], limit: int
) -> AsyncGenerator[T]:
    """The result of `work` for every item, at most `limit` at once, in the order in which they end.

    No item is taken from `items` before there is room to work on it, and no more than `limit` results wait to be
    fetched. An error of `items` is raised after the results of what it gave before; `work` is expected not to raise.
    Closing the generator cancels what is under way.
    """
    source, taking = _asynchronous(items), asyncio.Lock()
    results: asyncio.Queue[T | _End] = asyncio.Queue(limit)

    async def worker() -> None:
        while True:
            async with taking:
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    return
            await results.put(await work(item))
            await asyncio.sleep(0)  # work that never waits must not keep the loop to itself

    async def everybody() -> None:
        ended = await asyncio.gather(*workers, return_exceptions=True)
        await results.put(_End(next((error for error in ended if error is not None), None)))

    workers = [asyncio.create_task(worker()) for _ in range(limit)]
    tasks = [*workers, asyncio.create_task(everybody())]
    try:
        while not isinstance(result := await results.get(), _End):
            yield result
        if result.error is not None:
            raise result.error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _asynchronous(items: Iterable[S] | AsyncIterable[S]) -> AsyncIterator[S]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
