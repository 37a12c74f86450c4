"""The reader of numbers against tables of sentences, one file a topic."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from marketextract.quantities import NonQuantity, Quantity, read_numbers, read_quantities

TABLES = Path(__file__).parent / "data" / "quantities"
DOCUMENT = Path(__file__).parents[1] / "docs" / "quantities.md"
MARK = re.compile(r"\[\[(.*?)\|(.*?)\]\]")


def rows() -> list[tuple[str, str]]:
    tables = [
        (table.stem, line)
        for table in sorted(TABLES.glob("*.txt"))
        for line in table.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    examples = re.findall(r"```text\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    return tables + [("document", line) for example in examples for line in example.splitlines() if MARK.search(line)]


def unmarked(line: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The sentence without its marks, and the span and reading of each."""
    text, marks, end = "", [], 0
    for mark in MARK.finditer(line):
        text += line[end : mark.start()]
        marks.append((len(text), len(text) + len(mark[1]), mark[2]))
        text += mark[1]
        end = mark.end()
    return text + line[end:], marks


def shown(reading: Quantity | NonQuantity) -> tuple[int, int, str]:
    """A reading in the notation of the tables."""
    if isinstance(reading, NonQuantity):
        return reading.start, reading.end, f"={reading.kind}"
    value = str(reading.value) + (f"..{reading.high}" if reading.high is not None else "")
    unit = (reading.unit or "") + (f"/{reading.per}" if reading.per else "")
    bound = "" if reading.bound == "exact" else reading.bound
    return reading.start, reading.end, " ".join(part for part in (value, unit.replace(" ", "_"), bound) if part)


@pytest.mark.parametrize(("table", "line"), rows())
def test_everything_marked_is_read_and_nothing_else(table: str, line: str) -> None:
    text, marks = unmarked(line)
    assert [shown(reading) for reading in read_numbers(text)] == marks


def test_the_tables_are_there() -> None:
    assert {table for table, _ in rows()} >= {
        "money",
        "percent_and_points",
        "ranges_and_bounds",
        "not_quantities",
        "document",
    }


def test_a_value_has_no_exponent_and_keeps_its_printed_digits() -> None:
    values = [
        str(quantity.value) for quantity in read_quantities("$500 bln, 1.50%, 2e6 shares, 1.3x10^6, half a trillion")
    ]
    assert values == ["500000000000", "1.50", "2000000", "1300000", "500000000000"]


def test_a_reading_prints_its_own_text() -> None:
    (quantity,) = read_quantities("The fund paid about $5 a share.")
    assert quantity == Quantity("about $5", 14, 22, Decimal(5), None, "USD", "share", "about")


def test_a_text_without_numbers_has_no_readings() -> None:
    assert read_numbers("") == []
    assert read_numbers("The bank kept rates where they were.") == []


def test_a_number_too_long_to_be_stated_is_an_identifier() -> None:
    digits = "7" * 5000
    assert read_numbers(digits) == [NonQuantity(digits, 0, 5000, "identifier")]


def test_scales_without_end_stay_plain_numbers() -> None:
    for text in (
        "million bn bn bn",
        "hundred " * 50,
        "9" * 40 + " million trillion",
        "-" + "9" * 40 + "%",
        "1e99 million",
    ):
        for quantity in read_quantities(text):
            assert str(quantity.value).lstrip("-").isdigit()


def test_digits_of_other_scripts_are_covered() -> None:
    assert [reading.text for reading in read_numbers("It rose ٣٤ and 5%.")] == ["٣٤", "5%"]
