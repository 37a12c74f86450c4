"""How many numbers of other projects' test suites the reader of numbers reads as they do.

    python benchmarks/suites.py SUITE.jsonl ...

A line of a suite is a case, written down from the tests of a reader of numbers: `text`; `expected`, a list of objects
with `value` (a decimal, a fraction "1/3", or a list of the two ends of a range), `unit` (an ISO 4217 code, percent, bp,
pp, another singular noun, or "") and, where the suite gives them, `start` and `end`; and `exhaustive`, the kinds
(currency, percent, number, quantity, or "*" for all) of which the case lists every one. Only those count for the
precision. Each end of a range counts as a value.

The columns: the values that are expected; the share of them that is read; the share of the read ones that is expected;
the share that is read with its unit; the share of the phrases that is read with exactly their span; ranges that are
read with both ends. A `-` stands where a suite says nothing.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

from marketextract.quantities import Quantity, read_quantities

SAME = {"basis_point": "bp", "percentage_point": "pp", "pence": "cent-gb", None: ""}  # units as the suites call them
CLOSE = Fraction(1, 10**6)  # fractions are read with 28 digits

Reading = tuple[Fraction, str]


def ends(value: Any) -> list[Fraction]:
    """The value, or the two ends of a range."""
    return [Fraction(str(end)) for end in (value if isinstance(value, list) else [value]) if end is not None]


def both_ends(quantity: Quantity) -> list[Fraction]:
    """The value of a quantity, and its upper end if it has one."""
    return ends([quantity.value, quantity.high])


def agree(expected: Reading, found: Reading, *, with_unit: bool) -> bool:
    """Whether the values are the same, and if asked the units."""
    off = abs(expected[0] - found[0])
    exact = off == 0 or (off <= abs(expected[0]) * CLOSE and expected[0].denominator > CLOSE.denominator)
    return exact and (not with_unit or expected[1].split(" per ")[0] == found[1])


def matched(expected: list[Reading], found: list[Reading], *, with_unit: bool) -> int:
    """How many of the expected values are found, each found one counting once."""
    left, count = list(found), 0
    for wanted in expected:
        fitting = [reading for reading in left if agree(wanted, reading, with_unit=with_unit)]
        if fitting:
            left.remove(next((reading for reading in fitting if reading[1] == wanted[1]), fitting[0]))
            count += 1
    return count


def kind(unit: str) -> str:
    """The kind of a quantity in the words of `exhaustive`."""
    if unit in ("", "percent"):
        return unit or "number"
    return "currency" if unit[:3].isupper() or unit.startswith("cent") else "quantity"


def tally(case: dict[str, Any]) -> Counter[str]:
    """The counts of one case."""
    quantities = read_quantities(case["text"])
    expected = [(end, wanted["unit"]) for wanted in case["expected"] for end in ends(wanted["value"])]
    found = [(end, SAME.get(q.unit, q.unit or "")) for q in quantities for end in both_ends(q)]
    listed = [reading for reading in found if {"*", kind(reading[1])} & set(case["exhaustive"])]
    ranges = [ends(wanted["value"]) for wanted in case["expected"] if isinstance(wanted["value"], list)]
    spans = [(w["start"], w["end"]) for w in case["expected"] if w.get("start") is not None and not w.get("derived")]
    return Counter(
        values=len(expected),
        read=matched(expected, found, with_unit=False),
        with_unit=matched(expected, found, with_unit=True),
        listed=len(listed),
        right=matched(expected, listed, with_unit=False),
        spans=len(spans),
        exact=len(set(spans) & {(q.start, q.end) for q in quantities}),
        ranges=len(ranges),
        whole=sum(both in [both_ends(q) for q in quantities] for both in ranges),
    )


def share(part: int, whole: int) -> str:
    """A percentage, if there is anything to take it of."""
    return f"{100 * part / whole:.1f}" if whole else "-"


def main(files: list[str]) -> None:
    """Print a row for each suite."""
    print(f"{'suite':20}{'values':>8}{'read':>8}{'precision':>11}{'with unit':>11}{'exact span':>12}{'ranges':>10}")
    for file in map(Path, files):
        n: Counter[str] = Counter()
        for line in file.read_text(encoding="utf-8").splitlines():
            n.update(tally(json.loads(line)))
        rates = share(n["read"], n["values"]), share(n["right"], n["listed"]), share(n["with_unit"], n["values"])
        ranges = f"{n['whole']}/{n['ranges']}" if n["ranges"] else "-"
        print(
            f"{file.stem:20}{n['values']:8}{rates[0]:>8}{rates[1]:>11}{rates[2]:>11}"
            f"{share(n['exact'], n['spans']):>12}{ranges:>10}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
