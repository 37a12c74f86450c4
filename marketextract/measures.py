"""What units measure: a part of something, a stretch of time, a price. The words are in the lexicon."""

from __future__ import annotations

from marketextract import lexicon


def _units(kind: str) -> frozenset[str]:
    return frozenset(unit for row, listed in lexicon.rows("unit_classes") if row == kind for unit in listed.split())


RELATIVE = _units("relative")
"""The units of a relative change: percent, and basis and percentage points."""

DURATIONS = _units("duration")
"""The units of time."""

_MONEY = _units("money")
MEASURES = RELATIVE | _MONEY | _units("price")
"""The units, beside ISO codes, in which prices, levels and their changes are told; any other counts things."""


def is_money(unit: str | None) -> bool:
    """Whether a unit is a currency, a hundredth of one, or a currency's name that does not say which country's.

    >>> is_money("JPY"), is_money("krone"), is_money("percent"), is_money(None)
    (True, True, False, False)
    """
    return unit is not None and (unit.isupper() or unit in _MONEY)
