"""What may be claimed of an event type, read off its class.

Goes in: an `Event` class, built in or your own. Comes out: one `FieldSpec` for each field that a claim may fill, in the
order of the class, with `direction` and `when` last. The wire form and the validator both work from these and from
nothing else, so a type that can be read here works everywhere. `type`, `evidence` and `date` are left out: the first
two are part of every claim, and a date is resolved, never claimed.
"""

from __future__ import annotations

import types
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from marketextract.errors import SchemaError
from marketextract.events import Event, Moment, Name
from marketextract.quantities import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Shape = Literal["name", "quantity", "moment", "choice", "text", "number", "flag"]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a claim may fill.

    `shape` is what stands in it, `many` whether it holds a list of them, `required` whether the class has no default.
    `choices` are the values of a choice; `name_type` is the class of a name, and `roles` the values that its `role` may
    have ("buyer", ...), empty for a name without roles.
    """

    name: str
    shape: Shape
    many: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    name_type: type[Name] | None = None
    roles: tuple[str, ...] = ()


@cache
def fields_of(event_type: type[Event]) -> tuple[FieldSpec, ...]:
    """The claimable fields of an event class; `SchemaError` names a field whose annotation cannot be claimed."""
    own = [name for name in event_type.model_fields if name not in Event.model_fields]
    return tuple(_spec(event_type, name) for name in [*own, "direction", "when"])


@cache
def specs_of(event_type: type[Event]) -> Mapping[str, FieldSpec]:
    """The claimable fields of an event class by their names."""
    return {spec.name: spec for spec in fields_of(event_type)}


def checked_types(schema: Sequence[type[Event]]) -> tuple[type[Event], ...]:
    """The event classes of a schema; `SchemaError` for anything else than a list of subclasses of `Event`."""
    listed = tuple(schema) if isinstance(schema, Iterable) and not isinstance(schema, type | str) else None
    if listed is None or not all(isinstance(item, type) and issubclass(item, Event) for item in listed):
        raise SchemaError(f"a schema is a list of subclasses of Event, and not {schema!r}")
    return listed


def by_type_name(event_types: Sequence[type[Event]]) -> Mapping[str, type[Event]]:
    """The event classes by the `type` of their claims; `SchemaError` when two share one or there is none."""
    return _by_type_name(checked_types(event_types))


@lru_cache(maxsize=64)
def _by_type_name(event_types: tuple[type[Event], ...]) -> Mapping[str, type[Event]]:
    named = {event_type.type_name(): event_type for event_type in event_types}
    if not named:
        raise SchemaError("there is no event type to extract")
    if len(named) != len(set(event_types)):
        raise SchemaError(f"two event types share a name: {', '.join(t.type_name() for t in event_types)}")
    return named


def _spec(event_type: type[Event], name: str) -> FieldSpec:
    field = event_type.model_fields[name]
    annotation, many = _unwrapped(field.annotation)
    shape = _shape(annotation)
    if shape is None:
        raise SchemaError(
            f"{event_type.__name__}.{name}: {field.annotation!r} cannot be claimed; use Name or a subclass of it, "
            "Quantity, Moment, Literal of strings, str, Decimal, int, float or bool, or a list of one of these"
        )
    return FieldSpec(
        name=name,
        shape=shape,
        many=many,
        required=field.is_required(),
        choices=_choices(annotation) if shape == "choice" else (),
        name_type=annotation if shape == "name" else None,
        roles=_roles(annotation) if shape == "name" else (),
    )


def _unwrapped(annotation: Any) -> tuple[Any, bool]:
    """The annotation without `Annotated`, `| None` and `list[...]`, and whether it was a list."""
    many = False
    while True:
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = arguments[0]
        elif origin in (Union, types.UnionType) and len(rest := [a for a in arguments if a is not type(None)]) == 1:
            annotation = rest[0]
        elif not many and (origin is list or (origin is tuple and arguments[1:] == (...,))):
            annotation, many = arguments[0], True
        else:
            return annotation, many


def _shape(annotation: Any) -> Shape | None:
    if get_origin(annotation) is Literal:
        return "choice" if all(isinstance(choice, str) for choice in get_args(annotation)) else None
    if not isinstance(annotation, type):
        return None
    # In this order: a string enumeration is a choice before it is a text, and bool is a subclass of int.
    shapes: tuple[tuple[type, Shape], ...] = (
        (Name, "name"),
        (Quantity, "quantity"),
        (Moment, "moment"),
        (Enum, "choice"),
        (bool, "flag"),
        (str, "text"),
        (Decimal, "number"),
        (int, "number"),
        (float, "number"),
    )
    shape = next((shape for known, shape in shapes if issubclass(annotation, known)), None)
    if shape == "choice" and not all(isinstance(member.value, str) for member in annotation):  # type: ignore[attr-defined]
        return None
    return shape


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(get_args(annotation))
    return tuple(member.value for member in annotation)


def _roles(name_type: type[Name]) -> tuple[str, ...]:
    role = name_type.model_fields.get("role")
    annotation = _unwrapped(role.annotation)[0] if role else None
    return _choices(annotation) if annotation is not None and _shape(annotation) == "choice" else ()
