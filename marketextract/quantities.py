"""Read every number of a text: its value, scale, unit, bound and exact span. The only place that parses a number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Bound = Literal["exact", "about", "over", "under", "range"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity as the text prints it.

    `text` is the printed phrase and `start`/`end` its offsets. `value` has the scale multiplied in ("$500 bln" is
    500000000000); `high` is the upper end of a range. `unit` is an ISO 4217 code, `percent`, `basis_point`,
    `percentage_point`, `point`, `cent`, another singular noun, or None; `per` is the denominator ("a barrel").
    """

    text: str
    start: int
    end: int
    value: Decimal
    high: Decimal | None = None
    unit: str | None = None
    per: str | None = None
    bound: Bound = "exact"


@dataclass(frozen=True, slots=True)
class NonQuantity:
    """Digits (or number words) of a text that state no quantity; `kind` says what they are: a date, a name, ..."""

    text: str
    start: int
    end: int
    kind: str


def read_numbers(text: str) -> list[Quantity | NonQuantity]:
    """Every number of the text in order, without overlaps: what it measures, or what it is instead."""
    raise NotImplementedError


def read_quantities(text: str) -> list[Quantity]:
    """The quantities of the text in order."""
    return [reading for reading in read_numbers(text) if isinstance(reading, Quantity)]
