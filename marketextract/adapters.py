"""Claims from the results of other extractors, so that `validate` can be put behind the one that you have.

Goes in: what langextract returns, or rows of any table. Comes out: a list of claims, plain dicts in the form that
`marketextract.validate` takes. Nothing is repaired, looked up or judged here; what a tool could not place in the text
stays a claim without a place, and the validator says so. No other extractor is imported: only shapes are relied on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import Any

from marketextract.article import Article
from marketextract.errors import ClaimError

Claim = dict[str, Any]
Names = Mapping[str, str | None]


def from_langextract(
    document: Any, *, text: str | None = None, mapping: Names | None = None, types: Mapping[str, str] | None = None
) -> list[Claim]:
    """The claims of a langextract document, or of a list of its extractions.

    The class of an extraction is the `type`, its attributes are the fields, and its evidence are the sentences that it
    was aligned with in the text of the document (or in `text`, for a bare list). One that langextract could not align
    has its own words as evidence, which the validator will look for. `mapping` names the field for an attribute, or
    for "extraction_text"; an attribute mapped to None is left out. `types` names the event type for a class.
    `ClaimError` when there are no extractions in that shape.

    >>> from types import SimpleNamespace as Made  # as langextract makes them
    >>> found = Made(extraction_class="move", extraction_text="Oil", char_interval=Made(start_pos=0, end_pos=3),
    ...              attributes={"change": "2%", "note": "brisk"})
    >>> document = Made(text="Oil rose 2%.", extractions=[found])
    >>> renamed = {"extraction_text": "instrument", "note": None}
    >>> from_langextract(document, mapping=renamed, types={"move": "price_move"})
    [{'type': 'price_move', 'instrument': 'Oil', 'change': '2%', 'evidence': [1]}]
    """
    extractions = getattr(document, "extractions", document)
    if not isinstance(extractions, Iterable) or isinstance(extractions, str | bytes | Mapping):
        raise ClaimError(f"there are no extractions in a {type(document).__name__}")
    text = text if text is not None else getattr(document, "text", None)
    article = Article(text) if text and text.strip() else None
    return [_claim_of(extraction, article, mapping or {}, types or {}) for extraction in extractions]


def from_records(
    rows: Any, *, mapping: Names | None = None, types: Mapping[str, str] | None = None, type: str | None = None
) -> list[Claim]:
    """The claims of rows: mappings, or a DataFrame of pandas or polars with a row an event.

    `mapping` names the field for a column; a column mapped to None is left out. A field with a point is a part of a
    quantity or a name: "change.text" and "change.value" make one quantity. Empty cells (None, NaN, "") are no claims.
    `types` names the event type for a value of the column "type", and `type` is that of rows without one. `evidence`
    may be a quote, a sentence number or a list of these. `ClaimError` when a row is no mapping.

    >>> rows = [{"asset": "Oil", "move": "2%", "amount": 2.0, "quote": "Oil rose 2%."}]
    >>> renamed = {"asset": "instrument", "move": "change.text", "amount": "change.value", "quote": "evidence"}
    >>> from_records(rows, mapping=renamed, type="price_move")
    [{'type': 'price_move', 'instrument': 'Oil', 'change': {'text': '2%', 'value': 2.0}, 'evidence': ['Oil rose 2%.']}]
    """
    claims = []
    for number, row in enumerate(_rows(rows)):
        if not isinstance(row, Mapping):
            raise ClaimError(f"rows[{number}] must be a mapping, not {row.__class__.__name__}")
        claim = _renamed(row, mapping or {})
        evidence = claim.pop("evidence", [])
        typed = _typed(claim.pop("type", type), types or {})
        claims.append({**typed, **claim, "evidence": _evidence(evidence)})
    return claims


def _claim_of(extraction: Any, article: Article | None, mapping: Names, types: Mapping[str, str]) -> Claim:
    try:
        printed, kind, attributes = extraction.extraction_text, extraction.extraction_class, extraction.attributes
    except AttributeError as error:
        raise ClaimError(f"a {type(extraction).__name__} is no extraction of langextract: {error}") from None
    stated = {"extraction_text": printed} if mapping.get("extraction_text") else {}
    claim = _renamed({**stated, **(attributes or {})}, mapping)
    return {**_typed(kind, types), **claim, "evidence": _sentences(extraction, printed, article)}


def _sentences(extraction: Any, printed: str, article: Article | None) -> list[Any]:
    """The numbers of the sentences that an extraction lies in, or its own words where that is not known."""
    interval = getattr(extraction, "char_interval", None)
    start, end = getattr(interval, "start_pos", None), getattr(interval, "end_pos", None)
    if article is None or start is None or end is None:
        return [printed]
    touched = [sentence.number for sentence in article.sentences if sentence.start < end and start < sentence.end]
    return touched or [printed]


def _typed(kind: Any, types: Mapping[str, str]) -> Claim:
    return {} if kind is None else {"type": types.get(str(kind), kind)}


def _renamed(row: Mapping[Any, Any], mapping: Names) -> Claim:
    """The filled cells of a row under the names of their fields, with parts put together."""
    claim: Claim = {}
    for column, value in row.items():
        field = mapping.get(column, str(column))
        if field is None or _is_empty(value):
            continue
        whole, _, part = field.partition(".")
        if part:
            parts = claim.setdefault(whole, {})
            if not isinstance(parts, dict):
                raise ClaimError(f"{column!r} is a part of {whole!r}, which another column gives as a whole")
            parts[part] = value
        elif isinstance(claim.get(field), dict):
            raise ClaimError(f"{column!r} gives {field!r} as a whole, of which another column gives a part")
        else:
            claim[field] = value
    return claim


def _evidence(given: Any) -> list[Any]:
    """The evidence as a list, with the whole numbers of a table, of whatever type it has for them, as ints."""
    items = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    return [item if isinstance(item, str | Mapping) else _sentence_number(item) for item in items]


def _sentence_number(item: Any) -> Any:
    if isinstance(item, float) and item.is_integer():
        return int(item)  # a column of whole numbers with a gap
    try:
        return index(item)
    except TypeError:
        return item


def _rows(rows: Any) -> Iterable[Any]:
    if hasattr(rows, "to_dicts"):  # polars
        return list(rows.to_dicts())
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):  # pandas
        return list(rows.to_dict("records"))
    if isinstance(rows, str | bytes | Mapping) or not isinstance(rows, Iterable):
        raise ClaimError(f"rows must be a list of mappings or a DataFrame, not {type(rows).__name__}")
    return rows


def _is_empty(value: Any) -> bool:
    """Whether a cell holds nothing. NaN and its kin are the values that do not equal themselves, or will not say."""
    if value is None or (isinstance(value, str | list | tuple) and not value):
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 - that is how NaN is known
    except (TypeError, ValueError):
        return True
