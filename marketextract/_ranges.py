"""Tell a range from two numbers that stand beside each other.

Goes in: a text and the draft of its first number. Comes out: the draft of the number that ends the range, with the
value that the first one has in it, or None. "5 to 7 percent" and "$1.2-$1.5 billion" are ranges; "rose from 3.1% to
3.3%" is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from marketextract import _numerals as numerals
from marketextract import _units as units
from marketextract import lexicon
from marketextract._drafts import Draft, draft
from marketextract._number_words import context

if TYPE_CHECKING:
    from decimal import Decimal

    from marketextract._numerals import Source

_CONNECTION = re.compile(
    r"(?P<to>- to (?=\d)| to | through |-to-)|(?P<hyphen> ?[-~] ?)(?=[^\s-])|(?P<and> and )"
    r"|(?P<around> ?(?:\+/-|±|\+-) ?| plus or minus (?=\d))"
)
_LISTED = re.compile(r" (?:and|or) (?=\d)")
_WORD = re.compile(r"[a-z']+")
_CLAUSE_END = re.compile(r"[.;:()!?\u2014\n](?!\d)")
_OPENINGS = ("between ", "from ")
_RATES = frozenset({"percent", "basis_point", "percentage_point"})
_TIMES = frozenset({"year", "month", "week", "day"})  # "two tenants for 12 and 10 years" may be of either
_HUNDRED = 100
_REACH_BACK = 48  # characters, and six words, in which a verb of movement governs a number
_WORDS_BACK = 6
_REACH = 14  # characters from the joint to the digits behind it: "between HK$3 and HK$4"
_NEAR = (
    4  # "rose 2% to 4%" is a range, "rose 0.2% to 3.1%" a change and a level: the ends of a range are near each other
)


class Range(NamedTuple):
    """The value of the lower end with the shared scale, the draft of the upper end, and where the range begins."""

    low: Decimal
    high: Draft
    start: int


def find(source: Source, low: Draft, floor: int, number_start: re.Pattern[str]) -> Range | None:
    """The range that begins with the draft `low`, if one does."""
    norm = source.norm
    joint = _CONNECTION.match(norm, low.end)
    following = number_start.search(norm, joint.end(), joint.end() + _REACH) if joint else None
    if joint is None or following is None:
        return None
    if low.unit is not None and not low.money and units.is_sign(norm[joint.end()]):
        return None  # "1.1% to $101.50"
    high = draft(source, following.start(), joint.end(), low.money)
    if high is None or high.start != joint.end():
        return None
    if joint["around"]:
        return _around(low, high)
    opening = next((word for word in _OPENINGS if _opens(norm, word, floor, low.start)), "")
    start = low.start - len(opening)
    value = _shared(low, high)
    if value is None:
        return None
    if opening != "between ":
        if joint["and"] or value > high.value or not _alike(low, high, joint, opening):
            return None
        if joint["to"] and _moves(norm, floor, start, opening != "", _near_rates(low, high, value)):
            return None
    return Range(value, high, start)


def _around(low: Draft, high: Draft) -> Range | None:
    """The range of a number and how exact it is: "1.1 +/- 0.2 percent", "52% plus or minus 3 percentage points"."""
    if low.unit not in {None, high.unit} and not (low.unit == "percent" and high.unit == "percentage_point"):
        return None
    middle, width = low.value, abs(high.value)
    high.value, high.unit = middle + width, low.unit or high.unit
    return Range(middle - width, high, low.start)


def borrowed_unit(source: Source, first: Draft, number_start: re.Pattern[str]) -> str | None:
    """The measure that a number borrows from the next one: "rose 12 and 14 percent", "45 and 50 mg"."""
    match = _LISTED.match(source.norm, first.end)
    following = number_start.search(source.norm, match.end(), match.end() + 1) if match else None
    other = draft(source, following.start(), match.end()) if match and following else None
    if other is None or other.money or other.thing or other.unit in _TIMES or abs(first.value) >= _HUNDRED:
        return None
    return other.unit


def _opens(norm: str, word: str, floor: int, start: int) -> bool:
    return norm.endswith(word, floor, start) and not norm[start - len(word) - 1 : start - len(word)].isalnum()


def _shared(low: Draft, high: Draft) -> Decimal | None:
    """The value of the lower end with the scale of the upper one; None where the two do not measure the same."""
    if low.money and high.unit is None and low.end == low.number.end:
        high.unit, high.money = low.unit, True  # "$10-20"
    elif low.unit is not None and low.unit != high.unit:
        return None
    scale = high.number.scale
    if scale > 1 and low.number.scale == 1 and low.value <= high.value / scale:
        return numerals.times(low.value, scale)
    return low.value


def _alike(low: Draft, high: Draft, joint: re.Match[str], opening: str) -> bool:
    """Whether two numbers without any unit may be the ends of a range: "1000-5000", but not "10-10" or "7.5 to 8"."""
    if low.unit is not None or high.unit is not None:
        return joint["to"] is not None or low.value != high.value
    if joint["hyphen"]:
        return low.number.form != "words" and low.value != high.value
    return opening != "" or low.number.form == "whole"


def _near_rates(low: Draft, high: Draft, value: Decimal) -> bool:
    return low.unit in {None, *_RATES} and high.unit in _RATES and value > 0 and high.value <= value * _NEAR


def _moves(norm: str, floor: int, start: int, opened: bool, near: bool) -> bool:
    """Whether a verb of movement makes the first number where something came from, or by how much it moved."""
    window = norm[max(floor, start - _REACH_BACK) : start]
    clause = max((end.end() for end in _CLAUSE_END.finditer(window)), default=0)
    words = _WORD.findall(window[clause:])[-_WORDS_BACK:]
    if _turns().isdisjoint(words):
        return False
    return opened or not (near or words[-1] in context("before_level"))


@lexicon.derived
def _turns() -> frozenset[str]:
    return frozenset(word for (row,) in lexicon.rows("turns") for word in row.split())
