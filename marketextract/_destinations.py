"""Where the results of a run go: tables, output files, a report; and how many there will be, and were.

Goes in: what the command line says. Comes out: a function that hands an extraction to every place. Whatever ends a run,
each place holds what was done before.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from marketextract import export
from marketextract.budget import cost_of
from marketextract.extraction import Usage
from marketextract.report import render
from marketextract.runner import SUFFIXES, Journal
from marketextract.terminal import show_extraction

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from marketextract.export import Row
    from marketextract.extraction import Extraction


def open_destinations(
    options: argparse.Namespace, stack: ExitStack
) -> tuple[Callable[[Extraction], None], Journal | None]:
    """A function that hands an extraction to each place where the results go, and the journal (filled apart)."""
    places: list[Callable[[Extraction], None]] = []
    journal = None
    if options.table:
        places.append(partial(show_extraction, stream=sys.stdout))
    if options.output and Path(options.output).suffix == ".jsonl":
        journal = stack.enter_context(Journal(options.output, resume=options.resume))
    elif options.output:
        places.append(stack.enter_context(export.table_writer(Path(options.output))))
    elif not options.table:
        places.append(partial(export.write_line, stream=sys.stdout))
    if options.html:
        places.append(stack.enter_context(_html(Path(options.html))))

    def put(extraction: Extraction) -> None:
        for place in places:
            place(extraction)

    return put, journal


@dataclass
class Totals:
    """What a run did, in numbers."""

    articles: int = 0
    events: int = 0
    rejected: int = 0
    failed: int = 0
    usage: Usage = field(default_factory=Usage)

    def add(self, extraction: Extraction) -> None:
        """Count an extraction."""
        self.articles += 1
        self.events += len(extraction.events)
        self.rejected += len(extraction.rejected)
        self.failed += extraction.error is not None
        self.usage += extraction.usage

    def done(self) -> str:
        """What came out, in one line for a person."""
        return f"{self.articles} articles: {self.events} events, {self.rejected} claims rejected, {self.failed} failed"

    def cost(self, model: str) -> str:
        """What it cost, in one line for a person; nothing where nothing was asked, and no price is guessed."""
        usage = self.usage
        if not (usage.requests or usage.cache_hits):
            return ""
        price = cost_of(usage, model)
        money = "price unknown" if price is None else f"${price:.4f}"
        asked = f"{usage.requests} requests, {usage.cache_hits} answers from the cache"
        return f"{asked}, {usage.input_tokens:,} tokens in, {usage.output_tokens:,} out, {money}"


def write_page(page: str, path: Path) -> None:
    export.check_folder(path)
    with export.replacing(path) as temporary:
        temporary.write_text(page, encoding="utf-8", errors="backslashreplace")


def count(paths: Sequence[str]) -> int:
    """How many articles the paths hold, for the progress bar; nothing is read but line ends."""
    found = 0
    for path in map(Path, paths):
        files = (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES) if path.is_dir() else [path]
        for file in files:
            if file.suffix.lower() == ".jsonl" and file.is_file():
                with file.open("rb") as lines:
                    found += sum(1 for line in lines if line.strip())
            else:
                found += 1
    return found


@contextmanager
def _html(path: Path) -> Iterator[Callable[[Extraction], None]]:
    """Collects what a report shows; the page is written when the run ends, however it ends."""
    rows: list[Row] = []
    try:
        yield lambda extraction: rows.extend(export.rows_of([extraction]))
    finally:
        write_page(render(rows), path)
