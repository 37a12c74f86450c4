"""Binding a claim to the text: which printed numbers a claimed phrase can mean, and which names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract.article import Article
from marketextract.claims import BoundClaim, bind
from marketextract.events import PriceMove
from marketextract.statements import analyse


def bound(text: str, **fields: Any) -> BoundClaim:
    article = Article(text)
    claim = {"type": "price_move", "evidence": [1], **fields}
    return bind(claim, PriceMove, article, analyse(article))


# What the text prints, and how a model may restate it.
STATES = [
    ("over 7%", ["over 7%", "7%", "7 %", "7.0%", "7 percent", "7 per cent", "7 pct", "more than 7%", "Over 7%"]),
    ("1.5%", ["1.5%", "1.50%", "1.5 percent", "+1.5%"]),
    ("between 2.2% and 4%", ["between 2.2% and 4%", "2.2% to 4%", "2.2%-4%", "from 2.2% to 4%"]),
    ("$71.44 a barrel", ["$71.44 a barrel", "$71.44", "$71.44 per barrel", "71.44 dollars a barrel", "USD 71.44"]),
    ("$500 bln", ["$500 bln", "$500 billion", "$500bn", "$500B", "$500,000,000,000", "500 billion dollars"]),
    ("39,149.43", ["39,149.43", "39149.43"]),
    ("25 basis points", ["25 basis points", "25 bps", "25bp", "25-basis-point"]),
    ("15 cents", ["15 cents", "15 cent"]),
    ("1.2 million", ["1.2 million", "1,200,000"]),
    ("342 points", ["342 points", "342 point", "342-point"]),
]
CONTRADICTS = [
    ("over 7%", ["8%", "under 7%", "less than 7%", "7", "7 basis points", "over 70%", "0.07", "seven"]),
    ("1.5%", ["-1.5%", "15%", "1.5", "1.5 points", "1.5 percentage points", "over 1.5%", "1.5% to 2%", "$1.5"]),
    ("between 2.2% and 4%", ["2.2%", "4%", "2.2% to 5%", "3.1%", "between 2% and 4%"]),
    (
        "$71.44 a barrel",
        ["$71.44 a ton", "€71.44 a barrel", "$71.4 a barrel", "71.44 cents", "$71.44 billion", "71.44%"],
    ),
    ("$500 bln", ["$500", "$500 mln", "$500 trillion", "€500 bln", "500 bln yen", "$50 bln", "$5,000 bln"]),
    ("39,149.43", ["39,149", "149.43", "39,149.43 points a share", "$39,149.43", "39.14943"]),
    ("25 basis points", ["25%", "0.25%", "25 points", "2.5 basis points", "25 percentage points"]),
    ("15 cents", ["15%", "$15", "15 points", "1.5 cents", "15 yen"]),
    ("1.2 million", ["1.2 billion", "1.2", "12 million", "$1.2 million", "1.2%"]),
]


@pytest.mark.parametrize(("printed", "claimed"), [(printed, phrase) for printed, listed in STATES for phrase in listed])
def test_a_restated_number_is_found(printed: str, claimed: str):
    text = f"Acme rose {printed}, and Bolt fell."
    found = bound(text, instrument="Acme", change=claimed)
    assert not found.reasons
    assert len(found.quantities[0].places) == 1
    place = found.quantities[0].places[0]
    assert place.text in printed
    assert text[place.start : place.end] == place.text


@pytest.mark.parametrize(
    ("printed", "claimed"), [(printed, phrase) for printed, listed in CONTRADICTS for phrase in listed]
)
def test_a_number_that_says_something_else_is_not_found(printed: str, claimed: str):
    found = bound(f"Acme rose {printed}, and Bolt fell.", instrument="Acme", change=claimed)
    assert not found.quantities
    assert [reason.path for reason in found.reasons] == ["change"]


def test_a_number_that_is_printed_twice_has_two_places():
    found = bound("Acme rose 2% on Monday and Bolt rose 2%.", instrument="Acme", change="2%")
    assert len(found.quantities[0].places) == 2


NAMES = [
    ("Shares of Acme Corp. fell.", "Acme Corp.", "Acme Corp."),
    ("Shares of Acme Corp. fell.", "Acme", "Acme"),
    ("Shares of Acme Corp. fell.", "acme corp.", "Acme Corp."),
    ("Acme’s shares fell.", "Acme", "Acme"),
    ("Acme’s shares fell.", "Acme's shares", "Acme’s shares"),
    ("The blue-chip Nikkei fell.", "the Nikkei 225", "Nikkei"),
    ("The Footsie fell.", "FTSE 100", "Footsie"),
    ("Japan's   Nikkei\u00a0225 fell.", "Japan's Nikkei 225", "Japan's   Nikkei\u00a0225"),
    ("Acme fell. Bolt rose.", "Bolt", "Bolt"),
]


@pytest.mark.parametrize(("text", "name", "printed"), NAMES)
def test_a_name_is_found_by_its_letters_or_by_its_bearer(text: str, name: str, printed: str):
    found = bound(text, instrument=name)
    assert not found.reasons
    instrument = found.names["instrument"][0]
    assert text[instrument.start : instrument.end] == printed


@pytest.mark.parametrize("name", ["Acm", "cme", "Bolt", "Acme fell sharply", "A.me"])
def test_a_name_that_does_not_stand_there_is_not_found(name: str):
    assert [reason.code for reason in bound("Shares of Acme fell.", instrument=name).reasons] == ["name-not-in-source"]


def test_a_name_in_the_evidence_comes_before_the_same_name_elsewhere():
    text = "Acme fell. Bolt rose. Acme said so."
    found = bound(text, instrument="Acme", evidence=[3])
    assert found.names["instrument"][0].start == text.rindex("Acme")


@given(st.text(max_size=60))
def test_whatever_phrase_is_claimed_it_means_a_number_of_the_evidence_or_is_doubted(phrase: str):
    found = bound("Acme rose over 7% to $71.44 a barrel on February 4, 2025.", instrument="Acme", change=phrase)
    assert bool(found.quantities) != bool([reason for reason in found.reasons if reason.path == "change"]) or not phrase
