"""Tell a range from two numbers that stand beside each other.

Goes in: a text and the draft of its first number. Comes out: the draft of the number that ends the range with the value that
the first one has in it, or None. "5 to 7 percent" and "$1.2-$1.5 billion" are ranges; "rose from 3.1% to 3.3%" is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from marketextract import _numerals as numerals
from marketextract import lexicon
from marketextract._drafts import Draft, draft

_CONNECTION = re.compile(r"(?:- to (?=\d)| to | through |-to-)()|( ?[-~] ?)(?=[^\s-])|( and )")
_LISTED = re.compile(r" (?:and|or) (?=\d)")
_SHARED = frozenset({"percent", "basis_point", "percentage_point"})
_HUNDRED = 100
_WORDS_BEFORE = 48
_WORD = re.compile(r"[a-z']+")
_CLAUSE_END = re.compile(r"[.;:()!?\u2014\n](?!\d)")
_OPENING = ("between ", "from ")
_STATED_AS_LEVEL = frozenset({"to", "of", "at", "between", "with", "for", "in", "near", "around", "about", "roughly"})
_NEAR = 4  # how many times the lower end the upper one may be, where a verb of movement stands right before them
_REACH = 14


@dataclass(slots=True)
class Range:
    """The upper end of a range, the value of its lower end with the shared scale, and where its words begin."""

    low: Decimal
    high: Draft
    start: int


def find(text: str, norm: str, low: Draft, floor: int, number_start: re.Pattern[str]) -> Range | None:
    """The range that begins with the draft `low`, if one does."""
    match = _CONNECTION.match(norm, low.end)
    if match is None:
        return None
    following = number_start.search(norm, match.end(), match.end() + _REACH)
    if following is None:
        return None
    high = draft(text, norm, following.start(), match.end())
    if high is None or high.start > match.end() or (high.start < match.end()):
        return None
    opening = _opening(norm, floor, low.start)
    joined = _shared(low, high)
    if joined is None or not _is_stated(norm, floor, low, high, joined, match, opening):
        return None
    return Range(joined, high, low.start - len(opening))


def shares_percent(text: str, norm: str, first: Draft, number_start: re.Pattern[str]) -> str | None:
    """The percent that a number borrows from the next one: "rose 12 and 14 percent"."""
    match = _LISTED.match(norm, first.end)
    following = number_start.search(norm, match.end(), match.end() + 1) if match else None
    other = draft(text, norm, following.start(), match.end()) if match and following else None
    if other is None or other.unit not in _SHARED or abs(first.value) >= _HUNDRED:
        return None
    return other.unit


def _opening(norm: str, floor: int, start: int) -> str:
    for word in _OPENING:
        if norm.endswith(word, floor, start) and not norm[start - len(word) - 1 : start - len(word)].isalnum():
            return word
    return ""


def _shared(low: Draft, high: Draft) -> Decimal | None:
    """The value of the lower end with the scale and unit of the upper one; None where the two do not measure the same."""
    if low.unit is not None and high.unit is None and low.money and low.end == low.number.end:
        high.unit, high.money = low.unit, True  # "$10-20"
    elif low.unit is not None and low.unit != high.unit:
        return None
    scale = high.number.scale
    if scale > 1 and low.number.scale == 1 and low.value <= high.value / scale:
        return numerals.times(low.value, scale)
    return low.value


def _is_stated(
    norm: str, floor: int, low: Draft, high: Draft, value: Decimal, match: re.Match[str], opening: str
) -> bool:
    if opening == "between ":
        return True
    if match[3] is not None:
        return False
    if match[2] is not None:
        return value < high.value and not (low.unit is None and high.unit is None and low.number.form == "words")
    if not value <= high.value or (
        low.unit is None and high.unit is None and not opening and low.number.form != "whole"
    ):
        return False
    return not _moves(norm, floor, low, high, value, opening)


def _moves(norm: str, floor: int, low: Draft, high: Draft, value: Decimal, opening: str) -> bool:
    """Whether a verb of movement makes the first number where something came from, or by how much it moved."""
    start = low.start - len(opening)
    window = norm[max(floor, start - _WORDS_BEFORE) : start]
    clause = 0
    for end in _CLAUSE_END.finditer(window):
        clause = end.end()
    words = _WORD.findall(window[clause:])[-6:]
    if not words or not _turns().intersection(words):
        return False
    if opening:
        return True
    if words[-1] in _STATED_AS_LEVEL:
        return False
    return not (
        low.unit in {None, "percent", "basis_point"}
        and high.unit in {"percent", "basis_point"}
        and value
        and high.value <= value * _NEAR
    )


@cache
def _turns() -> frozenset[str]:
    return frozenset(word for (row,) in lexicon.rows("turns") for word in row.split())
