"""How fast the reader of numbers is: characters a second of processor time, on news, beside others, on hostile texts.

    python benchmarks/quantities.py [FILE ...]              speed
    python benchmarks/quantities.py --kinds FILE ...        how often each kind of reading occurs, and uncovered digits

The files are articles, or lines of JSON with a `text` (.jsonl, .jsonl.gz); without any, the sentences of
tests/data/quantities are the news. Other readers are measured in the same run when they are installed.
They bring old pins, so give them an environment of their own (quantulum3 runs without its classifier, whose stored
model no longer loads):

    python -m venv readers
    readers/bin/pip install quantulum3 recognizers-text-suite "emoji<2"
    PYTHONPATH=. readers/bin/python benchmarks/quantities.py

A figure is the best of several rounds. The last column of the second table says how many times as long a character of
a hostile text takes as one of the 1 MB of news.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract.quantities import Quantity, read_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str], Any]

TABLES = Path(__file__).parents[1] / "tests" / "data" / "quantities"
MARK = re.compile(r"\[\[(.*?)\|.*?\]\]")
MEGABYTE = 1_000_000
SECONDS_PER_READER = 5.0
HOSTILE = {
    "only digits": "7",
    "only commas": ",",
    "1-1-1-...": "1-",
    "$$$$": "$",
    "((((": "(",
    "(((( ... ))))": "",
    "million million ...": "million ",
    "a-a-a-...": "a-",
    "twenty-twenty-...": "twenty-",
    "1,1,1,...": "1,",
    "1 1 1 ...": "1 ",
    "spaces": " ",
}


def news(files: list[str]) -> list[str]:
    """The articles to read."""
    if files:
        return [text for file in files for text in articles(Path(file))]
    tables = [table.read_text(encoding="utf-8") for table in sorted(TABLES.glob("*.txt"))]
    return [
        "\n".join(line for line in MARK.sub(r"\1", table).splitlines() if not line.startswith("#")) for table in tables
    ]


def articles(path: Path) -> list[str]:
    """The text of a file, or the texts of its lines of JSON."""
    if ".jsonl" not in path.suffixes:
        return [path.read_text(encoding="utf-8")]
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line)["text"] for line in data.splitlines()]


def kinds(texts: list[str]) -> None:
    """Print how often each kind of reading occurs in the texts, and how many digits no reading covers."""
    count: Counter[str] = Counter()
    uncovered = 0
    for text in texts:
        readings = read_numbers(text)
        count.update("quantity" if isinstance(reading, Quantity) else reading.kind for reading in readings)
        covered = sum(char.isdecimal() for reading in readings for char in reading.text)
        uncovered += sum(map(str.isdecimal, text)) - covered
    for kind, times in count.most_common():
        print(f"{kind:16}{times:9,}")
    print(f"{len(texts):,} texts, {sum(map(len, texts)):,} characters, {uncovered} digits in no reading")


def readers() -> dict[str, Reader]:
    """This library's reader, and every other that is installed."""
    found: dict[str, Reader] = {"marketextract": read_numbers}
    try:
        from quantulum3 import parser

        found["quantulum3"] = parser.parse
    except ImportError:
        pass
    try:
        from recognizers_number import recognize_number, recognize_percentage
        from recognizers_number_with_unit import recognize_currency

        def recognizers(text: str) -> Any:
            """Numbers, percentages and currencies, as Recognizers-Text has one reader for each."""
            return [read(text, "en-us") for read in (recognize_number, recognize_percentage, recognize_currency)]

        found["Recognizers-Text"] = recognizers
    except ImportError:
        pass
    return found


def rate(read: Reader, texts: list[str], seconds: float = SECONDS_PER_READER) -> float:
    """Characters a second of processor time: the best round of those that fit into the given seconds, at least one."""
    best, spent = float("inf"), 0.0
    while spent < seconds:
        start = time.process_time()
        for text in texts:
            read(text)
        took = max(time.process_time() - start, 1e-9)
        best, spent = min(best, took), spent + took
    return sum(map(len, texts)) / best


def hostile(name: str) -> str:
    """One megabyte of the named text."""
    if name == "(((( ... ))))":
        return "(" * (MEGABYTE // 2) + ")" * (MEGABYTE // 2)
    return HOSTILE[name] * (MEGABYTE // len(HOSTILE[name]))


def main(files: list[str]) -> None:
    """Print the tables."""
    texts = news([file for file in files if file != "--kinds"])
    if "--kinds" in files:
        kinds(texts)
        return
    long = "\n".join(texts)
    long = (long * (MEGABYTE // len(long) + 1))[:MEGABYTE]
    read_numbers(texts[0])
    print(f"{'reader':20}{'texts':>8}{'characters':>12}{'chars/CPU s':>14}")
    for name, read in readers().items():
        print(f"{name:20}{len(texts):8}{sum(map(len, texts)):12,}{rate(read, texts):14,.0f}", flush=True)
    base = rate(read_numbers, [long])
    print(f"{'marketextract':20}{1:8}{len(long):12,}{base:14,.0f}\n")
    print(f"{'hostile text of 1 MB':24}{'chars/CPU s':>14}{'times':>8}")
    for name in HOSTILE:
        speed = rate(read_numbers, [hostile(name)], seconds=1.0)
        print(f"{name:24}{speed:14,.0f}{base / speed:8.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
