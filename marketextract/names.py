"""Find the names in a text: instruments, indicators, institutions, places, companies and their tickers, with spans.

Goes in: a text. Comes out: `Mention`s in order, without overlaps. What has a name of its own is listed in the lexicon;
a company is recognised by its capitals, its ticker or its ending. A mention says what was printed and where, and what
the lexicon knows of it; what the sentence says of it is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from marketextract import lexicon
from marketextract.spelling import WORD, plain, without_possessive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WORD = re.compile(rf"(?:(?<![.\w])|(?<=[a-z]\.)){WORD}\.?")
_GAP = re.compile(r"(?: & |[ \u00a0\-])\Z")
_TICKER = re.compile(
    r" ?\(\s?(?:"
    r"(?P<pair>[A-Z][A-Za-z.]{0,9}\s?:\s?[A-Z0-9][A-Z0-9.\-]{0,9})"
    r"|(?P<ric>\.?[A-Z0-9]{1,8}\.[A-Z]{1,3}(?:\.[A-Z]{1,2})?|\.[A-Z0-9]{2,10})"
    r"|(?P<bare>[A-Z]{1,6}[0-9]{0,2})"
    r")\s?\)"
    r"| ?<(?P<angle>[.A-Z0-9=]{1,15})>"
    r"| (?P<trailing>\.[A-Z][A-Z0-9]{1,14}|[A-Z0-9]{1,8}\.[A-Z]{1,2})(?![\w.])"
)
_SHAPE = re.compile(r"(?:[A-Z][\w'’.&/\-]*|[a-z][A-Z]\w*|[0-9]+[A-Z]\w*)\Z")
_FUND_ENDS = frozenset({"ETF", "ETN", "Fund", "Trust"})
_LONGEST_FUND = 9  # words
_INITIALS = re.compile(r"(?:[A-Za-z]\.)+\Z")
_HEADS_OF = frozenset({"Bank", "House", "Department", "Bureau", "University", "Ministry"})
_Placed = TypeVar("_Placed")
INSTRUMENT_KINDS = frozenset(
    {"index", "stock", "sector", "market", "future", "currency", "commodity", "bond", "crypto", "fund"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands: `text` is the slice `start:end`.

    `kind` is one of `INSTRUMENT_KINDS`, "indicator", "central_bank", "agency", "broker", "place", "company", or None
    for capitals of which nothing more is known. `id` is the lexicon's standard identifier, `canonical` its main name,
    and `ticker` the one printed behind the name, up to `ticker_end`.
    """

    text: str
    start: int
    end: int
    kind: str | None = None
    id: str | None = None
    canonical: str | None = None
    ticker: str | None = None
    ticker_end: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """A name of the lexicon, as its `printed` words."""

    kind: str
    id: str | None
    canonical: str
    printed: tuple[str, ...]
    any_case: bool


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The known names by their words in small letters, and for each first word the lengths there are, longest first."""

    names: Mapping[str, Sequence[_Known]]
    lengths: Mapping[str, Sequence[int]]


@dataclass(slots=True)  # not frozen: there are thousands in an article, and a frozen one takes three times as long
class _Word:
    """A word as printed, without its possessive ending (`bare`), and in small letters (`lower`)."""

    printed: str
    bare: str
    lower: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.bare)

    @property
    def possessive(self) -> bool:
        return self.bare != self.printed


def find_names(text: str) -> list[Mention]:
    """The names of a text in order, without overlaps."""
    words = _words(text)
    known = _known()
    mentions: list[Mention] = []
    i = 0
    while i < len(words):
        mention, used = None, 1
        if words[i].lower in known.lengths:
            mention, used = _known_at(text, words, i)
        if not words[i].bare.islower():
            mention, used = _longer(_fund_at(text, words, i), (mention, used))
            if mention is None or (mention.kind == "place" and not words[min(i + used, len(words)) - 1].possessive):
                mention, used = _longer(_capitals_at(text, words, i), (mention, used))
        i += used
        if mention is not None:
            mention = _with_ticker(text, mention)
            mentions.append(mention)
            while i < len(words) and words[i].start < mention.ticker_end:
                i += 1
    return mentions


def between(items: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Of items in the order of the text, those that begin in [start, end)."""
    first = bisect_left(items, start, key=attrgetter("start"))
    last = bisect_left(items, end, lo=first, key=attrgetter("start"))
    return items[first:last]


def _words(text: str) -> list[_Word]:
    return [_Word(*_spellings(match[0]), match.start()) for match in _WORD.finditer(text)]


@lexicon.kept(1 << 15)  # words come again and again
def _spellings(printed: str) -> tuple[str, str, str]:
    """The first three fields of a `_Word`."""
    if printed[-1] == "." and not _keeps_point(printed):
        printed = printed[:-1]
    bare = without_possessive(printed)
    return printed, bare, plain(bare)


def _keeps_point(word: str) -> bool:
    """Whether the point belongs to the word: "U.S." and "Corp.", not the end of a sentence."""
    return _INITIALS.match(word) is not None or word in _suffixes()


def _known_at(text: str, words: Sequence[_Word], i: int) -> tuple[Mention | None, int]:
    """The longest name of the lexicon that begins at word `i`, and how many words it has."""
    lexicon_ = _known()
    for length in lexicon_.lengths.get(words[i].lower, ()):
        run = words[i : i + length]
        key = " ".join([*(plain(word.printed) for word in run[:-1]), run[-1].lower])
        for known in lexicon_.names.get(key, ()):
            if _is_spelled(text, run, known):
                start, end = run[0].start, run[-1].end
                return Mention(text[start:end], start, end, known.kind, known.id, known.canonical), length
    return None, 1


def _is_spelled(text: str, run: Sequence[_Word], known: _Known) -> bool:
    """Whether the capitals and the gaps are those of a name; in all capitals every name may be printed."""
    for k, (word, printed) in enumerate(zip(run, known.printed, strict=True)):
        last = k == len(run) - 1
        mine = (word.bare if last else word.printed).replace("’", "'")
        if not known.any_case and mine != printed and not mine.isupper():
            return False
        if not last and not _GAP.match(text[word.start + len(mine) : run[k + 1].start]):
            return False
    return True


def _longer(one: tuple[Mention | None, int], other: tuple[Mention | None, int]) -> tuple[Mention | None, int]:
    """The reading of more words: "China Mobile" rather than "China"."""
    return one if one[0] is not None and (other[0] is None or one[1] > other[1]) else other


def _fund_at(text: str, words: Sequence[_Word], i: int) -> tuple[Mention | None, int]:
    """A fund that begins at word `i`: capitals up to "ETF", "Fund" or "Trust", whatever they mean alone."""
    stop = i
    while stop < len(words) and stop - i < _LONGEST_FUND and _joins_fund(text, words, i, stop):
        followed = stop + 1 < len(words) and words[stop + 1].bare in _suffixes()  # "Meridian Trust Corp"
        if stop > i and words[stop].bare in _FUND_ENDS and not followed:
            return Mention(
                text[words[i].start : words[stop].end], words[i].start, words[stop].end, "fund"
            ), stop - i + 1
        stop += 1
    return None, 1


def _joins_fund(text: str, words: Sequence[_Word], i: int, k: int) -> bool:
    apart = k > i and text[words[k - 1].end : words[k].start] not in (" ", " & ")
    return (
        not apart
        and _SHAPE.match(words[k].bare) is not None
        and words[k].bare not in ("The", "A", "An", "And", "Among")
    )


def _capitals_at(text: str, words: Sequence[_Word], i: int) -> tuple[Mention | None, int]:
    """A run of capitalised words from word `i`, as the name of a company or of something unknown, and its length."""
    if not _SHAPE.match(words[i].bare) or words[i].bare in _not_names():
        return None, 1
    if i + 2 < len(words) and _describes(words[i + 1].bare) and _SHAPE.match(words[i + 2].bare):
        return None, 1  # "Chip designer Ostara Micro"
    stop = i + 1
    while stop < len(words) and not words[stop - 1].possessive and _continues(text, words, stop):
        stop += 1
    last = words[stop - 1]
    if stop - i == 1 and last.bare.endswith("ed") and stop < len(words) and words[stop].bare == "by":
        return None, 1  # "Boosted by a weaker yen"
    kind = "company" if last.bare in _suffixes() and stop - i > 1 else None
    return Mention(text[words[i].start : last.end], words[i].start, last.end, kind), stop - i


def _describes(word: str) -> bool:
    """Whether a word says what kind of company the name behind it is of."""
    return word in _descriptors() or word.endswith("maker")


def _continues(text: str, words: Sequence[_Word], k: int) -> bool:
    """Whether word `k` belongs to the run of capitals before it."""
    if text[words[k - 1].end : words[k].start] not in (" ", " & ", "\u00a0"):
        return False
    word = words[k].bare
    if word == "of":
        return words[k - 1].bare in _HEADS_OF and k + 1 < len(words) and _SHAPE.match(words[k + 1].bare) is not None
    if word in _suffixes():
        return True
    if _SHAPE.match(word) is None or word in _not_names():
        return False
    known = _known_at(text, words, k)[0]
    return known is None or (known.kind == "commodity" and not known.text.islower())  # "Barrick Gold", "U.S. Steel"


def _with_ticker(text: str, mention: Mention) -> Mention:
    match = _TICKER.match(text, mention.end)
    if match is None:
        return mention
    ticker = next(group for group in match.groups() if group is not None).replace(" ", "")
    kind = mention.kind if mention.kind not in (None, "company") else "stock"
    return Mention(mention.text, mention.start, mention.end, kind, mention.id, mention.canonical, ticker, match.end())


@lexicon.derived
def _suffixes() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("company_suffixes") for word in row[0].split())


@lexicon.derived
def _descriptors() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("descriptors") for word in row[0].split())


@lexicon.derived
def _not_names() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("not_names") for word in row[0].split())


@lexicon.derived
def _known() -> _Lexicon:
    names: dict[str, list[_Known]] = {}
    lengths: dict[str, set[int]] = {}
    for known in _entries():
        words = [word.lower() for word in known.printed]
        names.setdefault(" ".join(words), []).append(known)
        lengths.setdefault(words[0], set()).add(len(words))
    return _Lexicon(names, {word: sorted(found, reverse=True) for word, found in lengths.items()})


def _entries() -> Iterator[_Known]:
    for name, kind, identifier, others in lexicon.rows("instruments"):
        yield from _spelled(kind, identifier, name, others)
    for name, kind, identifier, others in lexicon.rows("institutions"):
        yield from _spelled(kind, identifier, name, others)
    for name, _unit, others in lexicon.rows("indicators"):
        yield from _spelled("indicator", "-", name, others, any_case=True)
    for name, others in lexicon.rows("places"):
        yield from _spelled("place", "-", name, others)


def _spelled(kind: str, identifier: str, name: str, others: str, *, any_case: bool = False) -> Iterator[_Known]:
    for spelling in [name, *others.split(";")]:
        printed = tuple(word[0] for word in _WORD.finditer(spelling))
        if printed:
            known_id = None if identifier == "-" else identifier
            yield _Known(kind, known_id, name, printed, any_case or spelling.strip()[0].islower())
