"""Recognise digits that state no quantity: names, tickers, dates, times, periods, labels, ages, addresses.

Goes in: a text with its normalised form, and where a digit or a number without a unit stands. Comes out: what it is (`Other`),
or None where it may be a quantity. The kinds are listed in docs/quantities.md; the words come from the lexicon.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from marketextract import _units as units
from marketextract import lexicon
from marketextract._drafts import Draft, word_before


class Other(NamedTuple):
    """`start:end` of a text is no quantity but of this kind."""

    start: int
    end: int
    kind: str


_PLAIN_BEFORE = frozenset(" \n(\"“'[$€£¥₹%>") | {""}
_PLAIN_AFTER = frozenset('%,)\n;!?"”]$€£') | {""}
_MARKS_IN_NAMES = frozenset("-/&_=.")
_LONGEST_WORD = 24
_YEAR_DIGITS = 4
_SHORT_NAME = 4  # digits: "Windows 11", "Boeing 777", but not "Nifty 25000"
_AGES = range(15, 111)

_TOKEN = re.compile(r"[a-z\d]+(?:[-./&:_'][a-z\d]+)*", re.ASCII)
_CHAIN = re.compile(r"\d+(?:[-./:,]{1,2}\d+)+(?:[a-z]\w*)?", re.ASCII)
_URL = re.compile(r"\S{1,2000}")
_NEXT_WORD = re.compile(r" ([a-z']+)", re.ASCII)
_EXCHANGE = re.compile(r"\d{3,6}\.[A-Z]{1,2}(?![A-Za-z\d])")
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
_MONTH = r"(?:1[0-2]|0?[1-9])(?!\d)"
_YEAR = r"(?:19|20)\d\d"
_DAYTIME = r"(?:a\.m\.?|p\.m\.?|am|pm)(?![a-z])"
_ISO_DATE = re.compile(rf"{_YEAR}([-/.]){_MONTH}\1{_DAY}(?!\d)", re.ASCII)
_DATE = re.compile(rf"{_DAY}([-/.]){_DAY}\1(?:{_YEAR}|\d\d)(?![\d/%-])", re.ASCII)
_SHORT_DATE = re.compile(r"(?:9/11|24/7)(?!\d)", re.ASCII)
_CLOCK = re.compile(rf"(?:0?[0-9]|1[0-9]|2[0-3])(?:[:.][0-5]\d)? ?(?:{_DAYTIME}|o'clock)", re.ASCII)
_TIME = re.compile(rf"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?: ?{_DAYTIME})?(?!\d)", re.ASCII)
_MILITARY = re.compile(r"(?:[01]\d|2[0-4])[0-5]\d ?(?:gmt|utc|hrs|et|hours)(?![a-z])", re.ASCII)
_ORDINAL = re.compile(r"\d{1,4}(?:st|nd|rd|th)(?![a-z\d])", re.ASCII)
_DECADE = re.compile(r"(?:(?:1[5-9]|20)\d0|[1-9]0)'?s(?![a-z\d])", re.ASCII)
_PERIOD = re.compile(
    rf"(?:[1-4]q|[1-4]t(?=\d)|[12]h|[369]m(?= ?'?['\d]\d)|[1-9]\d?fy)[ '/-]?(?:{_YEAR}|\d\d)?[ef]?(?![a-z\d])", re.ASCII
)
_NAMED_PERIOD = re.compile(
    rf"(?:[qt][1-4]|h[12]|fy|cy)[ '/-]?(?:{_YEAR}|\d\d)?(?:[-/]\d\d)?(?:[ '/-](?:fy|cy)?{_YEAR})?[ef]?(?![a-z\d])",
    re.ASCII,
)
_YEARS = re.compile(rf"{_YEAR} ?[-/] ?(?:{_YEAR}|\d\d)(?![\d%/-]|[.,]\d)", re.ASCII)
_SCORE = re.compile(
    r"\d{1,3}-\d{1,3}(?:-\d{1,3})? (?:vote|win|victory|loss|defeat|lead|decision|majority|ruling|split vote)\b",
    re.ASCII,
)
_COLONS = re.compile(r"\d{1,6}(?::\d{1,6}(?:\.\d{1,6})?)+", re.ASCII)
_LABEL_TAIL = re.compile(r"(?:[-/.]\d+)*", re.ASCII)
_PHONE = re.compile(r"\+?\d{1,4}(?:[ .-]?\(\d{1,4}\))?(?:[ ./-]\d{2,4}){2,4}(?!\d)", re.ASCII)
_PHONE_IN_BRACKETS = re.compile(r"\d{3}\) ?\d{3}-\d{4}(?!\d)", re.ASCII)
_MIXED_FRACTION = re.compile(r"\d{1,4}-\d{1,2}/\d{1,2}(?!\d)", re.ASCII)
_LOCAL_PHONE = re.compile(r"\d{3}-\d{4}(?!\d)", re.ASCII)
_DAY_AND_MONTH = re.compile(rf"{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]([a-z]+\.?)(?:,?[ -]{_YEAR}(?!\d))?", re.ASCII)
_DAYS_OF_MONTH = re.compile(
    rf"{_DAY}(?:st|nd|rd|th)?(?: ?- ?{_DAY}(?!\d|[.,]\d))?(?:,? {_YEAR}(?![\d%]|[.,]\d))?", re.ASCII
)
_OLD = re.compile(
    r"(?:[ -](?:years?|months?|weeks?|days?))?(?:[ -]olds?| of age)(?![a-z])|[ -](?:yo|y\.o\.|y/o)(?![a-z])", re.ASCII
)
_SHORT_NUMBERS = re.compile(r"\d{1,2}(?:,\d{1,2}){2,}(?![,.]?\d)", re.ASCII)
_LIST_MARK = re.compile(r"(?:\.(?= [^\W\d_])|\)|:)(?!\d)")
_BETWEEN_COMMAS = re.compile(r",(?! \d)|\)")
_BEHIND_TERM = re.compile(r"[ -]([a-z.-]+)(?:[ -]([a-z.-]+))?(?:[ -]([a-z.-]+))?", re.ASCII)
_AVERAGE = re.compile(
    r"(?:[ -](?:simple|exponential|weighted))*[ -](?:moving|sma|ema|dma|rsi|relative strength|mavg|ma\b)", re.ASCII
)

# What a digit run may be by its shape, by the character that follows the run.
_SHAPES: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    " ": ((_CLOCK, "time"), (_MILITARY, "time"), (_YEARS, "period")),
    ":": ((_TIME, "time"), (_COLONS, "score")),
    ".": ((_CLOCK, "time"), (_DATE, "date"), (_ISO_DATE, "date")),
    "/": ((_ISO_DATE, "date"), (_DATE, "date"), (_YEARS, "period"), (_SHORT_DATE, "date")),
    "-": ((_ISO_DATE, "date"), (_DATE, "date"), (_YEARS, "period"), (_SCORE, "score"), (_PHONE, "phone"), (_LOCAL_PHONE, "phone")),
    "'": ((_DECADE, "period"),),
    ")": ((_PHONE_IN_BRACKETS, "phone"),),
    "": ((_ORDINAL, "ordinal"), (_CLOCK, "time"), (_TIME, "time"), (_DECADE, "period"), (_PERIOD, "period"), (_MILITARY, "time")),
}  # fmt: skip


def address(norm: str, at: int) -> Other:
    """The URL that begins at `at`."""
    match = _URL.match(norm, at)
    return Other(at, match.end() if match else at + 1, "url")


def of_digits(text: str, norm: str, at: int, end: int, floor: int) -> Other | None:
    """What the run of digits `at:end` is by its own shape and what touches it; None where it may be a number."""
    before = norm[at - 1] if at else ""
    if before not in _PLAIN_BEFORE:
        found = _behind_mark(text, norm, at, end, floor)
        if found is not None:
            return found
    elif before == " " and norm[at - 2 : at - 1] == ":" and at - 2 > floor:
        found = _ticker(text, norm, at, at - 2, floor)
        if found is not None:
            return found
    after = norm[end : end + 1]
    if after in _PLAIN_AFTER and after != ")":
        return None
    return _shaped(text, norm, at, end, floor, after)


def chain(norm: str, at: int, end: int) -> Other:
    """The digits and marks from `at` on that make no number together: "192.168.1.2", "1,2"; at least `at:end`."""
    match = _CHAIN.match(norm, at)
    stop = max(match.end() if match else end, end)
    return Other(at, stop, "identifier" if norm[end : end + 1] != "," else "malformed")


def listed(norm: str, at: int, end: int, floor: int) -> bool:
    """Whether the digits are one of several short numbers that commas without spaces part: "22,24,26,31"."""
    if norm[end : end + 1] == "," and _SHORT_NUMBERS.match(norm, at):
        return True
    return at - 1 == floor > 0 and norm[at - 1] == "," and end - at <= 2 and norm[at - 2].isdecimal()  # noqa: PLR2004


def of_number(text: str, norm: str, number: Draft, floor: int) -> Other | None:
    """What a number in digits that has no unit, or only a thing counted behind it, is instead of a quantity."""
    at, end = number.start, number.number.end
    if end < len(norm) and number.unit is None and (norm[end].isalnum() or norm[end] == "_"):
        return _token(text, norm, at, end)
    word, begin = word_before(norm, floor, at)
    if not word:
        return _without_word(norm, at, end, floor) if number.unit is None else None
    known = _by_word(text, norm, number, word, begin, floor)
    if known is not None:
        return known
    if number.unit is not None or number.number.form != "whole":
        return None
    if _is_year(norm, at, end):
        return Other(at, end, "date")
    return _by_neighbours(text, norm, number, word, begin, floor)


def of_term(text: str, norm: str, number: Draft) -> Other | None:
    """Whether a number of years, months or days is an age, the term of a bond, or the span of an average."""
    end = number.number.end
    old = _OLD.match(norm, end) or (_OLD.match(norm, number.end) if number.end > end else None)
    if old:
        return Other(number.start, old.end(), "age")
    if number.unit in {"day", "week"} and _AVERAGE.match(norm, number.end):
        return Other(number.start, number.end, "moving_average")
    if number.unit in {"year", "month"} and norm[end : end + 1] in {"-", "y", "m", " "}:
        behind = _BEHIND_TERM.match(norm, number.end)
        if behind and (norm[end] != " " or norm[number.end - 1] != "s") and _matures(behind):
            return Other(number.start, number.end, "maturity")
    return None


def _matures(behind: re.Match[str]) -> bool:
    """Whether one of the words behind a term names what is repaid; a comma or a small word ends the search."""
    for word in behind.groups():
        if word is None or word in units.stopping():
            return False
        if word.strip(".") in _maturities():
            return True
        if word.endswith(".") and "." not in word[:-1]:
            return False
    return False


def _behind_mark(text: str, norm: str, at: int, end: int, floor: int) -> Other | None:
    """What digits are behind a letter, a hyphen, a colon or another mark."""
    mark = norm[at - 1]
    if mark.isalnum():
        return _behind_letters(text, norm, at, end, floor)
    behind_letter = at - 1 > floor and norm[at - 2].isalnum()
    if mark in _MARKS_IN_NAMES and behind_letter:
        return _behind_joint(text, norm, at, end, floor)
    if mark == ":" and behind_letter:
        return _ticker(text, norm, at, at - 1, floor)
    if mark == "#":
        return Other(max(at - 1, floor), end, "label")
    return None


def _behind_letters(text: str, norm: str, at: int, end: int, floor: int) -> Other | None:
    word, begin = _letters(norm, at, floor)
    if units.prefix(word, text[begin:at]) and (word != "r" or end - at > 2 or norm[end : end + 1] == ","):  # noqa: PLR2004
        return None
    return _token(text, norm, at, end, floor)


def _behind_joint(text: str, norm: str, at: int, end: int, floor: int) -> Other | None:
    """Digits that a hyphen, a slash or a point joins to the word before: "F-150", "No.1", "Sept.30", "sub-5%"."""
    word, begin = _letters(norm, at - 1, floor)
    mark = norm[at - 1]
    if mark == "." and (word in calendar("month") or f"{word}." in calendar("month")):
        return Other(begin, end, "date")
    if mark == "." and (word in labels() or f"{word}." in labels()):
        return Other(begin, end, "label")
    if mark == "." and units.prefix(word + ".", text[begin:at]):
        return None
    if mark == "-" and (word in _prefixes() or norm[end : end + 1] == "%" or _DECIMAL_PERCENT.match(norm, end)):
        return None
    return _token(text, norm, at, end, floor)


_DECIMAL_PERCENT = re.compile(r"\.\d{1,9} ?(?:%|percent|per cent|bps|basis)", re.ASCII)


def _letters(norm: str, end: int, floor: int) -> tuple[str, int]:
    start = end
    while start > floor and norm[start - 1].isalpha() and end - start < _LONGEST_WORD:
        start -= 1
    return norm[start:end], start


def _token(text: str, norm: str, at: int, end: int, floor: int | None = None) -> Other:
    """The word of letters and digits that stands at `at`: "YU7", "Q2", "FY2025", "US0378331005"."""
    start = at
    if floor is not None:
        while (
            start > floor and at - start < _LONGEST_WORD and (norm[start - 1].isalnum() or norm[start - 1] in "_-&/.'")
        ):
            start -= 1
        while not norm[start].isalnum():
            start += 1
    match = _TOKEN.match(norm, start)
    stop = max(match.end() if match else end, end)
    period = _NAMED_PERIOD.match(norm, start)
    if period and period.end() >= stop:
        return Other(start, period.end(), "period")
    return Other(start, stop, _kind_of_token(text[start:stop]))


def _kind_of_token(printed: str) -> str:
    if _ISIN.fullmatch(printed) or "@" in printed or (len(printed) > _LONG_NAME and printed.isupper()):
        return "identifier"
    return "ticker" if _RIC.fullmatch(printed) else "name"


_LONG_NAME = 9
_ISIN = re.compile(r"[A-Z]{2}[A-Z\d]{9}\d")
_RIC = re.compile(r"[A-Z\d]{1,6}\.[A-Z]{1,2}")


def _ticker(text: str, norm: str, at: int, colon: int, floor: int) -> Other | None:
    """The exchange and the code of a stock: "TYO:6857", "HK: 0241"."""
    word, begin = _letters(norm, colon, floor)
    bracketed = norm[begin - 1 : begin] in {"(", "["}
    if (
        not word
        or not text[begin:colon].isupper()
        or not (bracketed or (colon == at - 1 and norm[at : at + 3].isdecimal()))
    ):
        return None
    match = _TOKEN.match(norm, at)
    return Other(begin, match.end() if match else at + 1, "ticker")


def _shaped(text: str, norm: str, at: int, end: int, floor: int, after: str) -> Other | None:
    if after in {" ", "-"}:
        date = _day_and_month(text, norm, at, end)
        if date is not None:
            return date
        if after == " " and not _may_follow(norm, end):
            return None
    if after == "." and _EXCHANGE.match(text, at):
        match = _EXCHANGE.match(text, at)
        return Other(at, match.end() if match else end, "ticker")
    if after == "-" and (_MIXED_FRACTION.match(norm, at) or word_before(norm, floor, at)[0] in calendar("month")):
        return None
    for pattern, kind in _SHAPES.get("" if after.isalpha() else after, ()):
        match = pattern.match(norm, at)
        if match:
            return Other(at, match.end(), kind)
    if after in {"-", "/", ":"}:
        long = _CHAIN.match(norm, at)
        if long and sum(map(norm[at : min(long.end(), at + 60)].count, "-/:")) > 2:  # noqa: PLR2004
            return Other(at, long.end(), "identifier")
    return None


def _may_follow(norm: str, end: int) -> bool:
    """Whether the word behind "10 " may make it a time of day or a span of years."""
    return norm[end + 1 : end + 2] in {"a", "p", "g", "u", "h", "e", "o", "-"}


def _day_and_month(text: str, norm: str, at: int, end: int) -> Other | None:
    match = _DAY_AND_MONTH.match(norm, at)
    if match is None or match.start(1) < end:
        return None
    word = match[1].rstrip(".")
    if word not in calendar("month") or not (text[match.start(1)].isupper() or len(word) > len("march")):
        return None
    return Other(at, match.end(), "date")


def _by_word(text: str, norm: str, number: Draft, word: str, begin: int, floor: int) -> Other | None:
    """What the word before a number makes of it: a date, a label, a fiscal year, an age, a known name."""
    at, end = number.start, number.number.end
    if word in calendar("month") and text[begin].isupper():
        match = _DAYS_OF_MONTH.match(norm, at)
        if match and match.end() >= end:
            return Other(begin, match.end(), "date")
        if _is_year(norm, at, end):
            return Other(begin, end, "date")
    if word in calendar("fiscal") and number.number.form == "whole" and (_is_year(norm, at, end) or end - at == 2):  # noqa: PLR2004
        return Other(begin, end, "period")
    if word in {"aged", "age"} and number.unit is None:
        return Other(begin, end, "age")
    if number.number.form != "whole":
        return None
    name = _known_name(norm, word, begin, floor)
    if name is not None and number.unit in {None, *_AFTER_NAMES}:
        return Other(name, end, "name")
    if (
        word in labels()
        and (number.unit is None or text[begin].isupper())
        and end - at <= _SHORT_NAME
        and not _is_year(norm, at, end)
    ):
        tail = _LABEL_TAIL.match(norm, end)
        return Other(begin, tail.end() if tail else end, "label")
    return None


_AFTER_NAMES = frozenset(
    {
        "index",
        "stock",
        "fund",
        "contract",
        "option",
        "company",
        "firm",
        "share",
        "member",
        "bank",
        "model",
        "phone",
        "plane",
        "jet",
        "aircraft",
        "market",
    }
)


def _known_name(norm: str, word: str, begin: int, floor: int) -> int | None:
    """Where a name of digit_names.txt begins that ends with `word`, or None."""
    for phrase in _names().get(word, ()):
        start = begin + len(word) - len(phrase)
        if start >= floor and norm.startswith(phrase, start) and not norm[start - 1 : start].isalnum():
            return start
    return None


def _by_neighbours(text: str, norm: str, number: Draft, word: str, begin: int, floor: int) -> Other | None:
    """A capitalised word before a small whole number makes it a name; commas around it make it an age."""
    at, end = number.start, number.number.end
    if word.endswith(","):
        named = text[begin].isupper() and end - at == 2 and int(norm[at:end]) in _AGES  # noqa: PLR2004
        return Other(at, end, "age") if named and _BETWEEN_COMMAS.match(norm, end) else None
    if (
        end - at > _SHORT_NAME
        or not text[begin].isupper()
        or not (word[-1].isalnum() or word[-1] == "&")
        or word.endswith("'s")
    ):
        return None
    opens = begin == 0 or norm[begin - 2 : begin - 1] in {".", "!", "?", ":", ""} or norm[begin - 1] in '\n"“(['
    if word in units.stopping() or word in calendar("weekday") or (opens and word in _OPENERS):
        return None
    return Other(begin, end, "name")


_OPENERS = frozenset({"only", "nearly", "price", "top", "was", "now", "from", "estimate", "all"})


def _without_word(norm: str, at: int, end: int, floor: int) -> Other | None:
    """A number at the beginning of a line or behind a bracket: the number of a list item, or a year."""
    if _is_year(norm, at, end) and end < len(norm):
        return Other(at, end, "date")
    opens = at == 0 or norm[at - 1] == "\n" or (norm[at - 1] == "(" and norm[end : end + 1] == ")")
    mark = _LIST_MARK.match(norm, end)
    if opens and mark and end - at <= 2 and end < len(norm) - 2:  # noqa: PLR2004
        return Other(at, end, "list_number")
    return None


def _is_year(norm: str, at: int, end: int) -> bool:
    return end - at == _YEAR_DIGITS and norm[at : at + 2] in {"19", "20"} and norm[at:end].isdecimal()


@cache
def calendar(name: str) -> frozenset[str]:
    """The words of one class of calendar.txt."""
    return frozenset(word for row, words in lexicon.rows("calendar") for word in words.split() if row == name)


@cache
def labels() -> frozenset[str]:
    """Words that make the number behind them a label."""
    return frozenset(row[0] for row in lexicon.rows("labels"))


@cache
def _names() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for (phrase,) in lexicon.rows("digit_names"):
        found.setdefault(phrase.split()[-1], []).append(phrase)
    return {last: tuple(sorted(phrases, key=len, reverse=True)) for last, phrases in found.items()}


@cache
def _maturities() -> frozenset[str]:
    return frozenset(row[0] for row in lexicon.rows("maturities"))


@cache
def _prefixes() -> frozenset[str]:
    """Words that a hyphen joins to a number without making a name of it: "sub-5%", "mid-2025"."""
    return frozenset(row[0] for row in lexicon.rows("number_prefixes"))
