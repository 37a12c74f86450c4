"""Compare extractions with gold: facts that a person read in the same articles.

Goes in: the rows of a gold file and of an output file. Comes out: a `Score`. The unit is a pair of a subject and a
number: a gold number is *captured* when a quantity of some event overlaps it, and *bound* when that event also names
the right subject and does not go the other way. A quantity that sits on a gold number without being bound to it is
*wrong*, the dangerous kind; one on no gold number is *extra*. Articles are matched by the stem of their id.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from marketextract.errors import ArticleError
from marketextract.summary import is_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_NOT_NAMES = frozenset({"evidence", "warnings", "type", "direction", "text", "unit", "kind", "status", "when"})


@dataclass
class Tally:
    """Counts of gold pairs."""

    gold: int = 0
    captured: int = 0
    bound: int = 0


class Finding(NamedTuple):
    """One thing that went wrong: a `miss` of a gold pair, or a `wrong` or `extra` quantity, and where it stands."""

    kind: str
    article: str
    family: str
    subject: str
    field: str
    start: int
    end: int


@dataclass
class Score:
    """The counts of a comparison; the rates are derived from them. A rate of nothing is 0."""

    total: Tally = field(default_factory=Tally)
    families: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    right: int = 0
    wrong: int = 0
    extra: int = 0
    articles_missing: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def predicted(self) -> int:
        """The number of quantities in all events."""
        return self.right + self.wrong + self.extra

    @property
    def recall(self) -> float:
        """The share of gold pairs that are bound."""
        return self.total.bound / max(self.total.gold, 1)

    @property
    def precision(self) -> float:
        """The share of extracted quantities that are bound to a gold pair."""
        return self.right / max(self.predicted, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


class _Found(NamedTuple):
    event: Mapping[str, Any]
    field: str
    start: int
    end: int

    def sits_on(self, number: Mapping[str, Any]) -> bool:
        return bool(self.start < number["end"] and number["start"] < self.end)


def score(gold: Iterable[Mapping[str, Any]], extractions: Iterable[Mapping[str, Any]]) -> Score:
    """The score of extractions (rows of an output file) against gold rows, over the articles that the gold knows."""
    facts_of: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for fact in gold:
        facts_of[Path(fact["article"]).stem].append(fact)
    rows = {Path(str(row["article"].get("id"))).stem: row for row in extractions}
    result = Score()
    for stem, facts in facts_of.items():
        if stem not in rows:
            result.articles_missing += 1
        _score_article(result, stem, facts, rows.get(stem, {}).get("events", []))
    return result


def read_gold(path: str | Path) -> list[Mapping[str, Any]]:
    """The rows of a gold file; `ArticleError` names the line that is not one."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ArticleError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path}: this is not UTF-8 text") from error
    return [_fact(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]


def _fact(line: str, where: str) -> Mapping[str, Any]:
    try:
        fact: Mapping[str, Any] = json.loads(line)
        spans = [(number["start"] < number["end"]) for number in fact["numbers"]]
        if not all(spans) or not isinstance(fact["article"], str) or not all(map(list, fact["subjects"])):
            raise ValueError
        _ = fact["family"], fact["direction"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ArticleError(f"{where}: this is not a gold fact") from None
    return fact


def _score_article(result: Score, stem: str, facts: Sequence[Mapping[str, Any]], events: Iterable[Any]) -> None:
    found = [_Found(event, *place) for event in events for place in _quantities(event)]
    groups = [frozenset(map(_normal, alternatives)) for fact in facts for alternatives in fact["subjects"]]
    right: set[int] = set()
    for fact in facts:
        for number in fact["numbers"]:
            on_it = [index for index, quantity in enumerate(found) if quantity.sits_on(number)]
            for alternatives in fact["subjects"]:
                mine = frozenset(map(_normal, alternatives))
                others = frozenset().union(*(group for group in groups if not group & mine))
                bound = {i for i in on_it if _agrees(found[i].event, mine, others, fact["direction"])}
                right |= bound
                for tally in (result.total, result.families[fact["family"]]):
                    tally.gold += 1
                    tally.captured += bool(on_it)
                    tally.bound += bool(bound)
                if not bound:
                    place = (number.get("role") or "", number["start"], number["end"])
                    result.findings.append(Finding("miss", stem, fact["family"], alternatives[0], *place))
    _count_predictions(result, stem, found, right, [number for fact in facts for number in fact["numbers"]])


def _count_predictions(
    result: Score, stem: str, found: Sequence[_Found], right: set[int], numbers: Sequence[Mapping[str, Any]]
) -> None:
    result.right += len(right)
    for index, quantity in enumerate(found):
        if index in right:
            continue
        kind = "wrong" if any(quantity.sits_on(number) for number in numbers) else "extra"
        result.wrong += kind == "wrong"
        result.extra += kind == "extra"
        subject = next(_names(quantity.event), "")
        place = (quantity.field, quantity.start, quantity.end)
        result.findings.append(Finding(kind, stem, str(quantity.event.get("type")), subject, *place))


def _agrees(event: Mapping[str, Any], mine: frozenset[str], others: frozenset[str], direction: str | None) -> bool:
    """Whether the event names the subject and does not go the other way."""
    claimed = event.get("direction")
    if direction is not None and claimed is not None and claimed != direction:
        return False
    return any(_means(_normal(name), mine, others) for name in _names(event))


def _means(name: str, mine: frozenset[str], others: frozenset[str]) -> bool:
    """Whether a name is one of the subject's: the same, or one within the other without being another subject's."""
    if name in mine:
        return True
    if not name or name in others:
        return False
    return any(f" {name} " in f" {known} " or f" {known} " in f" {name} " for known in mine if known)


def _normal(name: str) -> str:
    name = name.casefold().replace("’", "'")
    name = re.sub(r"\([^()]*\)", " ", name)
    name = re.sub(r"'s\b", "", name)
    return " ".join(re.sub(r"[^\w&/ ]", " ", name).split())


def _quantities(node: Any, path: str = "") -> Iterator[tuple[str, int, int]]:
    """The path and span of every quantity in an event."""
    if isinstance(node, list):
        for item in node:
            yield from _quantities(item, path)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("start"), int) and isinstance(node.get("end"), int) and "value" in node:
        yield path, node["start"], node["end"]
        return
    for key, value in node.items():
        if key not in ("evidence", "warnings"):
            yield from _quantities(value, f"{path}.{key}" if path else key)


def _names(node: Any) -> Iterator[str]:
    """Every string of an event that may name its subject."""
    if isinstance(node, str):
        yield node
    for key, value in node.items() if isinstance(node, dict) and not is_quantity(node) else ():
        if key not in _NOT_NAMES:
            yield from _names(value)
    for item in node if isinstance(node, list) else ():
        yield from _names(item)
