"""The time phrases of market news, and the days that they mean.

Goes in: a stretch of text, or one phrase and the day of publication. Comes out: the phrases with their spans, told
apart as the moment of what is told ("on Wednesday") and the stretch that a change covers ("for the week"); or the day
that a phrase means. Which words make a phrase is written in the lexicon (`times.txt`). Which statement a phrase belongs
to is not decided here, and a phrase that may mean several days means none. Pure.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

from dateutil import parser
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

from marketextract import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(
    r"\d{4}-\d{2}-\d{2}(?!\w)"  # 2025-02-01
    r"|\d{1,2}[:.]\d{2}(?![\d%])|\d{1,9}(?:st|nd|rd|th)?(?!\w)|[qQ]\d(?!\w)|\d[qQ](?!\w)|\d+"  # 10:30, 1st, Q2
    r"|[ymqwYMQW]/[ymqwYMQW](?!\w)"  # y/y
    r"|[^\W\d_](?:\.[^\W\d_])+\.?|['’]s(?!\w)|[^\W\d_]+\.?|\S"  # a.m., 's, words
)
_DIRECTIONS = {"past": 0, "before": -1, "coming": 0, "next": 1}
_WEEKDAYS = dict(zip(("mo", "tu", "we", "th", "fr", "sa", "su"), (MO, TU, WE, TH, FR, SA, SU), strict=True))
_BREAKS = frozenset(',;:.()[]–—!?"“”')
_REACH = 7  # words before a period among which a superlative claims it
_HEAD = 400  # characters in which a dateline stands
_DATELINE_END = re.compile(r"\s*(?:\([^()\n]{2,40}\)\s*)?(?:--|[-–—:|]|\n|\Z)")


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A printed time phrase, `text[start:end]`; `kind` tells the moment of what is told from the period of a change.

    `day` is the rule by which it means a day, as written in `times.txt`.
    """

    text: str
    start: int
    end: int
    kind: Literal["when", "period"]
    day: str = "-"


def time_phrases(text: str, start: int = 0, end: int | None = None) -> list[TimePhrase]:
    """The time phrases of `text[start:end]` in order, without overlaps; the spans are those of the whole text.

    >>> [(found.text, found.kind) for found in time_phrases("Oil fell 2% on Friday, down 5% for the week.")]
    [('on Friday', 'when'), ('for the week', 'period')]
    """
    return [phrase for phrase, _ in _phrases(text, start, len(text) if end is None else end)]


def resolve(phrase: str, published: dt.date | None) -> dt.date | None:
    """The day that a time phrase means in an article of the day `published`; None where it means no single day.

    A weekday is the last one on or before that day, unless words of the phrase point to another ("by Friday", "last
    Friday"). A date without a year is the nearest one. Without `published` only a full date means a day.

    >>> resolve("late Monday", dt.date(2025, 2, 5))
    datetime.date(2025, 2, 3)
    """
    printed = phrase.strip().removesuffix("'s").removesuffix("’s")
    days = {_day(found, words, published) for found, words in _phrases(printed, 0, len(printed)) if found.day != "-"}
    return days.pop() if len(days) == 1 else None


def published_of(text: str) -> dt.date | None:
    """The day of publication that a dateline states in full, as "TOKYO, Feb. 3, 2025 (AP) -" does; else None."""
    head = text[:_HEAD]
    for found, words in _phrases(head, 0, len(head)):
        line = head[head.rfind("\n", 0, found.start) + 1 : found.start]
        bare = found.day == "date" and words[0].shapes & {"{month}", "{day}", "{iso}", "{weekday}"}
        if bare and _DATELINE_END.match(text, found.end) and _opens_dateline(line):
            return _day(found, words, None)
    return None


def _opens_dateline(before: str) -> bool:
    """Whether what stands before a date on its line is only a place in capitals or a word like "Published"."""
    words = re.findall(r"[^\W\d_]+", before)
    return all(word.isupper() or word.lower() in _words("dateline") for word in words)


# -- the days --------------------------------------------------------------------------------------------------------


def _day(found: TimePhrase, words: list[_Word], published: dt.date | None) -> dt.date | None:
    if found.day == "date":
        return _named_date(words, published)
    if published is None:
        return None
    if found.day in _DIRECTIONS:
        return _weekday(found.day, words, published)
    return published + dt.timedelta(days=int(found.day))


def _weekday(rule: str, words: list[_Word], published: dt.date) -> dt.date:
    name = next(word.lower for word in words if "{weekday}" in word.shapes)
    step = 1 if rule in ("coming", "next") else -1
    first = published + dt.timedelta(days=_DIRECTIONS[rule])
    return first + relativedelta(weekday=_WEEKDAYS[name[:2]](step))


def _named_date(words: list[_Word], published: dt.date | None) -> dt.date | None:
    """The date among the words, in the year that it names, else in the one that brings it nearest to `published`."""
    named = [word for word in words if {"{month}", "{day}", "{year}", "{iso}"} & word.shapes]
    printed = " ".join(word.lower for word in named)
    if any({"{year}", "{iso}"} & word.shapes for word in named):
        return _parsed(printed, 1)
    if published is None:
        return None
    candidates = (_parsed(printed, published.year + step) for step in (-1, 0, 1))
    return min((day for day in candidates if day is not None), key=lambda day: abs(day - published), default=None)


def _parsed(printed: str, year: int) -> dt.date | None:
    try:
        return parser.parse(printed, default=dt.datetime(year, 1, 1)).date()
    except (ValueError, OverflowError):  # there is no such day in that year
        return None


# -- the phrases -----------------------------------------------------------------------------------------------------


class _Word(NamedTuple):
    lower: str
    start: int
    end: int
    shapes: frozenset[str]


class _Words:
    """The words of a stretch of text. Few are near a time phrase, so a word is looked at when it is asked for."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._matches = list(_WORD.finditer(text, start, end))
        self._known: dict[int, _Word] = {}

    def __len__(self) -> int:
        return len(self._matches)

    def __getitem__(self, i: int) -> _Word:
        if i not in self._known:
            self._known[i] = _word(self._matches[i])
        return self._known[i]

    def between(self, first: int, stop: int) -> list[_Word]:
        """The words from `first` up to and without `stop`."""
        return [self[i] for i in range(first, stop)]

    def may_begin(self, i: int) -> bool:
        """Whether a time phrase may begin here, so far as this word and the next one tell."""
        printed = self._matches[i][0]
        followers = _followers().get(printed.lower().removesuffix("."))
        if followers is None:
            return printed[0].isdecimal() or printed[-1].isdecimal()
        if not followers:
            return True
        following = self._matches[i + 1][0] if i + 1 < len(self._matches) else " "
        return following.lower().removesuffix(".") in followers or following[0].isdecimal() or following[-1].isdecimal()


def _phrases(text: str, start: int, end: int) -> Iterator[tuple[TimePhrase, list[_Word]]]:
    words = _Words(text, start, end)
    i = 0
    while i < len(words):
        found = _longest(words, i) if words.may_begin(i) else None
        if found is None:
            i += 1
            continue
        stop, row = found
        if _stands_alone(text, words, i, stop) and not _of_an_extreme(words, i, row):
            first, last = words[i].start, words[stop - 1].end
            kind: Literal["when", "period"] = "when" if row[0] == "when" else "period"
            yield TimePhrase(text[first:last], first, last, kind, row[2]), words.between(i, stop)
        i = stop


def _word(match: re.Match[str]) -> _Word:
    printed, end = match[0], match.end()
    lower = printed.lower().replace("’", "'")
    if lower.endswith(".") and len(lower) > 1 and lower not in _dotted():
        lower, end = lower[:-1], end - 1
    return _Word(lower, match.start(), end, _shapes(lower, printed[0].isupper()))


def _longest(words: _Words, i: int) -> tuple[int, tuple[str, ...]] | None:
    """The end of the longest phrase that begins at word `i`, and its row."""
    found: tuple[int, tuple[str, ...]] | None = None
    paths = [_phrase_start()]
    for stop in range(i, len(words)):
        word = words[stop]
        keys = (word.lower, *word.shapes)
        paths = [node for path in paths for key in keys for node in path.following.get(key, ())]
        if not paths:
            break
        row = next((path.row for path in paths if path.row is not None), None)
        found = (stop + 1, row) if row is not None else found
    return found


def _stands_alone(text: str, words: _Words, first: int, stop: int) -> bool:
    """Not "Friday's close", "a Monday-only sale" or "Black Monday": there the words belong to something else."""
    behind = words[stop].lower if stop < len(words) else ""
    joined = behind == "-" and words[stop].start == words[stop - 1].end and _glued(text, words[stop].end)
    before = words[first - 1] if first else None
    hyphened = before is not None and before.lower == "-" and before.end == words[first].start
    named = before is not None and before.lower in _words("named") and "{weekday}" in words[first].shapes
    return behind != "'s" and not joined and not hyphened and not named


def _glued(text: str, at: int) -> bool:
    return text[at : at + 1].isalnum()


def _of_an_extreme(words: _Words, first: int, row: tuple[str, ...]) -> bool:
    """Whether a period belongs to a superlative before it: "the biggest gain since June"."""
    if row[0] != "period":
        return False
    for word in reversed(words.between(max(0, first - _REACH), first)):
        if word.lower in _BREAKS or word.lower[0].isdigit():
            return False
        if word.lower in _words("extreme"):
            return True
    return False


def _shapes(lower: str, capital: bool) -> frozenset[str]:
    if lower[0].isdecimal() or lower[1:2] in ("/", "1", "2", "3", "4"):
        return _number_shapes(lower)
    names = _named_shapes().get(lower)
    if names is None:
        return _NO_SHAPES
    return names if capital else names - _CAPITALISED


@lexicon.kept(2048)
def _number_shapes(lower: str) -> frozenset[str]:
    named = _named_shapes().get(lower, _NO_SHAPES)
    return named | {name for name, shape in _NUMBER_SHAPES if shape.fullmatch(lower)}


_NO_SHAPES: frozenset[str] = frozenset()
_CAPITALISED = frozenset({"{weekday}", "{month}"})


_NUMBER_SHAPES = tuple(
    (name, re.compile(shape, re.ASCII))
    for name, shape in (
        ("{day}", r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"),
        ("{year}", r"19\d\d|20\d\d|2100"),
        ("{iso}", r"\d{4}-\d\d-\d\d"),
        ("{time}", r"\d\d?:\d\d"),
        ("{dotted}", r"\d\d?\.\d\d"),
        ("{hour}", r"[1-9]|1\d|2[0-4]"),
        ("{military}", r"[01]\d[0-5]\d|2[0-3][0-5]\d"),
        ("{quarter}", r"q[1-4]|[1-4]q"),
        ("{count}", r"\d{1,3}"),
        ("{pair}", r"([ymqw])/\1"),
    )
)


# -- the lexicon -----------------------------------------------------------------------------------------------------


class _Node:
    """A place in the phrases: what may follow each word that may stand next, and the row of a phrase that ends here."""

    __slots__ = ("following", "row")

    def __init__(self, row: tuple[str, ...] | None = None) -> None:
        self.following: dict[str, list[_Node]] = {}
        self.row = row

    def link(self, words: tuple[str, ...], behind: _Node) -> None:
        """Lead from here over these words to the node behind them."""
        first, *rest = words
        node = behind
        for word in reversed(rest):
            node, before = _Node(), node
            node.following[word] = [before]
        self.following.setdefault(first, []).append(node)

    def join(self, other: _Node) -> None:
        """Let everything follow here that follows there."""
        for word, nodes in other.following.items():
            self.following.setdefault(word, []).extend(nodes)


@lexicon.derived
def _phrase_start() -> _Node:
    """The node from which every phrase of times.txt begins."""
    start = _Node()
    for row in lexicon.rows("times"):
        start.join(_sequence(row[1], _Node(row)))
    return start


@lexicon.derived
def _followers() -> dict[str, frozenset[str]]:
    """For each word that a phrase may begin with, the words that may come second; none where it may stand alone."""
    followers: dict[str, frozenset[str]] = {}
    for key, nodes in _phrase_start().following.items():
        alone = any(node.row is not None for node in nodes)
        seconds = frozenset(word for node in nodes for key in node.following for word in _words_for(key))
        for word in _words_for(key):
            known = followers.get(word, seconds)
            followers[word] = known | seconds if known and seconds and not alone else frozenset()
    return followers


def _words_for(key: str) -> list[str]:
    """The words that a word of a phrase, or a name in braces, stands for; without their full stops."""
    shaped = [word for word, shapes in _named_shapes().items() if key in shapes]
    return [word.removesuffix(".") for word in ([*shaped, *_PAIRS] if key.startswith("{") else [key])]


_PAIRS = ("y/y", "m/m", "q/q", "w/w")


def _sequence(phrase: str, behind: _Node) -> _Node:
    """The node that leads over a phrase in the notation of times.txt to the node behind it."""
    for item in reversed(re.findall(r"\[[^\]]*\]|\([^)]*\)|[^\s\[\](]+", phrase)):
        optional = item.startswith("[")
        node = _Node(behind.row if optional else None)
        for option in item.strip("[]()").split("/"):
            for words in _readings(option):
                node.link(words, behind)
        if optional:
            node.join(behind)
        behind = node
    return behind


def _readings(option: str) -> list[tuple[str, ...]]:
    """The words of one option, with the phrases that stand for a name in braces put in its place."""
    parts = [_part(part) for part in re.findall(r"\{\w+\}|[^\s{}]+", option)]
    return [tuple(word for part in chosen for word in part) for chosen in product(*parts)]


def _part(part: str) -> list[tuple[str, ...]]:
    if not part.startswith("{"):
        return [tuple(match[0].lower() for match in _WORD.finditer(part))]
    phrases = [row[2] for row in lexicon.rows("time_words") if row[1] == "phrase" and f"{{{row[0]}}}" == part]
    return [words for phrase in phrases for words in _readings(phrase)] or [(part,)]


@lexicon.derived
def _named_shapes() -> dict[str, frozenset[str]]:
    """The names in braces that each word can stand for."""
    shapes: dict[str, frozenset[str]] = {}
    for name, how, listed in lexicon.rows("time_words"):
        for word in listed.split() if how in ("words", "capital") else ():
            shapes[word] = shapes.get(word, _NO_SHAPES) | {f"{{{name}}}"}
    return shapes


@lexicon.derived
def _dotted() -> frozenset[str]:
    """The words that keep their full stop."""
    known = {word for word in _named_shapes() if word.endswith(".")}
    return frozenset(known | {"a.m.", "p.m.", "u.s."})


@lexicon.kept(64)
def _words(name: str) -> frozenset[str]:
    rows = lexicon.rows("time_words")
    return frozenset(word for row in rows if row[0] == name for word in row[2].split())
