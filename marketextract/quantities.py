"""Read every number of a text: its value, scale, unit, bound and exact span. The only place that parses a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from marketextract import _bounds as bounds
from marketextract import _nonquantities as others
from marketextract import _numerals as numerals
from marketextract import _ranges as ranges
from marketextract import _units as units
from marketextract import lexicon
from marketextract._drafts import Compared, Draft, draft
from marketextract._number_words import states_a_number
from marketextract.spelling import any_of

Bound = Literal["exact", "about", "over", "under", "range"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as the text prints it.

    `text` is the printed phrase and `start`/`end` its offsets. `value` has the scale multiplied in ("$500 bln" is
    500000000000); `high` is the upper end of a range. `unit` is an ISO 4217 code, `percent`, `basis_point`,
    `percentage_point`, `point`, `cent`, another singular noun, or None; `per` is the denominator ("a barrel").
    """

    text: str
    start: int
    end: int
    value: Decimal
    high: Decimal | None = None
    unit: str | None = None
    per: str | None = None
    bound: Bound = "exact"


@dataclass(frozen=True, slots=True)
class NonQuantity:
    """Digits (or number words) of a text that state no quantity; `kind` says what they are: a date, a name, ..."""

    text: str
    start: int
    end: int
    kind: str


def read_numbers(text: str) -> list[Quantity | NonQuantity]:
    """Every number of the text in order, without overlaps: what it measures, or what it is instead.

    >>> [(reading.text, getattr(reading, "unit", None)) for reading in read_numbers("The Nikkei 225 rose over 1.5%.")]
    [('Nikkei 225', None), ('over 1.5%', 'percent')]
    """
    return _Reader(text).read()


def read_quantities(text: str) -> list[Quantity]:
    """The quantities of the text in order."""
    return [reading for reading in read_numbers(text) if isinstance(reading, Quantity)]


_FIGURES = re.compile(rf"[\d{''.join(numerals.VULGAR)}](?:(?<=\d)\d+)?")
_ADDRESS = re.compile(r"https?://|www\.")
_TERMS = frozenset({"year", "month", "week", "day"})
_DURING = ("over ", "near ")  # "over three years" says when, not how much
_OPPOSITE = re.compile(r",? (?:and|but) |, ")
_REACH = 48  # characters from "and" to the number behind the second bound of a range


class _Reader:
    """One pass over one text. `floor` is where the last reading ended: nothing reads back beyond it."""

    def __init__(self, text: str) -> None:
        self.source = numerals.Source.of(text)
        self.text, self.norm = self.source
        self.floor = 0
        self.compared: Compared | None = None

    def read(self) -> list[Quantity | NonQuantity]:
        readings: list[Quantity | NonQuantity] = []
        reading: Quantity | NonQuantity | None
        for start, end in _starts(self.norm):
            if end <= self.floor:
                continue
            if self.norm[start].isdecimal():
                reading = self.in_digits(max(start, self.floor), end)
            else:
                reading = self.in_words(start, self.norm[start:end]) if start >= self.floor else None
            if reading is not None:
                readings.append(reading)
                self.floor = reading.end
        return readings

    def in_digits(self, at: int, end: int) -> Quantity | NonQuantity:
        """What the run of digits `at:end` belongs to."""
        if end - at > numerals.LONGEST or not self.norm[at:end].isascii():
            return self.not_quantity(others.Other(at, end, "identifier"))
        if others.continues_list(self.norm, at, end, self.floor):
            return Quantity(self.text[at:end], at, end, Decimal(self.norm[at:end]))
        other = others.of_digits(self.source, at, end, self.floor)
        if other is not None:
            return self.not_quantity(other)
        if others.begins_list(self.norm, at, end):
            return Quantity(self.text[at:end], at, end, Decimal(self.norm[at:end]))
        number = draft(self.source, at, self.floor)
        if number is None:
            return self.not_quantity(others.Other(at, end, "identifier"))
        if self.compared is not None and self.compared.at == number.start and number.unit is None:
            _, scale, number.unit, number.money = self.compared
            number.value = numerals.times(number.value, scale)
        other = others.of_number(self.source, number, self.floor)
        return self.quantity(number) if other is None else self.not_quantity(other)

    def in_words(self, at: int, word: str) -> Quantity | NonQuantity | None:
        """The quantity that the number word at `at` belongs to, or None where it states none."""
        if word in _factors():
            return self.factor(at, word)
        if word in units.singles():
            return self.single(at, word)
        if word.startswith(("http", "www")):
            return self.not_quantity(others.address(self.norm, at))
        pile = numerals.pile(self.norm, at)
        if pile > at:
            return self.not_quantity(others.Other(at, pile, "malformed"))
        number = draft(self.source, at, self.floor)
        if number is None or not states_a_number(self.source, number, at, word, self.floor):
            return None
        other = others.of_term(self.norm, number)
        return self.quantity(number) if other is None else self.not_quantity(other)

    def factor(self, at: int, word: str) -> Quantity | NonQuantity | None:
        """What a word like "doubled" or "threefold" states. "double-digit" is the size of a figure and no figure."""
        end = at + len(word)
        value = _factors()[word]
        if value is None:
            return self.not_quantity(others.Other(at, end, "magnitude"))
        if self.norm.startswith(" down", end):
            return None  # "doubled down on its bet"
        start, end, bound = self.bounded(at, end, "times")
        return Quantity(self.text[start:end], start, end, value, None, "times", None, bound)

    def single(self, at: int, phrase: str) -> Quantity | None:
        """One of a unit, "a penny"; None where a price is stated per it, or where its noun is part of another."""
        end = at + len(phrase)
        if not units.is_one(self.source, self.floor, at, phrase):
            return None
        unit = units.behind(self.source, at + phrase.index(" "))
        if unit is None and phrase.split()[1] == "full":
            unit = units.behind(self.source, at + phrase.index("full") + len("full"))
        if unit is None or unit.end != end:
            return None
        per = units.per(self.norm, end)
        start, end, bound = self.bounded(at, end, unit.unit)
        return Quantity(self.text[start:end], start, end, Decimal(1), None, unit.unit, per, bound)

    def not_quantity(self, other: others.Other) -> NonQuantity:
        """The reading of what is no quantity."""
        return NonQuantity(self.text[other.start : other.end], other.start, other.end, other.kind)

    def quantity(self, number: Draft) -> Quantity:
        """The quantity that begins with this number: a range, or the number with its bound."""
        self.compared = number.compared
        span = ranges.find(self.source, number, self.floor, _number_start())
        if span is not None:
            high = span.high
            start, end, _ = self.bounded(span.start, high.end, high.unit)
            per = high.per or number.per
            return Quantity(self.text[start:end], start, end, span.low, high.value, high.unit, per, "range")
        if number.unit is None and number.number.form in {"whole", "decimal"}:
            number.unit = ranges.borrowed_unit(self.source, number, _number_start())
        start, end, bound = self.bounded(number.start, number.end, number.unit)
        closed = self.closed(number, start, end, bound) if bound in {"over", "under"} else None
        if closed is not None:
            return closed
        return Quantity(self.text[start:end], start, end, number.value, None, number.unit, number.per, bound)

    def bounded(self, start: int, end: int, unit: str | None) -> tuple[int, int, Bound]:
        """The span `start:end` with the words of its bound, and the bound."""
        before = bounds.before(self.norm, self.floor, start)
        if before is not None and unit in _TERMS and self.norm.startswith(_DURING, before.at):
            before = None
        after = bounds.after(self.norm, end)
        if before is not None:
            start = before.at
        if after is not None:
            return start, after.at, after.kind
        return start, end, "exact" if before is None else before.kind

    def closed(self, number: Draft, start: int, end: int, bound: Bound) -> Quantity | None:
        """A range stated by its two bounds: "more than 10 and less than 20"."""
        joint = _OPPOSITE.match(self.norm, end)
        following = _number_start().search(self.norm, joint.end(), joint.end() + _REACH) if joint else None
        other = draft(self.source, following.start(), joint.end()) if joint and following else None
        if joint is None or other is None or number.unit not in {None, other.unit}:
            return None
        opposite = bounds.before(self.norm, joint.end(), other.start)
        if opposite is None or opposite.at != joint.end() or {opposite.kind, bound} != {"over", "under"}:
            return None
        low, high = (number, other) if bound == "over" else (other, number)
        if low.value >= high.value:
            return None
        text = self.text[start : other.end]
        return Quantity(text, start, other.end, low.value, high.value, other.unit, other.per, "range")


def _starts(norm: str) -> list[tuple[int, int]]:
    """The spans of whatever a number may begin with, in order: digits, vulgar fractions, number words, addresses."""
    starts = [match.span() for match in _FIGURES.finditer(norm)]
    starts += [(match.start(), match.end() - 1) for match in _behind_mark().finditer(f"\n{norm}")]
    if "://" in norm or "www." in norm:
        starts += [match.span() for match in _ADDRESS.finditer(norm)]
    return sorted(starts)


@lexicon.derived
def _behind_mark() -> re.Pattern[str]:
    """A number word with the character before it; a search for a word alone would stop at every letter of a text."""
    return re.compile(rf"[^a-z0-9_](?<!\w){_number_word()}")


@lexicon.derived
def _number_start() -> re.Pattern[str]:
    """What a number may begin with: digits, a vulgar fraction, a number word; and the beginning of an address."""
    return re.compile(rf"{_FIGURES.pattern}|(?<!\w){_number_word()}|{_ADDRESS.pattern}")


def _number_word() -> str:
    """The regular expression for a number word."""
    words = any_of([*numerals.first_words(), *_factors(), *units.singles()])
    return rf"(?:{words}|point(?= \d))(?!\w)"


@lexicon.derived
def _factors() -> dict[str, Decimal | None]:
    return {form: None if value == "-" else Decimal(value) for form, value in lexicon.rows("factors")}
