"""The seam of the library: a model takes a request and gives the text of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from marketextract.extraction import Usage
from marketextract.request import Request


@dataclass(frozen=True, slots=True)
class Answer:
    """The raw text of an answer, in the form of `wire`, and what it cost."""

    text: str
    usage: Usage = field(default_factory=Usage)


@runtime_checkable
class Model(Protocol):
    """Anything that can answer a request; caches, retries and budgets are models that wrap a model.

    `name` is shown in results and enters the cache key. `answer` raises a `ModelError` when there is no usable answer.
    """

    @property
    def name(self) -> str:
        """The name of the model, as in `openai/gpt-5`."""

    async def answer(self, request: Request) -> Answer:
        """The answer to one request."""
