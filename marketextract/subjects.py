"""The names that a statement's subjects go by: what an event is to be told of.

Goes in: a statement. Comes out: one printed name for each of its subjects. "Shares of X" speaks of X, "the index" of
the index named before, "Japan's benchmark Nikkei 225" of the Nikkei 225; a noun phrase without a name stands for itself
("Asian stocks").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketextract import lexicon
from marketextract.measures import is_money
from marketextract.phrases import carriers, references

if TYPE_CHECKING:
    from collections.abc import Iterable

    from marketextract.names import Mention
    from marketextract.phrases import Phrase
    from marketextract.statements import Statement

SHARES = frozenset({"shares", "share", "stock", "stocks", "shareholders", "units"})
_QUALIFIERS = 4  # words before a commodity that say which one
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
        printed = own_currency(phrase, statement)
        named = [Subject(printed, "currency", phrase)] if printed else _named(phrase, statement.antecedents, text)
        for subject in named:
            found.setdefault(subject.name, subject)
    if not statement.subjects and statement.antecedents:
        first = _likeliest(statement.antecedents)[0]
        found[first.text] = Subject(first.text, first.kind, None)
    return list(found.values())


def own_currency(phrase: Phrase, statement: Statement) -> str | None:
    """The currency that a level is told in, where "the local currency" stands for nothing else: "1,442.75 won"."""
    if phrase.named or statement.antecedents or "currency" not in references().get(phrase.lower, ()):
        return None
    last = statement.quantity.text.split()[-1]
    unit = statement.quantity.unit
    return last if last.isalpha() and is_money(unit) else None


def is_priceless(phrase: Phrase) -> bool:
    """Whether a noun phrase is of people or papers: "investors", and "markets" where it stands alone."""
    words = _priceless()
    return not phrase.named and (phrase.head in words["subject"] or phrase.lower in words["alone"])


def may_lack_price(phrase: Phrase) -> bool:
    """Whether a noun phrase may well be nothing with a price: one thing without a name that no price is told of.

    Sectors are told in the plural ("miners"), all else that has a price by its name or by a word like "index".
    """
    if is_priceless(phrase):
        return True
    bearing = phrase.named or phrase.reference or any(part.named for part in phrase.of)
    owned = phrase.owner is not None and phrase.owner.named
    if bearing or owned or phrase.head.endswith(("s", "-year")):  # "the two-year" is a bond
        return False
    return phrase.head not in carriers() and phrase.head not in _priceless()["priced"]


@lexicon.derived
def _priceless() -> dict[str, frozenset[str]]:
    rows = lexicon.united("families")
    return {"subject": rows["priceless subject"], "alone": rows["priceless alone"], "priced": rows["priced subject"]}


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
    listed = [part for part in phrase.of if part.named and part.start > phrase.end]
    if not phrase.named and len(listed) > 1:
        return [_of_phrase(part, text) for part in listed]  # "those companies (Apple and Amazon)"
    named = next((part for part in [phrase, *phrase.of] if part.named), None)
    if named is not None and not (phrase.reference and named is not phrase and phrase.head in SHARES):
        return [_of_phrase(named, text)]
    if phrase.owner is not None and phrase.owner.named:
        mention = _best(phrase.owner.mentions)
        if mention.kind == "place":
            return [Subject(text[mention.start : phrase.end], None, phrase, named=False)]
        return [Subject(mention.text, mention.kind, phrase)]
    if (phrase.reference or _refers(phrase, antecedents)) and antecedents:
        bearers = _likeliest(antecedents)
        meant = bearers[:2] if phrase.lower.startswith("both") else bearers[:1]
        return [Subject(bearer.text, bearer.kind, phrase) for bearer in meant]
    return [Subject(without_article(text[phrase.start : phrase.end]), None, phrase, named=False)]


def _refers(phrase: Phrase, antecedents: tuple[Mention, ...]) -> bool:
    """ "shares of the chain": of a company named before."""
    return bool(antecedents) and phrase.head in SHARES and any(part.reference for part in phrase.of)


def _carried(phrase: Phrase, text: str) -> list[Subject]:
    """ "shares of X and Y" are X and Y; "the yield on the 10-year note" is all of that."""
    if phrase.named and phrase.head not in SHARES:
        return [_of_phrase(phrase, text)]
    owners = [part for part in phrase.of if part.named]
    if owners and owners[0].start < phrase.start:  # "the S&P 500 gained, with the index up 1%"
        return [_of_phrase(owners[0], text)]
    if phrase.of[0].start < phrase.start:  # "10-year notes fell, with their yield rising"
        bearer = without_article(text[phrase.of[0].start : phrase.of[0].end])
        return [Subject(f"{bearer} {phrase.head}", "bond" if "yield" in phrase.head else None, phrase)]
    if phrase.head in SHARES | _PRICES and owners:
        return [_of_phrase(part, text) for part in owners]
    if phrase.head in ("futures", "future") and owners:
        return [_of_phrase(part, text) for part in owners]
    end = phrase.of[-1].end if phrase.of[-1].start - phrase.end < 12 else phrase.end  # noqa: PLR2004 - " on the "
    return [Subject(without_article(text[phrase.start : end]), "bond" if "yield" in phrase.lower else None, phrase)]


def _of_phrase(phrase: Phrase, text: str) -> Subject:
    mention = _best(phrase.mentions)
    before = next(
        (m for m in phrase.mentions if m.end + 1 == mention.start and m.kind == mention.kind == "index"), None
    )
    if before is not None:  # "the Euro Stoxx 50 Volatility index"
        return Subject(text[before.start : mention.end], mention.kind, phrase)
    if phrase.head in ("yield", "yields"):
        return Subject(without_article(text[phrase.start : phrase.end]), "bond", phrase)
    behind = text[mention.end : phrase.end]
    words = behind.replace(")", " ").split() if mention.ticker is None else []
    if mention.kind == "place" and mention.ticker is None:
        return Subject(without_article(text[phrase.start : phrase.end]), None, phrase, named=False)
    if mention.kind == "commodity":
        return Subject(_commodity(phrase, mention, text), mention.kind, phrase)
    if mention.canonical is None and len(words) == 1 and words[0].lower() not in carriers():
        return Subject(text[mention.start : phrase.end], mention.kind, phrase)  # "SK hynix"
    if (
        1 <= len(words) <= _QUALIFIERS
        and words[-1].lower() in carriers() - SHARES - _PRICES
        and not behind.startswith(("'", "’"))
    ):
        return Subject(text[mention.start : phrase.end], mention.kind, phrase)
    return Subject(mention.text, mention.kind, phrase)


def _commodity(phrase: Phrase, mention: Mention, text: str) -> str:
    """ "U.S. light sweet crude oil", "gold miners": with the words that say which, and of what it is told."""
    start = mention.start
    if len(text[phrase.start : start].split()) <= _QUALIFIERS:
        whole = without_article(text[phrase.start : phrase.end])
        start = phrase.end - len(whole)
    behind = text[mention.end : phrase.end].replace(")", " ").split()
    bare = mention.ticker is not None or not behind or behind[-1].lower() in _PRICES or len(behind) > 2  # noqa: PLR2004
    return text[min(start, mention.start) : mention.end if bare else phrase.end]


def _best(mentions: list[Mention]) -> Mention:
    """The mention that the phrase is about: the last that is no place ("steel maker POSCO", "chip giant SK hynix")."""
    return next((mention for mention in reversed(mentions) if mention.kind != "place"), mentions[-1])


def _likeliest(antecedents: tuple[Mention, ...]) -> list[Mention]:
    """The antecedents that have a price, the nearest first; all where none has."""
    return [mention for mention in antecedents if mention.kind != "place"] or list(antecedents)


def without_article(name: str) -> str:
    """A noun phrase without the article or pronoun that it opens with."""
    lower = name.lower()
    for article in _ARTICLES:
        if lower.startswith(article):
            return name[len(article) :]
    return name
