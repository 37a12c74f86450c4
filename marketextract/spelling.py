"""How words are written: where one begins and ends, its possessive, and the inflections of a verb. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A word goes on over an apostrophe, a hyphen, "&" and "/" ("S&P/ASX"), and over a point before a single letter or "com"
# ("U.S", "JD.com"), but not over the missing space of "fell.The".
WORD = r"[^\W_]++(?:['’&/\-][^\W_]++|\.(?:[^\W_](?![^\W_])|com\b))*+"
_POSSESSIVE = re.compile(r"['’]s?\Z")
_VOWEL = re.compile(r"[aeiou]")
_DOUBLING = re.compile(r"[^aeiouwxy][aeiou][^aeiouwxy]\Z")


def without_possessive(word: str) -> str:
    """A word without its possessive ending.

    >>> without_possessive("Japan’s"), without_possessive("companies'"), without_possessive("gold")
    ('Japan', 'companies', 'gold')
    """
    return _POSSESSIVE.sub("", word) if word[-1] in "s'’" else word


def plain(text: str) -> str:
    """The text in small letters with straight apostrophes, for comparisons.

    >>> plain("McDonald’s")
    "mcdonald's"
    """
    lower = text.lower()
    return lower.replace("’", "'") if "’" in lower else lower


def lowered(text: str) -> str:
    """The text in small letters, with every character at its old offset.

    >>> lowered("İstanbul, UK")
    'İstanbul, uk'
    """
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def any_of(words: Iterable[str]) -> str:
    """The regular expression for any of the words, the longest that fits; it tries no letter of a text twice.

    >>> any_of(["one", "on", "two"])
    '(?:o(?:n(?:e)?)|t(?:w(?:o)))'
    """
    tails: dict[str, list[str]] = {}
    ends = False
    for word in words:
        if word:
            tails.setdefault(word[0], []).append(word[1:])
        else:
            ends = True
    branches = [re.escape(letter) + any_of(rest) for letter, rest in sorted(tails.items())]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}" if branches else ""


def third_person(verb: str) -> str:
    """`climb` -> `climbs`, `push` -> `pushes`, `rally` -> `rallies`.

    >>> third_person("rally"), third_person("push"), third_person("climb")
    ('rallies', 'pushes', 'climbs')
    """
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"


def past(verb: str) -> str:
    """The regular past of a verb.

    >>> past("slip"), past("ease"), past("rally"), past("gain")
    ('slipped', 'eased', 'rallied', 'gained')
    """
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{_doubled(verb)}ed"


def participle(verb: str) -> str:
    """The present participle of a verb.

    >>> participle("slip"), participle("ease"), participle("rally")
    ('slipping', 'easing', 'rallying')
    """
    if verb.endswith("e") and not verb.endswith("ee"):
        return f"{verb[:-1]}ing"
    return f"{_doubled(verb)}ing"


def _doubled(verb: str) -> str:
    """A short verb doubles its last letter: slip, slipped; a longer one does not: open, opened."""
    one_vowel = len(_VOWEL.findall(verb)) == 1
    return verb + verb[-1] if one_vowel and _DOUBLING.search(verb) else verb
