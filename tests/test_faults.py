"""Two thousand articles against a server that fails in every way: each ends with its event or with an honest error."""

import asyncio
import random
import time
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from faulty_server import Call, FaultyServer, Reply, completion, failure
from marketextract import Article, Extractor, wire
from marketextract.models.llm import LLMModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from marketextract import Extraction

ARTICLES = 2000
AT_ONCE = 32
HASTE = 20  # how much faster time goes for the client than for us
A_MINUTE = 1500

# In a hundred: ten 429 (some with Retry-After), five 500, three dropped or half-sent responses, three cut JSON, two
# wrong shapes, two refusals, one that hangs.
FAULTS: "list[Callable[[], Reply]]" = [
    *[lambda: failure(429)] * 7,
    *[lambda: failure(429, retry_after="0.05")] * 3,
    *[lambda: failure(500)] * 5,
    *[lambda: Reply(drop=True)] * 2,
    lambda: completion('{"events":[]}', cut=40),
    *[lambda: completion('{"events":[{"price_move":[{"instr')] * 3,
    lambda: completion('{"events":"none"}'),
    lambda: Reply(body=b'{"choices": []}'),
    *[lambda: completion(None, refusal="I cannot help with that.")] * 2,
    lambda: Reply(hang=True),
]


def percent(number: int) -> str:
    return f"{number // 100}.{number % 100:02d}%"


def article(number: int) -> Article:
    return Article(f"Shares of Nordvik rose {percent(number)} on Monday.", id=str(number))


def test_every_article_ends_with_its_event_or_an_honest_error() -> None:
    chance = random.Random(20)
    answered: Counter[str] = Counter()
    arrived: list[float] = []

    def reply(call: Call) -> Reply:
        arrived.append(time.monotonic() * HASTE)
        if (k := chance.randrange(100)) < len(FAULTS):
            return FAULTS[k]()
        change = call.body["messages"][1]["content"].split(" rose ")[1].split()[0]
        answered[change] += 1
        claim = {"type": "price_move", "evidence": [1], "instrument": "Nordvik", "direction": "up", "change": change}
        return completion(wire.render([claim]))

    async def run(url: str, kept: dict[str, str]) -> "list[Extraction]":
        model = LLMModel(
            "stub",
            base_url=url,
            timeout=10,
            requests_per_minute=A_MINUTE,
            sleep=lambda seconds: asyncio.sleep(seconds / HASTE),
            clock=lambda: time.monotonic() * HASTE,
        )
        extractor = Extractor(model, cache=kept)
        articles = (article(number) for number in range(1, ARTICLES + 1))
        return [extraction async for extraction in extractor.extract_many(articles, concurrency=AT_ONCE)]

    kept: dict[str, str] = {}
    with FaultyServer(reply) as server:
        results = asyncio.run(run(server.url, kept))
        asked = len(server.calls)
        again = asyncio.run(run(server.url, kept))

    assert Counter(result.article.id for result in results) == Counter(str(n) for n in range(1, ARTICLES + 1))
    for result in results:
        if result.error is None:
            (event,) = result.events
            assert event.change.text == percent(int(result.article.id))  # type: ignore[attr-defined]
        else:
            assert result.error.startswith("openai/stub: ")
            assert not result.events
    errors = sum(result.error is not None for result in results)
    # Two in a hundred answers are refusals, which are never asked again, so about as many articles end in one.
    assert 0 < errors < ARTICLES // 10
    assert server.most_at_once <= AT_ONCE
    # Calls may reach the server later than they were sent, so a few more may meet there within a minute.
    assert max(bisect_left(arrived, at + 60) - k for k, at in enumerate(arrived)) <= A_MINUTE + AT_ONCE
    assert max(answered.values()) == 1, "an article was paid for twice"
    assert sum(result.error is None for result in again) >= ARTICLES - errors
    assert len(server.calls) - asked < errors * 10, "what was answered is not asked again"
