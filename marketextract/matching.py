"""Whether two printed names mean the same thing, by their words and by what the lexicon knows of them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketextract import lexicon, names
from marketextract.phrases import carriers
from marketextract.spelling import plain
from marketextract.words import in_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from marketextract.names import Mention
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
    """The lexicon's identifier of a name, or None when it is not listed or has none.

    A broker has no standard identifier; its usual name stands for it, so that "Citi" and "Citigroup" are one.

    >>> identity("the Footsie") == identity("FTSE 100")
    True
    """
    known = _known(name)
    if known is None:
        return None
    if known.kind == "broker":
        return known.id or known.canonical
    return known.id


@lexicon.kept(16384)
def identities(name: str) -> frozenset[str]:
    """The identifiers of everything that a name may be a name of, none for one that is not listed.

    >>> sorted(identities("Nasdaq")), sorted(identities("Nasdaq 100"))
    (['^IXIC', '^NDX'], ['^NDX'])
    """
    known = identity(name)
    if known is None:
        return frozenset()
    return _short_names().get(plain(name).removeprefix("the "), frozenset()) | {known}


def same_name(claimed: str, printed: str) -> bool:
    """Whether two names can mean the same: one identifier, or all the words of one among those of the other.

    >>> same_name("gold", "spot gold"), same_name("gold", "gold miners")
    (True, False)
    """
    mine, theirs = identities(claimed), identities(printed)
    if mine and theirs:
        return not mine.isdisjoint(theirs)
    a, b = words_of(claimed), words_of(printed)
    return (a <= b or b <= a) and not _differ_in_kind(claimed, printed)


@dataclass(slots=True)
class Nearby:
    """What stands around a claimed name in its evidence: the words of every name there, and where it is itself."""

    names: Set[frozenset[str]] = frozenset()
    spans: Sequence[tuple[int, int]] = ()


def is_printed_as(claimed: str, subject: Phrase) -> bool:
    """Whether a subject, or a part of what it is of ("shares of Nvidia"), is called by a claimed name to the letter."""
    for mention in subject.mentions:
        if mention.text == claimed and mention.end == subject.end:
            return True
    return bool(subject.of) and plain(claimed) in [part.lower for part in subject.of]


def names_subject(claimed: str, subject: Phrase, nearby: Nearby) -> bool:
    """Whether a claimed name means the subject of a statement, given what stands nearby."""
    if is_printed_as(claimed, subject):
        return True
    exact = words_of(claimed)
    figures = _figures(exact)
    theirs = _figures(words_of(" ".join(part.lower for part in [subject, *subject.of])))
    if figures and theirs and not figures & theirs:
        return False  # "the 2-year gilt" is not "the 10-year gilt"
    elsewhere = _is_elsewhere(subject, nearby)
    if (exact in nearby.names or elsewhere) and not _is_exactly(claimed, subject):
        return False
    if elsewhere and _market_of(claimed) != _market_of(subject.lower):
        return False  # "spot gold" is not the "gold futures" of the same sentence
    mine, ids = identities(claimed), _identities(subject)
    if mine and ids:
        return not mine.isdisjoint(ids) and not _differ_in_kind(claimed, subject.lower)
    return any(same_name(claimed, printed) for printed in _printed(subject))


def _identities(subject: Phrase) -> set[str]:
    """The lexicon's identifiers of what is named in a subject, without those of places."""
    mentions = [
        mention for part in [subject, *subject.of] for mention in part.mentions if not _is_narrowed(mention, part)
    ]
    return {known for mention in mentions if mention.kind != "place" for known in identities(mention.text)}


def _is_narrowed(mention: Mention, part: Phrase) -> bool:
    """Whether other words make something else of a name: "the S&P financial index", "oil major X", "Brent crude"."""
    if mention.kind == "commodity" and any(
        other.kind == "commodity" and other.end + 1 == mention.start for other in part.mentions
    ):
        return True
    if mention.kind not in ("index", "commodity") or mention.end >= part.end:
        return False
    *between, head = part.lower.rpartition(plain(mention.text))[2].split() or [""]
    if mention.kind == "commodity":
        return bool(between) and head not in carriers()
    return head in ("index", "gauge") and bool(words_of(" ".join(between)) - _empty_words())


def _market_of(name: str) -> set[str]:
    """The words of a name that say in which market it is traded."""
    return set(plain(name).split()) & in_set("market_word")


def _is_elsewhere(subject: Phrase, nearby: Nearby) -> bool:
    """Whether the name is printed in the evidence, but clear of the subject: another thing with a word in common."""
    if not nearby.spans:
        return False
    parts = [subject, *subject.of, *([subject.owner] if subject.owner is not None else [])]
    stretches = [(part.start, max([part.end, *(mention.ticker_end for mention in part.mentions)])) for part in parts]
    return not any(start < stop and begin < end for begin, stop in nearby.spans for start, end in stretches)


def _figures(words: frozenset[str]) -> frozenset[str]:
    """The words that hold a number: "500", "10-year", "two-year"."""
    return frozenset(
        word for word in words if word.endswith(("-year", "-month")) or (not word.isalpha() and _DIGIT.search(word))
    )


def _is_exactly(claimed: str, subject: Phrase) -> bool:
    mine, known = words_of(claimed), identity(claimed)
    return any(
        mine == words_of(printed) or (known is not None and known == identity(printed)) for printed in _printed(subject)
    )


def _printed(subject: Phrase) -> Iterable[str]:
    """Everything that a subject is called where it stands."""
    parts = [subject, *subject.of]
    yield " ".join(part.lower for part in parts)
    for part in parts:
        if part is subject or not _is_a_place(part):
            yield part.lower
        yield from _names_of(part)
        yield from (mention.ticker for mention in part.mentions if mention.ticker)
        if part.owner is not None and (not part.named or _is_a_place(part)):  # "Nokia's U.S. stock"
            yield part.owner.lower
            yield from _names_of(part.owner)


def _names_of(part: Phrase) -> Iterable[str]:
    return [
        mention.text
        for mention in part.mentions
        if (mention.kind != "place" or mention.ticker) and not _is_narrowed(mention, part)
    ]


def _is_a_place(part: Phrase) -> bool:
    """ "Shanghai" in "an index of companies in Shanghai"."""
    return part.named and all(mention.kind == "place" and not mention.ticker for mention in part.mentions)


@lexicon.kept(16384)
def _differ_in_kind(first: str, second: str) -> bool:
    """Whether one name is that of a known thing, and the other that of a fund or a producer of it."""
    kinds = _kind_of(first), _kind_of(second)
    if kinds[0] == kinds[1]:
        return False
    bare = second if kinds[0] is not None else first
    return _known(bare) is not None


def _kind_of(name: str) -> str | None:
    return next((kind for word in _TOKEN.findall(name.casefold()) if (kind := _name_kinds().get(word))), None)


@lexicon.kept(16384)
def _known(name: str) -> Mention | None:
    """The mention of the lexicon that is all of a name."""
    found = names.find_names(name)
    if len(found) != 1 or found[0].canonical is None or not words_of(name) <= words_of(found[0].text):
        return None
    return found[0]


@lexicon.derived
def _short_names() -> dict[str, frozenset[str]]:
    return {plain(name): frozenset(ids.split()) for name, ids in lexicon.rows("short_names")}


@lexicon.derived
def _name_kinds() -> dict[str, str]:
    return {word: kind for kind, listed in lexicon.rows("name_kinds") for word in listed.split()}


@lexicon.derived
def _empty_words() -> frozenset[str]:
    """Words that a name may have or lack without meaning anything else."""
    return frozenset(word for row in lexicon.rows("empty_name_words") for word in row[0].split())
