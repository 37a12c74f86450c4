"""Processes that are killed and processes side by side, over real HTTP: nothing is lost, nothing is paid for twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from faulty_server import Call, FaultyServer, Reply, completion

if TYPE_CHECKING:
    from pathlib import Path

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
    moved = '{"events":[{"price_move":[{"instrument":"Dow"},{"direction":"down"},{"change":"1%"}],"in":[1]}]}'
    return completion(moved, delay=0.03)


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
