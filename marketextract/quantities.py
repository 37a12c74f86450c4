"""Read every number of a text: its value, scale, unit, bound and exact span. The only place that parses a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from marketextract import _bounds as bounds
from marketextract import _nonquantities as others
from marketextract import _numerals as numerals
from marketextract import _ranges as ranges
from marketextract import _units as units
from marketextract import lexicon
from marketextract._drafts import Draft, draft, word_before

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


_DIGITS = re.compile(r"\d+")
_TERMS = frozenset({"year", "month", "week", "day"})
_OPPOSITE = re.compile(r",? (?:and|but) |, ")
_REACH = 48
_LEADING = 3  # a bare "million" is a number only where a text begins with it
_ONE_AS_PRONOUN = frozenset(
    "the this that which no any each every another some only day year phase part number round level stage tier step type".split()
)
_LABELLED = frozenset("round phase stage tier step type level chapter section act part".split())
_HALF_OF_A_PERIOD = frozenset("first second latter other fiscal the this that last next".split())
_STATES_A_SHARE = frozenset("by about nearly almost over than around roughly only just up to least".split())
_ANNOUNCES_ONE = frozenset(
    "and or to by than least most only nearly about from over minus negative plus under into is".split()
)
_BEHIND_ONE = frozenset("last more less further additional".split())
_NEXT_WORD = re.compile(r"[ -]([a-z']+)")
_PART_ENDS = re.compile(
    r"(?: of\b| to\b| in\b| from\b| more\b| less\b| lower\b| higher\b| on\b| over\b| by\b| and\b| as\b|[.,;:)?!\n]|\Z)"
)
_OF_SOMETHING = re.compile(r" of (?!growth|gains|declines)| ?[-]?point|-of-a| percent| per cent")
_JOINED_WORD = re.compile(r"-[a-z]")


class _Reader:
    """One pass over one text. `floor` is where the last reading ended: nothing reads back beyond it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.norm = numerals.normalised(text)
        self.floor = 0

    def read(self) -> list[Quantity | NonQuantity]:
        readings: list[Quantity | NonQuantity] = []
        search = _number_start().search
        norm, at = self.norm, 0
        while match := search(norm, at):
            start = match.start()
            if norm[start].isdecimal():
                reading = self.in_digits(start)
            else:
                reading = self.in_words(start, match[0])
            if reading is None:
                at = match.end()
                continue
            readings.append(reading)
            at = self.floor = reading.end
        return readings

    def in_digits(self, at: int) -> Quantity | NonQuantity:
        """What the digit at `at` belongs to."""
        text, norm, floor = self.text, self.norm, self.floor
        run = _DIGITS.match(norm, at)
        end = run.end() if run else at + 1
        if end - at > numerals.LONGEST or not norm[at:end].isascii():
            return self.not_quantity(others.Other(at, end, "identifier"))
        other = others.of_digits(text, norm, at, end, floor)
        if other is not None:
            return self.not_quantity(other)
        if norm[end : end + 1] == "," or floor == at - 1:
            if others.listed(norm, at, end, floor):
                return Quantity(text[at:end], at, end, Decimal(text[at:end]))
        number = draft(text, norm, at, floor)
        if number is None:
            return self.not_quantity(others.Other(at, end, "identifier"))
        if (
            number.end == number.number.end
            and norm[number.end : number.end + 1] in {".", ","}
            and norm[number.end + 1 : number.end + 2].isdecimal()
        ):
            return self.not_quantity(others.chain(norm, at, number.end))
        if number.unit is None or number.thing:
            other = others.of_number(text, norm, number, floor)
        if other is None and (number.unit in _TERMS or number.unit is None):
            other = others.of_term(text, norm, number)
        return self.quantity(number) if other is None else self.not_quantity(other)

    def in_words(self, at: int, word: str) -> Quantity | NonQuantity | None:
        """The quantity that the number word at `at` belongs to, or None where it states none."""
        if word in _factors():
            return self.factor(at, word)
        if word.startswith(("http", "www")):
            return self.not_quantity(others.address(self.norm, at))
        number = draft(self.text, self.norm, at, self.floor)
        if number is None or not self.states_a_number(number, at, word):
            return None
        if number.unit in _TERMS or number.unit is None:
            other = others.of_term(self.text, self.norm, number)
            if other is not None:
                return self.not_quantity(other)
        return self.quantity(number)

    def factor(self, at: int, word: str) -> Quantity | NonQuantity | None:
        """ "doubled", "threefold"; "double-digit" is the size of a figure and no figure."""
        end = at + len(word)
        value = _factors()[word]
        if value is None:
            return NonQuantity(self.text[at:end], at, end, "magnitude")
        if self.norm.startswith(" down", end):
            return None
        start, end, bound = self.bounded(at, end)
        return Quantity(self.text[start:end], start, end, value, None, "times", None, bound)

    def not_quantity(self, other: others.Other) -> NonQuantity:
        return NonQuantity(self.text[other.start : other.end], other.start, other.end, other.kind)

    def states_a_number(self, number: Draft, at: int, word: str) -> bool:
        """Whether the words state a number here, and are not a pronoun, an ordinal, a period or part of a name."""
        norm, start, end = self.norm, number.start, number.end
        if (
            start < self.floor
            or norm[start - 1 : start] == "-"
            and number.start > 0
            and norm[start - 2 : start - 1].isalpha()
        ):
            return False
        if number.unit is None and _JOINED_WORD.match(norm, end):
            return False
        before, begin = word_before(norm, self.floor, start)
        if number.unit is None and before in _LABELLED:
            return False
        alone = number.number.end - at == len(word)
        if alone and not self.stands_alone(number, at, word, before):
            return False
        if number.unit is None and self.text[at].isupper() and begin < start - 1 and before[-1:].isalnum():
            return (
                before in {"the", "about", "some", "over", "nearly"}
                and False
                or not self.text[at].isupper()
                or self.text[begin:end].isupper()
            )
        return True

    def stands_alone(self, number: Draft, at: int, word: str, before: str) -> bool:
        norm, end = self.norm, number.number.end
        known = numerals.words().get(word)
        article = number.number.start < at
        role = known.role if known else ""
        if word == "one":
            return before not in _ONE_AS_PRONOUN and not (
                norm.startswith(("'", " of ", " day "), end) or self.ends_phrase(end, before)
            )
        if word == "half":
            return before not in _HALF_OF_A_PERIOD and not norm.startswith(("-year", "-time", " year"), end)
        if role == "part":
            return bool(_OF_SOMETHING.match(norm, end)) or before in _STATES_A_SHARE or number.unit is not None
        if role == "nth":
            return number.unit is not None and not number.thing or bool(_PART_ENDS.match(norm, end))
        if role in {"scale", "hundred", "group"} and not article:
            return at <= _LEADING and not norm[:at].strip()
        return True

    def ends_phrase(self, end: int, before: str) -> bool:
        """Whether no noun follows a "one" that no small word announces either: "the good one, which"."""
        following = _NEXT_WORD.match(self.norm, end)
        alone = following is None and end < len(self.norm) and self.norm[end] not in " -"
        return (
            alone or (following is not None and following[1] in units.stopping() and following[1] not in _BEHIND_ONE)
        ) and before not in _ANNOUNCES_ONE

    def quantity(self, number: Draft) -> Quantity:
        """The quantity that begins with this number: a range, or the number with its bound."""
        span = ranges.find(self.text, self.norm, number, self.floor, _number_start())
        if span is not None:
            start, end, _ = self.bounded(span.start, span.high.end, span.high.unit)
            high = span.high
            return Quantity(
                self.text[start:end], start, end, span.low, high.value, high.unit, high.per or number.per, "range"
            )
        if number.unit is None and number.number.form in {"whole", "decimal"}:
            number.unit = ranges.shares_percent(self.text, self.norm, number, _number_start())
        start, end, bound = self.bounded(number.start, number.end, number.unit)
        if bound in {"over", "under"}:
            closed = self.closed(number, start, end, bound)
            if closed is not None:
                return closed
        return Quantity(self.text[start:end], start, end, number.value, None, number.unit, number.per, bound)

    def bounded(self, start: int, end: int, unit: str | None = None) -> tuple[int, int, Bound]:
        """The span with the words of its bound, and the bound. "over three years" is a time and no bound."""
        found = bounds.before(self.norm, self.floor, start)
        if found is not None and unit in _TERMS and self.norm.startswith(("over ", "near "), found.at):
            found = None
        if found is not None:
            start = found.at
        behind = bounds.after(self.norm, end)
        if behind is not None:
            end = behind.at
        bound = behind or found
        return start, end, bound.kind if bound is not None else "exact"  # type: ignore[return-value]

    def closed(self, number: Draft, start: int, end: int, bound: Bound) -> Quantity | None:
        """A range stated by its two bounds: "more than 10 and less than 20"."""
        joint = _OPPOSITE.match(self.norm, end)
        following = _number_start().search(self.norm, joint.end(), joint.end() + _REACH) if joint else None
        if joint is None or following is None:
            return None
        other = draft(self.text, self.norm, following.start(), joint.end())
        found = bounds.before(self.norm, joint.end(), other.start) if other else None
        if other is None or found is None or found.at != joint.end() or {found.kind, bound} != {"over", "under"}:
            return None
        low, high = (number, other) if bound == "over" else (other, number)
        if low.value > high.value or number.unit not in {None, other.unit}:
            return None
        stop = other.end
        return Quantity(self.text[start:stop], start, stop, low.value, high.value, other.unit, other.per, "range")


@cache
def _number_start() -> re.Pattern[str]:
    """A digit, a vulgar fraction, a number word, or the beginning of an address."""
    spelled = [
        word
        for word, known in numerals.words().items()
        if (known.role in {"one", "ten"} or len(word) > 3)
        and known.role != "point"
        and not (known.role == "nth" and known.value < 3)  # noqa: PLR2004
    ]
    spelled = [word for word in spelled if not word.endswith(("lions", "sands", "reds", "rths", "ths", "hirds"))]
    either = "|".join(sorted([*spelled, *_factors()], key=lambda word: -len(word)))
    return re.compile(rf"\d|[{''.join(numerals.VULGAR)}]|(?<!\w)(?:{either}|point(?= \d))(?!\w)|https?://|www\.")


@cache
def _factors() -> dict[str, Decimal | None]:
    return {form: None if value == "-" else Decimal(value) for form, value in lexicon.rows("factors")}
