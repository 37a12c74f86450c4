"""An OpenAI-compatible server on loopback that fails as it is told to: real HTTP, no network.

Goes in: replies in order, the last one for all further calls, or a function of the call. Comes out: an address, and a
record of every call with its headers and body.
"""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


@dataclass(frozen=True)
class Reply:
    """One response.

    `cut` sends only so many bytes of the body and hangs up, `drop` hangs up at once, `hang` waits for the client to.
    """

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    drop: bool = False
    hang: bool = False
    delay: float = 0.0


@dataclass(frozen=True)
class Call:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]


def completion(text: str | None, finish_reason: str = "stop", refusal: str | None = None, **reply: Any) -> Reply:
    """A completion that says `text`."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    body = {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110},
    }
    return Reply(body=json.dumps(body).encode(), **reply)


def failure(status: int, message: str = "no", code: str | None = None, **headers: str) -> Reply:
    """An error in OpenAI's form; `retry_after="1"` becomes a `retry-after` header."""
    body = {"error": {"message": message, "type": "error", "code": code, "param": None}}
    return Reply(status, json.dumps(body).encode(), {name.replace("_", "-"): value for name, value in headers.items()})


class FaultyServer:
    """A server that answers by its script, in a thread of its own."""

    def __init__(self, script: Sequence[Reply] | Callable[[Call], Reply]) -> None:
        self._script = script
        self.calls: list[Call] = []
        self.at_once = 0
        self.most_at_once = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512), self._loop
        ).result()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._server.close()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    @property
    def url(self) -> str:
        """The base address of the server."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    def _reply(self, call: Call) -> Reply:
        self.calls.append(call)
        if callable(self._script):
            return self._script(call)
        return self._script[min(len(self.calls), len(self._script)) - 1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (call := await _read(reader)) is not None:
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    reply = self._reply(call)
                    await (reader.read() if reply.hang else asyncio.sleep(reply.delay))
                finally:
                    self.at_once -= 1
                if reply.drop or reply.hang:
                    break
                writer.write(_head(reply) + reply.body[: reply.cut])
                await writer.drain()
                if reply.cut is not None:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Call | None:
    """The next request of a connection; None at its end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.splitlines()
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Call(first.split()[1], headers, json.loads(body or b"{}"))


def _head(reply: Reply) -> bytes:
    headers = {"content-type": "application/json", "content-length": str(len(reply.body)), **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Status", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
