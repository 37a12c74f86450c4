"""Whose a number is: whether the name that a claim gives it may be the subject that the text gives it.

Goes in: a bound claim, and what a sentence says of one of its numbers. Comes out: the reason why the number is not the
name's own, or None. A name is rejected only where the sentence gives the number to something else: a subject that may
stand for the name ("the stock", "that ratio"), and one with no price of its own ("investors"), leave it open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketextract.events import PriceMove
from marketextract.extraction import Reason
from marketextract.matching import is_printed_as, names_subject, same_name, words_of
from marketextract.subjects import may_lack_price, own_currency, without_article
from marketextract.words import in_set

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketextract.claims import BoundClaim, BoundQuantity
    from marketextract.matching import Nearby
    from marketextract.phrases import Phrase
    from marketextract.statements import Analysis, Statement


def subject_doubt(
    quantity: BoundQuantity, statement: Statement, bound: BoundClaim, analysis: Analysis
) -> Reason | None:
    """Why a number is not that of the claimed name, by one statement about it; None where it may be."""
    claimed = bound.bearers
    if not claimed:
        return None
    if not statement.subjects:
        near = statement.antecedents == () or _is_near(claimed, statement, bound, analysis)
        return None if near or not issubclass(bound.event_type, PriceMove) else _not_near(quantity, claimed[0])
    if _is_meant(claimed, statement, bound, analysis):
        return None
    if not issubclass(bound.event_type, PriceMove) and not _is_rival(statement, bound):
        return None  # "net sales were $7.5 billion": whose they are stands elsewhere
    if all(may_lack_price(subject) for subject in statement.subjects):
        return None if _is_near(claimed, statement, bound, analysis) else _not_near(quantity, claimed[0])
    text = analysis.text
    theirs = " and ".join(without_article(text[s.start : s.end]) for s in statement.subjects[:3])
    return Reason(
        "wrong-subject", quantity.path, f'"{statement.quantity.text}" belongs to {theirs}, not to {claimed[0]}'
    )


def _is_meant(claimed: Sequence[str], statement: Statement, bound: BoundClaim, analysis: Analysis) -> bool:
    """Whether a subject of the statement is one of the claimed names, or may stand for it."""
    pairs = [(name, subject) for name in claimed for subject in statement.subjects]
    if any(is_printed_as(name, subject) for name, subject in pairs):
        return True
    nearby = {name: bound.nearby(name, analysis.text) for name in claimed}
    if any(names_subject(name, subject, nearby[name]) for name, subject in pairs):
        return True
    if any(_owns(name, subject, nearby[name]) for name, subject in pairs):
        return True
    if any(_refers(name, statement) and not _is_contrasted(name, statement, bound, analysis) for name in claimed):
        return True
    printed = {own_currency(subject, statement) for subject in statement.subjects} - {None}
    if any(same_name(name, currency) for name in claimed for currency in printed if currency):
        return True
    if _is_yield_of_named_bond(claimed, statement, nearby):
        return True
    return any(_is_called(subject, name) or _is_yield_of(subject, name, statement, analysis) for name, subject in pairs)


def _is_yield_of_named_bond(claimed: Sequence[str], statement: Statement, nearby: Mapping[str, Nearby]) -> bool:
    """Whether mere "yields" moved, and the claim names a bond beside them: "10-year bonds fell, pushing yields up"."""
    if not any(subject.lower in ("yields", "the yield", "the yields") for subject in statement.subjects):
        return False
    return any(nearby[name].spans and words_of(name) & in_set("bond_noun") for name in claimed)


def _is_near(claimed: Sequence[str], statement: Statement, bound: BoundClaim, analysis: Analysis) -> bool:
    """Whether a claimed name may be whose number it is that the sentence gives to nobody with a price.

    It is one that the evidence names; where that names none, one of the sentences before.
    """
    if any(bound.nearby(name, analysis.text).spans for name in claimed):
        return True
    bearers = [mention for mention in bound.mentions if mention.kind not in ("place", "agency", "indicator")]
    names = bearers or statement.antecedents
    return any(same_name(name, mention.text) for name in claimed for mention in names)


def _not_near(quantity: BoundQuantity, name: str) -> Reason:
    return Reason("wrong-subject", quantity.path, f'the evidence does not say "{quantity.phrase}" of {name}')


def _is_rival(statement: Statement, bound: BoundClaim) -> bool:
    """Whether a subject of the statement is of the same kind as the claimed one: another company, another indicator."""
    claimed = {_class(name.kind) for names in bound.names.values() for name in names}
    parts = [part for subject in statement.subjects for part in (subject, subject.owner) if part is not None]
    return any(_class(mention.kind) in claimed for part in parts for mention in part.mentions)


def _class(kind: str | None) -> str:
    return "company" if kind in (None, "company", "stock", "broker") else kind


def _owns(name: str, subject: Phrase, nearby: Nearby) -> bool:
    """Whether "their shares" are those of a name printed before them, even if it is no more than "the banks"."""
    before = any(end <= subject.start for _, end in nearby.spans)
    return before and subject.reference and subject.lower.startswith(("its ", "their "))


def _refers(name: str, statement: Statement) -> bool:
    """Whether a subject that only refers to something named before may refer to this name."""
    return any(same_name(name, mention.text) or name == mention.symbol for mention in statement.antecedents)


def _is_called(subject: Phrase, name: str) -> bool:
    """Whether a subject may take up a name by its last word: "that ratio" is the "yield-to-duration ratio"."""
    bare = subject.determined and not (subject.named or subject.of)
    return bare and subject.lower.split()[1:] == name.lower().split()[-1:]


def _is_yield_of(subject: Phrase, name: str, statement: Statement, analysis: Analysis) -> bool:
    """Whether a name is the yield of a subject whose yield the sentence tells: "10-year notes rose, to yield 2.16%"."""
    bond, _, last = name.rpartition(" ")
    if last != "yield":
        return False
    told = (other for other in analysis.in_sentence(statement.sentence) if other.subjects == statement.subjects)
    yields = any(other.before.endswith("yield") for other in told)
    in_points = statement.quantity.unit == "basis_point"  # of which no price is told
    return (yields or in_points) and same_name(bond, subject.lower)


def _is_contrasted(name: str, statement: Statement, bound: BoundClaim, analysis: Analysis) -> bool:
    """Whether the sentence goes on with the name as another subject: "the shares fell 2%, while those of X rose"."""
    if any(subject.lower in in_set("pronoun") for subject in statement.subjects):
        return False  # "after it fell 2%, X rose"
    nearby = bound.nearby(name, analysis.text)
    later = (other for other in analysis.in_sentence(statement.sentence) if _moves_behind(other, statement))
    named = (s for other in later for s in other.subjects if s.named or any(part.named for part in s.of))
    return any(names_subject(name, subject, nearby) for subject in named)


def _moves_behind(other: Statement, statement: Statement) -> bool:
    return other.direction is not None and all(subject.start > statement.quantity.end for subject in other.subjects)
