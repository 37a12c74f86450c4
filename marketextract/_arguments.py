"""What may stand on the command line, and the help that says so. What the commands do is in `cli`."""

from __future__ import annotations

import argparse
import datetime as dt
import math
from decimal import Decimal
from typing import Any

from marketextract import __version__

_LONGEST_NUMBER = 18  # digits


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `command` in what it parses is the name of the one that was given."""
    whole = argparse.ArgumentParser(prog="marketextract", description="Market news as typed, checked events.")
    whole.add_argument("--version", action="version", version=f"marketextract {__version__}")
    commands = whole.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        _add_extract,
        _add_batch,
        _add_validate,
        _add_quantities,
        _add_report,
        _add_score,
        _add_schema,
        _add_cache,
    ):
        add(commands)
    return whole


def _add_extract(commands: Any) -> None:
    command = _command(commands, "extract", "extract the events of articles")
    _add_files(command)
    _add_output(command)
    command.add_argument(
        "--model", default="auto", help='"rules", "local", "openai/NAME", or a name with --base-url (default: auto)'
    )
    command.add_argument(
        "--concurrency", type=_at_least_one, default=8, metavar="N", help="articles under way at once (default: 8)"
    )
    command.add_argument("--budget", type=_money, metavar="DOLLARS", help="spend no more than this, then stop cleanly")
    command.add_argument("--budget-tokens", type=_at_least_one, metavar="N", help="the same in tokens")
    command.add_argument("--second-opinion", choices=("rules",), help="list what the rules find beside the model")
    resume = "keep what OUT holds already and do the articles that it lacks"
    command.add_argument("--resume", action="store_true", help=resume)
    command.add_argument("--no-cache", action="store_true", help="neither use nor keep answers")
    _add_asking(command)


def _add_batch(commands: Any) -> None:
    halves = _command(commands, "batch", "ask through OpenAI Batch files").add_subparsers(
        metavar="write|read", required=True
    )
    write = _command(halves, "write", "write the files to upload; needs no network and no key")
    _add_files(write)
    write.add_argument("-o", "--output", required=True, metavar="FOLDER", help="the folder to write, a new one")
    write.add_argument("--model", required=True, help='"openai/NAME", or a name with --base-url')
    _add_asking(write)
    write.set_defaults(command="batch write")
    read = _command(halves, "read", "take the results, in any order, and extract")
    read.add_argument("folder", metavar="FOLDER", help="what batch write wrote")
    read.add_argument("results", nargs="*", metavar="RESULTS", help="the output and error files that came back")
    _add_output(read)
    read.set_defaults(command="batch read", resume=False)
    _add_cache_folder(read)
    _add_schema_option(read)


def _add_validate(commands: Any) -> None:
    command = _command(commands, "validate", "check events, from any extractor, against an article")
    command.add_argument("article", metavar="ARTICLE", help="a text file, or - for standard input")
    command.add_argument("events", metavar="EVENTS", help='a JSON file with {"events": [...]}, or - for standard input')
    command.add_argument("--table", action="store_true", help="show a table instead of JSON")
    _add_published(command)
    _add_schema_option(command)


def _add_quantities(commands: Any) -> None:
    command = _command(commands, "quantities", "list the numbers of a text, one JSON object a line")
    command.add_argument("file", metavar="FILE", help="a text file, or - for standard input")
    command.add_argument("--all", action="store_true", help="list what is no quantity, too, with its kind")


def _add_report(commands: Any) -> None:
    command = _command(commands, "report", "show an output file as a page for the browser")
    command.add_argument("extractions", metavar="OUT.jsonl", help="what extract wrote")
    command.add_argument("-o", "--output", required=True, metavar="PAGE", help="the .html file to write")
    command.add_argument("--articles", nargs="+", default=[], metavar="FILE", help="the articles, to show their texts")
    command.add_argument("--title", default="Events in market news", help="the title of the page")


def _add_score(commands: Any) -> None:
    command = _command(commands, "score", "compare an output file with facts that a person read")
    command.add_argument("gold", metavar="GOLD.jsonl")
    command.add_argument("extractions", metavar="OUT.jsonl")
    command.add_argument("--family", metavar="TYPE", help="only the facts and the events of one type")
    command.add_argument("-v", "--findings", action="store_true", help="list every miss, wrong and extra quantity")


def _add_schema(commands: Any) -> None:
    command = _command(commands, "schema", "print the JSON schema that a model is given")
    _add_schema_option(command)


def _add_cache(commands: Any) -> None:
    command = _command(commands, "cache", "show or empty the cache of answers")
    command.add_argument("action", choices=("info", "clear"))
    _add_cache_folder(command)


def _command(commands: Any, name: str, purpose: str) -> argparse.ArgumentParser:
    description = f"{purpose[0].upper()}{purpose[1:]}."
    command: argparse.ArgumentParser = commands.add_parser(name, help=purpose, description=description)
    command.set_defaults(command=name)
    return command


def _add_files(command: argparse.ArgumentParser) -> None:
    files = "text files, .jsonl files, folders, or - for standard input"
    command.add_argument("files", nargs="+", metavar="FILE", help=files)
    _add_published(command)


def _add_published(command: argparse.ArgumentParser) -> None:
    published = 'the day that "on Monday" is reckoned from, if the file names none (default: that of a full dateline)'
    command.add_argument("--published", type=_day, metavar="YYYY-MM-DD", help=published)


def _add_output(command: argparse.ArgumentParser) -> None:
    output = "write to a .jsonl, .csv or .parquet file (default: JSONL on standard output)"
    command.add_argument("-o", "--output", metavar="OUT", help=output)
    command.add_argument("--html", metavar="PAGE", help="write a report that a browser shows, too")
    command.add_argument("--table", action="store_true", help="show tables on standard output instead of JSONL")


def _add_asking(command: argparse.ArgumentParser) -> None:
    """How a language model is asked."""
    yes_or_no = argparse.BooleanOptionalAction
    command.add_argument("--base-url", metavar="URL", help="an OpenAI-compatible server")
    command.add_argument("--api-key-env", metavar="VARIABLE", help="the environment variable that holds the API key")
    command.add_argument("--repair", action=yes_or_no, help="ask once more for rejected events (default: yes)")
    command.add_argument("--second-pass", action=yes_or_no, help="ask once more for numbers that no event captured")
    command.add_argument("--constrain", action=yes_or_no, help="allow only numbers and names of the article")
    command.add_argument("--max-tokens", type=_at_least_one, metavar="N", help="the room for an answer")
    command.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="how long one call may take")
    _add_cache_folder(command)
    _add_schema_option(command)


def _add_cache_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--cache",
        metavar="FOLDER",
        help="where answers are kept (default: MARKETEXTRACT_CACHE, or the user's cache folder)",
    )


def _add_schema_option(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--schema",
        action="append",
        metavar="TYPE",
        help="an event type to use: a built-in one, or MODULE:CLASS; repeatable (default: all built-in ones)",
    )


def _at_least_one(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else 0
    if number < 1:
        raise _wrong(text, "a whole number of at least 1")
    return number


def _money(text: str) -> Decimal:
    money = Decimal(text) if text.replace(".", "", 1).isdecimal() else Decimal(0)
    if money <= 0:
        raise _wrong(text, "an amount above 0")
    return money


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < math.inf:
        raise _wrong(text, "a number of seconds above 0")
    return seconds


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _wrong(text, "a day like 2026-01-31") from None


def _wrong(text: str, expected: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{text!r} is not {expected}")
