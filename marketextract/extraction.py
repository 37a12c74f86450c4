"""The result of an article: accepted events, rejected claims with their reasons, and the ledger of its numbers.

Plain records without logic of their own; how they are shown and written is in `report` and `export`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from marketextract.article import Article
from marketextract.events import Event

if TYPE_CHECKING:
    import pandas as pd

ReasonCode = Literal[
    "evidence-not-in-source",
    "number-not-in-source",
    "number-not-in-evidence",
    "not-a-quantity",
    "name-not-in-source",
    "value-mismatch",
    "scale-mismatch",
    "unit-mismatch",
    "wrong-direction",
    "wrong-subject",
    "wrong-role",
    "arithmetic",
    "duplicate",
    "conflict",
    "schema",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim is doubted: a stable `code`, the `path` of the field ("change", "parties[0]"), and a sentence."""

    code: ReasonCode
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A claim that the text does not support. `event` is what was claimed, as it was claimed."""

    event: Mapping[str, Any]
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What became of one number of the article.

    `events` are the indices, in `Extraction.events`, of the events that captured it; `reason` says why it was ignored.
    """

    text: str
    start: int
    end: int
    status: Literal["captured", "ignored", "uncaptured"]
    events: tuple[int, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What an article cost: calls to the model, calls answered from the cache, tokens, and seconds of waiting.

    `cached_tokens` are those of the input that the server had read before and charges less for.
    """

    requests: int = 0
    cache_hits: int = 0
    retries: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    cached_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        mine, theirs = asdict(self), asdict(other)
        return Usage(**{key: mine[key] + theirs[key] for key in mine})


@dataclass(frozen=True)
class Extraction:
    """Everything known about one article.

    `warnings` reject nothing. `suggestions` are events that a second opinion found behind numbers that no event
    captured; they are none of the events. `error` is set when there is no answer.
    """

    article: Article
    events: Sequence[Event]
    rejected: Sequence[Rejection]
    ledger: Sequence[LedgerEntry]
    model: str
    usage: Usage = field(default_factory=Usage)
    warnings: Sequence[Reason] = ()
    suggestions: Sequence[Event] = ()
    error: str | None = None

    @property
    def cost(self) -> Decimal | None:
        """What it cost in US dollars at the list price of the model; None when that is not known."""
        from marketextract.budget import cost_of

        return cost_of(self.usage, self.model)

    def to_dict(self) -> dict[str, Any]:
        """The extraction as JSON-ready values: one line of the output file."""
        article = self.article
        return {
            "article": {
                "id": article.id,
                "title": article.title,
                "published": article.published.isoformat() if article.published else None,
                "sha256": article.sha256,
            },
            "model": self.model,
            "events": [event.model_dump(mode="json") for event in self.events],
            "rejected": [
                {"event": dict(rejection.event), "reasons": [asdict(reason) for reason in rejection.reasons]}
                for rejection in self.rejected
            ],
            "ledger": [{**asdict(entry), "events": list(entry.events)} for entry in self.ledger],
            "warnings": [asdict(warning) for warning in self.warnings],
            "suggestions": [event.model_dump(mode="json") for event in self.suggestions],
            "usage": {**asdict(self.usage), "money": None if (cost := self.cost) is None else f"{cost:f}"},
            "error": self.error,
        }

    def to_json(self, indent: int | None = None) -> str:
        """The extraction as one JSON object."""
        from marketextract import export

        return export.to_json(self, indent)

    def to_frame(self) -> pd.DataFrame:
        """One row an event, for pandas (needs the `pandas` extra)."""
        from marketextract import export

        return export.to_frame([self])

    def _repr_html_(self) -> str:
        from marketextract import report

        return report.notebook_view(self)
