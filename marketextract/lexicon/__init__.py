"""The language knowledge of the library, as data files that a person can read and edit.

Every file is UTF-8 text. A line that begins with `#` is a comment, blank lines are skipped, any other line is one
entry, and the columns of an entry are separated by ` | `. Each file explains its own columns at its top.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The entries of the lexicon file `name` (without `.txt`), each a tuple of its columns.

    >>> rows("abbreviations")[0]
    ('Mr.',)
    """
    lines = (files(__name__) / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    entries = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return tuple(tuple(column.strip() for column in entry.split(" | ")) for entry in entries)
