"""An article is read when its answer is there, in its turn, and what was judged from a kept answer is remembered."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from marketextract import Article, Extractor, Lexicon
from marketextract import request as requests
from marketextract.extraction import Usage
from marketextract.models.base import Answer
from marketextract.reading import Memory
from marketextract.wire import render

if TYPE_CHECKING:
    from marketextract.request import Request

TEXT = "The Lagos Ten Index rose 1.5% on Tuesday."
CLAIM = {"type": "price_move", "evidence": [1], "instrument": "Lagos Ten Index", "direction": "up", "change": "1.5%"}


@dataclass
class Kept:
    """A model whose answers come from a cache, as `usage` says."""

    text: str = render([CLAIM])
    usage: Usage = field(default_factory=lambda: Usage(cache_hits=1))
    name: str = "kept"

    async def answer(self, request: Request) -> Answer:
        await asyncio.sleep(0)
        return Answer(self.text, self.usage)


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[Article]:
    """The articles that were analysed, in order."""
    seen: list[Article] = []
    analyse = requests.analyse

    def noting(article: Article) -> object:
        seen.append(article)
        return analyse(article)

    monkeypatch.setattr(requests, "analyse", noting)
    return seen


def test_a_kept_answer_is_judged_once_in_a_process(analysed: list[Article]) -> None:
    extractor = Extractor(Kept())
    first, second = extractor.extract(Article(TEXT, id="a")), extractor.extract(Article(TEXT, id="b"))
    assert len(analysed) == 1
    assert (first.events, first.ledger) == (second.events, second.ledger)
    assert (first.article.id, second.article.id) == ("a", "b")
    assert second.usage == Usage(cache_hits=1)


def test_a_paid_answer_is_not_remembered(analysed: list[Article]) -> None:
    extractor = Extractor(Kept(usage=Usage(requests=1)))
    extractor.extract(TEXT)
    extractor.extract(TEXT)
    assert len(analysed) == 2


def test_another_extractor_judges_for_itself(analysed: list[Article]) -> None:
    Extractor(Kept()).extract(TEXT)
    Extractor(Kept()).extract(TEXT)
    assert len(analysed) == 2


@pytest.mark.parametrize("change", [{"text": TEXT + " "}, {"published": dt.date(2026, 1, 30)}, {"title": "Up"}])
def test_what_differs_is_judged_anew(change: dict[str, object], analysed: list[Article]) -> None:
    extractor = Extractor(Kept())
    extractor.extract(Article(TEXT))
    extractor.extract(Article(**{"text": TEXT, **change}))  # type: ignore[arg-type]
    assert len(analysed) == (1 if "title" in change else 2)


def test_another_answer_to_the_same_article_is_judged(analysed: list[Article]) -> None:
    model = Kept()
    extractor = Extractor(model)
    assert extractor.extract(TEXT).events
    model.text = render([{**CLAIM, "change": "9.9%"}])
    assert not extractor.extract(TEXT).events
    assert len(analysed) > 1


def test_an_addition_to_the_lexicon_lets_everything_be_judged_anew(analysed: list[Article]) -> None:
    extractor = Extractor(Kept())
    assert extractor.extract(TEXT).events[0].instrument.id is None
    Lexicon.extend("instruments", "Lagos Ten Index | index | ^LTI | Lagos Ten")
    assert extractor.extract(TEXT).events[0].instrument.id == "^LTI"
    assert len(analysed) == 2


def test_repairs_are_remembered_with_what_they_repair(analysed: list[Article]) -> None:
    texts = iter([render([{**CLAIM, "change": "9.9%"}]), render([CLAIM])] * 2)

    class Two(Kept):
        async def answer(self, request: Request) -> Answer:
            return Answer(next(texts), Usage(cache_hits=1))

    extractor = Extractor(Two())
    results = [extractor.extract(TEXT), extractor.extract(TEXT)]
    assert [len(result.events) for result in results] == [1, 1]
    assert results[1].usage == Usage(cache_hits=2)
    assert len(analysed) == 1


def test_the_memory_holds_no_more_than_its_size_and_forgets_the_oldest() -> None:
    memory = Memory(2)
    for number in (1, 2):
        memory.keep((number,), number)  # type: ignore[arg-type]
    assert memory.recall((1,)) == 1
    memory.keep((3,), 3)  # type: ignore[arg-type]
    assert [memory.recall((number,)) for number in (1, 2, 3)] == [1, None, 3]


async def test_nothing_is_read_before_the_answer_is_there(analysed: list[Article]) -> None:
    there = asyncio.Event()

    class Slow(Kept):
        async def answer(self, request: Request) -> Answer:
            await there.wait()
            return await super().answer(request)

    extractor = Extractor(Slow())
    tasks = [asyncio.create_task(extractor.aextract(f"{TEXT} {number}")) for number in range(20)]
    await asyncio.sleep(0.01)
    assert not analysed
    there.set()
    await asyncio.gather(*tasks)
    assert len(analysed) == 20


async def test_answers_that_come_together_leave_the_loop_free_in_between(analysed: list[Article]) -> None:
    looks: list[int] = []

    async def other_work() -> None:
        while len(analysed) < 50:
            looks.append(len(analysed))
            await asyncio.sleep(0)

    extractor = Extractor(Kept())
    await asyncio.gather(other_work(), *(extractor.aextract(f"{TEXT} {number}") for number in range(50)))
    assert max(later - earlier for earlier, later in itertools.pairwise(looks)) == 1
