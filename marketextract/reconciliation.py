"""Where articles of one day contradict each other: values that cannot both be right.

Goes in: the extractions of several articles. Comes out: one `Disagreement` for each pair of figures of different
articles that exclude each other. Prices move all day, so two levels, or two changes, of one day may both be right. But
an index or a stock closed only once the day before: what the figures of each article make of that close must agree.
Which of two articles is right is not decided here. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketextract.consistency import clashes, topic
from marketextract.events import Event, PriceMove
from marketextract.precision import CUT_OFF, Range, printed_range

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from marketextract.extraction import Extraction
    from marketextract.quantities import Quantity

_ONE_CLOSE = frozenset({"index", "stock"})  # what has an official close; others trade on at many places
_LOOK_BACK = 16  # statements of one thing that the next one is compared with
_TELLING = 4  # digits from which two equal levels are one moment and no chance


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure where it is stated: the `article`'s id and the `quantity` with its span there."""

    article: str
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two figures that cannot both be right: of what (`name`), of which `day`, and which `field` they are of.

    A `field` of "previous" is the close of the day before, as it is printed or follows from the level and the change.
    """

    name: str
    day: dt.date
    field: str
    first: Stated
    second: Stated

    def __str__(self) -> str:
        first, second = (f'"{stated.quantity.text}" ({stated.article})' for stated in (self.first, self.second))
        return f"{self.name}, {self.day}, {self.field}: {first} against {second}"


def reconcile(extractions: Iterable[Extraction], *, closed: bool = False) -> list[Disagreement]:
    """The figures of different articles of one day that cannot both be right.

    The day is that of the event (`date`), else the article's day of publication; an event without either is left out.
    `closed` says that all the articles were written after the close: then two changes, or two levels, of one index or
    stock disagree as well.
    """
    found: list[Disagreement] = []
    for (day, _), group in _groups(extractions).items():
        for at, second in enumerate(group):
            for first in group[max(0, at - _LOOK_BACK) : at]:
                if first.extraction != second.extraction:
                    found += _between(day, first, second, closed=closed)
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """An event with the place of its extraction among the others, and the id of its article."""

    extraction: int
    article: str
    event: Event


def _groups(extractions: Iterable[Extraction]) -> dict[tuple[dt.date, object], list[_Told]]:
    groups: dict[tuple[dt.date, object], list[_Told]] = {}
    for number, extraction in enumerate(extractions):
        article = extraction.article
        for event in extraction.events:
            day, of = event.date or article.published, topic(event)
            if day is not None and of is not None:
                told = _Told(number, article.id or f"article {number + 1}", event)
                groups.setdefault((day, of), []).append(told)
    return groups


def _between(day: dt.date, first: _Told, second: _Told, *, closed: bool) -> Iterator[Disagreement]:
    a, b = first.event, second.event
    if isinstance(a, PriceMove) and isinstance(b, PriceMove):
        pairs = _moves(a, b, closed=closed)
        name = a.instrument.name
    else:
        told = clashes(a, b, one_text=False)
        pairs = ((clash.field, clash.first, clash.second) for clash in told)
        name = told[0].name if told else ""
    for field, mine, theirs in pairs:
        yield Disagreement(name, day, field, Stated(first.article, mine), Stated(second.article, theirs))


def _moves(a: PriceMove, b: PriceMove, *, closed: bool) -> Iterator[tuple[str, Quantity, Quantity]]:
    one_close = a.instrument.kind in _ONE_CLOSE
    same_level = _one_level(a, b)
    told = clashes(a, b, one_text=False) if same_level or (closed and one_close) else []
    yield from ((clash.field, clash.first, clash.second) for clash in told)
    if told or not one_close:
        return
    if (
        closed
        and a.level is not None
        and b.level is not None
        and _apart(printed_range(a.level), printed_range(b.level))
    ):
        yield "level", a.level, b.level
    elif a.period is None:
        mine, theirs = _previous_close(a), _previous_close(b)
        if mine is not None and theirs is not None and _apart(mine[1], theirs[1]):
            yield "previous", mine[0], theirs[0]


def _one_level(a: PriceMove, b: PriceMove) -> bool:
    """Whether both events tell of the same moment, since a level with many digits is the same."""
    if a.level is None or b.level is None:
        return False
    digits = sum(character.isdigit() for character in a.level.text)
    return digits >= _TELLING and (a.level.value, a.level.unit) == (b.level.value, b.level.unit)


def _apart(a: Range | None, b: Range | None) -> bool:
    return a is not None and b is not None and not a.overlaps(b)


def _previous_close(event: PriceMove) -> tuple[Quantity, Range] | None:
    """The close of the day before, and the figure that it is printed in or follows from."""
    if event.previous is not None:
        printed = printed_range(event.previous, CUT_OFF)
        return (event.previous, printed) if printed is not None else None
    level = printed_range(event.level, CUT_OFF) if event.level is not None else None
    if event.level is None or level is None or event.direction not in ("up", "down"):
        return None
    sign = 1 if event.direction == "up" else -1
    return _from_amount(event, event.level, level, sign) or _from_percent(event, level, sign)


def _from_amount(event: PriceMove, level: Quantity, now: Range, sign: int) -> tuple[Quantity, Range] | None:
    amount = event.change_amount
    step = printed_range(amount, CUT_OFF) if amount is not None else None
    if amount is None or step is None or amount.unit not in (None, "point", level.unit):
        return None
    return amount, now - abs(step) if sign > 0 else now + abs(step)


def _from_percent(event: PriceMove, now: Range, sign: int) -> tuple[Quantity, Range] | None:
    change = event.change
    step = printed_range(change, CUT_OFF) if change is not None and change.unit == "percent" else None
    if change is None or step is None:
        return None
    share = Range(100 + sign * abs(step).low, 100 + sign * abs(step).high)
    ordered = Range(min(share.low, share.high), max(share.low, share.high))
    close = now.percent_of(ordered)
    return (change, close) if close is not None else None
