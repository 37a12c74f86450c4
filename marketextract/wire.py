"""The wire form: the compact JSON that a model answers in, derived from the event types.

    {"events":[{"price_move":[{"instrument":"Nikkei 225"},{"direction":"up"},{"change":"1.5%"}],"in":[4]}]}

An event is its type with a list of what the text states, one small object each, and the numbers of the sentences that
state it. So what is absent costs nothing, although the schema is a strict one in which every property is required. A
field with several values stands there several times; a name with a role is written `{"parties.buyer":"Nordvik"}`.

Goes in: event types, or the text of an answer. Comes out: the JSON schema, or claims in the public as-claimed form
(`{"type","evidence",...}` with plain strings). Whether a claim is true, or even has the right fields, is judged in
`validation`; nothing here drops an event.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from marketextract.errors import AnswerMalformed
from marketextract.fields import FieldSpec, by_type_name, fields_of, specs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from marketextract.events import Event

Claim = dict[str, Any]

dumped = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_EVIDENCE = "in"
_SURROGATES = re.compile("[\ud800-\udfff]")
_FENCE = re.compile(r"```(?:json)?[ \t]*\n")


def schema(
    event_types: Sequence[type[Event]],
    phrases: Iterable[str] | None = None,
    names: Iterable[str] | None = None,
    moments: Iterable[str] = (),
) -> dict[str, Any]:
    """The JSON schema of an answer, in the part of JSON schema that OpenAI's strict mode and llama.cpp both enforce.

    With `phrases` (the number phrases of the article) and `names` a quantity or a name can only be one of these, and a
    moment one of `moments`, and free text cannot hold a digit: an absent number cannot be written at all. `SchemaError`
    when a type has a field that cannot be claimed.
    """
    if phrases is None and names is None:
        return _free_schema(tuple(event_types))
    shapes: dict[str, Any] = {"text": {"type": "string", "pattern": '^[^0-9"\\\\\\x00-\\x1f]*$'}}
    shapes["moment"] = {"type": "string", "enum": list(dict.fromkeys(moments))}
    if phrases is not None:
        shapes["quantity"] = {"type": "string", "enum": list(dict.fromkeys(phrases))}
    if names is not None:
        shapes["name"] = {"type": "string", "enum": list(dict.fromkeys(names))}
    return _answer_schema(event_types, shapes)


def parse(answer: str, event_types: Sequence[type[Event]]) -> list[Claim]:
    """The claims of an answer, in its order.

    Lenient with each event: an unknown type or field, a missing or odd value is kept, for the validator to name. The
    public as-claimed form is understood too. `AnswerMalformed` when there is no list of events in the text.
    """
    types = by_type_name(event_types)
    return [_claim(event, types) for event in events(answer)]


def render(claims: Iterable[Mapping[str, Any]]) -> str:
    """Claims as the text of an answer: what `parse` reads back as the same claims."""
    return dumped({"events": [_rendered(claim) for claim in claims]})


def events(answer: str) -> list[Any]:
    """The events of an answer as they stand in its JSON, which may be wrapped in a code fence or in words.

    `AnswerMalformed` when there is no list of events in the text.
    """
    fence = _FENCE.search(answer)
    start = min((at for mark in "{[" if (at := answer.find(mark, fence.end() if fence else 0)) >= 0), default=-1)
    if start < 0:
        raise AnswerMalformed("the answer holds no JSON")
    try:
        decoded, _ = _DECODER.raw_decode(answer, start)
    except (ValueError, RecursionError) as error:
        raise AnswerMalformed(f"the answer is not JSON: {_reason(error)}") from None
    listed = decoded.get("events") if isinstance(decoded, dict) else decoded
    if not isinstance(listed, list):
        raise AnswerMalformed('the answer has no list of "events"')
    return listed


def joined(answers: Iterable[str]) -> str:
    """The answers to the parts of an article as one answer, in which equal events stand once."""
    distinct = {dumped(event): event for answer in answers for event in events(answer)}
    return dumped({"events": list(distinct.values())})


# The schema


@lru_cache(maxsize=64)
def _free_schema(event_types: tuple[type[Event], ...]) -> dict[str, Any]:
    return _answer_schema(event_types, {})


def _answer_schema(event_types: Sequence[type[Event]], shapes: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an answer; `shapes` says what each shape may hold where that is less than any string."""
    types = by_type_name(event_types)
    stated = {name: list(_field_schemas(event_type, shapes)) for name, event_type in types.items()}
    shared = _shared_definitions([field for fields in stated.values() for field in fields])
    alternatives = [
        # The type comes first: strict mode refuses alternatives that begin with the same property.
        _object({name: _array([_reference(field, shared) for field in fields]), _EVIDENCE: _SENTENCES})
        for name, fields in stated.items()
    ]
    limited = {shape: schema for shape, schema in shapes.items() if schema.get("enum") != []}
    return {**_object({"events": _array(alternatives)}), "$defs": {**dict(shared.values()), **limited}}


def _field_schemas(event_type: type[Event], shapes: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for field in fields_of(event_type):
        value = _value_schema(field, shapes)
        if value is not None:
            yield from (_object({key: value}) for key in [field.name, *(f"{field.name}.{r}" for r in field.roles)])


def _value_schema(field: FieldSpec, shapes: Mapping[str, Any]) -> dict[str, Any] | None:
    """What may stand in a field; None when nothing can, as in an article without numbers."""
    if field.shape == "choice":
        return {"type": "string", "enum": list(field.choices)}
    if field.shape == "flag":
        return {"type": "boolean"}
    shape = "quantity" if field.shape == "number" else field.shape
    if shape not in shapes:
        return {"type": "string"}
    return None if shapes[shape].get("enum") == [] else {"$ref": f"#/$defs/{shape}"}


def _shared_definitions(fields: Sequence[dict[str, Any]]) -> dict[str, tuple[str, dict[str, Any]]]:
    """A name and the definition of each field that several types have alike, by its JSON; a fifth less to send."""
    count = Counter(map(dumped, fields))
    shared: dict[str, tuple[str, dict[str, Any]]] = {}
    for field in fields:
        spelled = dumped(field)
        if count[spelled] > 1 and spelled not in shared:
            shared[spelled] = (f"{field['required'][0].replace('.', '_')}_{len(shared)}", field)
    return shared


def _reference(field: dict[str, Any], shared: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    found = shared.get(dumped(field))
    return {"$ref": f"#/$defs/{found[0]}"} if found else field


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _array(alternatives: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "array", "items": alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}}


_SENTENCES: dict[str, Any] = _array([{"type": "integer"}])


# Reading an answer


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON value")


# A number keeps its printed form: 1.50 stays "1.50". Whole numbers stay numbers, as sentence numbers are such.
_DECODER = json.JSONDecoder(parse_float=str, parse_constant=_refuse_constant)


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number is too long"


def _claim(event: Any, types: Mapping[str, type[Event]]) -> Claim:
    if not isinstance(event, dict):
        return {"type": "", "evidence": [], "claim": _value(event)}
    if isinstance(event.get("type"), str):
        name, stated = event["type"], {key: value for key, value in event.items() if key not in ("type", "evidence")}
        evidence = event.get("evidence")
    else:
        name = next((key for key in event if key in types), next((key for key in event if key != _EVIDENCE), ""))
        stated = {key: value for key, value in event.items() if key not in (name, _EVIDENCE)}
        evidence = event.get(_EVIDENCE)
    claim: Claim = {"type": _text(name), "evidence": _evidence(evidence)}
    specs = specs_of(types[name]) if name in types else {}
    for key, value in (*_stated(event.get(name)), *_stated(stated)):
        _add(claim, key, value, specs)
    return claim


def _evidence(sentences: Any) -> list[Any]:
    if sentences is None:
        return []
    return [_text(s) if isinstance(s, str) else s for s in (sentences if isinstance(sentences, list) else [sentences])]


def _stated(fields: Any) -> Iterator[tuple[str, Any]]:
    """The fields and values that an event states, from a list of small objects or from one object."""
    for part in fields if isinstance(fields, list) else [fields]:
        if isinstance(part, dict):
            for key, values in part.items():
                for value in values if isinstance(values, list) else [values]:
                    if value is not None:
                        yield key, value
        elif part is not None:
            yield "claim", part


def _add(claim: Claim, key: str, value: Any, specs: Mapping[str, FieldSpec]) -> None:
    name, dot, role = key.partition(".")
    if dot and name in specs:
        key, value = name, {"name": _value(value), "role": _text(role)}
    # A field of the answer must not overwrite what the claim says of itself.
    key = f"{_text(key)} (field)" if key in ("type", "evidence") else _text(key)
    value = _value(value)
    spec = specs.get(key)
    if key not in claim:
        claim[key] = [value] if spec is not None and spec.many else value
    elif isinstance(claim[key], list):
        claim[key].append(value)
    elif claim[key] != value:
        claim[key] = [claim[key], value]


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        return [_value(part) for part in value]
    if isinstance(value, dict):
        return {_text(key): _value(part) for key, part in value.items()}
    return value


def _text(text: str) -> str:
    """The text without lone surrogates, which JSON can spell and no file can hold."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


# Writing an answer


def _rendered(claim: Mapping[str, Any]) -> dict[str, Any]:
    stated: list[dict[str, Any]] = []
    for key, values in claim.items():
        if key in ("type", "evidence") or values is None:
            continue
        for value in values if isinstance(values, list) else (values,):
            stated.append(_small_object(key, value))
    return {claim["type"]: stated, _EVIDENCE: list(claim["evidence"])}


def _small_object(key: str, value: Any) -> dict[str, Any]:
    if isinstance(value, dict) and "name" in value:
        role = value.get("role")
        return {f"{key}.{role}" if role else key: value["name"]}
    return {key: value}
