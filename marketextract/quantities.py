"""Read every number of a text: its value, scale, unit, bound and exact span. The only place that parses a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from marketextract import _nonquantities as others
from marketextract import _numerals as numerals
from marketextract import _units as units
from marketextract import lexicon

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


@dataclass(slots=True)
class _Draft:
    """A number with its sign, currency, scale and unit, before bounds and ranges are looked at."""

    start: int
    end: int
    number: numerals.Numeral
    value: Decimal
    unit: str | None
    per: str | None


_CONNECTED = re.compile(r" ?([-~]) ?| (to|and|through) |-(to)-| ?(—) ?")
_PREVIOUS = re.compile(r"\S{1,20}\Z")


@cache
def _candidate() -> re.Pattern[str]:
    spelled = sorted((word for word in numerals.words() if len(word) > 2), key=lambda word: -len(word))  # noqa: PLR2004
    vulgar = "".join(numerals.VULGAR)
    return re.compile(rf"\d|[{vulgar}]|(?<!\w)(?:{'|'.join(spelled)})(?!\w)")


@cache
def _bounds_before() -> dict[str, tuple[tuple[str, Bound], ...]]:
    found: dict[str, list[tuple[str, Bound]]] = {}
    for phrase, bound, where in lexicon.rows("bounds"):
        if where == "before":
            found.setdefault(phrase.split()[-1], []).append((phrase, bound))  # type: ignore[arg-type]
    return {last: tuple(sorted(rows, key=lambda row: -len(row[0]))) for last, rows in found.items()}


@cache
def _bounds_after() -> tuple[tuple[str, Bound], ...]:
    rows = [(phrase, bound) for phrase, bound, where in lexicon.rows("bounds") if where == "after"]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))  # type: ignore[arg-type]


@cache
def _turns() -> frozenset[str]:
    return frozenset(word for (row,) in lexicon.rows("turns") for word in row.split())


@cache
def _maturities() -> frozenset[str]:
    return frozenset(row[0] for row in lexicon.rows("maturities"))


class _Reader:
    """One pass over one text. `floor` is where the last reading ended: nothing reads back beyond it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.norm = numerals.normalised(text)
        self.floor = 0

    def read(self) -> list[Quantity | NonQuantity]:
        readings: list[Quantity | NonQuantity] = []
        search = _candidate().search
        at = 0
        while match := search(self.norm, at):
            reading = self.reading(match.start())
            if reading is None:
                at = match.end()
                continue
            readings.append(reading)
            at = self.floor = reading.end
        return readings

    def reading(self, at: int) -> Quantity | NonQuantity | None:
        if self.norm[at].isdecimal():
            other = self.other(at)
            if other is not None:
                return self.not_quantity(other)
        draft = self.draft(at, self.floor)
        if draft is None:
            return None
        if draft.unit is None or self.counts(draft):
            other = self.unitless(draft)
            if other is not None:
                return self.not_quantity(other)
        if draft.unit in {"year", "month", "day"}:
            other = self.term(draft)
            if other is not None:
                return self.not_quantity(other)
        return self.quantity(draft)

    def counts(self, draft: _Draft) -> bool:
        """Whether the unit is a thing counted, which the number of a name may stand before too ("Nikkei 225 index")."""
        return draft.number.form == "whole" and draft.unit in units.things()

    def not_quantity(self, other: others.Other) -> NonQuantity:
        return NonQuantity(self.text[other.start : other.end], other.start, other.end, other.kind)

    # -- what a digit is instead of a quantity

    def other(self, at: int) -> others.Other | None:
        norm, before = self.norm, self.norm[at - 1] if at > self.floor else ""
        if before.isalpha() and units.sign_before(norm, self.floor, at) is None:
            word = self.letters_before(at)
            if not (units.prefix(word, self.text[at - len(word) : at]) and not self.text[at - len(word) - 1 : at - len(word)].isalnum()):
                return others.attached(self.text, norm, at, self.floor)
        if before in {"-", "&", "/", ".", "_"} and at - 1 > self.floor and norm[at - 2].isalpha():
            return others.attached(self.text, norm, at, self.floor)
        if before == ":" and at - 1 > self.floor and norm[at - 2].isalpha():
            return self.ticker(at)
        if before == " " and self.text[max(at - 7, 0) : at].rstrip().endswith(":") and self.text[at - 3].isupper():
            start = self.text.rfind("(", max(self.floor, at - 10), at)
            if start >= 0:
                return self.ticker(at)
        return others.shaped(self.text, norm, at)

    def letters_before(self, at: int) -> str:
        start = at
        while start > self.floor and self.norm[start - 1].isalpha() and at - start < 24:  # noqa: PLR2004
            start -= 1
        return self.norm[start:at]

    def ticker(self, at: int) -> others.Other:
        start = at
        while start > self.floor and (self.norm[start - 1].isalnum() or self.norm[start - 1] in ": .") and at - start < 16:  # noqa: PLR2004
            start -= 1
        while start < at and not self.norm[start].isalnum():
            start += 1
        end = at
        while end < len(self.norm) and (self.norm[end].isalnum() or (self.norm[end] == "." and self.norm[end + 1 : end + 2].isalnum())):
            end += 1
        return others.Other(start, end, "ticker")

    # -- the quantity itself

    def draft(self, at: int, floor: int) -> _Draft | None:
        norm = self.norm
        if at > floor and norm[at - 1] == "." and norm[at].isdecimal() and not norm[at - 2 : at - 1].isalnum():
            at -= 1
        number = numerals.read(norm, at)
        if number is None:
            return None
        code, start = self.currency(at, floor)
        number = numerals.with_letter_scale(self.text, number, code is not None)
        start, negative = self.sign(start, floor)
        end, unit, per = number.end, code, None
        found = units.behind(self.text, norm, end)
        if found is not None and code is None:
            unit, per, end = found.unit, found.per, found.end
        elif code is None and (number.scaled or number.form in {"whole", "grouped", "words"}):
            found = units.counted(norm, end)
            if found is not None:
                unit, end = found.unit, found.end
        return _Draft(start, end, number, -number.value if negative else number.value, unit, per or units.per(norm, end))

    def currency(self, at: int, floor: int) -> tuple[str | None, int]:
        """The currency printed before the number at `at`, and where it begins; else None and `at`."""
        norm, end = self.norm, at
        if end > floor and norm[end - 1] in " :-":
            end -= 1
        if end <= floor:
            return None, at
        if units.is_sign(norm[end - 1]):
            found = units.sign_before(norm, floor, end)
            if found is not None:
                return found
        if norm[end - 1].isalpha() or norm[end - 1] == ".":
            match = _PREVIOUS.search(norm, max(floor, end - 20), end)
            if match is not None:
                word = match[0].lstrip("([\"'—-")
                code = units.prefix(word, self.text[end - len(word) : end])
                if code is not None:
                    return code, end - len(word)
        return None, at

    def sign(self, start: int, floor: int) -> tuple[int, bool]:
        norm = self.norm
        if start > floor and norm[start - 1] in "+-" and (start - 1 == floor or not norm[start - 2].isalnum()):
            return start - 1, norm[start - 1] == "-"
        for word in ("minus ", "negative "):
            if norm.endswith(word, floor, start):
                return start - len(word), True
        return start, False

    def quantity(self, draft: _Draft) -> Quantity:
        high = self.range_end(draft)
        start, end, bound = self.bounded(draft.start, draft.end if high is None else high.end)
        if high is not None:
            bound = "range"
            if self.norm.endswith("between ", self.floor, draft.start):
                start = draft.start - len("between ")
            elif self.norm.endswith("from ", self.floor, draft.start):
                start = draft.start - len("from ")
            low = draft.value
            if high.number.scaled and not draft.number.scaled:
                low = low * (high.value / high.number.value) if high.number.value else low
            return Quantity(self.text[start:end], start, end, draft.value, high.value, high.unit, high.per, "range")
        return Quantity(self.text[start:end], start, end, draft.value, None, draft.unit, draft.per, bound)

    def bounded(self, start: int, end: int) -> tuple[int, int, Bound]:
        norm = self.norm
        at = start - 1
        if at > self.floor and norm[at] == " ":
            space = norm.rfind(" ", max(self.floor, at - 16), at)
            word = norm[max(space + 1, self.floor) : at].lstrip("(\"'“‘[—")
            for phrase, bound in _bounds_before().get(word, ()):
                if phrase == "near" and "-" in norm[start:end]:
                    continue
                begin = at - len(phrase)
                if norm.startswith(phrase, begin) and begin >= self.floor and not norm[begin - 1 : begin].isalnum():
                    return begin, end, bound
        for phrase, bound in _bounds_after():
            if norm.startswith(phrase, end + 1) and norm[end : end + 1] == " ":
                return start, end + 1 + len(phrase), bound
        return start, end, "exact"

    def range_end(self, draft: _Draft) -> _Draft | None:
        match = _CONNECTED.match(self.norm, draft.end)
        if match is None:
            return None
        following = _candidate().search(self.norm, match.end(), match.end() + 6)
        if following is None:
            return None
        high = self.draft(following.start(), match.end())
        if high is None or high.start != match.end():
            return None
        if match[2] == "and" and not self.norm.endswith("between ", self.floor, draft.start):
            return None
        if draft.unit not in {None, high.unit} or high.unit is None:
            return None
        return high

    # -- numbers without a unit

    def unitless(self, draft: _Draft) -> others.Other | None:
        norm, at = self.norm, draft.start
        if draft.number.form == "words":
            one = self.norm[draft.start : draft.number.end] == "one"
            return others.Other(draft.start, draft.end, "pronoun") if one and self.norm[at - 4 : at] == "day " else None
        if norm[at - 1 : at] != " " or at - 1 <= self.floor:
            return self.year(draft)
        space = norm.rfind(" ", max(self.floor, at - 24), at - 1)
        line = norm.rfind("\n", max(self.floor, at - 24), at - 1)
        begin = max(space, line, self.floor - 1) + 1
        word = norm[begin : at - 1].lstrip("(\"'“‘[—")
        begin = at - 1 - len(word)
        if word in others.calendar("month"):
            match = re.compile(r",? (?:19|20)\d\d(?!\d)").match(norm, draft.end)
            return others.Other(begin, match.end() if match else draft.end, "date")
        if draft.number.form != "whole":
            return None
        if word in others.names():
            return others.Other(begin, draft.end, "name")
        if word in others.labels():
            return others.Other(begin, draft.end, "label")
        if draft.unit is not None:
            return None
        year = self.year(draft)
        if year is None and self.text[begin : begin + 1].isupper() and len(norm[at : draft.end]) < 5:
            return others.Other(begin, draft.end, "name")
        return year

    def year(self, draft: _Draft) -> others.Other | None:
        if draft.number.form == "whole" and draft.end - draft.start == 4 and self.norm[draft.start : draft.start + 2] in {"19", "20"}:  # noqa: PLR2004
            return others.Other(draft.start, draft.end, "date")
        return None

    def term(self, draft: _Draft) -> others.Other | None:
        tail = re.compile(r" (\S+)(?: (\S+))?").match(self.norm, draft.end)
        if tail is None:
            return None
        if draft.unit == "day" and "moving" in (tail[1], tail[2]):
            return others.Other(draft.start, draft.end, "moving_average")
        if {(tail[1] or "").strip(".,;)"), (tail[2] or "").strip(".,;)")} & _maturities() and self.norm[draft.number.end] == "-":
            return others.Other(draft.start, draft.end, "maturity")
        return None
