"""Read one bare number of a text, in digits, in words, or in a mixture ("2.5 million", "one and a half", "3 lakh crore").

Goes in: a normalised text (see `normalised`) and the offset where a number may begin. Comes out: a `Numeral` with its end
and its value, the scale multiplied in, or None. Nothing here knows a currency, a unit or what a number is for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from typing import NamedTuple

from marketextract import lexicon

LONGEST = 40  # digits; whatever is longer is no number that a text states
_MOST_WORDS = 32
_EXACT = Context(prec=100)
_QUOTIENT = Context(prec=28)

_LIKE_SPACE = "\u00a0\u2009\u202f\u2007\u2002\u2003\u200a\t"
_LIKE_HYPHEN = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_LIKE_APOSTROPHE = "\u2019\u2018\u02bc"
_REPLACEMENTS = [
    *((char, " ") for char in _LIKE_SPACE),
    *((char, "-") for char in _LIKE_HYPHEN),
    *((char, "'") for char in _LIKE_APOSTROPHE),
]
VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip

_DIGITS = re.compile(
    r"(\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,2}(?:,\d{2})+,\d{3}(?![\d,])|\d{1,3}(?: \d{3})+(?![\d,])|\d+)(\.\d+)?",
    re.ASCII,
)
_POINT_ONLY = re.compile(r"\.\d+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(\d{1,3}(?:\.\d{3})*),(\d\d)(?![\d,.]\d|\d)", re.ASCII)
_SLASH = re.compile(r" ?/ ?(\d+)(?![\d/,.]\d|[\d/])", re.ASCII)
_MIXED = re.compile(r"[ -]{1,2}(\d{1,3}) ?/ ?(\d{1,3})(?![\d/])", re.ASCII)
_MIXED_VULGAR = re.compile(f" ?([{''.join(VULGAR)}])")
_EXPONENT = re.compile(r" ?[x×*] ?10 ?\^? ?([+-]?\d{1,2})(?!\d)|e([+-]?\d{1,2})(?![\da-z])|\^([+-]{0,2}\d{1,2})(?!\d)", re.ASCII)
_TOKEN = re.compile(r"([ -]*)(and |& )?(?:(an?) )?(?:(of) (an?) )?(?:(\d[\d,]*(?:\.\d+)?)(?![\d%])|([a-z]+))", re.ASCII)
_LETTER_SCALE = re.compile(r"( ?)([a-zA-Z])(?![a-zA-Z\d])", re.ASCII)


class Numeral(NamedTuple):
    """A bare number: `start:end` of the text and its value.

    `scaled` says that a scale word ("million") was read; `form` is `whole` (digits only), `grouped` (with group marks),
    `decimal`, `fraction`, or `words`.
    """

    start: int
    end: int
    value: Decimal
    form: str
    scaled: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A number word: its role in number_words.txt or `scale`/`hundred`, its value, and whether it is a plural."""

    role: str
    value: Decimal
    plural: bool


class _Token(NamedTuple):
    word: _Word
    start: int
    end: int
    linked: bool  # "and" stands before it
    article: bool  # "a" or "an" stands before it
    of: bool  # "of a" stands before it


def normalised(text: str) -> str:
    """The text in lower case, with one kind of space, hyphen and apostrophe, and every character at its old offset."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    if not low.isascii():
        for char, plain in _REPLACEMENTS:
            low = low.replace(char, plain)
    return low.replace("\t", " ")


@cache
def words() -> dict[str, _Word]:
    """Every number word and scale word."""
    found = {
        word: _Word(role, Decimal(value), word.endswith(("s", "lves")))
        for word, role, value in lexicon.rows("number_words")
    }
    for form, power, how in lexicon.rows("scales"):
        if how == "word":
            role = "hundred" if power == "2" else "scale"
            found[form] = _Word(role, Decimal(10) ** int(power), form.endswith("s"))
    return found


@cache
def _letters() -> dict[str, tuple[Decimal, str]]:
    """The scale letters, in their printed case, and how each may stand."""
    return {form: (Decimal(10) ** int(power), how) for form, power, how in lexicon.rows("scales") if how != "word"}


def read(norm: str, at: int) -> Numeral | None:
    """The number that begins at `at`, or None.

    >>> read("2.5 million barrels", 0)
    Numeral(start=0, end=11, value=Decimal('2500000'), form='decimal', scaled=True)
    """
    if norm[at].isdecimal() or norm[at] == ".":
        first = _digits(norm, at)
        return first and _continued(norm, first)
    if norm[at] in VULGAR:
        top, bottom = VULGAR[norm[at]]
        return _continued(norm, Numeral(at, at + 1, _divided(Decimal(top), Decimal(bottom)), "fraction"))
    return _in_words(norm, at)


def with_letter_scale(text: str, number: Numeral, money: bool, counted: bool = False) -> Numeral:
    """The number with the scale letter behind it multiplied in: "10k", "$5 B", "£3m"."""
    match = _LETTER_SCALE.match(text, number.end)
    if match is None or number.scaled:
        return number
    scale, how = _letters().get(match[2], (None, ""))
    spaced = bool(match[1])
    if scale is None or (spaced and not money) or (how == "money" and not (money or counted)):
        return number
    return number._replace(end=match.end(), value=_times(number.value, scale), scaled=True)


def _digits(norm: str, at: int) -> Numeral | None:
    match = _DIGITS.match(norm, at) or _POINT_ONLY.match(norm, at)
    if match is None or match.end() - at > LONGEST:
        return None
    printed = match[0]
    if printed.isdigit():
        number = Numeral(at, match.end(), Decimal(printed), "whole")
    else:
        plain = printed.replace(",", "").replace(" ", "")
        number = Numeral(at, match.end(), Decimal(plain), "decimal" if "." in plain else "grouped")
    following = norm[match.end() : match.end() + 1]
    if following and following in " /,-x×*e^½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞":
        return _irregular(norm, number)
    return number


def _irregular(norm: str, number: Numeral) -> Numeral:
    """A number behind which more of it may stand: a decimal comma, a fraction, an exponent."""
    at, end = number.start, number.end
    comma = _DECIMAL_COMMA.match(norm, at)
    if comma:
        return Numeral(at, comma.end(), Decimal(f"{comma[1].replace('.', '')}.{comma[2]}"), "decimal")
    slash = _SLASH.match(norm, end)
    if slash and number.form == "whole" and int(slash[1][:LONGEST]):
        return Numeral(at, slash.end(), _divided(number.value, Decimal(slash[1][:LONGEST])), "fraction")
    mixed = _MIXED.match(norm, end)
    if mixed and number.form == "whole" and 0 < int(mixed[1]) < int(mixed[2]):
        return Numeral(at, mixed.end(), number.value + _divided(Decimal(mixed[1]), Decimal(mixed[2])), "fraction")
    vulgar = _MIXED_VULGAR.match(norm, end)
    if vulgar and number.form == "whole":
        top, bottom = VULGAR[vulgar[1]]
        return Numeral(at, vulgar.end(), number.value + _divided(Decimal(top), Decimal(bottom)), "fraction")
    return _with_exponent(norm, number)


def _with_exponent(norm: str, number: Numeral) -> Numeral:
    match = _EXPONENT.match(norm, number.end)
    if match is None:
        return number
    if match[3] is not None:
        power = int(match[3].lstrip("+-") or 0) * (-1 if match[3].startswith("-") else 1)
        value = _QUOTIENT.power(number.value, power) if number.value else number.value
    else:
        value = number.value.scaleb(int(match[1] or match[2]))
    return Numeral(number.start, match.end(), _plain(value), "decimal")


def _continued(norm: str, first: Numeral) -> Numeral:
    """The number with the scale and number words behind it: "2 million", "4 thousand 3 hundred and 21"."""
    following = norm[first.end : first.end + 2]
    if not following or not (following[0].isalpha() or (following[0] in " -" and following[1:].isalpha())):
        return first
    token = _TOKEN.match(norm, first.end)
    if token is None or token[7] is None:
        return first
    word = words().get(token[7])
    if word is None or (word.role in {"one", "ten"} and not token[2]):
        return first
    if word.role not in {"scale", "hundred", "group"} and not token[2]:
        return first
    tokens = _tokens(norm, first.end)
    if not tokens:
        return first
    head = _Token(_Word("digits", first.value, False), first.start, first.end, False, False, False)
    number = _sum([head, *tokens])
    if number is None or number.end <= first.end:
        return first
    return number._replace(form=first.form)


def _in_words(norm: str, at: int) -> Numeral | None:
    tokens = _tokens(norm, at)
    return _sum(tokens) if tokens else None


def _tokens(norm: str, at: int) -> list[_Token]:
    """The run of number words from `at` on."""
    found: list[_Token] = []
    vocabulary = words()
    while len(found) < _MOST_WORDS:
        match = _TOKEN.match(norm, at)
        if match is None or (found and not match[1]):
            if not (match and match[7] and not found):
                break
        if match[6] is not None:
            word = _Word("digits", Decimal(match[6].replace(",", "")), False) if len(match[6]) < LONGEST else None
        else:
            word = vocabulary.get(match[7])
        if word is None:
            break
        found.append(_Token(word, match.start(match.lastindex or 0), match.end(), bool(match[2]), bool(match[3]), bool(match[4])))
        at = match.end()
    return found


def _sum(tokens: list[_Token]) -> Numeral | None:
    """The value of as many of the tokens as make one number."""
    value, used, scale = _cardinal(tokens, 0)
    first = tokens[0].word.role
    if used == 0 and first in {"part", "nth"}:
        value, used = _fraction(tokens, 0, Decimal(1))
    elif used:
        value, used = _with_fraction(tokens, used, value, scale)
    if not used:
        return None
    value, used, scaled = _scaled(tokens, used, value)
    return Numeral(tokens[0].start, tokens[used - 1].end, _plain(value), "words", scaled or scale > 1)


def _cardinal(tokens: list[_Token], at: int) -> tuple[Decimal, int, Decimal]:  # noqa: PLR0912
    """Value, number of tokens used, and the last scale of the cardinal that begins at token `at`."""
    total, current, last = Decimal(0), None, Decimal(0)
    smallest = Decimal("Infinity")
    used = at
    for token in tokens[at:]:
        word = token.word
        if (token.article or token.of) and used > at:
            break
        if word.role in {"one", "ten", "digits"}:
            joined = _joined(current, total, word, token.linked)
            if joined is None:
                break
            current = joined
        elif token.linked:
            break
        elif word.role == "group" or word.role == "hundred":
            current = (Decimal(1) if current is None else current) * word.value
        elif word.role == "scale":
            if current is None and total:
                total = _times(total, word.value)
            elif word.value < smallest:
                total += _times(Decimal(1) if current is None else current, word.value)
            else:
                total = _times(total + (current or 0), word.value)
            smallest = min(smallest, word.value)
            current, last = None, word.value
        else:
            break
        used += 1
    return total + (current or 0), used - at, last or Decimal(1)


def _joined(current: Decimal | None, total: Decimal, word: _Word, linked: bool) -> Decimal | None:
    """`current` with the small number behind it, or None where the two are different numbers."""
    value = word.value
    if current is None:
        return value if not linked or total else None
    if current >= 100 and current % 100 == 0 and value < 100:  # noqa: PLR2004
        return current + value
    if linked or word.role == "digits":
        return None
    if word.role == "one" and 0 < value < 10 and 20 <= current % 100 and current % 10 == 0:  # noqa: PLR2004
        return current + value
    if word.role == "ten" and 0 < current < 10:  # noqa: PLR2004
        return current * 100 + value
    return None


def _fraction(tokens: list[_Token], at: int, top: Decimal) -> tuple[Decimal, int]:
    """`top` over the denominator at token `at`; and how many tokens are used up to its end."""
    word = tokens[at].word
    return _divided(top, word.value), at + 1


def _with_fraction(tokens: list[_Token], used: int, value: Decimal, scale: Decimal) -> tuple[Decimal, int]:
    if used >= len(tokens):
        return value, used
    token = tokens[used]
    if token.linked:
        top, taken, _ = (Decimal(1), 0, 0) if token.word.role in {"part", "nth"} else _cardinal(tokens, used)
        below = used + taken
        if below < len(tokens) and tokens[below].word.role in {"part", "nth"} and (taken or token.article):
            part, end = _fraction(tokens, below, top)
            return value + _times(part, scale), end
        return value, used
    if token.word.role in {"part", "nth"} and (token.word.plural or value == 1) and not token.article:
        return _fraction(tokens, used, value)
    return value, used


def _scaled(tokens: list[_Token], used: int, value: Decimal) -> tuple[Decimal, int, bool]:
    """The scale behind a fraction: "half a million", "two thirds of a million", "five and a half million"."""
    scaled = False
    while used < len(tokens) and tokens[used].word.role in {"scale", "hundred", "group"} and not tokens[used].linked:
        if scaled and (tokens[used].article or tokens[used].of):
            break
        value = _times(value, tokens[used].word.value)
        used += 1
        scaled = True
    return value, used, scaled


def _times(value: Decimal, scale: Decimal) -> Decimal:
    return _plain(_EXACT.multiply(value, scale))


def _divided(top: Decimal, bottom: Decimal) -> Decimal:
    return _QUOTIENT.divide(top, bottom)


def _plain(value: Decimal) -> Decimal:
    """The same value without exponent and without zeros that a scale left behind the point."""
    if value == value.to_integral_value():
        return Decimal(f"{value:.0f}")
    return Decimal(f"{value:f}".rstrip("0"))
