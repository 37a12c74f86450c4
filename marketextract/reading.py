"""The judging of one article's answers: each is heard in its turn, and what is heard again is remembered.

Goes in: an article, and a model's answers to it one after the other. Comes out: a `Round` after each. The article is
analysed when its first answer is there, so that articles under way to a server cost neither time nor memory. Judging
keeps the event loop busy, so between two articles the loop sends and receives. Nothing here asks a model.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from marketextract import lexicon, rounds
from marketextract.validation import judge
from marketextract.wire import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marketextract.extraction import Extraction
    from marketextract.models.base import Answer
    from marketextract.request import Request

    Addition = Callable[[rounds.Round, Sequence[Mapping[str, Any]], rounds.Judge], rounds.Round]

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class Reading:
    """What is made of an article's answers so far."""

    def __init__(self, request: Request, model: str, memory: Memory) -> None:
        """Begin with no answer to the first request. `memory` is shared by readings with its types and this `model`."""
        self._request, self._types, self._model, self._memory = request, request.settings.event_types, model, memory
        article = request.article
        self._heard: tuple[object, ...] = (_lexicon_as_it_is(), type(article), article.text, article.published)
        self._round: rounds.Round | None = None

    async def hear(self, answer: Answer, add: Addition | None = None) -> rounds.Round:
        """The round with one more answer; `add` says what becomes of it beside those that were heard before.

        `AnswerMalformed` when it holds no events, and then it has not been heard.
        """
        heard = (*self._heard, add, answer.text)
        known = self._memory.recall(heard)
        if known is None:
            known = await self._in_turn(lambda: self._judged(answer.text, add))
            if answer.usage.cache_hits:  # the first time is no reason to believe that there will be another
                self._memory.keep(heard, known)
        self._heard, self._round = heard, known
        return known

    def judge(self, claims: Sequence[Mapping[str, Any]]) -> Extraction:
        """What the article says to some claims."""
        request = self._request
        return judge(request.article, request.analysis, claims, self._types, model=self._model)

    def _judged(self, text: str, add: Addition | None) -> rounds.Round:
        claims = parse(text, self._types)
        if add is None or self._round is None:
            return rounds.first(claims, self.judge)
        return add(self._round, claims, self.judge)

    async def _in_turn(self, work: Callable[[], rounds.Round]) -> rounds.Round:
        """The result of the work, which the loop does once between two looks at its connections, for all readings.

        Without turns, hundreds of answers that come together are all judged before the first of their successors is
        asked for, and the server stands idle meanwhile.
        """
        async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
            result = work()
            await asyncio.sleep(0)
        return result


class Memory:
    """The last rounds that were judged from kept answers: the same words on the same article come to the same.

    It lives as long as the process: what is on a disk is not to be trusted, and is judged by every process anew.
    """

    def __init__(self, size: int = 256) -> None:
        """Hold `size` rounds at most."""
        self._size = size
        self._rounds: OrderedDict[tuple[object, ...], rounds.Round] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, heard: tuple[object, ...]) -> rounds.Round | None:
        """The round that was made of what was heard, if it is still known."""
        with self._lock:
            known = self._rounds.get(heard)
            if known is not None:
                self._rounds.move_to_end(heard)
            return known

    def keep(self, heard: tuple[object, ...], made: rounds.Round) -> None:
        """Remember a round, and forget the one that was not asked for the longest."""
        with self._lock:
            self._rounds[heard] = made
            while len(self._rounds) > self._size:
                self._rounds.popitem(last=False)


@lexicon.derived
def _lexicon_as_it_is() -> object:
    """Another object after every addition to the lexicon, which may change what an answer comes to."""
    return object()
