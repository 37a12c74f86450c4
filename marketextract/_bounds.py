"""Read the words that say how exact a number is: "over 7%", "as much as $5", "10 or more".

Goes in: a normalised text and the offsets of a quantity. Comes out: the bound and how far its words reach, or None.
The words are in the lexicon (bounds).
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

from marketextract import lexicon

_LONGEST_WORD = 16
_COLUMNS = 3
_LAST_LETTERS = re.compile(r"[^\W\d_]+\Z")
_NEW_BOUND = re.compile(r"(?: than)? (?:[^a-z\s]|an? (?:half|third|quarter|dozen)\b)")  # "5000 or less than 6000"
_AFTER = re.compile(r"(?: (or|and)|[ -](plus|odd)|(\+))(?![a-z\d])")


Kind = Literal["about", "over", "under"]


class Bound(NamedTuple):
    """`kind` is about, over or under; `at` is where its words begin (before a number) or end (behind one)."""

    kind: Kind
    at: int


def before(norm: str, floor: int, start: int) -> Bound | None:
    """The bound whose words end where the quantity begins."""
    end = start - 1 if norm[start - 1 : start] == " " else start
    if end <= floor:
        return None
    last = norm[end - 1]
    if not last.isalpha():
        return _sign_before(norm, floor, end) if last in "<>≤≥~≈=+" else None
    earliest = max(floor, end - _LONGEST_WORD)
    word = norm[norm.rfind(" ", earliest, end) + 1 or earliest : end]
    if not word.isalpha():
        letters = _LAST_LETTERS.search(word)
        word = letters[0] if letters else ""
    phrases = _before().get(word)
    if phrases is None or not norm.endswith(tuple(phrases), floor, end):
        return None
    for phrase, kind in phrases.items():
        begin = end - len(phrase)
        if norm.endswith(phrase, floor, end) and not norm[begin - 1 : begin].isalnum():
            return None if _is_else(norm, floor, begin, phrase) else Bound(kind, begin)
    return None


def _is_else(norm: str, floor: int, begin: int, phrase: str) -> bool:
    """Whether the word in front makes something else of the words of a bound: "its previous close to 121"."""
    words = _else().get(phrase)
    if words is None:
        return False
    earliest = max(floor, begin - _LONGEST_WORD)
    return norm[max(norm.rfind(" ", earliest, begin - 1) + 1, earliest) : max(begin - 1, earliest)] in words


def after(norm: str, end: int) -> Bound | None:
    """The bound whose words begin where the quantity ends."""
    match = _AFTER.match(norm, end)
    if match is None:
        return None
    head = match[1] or match[2] or match[3]
    at = match.start(match.lastindex or 0)
    for phrase, kind in _behind().get(head, ()):
        stop = at + len(phrase)
        if norm.startswith(phrase, at) and not norm[stop : stop + 1].isalnum() and not _NEW_BOUND.match(norm, stop):
            return Bound(kind, stop)
    return None


def _sign_before(norm: str, floor: int, end: int) -> Bound | None:
    for sign, kind in _signs():
        if norm.endswith(sign, floor, end):
            begin = end - len(sign)
            return None if norm[begin - 1 : begin] in {"<", ">", "="} else Bound(kind, begin)
    return None


@lexicon.derived
def _rows() -> tuple[tuple[str, Kind, str], ...]:
    rows = [(phrase, cast("Kind", kind), where) for phrase, kind, where, *_ in lexicon.rows("bounds")]
    return tuple(sorted(rows, key=lambda row: -len(row[0])))


@lexicon.derived
def _else() -> dict[str, frozenset[str]]:
    return {row[0]: frozenset(row[3].split()) for row in lexicon.rows("bounds") if len(row) > _COLUMNS}


@lexicon.derived
def _before() -> dict[str, dict[str, Kind]]:
    """The phrases before a number with their kind, the longest first, by their last word."""
    found: dict[str, dict[str, Kind]] = {}
    for phrase, kind, where in _rows():
        if where == "before":
            found.setdefault(phrase.split()[-1], {}).setdefault(phrase, kind)
    return found


@lexicon.derived
def _signs() -> tuple[tuple[str, Kind], ...]:
    return tuple((phrase, kind) for phrase, kind, where in _rows() if where == "before" and not phrase[-1].isalpha())


@lexicon.derived
def _behind() -> dict[str, list[tuple[str, Kind]]]:
    found: dict[str, list[tuple[str, Kind]]] = {}
    for phrase, kind, where in _rows():
        if where == "after":
            found.setdefault(phrase.split()[0], []).append((phrase, kind))
    return found
