"""The built-in reader: which events it makes of the table of sentences, and of other kinds of news."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import marketextract
from marketextract.events import Event, Moment, Name, PriceMove
from marketextract.quantities import Quantity
from statement_table import FACTS, Fact, facts, means, neighbours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from marketextract.extraction import Extraction


@cache
def extracted(text: str) -> Extraction:
    return marketextract.extract(text, model="rules")


def quantities_of(event: Event) -> Iterator[tuple[str, Quantity]]:
    for field in type(event).model_fields:
        value = getattr(event, field)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Quantity):
                yield field, item


def names_of(event: Event) -> list[str]:
    values = (getattr(event, field) for field in type(event).model_fields)
    items = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return [item.name for item in items if isinstance(item, Name)]


def on(fact: Fact, quantity: Quantity) -> bool:
    return quantity.start < fact.end and fact.start < quantity.end


@facts("event", lambda fact: fact.movement)
def test_the_built_in_reader_finds_the_event(fact: Fact):
    every = {name for other in [fact, *neighbours(fact)] for names in other.subjects for name in names}
    events = [
        (event, field)
        for event in extracted(fact.text).events
        for field, found in quantities_of(event)
        if on(fact, found)
    ]
    for names in fact.subjects:
        mine = [
            (event, field)
            for event, field in events
            if any(means(name, names, every - set(names)) for name in names_of(event))
        ]
        assert len(mine) == 1, f"{len(mine)} events tell {fact.number} of {names[0]}"
        event, field = mine[0]
        assert field == fact.field or not isinstance(event, PriceMove)
        assert fact.direction in ("?", event.direction or "-")
    assert len(events) == len(fact.subjects)


@facts("event", lambda fact: not fact.movement)
def test_the_built_in_reader_makes_no_price_move_of_what_has_not_happened(fact: Fact):
    moves = [event for event in extracted(fact.text).events if isinstance(event, PriceMove)]
    assert not [move for move in moves for _, found in quantities_of(move) if on(fact, found)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            fact.text,
            id=f"{fact.file}:{fact.line}",
            marks=[pytest.mark.xfail(strict=True, reason=fact.group)] if fact.overread else [],
        )
        for fact in {fact.text: fact for fact in reversed(FACTS)}.values()
    ],
)
def test_the_built_in_reader_makes_no_price_move_of_any_other_number(text: str):
    known = [fact for fact in FACTS if fact.text == text]
    moves = [event for event in extracted(text).events if isinstance(event, PriceMove)]
    others = [
        found.text for move in moves for _, found in quantities_of(move) if not any(on(fact, found) for fact in known)
    ]
    assert others == []


@pytest.mark.parametrize("text", sorted({fact.text for fact in FACTS}))
def test_the_validator_rejects_nothing_that_the_built_in_reader_says(text: str):
    assert extracted(text).rejected == ()


# -- other kinds of news ---------------------------------------------------------------------------------------------


def read_events() -> Iterator[Any]:
    group, text = "", ""
    path = Path(__file__).parent / "data" / "events.txt"
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("##"):
            group = line.strip("# ")
        elif line.startswith(("    ", "!   ")):
            marks = [pytest.mark.xfail(strict=True, reason=group)] if line.startswith("!") else []
            yield pytest.param(text, line[4:], id=f"{at}:{group}", marks=marks)
        elif line and not line.startswith("#"):
            text = line


@pytest.mark.parametrize(("text", "row"), list(read_events()))
def test_the_built_in_reader_tells_the_kinds_of_news_apart(text: str, row: str):
    events = extracted(text).events
    if row.startswith("nothing | "):
        assert not [event for event in events if event.type == row.removeprefix("nothing | ")]
    else:
        expected = json.loads(row)
        assert [event for event in events if all(agrees(event, field, value) for field, value in expected.items())]


def agrees(event: Event, field: str, expected: Any) -> bool:
    found = getattr(event, field, None)
    if isinstance(expected, list):
        names = [item.name for item in found or []]
        return all(any(means(name, [wanted], []) for name in names) for wanted in expected)
    if isinstance(found, Quantity):
        return found.text in expected or expected in found.text
    if isinstance(found, Moment):
        return found.text == expected
    return means(found.name, [expected], []) if isinstance(found, Name) else found == expected
