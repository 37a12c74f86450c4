"""An article goes through its stages once; what was right stays right; many articles do not harm each other."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketextract import EVENT_TYPES, Article, Event, Extractor, ModelRefused, Name, Quantity, SettingsError, extract
from marketextract.extraction import Usage
from marketextract.models.base import Answer
from marketextract.wire import render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from marketextract.request import Request

TEXT = (
    "The Nikkei 225 rose 1.5% on Tuesday. The Hang Seng index fell 0.7% in thin trading.\n"
    "Brent crude rose to $71.44 a barrel."
)
NIKKEI = {"type": "price_move", "evidence": [1], "instrument": "Nikkei 225", "direction": "up", "change": "1.5%"}
HANG_SENG = {"type": "price_move", "evidence": [2], "instrument": "Hang Seng", "direction": "down", "change": "0.7%"}
BRENT = {"type": "price_move", "evidence": [3], "instrument": "Brent crude", "level": "$71.44"}
WRONG_NUMBER = {**HANG_SENG, "change": "0.9%"}
WRONG_NAME = {**NIKKEI, "instrument": "Dow Jones"}


@dataclass
class Scripted:
    """A model that answers a list of claims (or raises) the first time, the next list the second time, and so on."""

    script: list
    name: str = "scripted"
    requests: list[Request] = field(default_factory=list)

    async def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        turn = self.script[len(self.requests) - 1]
        if isinstance(turn, BaseException):
            raise turn
        return Answer(turn if isinstance(turn, str) else render(turn), Usage(requests=1, output_tokens=10))


def changes(events: list) -> list[str]:
    return [event.change.text for event in events]


def test_claims_become_events_with_spans_and_a_ledger() -> None:
    result = Extractor(Scripted([[NIKKEI, HANG_SENG]])).extract(TEXT)
    assert changes(result.events) == ["1.5%", "0.7%"]
    for event in result.events:
        assert TEXT[event.change.start : event.change.end] == event.change.text
        assert TEXT[event.instrument.start : event.instrument.end] == event.instrument.name
    captured = {entry.text: entry.status for entry in result.ledger}
    assert (captured["1.5%"], captured["$71.44"]) == ("captured", "uncaptured")
    assert (result.model, result.error) == ("scripted", None)
    assert result.usage == Usage(requests=1, output_tokens=10)


def test_only_rejected_events_are_asked_again_and_once() -> None:
    model = Scripted([[NIKKEI, WRONG_NUMBER], [HANG_SENG]])
    result = Extractor(model).extract(TEXT)
    assert changes(result.events) == ["1.5%", "0.7%"]
    assert not result.rejected
    assert result.usage == Usage(requests=2, output_tokens=20)
    again = model.requests[1].user
    assert "0.9%" in again
    assert "Nikkei" not in again


def test_a_repair_that_is_wrong_too_leaves_the_first_rejection() -> None:
    result = Extractor(Scripted([[NIKKEI, WRONG_NUMBER], [{**HANG_SENG, "change": "12%"}]])).extract(TEXT)
    assert changes(result.events) == ["1.5%"]
    assert [rejection.event["change"] for rejection in result.rejected] == ["0.9%"]


def test_a_repair_settles_only_the_claim_it_repairs() -> None:
    other = {**WRONG_NUMBER, "instrument": "Nikkei 225", "evidence": [1]}
    result = Extractor(Scripted([[WRONG_NUMBER, other], [HANG_SENG]])).extract(TEXT)
    assert changes(result.events) == ["0.7%"]
    assert [rejection.event["instrument"] for rejection in result.rejected] == ["Nikkei 225"]


def test_a_repair_may_correct_the_name() -> None:
    result = Extractor(Scripted([[WRONG_NAME], [NIKKEI]])).extract(TEXT)
    assert changes(result.events) == ["1.5%"]
    assert not result.rejected


@pytest.mark.parametrize(
    "second",
    [
        ModelRefused("no"),
        "this is no JSON",
        [],
        [NIKKEI],
        [{**NIKKEI, "direction": "down"}],
        [{"type": "price_move", "evidence": []}],
        '{"events":[7,null,{"x":1}]}',
    ],
)
def test_no_repair_costs_an_accepted_event(second: object) -> None:
    result = Extractor(Scripted([[NIKKEI, WRONG_NUMBER], second])).extract(TEXT)
    assert changes(result.events) == ["1.5%"]
    assert [rejection.event["change"] for rejection in result.rejected] == ["0.9%"]
    assert result.error is None


def test_without_repair_the_model_is_asked_once() -> None:
    model = Scripted([[NIKKEI, WRONG_NUMBER]])
    result = Extractor(model, repair=False).extract(TEXT)
    assert len(model.requests) == 1
    assert len(result.rejected) == 1


def test_equal_claims_are_one_event_also_after_a_repair() -> None:
    result = Extractor(Scripted([[NIKKEI, NIKKEI, WRONG_NUMBER], [HANG_SENG, NIKKEI]])).extract(TEXT)
    assert changes(result.events) == ["1.5%", "0.7%"]


def test_a_second_pass_asks_for_the_numbers_that_were_left_out() -> None:
    model = Scripted([[NIKKEI, HANG_SENG], [BRENT, {**BRENT, "level": "$99"}]])
    result = Extractor(model, second_pass=True).extract(TEXT)
    assert len(result.events) == 3
    assert "$71.44" in model.requests[1].user
    assert [rejection.event["level"] for rejection in result.rejected] == ["$99"]


def test_the_second_pass_is_left_out_when_nothing_was() -> None:
    model = Scripted([[NIKKEI, HANG_SENG, BRENT]])
    assert len(Extractor(model, second_pass=True).extract(TEXT).events) == 3


def test_a_second_opinion_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingsError, match="second opinion"):
        Extractor(Scripted([[NIKKEI]]), second_opinion="bogus")  # type: ignore[arg-type]


def test_a_second_opinion_suggests_and_does_not_merge() -> None:
    result = Extractor(Scripted([[NIKKEI]]), second_opinion="rules").extract(TEXT)
    assert changes(result.events) == ["1.5%"]
    suggested = {event.instrument.name for event in result.suggestions}
    assert "Hang Seng" in " ".join(suggested)
    assert not any("Nikkei" in name for name in suggested)
    statuses = {entry.text: entry.status for entry in result.ledger}
    assert statuses["0.7%"] == "uncaptured"
    assert result.to_dict()["suggestions"][0]["change"]["text"] == "0.7%"


def test_a_model_that_fails_raises_for_one_article() -> None:
    with pytest.raises(ModelRefused, match="no"):
        Extractor(Scripted([ModelRefused("no")])).extract(TEXT)


class FreightRate(Event):
    """The price of shipping something along a route."""

    route: Name
    rate: Quantity | None = None


def test_an_event_type_of_ones_own_works_like_the_others() -> None:
    text = "The Rotterdam-Santos route now costs $4,250 a container."
    claim = {"type": "freight_rate", "evidence": [1], "route": "Rotterdam-Santos", "rate": "$4,250"}
    model = Scripted([[claim]])
    [event] = Extractor(model, schema=[FreightRate]).extract(text).events
    assert isinstance(event, FreightRate)
    assert event.rate is not None
    assert (event.route.name, event.rate.value, event.rate.unit) == ("Rotterdam-Santos", 4250, "USD")
    assert "freight_rate" in model.requests[0].system


WORDS = st.sampled_from(["Nikkei 225", "1.5%", "0.7%", "Brent", "up", "$71.44", "", "\ud800", "1e999", "٣%", "9" * 40])
LEAVES = st.one_of(WORDS, st.none(), st.booleans(), st.integers(-9, 10**6), st.floats(-9, 9))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "text", "value", "unit", "role"]), inner, max_size=3),
    ),
    max_leaves=6,
)
TYPES = st.sampled_from([*(event_type.type_name() for event_type in EVENT_TYPES), "", "rumour"])
FIELDS = st.dictionaries(
    st.sampled_from(["instrument", "change", "level", "parties", "targets", "direction", "when", "metric", "in"]),
    VALUES,
)
CLAIMED = st.builds(
    lambda name, fields, evidence: {**fields, "type": name, "evidence": evidence}, TYPES, FIELDS, VALUES
)
WIRED = st.builds(lambda name, stated, where: {name: stated, "in": where}, TYPES, st.lists(FIELDS, max_size=3), VALUES)
ANSWERS = st.lists(st.one_of(CLAIMED, WIRED, VALUES), max_size=4).map(lambda events: json.dumps({"events": events}))


@given(ANSWERS, ANSWERS, ANSWERS)
@settings(max_examples=100, deadline=None)
def test_whatever_a_model_answers_only_what_the_text_holds_comes_out(first: str, second: str, third: str) -> None:
    model = Scripted([first, second, third])
    result = Extractor(model, second_pass=True, second_opinion="rules").extract(TEXT)
    for event in [*result.events, *result.suggestions]:
        for _, value in event:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, Quantity):
                    assert TEXT[part.start : part.end] == part.text
    assert json.loads(result.to_json())["error"] is None


# Many articles


@dataclass
class Echo:
    """A model that claims nothing, waits as long as it is told, and watches how many wait with it."""

    name: str = "echo"
    waits: dict[str, float] = field(default_factory=dict)
    now: int = 0
    most: int = 0
    asked: int = 0

    async def answer(self, request: Request) -> Answer:
        self.asked += 1
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(self.waits.get(request.article.id, 0.001))
        finally:
            self.now -= 1
        if "trouble" in request.article.text:
            raise ModelRefused("I would rather not")
        if "bug" in request.article.text:
            raise ZeroDivisionError("oh")
        return Answer('{"events":[]}')


def some(count: int) -> list[Article]:
    return [Article(f"Article number {number} says nothing.", id=str(number)) for number in range(count)]


async def collected(extractor: Extractor, articles: object, **settings: int) -> list:
    return [result async for result in extractor.extract_many(articles, **settings)]  # type: ignore[arg-type]


async def streamed(articles: list[Article]) -> AsyncIterator[Article]:
    for article in articles:
        await asyncio.sleep(0)
        yield article


@pytest.mark.parametrize("give", [list, iter, tuple, streamed])
async def test_every_article_comes_back_once(give: type) -> None:
    model = Echo()
    results = await collected(Extractor(model), give(some(100)), concurrency=7)
    assert sorted(int(result.article.id) for result in results) == list(range(100))
    assert 1 < model.most <= 7


async def test_results_come_as_they_are_ready() -> None:
    results = await collected(Extractor(Echo(waits={"0": 0.2})), some(5), concurrency=2)
    assert results[-1].article.id == "0"


async def test_a_slow_source_does_not_hold_back_what_is_ready() -> None:
    fetched = asyncio.Event()

    async def slow() -> AsyncIterator[Article]:
        yield some(1)[0]
        await fetched.wait()

    results = Extractor(Echo()).extract_many(slow())
    assert (await asyncio.wait_for(anext(results), 5)).article.id == "0"
    fetched.set()
    await results.aclose()


async def test_one_that_fails_harms_no_other() -> None:
    articles = ["All is well.", "Here is trouble.", "", "Here is a bug.", Article("Fine.", id="x"), 7]
    results = await collected(Extractor(Echo()), articles)
    errors = {result.article.text: result.error for result in results if result.error}
    assert len(results) == 6
    assert errors["Here is trouble."] == "I would rather not"
    assert errors["Here is a bug."] == "ZeroDivisionError: oh"
    assert "empty" in str([result.error for result in results if result.article.text == ""])
    for result in results:
        assert result.to_dict()["model"] == "echo"


async def test_articles_are_taken_only_as_there_is_room() -> None:
    taken = 0

    def endless() -> Iterator[Article]:
        nonlocal taken
        while True:
            taken += 1
            yield Article(f"Article {taken}.", id=str(taken))

    results = Extractor(Echo()).extract_many(endless(), concurrency=4)
    for _ in range(10):
        await anext(results)
    for _ in range(50):
        await asyncio.sleep(0.001)
    assert taken <= 10 + 3 * 4
    await results.aclose()
    assert taken <= 10 + 3 * 4


async def test_articles_that_are_done_are_let_go() -> None:
    alive: weakref.WeakSet[Article] = weakref.WeakSet()

    class Watched(Article):
        __hash__ = object.__hash__

    def many() -> Iterator[Article]:
        for number in range(400):
            article = Watched(f"Article {number}.", id=str(number))
            alive.add(article)
            yield article

    most = 0
    async for result in Extractor(Echo()).extract_many(many(), concurrency=4):
        if int(result.article.id) % 40 == 0:
            gc.collect()
            most = max(most, len(alive))
    assert most <= 60


async def test_an_error_of_the_source_comes_after_what_it_gave() -> None:
    def breaks() -> Iterator[Article]:
        yield from some(3)
        raise OSError("the feed is gone")

    results = Extractor(Echo()).extract_many(breaks(), concurrency=2)
    assert sorted([(await anext(results)).article.id for _ in range(3)]) == ["0", "1", "2"]
    with pytest.raises(OSError, match="feed"):
        await anext(results)


async def test_leaving_early_cancels_what_is_under_way() -> None:
    model = Echo(waits={str(number): 60 for number in range(1, 50)})
    results = Extractor(model).extract_many(some(50), concurrency=8)
    await anext(results)
    await results.aclose()
    assert model.now == 0
    assert model.asked < 50


@pytest.mark.parametrize("concurrency", [0, -1])
async def test_a_concurrency_of_nothing_is_refused(concurrency: int) -> None:
    with pytest.raises(SettingsError, match="concurrency"):
        await collected(Extractor(Echo()), some(1), concurrency=concurrency)


# The synchronous side


def test_scripts_have_an_ordinary_iterator() -> None:
    results = list(Extractor(Echo()).extract_all(iter(some(30)), concurrency=5))
    assert sorted(int(result.article.id) for result in results) == list(range(30))


def test_leaving_the_ordinary_iterator_early_cancels_too() -> None:
    model = Echo(waits={str(number): 60 for number in range(1, 50)})
    results = Extractor(model).extract_all(some(50))
    next(results)
    results.close()
    assert model.now == 0


async def test_the_synchronous_side_works_inside_a_running_loop() -> None:
    assert Extractor(Echo()).extract("A notebook has a loop of its own.").model == "echo"


def test_one_extractor_serves_many_threads() -> None:
    extractor, done = Extractor(Echo()), []
    threads = [threading.Thread(target=lambda: done.append(extractor.extract("A text."))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 20


def test_calling_the_synchronous_side_from_within_a_model_is_refused() -> None:
    @dataclass
    class Nested:
        name: str = "nested"

        async def answer(self, request: Request) -> Answer:
            extract(request.article, model=Echo())
            raise AssertionError("not reached")

    model = Nested()
    with pytest.raises(RuntimeError, match="await it"):
        extract("A text.", model=model)
