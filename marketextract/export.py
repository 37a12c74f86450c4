"""Extractions as JSON, JSONL, CSV, Parquet and a pandas frame, and JSONL read back.

Goes in: extractions, or the rows of a JSONL file. Comes out: one JSON object an article, or a flat table with one row
an event. Nothing here changes a value: a table holds the exact decimals, and next to them the phrase that was printed.
pandas and pyarrow are imported only by the functions that need them.
"""

from __future__ import annotations

import csv
import json
import os
import re
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel, NonNegativeInt, ValidationError

from marketextract.errors import ArticleError, MissingExtra, SettingsError
from marketextract.summary import is_moment, is_name, is_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import IO

    import pandas as pd

    from marketextract.extraction import Extraction

FORMATS = (".jsonl", ".csv", ".parquet")
_LEADING = ("article", "published", "event", "type", "direction", "when", "date")
_TRAILING = ("evidence", "start", "end", "model")
_DECIMAL_DIGITS = 38  # of Arrow's decimal128
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9.,]+%?")


class Row(NamedTuple):
    """One article of an output file: its JSON object, and its text where that is at hand (a file does not hold it)."""

    extraction: Mapping[str, Any]
    text: str | None = None


class _Span(BaseModel, extra="allow"):
    start: NonNegativeInt
    end: NonNegativeInt


class _Event(BaseModel, extra="allow"):
    type: str
    evidence: list[_Span] = []


class _Reason(BaseModel, extra="allow"):
    code: str
    path: str
    message: str


class _Rejection(BaseModel, extra="allow"):
    event: dict[str, Any]
    reasons: list[_Reason]


class _LedgerEntry(_Span):
    text: str
    status: Literal["captured", "ignored", "uncaptured"]
    events: list[NonNegativeInt] = []
    reason: str | None = None


class _Article(BaseModel, extra="allow"):
    id: str = ""
    title: str | None = None
    published: str | None = None
    sha256: str = ""


class _Usage(BaseModel, extra="allow"):
    requests: int = 0
    cache_hits: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    money: str | None = None


class _Line(BaseModel, extra="allow"):
    """As much of the shape of a line as the readers of a file rely on."""

    article: _Article
    model: str
    events: list[_Event]
    suggestions: list[_Event] = []
    rejected: list[_Rejection] = []
    ledger: list[_LedgerEntry] = []
    warnings: list[_Reason] = []
    usage: _Usage = _Usage()
    error: str | None = None


def to_json(extraction: Extraction, indent: int | None = None) -> str:
    """The extraction as one JSON object, on one line unless `indent` is given."""
    return json.dumps(extraction.to_dict(), ensure_ascii=False, indent=indent)


def rows_of(extractions: Iterable[Extraction]) -> list[Row]:
    """Extractions as rows, with their texts."""
    return [Row(extraction.to_dict(), extraction.article.text) for extraction in extractions]


def read_jsonl(path: str | Path) -> Iterator[Row]:
    """The rows of an output file; `ArticleError` names the line that is not an extraction."""
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield Row(_extraction_in(line, f"{path}, line {number}"))
    except OSError as error:
        raise ArticleError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path}: this is not the UTF-8 text of an output file") from error


def flat_rows(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """One flat dict an event.

    A name gives a column with the name, and `_ticker` and `_id` where known; a quantity one with its value (a
    `Decimal`), and `_high`, `_unit`, `_per` and `_text`; a moment one with its phrase, and `_date`; a list is joined by
    "; ". `evidence` is the text that states the event, where the article's text is at hand.
    """
    for row in rows:
        article = row.extraction["article"]
        for number, event in enumerate(row.extraction["events"]):
            flat: dict[str, Any] = {
                "article": article.get("id"),
                "published": article.get("published"),
                "event": number,
            }
            for field, value in event.items():
                if field != "evidence":
                    flat.update(_columns(field, value))
            spans = event.get("evidence") or []
            flat |= {"start": min((s["start"] for s in spans), default=None)}
            flat |= {"end": max((s["end"] for s in spans), default=None), "model": row.extraction.get("model")}
            if row.text is not None:
                flat["evidence"] = " … ".join(row.text[s["start"] : s["end"]] for s in spans)
            yield flat


def to_frame(extractions: Iterable[Extraction]) -> pd.DataFrame:
    """A pandas frame with one row an event; values are exact `Decimal`s. Needs the `pandas` extra."""
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra("a frame needs pandas: pip install 'marketextract[pandas]'") from error
    flat = [
        {column: _encodable(value) if isinstance(value, str) else value for column, value in row.items()}
        for row in flat_rows(rows_of(extractions))
    ]
    return pd.DataFrame(flat, columns=columns_of(flat))


def columns_of(flat: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns that hold anything: what names the event first, then the fields in the order they were met."""
    filled = dict.fromkeys(column for row in flat for column, value in row.items() if value is not None)
    fields = [column for column in filled if column not in _LEADING and column not in _TRAILING]
    fields = [column for field in _roots(fields) for column in fields if _root(column) == field]
    always = ("article", "event", "type")
    return [
        *(column for column in _LEADING if column in filled or column in always),
        *fields,
        *(column for column in _TRAILING if column in filled),
    ]


def write_line(extraction: Extraction, stream: IO[str]) -> None:
    """Write an extraction as a line of JSONL, at once."""
    stream.write(to_json(extraction) + "\n")
    stream.flush()


@contextmanager
def table_writer(path: Path) -> Iterator[Callable[[Extraction], None]]:
    """A function that adds an extraction to a CSV or Parquet table.

    The table is written when the block ends, however it ends, and replaces an older file in one step.
    """
    flat: list[dict[str, Any]] = []
    try:
        yield lambda extraction: flat.extend(flat_rows(rows_of([extraction])))
    finally:
        write_table(flat, path)


def check_format(path: Path) -> None:
    """Raise now, before anything is paid for, what writing to `path` would raise in the end."""
    if path.suffix not in FORMATS:
        raise SettingsError(f"{path}: the file name must end in one of {', '.join(FORMATS)}")
    check_folder(path)
    if path.suffix == ".parquet":
        _pyarrow()


def check_folder(path: Path) -> None:
    """Raise a `SettingsError` when `path` cannot be a file to write."""
    if not path.parent.is_dir():
        raise SettingsError(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise SettingsError(f"{path} is a folder")
    if not os.access(path.parent, os.W_OK):
        raise SettingsError(f"{path}: no file can be written in the folder {path.parent}")


def write_table(flat: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write flat rows as CSV or Parquet; an older file is replaced only when the new one is complete."""
    with replacing(path) as temporary:
        (_write_parquet if path.suffix == ".parquet" else _write_csv)(flat, temporary)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` when the block ends without an exception."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _extraction_in(line: str, where: str) -> Mapping[str, Any]:
    try:
        shape = _Line.model_validate_json(line, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        reason = f"{place}: {first['msg']}" if place else first["msg"]
        raise ArticleError(f"{where}: this is not a line that `marketextract extract` writes ({reason})") from None
    return shape.model_dump()


def _columns(field: str, value: Any) -> dict[str, Any]:
    if is_quantity(value):
        parts = {f"{field}_{part}": value.get(part) for part in ("unit", "per", "text")}
        return {field: _decimal(value["value"]), f"{field}_high": _decimal(value.get("high")), **parts}
    if is_name(value):
        return {field: value["name"], f"{field}_ticker": value.get("ticker"), f"{field}_id": value.get("id")}
    if is_moment(value):
        return {field: value["text"], f"{field}_date": value["value"]}
    if isinstance(value, list):
        return {field: "; ".join(_item(item) for item in value) or None}
    return {field: value}


def _item(item: Any) -> str:
    if is_quantity(item):
        return str(item["text"])
    if is_name(item):
        return f"{item['name']} ({item['role']})" if item.get("role") else str(item["name"])
    return str(item["text"]) if is_moment(item) else str(item)


def _decimal(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(value)
    except (InvalidOperation, ValueError, TypeError):
        return None


def _root(column: str) -> str:
    return re.sub(r"_(?:high|unit|per|text|ticker|id|date)\Z", "", column)


def _roots(columns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_root(column) for column in columns))


def _write_csv(flat: Sequence[Mapping[str, Any]], path: Path) -> None:
    columns = columns_of(flat)
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        table = csv.writer(file)
        table.writerows(chain([columns], ([_cell(row.get(column)) for column in columns] for row in flat)))


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    # An article can hold "=cmd(...)". A spreadsheet would run it; behind an apostrophe it is text.
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and not _PLAIN_NUMBER.fullmatch(value):
        return "'" + value
    return value


def _write_parquet(flat: Sequence[Mapping[str, Any]], path: Path) -> None:
    pa = _pyarrow()
    import pyarrow.parquet as pq

    columns = columns_of(flat)
    table = pa.table({column: _array(pa, [row.get(column) for row in flat]) for column in columns})
    pq.write_table(table, path)


def _array(pa: Any, values: list[Any]) -> Any:
    """A column; one of decimals is as wide as its values need, and of text where no decimal type is wide enough."""
    if any(isinstance(value, Decimal) for value in values):
        exact = [f"{value:f}" if isinstance(value, Decimal) else value for value in values]
        scale = max(len(text.partition(".")[2]) for text in exact if text is not None)
        whole = max(len(text.partition(".")[0].lstrip("-")) for text in exact if text is not None)
        kind = pa.decimal128(_DECIMAL_DIGITS, scale) if whole + scale <= _DECIMAL_DIGITS else pa.string()
        return pa.array([Decimal(text) if text and kind != pa.string() else text for text in exact], type=kind)
    if any(isinstance(value, str) for value in values):
        return pa.array([None if value is None else _encodable(str(value)) for value in values], type=pa.string())
    return pa.array(values)


def _encodable(text: str) -> str:
    """The text, with an escape for each lone surrogate: Arrow, and pandas with it, hold UTF-8 alone."""
    return text.encode("utf-8", "backslashreplace").decode()


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'marketextract[parquet]'") from error
    return pa
