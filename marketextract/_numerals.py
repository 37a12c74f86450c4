"""Read one bare number of a text, in digits, in words, or in a mixture ("2.5 million", "one and a half").

Goes in: a normalised text (see `normalised`) and the offset where a number may begin. Comes out: a `Numeral` with its
end and its value, the scale multiplied in, or None. Nothing here knows a currency, a unit or what a number is for.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import NamedTuple

from marketextract import lexicon
from marketextract.spelling import lowered

LONGEST = 40  # digits; whatever is longer is no number that a text states
_MOST_WORDS = 32
_ALONE = frozenset({"one", "part", "digits"})
_REPEATS = 3  # number words of one role in a row: no number has as many, but for decimals
_EXACT = Context(prec=100)
_QUOTIENT = Context(prec=28)
_LARGEST = Decimal(10) ** 26  # whatever more is multiplied on makes no number that a text states
_ZERO, _ONE, _INFINITY = Decimal(0), Decimal(1), Decimal("Infinity")
_HALF, _QUARTER, _TEN, _TWENTY, _HUNDRED = Decimal(2), Decimal(4), Decimal(10), Decimal(20), Decimal(100)

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
    r"(\d+(?![\d, ])|\d{1,3}(?:,\d{3})+(?!,?\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!,?\d)|\d{1,3}(?: \d{3})+(?! ?\d|,\d)|\d+)"
    r"(\.\d+)?",
    re.ASCII,
)
_POINT_ONLY = re.compile(r"\.\d+", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(\d{1,3}(?:\.\d{3})*),(\d\d)(?!,?\d)", re.ASCII)
_SLASH = re.compile(r" ?/ ?(\d{1,9})(?![\d/]|[,.]\d)", re.ASCII)
_MIXED = re.compile(r"[ -]{1,2}(\d{1,3}) ?/ ?(\d{1,3})(?![\d/])", re.ASCII)
_MIXED_VULGAR = re.compile(f" ?([{''.join(VULGAR)}])")
_PART_OF_A_CENT = re.compile(r"(?<=\.\d\d)-(\d)/(\d)(?![\d/])", re.ASCII)  # "$5.60-1/2 a bushel"
_DEALERS_QUOTE = re.compile(r"/\d{2,4}(?![\d/]|[.,]\d)", re.ASCII)  # "145.25/35 yen": bid, and the end of the ask
_EXPONENT = re.compile(
    r" ?[x×*] ?(?:10 ?\^?|([2-9])\^) ?([+-]?\d{1,2})(?!\d)|e([+-]?\d{1,2})(?![\da-z])|\^([+-]{0,2}\d{1,2})(?!\d)",
    re.ASCII,
)
_ENDING = frozenset(".,%)\n;:") | {""}
_IRREGULAR = frozenset(" /,-x×*e^0123456789") | VULGAR.keys()  # behind a number, or behind the space behind it
_TOKEN = re.compile(
    r"([ -]{0,3})(?:(and|&)[ -]{1,3})?(?:(of)[ -]{1,3})?(?:(an?)[ -]{1,3})?"
    r"(?:(\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,9})?)(?![\d%,.]\d|[\d%])|([a-z]+))",
    re.ASCII,
)
_WORD_BEHIND = re.compile(r"[ -]{0,3}([a-z]+|&)", re.ASCII)
_AFTER_ARTICLE = frozenset({"hundred", "scale", "group", "part", "nth"})
_ARTICLE_LENGTH = 5
_ARTICLE = re.compile(r"(?:.{0,3}[\s(\"\u201c-])?\b(an?) {1,2}\Z", re.DOTALL)
_OF_A_WHOLE = re.compile(
    r" of (?:an?|the|its|their|his|her|our|all|this|that|these|those|them|respondents|\d)\b"
    r"| (?:point|percent|[mbtr]+illion|inch|mile)"
)
_LETTER_SCALE = re.compile(r"( {0,2})(mm|MM|[a-zA-Z])(?![a-zA-Z\d]|/\.)", re.ASCII)


class Numeral(NamedTuple):
    """A bare number: `start:end` of the text and its value.

    `scale` is the scale at its end ("million"), multiplied in, or 1; `form` is `whole` (digits only), `grouped` (with
    group marks), `decimal`, `fraction`, or `words`.
    """

    start: int
    end: int
    value: Decimal
    form: str
    scale: Decimal = _ONE


class _Word(NamedTuple):
    """A number word: its role in number_words.txt, or `scale`, `hundred`, `point`, `digits`; value; is it plural?"""

    role: str
    value: Decimal
    plural: bool = False


class _Token(NamedTuple):
    """A number word of the text at `start:end`, with the small words before it."""

    role: str
    value: Decimal
    plural: bool
    start: int
    end: int
    linked: bool  # "and"
    of: bool
    article: bool


class Source(NamedTuple):
    """A text and its normalised form, in which every character has its old offset."""

    text: str
    norm: str

    @classmethod
    def of(cls, text: str) -> Source:
        """The text with its normalised form."""
        return cls(text, normalised(text))


def normalised(text: str) -> str:
    """The text in lower case, with one kind of space, hyphen and apostrophe, and every character at its old offset."""
    low = lowered(text)
    if not low.isascii():
        for char, plain in _REPLACEMENTS:
            low = low.replace(char, plain)
    return low.replace("\t", " ")


@lexicon.derived
def words() -> dict[str, _Word]:
    """Every number word and scale word."""
    found = {
        word: _Word(role, Decimal(value), role in {"part", "nth"} and word.endswith("s"))
        for word, role, value in lexicon.rows("number_words")
    }
    for form, power, how in lexicon.rows("scales"):
        if how == "word":
            role = "hundred" if power == "2" else "scale"
            found[form] = _Word(role, Decimal(10) ** int(power))
    return found | {"point": _Word("point", _ZERO)}


@lexicon.derived
def _continuing() -> frozenset[str]:
    """What may go on with a number: a number word, or a small word before one ("2 and a half")."""
    return frozenset({*words(), "and", "&", "of", "a", "an"})


def pile(norm: str, at: int) -> int:
    """Where a pile of scale words that makes no number ends ("million million ..."); `at` if none begins there."""
    match = _pile().match(norm, at)
    return match.end() if match else at


@lexicon.derived
def _pile() -> re.Pattern[str]:
    scales = "|".join(sorted((word for word, known in words().items() if known.role == "scale"), key=len, reverse=True))
    return re.compile(rf"(?:{scales})(?:[\s-]{{1,3}}(?:{scales})){{5,}}(?!\w)")


@lexicon.derived
def first_words() -> tuple[str, ...]:
    """The words that a number in words may begin with: no plurals, no abbreviations, no "first" and "second"."""
    return tuple(
        word
        for word, known in words().items()
        if known.role in {"one", "ten", "hundred", "scale", "group", "part", "nth"}
        and (known.role in {"one", "ten"} or (len(word) > len("doz") and not word.endswith("s")))
        and not (known.role == "nth" and known.value <= _HALF)
    )


@lexicon.derived
def _letters() -> dict[str, tuple[Decimal, str]]:
    """The scale letters, in their printed case, and how each may stand."""
    return {form: (Decimal(10) ** int(power), how) for form, power, how in lexicon.rows("scales") if how != "word"}


def read(norm: str, at: int) -> Numeral | None:
    """The number that begins at `at`, or None.

    >>> read("2.5 million barrels", 0)
    Numeral(start=0, end=11, value=Decimal('2500000'), form='decimal', scale=Decimal('1000000'))
    """
    char = norm[at]
    if char.isdecimal() or char == ".":
        first = _digits(norm, at)
    elif char in VULGAR:
        top, bottom = VULGAR[char]
        first = Numeral(at, at + 1, divided(Decimal(top), Decimal(bottom)), "fraction")
    else:
        return _in_words(norm, at)
    if first is None or norm[first.end : first.end + 1] in _ENDING:
        return first
    return _continued(norm, first)


def with_letter_scale(text: str, number: Numeral, money: bool) -> Numeral:
    """The number with the scale letter behind it multiplied in: "10k", "$5 B", "£3m".

    Some letters ("m", "t") are scales only of money; elsewhere they are metres and tonnes.
    """
    match = None if number.scale > _ONE else _LETTER_SCALE.match(text, number.end)
    if match is None:
        return number
    scale, how = _letters().get(match[2], (None, ""))
    spaced = bool(match[1])
    if scale is None or (how in {"money", "amount"} and not money) or (spaced and how not in {"letter", "amount"}):
        return number
    if match[2] == "G" and number.end - number.start == 1:  # "5G" is a network
        return number
    return number._replace(end=match.end(), value=times(number.value, scale), scale=scale)


def _digits(norm: str, at: int) -> Numeral | None:
    match = _DIGITS.match(norm, at) or _POINT_ONLY.match(norm, at)
    if match is None or match.end() - at > LONGEST:
        return None
    printed, end = match[0], match.end()
    form = "whole" if printed.isdigit() else "decimal" if "." in printed else "grouped"
    number = Numeral(at, end, Decimal(printed.replace(",", "").replace(" ", "")), form)
    following = norm[end : end + 2]
    if following[:1] not in _IRREGULAR or (following[0] == " " and following[1:] not in _IRREGULAR):
        return number
    return _irregular(norm, number)


def _irregular(norm: str, number: Numeral) -> Numeral:
    """A number behind which more of it may stand: a decimal comma, a fraction, an exponent."""
    at, end = number.start, number.end
    following = norm[end]
    if following == ",":
        comma = _DECIMAL_COMMA.match(norm, at)
        return (
            Numeral(at, comma.end(), Decimal(f"{comma[1].replace('.', '')}.{comma[2]}"), "decimal") if comma else number
        )
    if number.form == "decimal":
        quote = _DEALERS_QUOTE.match(norm, end)
        if quote:
            return number._replace(end=quote.end())
        part = _PART_OF_A_CENT.match(norm, end)
        if part and int(part[2]):
            cents = divided(Decimal(part[1]), Decimal(part[2]) * 100)
            return number._replace(end=part.end(), value=number.value + cents)
    if number.form == "whole":
        whole = _with_fraction_in_digits(norm, number)
        if whole is not None:
            return whole
    return number if following == "-" else _with_exponent(norm, number)


def _with_fraction_in_digits(norm: str, number: Numeral) -> Numeral | None:
    """The number as a fraction ("3/4") or with one behind it ("2 1/2", "2½")."""
    at, end = number.start, number.end
    slash = _SLASH.match(norm, end)
    if slash:
        bottom = Decimal(slash[1])
        return Numeral(at, slash.end(), divided(number.value, bottom), "fraction") if bottom else None
    mixed = _MIXED.match(norm, end)
    if mixed and 0 < int(mixed[1]) < int(mixed[2]):
        return Numeral(at, mixed.end(), number.value + divided(Decimal(mixed[1]), Decimal(mixed[2])), "fraction")
    vulgar = _MIXED_VULGAR.match(norm, end)
    if vulgar:
        top, bottom_part = VULGAR[vulgar[1]]
        return Numeral(at, vulgar.end(), number.value + divided(Decimal(top), Decimal(bottom_part)), "fraction")
    return None


def _with_exponent(norm: str, number: Numeral) -> Numeral:
    match = _EXPONENT.match(norm, number.end)
    if match is None:
        return number
    if match[4] is None:
        factor = _QUOTIENT.power(Decimal(match[1] or 10), int(match[2] or match[3]))
        return Numeral(number.start, match.end(), times(number.value, factor), "decimal")
    power = int(match[4].lstrip("+-")) * (-1) ** match[4].count("-")
    if not number.value:
        return number
    return Numeral(number.start, match.end(), plain(_QUOTIENT.power(number.value, power)), "decimal")


def _continued(norm: str, first: Numeral) -> Numeral:
    """The number with the scale and number words behind it: "2 million", "4 thousand 3 hundred and 21", "1 point 1"."""
    following = _WORD_BEHIND.match(norm, first.end)
    if following is None or following[1] not in _continuing():
        return first
    match = _TOKEN.match(norm, first.end)
    if match is None:
        return first
    word = words().get(match[6])
    if (
        word is None
        or word.role in {"one", "ten"}
        or (match[2] is None and word.role in {"part", "nth"} and first.form != "whole")
    ):
        return first
    if word.role == "scale" and first.value <= _LARGEST and _ends_number(norm, match):
        return Numeral(first.start, match.end(), times(first.value, word.value), first.form, word.value)
    head = _Token("digits", first.value, False, first.start, first.end, False, False, False)
    number = _summed([head, *_tokens(norm, first.end)])
    return number._replace(form=first.form) if number is not None and number.end > first.end else first


def _ends_number(norm: str, last: re.Match[str]) -> bool:
    """Whether a scale word stands directly behind a number, as in "2.5 million", and nothing more of it follows."""
    if last[2] or last[3] or last[4]:
        return False
    following = _TOKEN.match(norm, last.end())
    return following is None or (following[5] is None and following[6] not in words())


def _in_words(norm: str, at: int) -> Numeral | None:
    tokens = _tokens(norm, at)
    if not tokens:
        return None
    takes_article = tokens[0].role in _AFTER_ARTICLE or _is_denominator(tokens, 0)
    article = _ARTICLE.match(norm, max(at - _ARTICLE_LENGTH, 0), at) if takes_article else None
    if article:
        at = article.start(1)
        tokens[0] = tokens[0]._replace(article=True, start=at)
    number = _summed(tokens)
    if number is None or (number.value.is_zero() and len(tokens) > 1 and tokens[0].role == "point"):
        return None
    return number


def _tokens(norm: str, at: int) -> list[_Token]:
    """The run of number words that begins at `at`, or directly behind it."""
    found: list[_Token] = []
    decimals = False
    vocabulary = words()
    while len(found) < _MOST_WORDS:
        match = _TOKEN.match(norm, at)
        if match is None or (found and not match[1]):
            break
        if match[5] is not None:
            word = _Word("digits", Decimal(match[5].replace(",", "")))
        else:
            spelled = vocabulary.get(match[6])
            if spelled is None or (spelled.plural and spelled.value == _QUARTER and not _is_share(norm, match, found)):
                break
            word = spelled
        start = match.start(5 if match[5] is not None else 6)
        found.append(
            _Token(*word, start, match.end(), match[2] is not None, match[3] is not None, match[4] is not None)
        )
        at = match.end()
        if not decimals and _begins_another(found):
            break
        decimals = decimals or word.role == "point"
    return found


def _begins_another(found: list[_Token]) -> bool:
    """Whether the last token begins another number, so that nothing behind it can belong to the first: "one one"."""
    if len(found) == 1:
        return False
    roles = [token.role for token in found[-_REPEATS:]]
    if len(roles) == _REPEATS and len(set(roles)) == 1:
        return True
    pair = set(roles[-2:])
    return not found[-1].linked and (pair == {"one", "digits"} or (len(pair) == 1 and pair <= _ALONE))


def _is_share(norm: str, match: re.Match[str], before: list[_Token]) -> bool:
    """Whether "quarters" are parts of a whole here, and not the quarters of a year."""
    if match[1] == "-" or (before and before[-1].linked) or _OF_A_WHOLE.match(norm, match.end()):
        return True
    return (
        match.start() <= len("three")
        and bool(before)
        and before[-1].value == _QUARTER - 1
        and not norm[match.end() : match.end() + 2].strip(" .")
    )


def _summed(tokens: list[_Token]) -> Numeral | None:
    """The value of as many of the tokens as make one number."""
    value, used, scale = _cardinal(tokens, 0)
    if used:
        value, used, scale = _completed(tokens, used, value, scale)
    else:
        value, used = _named_part(tokens)
    if not used:
        return None
    unscaled = value
    value, end = _scaled(tokens, used, value)
    if end > used and unscaled:
        scale = divided(value, unscaled)
    return Numeral(tokens[0].start, tokens[end - 1].end, value, "words", scale)


def _named_part(tokens: list[_Token]) -> tuple[Decimal, int]:
    """A fraction without a numerator: "half", "a third", "a twenty-first", "quarter million", "point 77"."""
    first = tokens[0]
    if first.role == "point":
        return _decimals(tokens, 0, _ZERO)
    if first.role == "part" and not first.plural:
        following = tokens[1].role if len(tokens) > 1 else ""
        if first.value == _HALF or first.article or following in {"scale", "group", "point"}:
            return divided(_ONE, first.value), 1
    if first.article:
        bottom, end = _denominator(tokens, 0, _ONE)
        return (divided(_ONE, bottom), end) if end else (_ZERO, 0)
    return _ZERO, 0


def _cardinal(tokens: list[_Token], at: int) -> tuple[Decimal, int, Decimal]:
    """Value, number of tokens used, and the scale the value ends with (else 1), of the cardinal at token `at`."""
    total, current, ended = _ZERO, None, _ONE
    smallest = _INFINITY
    used = at
    while used < len(tokens):
        token = tokens[used]
        if used > at and (token.article or token.of or total + (current or 0) > _LARGEST):
            break
        if token.role in {"one", "ten", "digits"}:
            joined = _joined(tokens, used, used - at, current, total)
            if joined is None:
                break
            current, ended = joined, _ONE
        elif token.linked:
            break
        elif token.role in {"hundred", "group"}:
            current, ended = times(_ONE if current is None else current, token.value), _ONE
        elif token.role == "scale":
            total = _lifted(total, current, token.value, smallest)
            smallest, current, ended = min(smallest, token.value), None, token.value
        else:
            break
        used += 1
    return _EXACT.add(total, current or _ZERO), used - at, ended


def _lifted(total: Decimal, current: Decimal | None, scale: Decimal, smallest: Decimal) -> Decimal:
    """`total` and `current` with a scale word behind them."""
    if current is None and total:
        return times(total, scale)  # "three lakh crore"
    if scale < smallest:
        return _EXACT.add(total, times(_ONE if current is None else current, scale))
    return times(_EXACT.add(total, current or _ZERO), scale)


def _joined(tokens: list[_Token], at: int, before: int, current: Decimal | None, total: Decimal) -> Decimal | None:
    """`current` with the small number at token `at` behind it, or None where that is another number."""
    token = tokens[at]
    value, following = token.value, tokens[at + 1].role if at + 1 < len(tokens) else ""
    if before == 0:
        return None if _is_denominator(tokens, at) and not tokens[at + 1].plural else value
    if _is_proper_fraction(tokens, at) if token.linked else _is_denominator(tokens, at):
        return None
    if current is None:
        in_digits = "digits" in {token.role, tokens[at - before].role}
        return value if total and (not in_digits or following in {"hundred", "scale"}) else None
    if tokens[at - 1].role == "hundred" and value < _HUNDRED:
        return None if following == "hundred" else current + value
    if token.linked or "digits" in {token.role, tokens[at - 1].role}:
        return None
    return _compound(current, token, before)


def _compound(current: Decimal, token: _Token, before: int) -> Decimal | None:
    """One number of two words: "twenty" and "one" as 21, "one" and "twenty" as 120; else None."""
    if token.role == "one" and 0 < token.value < _TEN and current % _HUNDRED >= _TWENTY and current % _TEN == 0:
        return current + token.value
    if token.role == "ten" and 0 < current < _TEN and before == 1:
        return current * _HUNDRED + token.value
    return None


def _is_denominator(tokens: list[_Token], at: int) -> bool:
    """Whether a ten begins a denominator or an ordinal here: the "twenty-fifth" of "one twenty-fifth"."""
    if tokens[at].role != "ten" or at + 1 >= len(tokens):
        return False
    following = tokens[at + 1]
    return following.role == "nth" and following.value < _TEN and not following.linked


def _is_proper_fraction(tokens: list[_Token], at: int) -> bool:
    """Whether the tokens from `at` on state a fraction below one: "a hundred and three quarters"."""
    top, below = tokens[at].value, at + 1
    if (
        below < len(tokens)
        and tokens[at].role == "ten"
        and tokens[below].role == "one"
        and 0 < tokens[below].value < _TEN
    ):
        top, below = top + tokens[below].value, below + 1
    return (
        below < len(tokens)
        and tokens[below].role in {"part", "nth"}
        and not tokens[below].linked
        and top < tokens[below].value
    )


def _completed(tokens: list[_Token], used: int, value: Decimal, scale: Decimal) -> tuple[Decimal, int, Decimal]:
    """The cardinal with the decimals or the fraction behind it."""
    if used >= len(tokens):
        return value, used, scale
    token = tokens[used]
    if token.role == "point" and not token.linked:
        decimals, end = _decimals(tokens, used, value)
        return (decimals, end, scale) if end > used else (value, used, scale)
    if token.linked:
        return _with_fraction(tokens, used, value, scale)
    bottom, end = _denominator(tokens, used, value)
    return (divided(value, bottom), end, scale) if end > used and not token.article else (value, used, scale)


def _with_fraction(tokens: list[_Token], used: int, value: Decimal, scale: Decimal) -> tuple[Decimal, int, Decimal]:
    """The cardinal with "and a half", "and two thirds" behind it; of the scale it ends with, if any."""
    top, taken, top_scale = _cardinal(tokens, used)
    if not taken and (tokens[used].article or tokens[used].role == "part"):
        top = _ONE
    elif not taken or top_scale != 1:
        return value, used, scale
    below = used + taken
    bottom, end = _denominator(tokens, below, top) if below < len(tokens) else (_ZERO, below)
    if end == below:
        return value, used, scale
    part = divided(top, bottom)
    if scale > 1 and end < len(tokens) and tokens[end].role == "scale" and not tokens[end].linked:
        return value + times(part, tokens[end].value), end + 1, scale  # "one billion and a half million"
    return plain(value + times(part, scale)), end, scale


def _denominator(tokens: list[_Token], at: int, top: Decimal) -> tuple[Decimal, int]:
    """The denominator at token `at` and where it ends; `at` itself where there is none, as in an ordinal."""
    token = tokens[at]
    tens = _ZERO
    end = at + 1
    if _is_denominator(tokens, at):
        tens, token = token.value, tokens[at + 1]
        end += 1
    if token.role not in {"part", "nth"} or not (token.plural or top == 1):
        return _ZERO, at
    if token.role == "nth" and token.value <= _HALF and not tens:
        return _ZERO, at  # "one second", "the first"
    return tens + token.value, end


def _decimals(tokens: list[_Token], at: int, value: Decimal) -> tuple[Decimal, int]:
    """`value` with the spoken decimals behind the "point" at token `at`: "point zero three", "point seventy-one"."""
    digits = ""
    end = at + 1
    while end < len(tokens) and tokens[end].role in {"one", "ten", "digits"} and not tokens[end].linked:
        token = tokens[end]
        if token.role == "one" and tokens[end - 1].role == "ten":
            digits = digits[:-1]
        digits += str(token.value)
        end += 1
    if not digits.isdigit():
        return value, at
    return value + Decimal(f"0.{digits}"), end


def _scaled(tokens: list[_Token], used: int, value: Decimal) -> tuple[Decimal, int]:
    """The scale behind a fraction: "half a million", "two thirds of a million", "five and a half million"."""
    end = used
    while end < len(tokens) and tokens[end].role in {"scale", "hundred", "group"} and not tokens[end].linked:
        if value > _LARGEST or (end > used and (tokens[end].article or tokens[end].of)):
            break
        value = times(value, tokens[end].value)
        end += 1
    return value, end


def times(value: Decimal, scale: Decimal) -> Decimal:
    """The product, exact and without exponent."""
    return plain(_EXACT.multiply(value, scale))


def divided(top: Decimal, bottom: Decimal) -> Decimal:
    """The quotient to 28 digits, without exponent."""
    return plain(_QUOTIENT.divide(top, bottom))


def plain(value: Decimal) -> Decimal:
    """The same value without exponent and without zeros that a scale left behind the point."""
    if value == value.to_integral_value():
        return Decimal(f"{value:.0f}")
    return Decimal(f"{value:f}".rstrip("0"))
