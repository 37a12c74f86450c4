"""The language knowledge of the library, as data files that a person can read and edit.

Every file is UTF-8 text. A line that begins with `#` is a comment, blank lines are skipped, any other line is one
entry, and the columns of an entry are separated by ` | `. Each file explains its own columns at its top.

`Lexicon` adds entries of your own while the program runs. What the library derives from a file is built when it is
first needed, through `derived`, and built anew after an addition.
"""

from __future__ import annotations

from functools import _lru_cache_wrapper, cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")
Row = tuple[str, ...]

_added: dict[str, list[Row]] = {}
_derivations: list[_lru_cache_wrapper[Any]] = []


class Lexicon:
    """Additions to the language knowledge, for this process.

    An addition is read like a line of the file of that name: a new index, a movement word, a central bank.
    """

    @staticmethod
    def extend(table: str, *entries: str) -> None:
        """Add entries to the file `table` (without `.txt`), each written as a line of that file.

        `KeyError` when there is no such file, `ValueError` when an entry has not as many columns as the entries of the
        file have at least.

        >>> Lexicon.extend("instruments", "Lagos All Share | index | ^NGSE | Lagos index")
        """
        known = rows(table)
        added = [_entry(line) for line in entries]
        columns = min(len(row) for row in known)
        for line, row in zip(entries, added, strict=True):
            if len(row) < columns:
                raise ValueError(f"{line!r} has {len(row)} columns; an entry of {table}.txt has at least {columns}")
        _added.setdefault(table, []).extend(added)
        for derivation in _derivations:
            derivation.cache_clear()

    @staticmethod
    def load(path: str | Path) -> None:
        """Add the entries of a file named like the one they belong to, or of every such file of a folder."""
        path = Path(path)
        for file in sorted(path.glob("*.txt")) if path.is_dir() else [path]:
            Lexicon.extend(file.stem, *_lines(file.read_text(encoding="utf-8")))


def rows(name: str) -> tuple[Row, ...]:
    """The entries of the lexicon file `name` (without `.txt`), each a tuple of its columns; `KeyError` without one.

    >>> rows("abbreviations")[0]
    ('Mr.',)
    """
    return (*_shipped(name), *_added.get(name, ()))


def united(name: str) -> dict[str, frozenset[str]]:
    """The words of a lexicon file by the first column of its entries; entries with the same one are united.

    A `-` is no word, and a word of several words is joined by `_` in the file.

    >>> sorted(united("word_sets")["companion"])
    ['along with', 'alongside']
    """
    return _united(rows(name))


@lru_cache(maxsize=64)
def _united(entries: tuple[Row, ...]) -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for key, *columns in entries:
        listed = " ".join(columns).split()
        words.setdefault(key, set()).update(word.replace("_", " ") for word in listed if word != "-")
    return {key: frozenset(listed) for key, listed in words.items()}


def derived(function: Callable[[], _Result]) -> Callable[[], _Result]:
    """Keep what a function makes of the lexicon, until an addition to it."""
    return kept(1)(function)


def kept(size: int) -> Callable[[Callable[..., _Result]], _lru_cache_wrapper[_Result]]:
    """Keep the last `size` results of a function that rests on the lexicon, until an addition to it."""

    def keeping(function: Callable[..., _Result]) -> _lru_cache_wrapper[_Result]:
        wrapped = lru_cache(maxsize=size)(function)
        _derivations.append(wrapped)
        return wrapped

    return keeping


@cache
def _shipped(name: str) -> tuple[Row, ...]:
    try:
        text = (files(__name__) / f"{name}.txt").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(f"the lexicon has no file {name}.txt") from None
    return tuple(_entry(line) for line in _lines(text))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _entry(line: str) -> Row:
    return tuple(column.strip() for column in line.strip().split(" | "))
