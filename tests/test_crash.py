"""Processes that are killed and processes side by side, over real HTTP: nothing is lost, nothing is paid for twice."""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from faulty_server import Call, FaultyServer, Reply, completion, failure
from marketextract import Article, Extractor
from marketextract.models.llm import LLMModel

if TYPE_CHECKING:
    from pathlib import Path

MOVED = '{"events":[{"price_move":[{"instrument":"Dow"},{"direction":"down"},{"change":"1%"}],"in":[1]}]}'
ARTICLES, IN_FLIGHT = 120, 8
KILLS = int(os.environ.get("MARKETEXTRACT_TEST_KILLS", "5"))

WORKER = """
import sys
from pathlib import Path
from marketextract import Article, Extractor
from marketextract.runner import Journal, run

url, out, cache, count, in_flight = sys.argv[1:]
articles = (Article(f"Article {number}: the Dow fell 1% on Friday.", id=str(number)) for number in range(int(count)))
extractor = Extractor("stub", base_url=url, cache=Path(cache))
with Journal(out, resume=True) as journal:
    for extraction in run(extractor, articles, concurrency=int(in_flight), journal=journal):
        print(extraction.article.id, flush=True)
"""


def answer(call: Call) -> Reply:
    return completion(MOVED, delay=0.03)


def start(server: FaultyServer, out: Path, cache: Path) -> subprocess.Popen[str]:
    arguments = [server.url, str(out), str(cache), str(ARTICLES), str(IN_FLIGHT)]
    return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> None:
    process.communicate()
    assert process.returncode == 0


def assert_complete(out: Path) -> None:
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(int(row["article"]["id"]) for row in rows) == list(range(ARTICLES))
    assert {(row["error"], row["events"][0]["change"]["text"]) for row in rows} == {(None, "1%")}


def paid(server: FaultyServer) -> Counter[str]:
    """How often each article was answered."""
    return Counter(call.body["messages"][-1]["content"] for call in server.calls)


def test_a_run_that_is_killed_pays_twice_for_no_more_than_was_under_way(tmp_path: Path) -> None:
    out, cache, chance = tmp_path / "out.jsonl", tmp_path / "cache", random.Random(7)
    with FaultyServer(answer) as server:
        for _ in range(KILLS):
            process = start(server, out, cache)
            assert process.stdout
            for _ in range(chance.randrange(1, max(2, ARTICLES // KILLS))):
                process.stdout.readline()
            time.sleep(chance.random() * 0.05)
            process.kill()
            process.communicate()
        finish(start(server, out, cache))
        assert_complete(out)
        assert len(server.calls) <= ARTICLES + KILLS * IN_FLIGHT
        assert server.most_at_once <= IN_FLIGHT * 2  # those of a killed process may still be on their way


def test_two_processes_on_one_cache_pay_once_for_each_article(tmp_path: Path) -> None:
    with FaultyServer(answer) as server:
        both = [start(server, tmp_path / f"{name}.jsonl", tmp_path / "cache") for name in "ab"]
        for process in both:
            finish(process)
        for name in "ab":
            assert_complete(tmp_path / f"{name}.jsonl")
        assert set(paid(server).values()) == {1}
        assert len(server.calls) == ARTICLES


def test_whatever_a_server_does_equal_articles_are_answered_with_success_once(tmp_path: Path) -> None:
    count, in_flight, chance = 400, 32, random.Random(11)
    paid_for: Counter[str] = Counter()
    troubles = [
        *[lambda: failure(429)] * 7,
        *[lambda: failure(429, retry_after="0")] * 3,
        *[lambda: failure(500)] * 5,
        *[lambda: Reply(drop=True)] * 2,
        lambda: completion(MOVED, cut=40),
        *[lambda: completion(MOVED[:20])] * 3,
        *[lambda: Reply(body=b'{"choices": []}')] * 2,
        *[lambda: completion(None, refusal="no")] * 2,
        lambda: Reply(hang=True),
    ]

    def troubled(call: Call) -> Reply:
        if (k := chance.randrange(100)) < len(troubles):
            return troubles[k]()
        paid_for[call.body["messages"][1]["content"]] += 1
        return completion(MOVED)

    async def no_wait(_: float) -> None:
        await asyncio.sleep(0)

    # Each article comes twice, so that equal requests meet on their way and in the cache.
    articles = [Article(f"The Dow fell 1% on day {k % (count // 2)}.", id=str(k)) for k in range(count)]
    with FaultyServer(troubled) as server:
        model = LLMModel("stub", base_url=server.url, sleep=no_wait, timeout=1.0)
        results = list(Extractor(model, cache=tmp_path).extract_all(articles, concurrency=in_flight))
    assert sorted(int(result.article.id) for result in results) == list(range(count))
    for result in results:
        assert bool(result.events) != bool(result.error)
        assert result.error is None or result.error.startswith("openai/stub: ")
    assert {text for result in results for text in (e.change.text for e in result.events)} == {"1%"}
    assert set(paid_for.values()) == {1}
    assert len(paid_for) > 0.9 * count / 2
    assert server.most_at_once <= in_flight
