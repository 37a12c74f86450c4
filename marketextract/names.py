"""Find the names in a text: instruments, indicators, institutions, places, companies and their tickers, with spans.

Goes in: a text. Comes out: `Mention`s in order, without overlaps. What has a name of its own is listed in the lexicon;
a company is recognised by its capitals, its ticker or its ending. A mention says what was printed and where, and what
the lexicon knows of it; what the sentence says of it is not decided here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from marketextract import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(
    r"(?<![.\w])(?:[^\W_]+(?:['’&/\-][^\W_]+|\.(?:[^\W_](?![^\W_])|com\b))*)\.?|(?<=[a-z]\.)[^\W_]+(?:['’&/\-][^\W_]+|\.(?:[^\W_](?![^\W_])|com\b))*\.?"
)
_POSSESSIVE = re.compile(r"['’]s?\Z")
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
INSTRUMENT_KINDS = frozenset(
    {"index", "stock", "sector", "market", "future", "currency", "commodity", "bond", "crypto", "fund"}
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands: `text` is the slice `start:end`.

    `kind` is one of `INSTRUMENT_KINDS`, "indicator", "central_bank", "agency", "place", "company", or None for
    capitals of which nothing more is known. `id` is the lexicon's standard identifier, `canonical` its main name, and
    `ticker` the one printed behind the name, up to `ticker_end`.
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
    kind: str
    id: str | None
    canonical: str
    printed: tuple[str, ...]
    any_case: bool


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    bare: str
    start: int
    end: int
    possessive: bool


def find_names(text: str) -> list[Mention]:
    """The names of a text in order, without overlaps."""
    words = list(_words(text))
    mentions: list[Mention] = []
    i = 0
    while i < len(words):
        mention, used = _known_at(text, words, i) or _capitals_at(text, words, i) or (None, 1)
        i += used
        if mention is not None:
            mention = _with_ticker(text, mention)
            mentions.append(mention)
            while i < len(words) and words[i].start < mention.ticker_end:
                i += 1
    return mentions


def between(mentions: list[Mention], start: int, end: int) -> list[Mention]:
    """The mentions that lie in [start, end)."""
    first = bisect_left(mentions, start, key=lambda mention: mention.start)
    last = bisect_left(mentions, end, key=lambda mention: mention.start)
    return mentions[first:last]


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        printed = match[0]
        bare = _POSSESSIVE.sub("", printed)
        if bare.endswith(".") and not _keeps_point(bare):
            bare = bare[:-1]
        yield _Word(printed, bare, match.start(), match.start() + len(bare), printed != bare and not bare.endswith("."))


def _keeps_point(word: str) -> bool:
    """Whether the point belongs to the word: "U.S." and "Corp.", not the end of a sentence."""
    return "." in word[:-1] or word in _suffixes()


def _known_at(text: str, words: list[_Word], i: int) -> tuple[Mention, int] | None:
    """The longest name of the lexicon that begins at word `i`."""
    for length, known in _known().get(words[i].bare.lower().replace("’", "'"), ()):
        run = words[i : i + length]
        if len(run) < length or not _matches(text, run, known):
            continue
        start, end = run[0].start, run[-1].end
        return Mention(text[start:end], start, end, known.kind, known.id, known.canonical), length
    return None


def _matches(text: str, run: list[_Word], known: _Known) -> bool:
    for k, (word, printed) in enumerate(zip(run, known.printed, strict=True)):
        last = k == len(run) - 1
        mine = (word.bare if last else word.text).replace("’", "'")
        if mine != printed and not (mine.lower() == printed.lower() and (known.any_case or mine.isupper())):
            return False
        if not last and not _GAP.match(text[word.start + len(mine) : run[k + 1].start]):
            return False
    return True


def _capitals_at(text: str, words: list[_Word], i: int) -> tuple[Mention | None, int] | None:
    """A run of capitalised words from word `i`, as the name of a company or of something else unknown."""
    if not _SHAPE.match(words[i].bare) or words[i].bare in _not_names():
        return None
    stop = i + 1
    while stop < len(words) and not words[stop - 1].possessive and _continues(text, words, stop):
        stop += 1
    run = words[i:stop]
    while len(run) > 1 and run[-1].bare in ("of", "and", "&", "de", "der"):
        run = run[:-1]
    start, end = run[0].start, run[-1].end
    kind = "company" if run[-1].bare in _suffixes() and len(run) > 1 else None
    return Mention(text[start:end], start, end, kind), len(run)


def _continues(text: str, words: list[_Word], k: int) -> bool:
    """Whether word `k` belongs to the run of capitals before it."""
    gap = text[words[k - 1].start + len(words[k - 1].bare) : words[k].start]
    if gap not in (" ", " & ", "\u00a0"):
        return False
    word = words[k].bare
    if word in ("of", "de", "der") and k + 1 < len(words):
        return words[k - 1].bare in ("Bank", "House", "Department", "Bureau", "University", "Ministry") and bool(
            _SHAPE.match(words[k + 1].bare)
        )
    if word in _suffixes():
        return True
    return bool(_SHAPE.match(word)) and word not in _not_names() and _known_at(text, words, k) is None


def _with_ticker(text: str, mention: Mention) -> Mention:
    match = _TICKER.match(text, mention.end)
    if match is None:
        return mention
    ticker = next(group for group in match.groups() if group is not None).replace(" ", "")
    kind = mention.kind if mention.kind not in (None, "company") else "stock"
    return Mention(mention.text, mention.start, mention.end, kind, mention.id, mention.canonical, ticker, match.end())


@cache
def _suffixes() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("company_suffixes") for word in row[0].split())


@cache
def _not_names() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("not_names") for word in row[0].split())


@cache
def _known() -> dict[str, list[tuple[int, _Known]]]:
    """Every known name by the first of its words, the longest first."""
    by_first: dict[str, list[tuple[int, _Known]]] = {}
    for known in _entries():
        by_first.setdefault(known.printed[0].lower(), []).append((len(known.printed), known))
    for listed in by_first.values():
        listed.sort(key=lambda item: -item[0])
    return by_first


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
