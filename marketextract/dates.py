"""The time phrases of market news, and the days that they mean.

Goes in: a stretch of text, or one phrase and the day of publication. Comes out: the phrases with their spans, told
apart as the moment of what is told ("on Wednesday") and the stretch that a change covers ("for the week"); or the day
that a phrase means. Which words make a phrase is written in the lexicon (`times.txt`). Which statement a phrase belongs
to is not decided here, and a phrase that may mean several days means none. Pure.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import deque
from dataclasses import dataclass
from itertools import chain, count, product
from typing import TYPE_CHECKING, Literal, NamedTuple

from dateutil import parser
from dateutil.relativedelta import FR, MO, SA, SU, TH, TU, WE, relativedelta

from marketextract import lexicon
from marketextract.spelling import any_of, lowered

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEHIND_DIGIT = (
    r"(?:\d{3}-\d{2}-\d{2}(?!\w)"  # 2025-02-01
    r"|\d?[:.]\d{2}(?![\d%])|\d{0,8}(?:st|nd|rd|th)?(?!\w)|[qQ](?!\w)|\d*)"  # 10:30, 1st, 2Q
)
_WORD = re.compile(
    rf"\d{_BEHIND_DIGIT}|[qQ]\d(?!\w)"
    r"|[ymqwYMQW]/[ymqwYMQW](?!\w)"  # y/y
    r"|[^\W\d_](?:\.[^\W\d_])+\.?|['’]s(?!\w)|[^\W\d_]+\.?|\S"  # a.m., 's, words
)
_HEAD_OF_WORD = re.compile(r"[^\W\d_]+|\S")
_SECOND = r"\s*([^\W\d_]+|\S|\Z)"
_FIRST_NUMBER = re.compile(rf"(\d(?<!\d\d){_BEHIND_DIGIT})(?={_SECOND})")
_DIRECTIONS = {"past": 0, "before": -1, "coming": 0, "next": 1}
_WEEKDAYS = dict(zip(("mo", "tu", "we", "th", "fr", "sa", "su"), (MO, TU, WE, TH, FR, SA, SU), strict=True))
_BREAKS = frozenset(',;:.()[]–—!?"“”')
_REACH = 7  # words before a period among which a superlative claims it
_HEAD = 400  # characters in which a dateline stands
_YEAR = re.compile(r"(?<!\d)[12]\d{3}(?!\d)")
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


@lexicon.kept(1024)  # "on Monday" comes again and again
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
    if _YEAR.search(head) is None:
        return None
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
    """The words of a stretch of text from an offset on, each read when it is asked for."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._at, self._end = text, start, end
        self._known: list[_Word] = []

    def __getitem__(self, i: int) -> _Word | None:
        """The word with this number; None behind the last one."""
        while len(self._known) <= i:
            match = _WORD.search(self._text, self._at, self._end)
            if match is None:
                return None
            self._known.append(_word(match))
            self._at = match.end()
        return self._known[i]

    def first(self, count: int) -> list[_Word]:
        """The first words, once they have been asked for."""
        return self._known[:count]


class _Before:
    """The last words before an offset that only grows."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self._matches = _WORD.finditer(text, start, end)
        self._next: re.Match[str] | None = None
        self._last: deque[re.Match[str]] = deque(maxlen=_REACH)

    def words(self, at: int) -> list[re.Match[str]] | None:
        """The words before `at`, the nearest first, for `_word`; None where no word begins at `at`."""
        while (word := self._next or next(self._matches, None)) is not None and word.start() < at:
            self._last.append(word)
            self._next = None
        self._next = word
        return list(reversed(self._last)) if word is not None and word.start() == at else None


def _phrases(text: str, start: int, end: int) -> Iterator[tuple[TimePhrase, list[_Word]]]:
    words_before = _Before(text, start, end)
    at = start
    for first in _beginnings(text, start, end):
        words = _Words(text, first, end)
        found = _longest(words) if first >= at else None
        before = words_before.words(first) if found else None
        if found is None or before is None:
            continue
        length, row = found
        phrase = words.first(length)
        at = last = phrase[-1].end
        if _stands_alone(text, before, phrase, words[length]) and not _of_an_extreme(before, row):
            kind: Literal["when", "period"] = "when" if row[0] == "when" else "period"
            yield TimePhrase(text[first:last], first, last, kind, row[2]), phrase


def _beginnings(text: str, start: int, end: int) -> list[int]:
    """Where a time phrase may begin, so far as a word or a number and what follows it tell; in order."""
    lower = f"\n{lowered(text[start:end])}"
    followers = _followers()
    found = []
    for match in chain(_first_word().finditer(lower), _FIRST_NUMBER.finditer(lower)):
        first, second = match.groups()
        seconds = _behind_number(first) if first[0].isdecimal() else followers.get(first)
        if seconds is not None and (second in seconds or not seconds or second[:1].isdecimal() or second == "q"):
            found.append(start - 1 + match.start(1))
    return sorted(found)


def _word(match: re.Match[str]) -> _Word:
    printed, end = match[0], match.end()
    lower = printed.lower().replace("’", "'")
    if lower.endswith(".") and len(lower) > 1 and lower not in _dotted():
        lower, end = lower[:-1], end - 1
    return _Word(lower, match.start(), end, _shapes(lower, printed[0].isupper()))


def _longest(words: _Words) -> tuple[int, tuple[str, ...]] | None:
    """The number of words of the longest phrase that these words begin with, and its row."""
    found: tuple[int, tuple[str, ...]] | None = None
    place: _Place | None = _phrase_start()
    for i in count():
        word = words[i]
        place = None if word is None or place is None else place.behind(word)
        if place is None:
            break
        found = (i + 1, place.row) if place.row is not None else found
    return found


def _stands_alone(text: str, before: list[re.Match[str]], phrase: list[_Word], behind: _Word | None) -> bool:
    """Not "Friday's close", "a Monday-only sale" or "Black Monday": there the words belong to something else."""
    if behind is not None and behind.lower == "'s":
        return False
    if behind is not None and behind.lower == "-" and behind.start == phrase[-1].end and _glued(text, behind.end):
        return False
    if not before:
        return True
    last = _word(before[0])
    hyphened = last.lower == "-" and last.end == phrase[0].start
    return not hyphened and not (last.lower in _words("named") and "{weekday}" in phrase[0].shapes)


def _glued(text: str, at: int) -> bool:
    return text[at : at + 1].isalnum()


def _of_an_extreme(before: list[re.Match[str]], row: tuple[str, ...]) -> bool:
    """Whether a period belongs to a superlative before it: "the biggest gain since June"."""
    if row[0] != "period":
        return False
    for word in map(_word, before):
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


class _Place:
    """Where some words lead to in the phrases: to several nodes at once, and to the row of a phrase that ends there.

    The places behind it are kept, since the same few words lead to them again and again.
    """

    def __init__(self, nodes: list[_Node]) -> None:
        self._nodes = nodes
        self._words = frozenset(word for node in nodes for word in node.following)
        self._places: dict[tuple[str, ...], _Place] = {}
        self.row = next((node.row for node in nodes if node.row is not None), None)

    def behind(self, word: _Word) -> _Place | None:
        """The place behind a word; None where no phrase goes on with it."""
        known = tuple([key for key in (word.lower, *word.shapes) if key in self._words])
        if known and known not in self._places:
            nodes = [behind for node in self._nodes for key in known for behind in node.following.get(key, ())]
            self._places[known] = _Place(nodes)
        return self._places.get(known)


class _Node:
    """One step of a phrase: what may follow each word that may stand next, and the row of a phrase that ends here."""

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
def _phrase_start() -> _Place:
    """The place from which every phrase of times.txt begins."""
    return _Place([_first_node()])


@lexicon.derived
def _first_node() -> _Node:
    """The node from which every phrase of times.txt begins."""
    start = _Node()
    for row in lexicon.rows("times"):
        start.join(_sequence(row[1], _Node(row)))
    return start


@lexicon.derived
def _first_word() -> re.Pattern[str]:
    """A mark, a word that a phrase may begin with, and what stands behind it, up to the first mark in it.

    No letter stands before the word, except the last one of an abbreviation that is glued to it ("p.mon Friday").
    """
    words = any_of(word for word in _followers() if word[0].isalpha())
    mark = r"[^a-z](?<![^\W\d_])(?:(?<=\.)[^\W\d_])??"
    return re.compile(rf"{mark}({words}|q\d)(?![^\W\d_])(?=\.?{_SECOND})")


@lexicon.kept(2048)
def _behind_number(number: str) -> frozenset[str] | None:
    """What may come second in a phrase that begins with a number, as in `_followers`; None where none begins so."""
    known = [_followers()[shape] for shape in (number, *_shapes(number, False)) if shape in _followers()]
    if not known:
        return None
    return frozenset().union(*known) if all(known) else frozenset()


@lexicon.derived
def _followers() -> dict[str, frozenset[str]]:
    """For each word or shape that a phrase may begin with, what may come second; none where it may stand alone.

    What comes second is given up to the first mark in it: "u" for "U.S.".
    """
    followers: dict[str, frozenset[str]] = {}
    for key, nodes in _first_node().following.items():
        alone = any(node.row is not None for node in nodes)
        seconds = frozenset(head for node in nodes for key in node.following for head in _heads(key))
        for word in {key, *_words_for(key)}:
            known = followers.get(word, seconds)
            followers[word] = known | seconds if known and seconds and not alone else frozenset()
    return followers


def _words_for(key: str) -> list[str]:
    """The words that a word of a phrase, or a name in braces, stands for; without their full stops."""
    shaped = [word for word, shapes in _named_shapes().items() if key in shapes]
    return [word.removesuffix(".") for word in ([*shaped, *_PAIRS] if key.startswith("{") else [key])]


def _heads(key: str) -> list[str]:
    heads = [match[0] for word in _words_for(key) if (match := _HEAD_OF_WORD.match(word))]
    return [*heads, "’"] if "'" in heads else heads


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
