"""The values that a printed number may stand for: 1.5 is anything that is printed as 1.5.

Goes in: a quantity. Comes out: a `Range`, in the unit of the quantity, with the few operations that comparing figures
needs; or None for a number that is not exact ("about 2%", "two to three") or not printed in digits. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketextract.quantities import Quantity

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ROUND = 4  # integers of this many digits may be rounded: "40,000 points" to thousands, or to less
ROUNDED = Decimal("0.5")
CUT_OFF = Decimal(1)


@dataclass(frozen=True, slots=True)
class Range:
    """All values from `low` to `high`."""

    low: Decimal
    high: Decimal

    def overlaps(self, other: Range) -> bool:
        """Whether more than an end lies in both: 5% and 6% are not the same, though 5.5% is printed as either."""
        return max(self.low, other.low) < min(self.high, other.high)

    def __neg__(self) -> Range:
        return Range(-self.high, -self.low)

    def __abs__(self) -> Range:
        """The sizes of the values; a range on both sides of zero begins at zero."""
        if self.low >= 0:
            return self
        return -self if self.high <= 0 else Range(Decimal(0), max(-self.low, self.high))

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        return self + -other

    def scaled(self, factor: Decimal) -> Range:
        """The range in another unit; `factor` is positive."""
        return Range(self.low * factor, self.high * factor)

    def percent_of(self, base: Range) -> Range | None:
        """What the values are in percent of those of `base`, which must be above zero."""
        if base.low <= 0:
            return None
        corners = [100 * mine / theirs for mine in (self.low, self.high) for theirs in (base.low, base.high)]
        return Range(min(corners), max(corners))


def printed_range(quantity: Quantity, slack: Decimal = ROUNDED) -> Range | None:
    """What an exact quantity may stand for, give or take `slack` units of its last printed digit.

    >>> from marketextract import read_quantities
    >>> printed_range(read_quantities("$1.5 billion")[0])
    Range(low=Decimal('1450000000.0'), high=Decimal('1550000000.0'))
    """
    numerals = _NUMERAL.findall(quantity.text)
    if quantity.bound != "exact" or len(numerals) != 1:
        return None
    digits = numerals[0].replace(",", "")
    printed = Decimal(digits)
    scale = abs(quantity.value) / printed if printed else Decimal(1)
    margin = slack * scale * _last_place(digits)
    return Range(quantity.value - margin, quantity.value + margin)


def _last_place(digits: str) -> Decimal:
    whole, _, decimals = digits.partition(".")
    if decimals:
        return Decimal(1).scaleb(-len(decimals))
    zeros = len(whole) - len(whole.rstrip("0")) if len(whole) >= _ROUND else 0
    return Decimal(1).scaleb(max(zeros - 1, 0))
