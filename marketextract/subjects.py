"""The names that a statement's subjects go by: what an event is to be told of.

Goes in: a statement. Comes out: one printed name for each of its subjects. "Shares of X" speaks of X, "the index" of
the index named before, "Japan's benchmark Nikkei 225" of the Nikkei 225; a noun phrase without a name stands for itself
("Asian stocks").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketextract.phrases import carriers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketextract.names import Mention
    from marketextract.phrases import Phrase
    from marketextract.statements import Statement

_SHARES = frozenset({"shares", "share", "stock", "stocks", "shareholders", "units"})
_PRICES = frozenset({"price", "prices"})
_ARTICLES = ("the ", "a ", "an ", "its ", "their ", "most ", "some ", "both ", "all ")


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as it is to be named: the printed `name`, its `kind` (see `Mention`), and the phrase it was read from.

    `named` is False for a noun phrase that holds no name and stands for itself.
    """

    name: str
    kind: str | None
    phrase: Phrase | None
    named: bool = True


def subjects_of(statement: Statement, text: str) -> list[Subject]:
    """The subjects of a statement, in order, each once."""
    found: dict[str, Subject] = {}
    for phrase in statement.subjects:
        for subject in _named(phrase, statement.antecedents, text):
            found.setdefault(subject.name, subject)
    if not statement.subjects and statement.antecedents:
        first = _likeliest(statement.antecedents)
        found[first.text] = Subject(first.text, first.kind, None)
    return list(found.values())


def named_subjects(phrases: Iterable[Phrase], text: str) -> list[Subject]:
    """The subjects that are named where they stand; one that only refers to a name is left out."""
    found: dict[str, Subject] = {}
    for phrase in phrases:
        if not phrase.reference or phrase.named:
            for subject in _named(phrase, (), text):
                found.setdefault(subject.name, subject)
    return list(found.values())


def _named(phrase: Phrase, antecedents: tuple[Mention, ...], text: str) -> list[Subject]:
    if phrase.of and phrase.head in carriers() and not _refers(phrase, antecedents):
        return _carried(phrase, text)
    named = next((part for part in [phrase, *phrase.of] if part.named), None)
    if named is not None and not (phrase.reference and named is not phrase and phrase.head in _SHARES):
        return [_of_phrase(named, text)]
    if phrase.owner is not None and phrase.owner.named:
        mention = _best(phrase.owner.mentions)
        if mention.kind == "place":
            return [Subject(text[mention.start : phrase.end], None, phrase, named=False)]
        return [Subject(mention.text, mention.kind, phrase)]
    if phrase.reference or _refers(phrase, antecedents):
        first = _likeliest(antecedents) if antecedents else None
        if first is not None:
            return [Subject(first.text, first.kind, phrase)]
    return [Subject(without_article(text[phrase.start : phrase.end]), None, phrase, named=False)]


def _refers(phrase: Phrase, antecedents: tuple[Mention, ...]) -> bool:
    """ "shares of the chain": of a company named before."""
    return bool(antecedents) and phrase.head in _SHARES and any(part.reference for part in phrase.of)


def _carried(phrase: Phrase, text: str) -> list[Subject]:
    """ "shares of X and Y" are X and Y; "the yield on the 10-year note" is all of that."""
    if phrase.named and phrase.head not in _SHARES:
        return [_of_phrase(phrase, text)]
    owners = [part for part in phrase.of if part.named]
    if phrase.head in _SHARES and owners:
        return [_of_phrase(part, text) for part in owners]
    if phrase.head in ("futures", "future") and owners:
        return [_of_phrase(part, text) for part in owners]
    end = phrase.of[-1].end if phrase.of[-1].start - phrase.end < 12 else phrase.end  # noqa: PLR2004 - " on the "
    return [Subject(without_article(text[phrase.start : end]), "bond" if "yield" in phrase.lower else None, phrase)]


def _of_phrase(phrase: Phrase, text: str) -> Subject:
    mention = _best(phrase.mentions)
    if phrase.head in ("yield", "yields"):
        return Subject(without_article(text[phrase.start : phrase.end]), "bond", phrase)
    behind = text[mention.end : phrase.end]
    words = behind.replace(")", " ").split() if mention.ticker is None else []
    if mention.kind == "place" and mention.ticker is None:
        return Subject(without_article(text[phrase.start : phrase.end]), None, phrase, named=False)
    if mention.canonical is None and len(words) == 1 and words[0].lower() not in carriers():
        return Subject(text[mention.start : phrase.end], mention.kind, phrase)  # "SK hynix"
    if 1 <= len(words) <= 2 and words[-1].lower() in carriers() - _SHARES - _PRICES and not behind.startswith(("'", "’")):  # noqa: PLR2004
        return Subject(text[mention.start : phrase.end], mention.kind, phrase)
    return Subject(mention.text, mention.kind, phrase)


def _best(mentions: list[Mention]) -> Mention:
    """The mention that the phrase is about: the last that is no place ("steel maker POSCO", "chip giant SK hynix")."""
    return next((mention for mention in reversed(mentions) if mention.kind != "place"), mentions[-1])


def _likeliest(antecedents: tuple[Mention, ...]) -> Mention:
    """The nearest antecedent that has a price, else the nearest of all."""
    bearers = [mention for mention in antecedents if mention.kind != "place"]
    return (bearers or list(antecedents))[0]


def without_article(name: str) -> str:
    """A noun phrase without the article or pronoun that it opens with."""
    lower = name.lower()
    for article in _ARTICLES:
        if lower.startswith(article):
            return name[len(article) :]
    return name
