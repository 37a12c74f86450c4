"""The reader of numbers on articles that are not part of this repository; skipped where they are absent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from marketextract.quantities import NonQuantity, Quantity, read_numbers

SHARED = Path(__file__).parents[1].parent / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
GOLD = SHARED / "gold" / "seeds.gold.jsonl"

pytestmark = pytest.mark.skipif(not (SEEDS and GOLD.exists()), reason="the shared articles are not here")


def marked(article: str) -> list[tuple[int, int, str]]:
    """Span and role of every number phrase that a person marked in the article, without the bare names of months."""
    facts = map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())
    numbers = [number for fact in facts if fact["article"] == article for number in fact["numbers"]]
    return [(n["start"], n["end"], n["role"]) for n in numbers if any(char.isdigit() for char in n["text"])]


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_every_number_that_a_person_marked_is_read_with_its_span(path: Path) -> None:
    readings = {(r.start, r.end): r for r in read_numbers(path.read_text(encoding="utf-8"))}
    missing = [mark for mark in marked(path.name) if mark[:2] not in readings]
    assert not missing
    for start, end, role in marked(path.name):
        assert isinstance(readings[start, end], NonQuantity if role == "date" else Quantity)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_names_tickers_and_periods_are_no_quantities(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for reading in read_numbers(text):
        if isinstance(reading, Quantity) and "YU7" not in reading.text:
            number = reading.text
            assert not any(name in number for name in ("Nikkei", "S&P", "ASX", "CAC", "FTSE", "CSI", "Nifty", "Q2"))
            assert text[reading.start - 1] not in ":/"


def test_the_seeds_hold_ninety_quantities_and_the_known_decoys() -> None:
    readings = [r for path in SEEDS for r in read_numbers(path.read_text(encoding="utf-8"))]
    stated = [end for r in readings if isinstance(r, Quantity) for end in (r.value, r.high) if end is not None]
    assert len(stated) == 90  # both ends of a range count
    assert {r.kind for r in readings if isinstance(r, NonQuantity)} == {"name", "ticker", "date", "period"}
