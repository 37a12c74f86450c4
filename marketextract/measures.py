"""What units measure: a part of something, a stretch of time, a price. The words are in the lexicon."""

from __future__ import annotations

from marketextract import lexicon


def _units(kind: str) -> frozenset[str]:
    return frozenset(unit for row, listed in lexicon.rows("unit_classes") if row == kind for unit in listed.split())


RELATIVE = _units("relative")
"""The units of a relative change: percent, and basis and percentage points."""

DURATIONS = _units("duration")
"""The units of time."""

MEASURES = RELATIVE | _units("price")
"""The units, beside currencies, in which prices, levels and their changes are told; any other counts things."""
