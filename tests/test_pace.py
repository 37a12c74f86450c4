"""Limits a minute hold for everybody who shares them, however many ask at once."""

from __future__ import annotations

import asyncio
import itertools
import threading
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulty_server import Call, FaultyServer, Reply, completion, failure
from marketextract import Article, Extractor, SettingsError
from marketextract.pace import Pace
from marketextract.places import Places


@dataclass
class Time:
    """A clock that only sleeping moves on, for many sleepers at once."""

    now: float = 0.0
    sleepers: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        awake = asyncio.Event()
        self.sleepers.append((self.now + seconds, awake))
        await awake.wait()

    async def pass_by(self) -> None:
        """Let time go on to the next one who wakes, until nobody sleeps."""
        await asyncio.sleep(0)
        while self.sleepers:
            self.sleepers.sort(key=lambda sleeper: sleeper[0])
            self.now, awake = self.sleepers.pop(0)
            awake.set()
            for _ in range(5):
                await asyncio.sleep(0)


def turns(sizes: list[int], hold: tuple[float, float] | None = None, **limits: float) -> list[tuple[float, int]]:
    """When turns of these sizes went, all asked for at once; `hold` is after how long and for how long all are held."""

    async def all_of_them() -> list[tuple[float, int]]:
        time, gone = Time(), []
        pace = Pace(**limits, clock=time.clock, sleep=time.sleep)

        async def one(size: int) -> None:
            await pace.turn(size)
            gone.append((time.now, size))

        async def holder(after: float, seconds: float) -> None:
            await time.sleep(after)
            pace.hold(seconds)

        tasks = [asyncio.create_task(one(size)) for size in sizes]
        if hold is not None:
            tasks.append(asyncio.create_task(holder(*hold)))
        await time.pass_by()
        await asyncio.gather(*tasks)
        return gone

    return asyncio.run(all_of_them())


@given(st.lists(st.integers(0, 2000), max_size=40), st.integers(1, 600), st.integers(1, 100_000))
def test_no_minute_holds_more_requests_than_allowed(sizes: list[int], requests: int, tokens: int) -> None:
    went = sorted(turns(sizes, requests=requests, tokens=tokens))
    assert len(went) == len(sizes)
    for k, (start, _) in enumerate(went):
        minute = [size for at, size in went[k:] if at < start + 60 - 1e-6]
        assert len(minute) <= requests
        assert sum(minute[:-1]) <= tokens + 1e-6


def test_without_limits_nobody_waits() -> None:
    assert {at for at, _ in turns([100] * 50)} == {0.0}


def test_a_hold_holds_everybody_and_the_spacing_stays() -> None:
    went = [at for at, _ in turns([0] * 6, hold=(1.5, 10), requests=60)]
    assert went[:2] == [0, 1]
    assert went[2] >= 11.5
    assert all(later - earlier >= 1 - 1e-9 for earlier, later in itertools.pairwise(went))


@pytest.mark.parametrize("limits", [{"requests": 0}, {"tokens": -1}, {"at_once": 0}])
def test_a_limit_of_nothing_is_refused(limits: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match="positive"):
        Pace(**limits)


def test_a_server_sees_no_more_than_the_limit_and_retries_count() -> None:
    seen: list[float] = []

    def reply(call: Call) -> Reply:
        seen.append(asyncio.get_running_loop().time())
        return failure(500) if len(seen) % 3 == 0 else completion('{"events":[]}')

    with FaultyServer(reply) as server:
        extractor = Extractor("stub", base_url=server.url, cache=None, requests_per_minute=1200)
        articles = [Article(f"Article {number}.", id=str(number)) for number in range(12)]
        assert [result.error for result in extractor.extract_all(articles, concurrency=12)] == [None] * 12
    gaps = [later - earlier for earlier, later in itertools.pairwise(seen)]
    assert len(seen) > 12
    assert seen[-1] - seen[0] >= 0.05 * len(gaps) * 0.9


def test_waiting_for_a_turn_does_not_count_for_the_deadline() -> None:
    with FaultyServer([completion('{"events":[]}')]) as server:
        extractor = Extractor(
            "stub", base_url=server.url, cache=None, requests_per_minute=240, deadline=0.8, timeout=0.7
        )
        articles = [Article(f"Article {number}.") for number in range(6)]
        assert [result.error for result in extractor.extract_all(articles, concurrency=6)] == [None] * 6


def test_no_more_calls_are_under_way_than_allowed_over_all_extractors_threads_and_loops() -> None:
    def extract_some(url: str, name: str) -> None:
        extractor = Extractor("stub", base_url=url, cache=None, calls_at_once=3)

        async def own_loop() -> list[str | None]:
            articles = [Article(f"Article {name}{number}.") for number in range(15)]
            return [result.error async for result in extractor.extract_many(articles, concurrency=15)]

        done.append(asyncio.run(own_loop()))

    done: list[list[str | None]] = []
    with FaultyServer(lambda call: completion('{"events":[]}', delay=0.01)) as server:
        threads = [threading.Thread(target=extract_some, args=(server.url, name)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert done == [[None] * 15] * 3
    assert server.most_at_once == 3


async def test_a_place_is_not_lost_with_those_who_give_up_waiting() -> None:
    places = Places(1)
    await places.take()
    waiting = [asyncio.create_task(places.take()) for _ in range(4)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # while it waits
    places.give_back()
    waiting[1].cancel()  # when the place is on its way to it
    await asyncio.wait([waiting[2]], timeout=5)
    assert waiting[2].done()
    assert not waiting[3].done()
    places.give_back()
    await asyncio.wait_for(waiting[3], 5)
    assert places.is_full
    places.give_back()
    assert not places.is_full


def test_a_place_of_a_loop_that_has_ended_goes_to_the_next() -> None:
    places, loop = Places(1), asyncio.new_event_loop()
    loop.run_until_complete(places.take())
    left = loop.create_task(places.take())
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    places.give_back()
    assert not places.is_full
    left._log_destroy_pending = False  # type: ignore[attr-defined]
