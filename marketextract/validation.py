"""Check claims against the text: what it states becomes events, what it does not is rejected with reasons.

Goes in: an article and events as claimed, from any extractor. Comes out: the accepted events with spans and values
read from the text, the rejected claims with their reasons, and a ledger of every number of the article. Pure, fast and
deterministic. A check rejects only on positive evidence: where the text is silent, it does not contradict.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from marketextract.article import Article
from marketextract.claims import BoundClaim, BoundQuantity, bind
from marketextract.consistency import arithmetic, conflicts
from marketextract.dates import resolve
from marketextract.errors import ClaimError
from marketextract.events import EVENT_TYPES, Event, MonetaryPolicy, Name, PriceMove, Span
from marketextract.extraction import Extraction, LedgerEntry, Reason, Rejection
from marketextract.fields import by_type_name, fields_of, specs_of
from marketextract.matching import names_subject, words_of
from marketextract.measures import DURATIONS, MEASURES, RELATIVE, is_money
from marketextract.names import between
from marketextract.ownership import subject_doubt
from marketextract.policy import WAYS, policy_actions
from marketextract.quantities import NonQuantity, Quantity
from marketextract.roles import is_rate, rate_words, towards
from marketextract.statements import Analysis, Statement, analyse
from marketextract.words import in_set

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator


_FIELD_MEASURES: Mapping[str, frozenset[str]] = {  # what a number must measure to be claimed as this field
    "stake": frozenset({"relative"}),
    "shares": frozenset({"share", "number"}),
    "size": frozenset({"relative"}),
    "penalty": frozenset({"money", "number"}),
    "price_target": frozenset({"money", "number", "point"}),
    "previous_target": frozenset({"money", "number", "point"}),
}
_UNTELLING = frozenset({"evidence", "when", "date"})
_CHANGES = frozenset({"change", "change_amount"})
_COMPARED = frozenset({"expected", "previous", "comparison", "previous_target"})
_LETTERS = re.compile(r"[a-z]+")
_SMALL = 12  # the largest count that stands in words without meaning a figure: "all three indexes"
_PRICE_ROLES: Mapping[str, frozenset[str]] = {  # what a number may be to be claimed as this field of a price move
    "change": frozenset({"change"}),
    "change_amount": frozenset({"change"}),
    "level": frozenset({"level", "value"}),
    "previous": frozenset({"previous"}),
}
_FOREIGN_ROLES: Mapping[str, frozenset[str]] = {  # what it may not be to be claimed as this field of any other event
    "actual": frozenset({"previous", "expected", "chance"}),
    "expected": frozenset({"previous", "chance"}),
    "previous": frozenset({"expected", "chance"}),
    "rate": frozenset({"chance"}),
    "size": frozenset({"chance", "level"}),
    "price_target": frozenset({"previous"}),
}


def validate(
    text_or_article: str | Article,
    events: Iterable[Mapping[str, Any]],
    event_types: Sequence[type[Event]] = EVENT_TYPES,
    *,
    model: str = "claims",
) -> Extraction:
    """Judge events as claimed: dicts in the form of the output, with plain strings for names and quantities.

    `evidence` is a list of sentence numbers or verbatim quotes. Raises `ClaimError` when something other than a list of
    mappings is given; everything else that is wrong with a claim is a reason in its rejection.
    """
    article = Article.from_text(text_or_article)
    return judge(article, analyse(article), _checked(events), event_types, model=model)


def judge(
    article: Article,
    analysis: Analysis,
    claims: Sequence[Mapping[str, Any]],
    event_types: Sequence[type[Event]] = EVENT_TYPES,
    *,
    model: str = "claims",
) -> Extraction:
    """`validate` for an article that was analysed before."""
    types = by_type_name(event_types)
    accepted: list[Event] = []
    rejected: list[Rejection] = []
    seen: set[tuple[Any, ...]] = set()
    warnings: list[Reason] = []
    for claim in claims:
        event, reasons, slip = _judged(claim, types, article, analysis)
        if event is not None and not reasons:
            key = _key(event)
            if key in seen:
                reasons = [Reason("duplicate", "", "the same event was claimed before")]
            seen.add(key)
        if event is None or reasons:
            rejected.append(Rejection(claim, tuple(reasons)))
        else:
            if slip is not None:
                warnings.append(replace(slip, path=f"events[{len(accepted)}].{slip.path}"))
            accepted.append(event)
    told = (*warnings, *conflicts(accepted))
    return Extraction(article, tuple(accepted), tuple(rejected), ledger(analysis, accepted), model, warnings=told)


def ledger(analysis: Analysis, events: Sequence[Event]) -> tuple[LedgerEntry, ...]:
    """What became of every number of the article."""
    captured: dict[int, list[int]] = {}
    for k, event in enumerate(events):
        for start in _quantity_starts(event, analysis):
            captured.setdefault(start, []).append(k)
    return tuple(_entry(number, captured) for number in analysis.numbers)


def _entry(number: Quantity | NonQuantity, captured: Mapping[int, list[int]]) -> LedgerEntry:
    by = tuple(captured.get(number.start, ()))
    if by:
        return LedgerEntry(number.text, number.start, number.end, "captured", by)
    reason = number.kind if isinstance(number, NonQuantity) else _unmarked(number)
    if reason is not None:
        return LedgerEntry(number.text, number.start, number.end, "ignored", reason=reason)
    return LedgerEntry(number.text, number.start, number.end, "uncaptured")


def _unmarked(quantity: Quantity) -> str | None:
    """Why a quantity that no event captured is nothing one should have: a stretch of time, a small count in words."""
    if quantity.unit in DURATIONS:
        return "duration"
    in_words = not any(character.isdigit() for character in quantity.text)
    counted = quantity.unit is None or (quantity.unit.islower() and quantity.unit not in MEASURES)
    return "count" if in_words and counted and quantity.value <= _SMALL else None


def _quantity_starts(event: Event, analysis: Analysis) -> Iterator[int]:
    """Where the numbers of an event stand: its quantities, and the first place of each bare number."""
    for name in _numeric(type(event)):
        value = getattr(event, name)
        if value is None:
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Quantity):
                yield item.start
            else:
                yield from _bare_start(Decimal(str(item)), event, analysis)


@cache
def _numeric(event_type: type[Event]) -> tuple[str, ...]:
    return tuple(spec.name for spec in fields_of(event_type) if spec.shape in {"quantity", "number"})


def _bare_start(number: Decimal, event: Event, analysis: Analysis) -> Iterator[int]:
    inside = (q for span in event.evidence for q in between(analysis.quantities, span.start, span.end))
    yield from islice((quantity.start for quantity in inside if number in (quantity.value, quantity.high)), 1)


def _checked(events: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if isinstance(events, Mapping | str) or not hasattr(events, "__iter__"):
        raise ClaimError(f"events must be a list of mappings, not {type(events).__name__}")
    listed = list(events)
    for k, event in enumerate(listed):
        if not isinstance(event, Mapping):
            raise ClaimError(f"events[{k}] must be a mapping, not {type(event).__name__}")
    return listed


def _key(event: Event) -> tuple[Any, ...]:
    """What makes two events the same: their type, direction, names and the spans of their numbers."""
    told = event.__dict__.items()
    return (type(event), *[(f, _identity(value)) for f, value in told if value is not None and f not in _UNTELLING])


def _identity(value: Any) -> Any:
    """What a value is apart from its spelling: a name's bearer, a quantity's place."""
    if isinstance(value, list):
        return tuple(_identity(item) for item in value)
    if isinstance(value, Name):
        return value.id or words_of(value.name)
    return value.start if isinstance(value, Quantity) else value


# -- one claim -------------------------------------------------------------------------------------------------------


def _judged(
    claim: Mapping[str, Any], types: Mapping[str, type[Event]], article: Article, analysis: Analysis
) -> tuple[Event | None, list[Reason], Reason | None]:
    """The event that a claim comes to or why it comes to none, and a disagreement of figures that is the text's own."""
    event_type = types.get(str(claim.get("type")))
    if event_type is None:
        known = ", ".join(types)
        return None, [Reason("schema", "type", f"{claim.get('type')!r} is no event type; there are: {known}")], None
    bound = bind(claim, event_type, article, analysis)
    chosen: dict[str, tuple[Quantity, list[Reason]]] = {}
    for quantity in bound.quantities:
        taken = {place.start for place, _ in chosen.values()}
        chosen[quantity.path] = _best_place(quantity, bound, analysis, taken)
    reasons = [*bound.reasons, *(reason for _, found in chosen.values() for reason in found)]
    if not reasons:
        places = {path: place for path, (place, _) in chosen.items()}
        reasons = [*_told_twice(places), *_crowded(bound, places)]
    if not bound.quantities and not reasons:
        reasons = _movement_doubts(bound, article, analysis)
    reasons = reasons or list(_policy_doubts(bound, article.text))
    if reasons:
        return None, reasons, None
    try:
        event = _event(bound, {path: place for path, (place, _) in chosen.items()}, article)
    except ValidationError as error:  # a field of a user's own type that takes less than its claim has
        first = error.errors()[0]
        return None, [Reason("schema", ".".join(map(str, first["loc"])), first["msg"])], None
    doubt = arithmetic(event)
    if doubt is None or _is_the_texts_own(doubt, event, chosen, analysis):
        return event, [], doubt
    return None, [doubt], None


def _crowded(bound: BoundClaim, places: Mapping[str, Quantity]) -> Iterator[Reason]:
    """Two changes of one kind cannot both fill its field: "0.8%" and "1.2%" as a relative and an absolute change."""
    filled = [(_field_of(quantity, places[quantity.path], bound), quantity) for quantity in bound.quantities]
    changes = [(field, quantity) for field, quantity in filled if field in _CHANGES]
    for (first, _), (second, quantity) in pairwise(changes):
        if first == second and issubclass(bound.event_type, PriceMove):
            what = "a relative change" if first == "change" else "an amount"
            message = f'"{quantity.phrase}" is {what} like the other, and an event has one'
            yield Reason("wrong-role", quantity.path, message)


def _told_twice(places: Mapping[str, Quantity]) -> Iterator[Reason]:
    """One printed number cannot fill two fields of an event."""
    first: dict[int, str] = {}
    for path, place in places.items():
        if place.start in first:
            yield Reason("wrong-role", path, f'"{place.text}" is claimed as {first[place.start]} already')
        first.setdefault(place.start, path)


def _is_the_texts_own(
    doubt: Reason, event: Event, chosen: Mapping[str, tuple[Quantity, list[Reason]]], analysis: Analysis
) -> bool:
    """Whether figures that disagree do so in the text: one sentence prints them all, and gives the direction itself."""
    told = doubt.path != "direction" or _told(chosen, analysis)
    return told and len(event.evidence) == 1


def _told(chosen: Mapping[str, tuple[Quantity, list[Reason]]], analysis: Analysis) -> bool:
    """Whether the text itself gives a direction to one of the numbers."""
    return any(statement.direction for place, _ in chosen.values() for statement in analysis.of(place))


def _movement_doubts(bound: BoundClaim, article: Article, analysis: Analysis) -> list[Reason]:
    """A direction without a number must be that of a movement of its subject, where the evidence tells any."""
    names = bound.bearers
    if bound.direction is None or not names or not issubclass(bound.event_type, PriceMove):
        return []
    sentences = {
        s.number for s in article.sentences for start, end in bound.evidence if s.start < end and start < s.end
    }
    nearby = {name: bound.nearby(name, article.text) for name in names}
    told = [
        movement
        for movement in analysis.movements(sentences)
        if any(names_subject(name, subject, nearby[name]) for name in names for subject in movement.subjects)
    ]
    if not told or any(movement.direction == bound.direction for movement in told):
        return []
    word = told[0].word.lower
    return [
        Reason("wrong-direction", "direction", f'{names[0]} goes {told[0].direction} ("{word}"), not {bound.direction}')
    ]


def _policy_doubts(bound: BoundClaim, text: str) -> Iterator[Reason]:
    """What a central bank is claimed to have done must be what the evidence tells, where its words tell anything."""
    if not issubclass(bound.event_type, MonetaryPolicy):
        return
    told = policy_actions(word for start, end in bound.evidence for word in _LETTERS.findall(text[start:end].lower()))
    action, way = bound.values.get("action"), bound.direction
    if told and action in WAYS and action not in told:
        yield Reason("wrong-direction", "action", f"the evidence tells of a {told[0]}, not of a {action}")
    elif told and way is not None and way not in {WAYS[name] for name in told}:
        yield Reason("wrong-direction", "direction", f"a {told[0]} does not go {way}")


def _best_place(
    quantity: BoundQuantity, bound: BoundClaim, analysis: Analysis, taken: Container[int]
) -> tuple[Quantity, list[Reason]]:
    """The place of the evidence that fits the claim best, and what speaks against it."""
    best: tuple[Quantity, list[Reason]] | None = None
    for place in sorted(quantity.places, key=lambda place: place.start in taken):
        doubts = _doubts(quantity, place, bound, analysis)
        if not doubts:
            return place, doubts
        if best is None or len(doubts) < len(best[1]):
            best = place, doubts
    assert best is not None  # noqa: S101 - a quantity is bound to at least one place
    return best


def _doubts(quantity: BoundQuantity, place: Quantity, bound: BoundClaim, analysis: Analysis) -> list[Reason]:
    unit_doubt = _unit_doubt(quantity, place, bound)
    if unit_doubt is not None:
        return [unit_doubt]
    statements = analysis.of(place)
    if not statements:
        return []
    judged = [_statement_doubts(quantity, statement, bound, analysis) for statement in statements]
    return min(judged, key=len)


def _unit_doubt(quantity: BoundQuantity, place: Quantity, bound: BoundClaim) -> Reason | None:
    """A stake is a percentage, a penalty an amount of money."""
    if bound.event_type not in EVENT_TYPES:
        return None  # what the fields of a user's own type measure, only the user knows
    if quantity.field == "rate" and issubclass(bound.event_type, MonetaryPolicy) and place.unit != "percent":
        return Reason("wrong-role", quantity.path, f'"{place.text}" is no rate')
    measured = _measures(place)
    allowed = _FIELD_MEASURES.get(quantity.field)
    if allowed is not None and measured not in allowed:
        return Reason("wrong-role", quantity.path, f'"{place.text}" cannot be a {quantity.field.replace("_", " ")}')
    return None


def _measures(quantity: Quantity) -> str:
    """What a quantity measures: "relative", "money", "number" (without a unit), or its unit."""
    if quantity.unit in RELATIVE:
        return "relative"
    if quantity.unit is None:
        return "number"
    return "money" if is_money(quantity.unit) else quantity.unit


def _statement_doubts(
    quantity: BoundQuantity, statement: Statement, bound: BoundClaim, analysis: Analysis
) -> list[Reason]:
    if statement.negated and statement.quantity.bound == "exact":  # "has not moved more than 0.2%" says something
        denied = f'"{statement.quantity.text}" is what did not happen'
        return [Reason("wrong-direction", quantity.path, denied)]
    doubts = [
        subject_doubt(quantity, statement, bound, analysis),
        _direction_doubt(quantity, statement, bound),
        _role_doubt(quantity, statement, bound),
    ]
    return [doubt for doubt in doubts if doubt is not None]


def _direction_doubt(quantity: BoundQuantity, statement: Statement, bound: BoundClaim) -> Reason | None:
    claimed = bound.direction or WAYS.get(str(bound.values.get("action")))
    stated = statement.direction
    if claimed is None or stated is None or claimed == stated:
        return None
    if statement.role == "previous" and statement.word is not None and statement.word.kind == "nominal":
        return None  # "recovered from a 2% loss": the loss, or what was won back
    if quantity.field in ("level", "previous") and any(other.field in _CHANGES for other in bound.quantities):
        return None  # the direction is that of the change: "fell 2% before bouncing back to 9,300"
    if statement.extreme is not None and (
        quantity.field == "previous" or claimed in ("flat", towards(statement.extreme))
    ):
        return None  # "rose to 112.33, off a two-week low of 111.04"
    if quantity.field in _COMPARED and not issubclass(bound.event_type, PriceMove):
        return None  # a figure may fall where a rise was forecast, or after one
    word = f' ("{statement.word.lower}")' if statement.word is not None else ""
    return Reason("wrong-direction", quantity.path, f'"{statement.quantity.text}" goes {stated}{word}, not {claimed}')


def _role_doubt(quantity: BoundQuantity, statement: Statement, bound: BoundClaim) -> Reason | None:
    if issubclass(bound.event_type, PriceMove):
        fits = _fits_price_role(quantity.field, statement, bound)
    else:
        fits = statement.role not in _FOREIGN_ROLES.get(quantity.field, ())
    if fits:
        return None
    is_one = statement.role == quantity.field
    told = f"no {quantity.field} of a price" if is_one else f"a {statement.role}, not a {quantity.field}"
    return Reason("wrong-role", quantity.path, f'"{statement.quantity.text}" is {told}')


def _fits_price_role(field: str, statement: Statement, bound: BoundClaim) -> bool:
    """Whether a number may be this field of a price move, by its role and where more than one role may be meant."""
    role, unit, word = statement.role, statement.quantity.unit, statement.word
    if field in ("level", "previous") and unit == "percent" and _has_no_rate(statement, bound):
        return False  # the level of a share or an index is no percentage
    if role in _PRICE_ROLES.get(field, frozenset({role})):
        return True
    if field == "previous":  # "after topping $112", "passing the previous record of 611"
        passed = role == "level" and word is not None and word.kind == "level" and word.direction is not None
        told = role == "value" or passed  # "surpassed its high of 15,409"
        marked = told and not in_set("prior_level").isdisjoint(statement.before.split())
        return marked or (role == "level" and statement.background)
    if field == "level":  # "the euro was down around $1.3967"
        vague = statement.quantity.bound == "about" and word is not None and word.kind == "state"
        return role == "change" and vague and unit not in RELATIVE
    followed = word is not None and word.kind == "nominal" and word.start >= statement.quantity.end
    return role == "previous" and followed  # "recovering from Monday's 1.6% loss"


def _has_no_rate(statement: Statement, bound: BoundClaim) -> bool:
    """Whether neither the subject of a statement nor the claimed name is of something whose level is a percentage."""
    claimed = {word for name in bound.bearers for word in words_of(name)}
    named = any(subject.named for subject in statement.subjects)
    return named and not is_rate(statement.subjects) and claimed.isdisjoint(rate_words())


# -- the typed event -------------------------------------------------------------------------------------------------


def _field_of(quantity: BoundQuantity, place: Quantity, bound: BoundClaim) -> str:
    """The field that a quantity fills: whether a change is relative or an amount, its unit says and not the claim."""
    if quantity.field in _CHANGES and issubclass(bound.event_type, PriceMove):
        return "change" if place.unit in RELATIVE else "change_amount"
    return quantity.field


def _event(bound: BoundClaim, places: Mapping[str, Quantity], article: Article) -> Event:
    values: dict[str, Any] = dict(bound.values)
    if "when" in values:
        values["date"] = resolve(values["when"], article.published)
    specs = specs_of(bound.event_type)
    for field, found in bound.names.items():
        values[field] = found if specs[field].many else found[0]
    for quantity in bound.quantities:
        place = places[quantity.path]
        field = _field_of(quantity, place, bound)
        if specs[field].many:
            values.setdefault(field, []).append(place)
        else:
            values[field] = place
    values["evidence"] = [Span(start=start, end=end) for start, end in bound.evidence]
    return bound.event_type.model_validate(values)
