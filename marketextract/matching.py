"""Whether two printed names mean the same thing, by their words and by what the lexicon knows of them. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from marketextract import lexicon, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from marketextract.phrases import Phrase

_TOKEN = re.compile(r"[^\W_]+(?:[&.'\-/][^\W_]+)*")
_DIGIT = re.compile(r"\d")
_POSSESSIVE = re.compile(r"['’]s?(?=\s|\Z)")


@lexicon.kept(16384)
def words_of(name: str) -> frozenset[str]:
    """The words of a name that tell it from others, in small letters.

    >>> sorted(words_of("the Hang Seng Index"))
    ['hang', 'seng']
    """
    listed = tuple(_TOKEN.findall(_POSSESSIVE.sub("", name.casefold().replace("’", "'"))))
    return frozenset(listed) - _empty_words() or frozenset(listed)


@lexicon.kept(16384)
def identity(name: str) -> str | None:
    """The lexicon's identifier of a name, or None when it is not listed.

    >>> identity("the Footsie") == identity("FTSE 100")
    True
    """
    found = names.find_names(name)
    if len(found) != 1 or not words_of(name) <= words_of(found[0].text):
        return None
    return found[0].id


def same_name(claimed: str, printed: str) -> bool:
    """Whether two names can mean the same: one identifier, or all the words of one among those of the other."""
    mine, theirs = identity(claimed), identity(printed)
    if mine is not None and theirs is not None:
        return mine == theirs
    a, b = words_of(claimed), words_of(printed)
    return a <= b or b <= a


def names_subject(claimed: str, subject: Phrase, others: Set[frozenset[str]] = frozenset()) -> bool:
    """Whether a claimed name means the subject of a statement; `others` are the words of the names nearby."""
    exact = words_of(claimed)
    figures = _figures(exact)
    theirs = _figures(words_of(" ".join(part.lower for part in [subject, *subject.of])))
    if figures and theirs and not figures & theirs:
        return False  # "the 2-year gilt" is not "the 10-year gilt"
    if exact in others and not _is_exactly(claimed, subject):
        return False
    return any(same_name(claimed, printed) for printed in _printed(subject))


def _figures(words: frozenset[str]) -> frozenset[str]:
    """The words that hold a number: "500", "10-year", "two-year"."""
    return frozenset(
        word for word in words if word.endswith(("-year", "-month")) or (not word.isalpha() and _DIGIT.search(word))
    )


def _is_exactly(claimed: str, subject: Phrase) -> bool:
    mine = words_of(claimed)
    return any(mine == words_of(printed) for printed in _printed(subject))


def _printed(subject: Phrase) -> Iterable[str]:
    """Everything that a subject is called where it stands."""
    parts = [subject, *subject.of]
    yield " ".join(part.lower for part in parts)
    for part in parts:
        yield part.lower
        yield from (mention.text for mention in part.mentions if mention.kind != "place" or mention.ticker)
        yield from (mention.ticker for mention in part.mentions if mention.ticker)
        if part.owner is not None and not part.named:
            yield part.owner.lower
            yield from (mention.text for mention in part.owner.mentions)


@lexicon.derived
def _empty_words() -> frozenset[str]:
    """Words that a name may have or lack without meaning anything else."""
    return frozenset(word for row in lexicon.rows("empty_name_words") for word in row[0].split())
