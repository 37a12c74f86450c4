"""What an article has cost so far, over all the calls that it needs.

Goes in: the counts of each response, under whichever names its server gives them. Comes out: a `Usage`. What is not a
whole number counts as nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketextract.extraction import Usage

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Tally:
    """The running cost of an article, which began at `started` of the model's clock and has `limit` as its deadline."""

    started: float
    requests: int = 0
    retries: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    limit: asyncio.Timeout | None = None

    def count(self, usage: object) -> None:
        """Add the tokens of one response."""
        counts = _counts(usage)
        details = _counts(counts.get("prompt_tokens_details") or counts.get("input_tokens_details"))
        self.cached_tokens += _whole(details.get("cached_tokens"))
        self.input_tokens += _whole(counts.get("prompt_tokens") or counts.get("input_tokens"))
        self.output_tokens += _whole(counts.get("completion_tokens") or counts.get("output_tokens"))

    def usage(self, seconds: float) -> Usage:
        """The cost in the form of a result, with the seconds that it took."""
        return Usage(
            requests=self.requests,
            retries=self.retries,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            seconds=seconds,
            cached_tokens=self.cached_tokens,
        )

    @contextlib.contextmanager
    def off_the_clock(self) -> Iterator[None]:
        """Put off the deadline of the article by the time that is spent in here."""
        limit, loop = self.limit, asyncio.get_running_loop()
        if limit is None or (deadline := limit.when()) is None:
            yield
            return
        begun = loop.time()
        limit.reschedule(None)
        try:
            yield
        finally:
            limit.reschedule(deadline + loop.time() - begun)


def _counts(usage: object) -> dict[str, Any]:
    return usage if isinstance(usage, dict) else getattr(usage, "__dict__", {})


def _whole(count: object) -> int:
    return count if isinstance(count, int) and count > 0 else 0
