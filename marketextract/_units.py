"""Read what a number measures: the currency before it, and the unit, the counted thing or the denominator behind it.

Goes in: a text with its normalised form, and the offset where a number begins or ends. Comes out: the unit with the
offset up to which its words reach, or None. The words are in the lexicon (currencies, units, things, per_units).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from marketextract import lexicon

if TYPE_CHECKING:
    from marketextract._numerals import Source

_HEAD = re.compile(r"(?: {1,2}| ?- ?)?([a-z]+|[^\w\s])", re.ASCII)
_OF_A = re.compile(r"(?: of(?= ))?(?: an?(?= ))?|-of-an?(?=-)")
_MINOR = re.compile(r"(?: and)? (\d{1,2}|[a-z]+(?:[ -][a-z]+)?) ?([a-z¢]+)(?![a-z])")
_WORD = re.compile(r"[ -]([a-z][a-z\d]*(?:[.'&-][a-z\d]+){0,5})(?![a-z\d])")
_PER = re.compile(
    r"(?:[ -](?:an?|per|each|every)[ -]|\s?/\s?)([a-z]+)"
    r"(?!(?:(?<=year)|(?<=month)|(?<=week)|(?<=day)|(?<=quarter)|(?<=hour)|(?<=decade))"
    r" (?:ago|earlier|before|later|prior|old|on|since)\b)"  # "a year on" is a time, "a barrel on Monday" is not
)
_BRACKET = re.compile(r" ?[(\[{<]([a-z%]{1,4})[)\]}>]")
_LETTERS = re.compile(r"[^a-z]")
_LONGEST = 40
_MORE = re.compile(r"(?<=[$€£¥])[a-z\d]|(?<![$€£¥])\d")  # behind a sign: it belongs to what follows
_AMOUNT = re.compile(r"\$ \d[\d,.]{0,20}+(?! ?\$(?! ?\d))")
_CLOSED = re.compile(r"[.!?)]*(?:\s*\Z|\s(?:([a-z]+)|[^\w\s]))")
_NEXT = re.compile(r"[ -]([a-z]+)")
_CODE = 3
_MILLION = 6  # its power of ten
_STANDING = frozenset({"hyphened", "glued", "closing"})
_SYMBOL = 3  # letters: a longer form is a word, and its case tells nothing
_MODIFIERS = 2  # words between a count and what is counted: "48,654 new electric vehicles"
_STOPPING_CLASSES = frozenset(
    [
        "determiner",
        "preposition",
        "conjunction",
        "subordinator",
        "relative",
        "copula",
        "modal",
        "negation",
        "pronoun",
        "adverb",
        "level_verb",
        "verb",
    ]
)


class Unit(NamedTuple):
    """A unit of the lexicon, the denominator that it names itself ("bpd"), where its words end, and its power of ten.

    The power is that of a scale in the unit: 6 for "mb/d", millions of barrels a day.
    """

    unit: str
    per: str | None
    end: int
    power: int = 0


class _Form(NamedTuple):
    """A printed form of a unit: in lower case with spaces for hyphens, or as printed where case tells it apart."""

    printed: str
    cased: bool
    joined: bool
    unit: str
    per: str | None
    how: str = ""  # how it may stand, if not everywhere: `hyphened`, `glued` or `closing`
    power: int = 0


def behind(source: Source, end: int) -> Unit | None:
    """The unit of measure or the currency printed behind a number that ends at `end`."""
    text, norm = source
    head = _HEAD.match(norm, end)
    if head is None:
        return None
    forms = _behind().get(head[1])
    if forms is None:
        return _in_brackets(norm, end) if head[1] in "([{<" else None
    at = head.start(1)
    window = norm[at : at + _LONGEST].replace("-", " ")
    for form in forms:
        printed = form.printed
        if not (text.startswith(printed, at) if form.cased else window.startswith(printed)):
            continue
        following = window[len(printed) : len(printed) + 1]
        if (following.isalnum() or following == "=") and _goes_on(window, printed):
            continue
        if not (form.how or at == end or printed == "$") or _may_stand(form, norm, at, end):
            return Unit(form.unit, form.per, at + len(printed), form.power) if form.unit != "-" else None
    return None


def _goes_on(window: str, printed: str) -> bool:
    """Whether the letter, digit or "=" behind the form makes it the beginning of something else."""
    return printed[-1].isalnum() or _MORE.match(window, len(printed)) is not None


def _may_stand(form: _Form, norm: str, at: int, end: int) -> bool:
    """Whether the form may stand at `at` behind a number that ends at `end`, by what is between and around them."""
    if at == end and not form.joined and form.printed[0].isalpha():
        return False
    if not form.how:
        # "10 $ 30 cents", but in "3,456 $ 1,234" the sign is of the second
        return at == end or form.printed != "$" or not _AMOUNT.match(norm, at) or minor(norm, at + 1) is not None
    if form.how == "hyphened":
        return norm[at - 1] == "-"
    if form.how == "glued":
        return at == end and norm[end - len("1000") : end].strip("0123456789,") != ""
    closed = _CLOSED.match(norm, at + len(form.printed))
    return closed is not None and (closed[1] is None or closed[1] in _dimensions())


@lexicon.derived
def _dimensions() -> frozenset[str]:
    """Words behind which a short unit is one though a small word is spelled the same: "2 in thick"."""
    return frozenset(
        word for name, words in lexicon.rows("number_contexts") if name == "dimension" for word in words.split()
    )


def of_a(norm: str, end: int) -> int:
    """Where the unit of a fraction begins that ends at `end`: behind the " of a" of "a third of a percent"."""
    match = _OF_A.match(norm, end)
    return match.end() if match else end


@lexicon.derived
def singles() -> dict[str, str]:
    """The phrases that state one of a unit, "a penny", and where they do (single_units.txt)."""
    rows = lexicon.rows("single_units")
    return {
        f"{article} {unit}": where
        for unit, where in rows
        for article in ["an" if unit[0] in "aeiou" or unit == "ml" else "a"]
    }


def is_one(source: Source, floor: int, at: int, phrase: str) -> bool:
    """Whether the phrase at `at` states one of its unit, and not what a price is stated per."""
    norm = source.norm
    end = at + len(phrase)
    if at - 1 == floor > 0 or norm.endswith(" of ", floor, at):
        return False
    before = norm.rfind(" ", max(floor, at - _LONGEST), max(at - 1, 0))
    if before >= 0 and behind(source, before) is not None:
        return False  # "cents a gallon of milk"
    if singles()[phrase] == "stuff":
        return norm.startswith(" of ", end) or (at == 0 and not norm[end:].strip(" .!?"))
    following = _NEXT.match(norm, end)
    return following is None or following[1] in stopping() or following[1] in _singles_go_on()


@lexicon.derived
def _singles_go_on() -> frozenset[str]:
    return frozenset(
        word for name, words in lexicon.rows("number_contexts") if name == "behind_single" for word in words.split()
    )


def minor(norm: str, end: int) -> tuple[str, int, int] | None:
    """The number of hundredths printed behind an amount that ends at `end`, and where they begin and end.

    The number may be in words, so that the offset of its first character and not its value comes back with the end.
    """
    match = _MINOR.match(norm, end)
    if match is None or match[2] not in _minors():
        return None
    return match[1], match.start(1), match.end()


def counted(norm: str, end: int, several: bool) -> Unit | None:
    """The thing counted by a number that ends at `end`: the `vehicle` of "48,654 electric vehicles".

    `several` things stand in the plural: "23 bank executives" counts no banks. Behind a hyphen stands the singular.
    """
    at, known = end, things()
    hyphened = norm[end : end + 1] == "-"
    for _ in range(1 if hyphened else _MODIFIERS + 1):
        match = _WORD.match(norm, at)
        if match is None or match[1] in stopping():
            return None
        thing = known.get(match[1])
        if thing is None and match[1].rstrip("0123456789").upper() in _codes() and match[1][-1].isdecimal():
            return None  # "3 USD50 cards"
        if thing is not None and (hyphened or not several or thing != match[1] or _plural(thing) not in known):
            return None if match[0] == "-time" else Unit(thing, None, match.end())
        at = match.end()
    return None


def per(norm: str, end: int) -> str | None:
    """The denominator printed behind a quantity that ends at `end`: "a barrel", "per tonne", "/hour"."""
    match = _PER.match(norm, end)
    if match is None:
        return None
    forms = _per_units().get(match[1])
    if forms is None:
        return None
    window = norm[match.start(1) : match.start(1) + _LONGEST].replace("-", " ")
    for printed, unit in forms:
        if window.startswith(printed) and not window[len(printed) : len(printed) + 1].isalnum():
            return unit
    return None


def sign_before(norm: str, floor: int, end: int) -> tuple[str, int] | None:
    """The currency whose sign ends at `end` ("$", "HK$", "us $"), and where the sign begins."""
    last = norm[end - 1]
    longer = _longer_signs().get(last, ())
    for sign in (*longer, last) if norm.endswith(longer, floor, end) else last:
        begin = end - len(sign)
        inside_word = begin > floor and norm[begin].isalnum() and norm[begin - 1].isalnum()
        if sign in _signs() and norm.endswith(sign, floor, end) and not inside_word:
            return _signs()[sign], begin
    return None


def prefix(word: str, printed: str) -> tuple[str, int] | None:
    """The currency that the word before a number names ("Rs", "USD", "MEUR"), and the power of ten it carries."""
    if word not in _before():
        return None
    code = _prefixes().get(word) or _cased_prefixes().get(printed)
    if code is not None:
        return code, 0
    if not printed.isupper() and not (len(printed) == _CODE and printed.islower()):
        return None
    if len(printed) == _CODE and printed not in _words_too():
        return (printed.upper(), 0) if printed.upper() in _codes() else None
    return _multiples().get(printed)


def joins(norm: str, word: str, at: int) -> bool:
    """Whether the number at `at` may follow its currency without a space: a single letter needs more than "R2"."""
    amounts = _behind_letter().get(word)
    return amounts is None or amounts.match(norm, at) is not None


@lexicon.derived
def _behind_letter() -> dict[str, re.Pattern[str]]:
    """What an amount looks like behind a currency of one letter: "R273", "R2.50", "R50bn"; "Y1.2tn", "Y1,200"."""
    scales = "|".join(
        form for form, power, *_ in lexicon.rows("scales") if int(power) >= _MILLION and form not in "btBTGM"
    )
    scaled = rf"\d[\d,.]{{0,11}} ?(?:{scales})(?![a-z\d])"
    return {
        "r": re.compile(rf"\d{{3}}|\d{{1,2}}[.,]\d|{scaled}", re.ASCII),
        "y": re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?!\d)|{scaled}", re.ASCII),
    }


def named_before(words: str) -> str | None:
    """The currency whose name may stand before its number ("ringgit 42"), in lower case."""
    return _named_before().get(words)


@lexicon.kept(64)
def is_sign(char: str) -> bool:
    """Whether a sign for money ends in this character."""
    return any(sign.endswith(char) for sign in _signs())


def _in_brackets(norm: str, end: int) -> Unit | None:
    match = _BRACKET.match(norm, end)
    forms = _behind().get(match[1], ()) if match else ()
    for form in forms:
        if match and form.printed == match[1] and not form.cased:
            return Unit(form.unit, form.per, match.end())
    return None


@lexicon.derived
def stopping() -> frozenset[str]:
    """Small words and verbs, which end the search for what a number counts."""
    return frozenset(
        word for name, found in lexicon.rows("words") if name in _STOPPING_CLASSES for word in found.split()
    )


@lexicon.derived
def things() -> dict[str, str]:
    """Every printed form of a thing that news counts, with its singular."""
    things = {}
    for (row,) in lexicon.rows("things"):
        singular, *irregular = (form.strip() for form in row.split(","))
        for form in (singular, *(irregular or [_plural(singular)])):
            things[form] = singular
    return things


@lexicon.derived
def _codes() -> frozenset[str]:
    coins = [row[1] for row in lexicon.rows("currencies") if row[2] == "code"]
    return frozenset([*(row[0] for row in lexicon.rows("iso_currencies")), *coins])


@lexicon.derived
def _signs() -> dict[str, str]:
    return {row[0]: row[1] for row in lexicon.rows("currencies") if row[2] == "sign"}


@lexicon.derived
def _longer_signs() -> dict[str, tuple[str, ...]]:
    """The signs of several characters ("HK$"), the longest first, by their last character."""
    found: dict[str, list[str]] = {}
    for sign in sorted(_signs(), key=len, reverse=True):
        if len(sign) > 1:
            found.setdefault(sign[-1], []).append(sign)
    return {last: tuple(signs) for last, signs in found.items()}


@lexicon.derived
def _words_too() -> frozenset[str]:
    """Codes that are English words when a headline is in capitals: "ALL 5 SOLUTIONS"."""
    return frozenset(row[0].upper() for row in lexicon.rows("currencies") if row[2] == "word") | {
        row[0].lower() for row in lexicon.rows("currencies") if row[2] == "word"
    }


@lexicon.derived
def _multiples() -> dict[str, tuple[str, int]]:
    """Codes with a scale in front, as Nordic and German companies print them: "MEUR 120", "120 MEUR"."""
    return {letter + code: (code, power) for code in _codes() for letter, power in (("M", 6), ("K", 3), ("T", 3))}


def multiple_code(printed: str) -> tuple[str, int] | None:
    """The currency and power of ten of a code such as `MEUR`, or None."""
    return _multiples().get(printed)


@lexicon.derived
def _before() -> frozenset[str]:
    """Every word, in lower case, that may name a currency before a number."""
    return frozenset(
        word.lower() for words in (_prefixes(), _cased_prefixes(), _codes(), _multiples()) for word in words
    )


@lexicon.derived
def _prefixes() -> dict[str, str]:
    return {form: code for form, code, where, *how in lexicon.rows("currencies") if where == "prefix" and not how}


@lexicon.derived
def _cased_prefixes() -> dict[str, str]:
    """Prefixes that are another word in another case: "kr 10", but "KR 10" for South Korea."""
    return {form: code for form, code, where, *how in lexicon.rows("currencies") if where == "prefix" and how}


@lexicon.derived
def _named_before() -> dict[str, str]:
    found = {}
    for form, code, where, *_ in lexicon.rows("currencies"):
        if where == "both":
            found[form] = found[_plural(form)] = code
    return found


@lexicon.derived
def _minors() -> frozenset[str]:
    forms = [row[0] for row in lexicon.rows("currencies") if row[2] == "minor" or row[0] in {"sen", "¢"}]
    return frozenset([*forms, *map(_plural, forms)])


@lexicon.derived
def _per_units() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for unit, forms in lexicon.rows("per_units"):
        for form in forms.split(","):
            printed = form.strip()
            found.setdefault(_LETTERS.split(printed)[0], []).append((printed, unit))
    for forms_of_head in found.values():
        forms_of_head.sort(key=lambda pair: -len(pair[0]))
    return found


@lexicon.derived
def _behind() -> dict[str, tuple[_Form, ...]]:
    """The forms that may stand behind a number, by their first word or sign, the longest first."""
    found: dict[str, list[_Form]] = {}
    for form in (*_unit_forms(), *_currency_forms()):
        head = _HEAD.match(form.printed.lower())
        if head is not None:
            found.setdefault(head[1], []).append(form)
    return {
        head: tuple(sorted(forms, key=lambda form: (-len(form.printed), not form.cased)))
        for head, forms in found.items()
    }


def _unit_forms() -> list[_Form]:
    forms = []
    for unit, per_unit, printed, *how in lexicon.rows("units"):
        flags = how[0].split() if how else []
        for form in (part.strip() for part in printed.split(",")):
            cased = "case" in flags and len(form) <= _SYMBOL
            bare = form if cased else form.replace("-", " ").strip()
            standing = next((flag for flag in flags if flag in _STANDING), "")
            several = [_plural(bare)] if not cased and len(bare) >= _SYMBOL and bare[-1].isalpha() else []
            per_one = None if per_unit == "-" else per_unit
            power = next((int(flag) for flag in flags if flag.isdecimal()), 0)
            forms += [
                _Form(one, cased, "joined" in flags or standing == "glued", unit, per_one, standing, power)
                for one in (bare, *several)
            ]
    return forms


def _currency_forms() -> list[_Form]:
    forms = []
    for form, code, where, *how in lexicon.rows("currencies"):
        unit = code
        joined = where in {"sign", "suffix"}
        if where not in {"prefix", "word", "code"}:
            forms.append(_Form(form, bool(how), joined or where != "sign", unit, None))
        if where in {"name", "both", "minor"} and not how:
            forms.append(_Form(_plural(form), False, True, unit, None))
    for code in _codes():
        cased = code in _words_too()
        forms.append(_Form(code if cased else code.lower(), cased, True, code, None))
    for code, one, several in lexicon.rows("iso_currencies"):
        forms += [_Form(name.lower(), False, False, code, None) for name in (one, several)]
    return forms


def _plural(singular: str) -> str:
    if singular.endswith(("s", "x", "ch", "sh")):
        return singular + "es"
    if singular.endswith("y") and singular[-2] not in "aeiou":
        return singular[:-1] + "ies"
    return singular + "s"
