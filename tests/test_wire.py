"""The wire form: a strict schema, a compact answer, and a reading that loses no event."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract import wire
from marketextract.errors import AnswerMalformed
from marketextract.events import EVENT_TYPES, Event, Name
from marketextract.fields import FieldSpec, fields_of
from marketextract.quantities import Quantity

STRICT_KEYWORDS = {"type", "properties", "required", "additionalProperties", "items", "anyOf", "enum", "$ref", "$defs"}
CONSTRAINED_KEYWORDS = STRICT_KEYWORDS | {"pattern"}


class FreightRate(Event):
    """A type of a user's own."""

    route: Name
    rate: Quantity | None = None
    vessels: int | None = None
    spot: bool = False


TYPES = (*EVENT_TYPES, FreightRate)


def parts(schema: Any) -> list[dict[str, Any]]:
    """Every schema inside a schema, itself included."""
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("$defs", {}).values()]
    return [schema, *(part for s in [*inner, *([schema["items"]] if "items" in schema else [])] for part in parts(s))]


def admits(schema: Any, value: Any, root: Any) -> bool:
    """Whether a strict schema admits a value: just the keywords that strict schemas use."""
    if "$ref" in schema:
        return admits(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], value, root)
    if "anyOf" in schema:
        return any(admits(alternative, value, root) for alternative in schema["anyOf"])
    if schema["type"] == "object":
        return (
            isinstance(value, dict)
            and set(value) == set(schema["required"])
            and all(admits(schema["properties"][key], part, root) for key, part in value.items())
        )
    if schema["type"] == "array":
        return isinstance(value, list) and all(admits(schema["items"], part, root) for part in value)
    python_type = {"string": str, "integer": int, "boolean": bool}[schema["type"]]
    return isinstance(value, python_type) and value in schema.get("enum", [value])


# The schema


@pytest.mark.parametrize("phrases", [None, ["1.5%", "$500 bln"], []])
@pytest.mark.parametrize("names", [None, ["Nordvik", "the Harbour index"], []])
def test_the_schema_is_a_strict_one(phrases: list[str] | None, names: list[str] | None) -> None:
    schema = wire.schema(TYPES, phrases, names)
    keywords = STRICT_KEYWORDS if phrases is names is None else CONSTRAINED_KEYWORDS
    for part in parts(schema):
        assert set(part) <= keywords
        assert part.get("enum") != []
        if part.get("type") == "object":
            assert part["additionalProperties"] is False
            assert part["required"] == list(part["properties"])
        first_properties = [next(iter(a["properties"])) for a in part.get("anyOf", []) if "properties" in a]
        assert len(first_properties) == len(set(first_properties)), "alternatives must not begin alike"
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]


def test_every_field_of_every_type_can_be_stated_and_no_other() -> None:
    schema = wire.schema(TYPES)
    for event_type in TYPES:
        for field in fields_of(event_type):
            value = {"choice": field.choices[0] if field.choices else "", "flag": True}.get(field.shape, "words")
            keys = [field.name, *(f"{field.name}.{role}" for role in field.roles)]
            for key in keys:
                answer = {"events": [{event_type.type_name(): [{key: value}], "in": [1]}]}
                assert admits(schema, answer, schema)
        foreign = {"events": [{event_type.type_name(): [{"colour": "blue"}], "in": [1]}]}
        assert not admits(schema, foreign, schema)


def test_a_choice_admits_its_values_only() -> None:
    schema = wire.schema(TYPES)
    event = {"price_move": [{"direction": "sideways"}], "in": [1]}
    assert not admits(schema, {"events": [event]}, schema)


def test_a_constrained_schema_admits_only_the_numbers_and_names_of_the_article() -> None:
    schema = wire.schema(TYPES, phrases=["1.5%"], names=["Nordvik"])

    def admitted(field: str, value: str) -> bool:
        return admits(schema, {"events": [{"price_move": [{field: value}], "in": [1]}]}, schema)

    assert admitted("instrument", "Nordvik")
    assert admitted("change", "1.5%")
    assert not admitted("instrument", "Nordwik")
    assert not admitted("change", "1.6%")


def test_what_an_article_has_none_of_cannot_be_claimed() -> None:
    schema = wire.schema(TYPES, phrases=[], names=["Nordvik"])
    assert not admits(schema, {"events": [{"price_move": [{"change": "1.5%"}], "in": [1]}]}, schema)
    assert admits(schema, {"events": [{"price_move": [{"instrument": "Nordvik"}], "in": [1]}]}, schema)


# Reading an answer

MOVE = {"type": "price_move", "evidence": [4], "instrument": "Nordvik", "change": "1.5%"}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ('[{"price_move":[{"instrument":"Nordvik"},{"change":"1.5%"}],"in":[4]}]', [MOVE]),
        # an object in place of the list of small ones, and a single sentence number
        ('[{"price_move":{"instrument":"Nordvik","change":"1.5%"},"in":4}]', [MOVE]),
        # the fields beside the type
        ('[{"price_move":[],"instrument":"Nordvik","change":"1.5%","in":[4]}]', [MOVE]),
        # the public form of a claim
        ('[{"type":"price_move","evidence":[4],"instrument":"Nordvik","change":"1.5%"}]', [MOVE]),
        # what is null is absent
        ('[{"price_move":[{"instrument":"Nordvik"},{"level":null},{"change":"1.5%"}],"in":[4]}]', [MOVE]),
        # said twice is said once; said differently is both, for the validator to see
        ('[{"price_move":[{"instrument":"Nordvik"},{"change":"1.5%"},{"change":"1.5%"}],"in":[4]}]', [MOVE]),
        ('[{"price_move":[{"instrument":["A","B"]}],"in":[4]}]', [{**MOVE, "instrument": ["A", "B"], "change": None}]),
        # a number that lost its quotes keeps its printed form
        (
            '[{"economic_release":[{"indicator":"CPI"},{"actual":3.10},{"previous":2}],"in":[1]}]',
            [{"type": "economic_release", "evidence": [1], "indicator": "CPI", "actual": "3.10", "previous": "2"}],
        ),
        # a field with many values is a list, even of one
        (
            '[{"tariff":[{"targets":"Lyria"}],"in":[1]}]',
            [{"type": "tariff", "evidence": [1], "targets": ["Lyria"]}],
        ),
        (
            '[{"deal":[{"parties.buyer":"Nordvik"},{"parties":"Ostra"},{"value":"$2 bln"}],"in":[1,2]}]',
            [
                {
                    "type": "deal",
                    "evidence": [1, 2],
                    "parties": [{"name": "Nordvik", "role": "buyer"}, "Ostra"],
                    "value": "$2 bln",
                }
            ],
        ),
        # unknown types and fields are kept, and a field cannot overwrite what an event says of itself
        ('[{"weather":[{"sky":"grey"}],"in":[1]}]', [{"type": "weather", "evidence": [1], "sky": "grey"}]),
        (
            '[{"flow":[{"subject":"bond funds"},{"colour":"blue"},{"evidence":"9"}],"in":[1]}]',
            [{"type": "flow", "evidence": [1], "subject": "bond funds", "colour": "blue", "evidence (field)": "9"}],
        ),
        ("[{}]", [{"type": "", "evidence": []}]),
        # what is no event at all stays visible, and costs the others nothing
        (
            '["up", null, {"price_move":[{"instrument":"Nordvik"},{"change":"1.5%"}],"in":[4]}]',
            [
                {"type": "", "evidence": [], "claim": "up"},
                {"type": "", "evidence": [], "claim": None},
                MOVE,
            ],
        ),
        ("[]", []),
    ],
)
def test_an_answer_is_read_event_by_event(events: str, expected: list[dict[str, Any]]) -> None:
    expected = [
        {key: value for key, value in claim.items() if value is not None or key == "claim"} for claim in expected
    ]
    assert wire.parse(f'{{"events":{events}}}', TYPES) == expected


@pytest.mark.parametrize(
    "wrapping",
    ["{}", "```json\n{}\n```", "Here are the events:\n{}\nThat is all.", "\ufeff {}", "```\n{}"],
)
def test_words_and_fences_around_the_answer_do_no_harm(wrapping: str) -> None:
    answer = wrapping.replace("{}", wire.render([MOVE]))
    assert wire.parse(answer, TYPES) == [MOVE]


def test_a_bare_list_of_events_is_an_answer() -> None:
    assert wire.parse(json.dumps(json.loads(wire.render([MOVE]))["events"]), TYPES) == [MOVE]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "no JSON"),
        ("I found nothing.", "no JSON"),
        ('{"events":[{"price_move":', "not JSON"),
        ('{"events":"none"}', "no list"),
        ("{}", "no list"),
        ("[" * 100_000, "nested too deeply"),
        ('{"events":[' + '{"a":' * 100_000, "nested too deeply"),
        ('{"events":[' + "9" * 5000 + "]}", "too long"),
        ('{"events":[NaN]}', "not JSON"),
    ],
    ids=["empty", "words", "cut", "no-list", "no-events", "deep-list", "deep-object", "long-number", "nan"],
)
def test_an_answer_without_a_list_of_events_is_malformed(answer: str, message: str) -> None:
    with pytest.raises(AnswerMalformed, match=message):
        wire.parse(answer, TYPES)


def test_half_a_surrogate_pair_does_not_reach_a_claim() -> None:
    (claim,) = wire.parse('{"events":[{"price_move":[{"instrument":"Nord\\ud83dvik"}],"in":["\\udc00"]}]}', TYPES)
    json.dumps(claim, ensure_ascii=False).encode("utf-8")


@given(st.text() | st.text(alphabet='{}[]",:0.eE-tn \\ud8'))
def test_any_text_is_an_answer_or_malformed(answer: str) -> None:
    try:
        claims = wire.parse(answer, TYPES)
    except AnswerMalformed:
        return
    assert all(isinstance(claim, dict) for claim in claims)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(json_values, max_size=6))
def test_no_event_is_ever_lost(events: list[Any]) -> None:
    claims = wire.parse(json.dumps({"events": events}), TYPES)
    assert len(claims) == len(events)
    assert all({"type", "evidence"} <= set(claim) for claim in claims)


# Writing one


def values(field: FieldSpec) -> st.SearchStrategy[Any]:
    if field.shape == "flag":
        return st.booleans()
    if field.shape == "choice":
        return st.sampled_from(field.choices)
    words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
    if field.roles:
        words |= st.fixed_dictionaries({"name": words, "role": st.sampled_from(field.roles)})
    return st.lists(words, min_size=1, max_size=3) if field.many else words


@st.composite
def claims_of_any_type(draw: st.DrawFn) -> dict[str, Any]:
    event_type = draw(st.sampled_from(TYPES))
    claim = {"type": event_type.type_name(), "evidence": draw(st.lists(st.integers(1, 99), min_size=1, max_size=3))}
    return claim | draw(st.fixed_dictionaries({}, optional={f.name: values(f) for f in fields_of(event_type)}))


@given(st.lists(claims_of_any_type(), max_size=4))
def test_what_is_written_is_read_back_and_the_schema_admits_it(claims: list[dict[str, Any]]) -> None:
    answer = wire.render(claims)
    schema = wire.schema(TYPES)
    assert wire.parse(answer, TYPES) == claims
    assert admits(schema, json.loads(answer), schema)


def test_what_is_absent_costs_nothing() -> None:
    bare = {"type": "price_move", "evidence": [4], "instrument": "Nordvik"}
    assert wire.render([bare]) == '{"events":[{"price_move":[{"instrument":"Nordvik"}],"in":[4]}]}'
    assert wire.render([{**bare, "change": None}]) == wire.render([bare])
