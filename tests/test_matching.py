"""When two printed names can mean the same thing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract.matching import identity, same_name, words_of

SAME = [
    ("the Nikkei 225", "Nikkei 225"),
    ("Nikkei 225 index", "Nikkei 225"),
    ("Nikkei", "Nikkei 225"),
    ("Japan's Nikkei 225", "Nikkei 225"),
    ("Footsie", "FTSE 100"),
    ("the greenback", "dollar"),
    ("U.S. dollar", "dollar"),
    ("loonie", "Canadian dollar"),
    ("Dow", "Dow Jones Industrial Average"),
    ("S&P/ASX 200", "ASX 200"),
    ("KOSPI", "Kospi"),
    ("Brent", "Brent crude futures"),
    ("gold", "Spot gold"),
    ("bitcoin", "BTC"),
    ("Sony", "Sony Group Corp."),
    ("Sony Corp", "Sony"),
    ("Shares of Apple", "Apple"),
    ("Apple's shares", "Apple"),
    ("Société Générale", "société générale"),
    ("Tesla’s", "Tesla"),
]
DIFFERENT = [
    ("S&P 500", "S&P/ASX 200"),
    ("Nasdaq 100", "Nasdaq Composite"),
    ("Hang Seng", "Hang Seng Tech Index"),
    ("dollar", "Australian dollar"),
    ("dollar", "dollar index"),
    ("FTSE 100", "FTSE 250"),
    ("FTSE 100", "FTSE MIB"),
    ("Stoxx Europe 600", "Euro Stoxx 50"),
    ("Brent", "WTI"),
    ("gold", "silver"),
    ("Toyota", "Honda"),
    ("Samsung Electronics", "Samsung SDI"),
    ("Shanghai Composite", "Shenzhen Composite"),
    ("yen", "yuan"),
    ("New Zealand dollar", "Hong Kong dollar"),
    ("Alpha", "Alphabet"),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_two_spellings_of_a_name_are_the_same(first: str, second: str):
    assert same_name(first, second)
    assert same_name(second, first)


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_the_names_of_two_things_are_not_the_same(first: str, second: str):
    assert not same_name(first, second)
    assert not same_name(second, first)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("FTSE 100", "^FTSE"),
        ("the Footsie", "^FTSE"),
        ("S&P 500 index", "^GSPC"),
        ("Japanese yen", "JPY"),
        ("Spot gold", "GC=F"),
        ("Acme Holdings", None),
        ("Dow and Nasdaq", None),
        ("", None),
        ("gold miners of Ghana", None),
    ],
)
def test_a_name_of_the_lexicon_has_its_identifier(name: str, known: str | None):
    assert identity(name) == known


@given(st.text(max_size=40), st.text(max_size=40))
def test_sameness_goes_both_ways_and_a_name_is_always_its_own(first: str, second: str):
    assert same_name(first, first)
    assert same_name(first, second) == same_name(second, first)


@pytest.mark.parametrize("name", ["index", "the shares", "Inc", "Holdings"])
def test_a_name_of_empty_words_alone_keeps_them(name: str):
    assert words_of(name)
