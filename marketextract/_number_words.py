"""Tell number words that state a number from the same words used otherwise: "the one", "the second half", "day one".

Goes in: a text and the draft of a number in words. Comes out: whether it states a number. The small words that decide
are in the lexicon (number_contexts).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from marketextract import _numerals as numerals
from marketextract import _units as units
from marketextract import lexicon
from marketextract._drafts import Draft, word_before

if TYPE_CHECKING:
    from marketextract._numerals import Source

_LEADING = 3  # characters: a bare "million" is a number only where a text begins with it
_NEXT_WORD = re.compile(r"[ -]([a-z']+)")
_JOINED_WORD = re.compile(r"-[a-z]")
_BEHIND_FRACTION = re.compile(
    r" (?:of|to|in|from|more|less|lower|higher|on|over|by|and|as)\b|[.,;:)?!\n]|\Z"  # else "a fifth" is an ordinal
)
_OF_SOMETHING = re.compile(r" of (?!growth|gains|declines)|[ -]?point|-of-a| per ?cent")


def context(name: str) -> frozenset[str]:
    """The words of one class of number_contexts.txt."""
    return _contexts().get(name, frozenset())


def states_a_number(source: Source, number: Draft, at: int, word: str, floor: int) -> bool:
    """Whether the number that begins with the number word at `at` is stated as a number."""
    text, norm = source
    start, end = number.start, number.end
    if start < floor or (norm[start - 1 : start] == "-" and norm[start - 2 : start - 1].isalpha()):
        return False  # "multi-million"
    if number.number.start == at and _is_bare_scale(norm, at, word):
        return False
    before, begin = word_before(norm, floor, start)
    if number.number.end - at == len(word) and not _stands_alone(norm, number, at, word, before):
        return False
    if number.unit is not None:
        return True
    if _JOINED_WORD.match(norm, end) or before in context("labelled"):
        return False  # "one-time", "round two"
    is_name = text[at].isupper() and before[-1:].isalnum() and not text[begin:end].isupper()
    return not (is_name and begin < start - 1)  # "Formula One"


def _stands_alone(norm: str, number: Draft, at: int, word: str, before: str) -> bool:
    """Whether a single number word, perhaps with its article, states a number."""
    end = number.number.end
    known = numerals.words().get(word)
    role = known.role if known else ""
    if word == "one":
        return not _is_pronoun(norm, end, before)
    if word == "half":
        return before not in context("half_of_a_period") and not norm.startswith(("-year", "-time", " year"), end)
    if role == "nth" and norm[end : end + 1] == "-":
        return False  # "a fourth-quarter loss"
    if role == "part" and number.number.start == 0 and end == len(norm):
        return True
    if role == "part":
        return bool(_OF_SOMETHING.match(norm, end)) or before in context("before_share") or number.unit is not None
    if role == "nth":
        return (number.unit is not None and not number.thing) or bool(_BEHIND_FRACTION.match(norm, end))
    return True


def _is_bare_scale(norm: str, at: int, word: str) -> bool:
    """Whether a scale word begins a number inside a text: "several hundred thousand" is no hundred thousand."""
    known = numerals.words().get(word)
    is_scale = known is not None and known.role in {"scale", "hundred", "group"}
    return is_scale and (at > _LEADING or norm[:at].strip() != "")


def _is_pronoun(norm: str, end: int, before: str) -> bool:
    """Whether "one" stands for a thing: "the one", "one of them", "a good one, which"."""
    if before in context("before_pronoun_one") or norm.startswith(("'", " of ", " day "), end):
        return True
    following = _NEXT_WORD.match(norm, end)
    if following is None:
        ends = end < len(norm) and norm[end] not in " -"
    else:
        ends = following[1] in units.stopping() and following[1] not in context("behind_one")
    return ends and before not in context("announces_one")


@lexicon.derived
def _contexts() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in lexicon.rows("number_contexts")}
