"""Bind a claim to the text: find the sentences, the number phrases and the names it speaks of.

Goes in: one event as claimed, a mapping with plain strings. Comes out: a `BoundClaim` that holds every place of the
article the claim may mean, and the reasons for what could not be found. Whether a number that was found belongs to the
claim's subject is not decided here.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from marketextract import lexicon
from marketextract._units import things
from marketextract.dates import resolve
from marketextract.events import Event, Moment, Name
from marketextract.extraction import Reason, ReasonCode
from marketextract.fields import FieldSpec, fields_of, specs_of
from marketextract.matching import Nearby, words_of
from marketextract.measures import is_money
from marketextract.names import INSTRUMENT_KINDS, between
from marketextract.phrases import carriers
from marketextract.quantities import NonQuantity, Quantity, read_numbers, read_quantities
from marketextract.words import may_be_noun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from marketextract.article import Article
    from marketextract.names import Mention
    from marketextract.statements import Analysis

_PRINTED = frozenset({"when", "period", "extreme", "quote"})  # texts that are copied, not worded
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD_CHARACTER = re.compile(r"\w")
_NEXT_WORD = re.compile(r"[ -]([^\W\d_]+)")
_LONGEST_NAME = 200  # characters
_MANY_WORDS = 12  # of a name whose words stand apart
_PLACES = 100  # of a quote that stands in the article again and again
_SPACE = re.compile(r"\s+")
_FILLING = frozenset({"the", "a", "an", "on", "of", "in", "for", "to"})
_WORDS = re.compile(r"[^\W_]+(?:[.&'-][^\W_]+)*")


@dataclass(slots=True)
class BoundQuantity:
    """A quantity of a claim and the places of the evidence where it is stated."""

    path: str
    field: str
    phrase: str
    places: tuple[Quantity, ...]


@dataclass
class BoundClaim:
    """A claim with all that was found of it. `reasons` are the doubts so far; `values` the fields without spans."""

    claim: Mapping[str, Any]
    event_type: type[Event]
    evidence: list[tuple[int, int]] = field(default_factory=list)
    numbers: list[Quantity | NonQuantity] = field(default_factory=list)  # those that lie in the evidence
    mentions: list[Mention] = field(default_factory=list)  # the names in the evidence
    quantities: list[BoundQuantity] = field(default_factory=list)
    names: dict[str, list[Name]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[Reason] = field(default_factory=list)
    _nearby: dict[str, Nearby] = field(default_factory=dict, repr=False)

    def nearby(self, name: str, text: str) -> Nearby:
        """What stands around a name in the evidence; `text` is that of the article."""
        if name not in self._nearby:
            spans = [span for part in self.evidence for span in _copies(name, text, *part)]
            self._nearby[name] = Nearby(self._other_names, spans)
        return self._nearby[name]

    @cached_property
    def _other_names(self) -> frozenset[frozenset[str]]:
        """The names in the evidence, as their words."""
        return frozenset(words_of(mention.text) for mention in self.mentions if mention.kind != "place")

    @cached_property
    def bearers(self) -> list[str]:
        """The claimed names that the numbers of the event must belong to: those of its first required name field."""
        required = [spec.name for spec in fields_of(self.event_type) if spec.shape == "name" and spec.required]
        return [name.name for field in required[:1] for name in self.names.get(field, [])]

    @property
    def direction(self) -> str | None:
        """The claimed direction."""
        return self.values.get("direction")


def bind(claim: Mapping[str, Any], event_type: type[Event], article: Article, analysis: Analysis) -> BoundClaim:
    """Find everything a claim speaks of."""
    bound = BoundClaim(claim, event_type)
    _bind_evidence(bound, article)
    for start, end in bound.evidence:
        bound.numbers += (n for n in between(analysis.numbers, start, end) if n.end <= end)
        bound.mentions += between(analysis.mentions, start, end)
    specs = specs_of(event_type)
    for key, value in claim.items():
        if key in ("type", "evidence", "date") or value is None or value in ("", []):
            continue
        if key not in specs:
            bound.reasons.append(Reason("schema", str(key), f"{event_type.type_name()} has no field {key!r}"))
            continue
        _bind_field(bound, specs[key], value, article, analysis)
    for spec in specs.values():
        if spec.required and not bound.names.get(spec.name) and spec.name not in bound.values and not bound.reasons:
            bound.reasons.append(Reason("schema", spec.name, f"{event_type.type_name()} needs {spec.name}"))
    return bound


# -- evidence --------------------------------------------------------------------------------------------------------


def _bind_evidence(bound: BoundClaim, article: Article) -> None:
    given = bound.claim.get("evidence")
    items = given if isinstance(given, list | tuple) else [] if given is None else [given]
    for k, item in enumerate(items):
        spans = _evidence_spans(item, article)
        if not spans:
            shown = item if isinstance(item, int) else _short(str(item))
            bound.reasons.append(Reason("evidence-not-in-source", f"evidence[{k}]", _no_evidence(shown, article)))
        bound.evidence.extend(spans)
    if not items:
        bound.reasons.append(Reason("evidence-not-in-source", "evidence", "the claim names no sentence as evidence"))


def _no_evidence(shown: object, article: Article) -> str:
    if isinstance(shown, int):
        return f"there is no sentence {shown}; the article has {len(article.sentences)}"
    return f'"{shown}" does not stand in the article'


def _evidence_spans(item: Any, article: Article) -> list[tuple[int, int]]:
    """Every place of a piece of evidence: a sentence number, a verbatim quote, or a span."""
    if isinstance(item, bool):
        return []
    if isinstance(item, int):
        sentences = article.sentences
        return [(s.start, s.end) for s in sentences[item - 1 : item]] if 1 <= item <= len(sentences) else []
    if isinstance(item, Mapping):
        start, end = item.get("start"), item.get("end")
        inside = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(article.text)
        return [(start, end)] if inside else []  # type: ignore[list-item]  # `inside` says that both are ints
    return _occurrences(str(item).strip(), article.text)


def _occurrences(quote: str, text: str) -> list[tuple[int, int]]:
    """Where a quote stands, exactly or with other white space."""
    if not quote:
        return []
    spans: list[tuple[int, int]] = []
    at = text.find(quote)
    while at >= 0 and len(spans) < _PLACES:
        spans.append((at, at + len(quote)))
        at = text.find(quote, at + len(quote))
    if not spans and _SPACE.search(quote):
        loose = r"\s+".join(re.escape(word) for word in quote.split())
        spans = [match.span() for match in re.finditer(loose, text)]
    return spans


# -- fields ----------------------------------------------------------------------------------------------------------


def _bind_field(bound: BoundClaim, spec: FieldSpec, value: Any, article: Article, analysis: Analysis) -> None:
    items = value if isinstance(value, list | tuple) and spec.many else [value]
    for k, item in enumerate(items):
        path = f"{spec.name}[{k}]" if spec.many else spec.name
        if not _has_shape(item, spec):
            bound.reasons.append(Reason("schema", path, f"{reprlib.repr(item)} is not a {spec.shape}"))
            continue
        match spec.shape:
            case "quantity":
                _bind_quantity(bound, spec, path, item, analysis)
            case "name":
                _bind_name(bound, spec, path, item, article, analysis)
            case "moment":
                _bind_moment(bound, spec, path, item, article)
            case "choice":
                _bind_choice(bound, spec, path, item)
            case "text":
                _bind_text(bound, spec, path, item, analysis)
            case "number":
                _bind_number(bound, spec, path, item)
            case "flag":
                _keep(bound, spec, bool(item))


def _has_shape(item: Any, spec: FieldSpec) -> bool:
    """Whether a claimed value has the JSON type that its field takes."""
    match spec.shape:
        case "name" | "quantity" | "moment":
            text = item.get("name" if spec.shape == "name" else "text") if isinstance(item, Mapping) else item
            return isinstance(text, str)
        case "text" | "choice":
            return isinstance(item, str)
        case "number":
            return isinstance(item, str | int | float | Decimal) and not isinstance(item, bool)
        case "flag":
            return isinstance(item, bool)


def _keep(bound: BoundClaim, spec: FieldSpec, value: Any) -> None:
    if spec.many:
        bound.values.setdefault(spec.name, []).append(value)
    else:
        bound.values[spec.name] = value


def _bind_choice(bound: BoundClaim, spec: FieldSpec, path: str, item: Any) -> None:
    if item in spec.choices:
        _keep(bound, spec, item)
    else:
        allowed = ", ".join(spec.choices)
        bound.reasons.append(Reason("schema", path, f"{item!r} is none of: {allowed}"))


# -- quantities ------------------------------------------------------------------------------------------------------


def _bind_quantity(bound: BoundClaim, spec: FieldSpec, path: str, item: Any, analysis: Analysis) -> None:
    phrase = item["text"] if isinstance(item, Mapping) else item
    if not phrase.strip():
        bound.reasons.append(Reason("schema", path, "a quantity is claimed as the phrase that the article prints"))
        return
    if isinstance(item, Mapping):
        mismatch = _typed_mismatch(item, phrase, path)
        if mismatch is not None:
            bound.reasons.append(mismatch)
            return
    places = _places(phrase, bound.numbers, analysis.text)
    if places:
        bound.quantities.append(BoundQuantity(path, spec.name, phrase, tuple(places)))
    else:
        bound.reasons.append(_why_no_place(phrase, path, bound.numbers, analysis))


def _typed_mismatch(item: Mapping[str, Any], phrase: str, path: str) -> Reason | None:
    """A value or unit given beside the phrase must agree with what the phrase says."""
    read = _read_phrase(phrase)
    if read is None:
        return None
    value = item.get("value")
    if value is not None:
        given = _decimal(value)
        if given is None or given != read.value:
            code: ReasonCode = "scale-mismatch" if given and _same_digits(given, read.value) else "value-mismatch"
            return Reason(
                code, path, f'the value {reprlib.repr(value)} is not what "{phrase}" says, which is {read.value}'
            )
    high = item.get("high")
    if high is not None and _decimal(high) != read.high:
        return Reason("value-mismatch", path, f'the upper end {reprlib.repr(high)} is not what "{phrase}" says')
    unit = item.get("unit")
    if unit is not None and read.unit is not None and str(unit) != read.unit:
        return Reason("unit-mismatch", path, f'the unit {unit} is not that of "{phrase}", which is {read.unit}')
    return None


def _decimal(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):  # ValueError: an int of too many digits to print
        return None
    return number if number.is_finite() else None


def _read_phrase(phrase: str) -> Quantity | None:
    read = read_quantities(phrase)
    return read[0] if len(read) == 1 else None


def _places(phrase: str, numbers: Sequence[Quantity | NonQuantity], text: str) -> list[Quantity]:
    """The quantities among the numbers of the evidence that the phrase states; `text` is that of the article."""
    wanted = _normal(phrase)
    inside = [number for number in numbers if isinstance(number, Quantity)]
    same_text = [quantity for quantity in inside if _normal(quantity.text) == wanted]
    if same_text:
        return same_text
    read = _read_phrase(phrase)
    if read is None:
        return []
    behind = _normal(phrase[read.end :]) if read.per is None else ""
    found = (quantity for quantity in inside if _states(quantity, read, wanted))
    return [quantity for quantity in found if _goes_on(text, quantity.end, behind)] or _ranges(
        read, wanted, inside, text
    )


def _ranges(read: Quantity, wanted: str, inside: Sequence[Quantity], text: str) -> list[Quantity]:
    """Two changes that the text prints as the ends of a range: the "1.2% to 5.9%" that three stocks gained."""
    if read.high is None or read.unit != "percent":
        return []
    return [
        Quantity(printed, low.start, high.end, low.value, high.value, read.unit, None, "range")
        for low, high in pairwise(inside)
        if (low.value, high.value, low.unit, high.unit) == (read.value, read.high, read.unit, read.unit)
        and _normal(printed := text[low.start : high.end]) == wanted
    ]


def _goes_on(text: str, end: int, behind: str) -> bool:
    """Whether the text goes on behind a number like the phrase does: "6,500 new claims" is not "6,500 jobs"."""
    return _normal(text[end : end + 2 * len(behind) + 8]).startswith(behind)


def _states(quantity: Quantity, read: Quantity, wanted: str) -> bool:
    """Whether a quantity of the text states what the phrase reads as: "over 7%" states "7%".

    A denominator may be left out, but not changed: "$71 a barrel" states "$71", not "$71 a ton".
    """
    if read.per is not None and quantity.per not in (None, read.per):
        return False
    if (quantity.value, quantity.high) != (read.value, read.high):
        return False
    if quantity.unit == read.unit:
        return read.bound in ("exact", quantity.bound)
    return read.bound == "exact" and _begins_with(_normal(quantity.text), wanted)


def _begins_with(printed: str, wanted: str) -> bool:
    """Whether the phrase is the printed one without its last words: "1.05%" of "1.05% points"."""
    return printed.startswith(f"{wanted} ")


def _why_no_place(phrase: str, path: str, inside: Sequence[Quantity | NonQuantity], analysis: Analysis) -> Reason:
    """The most telling reason why a phrase is not stated by the evidence."""
    wanted, read = _normal(phrase), _read_phrase(phrase)
    for number in inside:
        if isinstance(number, NonQuantity) and (wanted in _normal(number.text) or _normal(number.text) in wanted):
            return Reason(
                "not-a-quantity", path, f'"{number.text}" is a {number.kind.replace("_", " ")}, not a quantity'
            )
    if read is None:
        return Reason("not-a-quantity", path, f'"{phrase}" is not one quantity')
    quantities = [number for number in inside if isinstance(number, Quantity)]
    near = _near_miss(phrase, path, read, quantities)
    if near is not None:
        return near
    if any(_states(quantity, read, wanted) for quantity in analysis.quantities):
        return Reason("number-not-in-evidence", path, f'"{phrase}" stands in the article, but not in the evidence')
    stated = ", ".join(f'"{quantity.text}"' for quantity in quantities[:4]) or "no quantity"
    return Reason("number-not-in-source", path, f'"{phrase}" is not in the article; the evidence states {stated}')


def _near_miss(phrase: str, path: str, read: Quantity, quantities: Sequence[Quantity]) -> Reason | None:
    """The same digits with another unit or scale."""
    for quantity in quantities:
        if quantity.value == read.value and quantity.unit != read.unit:
            return Reason("unit-mismatch", path, f'"{phrase}" is not "{quantity.text}": the unit differs')
    for quantity in quantities:
        if quantity.value != read.value and quantity.unit == read.unit and _same_digits(quantity.value, read.value):
            return Reason("scale-mismatch", path, f'"{phrase}" is not "{quantity.text}": the scale differs')
    return None


def _same_digits(a: Decimal, b: Decimal) -> bool:
    return a.is_signed() == b.is_signed() and _digits(a) == _digits(b) != ()


def _digits(number: Decimal) -> tuple[int, ...]:
    digits = list(number.as_tuple().digits)
    while digits and digits[-1] == 0:
        digits.pop()
    while digits and digits[0] == 0:
        digits.pop(0)
    return tuple(digits)


@lru_cache(maxsize=4096)
def _normal(phrase: str) -> str:
    return _SPACE.sub(" ", phrase.casefold().replace("’", "'").strip())


# -- names -----------------------------------------------------------------------------------------------------------


def _bind_name(  # noqa: PLR0913, PLR0917 - where a name stands takes the claim, the field and the whole text
    bound: BoundClaim, spec: FieldSpec, path: str, item: Any, article: Article, analysis: Analysis
) -> None:
    given = item if isinstance(item, Mapping) else {"name": item}
    name = given["name"].strip()
    if not name:
        bound.reasons.append(Reason("schema", path, "a name is claimed as the article prints it"))
        return
    span = _name_span(name, bound.evidence, article, analysis)
    if span is None:
        bound.reasons.append(Reason("name-not-in-source", path, f'"{name}" does not stand in the article'))
        return
    role = given.get("role")
    if role is not None and role not in spec.roles:
        allowed = ", ".join(spec.roles) or "none"
        bound.reasons.append(Reason("schema", path, f"{reprlib.repr(role)} is no role here; there are: {allowed}"))
        return
    bound.names.setdefault(spec.name, []).append(_named(spec, name, span, role, analysis))


def _named(spec: FieldSpec, name: str, span: tuple[int, int], role: object, analysis: Analysis) -> Name:
    start, end = span
    near = between(analysis.mentions, start - _LONGEST_NAME, end)
    mention = next((m for m in near if m.start < end and start < m.end), None)
    kind = mention.kind if mention is not None else None
    ticker = mention.ticker if mention is not None else None
    known = mention.id if mention is not None else None
    name_type = spec.name_type or Name
    fields: dict[str, Any] = {"name": name, "start": start, "end": end, "ticker": ticker, "id": known}
    if "kind" in name_type.model_fields:
        fields["kind"] = _allowed(name_type, kind)
    if spec.roles and role in spec.roles:
        fields["role"] = role
    return name_type(**fields)


def _allowed(name_type: type[Name], kind: str | None) -> str | None:
    """The kind, if this type of name can have it: the lexicon's "company" is a stock to a price move."""
    if name_type is Name or kind is None:
        return kind
    return kind if kind in INSTRUMENT_KINDS else "stock" if kind == "company" else None


def _name_span(
    name: str, spans: Sequence[tuple[int, int]], article: Article, analysis: Analysis
) -> tuple[int, int] | None:
    """Where a name stands: in the evidence or else anywhere, as printed, in other capitals, or under another name."""
    for start, end in spans:  # most names are copied to the letter
        if (copy := next(_copies(name, article.text, start, end), None)) is not None:
            return copy
    pattern = re.compile(r"(?<!\w)" + r"[\s\u00a0]+".join(map(re.escape, _apart(name))) + r"(?!\w)", re.IGNORECASE)
    text = article.text.replace("’", "'")
    for start, end in spans:
        match = pattern.search(text, start, end)
        if match is not None:
            return match.span()
    by_bearer = _mention_of(name, spans, analysis)
    if by_bearer is not None:
        return by_bearer.start, by_bearer.end
    match = pattern.search(text)
    if match is not None:
        return match.span()
    anywhere = _mention_of(name, [(0, len(text))], analysis)
    return (anywhere.start, anywhere.end) if anywhere is not None else _composed(name, spans, text)


def _composed(name: str, spans: Sequence[tuple[int, int]], text: str) -> tuple[int, int] | None:
    """Where a name stands whose words the article prints apart, if one of them carries a price.

    "German 10-year yields" are the "10-year yields" of a sentence about German bonds. Most of the words must stand in
    the evidence, with every figure among them; the place is that of the longest run of them there.
    """
    words = _apart(name)
    content = _singulars(name) - _FILLING
    carried = {_singular(carrier) for carrier in carriers()}
    if content.isdisjoint(carried) or not 1 < len(words) <= _MANY_WORDS or len(content) == 1:
        return None
    if not content <= _singulars(text):
        return None
    for start, end in spans:
        missing = content - _singulars(text[start:end])
        if 2 * len(missing) > len(content) or any(not word.isalpha() for word in missing):
            continue
        for length in range(len(words) - 1, 0, -1):
            for k in range(len(words) - length + 1):
                if content.isdisjoint(_singulars(" ".join(words[k : k + length]))):
                    continue
                pattern = r"(?<!\w)" + r"\s+".join(map(re.escape, words[k : k + length])) + r"(?!\w)"
                if match := re.compile(pattern, re.IGNORECASE).search(text, start, end):
                    return match.span()
    return None


@lru_cache(maxsize=64)
def _singulars(text: str) -> frozenset[str]:
    """The words of a text, in small letters and without the ending of the plural."""
    return frozenset(_singular(word) for word in _WORDS.findall(text.casefold()))


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _copies(name: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where a name is printed to the letter in `text[start:end]`."""
    at = text.find(name, start, end)
    while at >= 0:
        stop = at + len(name)
        if _stands_alone(text, at, stop):
            yield at, stop
        at = text.find(name, stop, end)


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not _WORD_CHARACTER.match(text[start - 1 : start]) and not _WORD_CHARACTER.match(text[end : end + 1])


def _apart(name: str) -> list[str]:
    return name.replace("’", "'").split()


def _mention_of(name: str, spans: Sequence[tuple[int, int]], analysis: Analysis) -> Mention | None:
    for mention in analysis.called(name):
        if any(start <= mention.start and mention.end <= end for start, end in spans):
            return mention
    return None


# -- texts and bare numbers ------------------------------------------------------------------------------------------


def _bind_moment(bound: BoundClaim, spec: FieldSpec, path: str, item: Any, article: Article) -> None:
    phrase = (item["text"] if isinstance(item, Mapping) else item).strip()
    pattern = re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)", re.IGNORECASE)
    places = (pattern.search(article.text, start, end) for start, end in bound.evidence if phrase)
    place = next((place for place in places if place is not None), None)
    if place is None:
        bound.reasons.append(
            Reason("evidence-not-in-source", path, f'"{_short(phrase)}" does not stand in the evidence')
        )
        return
    _keep(
        bound,
        spec,
        Moment(text=place[0], start=place.start(), end=place.end(), value=resolve(place[0], article.published)),
    )


def _is_printed(text: str, bound: BoundClaim, article: str) -> bool:
    """Whether all the words of a text stand in the evidence: "record high" where it prints "a record closing high"."""
    words = set(_LETTERS.findall(text.casefold()))
    return words <= {word for start, end in bound.evidence for word in _LETTERS.findall(article[start:end].casefold())}


def _bind_text(bound: BoundClaim, spec: FieldSpec, path: str, item: Any, analysis: Analysis) -> None:
    text = str(item)
    _keep(bound, spec, text)
    before = len(bound.reasons)
    whole = _normal(text)
    names = [_normal(n.text) for n in bound.numbers if isinstance(n, NonQuantity) and n.kind == "name"]
    for number in _numbers_of(text):
        counted = _word_behind(text, number.end)
        if any(_normal(number.text) in name and name in whole for name in names):
            continue  # "225" of "the Nikkei 225", but not "30" of "June 30"
        if any(_tells(number, stated, counted) for stated in bound.numbers):
            continue
        if spec.name in _PRINTED and any(_copies_of(number.text, analysis.text, bound.evidence)):
            continue  # "2024" as the period of "in 2024"
        bound.reasons.append(
            Reason("number-not-in-evidence", path, f'"{number.text}" in {spec.name} does not stand in the evidence')
        )
    if len(bound.reasons) == before and spec.name in _PRINTED and not _is_printed(text, bound, analysis.text):
        bound.reasons.append(Reason("evidence-not-in-source", path, f'"{_short(text)}" does not stand in the evidence'))


def _copies_of(text: str, article: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    return (copy for start, end in spans for copy in _copies(text, article, start, end))


@lexicon.kept(1024)  # "this year" and "a record high" come again and again
def _numbers_of(text: str) -> tuple[Quantity | NonQuantity, ...]:
    return tuple(read_numbers(text))


def _word_behind(text: str, end: int) -> str:
    """The noun right behind a number, or nothing."""
    match = _NEXT_WORD.match(text, end)
    return match[1] if match is not None and may_be_noun(match[1]) else ""


def _tells(number: Quantity | NonQuantity, stated: Quantity | NonQuantity, counted: str) -> bool:
    """Whether a number in a free text is one that the evidence states: "record 2,942" where it prints "$2,942".

    `counted` is the noun behind it: "2,942 shares" are no dollars.
    """
    if isinstance(number, Quantity) and isinstance(stated, Quantity):
        same = (number.value, number.high) == (stated.value, stated.high)
        bare = number.unit is None and (is_money(stated.unit) or stated.unit == "point")
        if number.unit is None and counted in things() and counted not in _normal(stated.text):
            return False  # "4.2 shares" is not the "4.2" of a table
        return same and (number.unit == stated.unit or (bare and counted in _normal(stated.text)))
    if isinstance(number, Quantity) or isinstance(stated, Quantity):
        return False
    mine, theirs = f" {_normal(number.text)} ", f" {_normal(stated.text)} "
    return mine == theirs or (number.kind != "name" and (mine in theirs or theirs in mine))


def _bind_number(bound: BoundClaim, spec: FieldSpec, path: str, item: Any) -> None:
    number = _decimal(item)
    if number is None:
        bound.reasons.append(Reason("schema", path, f"{item!r} is not a number"))
        return
    inside = [number for number in bound.numbers if isinstance(number, Quantity)]
    if any(number in (quantity.value, quantity.high) for quantity in inside):
        _keep(bound, spec, number)
    else:
        bound.reasons.append(Reason("number-not-in-evidence", path, f"{number} does not stand in the evidence"))


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
