"""What asking again adds to an extraction: the accepted claims stay, and new ones are judged beside them.

Goes in: an answer's claims, then those of further answers. Comes out: a judgement of all of them together, in which
every event that was accepted before is still there. Nothing here asks a model.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from marketextract.fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from marketextract.article import Article
    from marketextract.events import Event
    from marketextract.extraction import Extraction, Rejection

    Claim = Mapping[str, Any]
    Judge = Callable[[Sequence[Claim]], Extraction]


@dataclass(frozen=True)
class Round:
    """An extraction, and the claims behind its events."""

    extraction: Extraction
    accepted: Sequence[Claim]


def first(claims: Sequence[Claim], judge: Judge) -> Round:
    """The judgement of an article's first answer."""
    extraction = judge(claims)
    return Round(extraction, _accepted(claims, extraction.rejected))


def add(before: Round, claims: Sequence[Claim], judge: Judge) -> Round:
    """The round with further claims: judged together, so that duplicates fall out and one ledger covers them all.

    When the further claims would cost an event that was accepted, they are dropped.
    """
    old = before.extraction
    after = first([*before.accepted, *claims], judge)
    if any(event not in after.extraction.events for event in old.events):
        return before
    rejected = [*old.rejected, *after.extraction.rejected]
    return replace(after, extraction=replace(after.extraction, rejected=rejected))


def repair(before: Round, claims: Sequence[Claim], judge: Judge) -> Round:
    """The round with repaired claims in the place of rejected ones.

    A rejection goes when a repaired event was accepted in its place; the others stay as they were first made. A repair
    that is rejected as well leaves no trace: it is the same claim, told differently.
    """
    after, old = add(before, claims, judge), before.extraction
    new = [event for event in after.extraction.events if event not in old.events]
    return replace(after, extraction=replace(after.extraction, rejected=_unsettled(old, new)))


def _accepted(claims: Sequence[Claim], rejected: Sequence[Rejection]) -> Sequence[Claim]:
    """The claims that were not rejected. Of equal claims it is the later ones that are, as duplicates."""
    refused = [rejection.event for rejection in rejected]
    accepted = []
    for claim in reversed(claims):
        if claim in refused:
            refused.remove(claim)
        else:
            accepted.append(claim)
    return accepted[::-1]


def _unsettled(old: Extraction, new: Sequence[Event]) -> Sequence[Rejection]:
    """The rejections in whose place no new event stands. One event takes the place of one claim."""
    left = list(old.rejected)
    for event in new:
        alike = [rejection for rejection in left if rejection.event.get("type") == event.type]
        same_name = (rejection for rejection in alike if _share_a_name(rejection.event, event))
        same_sentence = (rejection for rejection in alike if _share_a_sentence(rejection.event, event, old.article))
        settled = next(same_name, None) or next(same_sentence, None)
        if settled is not None:
            left.remove(settled)
    return left


def _share_a_name(claim: Claim, event: Event) -> bool:
    """Whether a name of the event and one of the claim are the same, or one is short for the other."""
    fields = [field.name for field in fields_of(type(event)) if field.shape == "name"]
    names = [name.name for field in fields for name in _parts(getattr(event, field)) if name is not None]
    claimed = [_printed(name) for field in fields for name in _parts(claim.get(field))]
    return any(text and (name in text or text in name) for name in names for text in claimed)


def _printed(name: Any) -> str:
    text = name.get("name") if isinstance(name, dict) else name
    return text if isinstance(text, str) else ""


def _share_a_sentence(claim: Claim, event: Event, article: Article) -> bool:
    numbers = [number for number in _parts(claim.get("evidence")) if isinstance(number, int)]
    sentences = [sentence for sentence in article.sentences if sentence.number in numbers]
    return any(span.start < s.end and s.start < span.end for span in event.evidence for s in sentences)


def _parts(value: Any) -> Iterator[Any]:
    yield from value if isinstance(value, list) else [value]
