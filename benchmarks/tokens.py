"""What an article costs in tokens: this library's prompt and answer against two other ways to ask for the same events.

    python benchmarks/tokens.py

Goes in: the shipped articles and the events that the built-in reader finds in them, so that every way says the same.
Comes out: tokens in and out per article, by the tokenizer of SmolLM2 (which the `local` model brings along), for

    wire         this library: its prompt, its strict schema, its compact answer
    naive        instructor with the public event classes in strict mode: typed values, names, verbatim quotes, and a
                 null for every absent field
    langextract  its own prompt and answer format, with the same two worked examples; for this row install
                 langextract==1.7.1 in an environment of your own

The schema of an answer counts as input, as it does at OpenAI.
"""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from marketextract import Extractor, wire
from marketextract.article import Article
from marketextract.events import EVENT_TYPES, Event
from marketextract.fields import FieldSpec, fields_of
from marketextract.models.local import server_address
from marketextract.request import Settings, build

ARTICLES = Path(__file__).parent.parent / "examples" / "articles"


@dataclass(frozen=True)
class Case:
    """An article with its events, as the library delivers them and as a model claims them."""

    article: Article
    events: list[Event]
    claims: list[dict[str, Any]]


def main() -> None:
    """Print the table, and the two ratios as the last line."""
    cases = [case(Article.from_file(path)) for path in sorted(ARTICLES.glob("*.txt"))]
    ways = {"wire": our_way, "naive": naive_way}
    if find_spec("langextract"):
        ways["langextract"] = langextract_way
    totals = {name: [0, 0] for name in ways}
    print(f"{'article':<24}{'tokens':>8}{'events':>8}" + "".join(f"{name:>20}" for name in ways))
    for each in cases:
        costs = {name: [tokens(text) for text in way(each)] for name, way in ways.items()}
        for name, cost in costs.items():
            totals[name] = [total + part for total, part in zip(totals[name], cost, strict=True)]
        cells = "".join(f"{f'in {cost[0]}, out {cost[1]}':>20}" for cost in costs.values())
        print(f"{each.article.id:<24}{tokens(each.article.text):>8}{len(each.events):>8}{cells}")
    print(f"{'all':<40}" + "".join(f"{f'in {total[0]}, out {total[1]}':>20}" for total in totals.values()))
    request = build(cases[0].article, Settings())
    schema = wire.dumped(request.schema)
    print(f"of the input: instructions {tokens(request.system)}, schema {tokens(schema)} ({len(schema)} bytes)")
    (our_in, our_out), (naive_in, naive_out) = totals["wire"], totals["naive"]
    print(f"output_ratio={our_out / naive_out:.3f} input_ratio={our_in / naive_in:.3f}")


def case(article: Article) -> Case:
    """An article with the events that the built-in reader finds in it."""
    events = list(Extractor("rules").extract(article).events)
    return Case(article, events, [claim(event, article) for event in events])


def claim(event: Event, article: Article) -> dict[str, Any]:
    """An event as a model would claim it."""
    stated = {"type": event.type_name(), "evidence": [number_of(span.start, article) for span in event.evidence]}
    for field in fields_of(type(event)):
        values = getattr(event, field.name)
        printed = [
            as_printed(value) for value in (values if isinstance(values, list) else [values]) if value is not None
        ]
        if printed:
            stated[field.name] = printed if field.many else printed[0]
    return stated


def as_printed(value: Any) -> Any:
    """A name, a quantity or a word as the text prints it."""
    role = getattr(value, "role", None)
    if role:
        return {"name": value.name, "role": role}
    return getattr(value, "name", None) or getattr(value, "text", None) or value


def number_of(start: int, article: Article) -> int:
    """The number of the sentence that an offset stands in."""
    return max(sentence.number for sentence in article.sentences if sentence.start <= start)


def tokens(text: str) -> int:
    """The number of tokens of a text, by the tokenizer of the local model."""
    body = json.dumps({"content": text}).encode()
    address = f"{server_address(0).removesuffix('/v1')}/tokenize"
    with urllib.request.urlopen(
        urllib.request.Request(address, body, {"content-type": "application/json"})
    ) as response:
        return len(json.load(response)["tokens"])


def our_way(each: Case) -> tuple[str, str]:
    """What this library sends, and the answer in its wire form."""
    request = build(each.article, Settings())
    return "\n".join([wire.dumped(request.schema), request.system, request.user]), wire.render(each.claims)


# The naive way: the public classes as they are, without the offsets, which no model can count.


class NaiveQuantity(BaseModel):
    """A number with its reading."""

    text: str
    value: str
    high: str | None
    unit: str | None
    per: str | None
    bound: Literal["exact", "about", "over", "under", "range"]


class NaiveName(BaseModel):
    """A name with what is known of it."""

    name: str
    kind: str | None
    ticker: str | None


class NaiveParty(NaiveName):
    """A name with its role."""

    role: Literal["buyer", "seller", "target", "partner", "investor", "issuer"] | None


class NaiveMoment(BaseModel):
    """A time phrase and its day."""

    text: str
    value: str | None


def naive_type(field: FieldSpec) -> Any:
    """The annotation of a field in a strict class: required, and null when absent."""
    kind: Any = {"quantity": NaiveQuantity, "moment": NaiveMoment, "flag": bool}.get(field.shape, str)
    if field.shape == "name":
        kind = NaiveParty if field.roles else NaiveName
    if field.choices:
        kind = Literal[field.choices]
    return list[kind] if field.many else kind | None


def naive_class(event_type: type[Event]) -> type[BaseModel]:
    """An event class as one would hand it to instructor: its fields, its docstring, and quotes as evidence."""
    fields: dict[str, Any] = {field.name: (naive_type(field), ...) for field in fields_of(event_type)}
    return create_model(
        event_type.__name__,
        __doc__=event_type.__doc__,
        type=(Literal[event_type.type_name()], ...),
        evidence=(list[str], Field(description="Verbatim quotes of the sentences that state the event.")),
        **fields,
        date=(str | None, ...),
    )


NAIVE = {event_type.type_name(): naive_class(event_type) for event_type in EVENT_TYPES}
NaiveAnswer = create_model("NaiveAnswer", events=(list[Any], ...))
NAIVE_PROMPT = (
    "Extract every market event of the article as JSON. Copy names and number phrases exactly as printed, give each "
    "number its value, unit and bound, quote the evidence verbatim, and use null for what the text does not state."
)


def naive_way(each: Case) -> tuple[str, str]:
    """What instructor sends for the public classes, and the answer in their form."""
    union: Any = None
    for event_class in NAIVE.values():
        union = event_class if union is None else union | event_class
    schema = create_model("Events", events=(list[union], ...)).model_json_schema()
    answer = NaiveAnswer(events=[naive_event(event, each.article) for event in each.events])
    return "\n".join([wire.dumped(schema), NAIVE_PROMPT, each.article.text]), answer.model_dump_json()


def naive_event(event: Event, article: Article) -> BaseModel:
    """An event in its naive class."""
    delivered = event.model_dump(mode="json")
    quotes = [article.text[span.start : span.end] for span in event.evidence]
    return NAIVE[event.type_name()](**{**delivered, "evidence": quotes})


def langextract_way(each: Case) -> tuple[str, str]:
    """What langextract sends, with the worked examples of our own prompt, and the answer in its format."""
    from langextract.core import data
    from langextract.core.format_handler import FormatHandler
    from langextract.prompting import PromptTemplateStructured, QAPromptGenerator

    def extraction(stated: dict[str, Any], text: str) -> Any:
        attributes = {key: value for key, value in stated.items() if key not in ("type", "evidence")}
        return data.Extraction(stated["type"], extraction_text=text, attributes=attributes)

    instructions = build(each.article, Settings()).system
    rules, *examples = instructions.split("\nExample\n")
    shown = []
    for example in examples:
        framed, answer = example.strip().rsplit("\n", 1)
        sentences = [line.partition("| ")[2] for line in framed.splitlines()[1:-1]]
        stated = wire.parse(answer, EVENT_TYPES)
        extractions = [extraction(each_claim, sentences[each_claim["evidence"][0] - 1]) for each_claim in stated]
        shown.append(data.ExampleData(text=" ".join(sentences), extractions=extractions))
    handler = FormatHandler()
    types = rules[rules.index("Types and their fields") :]
    prompt = QAPromptGenerator(PromptTemplateStructured(f"{NAIVE_PROMPT}\n{types}", shown), handler)
    sentences = each.article.sentences
    told = [extraction(stated, sentences[stated["evidence"][0] - 1].text) for stated in each.claims]
    return prompt.render(each.article.text), handler.format_extraction_example(told)


if __name__ == "__main__":
    main()
