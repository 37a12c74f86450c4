"""What a call costs this library in processor time, beside a bare instructor call to the same server.

    python benchmarks/client.py

A stub server in a process of its own answers over loopback with twelve events. Both clients run in this process, in
turns, so that the machine is the same for both; the figures are ratios of one run.

    cpu_ratio   CPU of a whole extraction (prompt, call, cache write, validation) over that of a plain
                `instructor.from_openai(AsyncOpenAI(), mode=JSON_SCHEMA)` call that only parses the same twelve events
    rate        calls finished a second over the ideal, with 2 s of latency and 256 in flight: between the 256th result
                of a run and the last but 256, since at its end fewer are in flight (the whole run is printed, too)
    hit_factor  CPU of the plain call over that of an extraction answered from the cache by a process that has not read
                the article before: it is analysed, and every event is validated

The line before the last shows, as `again_factor`, the same for an article whose kept answer this process has validated
before. Then the same object comes out again, and nothing is read or validated; so it is not the figure to compare.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import instructor
import openai
from pydantic import BaseModel

from marketextract import Extractor, wire
from marketextract.article import Article

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

CALLS = 150
ROUNDS = 4
IN_FLIGHT = 256
LATENCY = 2.0

NAMES = ["Nordvik", "Ostra", "Kestrel", "Almo", "Brisk", "Corvo", "Delmar", "Ekko", "Fjord", "Gantry", "Holm", "Ilex"]
SENTENCES = [f"Shares of {name} rose {n}.{n}% to ${100 + n}.50 on Monday." for n, name in enumerate(NAMES, 1)]
CLAIMS = [
    {
        "type": "price_move",
        "evidence": [n],
        "instrument": name,
        "direction": "up",
        "change": f"{n}.{n}%",
        "level": f"${100 + n}.50",
    }
    for n, name in enumerate(NAMES, 1)
]


class Move(BaseModel):
    """A price move, as plain as a bare call would ask for it."""

    instrument: str
    direction: Literal["up", "down", "flat"]
    change: str
    level: str
    evidence: str


class Moves(BaseModel):
    """What the bare call parses."""

    moves: list[Move]


PLAIN = {
    "moves": [
        {**{key: claim[key] for key in ("instrument", "direction", "change", "level")}, "evidence": sentence}
        for claim, sentence in zip(CLAIMS, SENTENCES, strict=True)
    ]
}


def main() -> None:
    """Measure, and print the three figures as the last line."""
    with served(0.0) as url:
        ours, plain, hit, again = asyncio.run(cpu_of_calls(url))
    with served(LATENCY) as url:
        rate, whole = asyncio.run(rate_of_calls(url))
    print(f"CPU a call: this library {ours:.2f} ms, plain instructor {plain:.2f} ms")
    print(f"CPU of an answer from the cache: read for the first time {hit:.3f} ms, again {again:.3f} ms")
    print(f"rate of the whole run, with its beginning and its end: {whole:.3f}")
    print(f"again_factor={plain / again:.1f}")
    print(f"cpu_ratio={ours / plain:.2f} rate={rate:.3f} hit_factor={plain / hit:.1f}")


async def cpu_of_calls(url: str) -> tuple[float, float, float, float]:
    """Milliseconds of CPU, the best of rounds: an extraction, a plain call, and one from the cache twice."""
    client = instructor.from_openai(openai.AsyncOpenAI(base_url=url, api_key="none"), mode=instructor.Mode.JSON_SCHEMA)
    with tempfile.TemporaryDirectory() as folder:
        extractor = Extractor("stub", base_url=url, cache=folder)
        results: dict[str, list[float]] = {"ours": [], "plain": [], "hit": [], "again": []}
        for turn in range(-1, ROUNDS):
            texts = [article(turn * CALLS + n) for n in range(CALLS)]
            spent = {
                "ours": await cpu(extractor.aextract, texts),
                "plain": await cpu(lambda text: plain_call(client, text), [each.text for each in texts]),
                "hit": await cpu(extractor.aextract, [Article(each.text) for each in texts]),
                "again": await cpu(extractor.aextract, [Article(each.text) for each in texts]),
            }
            if turn >= 0:  # the first round imports and connects
                for name, milliseconds in spent.items():
                    results[name].append(milliseconds)
    await client.client.close()
    return min(results["ours"]), min(results["plain"]), min(results["hit"]), min(results["again"])


async def rate_of_calls(url: str) -> tuple[float, float]:
    """Calls finished a second over the ideal, with a latency and many in flight: while they are, and of a whole run."""
    extractor = Extractor("stub", base_url=url, cache=None)
    await cpu(extractor.aextract, [article(-n) for n in range(1, IN_FLIGHT + 1)])
    articles = (article(n) for n in range(10 * IN_FLIGHT))
    begun = time.perf_counter()
    ended: list[float] = []
    async for extraction in extractor.extract_many(articles, concurrency=IN_FLIGHT):
        if extraction.error or len(extraction.events) != len(CLAIMS):
            raise RuntimeError(extraction.error or "an event was lost")
        ended.append(time.perf_counter() - begun)
    ideal = IN_FLIGHT / LATENCY
    first, last = ended[IN_FLIGHT - 1], ended[-IN_FLIGHT - 1]
    return (len(ended) - 2 * IN_FLIGHT) / (last - first) / ideal, len(ended) / ended[-1] / ideal


async def cpu(call: Callable[[Any], Awaitable[Any]], arguments: list[Any]) -> float:
    """Milliseconds of this process's CPU for one of many calls, all in flight."""
    gc.collect()  # nobody pays for the garbage of the one before
    begun = time.process_time()
    await asyncio.gather(*(call(argument) for argument in arguments))
    return (time.process_time() - begun) * 1000 / len(arguments)


async def plain_call(client: Any, text: str) -> Moves:
    """The bare call that everything is compared with."""
    messages = [{"role": "system", "content": "Extract every price move."}, {"role": "user", "content": text}]
    moves: Moves = await client.create(model="plain", response_model=Moves, messages=messages)
    return moves


def article(number: int) -> Article:
    """An article of twelve moves, a different one for each number."""
    return Article("\n".join([*SENTENCES, f"The bell rang after session {number}."]))


# The stub server


@contextmanager
def served(latency: float) -> Iterator[str]:
    """The address of a stub server in a process of its own."""
    server = subprocess.Popen([sys.executable, __file__, "serve", str(latency)], stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
    finally:
        server.kill()
        server.wait()


async def serve(latency: float) -> None:
    """Answer every call with twelve events after `latency` seconds, in the form that its schema asks for."""
    answers = {b'"stub"': completion(wire.render(CLAIMS)), b'"plain"': completion(json.dumps(PLAIN))}

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                body = await reader.readexactly(length)
                await asyncio.sleep(latency)
                writer.write(answers[b'"plain"' if b'"plain"' in body else b'"stub"'])
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def completion(text: str) -> bytes:
    """A whole HTTP response with a completion that says `text`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 900, "completion_tokens": 400, "total_tokens": 1300}
    body = json.dumps(
        {"id": "c", "object": "chat.completion", "created": 1, "model": "stub", "choices": [choice], "usage": usage}
    ).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(float(sys.argv[2])))
    else:
        main()
