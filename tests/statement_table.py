"""The table of sentences in data/statements: what each says of its numbers.

A line that begins a block is a text (`\\n` in it is a line end); the lines that are set in below it are its facts:

    number | subjects | direction | role | known failures

`number` is the phrase as printed; `subjects` are separated by `;`, and other right names of one by ` = `. A `?` leaves
a column open, and a `-` as direction says that there is none. The role is one of `statements.Role`, with "hypothetical"
behind it where the fact is only expected or possible, and "opening" where that is the opening of the day, which
newsrooms tell like a move. The last column is empty unless a test of that fact is known to
fail; it names those tests (see `TESTS`), which then run as strict expected failures. A `!` before a text says that the
built-in reader is known to make an event too many of it. A `##` line names the class of the sentences below it. Numbers
that are no facts about a price may be left out, prices may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FOLDER = Path(__file__).parent / "data" / "statements"
TESTS = ("reading", "accepted", "direction", "subject", "role", "event")
_RELATIVE = re.compile(r"%|per ?cent|\bpct\b|p\.p\.|basis|\bbps?\b|percentage")


@dataclass(frozen=True)
class Fact:
    """One number of a text and what the text says of it; `start:end` is where the number phrase stands."""

    group: str
    text: str
    number: str
    start: int
    end: int
    subjects: tuple[tuple[str, ...], ...]
    direction: str
    role: str
    hypothetical: bool
    opening: bool
    failing: frozenset[str]
    overread: bool
    file: str
    line: int

    @property
    def open_subject(self) -> bool:
        return self.subjects == (("?",),)

    @property
    def field(self) -> str | None:
        """The field of a price move that the number fills."""
        if self.role == "change":
            return "change" if _RELATIVE.search(self.number) else "change_amount"
        return self.role if self.role in ("level", "previous") else None

    @property
    def movement(self) -> bool:
        """Whether the fact is a price move, or a level that is stated, of a named instrument."""
        return self.field is not None and (not self.hypothetical or self.opening) and not self.open_subject


def read_table(path: Path) -> Iterator[Fact]:
    group, text = "", ""
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("##"):
            group = line.strip("# ")
        elif line.startswith("    "):
            yield _fact(group, text, line, path.name, at)
        elif line.strip() and not line.startswith("# "):
            text = line.replace("\\n", "\n")


def _fact(group: str, text: str, line: str, file: str, at: int) -> Fact:
    overread, text = text.startswith("! "), text.removeprefix("! ")
    number, subjects, direction, role, *failing = (column.strip() for column in line.split(" | "))
    place = re.search(rf"(?<![\w.,]){re.escape(number)}(?!\d)", text)
    assert place is not None, f"{file}:{at}: {number!r} does not stand in {text!r}"
    role, _, modality = role.partition(" ")
    return Fact(
        group=group,
        text=text,
        number=number,
        start=place.start(),
        end=place.end(),
        subjects=tuple(tuple(name.split(" = ")) for name in subjects.split("; ")),
        direction=direction,
        role=role,
        hypothetical=bool(modality),
        opening=modality == "opening",
        failing=frozenset(" ".join(failing).split()),
        overread=overread,
        file=file,
        line=at,
    )


FACTS = [fact for path in sorted(FOLDER.glob("*.txt")) for fact in read_table(path)]


def facts(test: str, fits: Callable[[Fact], bool] = lambda _: True) -> pytest.MarkDecorator:
    """Run a test on every fact that fits; where the table says that this test fails, failing is what is expected."""
    assert test in TESTS
    rows = [
        pytest.param(
            fact,
            id=f"{fact.file}:{fact.line}:{fact.number}",
            marks=[pytest.mark.xfail(strict=True, reason=fact.group)] if test in fact.failing else [],
        )
        for fact in FACTS
        if fits(fact)
    ]
    return pytest.mark.parametrize("fact", rows)


def norm(name: str) -> str:
    name = re.sub(r"['’]s\b", "", name.casefold())
    return " ".join(re.sub(r"[^\w&/.+\- ]+", " ", name).split())


def means(found: str, expected: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a name that was found is the expected one: one holds the other, and it is not exactly that of another."""
    mine = norm(found)
    if mine in {norm(name) for name in expected}:
        return True
    return mine not in {norm(name) for name in others} and any(
        f" {a} " in f" {b} " or f" {b} " in f" {a} " for a, b in ((mine, norm(name)) for name in expected)
    )


def neighbours(fact: Fact) -> list[Fact]:
    """The other facts of the same text."""
    return [other for other in FACTS if other.file == fact.file and other.text == fact.text and other.line != fact.line]
