"""Time phrases as typed values: where they stand, the day that they mean, and what becomes of them further on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from marketextract import Article, Extraction, Moment, extract, validate, wire
from marketextract.events import EVENT_TYPES, Event, Name, Tariff
from marketextract.export import flat_rows, rows_of
from marketextract.request import Settings, build

TEXT = "Lyria said on Monday that it would put a 15% tariff on steel from Vesmar, starting March 4, 2025."
ARTICLE = Article(TEXT, published=dt.date(2025, 2, 5))


def claimed(effective: Any) -> Extraction:
    return validate(ARTICLE, [{"type": "tariff", "evidence": [1], "rate": "15%", "effective": effective}])


@pytest.mark.parametrize(
    "phrase", ["March 4, 2025", "starting March 4, 2025", "march  4, 2025", {"text": "March 4, 2025"}]
)
def test_a_printed_time_has_its_place_and_its_day(phrase: Any):
    (event,) = claimed(phrase).events
    assert isinstance(event, Tariff)
    assert event.effective is not None
    assert TEXT[event.effective.start : event.effective.end] == event.effective.text
    assert event.effective.value == dt.date(2025, 3, 4)


@pytest.mark.parametrize("phrase", ["March 14, 2025", "April 4, 2025", "next week", "arch 4, 2025"])
def test_a_time_that_is_not_printed_is_rejected(phrase: str):
    (rejection,) = claimed(phrase).rejected
    assert [(reason.code, reason.path) for reason in rejection.reasons] == [("evidence-not-in-source", "effective")]


@pytest.mark.parametrize("given", [5, "", ["March 4"], {"day": 4}])
def test_what_is_no_phrase_is_no_time(given: Any):
    result = claimed(given)
    assert bool(result.rejected) == (given != "")


def test_a_time_that_means_no_single_day_has_none():
    text = "The duties may be raised as soon as February."
    (event,) = validate(text, [{"type": "tariff", "evidence": [1], "effective": "February"}]).events
    assert isinstance(event, Tariff)
    assert event.effective == Moment(text="February", start=36, end=44, value=None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT, "starting March 4, 2025"),
        ("Vesmar faces a 25% duty on its steel from April 2.", "from April 2"),
        ("Lyria could impose a 10% tariff on Vesmar by as soon as February 1.", "by as soon as February 1"),
        ("Lyria imposed a 10% tariff on Vesmar on Monday.", None),
    ],
)
def test_the_built_in_reader_tells_from_when_a_tariff_holds(text: str, expected: str | None):
    tariffs = [event for event in extract(text, model="rules").events if isinstance(event, Tariff)]
    assert [event.effective.text if event.effective else None for event in tariffs] == [expected]


def test_a_tariff_without_a_rate_is_told_when_it_says_from_when_it_holds():
    text = "President Olin raised the prospect of tariffs on Mexico as soon as February. Tariffs on Canada are feared."
    tariffs = [event for event in extract(text, model="rules").events if isinstance(event, Tariff)]
    assert [([name.name for name in event.targets], event.effective and event.effective.text) for event in tariffs] == [
        (["Mexico"], "as soon as February")
    ]


def test_a_table_has_the_phrase_and_the_day():
    row = next(iter(flat_rows(rows_of([claimed("March 4, 2025")]))))
    assert (row["effective"], row["effective_date"]) == ("March 4, 2025", "2025-03-04")


class Launch(Event):
    """A type of one's own with times in it."""

    product: Name
    days: list[Moment]


def test_a_type_of_ones_own_can_hold_times():
    text = "The Orbit phone goes on sale on March 3 and in Lyria on March 9."
    claim = {"type": "launch", "evidence": [1], "product": "Orbit phone", "days": ["March 3", "March 9"]}
    (event,) = validate(text, [claim], [Launch]).events
    assert isinstance(event, Launch)
    assert [moment.text for moment in event.days] == ["March 3", "March 9"]


def test_a_constrained_schema_admits_the_times_of_the_article_only():
    schema = build(ARTICLE, Settings(EVENT_TYPES, constrain=True)).schema
    assert schema["$defs"]["moment"]["enum"] == ["on Monday", "starting March 4, 2025"]
    assert "moment" not in wire.schema(EVENT_TYPES)["$defs"]


@pytest.mark.parametrize("word", ["Tariffs", "Duties", "Levies"])
def test_the_word_that_opens_a_sentence_imposes_no_tariff(word: str):
    text = f"{word} on Mexico take effect on April 1, Olin said."
    (event,) = extract(text, model="rules").events
    assert isinstance(event, Tariff)
    assert [name.name for name in event.targets] == ["Mexico"]
    assert event.imposed_by is None or event.imposed_by.name != word
