"""Names in a text: what is found, what is known of it, and what is no name."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract.names import INSTRUMENT_KINDS, Mention, between, find_names
from statement_table import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

Expected = list[tuple[str, str, str]]


def _read() -> Iterator[tuple[str, Expected]]:
    text, expected = "", []
    for line in (Path(__file__).parent / "data" / "names.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            name, kind, known = line.strip().split(" | ")
            expected.append((name, kind, known))
        elif line and not line.startswith("#"):
            if expected:
                yield text, expected
            text, expected = line, []
    yield text, expected


KNOWN = [
    pytest.param(
        text.removeprefix("! "),
        expected,
        id=text,
        marks=[pytest.mark.xfail(strict=True, reason="known failure")] if text.startswith("! ") else [],
    )
    for text, expected in _read()
]


@pytest.mark.parametrize(("text", "expected"), KNOWN)
def test_a_name_is_found_with_what_is_known_of_it(text: str, expected: Expected):
    found = [(m.text, m.kind or "-", m.ticker or m.id or "-") for m in find_names(text)]
    assert [(name, known) for name, _, known in found] == [(name, known) for name, _, known in expected]
    assert all(kind in ("?", mine) for (_, mine, _), (_, kind, _) in zip(found, expected, strict=True))


NOTHING = [
    "shares fell and bonds rose.",
    "On Monday, stocks fell.",
    "However, it rose in January.",
    "The index was little changed.",
    "Investors took profits.",
    "Shares of chip makers fell.",
    "Meanwhile, traders waited.",
    "He said so on Tuesday.",
    "Most markets rose.",
    "",
    "1,234.5 (2%)",
    "Outstanding debt rose.",
    "Specialty insurers gained.",
    "Overseas shares fell.",
    "New claims rose.",
    "Trading was thin.",
    "Chip stocks rallied.",
    "Boosted by gains in tech, shares rose.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_word_that_only_begins_a_sentence_or_names_a_day_is_no_name(text: str):
    assert find_names(text) == []


def assert_in_order(text: str, mentions: list[Mention]) -> None:
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text != ""
        assert mention.ticker is None or mention.ticker_end > mention.end
    ends = [(m.start, max(m.end, m.ticker_end)) for m in mentions]
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))


@pytest.mark.parametrize("text", sorted({fact.text for fact in FACTS})[::3])
def test_names_are_slices_in_order_without_overlaps(text: str):
    assert_in_order(text, find_names(text))


@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from(list("AaBb (:).'’&-/<>.,0159 "))))
def test_any_text_gives_names_in_order_without_overlaps(text: str):
    assert_in_order(text, find_names(text))


@pytest.mark.parametrize("unit", ["A ", "A.B.", "Acme & ", "(A:1", "Bank of ", "’s'", "S&P ", "<A", "Dow Jones "])
def test_a_hostile_text_is_read_to_its_end(unit: str):
    text = unit * 20_000
    assert_in_order(text, find_names(text))


def test_every_instrument_of_the_lexicon_has_a_kind_that_an_event_can_hold():
    kinds = {m.kind for text in {fact.text for fact in FACTS} for m in find_names(text) if m.id is not None}
    assert kinds <= INSTRUMENT_KINDS | {"central_bank"}


def test_the_names_between_two_places_are_those_that_begin_there():
    mentions = find_names("The Dow, the DAX and the CAC 40 rose.")
    assert [m.text for m in between(mentions, 5, 21)] == ["DAX"]
    assert [m.text for m in between(mentions, 0, 100)] == ["Dow", "DAX", "CAC 40"]
    assert between(mentions, 22, 24) == []
