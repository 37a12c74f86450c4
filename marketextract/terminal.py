"""What a person sees in the terminal: a table of an extraction, of a score, and a progress bar.

Goes in: extractions and scores. Comes out: text on the stream that is handed in. Everything printed may come from an
article or a model, so it is never read as markup, and control characters (which could drive the terminal) are replaced.
The only importer of rich, which it imports when something is shown.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from marketextract.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import IO

    from rich.console import Console
    from rich.text import Text

    from marketextract.extraction import Extraction
    from marketextract.score import Score

_ARROWS = {"up": "▲ up", "down": "▼ down", "flat": "▬ flat"}
_WIDTH_WITHOUT_TERMINAL = 120
_FEW = 3


def show_extraction(extraction: Extraction, stream: IO[str]) -> None:
    """A table of the events, one of the rejected claims with their reasons, and the counts of the ledger."""
    console = _console(stream)
    article = extraction.article
    headline = article.title or article.text.strip().partition("\n")[0]
    console.print()
    console.print(_clean(" · ".join(part for part in (article.id, headline) if part)), style="bold")
    if extraction.error:
        console.print(_clean(f"failed: {extraction.error}"))
        return
    if extraction.events:
        _print_events(console, (event.model_dump(mode="json") for event in extraction.events))
    if extraction.suggestions:
        console.print("\nsuggested by the second opinion, and not among the events:", style="italic")
        _print_events(console, (event.model_dump(mode="json") for event in extraction.suggestions))
    if extraction.rejected:
        console.print()
        _print_rejected(console, extraction)
    console.print(counts(extraction))


def counts(extraction: Extraction) -> str:
    """One line that says how many events, rejected claims and numbers there are."""
    ledger = Counter(entry.status for entry in extraction.ledger)
    return (
        f"{_number(len(extraction.events), 'event')}, {_number(len(extraction.rejected), 'claim')} rejected; "
        f"{_number(len(extraction.ledger), 'number')}: {ledger['captured']} captured, {ledger['ignored']} ignored, "
        f"{ledger['uncaptured']} uncaptured"
    )


def show_score(score: Score, stream: IO[str], findings: bool) -> None:
    """The rates of a score, its families, and with `findings` each miss and each wrong or extra quantity."""
    from rich.table import Table

    console = _console(stream)
    table = Table("family", *(_right(name) for name in ("gold", "captured", "bound")), box=None, pad_edge=False)
    families = sorted(score.families.items(), key=lambda item: -item[1].gold)
    for name, tally in [*families, ("all", score.total)]:
        shares = (f"{part / max(tally.gold, 1):.3f}" for part in (tally.captured, tally.bound))
        table.add_row(_clean(name), str(tally.gold), *shares)
    console.print(table)
    console.print(
        f"recall {score.recall:.3f}  precision {score.precision:.3f}  F1 {score.f1:.3f}  "
        f"wrong {score.wrong}  extra {score.extra}  predicted {score.predicted}"
    )
    if score.articles_missing:
        console.print(f"articles of the gold without an extraction: {score.articles_missing}")
    for finding in score.findings if findings else ():
        console.print(_clean("  ".join(map(str, finding))))


@contextmanager
def progress(total: int | None, stream: IO[str]) -> Iterator[Callable[[], None]]:
    """A function to call for each article that is done; it moves a bar on a terminal when there are many articles."""
    if not stream.isatty() or (total is not None and total <= _FEW):
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_console(stream), transient=True) as bar:
        task = bar.add_task("articles", total=total)
        yield lambda: bar.advance(task)


def _console(stream: IO[str]) -> Console:
    from rich.console import Console

    class Pipe(Console):
        """A console that leaves it to the command what happens when nobody reads on."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    width = None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Pipe(file=stream, width=width, markup=False, highlight=False, emoji=False)


def _print_events(console: Console, events: Iterable[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    headers = ("subject", "event", "direction", "figures", "details")
    table = Table(*headers, box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for event in events:
        row = summarize(event)
        cells = (
            row.subject,
            row.type,
            _ARROWS.get(row.direction, row.direction),
            _pairs(row.figures),
            _pairs(row.details),
        )
        table.add_row(*map(_clean, cells))
    console.print(table)


def _print_rejected(console: Console, extraction: Extraction) -> None:
    from rich import box
    from rich.table import Table

    table = Table("rejected claim", "reason", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for rejection in extraction.rejected:
        claim = {key: value for key, value in rejection.event.items() if key != "evidence" and value not in (None, [])}
        shown = ", ".join(f"{key} {_plain(value)}" for key, value in claim.items() if key != "type")
        reasons = "\n".join(f"{reason.code}: {reason.message}" for reason in rejection.reasons)
        table.add_row(_clean(f"{claim.get('type', '')}: {shown}"), _clean(reasons))
    console.print(table)


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " + ".join(map(_plain, value))
    return str(value.get("name") or value.get("text") or value) if isinstance(value, dict) else str(value)


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{label} {text}" for label, text in pairs)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _right(header: str) -> Any:
    from rich.table import Column

    return Column(header, justify="right")


def _clean(text: str) -> Text:
    from rich.text import Text

    encoding = sys.stdout.encoding or "utf-8"
    printable = "".join(mark if mark.isprintable() or mark == "\n" else "�" for mark in text)
    return Text(printable.encode(encoding, "replace").decode(encoding))
