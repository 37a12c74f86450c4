"""Time phrases: what is one, of which kind, and which day it means."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract.dates import published_of, resolve, time_phrases

WEDNESDAY = dt.date(2025, 2, 5)

# A sentence with its time phrases in brackets: [...] is a moment, {...} a period.
MARKED = [
    "Oil fell 2% [on Wednesday].",
    "Oil fell 2.5%, then ([on Friday]) rose 1.2 points; the [3 January] options lost 4.5% “[overnight]”.",
    "[Friday] was quiet, and [late Monday] was not.",
    "Stocks rose [on Feb. 1] and again [on Monday, Feb. 3].",
    "It was founded [on February 1, 2025] or [on 3 March 2024].",
    "The dollar slid [overnight] before data [due on Thursday].",
    "Shares jumped 4% [in early trade] and 5% [in Friday's session].",
    "Futures gained 0.4% [by 04:30 GMT] after 0.3% [at 0210 GMT].",
    "The deal should close [by the end of 2026] or [next year].",
    "The ruling is expected [later this month]; talks resume [next Monday].",
    "Gold added 3% {for the week} and 9% {so far this year}.",
    "Copper is up 12% {year to date}, and tin 8% {YTD}.",
    "Bitcoin lost 6% {in the past 24 hours} and 2% {over the last two sessions}.",
    "Prices rose 0.3% {in January} and 2.9% {from a year earlier}.",
    "Output shrank 1.4% {in the third quarter}, or 0.2% {year-on-year}.",
    "Sales grew 5% {in the three months to March} and 7% {in fiscal 2024}.",
    "The fund has lost a tenth {since January}.",
    "Claims fell {in the week ended Feb. 1}.",
    "Exports climbed 4.1% {y/y}.",
    "The yen is 2% weaker {this month} and was stronger {last month}.",
    "Margins widened {from the same period last year}.",
]

# Nothing here says when something happened or which stretch a change covers.
UNMARKED = [
    "The index closed above Friday's level.",  # whose level, not when
    "It was the biggest gain since June 25.",  # the period of the superlative
    "The pair hit its highest level since early January.",
    "It was a first weekly gain in five months.",
    "The 10-year yield is near a two-month low.",
    "Black Monday is long past.",
    "Rates may rise, and traders march on.",
    "A Monday-only sale drew crowds.",
    "The pound stood at 88.98 and the franc at 94.02.",
]


def _marks(sentence: str) -> tuple[str, list[tuple[str, str]]]:
    plain, found, opened = "", [], 0
    for character in sentence:
        if character in "[{":
            opened = len(plain)
        elif character in "]}":
            found.append((plain[opened:], "when" if character == "]" else "period"))
        else:
            plain += character
    return plain, found


@pytest.mark.parametrize("sentence", MARKED)
def test_the_time_phrases_of_a_sentence_are_found_with_their_kind(sentence):
    text, expected = _marks(sentence)
    assert [(found.text, found.kind) for found in time_phrases(text)] == expected


@pytest.mark.parametrize("text", UNMARKED)
def test_what_only_looks_like_a_time_is_none(text):
    assert time_phrases(text) == []


@pytest.mark.parametrize(
    ("phrase", "day"),
    [
        ("on Wednesday", "2025-02-05"),  # the day of publication counts
        ("Tuesday", "2025-02-04"),
        ("Thursday", "2025-01-30"),
        ("late Friday", "2025-01-31"),
        ("last Wednesday", "2025-01-29"),
        ("by Friday", "2025-02-07"),
        ("due on Thursday", "2025-02-06"),
        ("later on Wednesday", "2025-02-05"),
        ("next Monday", "2025-02-10"),
        ("next Wednesday", "2025-02-12"),
        ("in Monday's session", "2025-02-03"),
        ("Monday's", "2025-02-03"),
        ("Feb. 1", "2025-02-01"),
        ("on Monday, Feb. 3", "2025-02-03"),
        ("Dec. 30", "2024-12-30"),  # the nearest year
        ("July 1", "2025-07-01"),
        ("February 29", "2024-02-29"),  # the nearest year that has it
        ("1 March 2024", "2024-03-01"),
        ("2025-01-31", "2025-01-31"),
        ("today", "2025-02-05"),
        ("earlier today", "2025-02-05"),
        ("yesterday", "2025-02-04"),
        ("tomorrow", "2025-02-06"),
        ("overnight", "2025-02-04"),
    ],
)
def test_a_phrase_means_a_day(phrase, day):
    assert resolve(phrase, WEDNESDAY) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    "phrase",
    ["in January", "this week", "for the week", "next month", "February 30, 2025", "Monday and Tuesday", "soon", ""],
)
def test_a_phrase_that_means_no_single_day_means_none(phrase):
    assert resolve(phrase, WEDNESDAY) is None


def test_without_a_day_of_publication_only_a_full_date_means_a_day():
    assert resolve("February 1, 2025", None) == dt.date(2025, 2, 1)
    assert resolve("Feb. 1", None) is None
    assert resolve("on Tuesday", None) is None


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 6))
def test_a_weekday_is_at_most_six_days_past_and_a_coming_one_at_most_six_days_ahead(published, weekday):
    name = (dt.date(2024, 1, 1) + dt.timedelta(days=weekday)).strftime("%A")
    past, coming = resolve(f"on {name}", published), resolve(f"by {name}", published)
    assert past.weekday() == coming.weekday() == weekday
    assert 0 <= (published - past).days <= 6
    assert 0 <= (coming - published).days <= 6


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)), st.sampled_from(["%B %d, %Y", "%d %b %Y", "%Y-%m-%d"]))
def test_a_full_date_means_itself_whenever_it_is_published(day, printed):
    assert resolve(day.strftime(printed), None) == day
    assert resolve(f"on {day.strftime(printed)}", WEDNESDAY) == day


@given(st.dates(dt.date(1992, 6, 1), dt.date(2099, 12, 31)), st.integers(-180, 180))
def test_a_date_without_a_year_is_the_nearest_one(published, distance):
    day = published + dt.timedelta(days=distance)
    if (day.month, day.day) != (2, 29):
        assert resolve(day.strftime("%b. %d"), published) == day


WORDS = [
    *[
        "on",
        "in",
        "the",
        "last",
        "late",
        "May",
        "May.",
        "Monday",
        "Friday's",
        "Feb.",
        "1",
        "2025",
        "week",
        "year",
        "since",
        "gain",
        "biggest",
        "10",
        "%",
    ],
    "- ",
    ",",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)), st.integers(0, 20))
def test_phrases_are_slices_in_order_inside_the_stretch(text, start):
    end = max(start, len(text) - 3)
    found = time_phrases(text, start, end)
    assert all(text[phrase.start : phrase.end] == phrase.text != "" for phrase in found)
    edges = [start, *(edge for phrase in found for edge in (phrase.start, phrase.end)), max(end, start)]
    assert not found or edges == sorted(edges)


@given(st.text(max_size=60), st.one_of(st.none(), st.dates(dt.date(2, 1, 1), dt.date(9998, 1, 1))))
def test_any_phrase_means_a_day_or_none(phrase, published):
    assert isinstance(resolve(phrase, published), dt.date | None)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("TOKYO, Feb. 3, 2025 (Newswire) - Stocks fell.", "2025-02-03"),
        ("Stocks fall\nLONDON, 3 February 2025 -- Stocks fell.", "2025-02-03"),
        ("Stocks fall\nPublished: February 3, 2025\nStocks fell.", "2025-02-03"),
        ("2025-02-03\nStocks fell.", "2025-02-03"),
        ("TOKYO, Feb. 3 (Newswire) - Stocks fell.", None),  # no year
        ("The tariffs of February 3, 2025 - a surprise - hurt.", None),  # a date of the story
        ("Stocks fell on February 3, 2025.", None),
        ("Stocks fell.", None),
    ],
)
def test_the_day_of_a_dateline(text, day):
    assert published_of(text) == (dt.date.fromisoformat(day) if day else None)


@given(st.dates(dt.date(1992, 6, 1), dt.date(2099, 12, 31)), st.sampled_from(["%B %d, %Y", "%d %b %Y", "%Y-%m-%d"]))
def test_a_dateline_of_any_day_is_that_day(day, printed):
    assert published_of(f"OSLO, {day.strftime(printed)} - Salmon rose 2%.") == day


@given(st.one_of(st.text(), st.lists(st.sampled_from([*WORDS, "PARIS", " -- "])).map(" ".join)))
def test_any_text_has_a_day_of_publication_or_none(text):
    assert isinstance(published_of(text), dt.date | None)
