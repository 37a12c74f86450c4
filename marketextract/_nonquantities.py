"""Recognise digits that state no quantity: names, tickers, dates, times, periods, labels, identifiers.

Goes in: a text with its normalised form and the offset of a digit. Comes out: the kind and the span of what the digit
belongs to, or None where it may belong to a quantity. The words come from the lexicon.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from marketextract import lexicon

_LONGEST_TOKEN = 400


class Other(NamedTuple):
    """`start:end` of a text is no quantity but of this kind."""

    start: int
    end: int
    kind: str


_ISO_DATE = re.compile(r"(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d\d|\d\d)(?![\d/-])", re.ASCII)
_TIME = re.compile(
    r"(?:[01]?\d|2[0-4])[:.h][0-5]\d(?::[0-5]\d)?(?: ?(?:a\.m\.?|p\.m\.?|am|pm)(?![a-z]))?(?: (?:zones)(?![a-z]))?", re.ASCII
)
_CLOCK = re.compile(r"(?:0?[1-9]|1[0-2])(?:[:.][0-5]\d)? ?(?:a\.m\.?|p\.m\.?|am|pm)(?![a-z])", re.ASCII)
_COLON_TIME = re.compile(r"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?! ?[:\d])", re.ASCII)
_MILITARY = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d ?(?:gmt|utc|hrs|et|hours)(?![a-z])", re.ASCII)
_ORDINAL = re.compile(r"\d{1,4}(?:st|nd|rd|th)(?![a-z\d])", re.ASCII)
_DECADE = re.compile(r"(?:(?:1[5-9]|20)\d0|[1-9]0)'?s(?![a-z\d])", re.ASCII)
_PERIOD = re.compile(r"(?:[1-4]q|[12]h|9m|6m|12m|q[1-4]|h[12]|fy|cy)[ '/-]?(?:(?:19|20)?\d\d)?(?:[ef])?(?![a-z\d])", re.ASCII)
_YEARS = re.compile(r"(?:19|20)\d\d ?[-/] ?(?:(?:19|20)\d\d|\d\d)(?![\d%.,-])", re.ASCII)
_DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?![\d.,]*\d)", re.ASCII)
_YEAR_AFTER = re.compile(r",? ?(?:(?:19|20)\d\d)(?![\d,.]*\d)(?![a-z%])", re.ASCII)
_MONTH_AFTER = re.compile(r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?: of)?[ -]([a-z]+\.?)(?:,?[ -](?:(?:19|20)\d\d)(?!\d))?", re.ASCII)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d(?![\d,.]*\d)", re.ASCII)
_TOKEN = re.compile(r"[a-z\d]+(?:[-./&:_'][a-z\d]+)*", re.ASCII)
_DIGIT_TOKEN = re.compile(r"\d+(?:[-./:,]\d+)+", re.ASCII)
_EXCHANGE_CODE = re.compile(r"\.[A-Z]{1,3}(?![A-Za-z])")
_PHONE = re.compile(r"\+?\d{1,4}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{2,4}[ .-]\d{3,4}(?:[ ./-]\d{3,4})?(?![\d])", re.ASCII)
_LETTERS = re.compile(r"[^\W\d_]")


@cache
def calendar(name: str) -> frozenset[str]:
    """The words of one class of calendar.txt."""
    return frozenset(word for row, words in lexicon.rows("calendar") for word in words.split() if row == name)


@cache
def labels() -> frozenset[str]:
    """Words that make the number behind them a label."""
    return frozenset(row[0] for row in lexicon.rows("labels"))


@cache
def names() -> frozenset[str]:
    """Words, in lower case, that with the number behind them are a name."""
    return frozenset(row[0] for row in lexicon.rows("digit_names"))


def shaped(text: str, norm: str, at: int) -> Other | None:
    """What the digits at `at` are by their own shape: a date, a time, an ordinal, an address."""
    for pattern, kind in _SHAPES:
        match = pattern.match(norm, at)
        if match:
            return Other(at, match.end(), kind)
    match = _MONTH_AFTER.match(norm, at)
    if match and match[1] in calendar("month") and not (match[1] in {"may", "mar", "dec"} and not text[match.start(1)].isupper()):
        return Other(at, match.end(), "date")
    return None


def attached(text: str, norm: str, at: int, floor: int) -> Other:
    """The word of letters and digits that the digit at `at` stands in: "YU7", "Q2", "FY2025"."""
    start = at
    while start > floor and (norm[start - 1].isalnum() or norm[start - 1] in "_-&/") and at - start < 24:
        start -= 1
    while start < at and not norm[start].isalnum():
        start += 1
    match = _TOKEN.match(norm, start)
    end = max(match.end() if match else at, at + 1)
    while end < len(norm) and norm[end].isdecimal():
        end += 1
    period = _PERIOD.match(norm, start)
    if period and period.end() >= end:
        return Other(start, period.end(), "period")
    printed = text[start:end]
    kind = "identifier" if len(printed) > 8 and printed.isupper() else "name"
    return Other(start, end, kind)


_SHAPES = (
    (_ISO_DATE, "date"),
    (_DATE, "date"),
    (_CLOCK, "time"),
    (_COLON_TIME, "time"),
    (_MILITARY, "time"),
    (_ORDINAL, "ordinal"),
    (_DECADE, "period"),
    (_YEARS, "period"),
)
