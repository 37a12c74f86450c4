"""The command line: arguments in, calls to the library, an exit status out. It has no rules of its own.

Data goes to standard output or to `-o`; progress, warnings, errors and the model that is used go to standard error. The
status is 0 when all is done, 1 when an article failed or `validate` rejected an event, 2 for wrong use, and 130 after
Ctrl-C, which keeps what was done before.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract._arguments import parser
from marketextract.article import Article, decode
from marketextract.errors import ArticleError, ClaimError, MarketExtractError, SchemaError, SettingsError
from marketextract.events import EVENT_TYPES, Event

if TYPE_CHECKING:
    import argparse
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from marketextract.export import Row
    from marketextract.extraction import Extraction
    from marketextract.pipeline import Everything, Extractor

_log = logging.getLogger("marketextract")

DONE, FAILED, WRONG_USE, INTERRUPTED, NOBODY_READS = 0, 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = parser().parse_args(arguments)
    _prepare_streams()
    try:
        status = _COMMANDS[options.command](options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("interrupted; what was done before is kept")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except MarketExtractError as error:
        _say(f"error: {error}")
        return WRONG_USE
    except OSError as error:
        _say(f"error: {error.filename or ''}: {error.strerror or error}")
        return WRONG_USE
    return status


def _extract(options: argparse.Namespace) -> int:
    from marketextract import runner
    from marketextract._destinations import Totals, count, open_destinations
    from marketextract.terminal import progress

    _check_output(options)
    _check_inputs(options.files)
    extractor, totals = _extractor(options), Totals()
    with ExitStack() as stack:
        put, journal = open_destinations(options, stack)
        _say(f"model: {extractor.model}")
        # Tables on the same terminal move on their own, and a bar would cut through them.
        bar = not (options.table and sys.stdout.isatty())
        advance = stack.enter_context(progress(count(options.files) if bar else 0, sys.stderr))
        articles = runner.load(options.files, published=options.published)
        for extraction in runner.run(extractor, articles, concurrency=options.concurrency, journal=journal):
            put(extraction)
            totals.add(extraction)
            advance()
            _complain(extraction)
    _say("; ".join(filter(None, (totals.done(), totals.cost(extractor.model)))))
    return FAILED if totals.failed else DONE


def _batch_write(options: argparse.Namespace) -> int:
    from marketextract import batch, runner

    _check_inputs(options.files)
    articles = runner.load(options.files, published=options.published)
    written = batch.write(articles, options.output, options.model, **_settings(options))
    for path in written.files:
        print(path)
    for unread in written.unread:
        _say(str(unread))
    _say(f"{written.requests} requests for {written.articles} articles; upload the files above to /v1/chat/completions")
    return FAILED if written.unread else DONE


def _batch_read(options: argparse.Namespace) -> int:
    from marketextract import batch
    from marketextract._destinations import Totals, open_destinations

    _check_output(options)
    settings, totals = _settings(options), Totals()
    results, extractions = batch.read(
        options.folder, options.results, schema=settings["schema"], cache=settings["cache"]
    )
    with ExitStack() as stack:
        put, journal = open_destinations(options, stack)
        for extraction in extractions:
            if journal is not None:
                journal.put(extraction)
            put(extraction)
            totals.add(extraction)
            _complain(extraction)
    _say(f"{len(results.answered)} answers, {len(results.failed)} failures, {results.foreign} lines of other batches")
    _say(totals.done())
    if totals.failed:
        again = f"marketextract batch write {Path(options.folder) / 'articles.jsonl'} -o FOLDER"
        _say(f"`{again}` writes just what is missing")
    return FAILED if totals.failed else DONE


def _validate(options: argparse.Namespace) -> int:
    from marketextract import export
    from marketextract.validation import validate

    if options.article == options.events == "-":
        raise SettingsError("only one of the two can be standard input")
    article = _article(options.article, options.published)
    extraction = validate(article, _claims(options.events), _event_types(options.schema))
    if options.table:
        from marketextract.terminal import show_extraction

        show_extraction(extraction, sys.stdout)
    else:
        print(export.to_json(extraction))
    return FAILED if extraction.rejected else DONE


def _quantities(options: argparse.Namespace) -> int:
    from pydantic import TypeAdapter

    from marketextract.quantities import NonQuantity, Quantity, read_numbers

    shape = TypeAdapter[Quantity | NonQuantity](Quantity | NonQuantity)
    for reading in read_numbers(_article(options.file).text):
        if options.all or isinstance(reading, Quantity):
            print(json.dumps(shape.dump_python(reading, mode="json"), ensure_ascii=False))
    return DONE


def _report(options: argparse.Namespace) -> int:
    from marketextract import export
    from marketextract._destinations import write_page
    from marketextract.report import render

    rows = list(_with_texts(export.read_jsonl(options.extractions), options.articles))
    if without := sum(row.text is None for row in rows):
        _say(f"{without} of {len(rows)} articles are shown without their text; --articles says where the texts are")
    write_page(render(rows, options.title), Path(options.output))
    return DONE


def _score(options: argparse.Namespace) -> int:
    from marketextract import export
    from marketextract.score import read_gold, score
    from marketextract.terminal import show_score

    gold = read_gold(options.gold)
    rows = [row.extraction for row in export.read_jsonl(options.extractions)]
    if options.family:
        gold = [fact for fact in gold if fact["family"] == options.family]
        rows = [{**row, "events": [e for e in row["events"] if e["type"] == options.family]} for row in rows]
    show_score(score(gold, rows), sys.stdout, findings=options.findings)
    return DONE


def _schema(options: argparse.Namespace) -> int:
    from marketextract import wire

    text = json.dumps(wire.schema(_event_types(options.schema)), separators=(",", ":"))
    print(text)
    _say(f"{len(text.encode()):,} bytes")
    return DONE


def _cache(options: argparse.Namespace) -> int:
    from marketextract.cache import disk_store

    store = disk_store(options.cache)
    if options.action == "clear":
        _say(f"{store.clear()} answers removed")
        return DONE
    info = store.info()
    print(json.dumps({"path": str(info.path), "entries": info.entries, "bytes": info.bytes}))
    return DONE


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "extract": _extract,
    "validate": _validate,
    "quantities": _quantities,
    "report": _report,
    "score": _score,
    "schema": _schema,
    "cache": _cache,
    "batch write": _batch_write,
    "batch read": _batch_read,
}


def _check_output(options: argparse.Namespace) -> None:
    """Refuse what cannot work before anything is paid for and before any older output is touched."""
    from marketextract import export

    output = Path(options.output) if options.output else None
    if output:
        export.check_format(output)
    if options.html:
        export.check_folder(Path(options.html))
    if options.resume and (output is None or output.suffix != ".jsonl"):
        raise SettingsError("--resume goes on with a .jsonl file: give one with -o")
    if options.resume and options.html:
        raise SettingsError("--resume shows only the rest of a run: make the page with `marketextract report`")


def _check_inputs(paths: Sequence[str]) -> None:
    if not any(path == "-" or Path(path).exists() for path in paths):
        raise ArticleError(f"{', '.join(paths)}: No such file or directory")


def _extractor(options: argparse.Namespace) -> Extractor:
    from marketextract.pipeline import Extractor

    return Extractor(options.model, **_settings(options))


def _settings(options: argparse.Namespace) -> Everything:
    """The settings of an extractor that the command line gives; what it does not give is left to the defaults."""
    from marketextract.budget import Budget

    given = vars(options)
    settings: Everything = {
        "schema": _event_types(options.schema),
        "cache": None if given.get("no_cache") else options.cache or "auto",
    }
    if api_key := _api_key(given.get("api_key_env")):
        settings["api_key"] = api_key
    if given.get("budget") or given.get("budget_tokens"):
        settings["budget"] = Budget(money=options.budget, tokens=options.budget_tokens)
    for name in ("base_url", "repair", "second_pass", "second_opinion", "constrain", "max_tokens", "timeout"):
        if given.get(name) is not None:
            settings[name] = given[name]
    return settings


def _api_key(variable: str | None) -> str | None:
    if variable is None:
        return None
    if key := os.environ.get(variable):
        return key
    raise SettingsError(f"the environment variable {variable} is not set")


def _complain(extraction: Extraction) -> None:
    """Say that an article failed, if it did."""
    if extraction.error:
        _say(f"{extraction.article.id or 'an article'}: {extraction.error}")


def _event_types(names: Sequence[str] | None) -> tuple[type[Event], ...]:
    """The event types that `--schema` names: built-in ones, and classes (or lists of them) as MODULE:NAME."""
    if not names:
        return EVENT_TYPES
    return tuple(dict.fromkeys(event_type for name in names for event_type in _named_types(name)))


def _named_types(name: str) -> Iterable[type[Event]]:
    built_in = {event_type.type_name(): event_type for event_type in EVENT_TYPES}
    if name in built_in:
        return [built_in[name]]
    module, colon, attribute = name.partition(":")
    if not colon:
        raise SchemaError(f"{name}: give a built-in type ({', '.join(built_in)}) or MODULE:CLASS")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise SchemaError(f"{name}: {error}") from error
    finally:
        sys.path.remove(str(Path.cwd()))
    types = list(found) if isinstance(found, list | tuple) else [found]
    if not types or not all(isinstance(item, type) and issubclass(item, Event) for item in types):
        raise SchemaError(f"{name}: this is not a subclass of Event, nor a list of them")
    return types


def _article(path: str, published: dt.date | None = None) -> Article:
    if path != "-":
        return Article.from_file(path, published=published)
    return Article.from_text(_standard_input(), id="stdin", published=published)


def _standard_input() -> str:
    try:
        return decode(sys.stdin.buffer.read())
    except ArticleError as error:
        raise ArticleError(f"standard input: {error}") from None


def _claims(path: str) -> list[Any]:
    """The events of a claims file: `{"events": [...]}`, or the list alone."""
    try:
        whole = json.loads(decode(Path(path).read_bytes()) if path != "-" else _standard_input())
    except OSError as error:
        raise ClaimError(f"{path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise ClaimError(f"{path}: this is not JSON ({error})") from None
    except ArticleError as error:
        raise ClaimError(f"{path}: {error}") from None
    events = whole.get("events") if isinstance(whole, dict) else whole
    if not isinstance(events, list):
        raise ClaimError(f'{path}: expected {{"events": [...]}}')
    return events


def _with_texts(rows: Iterable[Row], folders: Sequence[str]) -> Iterator[Row]:
    """The rows, with the text of each article that is among the files given: the one with the same digest."""
    from marketextract import runner

    texts = {a.sha256: a.text for a in runner.load(folders) if isinstance(a, Article)} if folders else {}
    for row in rows:
        yield row._replace(text=texts.get(row.extraction["article"].get("sha256", "")))


def _prepare_streams() -> None:
    """JSON is UTF-8 whatever the locale says; a lone surrogate is written as the escape that JSON knows."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if hasattr(sys.stderr, "reconfigure"):
        sys.stderr.reconfigure(errors="backslashreplace")
    if not _log.handlers:
        _log.addHandler(_Messages())


class _Messages(logging.Handler):
    """Shows the warnings of the library as messages of this program."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, with the traceback where a fault of ours left one."""
        _say(self.format(record))


def _say(message: str) -> None:
    """A message on standard error. Names and errors in it come from anywhere, so none may drive the terminal."""
    printable = "".join(mark if mark.isprintable() or mark == "\n" else "�" for mark in message)
    print(f"marketextract: {printable}", file=sys.stderr)
