"""Figures that cannot all be right: within one event, and between the events of one article.

Goes in: typed events. Comes out: reasons with the code `arithmetic` or `conflict`. Only exact numbers are compared, as
far as their printed digits reach, so silence and rounding never count as a disagreement. Pure.

Whose fault it is, is for the caller to say, for articles contradict themselves. Where one sentence prints all that an
`arithmetic` reason is about, numbers and, for a reason with the path "direction", a word for that direction, the
sentence is wrong and the claim tells it rightly: a warning. Where the claim brought them together from several
sentences, or chose the direction itself, the claim is wrong: a rejection. A `conflict` is between two accepted events,
and so between two places of the article: always a warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from marketextract import lexicon
from marketextract.events import Earnings, EconomicRelease, Event, MonetaryPolicy, Name, PriceMove
from marketextract.extraction import Reason
from marketextract.matching import identity, words_of
from marketextract.precision import CUT_OFF, Range, printed_range
from marketextract.spelling import plain
from marketextract.words import in_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from marketextract.quantities import Quantity

_HUNDREDTH = Decimal("0.01")
_BASE = frozenset({None, "point"})  # an index has no unit, or points
_LOOK_BACK = 16  # statements of one thing that the next one is compared with


def arithmetic(event: Event) -> Reason | None:
    """The first contradiction among the direction, level, previous level and changes of a price move; None without one.

    A currency may be quoted the other way round ("the yen weakened to 152 from 151"), and a bond falls as its yield
    rises: their direction is held against their levels only where it is known how they are quoted. A move over a
    `period` is not checked, since its figures may be of different stretches.
    """
    if not isinstance(event, PriceMove) or event.period is not None or not _may_disagree(event):
        return None
    move = _Move.of(event)
    if move is None:
        return None
    return _direction_doubt(event, move) or _amount_doubt(event, move) or _percent_doubt(event, move)


def _may_disagree(event: PriceMove) -> bool:
    """Whether there is more of a move than its level and a percentage, which agree with any level before."""
    stepped = event.change is not None and event.change.unit != "percent"
    return event.level is not None and (event.previous is not None or event.change_amount is not None or stepped)


def conflicts(events: Sequence[Event]) -> list[Reason]:
    """The pairs of events that state different figures for one thing, as warnings whose path names both fields.

    >>> from marketextract import extract
    >>> events = extract("The KOSPI rose 0.6%. The KOSPI rose 0.1% on Monday.", model="rules").events
    >>> [(warning.path, warning.message) for warning in conflicts(events)]
    [('events[0].change, events[1].change', 'KOSPI: "0.6%" and "0.1%" are stated of the same change')]
    """
    reasons = []
    for group in _groups(events):
        for at, (k, second) in enumerate(group):
            told = [(i, clash) for i, first in group[max(0, at - _LOOK_BACK) : at] for clash in clashes(first, second)]
            nearest = {clash.field: (i, clash) for i, clash in told}
            reasons += [
                Reason("conflict", f"events[{i}].{clash.field}, events[{k}].{clash.field}", str(clash))
                for i, clash in nearest.values()
            ]
    return reasons


# -- one event -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Move:
    """The figures of a price move in the unit of its level.

    `signs` are the ways in which the level may have moved, 1 for up; `reciprocal` says that the change may be that of
    one divided by the level.
    """

    level: Range
    previous: Range | None
    amount: Range | None
    percent: Range | None
    signs: tuple[int, ...]
    reciprocal: bool

    @classmethod
    def of(cls, event: PriceMove) -> _Move | None:
        level = printed_range(event.level, CUT_OFF) if event.level is not None else None
        if event.level is None or level is None or level.low <= 0:
            return None
        relative = event.change is not None and event.change.unit == "percent"
        percent = printed_range(event.change, CUT_OFF) if event.change and relative else None
        if event.level.unit == "percent":
            percent = None  # "fell 0.2% to 4.5%" may mean points or a share of the yield
        return cls(
            level,
            _in_unit_of(event.previous, event.level),
            _size(_in_unit_of(event.change_amount or (None if relative else event.change), event.level)),
            _size(percent),
            _signs(event),
            _quotations(event) != (1,),
        )

    def rises(self) -> Iterator[Range]:
        """How far the level may have moved from the previous one in the claimed direction."""
        if self.previous is not None:
            for sign in self.signs:
                yield self.level - self.previous if sign > 0 else self.previous - self.level

    def starts(self) -> Iterator[tuple[Range, Range]]:
        """Every pair of a size of the move and a level that it may have started from."""
        if self.previous is not None:
            for rise in self.rises():
                yield rise, self.previous
                if self.reciprocal:
                    yield rise, self.level
        elif self.amount is not None:
            for sign in self.signs:
                yield self.amount, self.level - self.amount if sign > 0 else self.level + self.amount


def _direction_doubt(event: PriceMove, move: _Move) -> Reason | None:
    rises = list(move.rises())
    if not rises or event.direction not in ("up", "down") or any(rise.high >= 0 for rise in rises):
        return None
    return Reason("arithmetic", "direction", f"{_from_to(event)} is not {event.direction}")


def _amount_doubt(event: PriceMove, move: _Move) -> Reason | None:
    rises = list(move.rises())
    if not rises or move.amount is None or any(rise.overlaps(move.amount) for rise in rises):
        return None
    field = "change_amount" if event.change_amount is not None else "change"
    return Reason("arithmetic", field, f'"{_text(event, field)}" is not the step {_from_to(event)}')


def _percent_doubt(event: PriceMove, move: _Move) -> Reason | None:
    if move.percent is None:
        return None
    possible = [share for size, start in move.starts() if (share := size.percent_of(start)) is not None]
    if not possible or any(share.overlaps(move.percent) for share in possible):
        return None
    step = _from_to(event) if event.previous is not None else f'of "{_text(event, "change_amount")}" to {_level(event)}'
    return Reason("arithmetic", "change", f'"{_text(event, "change")}" is not the step {step}')


def _from_to(event: PriceMove) -> str:
    return f'from "{_text(event, "previous")}" to {_level(event)}'


def _level(event: PriceMove) -> str:
    return f'"{_text(event, "level")}"'


def _text(event: Event, field: str) -> str:
    quantity: Quantity | None = getattr(event, field)
    return quantity.text if quantity is not None else ""


def _size(figure: Range | None) -> Range | None:
    return None if figure is None else abs(figure)


def _in_unit_of(quantity: Quantity | None, level: Quantity) -> Range | None:
    """The values of a quantity in the unit of a level, or None where the two cannot be compared."""
    figure = printed_range(quantity, CUT_OFF) if quantity is not None else None
    factor = _factor(quantity.unit, level.unit) if quantity is not None else None
    return figure.scaled(factor) if figure is not None and factor is not None else None


def _factor(unit: str | None, target: str | None) -> Decimal | None:
    """What turns an amount of one unit into the other."""
    money = target is not None and target.isupper()
    if unit == target or (unit is None and money) or (unit in _BASE and target in _BASE):
        return Decimal(1)
    if target in _BASE:
        return Decimal(1) if unit is not None and unit.isupper() else None  # "up $2.09 at 74.07"
    if money:
        return _HUNDREDTH if unit == "cent" else None
    return {"basis_point": _HUNDREDTH, "percentage_point": Decimal(1)}.get(unit or "") if target == "percent" else None


def _signs(event: PriceMove) -> tuple[int, ...]:
    """The ways in which the level may have moved, by the claimed direction and the way the instrument is quoted."""
    ways = _quotations(event)
    if event.direction not in ("up", "down"):
        return (1, -1)
    return ways if event.direction == "up" else tuple(-way for way in ways)


def _quotations(event: PriceMove) -> tuple[int, ...]:
    """1 where a higher level means that the instrument rose, -1 where it means that it fell, both where it may be."""
    level, instrument = event.level, event.instrument
    if level is not None and level.unit == "percent":
        return (1,) if words_of(instrument.name) & _quoted_in_percent() else (1, -1)
    if level is None or instrument.kind != "currency" or _is_pair(event):
        return (1,)
    if level.unit not in (None, instrument.id):
        return (1,) if level.unit is not None and level.unit.isupper() else (1, -1)
    return (1, -1) if instrument.id is None or instrument.id in _quoted_either_way() else (-1,)


def _is_pair(event: PriceMove) -> bool:
    return event.instrument.id is not None and event.instrument.id.endswith("=X")


@lexicon.derived
def _quoted_in_percent() -> frozenset[str]:
    return frozenset(word for row in lexicon.rows("quoted_in_percent") for word in row[0].split())


@lexicon.derived
def _quoted_either_way() -> frozenset[str]:
    return frozenset(code for row in lexicon.rows("quoted_either_way") for code in row[0].split())


# -- two events ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clash:
    """One field of which two events state different figures; `name` is what they state it of."""

    name: str
    field: str
    first: Quantity
    second: Quantity

    def __str__(self) -> str:
        return f'{self.name}: "{self.first.text}" and "{self.second.text}" are stated of the same {self.field}'


def clashes(first: Event, second: Event, *, one_text: bool = True) -> list[Clash]:
    """The fields that two events about the same thing and time cannot both be right about.

    `one_text` says that both are of one article. Then two that share evidence are no clash: who states two changes in
    one sentence knows that they are two.

    Levels are left out: an article that tells the whole day names an opening, a high and a close. Changes are compared
    as if both were of the end of the session, which only the words around them could deny.
    """
    if topic(first) is None or topic(first) != topic(second) or not _same_time(first, second):
        return []
    if one_text and any(a.start < b.end and b.start < a.end for a in first.evidence for b in second.evidence):
        return []
    name_field, _, fields = _COMPARED[type(first)]
    name: Name = getattr(first, name_field)
    found = []
    for field in fields:
        mine, theirs = _signed(first, field), _signed(second, field)
        if mine is not None and theirs is not None and not mine.overlaps(theirs):
            found.append(Clash(name.name, field, getattr(first, field), getattr(second, field)))
    return [clash for clash in found if _comparable(clash.first, clash.second)]


def topic(event: Event) -> tuple[object, ...] | None:
    """What the figures of an event are of: the type, the bearer, and what tells its figures apart; None if unsaid.

    Two events with the same topic state figures of the same thing, though perhaps not of the same day.
    """
    compared = _COMPARED.get(type(event))
    if compared is None:
        return None
    name_field, told_apart, _ = compared
    context = told_apart(event)
    return None if context is None else (event.type, bearer(getattr(event, name_field)), *context)


def bearer(name: Name) -> object:
    """What a name is a name of, so that two names of one thing give the same: the standard id, else its words.

    Gold on the spot and gold for delivery have one id and two prices.
    """
    known = name.id or identity(name.name) or words_of(name.name)
    market = in_set("market_word") & frozenset(plain(name.name).split())
    return (known, market) if market else known


def _groups(events: Sequence[Event]) -> Iterator[list[tuple[int, Event]]]:
    """The events of each topic that has several, with their places."""
    grouped: dict[tuple[object, ...], list[tuple[int, Event]]] = {}
    for i, event in enumerate(events):
        of = topic(event)
        if of is not None:
            grouped.setdefault(of, []).append((i, event))
    yield from (group for group in grouped.values() if len(group) > 1)


def _same_time(first: Event, second: Event) -> bool:
    """Whether two events may be of one time, so far as they say."""
    if first.date is not None and second.date is not None:
        return first.date == second.date
    return first.when is None or second.when is None or first.when.casefold() == second.when.casefold()


def _signed(event: Event, field: str) -> Range | None:
    quantity: Quantity | None = getattr(event, field)
    figure = printed_range(quantity) if quantity is not None else None
    if figure is None or field not in ("change", "change_amount", "size") or event.direction is None:
        return figure
    return -abs(figure) if event.direction == "down" else abs(figure)


def _comparable(first: Quantity, second: Quantity) -> bool:
    return (first.unit, first.per) == (second.unit, second.per)


def _of_move(event: Event) -> tuple[object, ...] | None:
    """What a currency alone gained is unsaid: it may be against any other, and so only pairs can be compared."""
    if not isinstance(event, PriceMove):
        return None
    if event.instrument.kind == "currency" and not _is_pair(event):
        return None
    return (event.period.casefold() if event.period is not None else None,)


def _of_release(event: Event) -> tuple[object, ...] | None:
    """Of one indicator a text may print the monthly and the yearly rate: only the period tells them apart."""
    if not isinstance(event, EconomicRelease) or event.period is None:
        return None
    return (event.period.casefold(), bearer(event.country) if event.country is not None else None)


def _of_earnings(event: Event) -> tuple[object, ...] | None:
    if not isinstance(event, Earnings) or event.metric is None or event.period is None:
        return None
    return (event.metric.casefold(), event.period.casefold())


def _of_policy(event: Event) -> tuple[object, ...] | None:
    """What is expected differs from one expectation to the next; what was decided does not."""
    return (event.action,) if isinstance(event, MonetaryPolicy) and event.status == "decided" else None


# For each type: the field of the bearer, what else tells its figures apart, and the fields that are compared.
_COMPARED: dict[type[Event], tuple[str, Callable[[Event], tuple[object, ...] | None], tuple[str, ...]]] = {
    PriceMove: ("instrument", _of_move, ("change", "change_amount")),
    EconomicRelease: ("indicator", _of_release, ("actual", "expected")),
    Earnings: ("company", _of_earnings, ("actual", "expected")),
    MonetaryPolicy: ("central_bank", _of_policy, ("size", "rate")),
}
