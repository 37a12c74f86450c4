"""An event in the words of a table: what it is about, which way it goes, its figures, and the rest.

Goes in: an event as JSON-ready values, as it stands in the output file, or a claim in its as-claimed form. Comes out: a
`Summary` of plain strings, which the terminal, the report and the notebook show. It knows shapes, not event types, so
events of your own are summed up as well as the built-in ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHOWN_APART = frozenset({"type", "evidence", "direction", "date"})


@dataclass(frozen=True, slots=True)
class Summary:
    """What a row of a table says of one event; `figures` and `details` are pairs of a label and a text."""

    type: str
    subject: str
    direction: str
    figures: tuple[tuple[str, str], ...]
    details: tuple[tuple[str, str], ...]


def summarize(event: Mapping[str, Any]) -> Summary:
    """The summary of one event; a first name is the subject, and further names are details.

    >>> change = {"text": "0.9%", "value": "0.9", "bound": "exact"}
    >>> row = summarize({"type": "price_move", "instrument": {"name": "KOSPI"}, "direction": "up", "change": change})
    >>> row.subject, row.direction, row.figures
    ('KOSPI', 'up', (('change', '0.9%'),))
    """
    names: list[tuple[str, str]] = []
    figures: list[tuple[str, str]] = []
    words: list[tuple[str, str]] = []
    for field, value in event.items():
        if field in _SHOWN_APART:
            continue
        for item in value if isinstance(value, list | tuple) else [value]:
            if item is None or item == "":
                continue
            kept = figures if is_quantity(item) else names if is_name(item) else words
            kept.append((field.replace("_", " "), _printed(item)))
    subject = ", ".join(text for label, text in names if label == names[0][0])
    return Summary(
        type=str(event.get("type") or ""),
        subject=subject,
        direction=str(event.get("direction") or ""),
        figures=tuple(figures),
        details=(*(pair for pair in names if pair[0] != names[0][0]), *words),
    )


def is_quantity(value: object) -> bool:
    """Whether a JSON value is a quantity: a printed phrase with its value and bound."""
    return isinstance(value, dict) and "value" in value and "bound" in value


def is_moment(value: object) -> bool:
    """Whether a JSON value is a time phrase with its day."""
    return isinstance(value, dict) and "value" in value and "text" in value and "bound" not in value


def is_name(value: object) -> bool:
    """Whether a JSON value is a name with its span."""
    return isinstance(value, dict) and "name" in value


def _printed(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    text = str(item.get("name") or item.get("text") or item)
    return f"{text} ({item['role']})" if item.get("role") else text
