"""What holds of the reader of numbers on every text."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from marketextract.quantities import NonQuantity, Quantity, read_numbers, read_quantities

SCALES = {
    "": 1,
    " million": 10**6,
    " billion": 10**9,
    " bln": 10**9,
    " mln": 10**6,
    "bn": 10**9,
    " trillion": 10**12,
    " crore": 10**7,
}
UNITS = {
    "%": "percent",
    " percent": "percent",
    " basis points": "basis_point",
    " percentage points": "percentage_point",
    " points": "point",
}
SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "HK$": "HKD", "Rs ": "INR", "USD ": "USD", "A$": "AUD"}
BOUNDS = {
    "": "exact",
    "over ": "over",
    "more than ": "over",
    "nearly ": "about",
    "about ": "about",
    "up to ": "under",
    "less than ": "under",
}
FRAMES = [
    ("The group said it made ", " last spring."),
    ("Analysts had looked for ", ", people said."),
    ("It was ", " and no more."),
    ("(", ")"),
    ("", ""),
    ("Shares of Orchid Foods rose 3% on Monday. The bid was worth ", "; it lapsed in May."),
]

numbers = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(999), places=2) | st.integers(1, 899).map(Decimal)
frames = st.sampled_from(FRAMES)
bounds = st.sampled_from(sorted(BOUNDS))
newsprint = st.text(alphabet="0123456789 .,-–$€%()/:'ABQnmkbx\n", max_size=60) | st.lists(
    st.sampled_from(
        [
            "the",
            "5",
            "to",
            "from",
            "between",
            "and",
            "3%",
            "$4",
            "million",
            "half",
            "a",
            "third",
            "quarter",
            "of",
            "one",
            "two",
            "dozen",
            "over",
            "-",
            "–",
            "(",
            ")",
            ",",
            ".",
            "per",
            "year",
            "share",
            "Q2",
            "FY2025",
            "Nikkei",
            "225",
            "2024",
            "May",
            "10-year",
            "yield",
            "1/2",
            "$",
            "7.5",
            "bn",
            "up",
            "rose",
            "point",
            "points",
            "minus",
            "vote",
            "a.m.",
            "10:30",
            "x",
            "k",
        ]
    ),
    max_size=25,
).map(" ".join)


def only_reading(frame: tuple[str, str], phrase: str) -> Quantity:
    """The reading of the phrase in its frame, which must be a quantity of exactly its span."""
    before, after = frame
    text = before + phrase + after
    (reading,) = [r for r in read_numbers(text) if r.end > len(before) and r.start < len(before) + len(phrase)]
    assert isinstance(reading, Quantity), reading
    assert (reading.start, reading.end, reading.text) == (len(before), len(before) + len(phrase), phrase)
    return reading


@given(numbers, st.sampled_from(sorted(SIGNS)), st.sampled_from(sorted(SCALES)), bounds, frames)
def test_an_amount_of_money_is_read_back(
    number: Decimal, sign: str, scale: str, bound: str, frame: tuple[str, str]
) -> None:
    quantity = only_reading(frame, f"{bound}{sign}{number}{scale}")
    assert (quantity.value, quantity.unit, quantity.bound) == (number * SCALES[scale], SIGNS[sign], BOUNDS[bound])


@given(numbers, st.sampled_from(sorted(UNITS)), bounds, frames)
def test_a_change_is_read_back(number: Decimal, unit: str, bound: str, frame: tuple[str, str]) -> None:
    quantity = only_reading(frame, f"{bound}{number}{unit}")
    assert (quantity.value, quantity.unit, quantity.bound) == (number, UNITS[unit], BOUNDS[bound])


@given(numbers, numbers, st.sampled_from(sorted(SIGNS)), st.sampled_from(["-", "–", " to "]), frames)
def test_a_range_of_money_is_read_back(
    low: Decimal, width: Decimal, sign: str, joint: str, frame: tuple[str, str]
) -> None:
    quantity = only_reading(frame, f"{sign}{low}{joint}{sign}{low + width}")
    assert (quantity.value, quantity.high, quantity.unit, quantity.bound) == (low, low + width, SIGNS[sign], "range")


@given(st.integers(1000, 10**9), frames)
def test_a_grouped_number_is_read_back(number: int, frame: tuple[str, str]) -> None:
    quantity = only_reading(frame, f"{number:,} shares")
    assert (quantity.value, quantity.unit) == (number, "share")


@given(st.text() | newsprint)
def test_no_text_raises_and_every_reading_is_its_own_slice(text: str) -> None:
    end = 0
    for reading in read_numbers(text):
        assert end <= reading.start < reading.end
        assert reading.text == text[reading.start : reading.end]
        end = reading.end


@given(st.text() | newsprint)
def test_every_digit_is_in_exactly_one_reading(text: str) -> None:
    covered = [at for reading in read_numbers(text) for at in range(reading.start, reading.end)]
    assert len(covered) == len(set(covered))
    assert {at for at, char in enumerate(text) if char.isdecimal()} <= set(covered)


@given(newsprint)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read_numbers(text) == read_numbers(text)


@given(newsprint)
def test_quantities_are_the_readings_that_are_quantities(text: str) -> None:
    assert read_quantities(text) == [r for r in read_numbers(text) if not isinstance(r, NonQuantity)]


@given(numbers, st.sampled_from(sorted(UNITS)), st.sampled_from(FRAMES[:3]), st.sampled_from(FRAMES[:3]))
def test_text_around_a_sentence_changes_nothing_in_it(
    number: Decimal, unit: str, frame: tuple[str, str], other: tuple[str, str]
) -> None:
    sentence = f"{frame[0]}{number}{unit}{frame[1]}"
    around = f"{other[0]}$12{other[1]}\n"
    alone = [(r.text, r.value, r.unit, r.bound) for r in read_quantities(sentence)]
    inside = [(r.text, r.value, r.unit, r.bound) for r in read_quantities(around + sentence + "\n" + around)]
    assert inside[1:-1] == alone


@given(newsprint)
def test_values_are_plain_decimals(text: str) -> None:
    for quantity in read_quantities(text):
        for value in (quantity.value, quantity.high):
            assert value is None or (value.is_finite() and value.as_tuple().exponent <= 0)
