"""The words of a sentence with their classes: what movement a word names, what a preposition is, where a name begins.

Goes in: a stretch of text with the numbers and names found in it. Comes out: a list of `Token`s in order, in which a
number or a name is one token, and a fixed phrase ("little changed", "compared with") is one token too. Which class a
word has is written in the lexicon (`words.txt`, `movements.txt`); nothing here decides what a sentence says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketextract import lexicon
from marketextract._numerals import first_words
from marketextract.measures import DURATIONS, MEASURES
from marketextract.names import Mention
from marketextract.quantities import NonQuantity, Quantity
from marketextract.spelling import WORD, participle, past, plain, third_person, without_possessive

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MONTHS_LIKE_VERBS = frozenset({"May", "March"})  # with a capital, the month is far likelier than the verb
_LETTERS = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TOKEN = re.compile(rf"{WORD}|(?<!\w)\.[A-Z][A-Z0-9]{{1,14}}(?!\w)|[^\w\s]")
_PUNCTUATION = {
    ",": "comma", ";": "semicolon", ":": "colon", "(": "open", ")": "close", "[": "open", "]": "close",
    "-": "dash", "–": "dash", "—": "dash", "+": "sign", "/": "slash", "|": "semicolon", "•": "semicolon",
    "“": "quote", "”": "quote", '"': "quote", "‘": "quote", "’": "quote", "'": "quote", "*": "semicolon",
    "!": "stop", "?": "stop", ".": "stop", "…": "stop", "&": "conjunction",
}  # fmt: skip
_CALENDAR_KINDS = frozenset({"date", "time", "period"})
_SHORT_ADVERB = 6  # letters: "Italy", "Lilly" and "family" are none
_DIGIT = re.compile(r"\d")
_UNSPOKEN_KINDS = frozenset({"ticker", "identifier", "url", "phone", "label", "list_number"})


@dataclass(slots=True)
class Token:
    """One token: its class, the words in small letters, and what was found there.

    `kind` is a class of `words.txt`, a part of `movements.txt` prefixed by "move-", a punctuation class, or one of
    "quantity", "name", "maturity" (a number that belongs to a name), "word". `direction` is that of a movement word;
    `form` is its inflection: "base", "s", "past", "ing" or "".
    """

    kind: str
    lower: str
    start: int
    end: int
    direction: str | None = None
    form: str = ""
    possessive: bool = False
    capital: bool = False
    quantity: Quantity | None = None
    mention: Mention | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    direction: str | None = None
    form: str = ""


def tokens(text: str, start: int, end: int, found: Sequence[Quantity | NonQuantity | Mention]) -> list[Token]:
    """The tokens of `text[start:end]`; `found` are the numbers and names in it, in order and without overlaps."""
    single: list[Token] = []
    position = start
    for item in found:
        single += _plain(text, position, item.start)
        if not isinstance(item, NonQuantity) or item.kind not in _UNSPOKEN_KINDS:
            single.append(_found(text, item))
        position = max(item.end, item.ticker_end) if isinstance(item, Mention) else item.end
    single += _plain(text, position, end)
    return _joined(single)


def _plain(text: str, start: int, end: int) -> list[Token]:
    """The tokens of a stretch without numbers and names."""
    classified = _classified
    return [
        Token(kind, lower, match.start(), match.end(), direction, form, possessive, capital)
        for match in _TOKEN.finditer(text, start, end)
        for kind, lower, direction, form, possessive, capital in (classified(match[0]),)
        if kind != "code"
    ]


@lexicon.kept(1 << 15)  # words come again and again
def _classified(printed: str) -> tuple[str, str, str | None, str, bool, bool]:
    """What a word or mark is wherever it stands: the first fields of its `Token`, without the span."""
    mark = _PUNCTUATION.get(printed) or ("code" if printed[0] == "." else None)  # ".N225" is nobody's name
    if mark is not None:
        return mark, printed, None, "", False, False
    if printed in _MONTHS_LIKE_VERBS:
        return "time", printed.lower(), None, "", False, True
    lower = plain(printed)
    bare = without_possessive(lower)
    words = _vocabulary()
    entry = words.get(lower) or words.get(bare) or _Entry(_guess(bare, printed))
    return entry.kind, bare, entry.direction, entry.form, bare != lower, printed[0].isupper()


def may_be_noun(word: str) -> bool:
    """Whether a word is none of the lexicon's verbs and small words."""
    return _classified(word)[0] == "word"


def names_movement(text: str) -> bool:
    """Whether a word of movement stands in a text: a quick look, before it is read."""
    return not _movement_words().isdisjoint(_LETTERS.findall(text.lower()))


def _guess(lower: str, printed: str) -> str:
    """The class of a word that the lexicon does not list, by its ending."""
    if lower.endswith("ly") and len(lower) > _SHORT_ADVERB:
        return "adverb"  # "Consequently, shares fell"
    if printed[0].isupper() or len(lower) <= 4:  # noqa: PLR2004 - "red" and "bed" are no verbs
        return "word"
    if lower.endswith("ly"):
        return "adverb"
    if lower.endswith("ed") and "-" not in lower:
        return "verb"
    return "word"


def _found(text: str, item: Quantity | NonQuantity | Mention) -> Token:
    lower = text[item.start : item.end].lower()
    if isinstance(item, Quantity):
        if item.unit in DURATIONS:  # "the 10-year", "three-month copper" against "in 24 hours"
            return Token("maturity" if "-" in item.text else "time", lower, item.start, item.end)
        if _counts(item):
            return Token("word", _counted(lower), item.start, item.end)  # "all three major indexes"
        return Token("quantity", lower, item.start, item.end, quantity=item)
    if isinstance(item, NonQuantity):
        return Token(_number_kind(item.kind), lower, item.start, item.end)
    possessive = text[item.end : item.end + 2] in ("'s", "’s")
    return Token("name", lower, item.start, item.end, mention=item, possessive=possessive, capital=True)


def _counts(quantity: Quantity) -> bool:
    """Whether a number in words only says how many of its noun there are."""
    unit = quantity.unit
    return unit is not None and unit.islower() and unit not in MEASURES and not _DIGIT.search(quantity.text)


def _counted(lower: str) -> str:
    """What a number in words counts: "other sectors" of "at least six other sectors"."""
    words = lower.split(" ")
    numeral = next((k for k, word in enumerate(words) if word in first_words()), len(words) - 2)
    return " ".join(words[numeral + 1 :]) or lower


def _number_kind(kind: str) -> str:
    """The class of a number that is no quantity: a maturity or a product number is part of the noun it stands in."""
    return "time" if kind in _CALENDAR_KINDS else "maturity"


def _joined(single: list[Token]) -> list[Token]:
    """Join the fixed phrases of the lexicon, and drop what is left of a possessive ending after a name."""
    phrases = _phrases()
    joined: list[Token] = []
    i, count = 0, len(single)
    while i < count:
        token = single[i]
        i += 1
        if token.kind == "quote" and i < count and single[i].lower == "s" and single[i].start == token.end:
            i += 1
            continue
        begun = phrases.get(token.lower)
        if begun is None or i == count:
            joined.append(token)
            continue
        for rest, entry in begun.get(single[i].lower, ()):
            if [word.lower for word in single[i : i + len(rest)]] == rest:
                last = single[i + len(rest) - 1]
                lower = " ".join([token.lower, *rest])
                token = Token(entry.kind, lower, token.start, last.end, entry.direction, entry.form)
                i += len(rest)
                break
        joined.append(token)
    return joined


@lexicon.derived
def _vocabulary() -> dict[str, _Entry]:
    words: dict[str, _Entry] = {}
    for kind, listed in lexicon.rows("words"):
        for word in listed.split():
            words.setdefault(word, _Entry(kind))
    for verb, form in _verbs():
        words.setdefault(verb, _Entry("verb", form=form))
    for phrase, entry in _movements():
        if " " not in phrase and entry.kind != "move-measured":
            words[phrase] = entry
    return words


@lexicon.kept(64)
def in_set(name: str) -> frozenset[str]:
    """One of the sets of word_sets.txt, such as the verbs of reporting."""
    return lexicon.united("word_sets").get(name, frozenset())


@lexicon.derived
def measured() -> dict[str, str]:
    """The words that name a movement only right before a number ("off 4%"), with its direction."""
    return {word: entry.direction or "" for word, entry in _movements() if entry.kind == "move-measured"}


def _verbs() -> Iterator[tuple[str, str]]:
    """Every form of every verb of verbs.txt."""
    for forms, *base in lexicon.rows("verbs"):
        verb, *irregular = [form.strip() for form in forms.split(",")]
        left_out = {"s", "base"} if "noun" in base else set() if "base" in base else {"base"}
        yield from ((word, form) for word, form in _inflected(verb, irregular, "verb") if form not in left_out)


@lexicon.derived
def _movement_words() -> frozenset[str]:
    """The first word of every form of every movement word that tells a direction."""
    return frozenset(phrase.split()[0] for phrase, entry in _movements() if entry.direction is not None)


@lexicon.derived
def _phrases() -> dict[str, dict[str, list[tuple[list[str], _Entry]]]]:
    """The fixed phrases by their first and their second word: what follows the first one, the longest first."""
    entries = [
        (word.replace("_", " "), _Entry(kind)) for kind, listed in lexicon.rows("words") for word in listed.split()
    ]
    by_words: dict[str, dict[str, list[tuple[list[str], _Entry]]]] = {}
    for phrase, entry in [*entries, *_movements()]:
        first, *rest = phrase.split()
        if rest:
            by_words.setdefault(first, {}).setdefault(rest[0], []).append((rest, entry))
    for listed in (listed for by_second in by_words.values() for listed in by_second.values()):
        listed.sort(key=lambda item: -len(item[0]))
    return by_words


@lexicon.derived
def _movements() -> list[tuple[str, _Entry]]:
    """Every form of every movement word."""
    entries = []
    for forms, part, direction in lexicon.rows("movements"):
        base, *irregular = [form.strip() for form in forms.split(",")]
        towards = None if direction == "-" else direction
        kind = "level_verb" if part == "passing" else f"move-{part}"
        for word, form in _inflected(base, irregular, part):
            entries.append((word, _Entry(kind, towards, form)))
    return entries


def _inflected(base: str, irregular: list[str], part: str) -> Iterator[tuple[str, str]]:
    if part in ("state", "measured"):
        yield base, ""
        return
    if part == "noun":
        yield base, "base"
        yield from ((form, "s") for form in irregular or [f"{base}s"])
        return
    verb, _, particle = base.partition(" ")
    tail = f" {particle}" if particle else ""
    yield base, "base"
    yield third_person(verb) + tail, "s"
    yield participle(verb) + tail, "ing"
    yield from ((form, "past") for form in irregular or [past(verb) + tail])
