"""Recognise digits that state no quantity: names, tickers, dates, times, periods, labels, ages, addresses.

Goes in: a text with its normalised form, and where a digit or a number without a unit stands. Comes out: what it is
(`Other`), or None where it may be a quantity. docs/quantities.md lists the kinds; the words come from the lexicon.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from marketextract import _units as units
from marketextract import lexicon
from marketextract._drafts import Draft, word_before
from marketextract._number_words import context

if TYPE_CHECKING:
    from marketextract._numerals import Source


class Other(NamedTuple):
    """`start:end` of a text is no quantity but of this kind."""

    start: int
    end: int
    kind: str


_PLAIN_BEFORE = frozenset(" \n(\"“'[$€£¥₹%>") | {""}
_PLAIN_AFTER = frozenset('%,)\n;!?"”]$€£') | {""}
_MARKS_IN_NAMES = frozenset("-/&_=.")
_LONGEST_WORD = 24
_LONG_NAME = 9
_INSIDE_NAMES = frozenset("_-&/.'")
_DECIMAL_MARKS = frozenset({".", ","})
_TERMS = frozenset({"year", "month", "week", "day", None})
_BEHIND_YEARS = frozenset({"quarter", "session"})
_BEFORE_MONTHS = frozenset(" -snrt")  # "24 September", "24th of September"
_MAY_FOLLOW = frozenset(
    "apgueho-"
)  # first letters of what makes a time of "10 ": a.m., p.m., GMT, UTC, ET, hours, o'clock
_SHORT_NAME = 4  # digits: "Windows 11", "Boeing 777", but not "Nifty 25000"
_AGES = range(15, 111)

_ISIN = re.compile(r"[A-Z]{2}[A-Z\d]{9}\d")
_RIC = re.compile(r"[A-Z\d]{1,6}\.[A-Z]{1,2}")
_CODE_TAIL = re.compile(r"=[A-Z]{0,4}(?![A-Za-z\d])")
_FUTURE = re.compile(r"[A-Z]{2,3}c?[vc]\d{1,2}")
_RATE = re.compile(r"(?:\.\d{1,9})? ?(?:%|percent|per cent|bps|basis)", re.ASCII)
_TOKEN = re.compile(r"[A-Za-z\d]+(?:(?:[-./&:_']|(?<=\d)\+(?=\d))[A-Za-z\d]+)*", re.ASCII)
_CHAIN = re.compile(r"\d+(?:[-./:,]{1,2}\d+)+(?:[a-z]\w*)?", re.ASCII)
_URL = re.compile(r"\S{1,2000}")
_NEXT_WORD = re.compile(r" ([a-z']+)", re.ASCII)
_EXCHANGE = re.compile(r"\d{3,6}\.[A-Z]{1,2}(?![A-Za-z\d])")
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
_MONTH = r"(?:1[0-2]|0?[1-9])(?!\d)"
_YEAR = r"(?:19|20)\d\d"
_DAYTIME = r"(?:a\.m\.?|p\.m\.?|am|pm)(?![a-z])"
_ISO_DATE = rf"{_YEAR}(?P<iso>[-/.]){_MONTH}(?P=iso){_DAY}(?!\d)"
_DATE = rf"{_DAY}(?P<mark>[-/.]){_DAY}(?P=mark)(?:{_YEAR}|\d\d)(?![\d/%-])"
_SHORT_DATE = r"(?:9/11|24/7)(?!\d)"
_CLOCK = rf"(?:0?[0-9]|1[0-9]|2[0-3])(?:[:.][0-5]\d)? ?(?:{_DAYTIME}|o'clock)"
_TIME = rf"(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?: ?{_DAYTIME})?(?!\d)"
_MILITARY = r"(?:[01]\d|2[0-4])[0-5]\d ?(?:gmt|utc|hrs|et|hours|[ap]m)(?![a-z])"
_ORDINAL = r"\d{1,4}(?:st|nd|rd|th)(?![a-z\d])"
_DECADE = r"(?:(?:1[5-9]|20)\d0|[1-9]0)'?s(?![a-z\d])"
_PERIOD = rf"(?:[1-4]q|[1-4]t(?=\d)|[12]h|[369]m(?= ?'?['\d]\d)|[1-9]\d?fy)[ '/-]?(?:{_YEAR}|\d\d)?[ef]?(?![a-z\d])"
_NAMED_PERIOD = re.compile(
    rf"(?:[qt][1-4]|h[12]|fy|cy)[ '/-]?(?:{_YEAR}|\d\d)?(?:[-/]\d\d)?(?:[ '/-](?:fy|cy)?{_YEAR})?[ef]?(?![a-z\d])",
    re.ASCII,
)
_YEARS = rf"{_YEAR} ?[-/] ?(?:{_YEAR}|\d\d)(?![\d%/-]|[.,]\d)"
_SCORE = r"\d{1,3}-\d{1,3}(?:-\d{1,3})? (?:vote|win|victory|loss|defeat|lead|decision|majority|ruling|split vote)\b"
_COLONS = r"\d{1,6}(?::\d{1,6}(?:\.\d{1,6})?)+"
_DECIMALS = re.compile(r"\.\d+(?![\d.]| ?(?:[ap]\.?m|o'))")  # of no date and no time
_LABEL_TAIL = re.compile(r"(?:[-/.]\d+)*", re.ASCII)
_PHONE = r"\+?\d{1,4}(?:[ .-]?\(\d{1,4}\))?(?:[ ./-]\d{2,4}){2,4}(?!\d)"
_PHONE_IN_BRACKETS = r"\d{3}\) ?\d{3}-\d{4}(?!\d)"
_MIXED_FRACTION = re.compile(r"\d{1,4}-\d{1,2}/\d{1,2}(?!\d)", re.ASCII)
_LOCAL_PHONE = r"\d{3}-\d{4}(?!\d)"
_LONG_CHAIN = r"\d+(?:[-/:]\d+){3,}(?:[a-z]\w*)?"
_PLAN = r"\d{3}\([a-z]\)"  # "401(k)"
_DAY_AND_MONTH = re.compile(rf"{_DAY}(?:st|nd|rd|th)?(?: of)?[ -]([a-z]+\.?)(?:,?[ -]{_YEAR}(?!\d))?", re.ASCII)
_DAYS_OF_MONTH = re.compile(
    rf"{_DAY}(?:st|nd|rd|th)?"
    rf"(?:(?: ?- ?| and | to ){_DAY}(?!\d|[.,]\d| ?(?:%|per|[mbt]r?illion|bn|[mb]ln|points|b[ap])))?"
    rf"(?:,? {_YEAR}(?![\d%]|[.,]\d))?",
    re.ASCII,
)
_OLD = re.compile(
    r"(?:[ -](?:years?|months?|weeks?|days?))?(?:[ -]olds?| of age)(?![a-z])|[ -](?:yo|y\.o\.|y/o)(?![a-z])", re.ASCII
)
_SHORT_NUMBERS = re.compile(r"\d{1,2}(?:,\d{1,2}){2,}(?![,.]?\d)", re.ASCII)
_BETWEEN_NUMBERS = re.compile(r" \d{1,2} \d{1,2}(?![\d/])", re.ASCII)
_LIST_MARK = re.compile(r"(?:\.(?= [^\W\d_])|\)|:)(?!\d)")
_BETWEEN_COMMAS = re.compile(r",(?! \d)|\)")
_BEHIND_TERM = re.compile(r"[ -]([a-z.-]+)(?:[ -]([a-z.-]+))?(?:[ -]([a-z.-]+))?", re.ASCII)
_AVERAGE = re.compile(
    r"(?:[ -](?:simple|exponential|weighted))*"
    r"[ -](?:moving|sma|ema|dma|rsi|relative strength|mavg|ma\b|line\b|average\b)",
    re.ASCII,
)

# What a run of digits may be by its shape, by the character that follows the run. The group that matches is the kind.
_SHAPES = {
    after: re.compile("|".join(rf"(?P<{kind}>{shape})" for kind, shape in shapes.items()), re.ASCII)
    for after, shapes in {
        " ": {"time": f"{_CLOCK}|{_MILITARY}", "period": _YEARS},
        ":": {"time": _TIME, "score": _COLONS},
        ".": {"time": _CLOCK, "date": f"{_DATE}|{_ISO_DATE}"},
        "/": {"date": f"{_ISO_DATE}|{_DATE}|{_SHORT_DATE}", "period": _YEARS, "identifier": _LONG_CHAIN},
        "-": {
            "date": f"{_ISO_DATE}|{_DATE}",
            "period": _YEARS,
            "score": _SCORE,
            "phone": f"{_PHONE}|{_LOCAL_PHONE}",
            "identifier": _LONG_CHAIN,
        },
        "'": {"period": _DECADE},
        "(": {"name": _PLAN},
        ")": {"phone": _PHONE_IN_BRACKETS},
        "": {"ordinal": _ORDINAL, "time": f"{_CLOCK}|{_MILITARY}", "period": f"{_DECADE}|{_PERIOD}"},
    }.items()
}


def address(norm: str, at: int) -> Other:
    """The URL that begins at `at`."""
    match = _URL.match(norm, at)
    printed = match[0].rstrip(".,;:!?)]}>\"'”") if match else norm[at]
    return Other(at, at + len(printed), "url")


def of_digits(source: Source, at: int, end: int, floor: int) -> Other | None:
    """What the run of digits `at:end` is by its own shape and what touches it; None where it may be a number."""
    norm = source.norm
    before = norm[at - 1] if at else ""
    found = None
    if before not in _PLAIN_BEFORE:
        found = _behind_mark(source, at, end, floor)
    elif before == " " and norm[at - 2 : at - 1] == ":" and at - 2 > floor:
        found = _ticker(source, at, at - 2, floor)
    if found is not None:
        return found
    return None if norm[end : end + 1] in _PLAIN_AFTER else _shaped(source, at, end, floor)


def begins_list(norm: str, at: int, end: int) -> bool:
    """Whether the digits are the first of several short numbers that commas without spaces part: "22,24,26,31"."""
    return norm[end : end + 1] == "," and _SHORT_NUMBERS.match(norm, at) is not None


def continues_list(norm: str, at: int, end: int, floor: int) -> bool:
    """Whether the digits are a short number in a list that commas without spaces part, or nothing but single spaces."""
    if at - 1 != floor or not floor or end - at > len("99") or not norm[at - 2].isdecimal():
        return False
    return norm[at - 1] == "," or (norm[at - 1] == " " and _BETWEEN_NUMBERS.match(norm, end) is not None)


def of_number(source: Source, number: Draft, floor: int) -> Other | None:
    """What a number in digits is instead of a quantity, by what stands around it."""
    norm = source.norm
    at, end = number.start, number.number.end
    if number.end == end and norm[end : end + 1] in _DECIMAL_MARKS and norm[end + 1 : end + 2].isdecimal():
        return _chain(norm, number.number.start, end)
    found = None
    if number.unit is None and (norm[end : end + 1].isalnum() or norm[end : end + 1] == "_"):
        found = _token(source, at, end, at)
    elif _is_year(norm, at, end) and (number.thing or number.unit in _BEHIND_YEARS) and norm[at + 2 : end] != "00":
        found = Other(at, end, "date")  # "the 2025 quarter"; a count of that many is printed "2,025 cars"
    elif number.unit is None or number.thing:
        before = word_before(norm, floor, at)
        found = _by_word(source, number, before, floor) if before[0] else _without_word(norm, number)
    return found or of_term(norm, number)


def of_term(norm: str, number: Draft) -> Other | None:
    """Whether a number of years, months or days is an age, the term of a bond, or the span of an average."""
    if number.unit not in _TERMS:
        return None
    end = number.number.end
    old = _OLD.match(norm, end) or (_OLD.match(norm, number.end) if number.end > end else None)
    if old:
        return Other(number.start, old.end(), "age")
    if (number.unit in {"day", "week"} or norm[number.end : number.end + 1] == "-") and _AVERAGE.match(
        norm, number.end
    ):
        return Other(number.start, number.end, "moving_average")
    several = norm[end : end + 1] == " " and norm[number.end - 1] == "s"  # "in two years bond prices fell"
    if number.unit in {"year", "month"} and not several and _matures(norm, number.end):
        return Other(number.start, number.end, "maturity")
    return None


def _matures(norm: str, end: int) -> bool:
    """Whether one of the words behind a term names what is repaid; a comma or a small word ends the search."""
    behind = _BEHIND_TERM.match(norm, end)
    for word in behind.groups() if behind else ():
        if word is None or word in units.stopping():
            return False
        if word.strip(".") in _maturities():
            return True
        if word.endswith(".") and "." not in word[:-1]:
            return False
    return False


def _chain(norm: str, at: int, end: int) -> Other:
    """The digits and marks from `at` on that make no number together: "192.168.1.2", "1,2"; at least `at:end`."""
    match = _CHAIN.match(norm, at)
    kind = "malformed" if norm[end : end + 1] == "," else "identifier"
    return Other(at, max(match.end() if match else end, end), kind)


def _behind_mark(source: Source, at: int, end: int, floor: int) -> Other | None:
    """What digits are behind a letter, a hyphen, a colon or another mark."""
    norm = source.norm
    mark = norm[at - 1]
    if mark.isalnum():
        word, begin = _letters(norm, at, floor)
        is_amount = units.joins(norm, word, at) and units.prefix(word, source.text[begin:at])
        return None if is_amount else _token(source, at, end, floor)
    if mark in "#^":  # "#5"; "m^2", whose unit is read before
        return Other(max(at - 1, floor), end, "label" if mark == "#" else "identifier")
    if at - 1 <= floor or not norm[at - 2].isalnum():
        return None
    if mark in _MARKS_IN_NAMES:
        return _behind_joint(source, at, end, floor)
    return _ticker(source, at, at - 1, floor) if mark == ":" else None


def _behind_joint(source: Source, at: int, end: int, floor: int) -> Other | None:
    """Digits that a hyphen, a slash or a point joins to the word before: "F-150", "No.1", "Sept.30", "sub-5%"."""
    norm = source.norm
    word, begin = _letters(norm, at - 1, floor)
    if norm[at - 1] == ".":
        for kind, words in (("date", calendar("month")), ("label", labels())):
            if word in words or f"{word}." in words:
                return Other(begin, end, kind)
        if units.prefix(word + ".", source.text[begin:at]):
            return None
    if norm[at - 1] == "-" and word in calendar("month") and end - at in {len("24"), len("2024")}:
        return Other(begin, end, "date")
    if norm[at - 1] == "-" and (word in _prefixes() or _RATE.match(norm, end)):
        return None
    return _token(source, at, end, floor)


def _letters(norm: str, end: int, floor: int) -> tuple[str, int]:
    start = end
    while start > floor and norm[start - 1].isalpha() and end - start < _LONGEST_WORD:
        start -= 1
    return norm[start:end], start


def _token(source: Source, at: int, end: int, floor: int) -> Other:
    """The word of letters and digits that the digits `at:end` stand in: "YU7", "Q2", "FY2025", "US0378331005"."""
    norm = source.norm
    start = at
    while start > max(floor, at - _LONGEST_WORD) and (norm[start - 1].isalnum() or norm[start - 1] in _INSIDE_NAMES):
        start -= 1
    while start < at and not norm[start].isalnum():
        start += 1
    match = _TOKEN.match(norm, start)
    stop = max(match.end() if match else end, end)
    period = _NAMED_PERIOD.match(norm, start)
    if period and period.end() >= stop:
        return Other(start, period.end(), "period")
    return _code(source, start, stop, floor) or Other(start, stop, _kind_of_token(source.text[start:stop]))


def _code(source: Source, start: int, stop: int, floor: int) -> Other | None:
    """The code of an index, a bond or a future as newswires print it: ".N225", "^N225", "US10YT=RR", "CLc1"."""
    text = source.text
    if (
        start > floor
        and text[start - 1] in ".^"
        and text[start:stop].isupper()
        and not text[start - 2 : start - 1].isalnum()
    ):
        return Other(start - 1, stop, "ticker")
    tail = _CODE_TAIL.match(text, stop)
    if tail or _FUTURE.fullmatch(text, start, stop):
        return Other(start, tail.end() if tail else stop, "ticker")
    return None


def _kind_of_token(printed: str) -> str:
    if _ISIN.fullmatch(printed) or "@" in printed or (len(printed) > _LONG_NAME and printed.isupper()):
        return "identifier"
    return "ticker" if _RIC.fullmatch(printed) else "name"


def _ticker(source: Source, at: int, colon: int, floor: int) -> Other | None:
    """The exchange and the code of a stock: "TYO:6857", "HK: 0241"."""
    norm = source.norm
    word, begin = _letters(norm, colon, floor)
    if not word or not source.text[begin:colon].isupper():
        return None
    if norm[begin - 1 : begin] not in {"(", "["} and not (colon == at - 1 and norm[at : at + 3].isdecimal()):
        return None
    match = _TOKEN.match(norm, at)
    return Other(begin, match.end() if match else at + 1, "ticker")


def _shaped(source: Source, at: int, end: int, floor: int) -> Other | None:
    """What a run of digits is by the character behind it and what follows: a date, a time, a period, an ordinal."""
    text, norm = source
    after = norm[end]
    if after == ".":
        return _around_point(text, norm, at, end)
    if after.isalpha() and at and units.is_sign(norm[at - 1]):
        return None  # "$3M", "in the mid $50s"
    if after in _BEFORE_MONTHS:
        date = _day_and_month(text, norm, at, end)
        if date is not None or (after == " " and norm[end + 1 : end + 2] not in _MAY_FOLLOW):
            return date
    if after == "-" and (_MIXED_FRACTION.match(norm, at) or word_before(norm, floor, at)[0] in calendar("month")):
        return None
    token = _TOKEN.match(text, at) if after.isalpha() or after == "-" else None
    if token and token[0] in context("whole_name") and len(token[0]) < len(text):
        return Other(at, token.end(), "name")
    return _of_shape("" if after.isalpha() else after, norm, at)


def _around_point(text: str, norm: str, at: int, end: int) -> Other | None:
    """What digits with a point behind them are: the code of a stock, a date, a time; None for most decimals."""
    if _DECIMALS.match(norm, end):
        return None
    following = text[end + 1 : end + 2]
    if following.isalpha():
        exchange = _EXCHANGE.match(text, at)
        return Other(at, exchange.end(), "ticker") if exchange else None
    return _of_shape(".", norm, at) if following.isdecimal() else None


def _of_shape(after: str, norm: str, at: int) -> Other | None:
    """What the run of digits at `at` is by its shape, where `after` follows it; "" stands for any letter."""
    shapes = _SHAPES.get(after)
    match = shapes.match(norm, at) if shapes else None
    return Other(at, match.end(), match.lastgroup or "") if match else None


def _day_and_month(text: str, norm: str, at: int, end: int) -> Other | None:
    """The date of "1 February 2025" or "4th of July"; "may" and "march" need a capital."""
    match = _DAY_AND_MONTH.match(norm, at)
    if match is None or match.start(1) < end:
        return None
    printed = match[1]
    word = printed.rstrip(".")
    if word not in calendar("month") or not (text[match.start(1)].isupper() or len(word) > len("march")):
        return None
    ends_sentence = match.end() == match.end(1) and printed not in calendar("month")  # the point of "on 4 July."
    return Other(at, match.end() - ends_sentence, "date")


def _by_word(source: Source, number: Draft, before: tuple[str, int], floor: int) -> Other | None:
    """What the word before a number makes of it: a date, a period, an age, a known name, a label, or a name at all."""
    text, norm = source
    word, begin = before
    at, end = number.start, number.number.end
    dated = _dated(source, number, before)
    if dated is not None or number.number.form != "whole" or number.number.scale != 1:
        return dated
    name = _known_name(norm, word, begin, floor)
    if name is not None and (number.unit is None or number.unit in context("behind_name")):
        return Other(name, end, "name")
    if _labels(text, norm, number, before):
        tail = _LABEL_TAIL.match(norm, end)
        return Other(begin, tail.end() if tail else end, "label")
    if _is_aircraft(norm, number, word):
        return Other(at, end, "name")
    if number.unit not in {None, "index"}:
        return None
    return Other(at, end, "date") if _is_year(norm, at, end) else _by_neighbours(source, number, before)


def _dated(source: Source, number: Draft, before: tuple[str, int]) -> Other | None:
    """A month, a fiscal year or an age before the number."""
    norm = source.norm
    word, begin = before
    at, end = number.start, number.number.end
    if word in calendar("month") and source.text[begin].isupper():
        match = _DAYS_OF_MONTH.match(norm, at)
        if (match and match.end() >= end) or _is_year(norm, at, end):
            return Other(begin, match.end() if match and match.end() >= end else end, "date")
    if word in calendar("fiscal") and (_is_year(norm, at, end) or (end - at == len("25") and norm[at:end].isdecimal())):
        return Other(begin, end, "period")
    return Other(begin, end, "age") if number.unit is None and word in context("age") else None


def _is_aircraft(norm: str, number: Draft, before: str) -> bool:
    """Whether the number is an aeroplane without its maker: "the 737", "787 Dreamliner"."""
    at, end = number.start, number.number.end
    if norm[at:end] not in context("aircraft") or (
        number.thing and before in units.stopping() - context("before_aircraft")
    ):
        return False
    following = _NEXT_WORD.match(norm, end)
    behind = following is not None and following[1] in context("behind_aircraft")
    return behind or (number.unit is None and before in context("before_aircraft"))


def _labels(text: str, norm: str, number: Draft, before: tuple[str, int]) -> bool:
    """Whether the word before the number makes a label of it: "Section 301", but not "unit 500 cars"."""
    word, begin = before
    at, end = number.start, number.number.end
    if word not in labels() or end - at > _SHORT_NAME or _is_year(norm, at, end):
        return False
    return number.unit is None or text[begin].isupper()


def _known_name(norm: str, word: str, begin: int, floor: int) -> int | None:
    """Where a name of digit_names.txt begins that ends with `word`, or None."""
    for phrase in _names().get(word, ()):
        start = begin + len(word) - len(phrase)
        if start >= floor and norm.startswith(phrase, start) and not norm[start - 1 : start].isalnum():
            return start
    return None


def _by_neighbours(source: Source, number: Draft, before: tuple[str, int]) -> Other | None:
    """A capitalised word before a small whole number makes it a name; commas around it make it an age."""
    text, norm = source
    word, begin = before
    at, end = number.start, number.number.end
    if not text[begin].isupper():
        return None
    if word.endswith(","):
        is_age = end - at == len("45") and int(norm[at:end]) in _AGES and _BETWEEN_COMMAS.match(norm, end)
        return Other(at, end, "age") if is_age else None
    if end - at > _SHORT_NAME or word.endswith("'s") or not (word[-1].isalnum() or word[-1] == "&"):
        return None
    opens = begin == 0 or norm[begin - 2 : begin - 1] in {".", "!", "?", ":", ""} or norm[begin - 1] in '\n"“(['
    small = word in units.stopping() or word in calendar("weekday") or (opens and word in context("opener"))
    return None if small else Other(begin, end, "name")


def _without_word(norm: str, number: Draft) -> Other | None:
    """A number at the beginning of a line or behind a bracket: the number of a list item, or a year."""
    at, end = number.start, number.number.end
    if number.unit is not None:
        return None
    if _is_year(norm, at, end) and end < len(norm):
        return Other(at, end, "date")
    opens = at == 0 or norm[at - 1] == "\n" or (norm[at - 1] == "(" and norm[end : end + 1] == ")")
    if opens and end - at <= len("10") and end < len(norm) - 2 and _LIST_MARK.match(norm, end):
        return Other(at, end, "list_number")
    return None


def _is_year(norm: str, at: int, end: int) -> bool:
    return end - at == len("2025") and norm[at : at + 2] in {"19", "20"} and norm[at:end].isdecimal()


@lexicon.kept(64)
def calendar(name: str) -> frozenset[str]:
    """The words of one class of calendar.txt."""
    return frozenset(word for row, words in lexicon.rows("calendar") for word in words.split() if row == name)


@lexicon.derived
def labels() -> frozenset[str]:
    """Words that make the number behind them a label."""
    return frozenset(row[0] for row in lexicon.rows("labels"))


@lexicon.derived
def _names() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for (phrase,) in lexicon.rows("digit_names"):
        found.setdefault(phrase.split()[-1], []).append(phrase)
    return {last: tuple(sorted(phrases, key=len, reverse=True)) for last, phrases in found.items()}


@lexicon.derived
def _maturities() -> frozenset[str]:
    return frozenset(row[0] for row in lexicon.rows("maturities"))


@lexicon.derived
def _prefixes() -> frozenset[str]:
    """Words that a hyphen joins to a number without making a name of it: "sub-5%", "mid-2025"."""
    return frozenset(row[0] for row in lexicon.rows("number_prefixes"))
