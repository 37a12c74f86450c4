"""Read one number together with its sign, its currency and its unit, before bounds and ranges are looked at.

Goes in: a text with its normalised form and the offset where a number begins. Comes out: a `Draft`, or None where no
number can be read. It reads no further back than the end of the reading before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from marketextract import _numerals as numerals
from marketextract import _units as units

if TYPE_CHECKING:
    from marketextract._numerals import Source

_MINUS = ("minus ", "negative ")
_PERCENT_OF = re.compile(r"(?:percent|percents|per cent|percentage) of \Z")
_RATIO_JOINED = re.compile(r"-(?:to|for)-(?=[\da-z])|-(?=\d{1,4}(?:\.\d{1,4})? ratio\b)")
_RATIO = re.compile(r" (over|out of|in|divided by) (?=[\da-z])")
_REPEATED = re.compile(r" \((\d{1,12}|[a-z][a-z -]{2,40})\)")
_COMPARED = re.compile(r" \((\d[\d,]{0,14}(?:\.\d{1,4})?)\)", re.ASCII)  # "EUR 56.8 (59.7) million"
_WORD_OR_PERCENT = re.compile(r" ?[a-z%]")
_SHARED = 40  # characters behind the bracket
_SENTENCE_END = re.compile(r"[.!?]?\s*\Z")
_BARE_MINOR = re.compile(r"(?: and)? (\d\d?|[a-z]+(?:[ -][a-z]+)?)(?=[.!?]?\s*\Z|[.!?] | more\b)")
_SCALE_BEHIND = re.compile(r" ([a-z]+)(?![a-z])")
_LONGEST_WORD = 24
_LINE_OR_DASH = re.compile(r"\n|--")
_PRICE_TAG = 40
_ONLY_WORD = re.compile(r" ?((?!/)(?=\S{0,3}[^\W\d])[^\s\d]{1,6})\s*")
_SPELLED = frozenset({"words", "fraction"})
_COUNTING = frozenset({"whole", "grouped", "words"})
_HUNDRED = Decimal(100)
_LEADING = 3  # characters: "- 5" is a negative number only where a text begins with it


@dataclass(slots=True)
class Draft:
    """A number at `start:end` with its sign and scale in `value`, and its unit; `number` is the bare number in it."""

    start: int
    end: int
    number: numerals.Numeral
    value: Decimal
    unit: str | None
    per: str | None = None
    money: bool = False
    thing: bool = False
    compared: Compared | None = None


class Compared(NamedTuple):
    """A second amount in brackets, which shares scale and unit with the one before: "EUR 56.8 (59.7) million"."""

    at: int
    scale: Decimal
    unit: str | None
    money: bool


def word_before(norm: str, floor: int, at: int) -> tuple[str, int]:
    """The word that ends at `at`, or one space before it, without opening marks; and where it begins."""
    end = at - 1 if at > floor and norm[at - 1] == " " else at
    earliest = max(floor, end - _LONGEST_WORD)
    begin = norm.rfind(" ", earliest, end) + 1 or earliest
    word = norm[begin:end]
    if not word.isalpha():
        if "\n" in word or "--" in word:
            word = _LINE_OR_DASH.split(word)[-1]
        word = word.lstrip("([{\"'“‘—-<*•|")
    return word, end - len(word)


def draft(source: Source, at: int, floor: int, money: bool = False) -> Draft | None:
    """The number at `at` with what belongs to it; `money` where it is known to be an amount, as behind "$5-"."""
    norm = source.norm
    if at > floor and norm[at - 1] == "." and norm[at].isdecimal() and not norm[at - 2 : at - 1].isalnum():
        at -= 1
    number = numerals.read(norm, at)
    if number is None:
        return None
    if number.start < at and norm[number.end : number.end + 1] == "-":
        number = number._replace(start=at)  # "a quarter-point step": the article is that of the step
    currency, start, power = _currency(source, number.start, floor)
    if norm[number.start].isdecimal() or norm[number.start] == ".":
        number = numerals.with_letter_scale(source.text, number, money or currency is not None)
    if currency is not None and start < number.start - 1 and norm[number.start - 1] == "-":
        negative = True  # "$-99.99"
    else:
        start, negative = _sign(norm, start, floor, currency is not None)
    found = Draft(start, number.end, number, number.value.copy_negate() if negative else number.value, currency)
    if power:
        found.value = numerals.times(found.value, Decimal(10) ** power)
    if currency is not None:
        found.money = True
        _after_currency(source, found)
    else:
        _with_unit(source, found, floor)
    if found.money:
        _with_minor(source, found)
    if norm.startswith(" (", found.end):
        _with_compared(source, found)
    found.per = found.per or units.per(norm, found.end)
    return found


def _with_compared(source: Source, found: Draft) -> None:
    """Give the number what stands behind a second number in brackets, and note that both share it."""
    match = _COMPARED.match(source.norm, found.end)
    if match is None:
        return
    scaled = found.number.scale > 1
    if not scaled and found.end == found.number.end:
        start = match.end() + (found.money and source.norm.startswith(" ", match.end()))
        text, norm = (printed[start : start + _SHARED] for printed in source)
        if not _WORD_OR_PERCENT.match(norm):
            return
        tail = draft(numerals.Source(f"2{text}", f"2{norm}"), 0, 0, found.money)  # as several of it
        scaled = tail is not None and tail.number.scale > 1
        if tail is None or (tail.unit not in {None, found.unit} and found.money) or not (scaled or tail.unit):
            return
        found.unit, found.thing, found.money = found.unit or tail.unit, tail.thing, found.money or tail.money
        found.number = found.number._replace(scale=tail.number.scale)
        found.value = numerals.times(found.value, tail.number.scale)
    elif not (found.money and scaled and "." in match[1]):
        return  # "EUR 5 million (3)" may be a note
    found.compared = Compared(match.start(1), found.number.scale, found.unit, found.money)


def _currency(source: Source, at: int, floor: int) -> tuple[str | None, int, int]:
    """The currency printed before `at`, where it begins, and the power of ten it carries; else None and `at`."""
    text, norm = source
    end = at
    if end > floor and norm[end - 1] in " :-.":
        end -= 1
        if end > floor and norm[end - 1] == " " and norm[end] == " ":
            end -= 1
    if end <= floor:
        return None, at, 0
    last = norm[end - 1]
    if units.is_sign(last):
        sign = units.sign_before(norm, floor, end)
        if sign is not None:
            return _with_code_before(source, floor, sign)
    if end < at and norm[end] not in " ":
        return None, at, 0
    if not last.isalpha() and last != ".":
        return None, at, 0
    word, begin = word_before(norm, floor, end)
    if end == at:
        word = _letters_at_end(word)
        begin = end - len(word)
        if not units.joins(norm, word, at):
            return None, at, 0
    code = units.prefix(word, text[begin:end])
    return (code[0], begin, code[1]) if code is not None else (None, at, 0)


def _with_code_before(source: Source, floor: int, sign: tuple[str, int]) -> tuple[str, int, int]:
    """A bare sign with the code of its country before it: "NZD $100", "SGD$4"."""
    text, norm = source
    code, begin = sign
    if begin - 4 >= floor and norm[begin - 1] == " " and norm[begin : begin + 1] == "$":
        printed = text[begin - 4 : begin - 1]
        named = units.prefix(printed.lower(), printed) if printed.isupper() else None
        if named is not None and not norm[begin - 5 : begin - 4].isalnum():
            return named[0], begin - 4, 0
    return code, begin, 0


def _letters_at_end(word: str) -> str:
    stripped = len(word)
    while stripped and (word[stripped - 1].isalpha() or word[stripped - 1] == "."):
        stripped -= 1
    return word[stripped:]


def _sign(norm: str, start: int, floor: int, money: bool) -> tuple[int, bool]:
    """Where the number with its printed sign begins, and whether it is negative."""
    if start <= floor:
        return start, False
    before = norm[start - 1]
    if before in "+-":
        if start == 1 or not (norm[start - 2].isalnum() or norm[start - 2] in "%)"):
            return start - 1, before == "-"
    elif before == " ":
        for word in _MINUS if norm.endswith(_MINUS, floor, start) else ():
            if norm.endswith(word, floor, start) and not norm[start - len(word) - 1 : start - len(word)].isalnum():
                return start - len(word), True
        if not money and start - 2 <= _LEADING and norm.endswith("- ", floor, start) and not norm[: start - 2].strip():
            return start - 2, True
    return start, False


def _after_currency(source: Source, found: Draft) -> None:
    """The name or code that repeats the currency behind the number: "$5 million dollars", "$1.2 billion AUD"."""
    text, norm = source
    end = found.end
    if norm[end : end + 1] not in {" ", "-"} and not norm[end : end + 1].isalpha():
        return
    again = units.behind(source, end)
    if again is None or norm[again.end : again.end + 2].strip()[:1].isdecimal():
        return
    if again.unit == found.unit or (
        found.unit in {"USD", "GBP", "JPY"} and _is_code(text[again.end - 3 : again.end], again.unit)
    ):
        found.unit, found.end = again.unit, again.end


def _is_code(printed: str, unit: str) -> bool:
    return printed == unit and len(unit) == len("USD")


def _with_unit(source: Source, found: Draft, floor: int) -> None:
    """The unit, the ratio or the thing counted behind a number without a currency sign."""
    norm = source.norm
    at = found.end
    if norm[at : at + 1] == " " and norm[at + 1 : at + 2].isdecimal():  # no unit begins with a digit
        _ = _percent_before(norm, found, floor) or _currency_named_before(norm, found, floor)
    elif not _with_measure(source, found, floor):
        _with_count(source, found)


def _with_measure(source: Source, found: Draft, floor: int) -> bool:
    """Take in the unit of measure or the currency behind the number, or named before it."""
    norm = source.norm
    if norm[found.end : found.end + 1] == "m":
        _with_million(source, found)
    number = found.number
    at = found.end
    is_part = number.form in _SPELLED and number.value < 1
    if number.form in _SPELLED:
        _with_repetition(norm, found)
    if number.form in _SPELLED or number.value < 1:
        at = units.of_a(norm, found.end) if number.value != number.value.to_integral_value() else found.end
    unit = units.behind(source, at)
    if unit is not None:
        _measured_in(norm, found, unit)
        if is_part and unit.unit == "point":
            found.unit = "percentage_point"  # rates move by a quarter point, indices by numbers of points
        return True
    if _with_scaled_code(source, found) or _with_hyphened_ratio(norm, found):
        return True
    return _percent_before(norm, found, floor) or _currency_named_before(norm, found, floor)


def _with_count(source: Source, found: Draft) -> None:
    """The thing counted, or the number that this one is stated of."""
    norm, number = source.norm, found.number
    if number.scale > 1 or number.form in _COUNTING:
        _with_thing(norm, found)
    if found.unit is None and number.form in _COUNTING and number.scale == 1:
        _with_ratio(source, found)
    if found.unit is None and len(norm) <= _PRICE_TAG:
        _with_only_word(source.text, found)


def _measured_in(norm: str, found: Draft, unit: units.Unit) -> None:
    found.unit, found.per, found.end = unit.unit, unit.per, unit.end
    if unit.power:
        scale = Decimal(10) ** unit.power
        found.value, found.number = numerals.times(found.value, scale), found.number._replace(scale=scale)
    found.money = len(unit.unit) == len("USD") and unit.unit.isupper()
    if found.money and found.number.scale == 1:
        _with_scale_behind(norm, found)


def _with_million(source: Source, found: Draft) -> None:
    """The "m" directly behind a number is a million where something is counted: "1.2m people", but "1.2m long"."""
    norm = source.norm
    if norm[found.end + 1 : found.end + 2] != " ":
        return
    number = numerals.with_letter_scale(source.text, found.number, True)
    if units.counted(norm, number.end, True) is None and units.behind(source, number.end) is None:
        return
    found.number, found.end = number, number.end
    found.value = number.value.copy_sign(found.value)


def _with_thing(norm: str, found: Draft) -> None:
    unit = units.counted(norm, found.end, found.number.value != 1)
    if unit is not None:
        found.unit, found.end, found.thing = unit.unit, unit.end, True


def _with_hyphened_ratio(norm: str, found: Draft) -> bool:
    """Take in a ratio joined by hyphens, "2.55-to-1" or "1-for-10": the value is the quotient."""
    match = _RATIO_JOINED.match(norm, found.end) if norm[found.end : found.end + 1] == "-" else None
    below = numerals.read(norm, match.end()) if match else None
    if below is None or not below.value or norm[below.end : below.end + 1] in {"%", "-"}:
        return False
    found.value = numerals.divided(found.value, below.value)
    found.unit, found.end = "ratio", below.end
    return True


def _with_scaled_code(source: Source, found: Draft) -> bool:
    """Take in a code with its scale in front: "30 MUSD"."""
    text, norm = source
    at = found.end + 1
    if norm[at - 1 : at] != " " or norm[at + 4 : at + 5].isalnum():
        return False
    code = units.multiple_code(text[at : at + 4])
    if code is None:
        return False
    found.unit, found.end, found.money = code[0], at + 4, True
    found.value = numerals.times(found.value, Decimal(10) ** code[1])
    return True


def _with_scale_behind(norm: str, found: Draft) -> None:
    """Take in a scale behind the currency: "75 USD million"."""
    match = _SCALE_BEHIND.match(norm, found.end)
    word = numerals.words().get(match[1]) if match else None
    if match and word is not None and word.role == "scale":
        found.value, found.end = numerals.times(found.value, word.value), match.end()
        found.number = found.number._replace(scale=word.value)


def _with_minor(source: Source, found: Draft) -> None:
    """The cents behind an amount: "3 dollars 50 cents", "$20 and 43c", "15 dollars 50."."""
    norm = source.norm
    if norm[found.end : found.end + 1] != " " or found.number.scale > 1:
        return
    minor = units.minor(norm, found.end)
    if minor is None:
        match = _BARE_MINOR.match(norm, found.end)
        if match is None or (" and " not in match[0] and not norm[found.end - 1].isalpha()):
            return
        minor = match[1], match.start(1), match.end()
    printed, at, end = minor
    number = numerals.read(norm, at)
    if number is None or number.end != at + len(printed) or not 0 < number.value < _HUNDRED:
        return
    part = number.value / _HUNDRED
    found.value, found.end = found.value + part.copy_sign(found.value), end


def _with_repetition(norm: str, found: Draft) -> None:
    """The same number again in brackets: "forty-five (45)"."""
    match = _REPEATED.match(norm, found.end)
    if match is None:
        return
    again = numerals.read(norm, match.start(1))
    if again is not None and again.end == match.end(1) and again.value == found.number.value:
        found.end = match.end()


def _percent_before(norm: str, found: Draft, floor: int) -> bool:
    """Take in the percent in front of a number, "percent of 10", where no other number has it."""
    if not norm.endswith(" of ", floor, found.start):
        return False
    match = _PERCENT_OF.search(norm, max(floor, found.start - 15), found.start)
    if match is None:
        return False
    found.start, found.unit = match.start(), "percent"
    return True


def _currency_named_before(norm: str, found: Draft, floor: int) -> bool:
    word, begin = word_before(norm, floor, found.start)
    code = units.named_before(word) if begin < found.start - 1 else None
    if code is None:
        return False
    first, first_begin = word_before(norm, floor, begin)
    longer = units.named_before(f"{first} {word}")
    found.unit, found.money = longer or code, True
    found.start = first_begin if longer else begin
    return True


def _with_ratio(source: Source, found: Draft) -> None:
    """One number of another: "one in five", "two out of 10", "1 over 3"."""
    norm = source.norm
    match = _RATIO.match(norm, found.end)
    if match is None:
        return
    below = numerals.read(norm, match.end())
    if below is None or below.scale > 1 or below.form not in _COUNTING or not found.number.value < below.value:
        return
    if units.behind(source, below.end) is not None or (match[1] == "in" and below.value > _HUNDRED):
        return
    if match[1] == "over" and not _SENTENCE_END.match(norm, below.end):
        return
    found.value = numerals.divided(found.value, below.value)
    found.number = found.number._replace(end=below.end, form="fraction")
    found.end = below.end


def _with_only_word(text: str, found: Draft) -> None:
    """A text that is nothing but a number and one word, as on a price tag: the word is its unit, whatever it is."""
    match = _ONLY_WORD.fullmatch(text, found.end)
    if match and not text[: found.start].strip() and match[1] not in units.stopping():
        found.unit, found.end = match[1].lower(), match.end(1)
