"""What may be claimed is read off the event class."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from marketextract import Extractor, validate
from marketextract.errors import SchemaError
from marketextract.events import EVENT_TYPES, Deal, Event, Instrument, Name, Party, PriceMove, Tariff
from marketextract.fields import FieldSpec, by_type_name, checked_types, fields_of
from marketextract.quantities import Quantity


class Season(StrEnum):
    SPRING = "spring"
    AUTUMN = "autumn"


class FreightRate(Event):
    """A type of a user's own: no `type` field, and every shape that a field can have."""

    route: Name
    rate: Quantity
    carriers: list[Name] = Field(default_factory=list)
    steps: tuple[Quantity, ...] = ()
    season: Season | None = None
    cargo: Literal["dry", "wet"] = "dry"
    remark: Annotated[str | None, Field(max_length=80)] = None
    vessels: int | None = None
    index_value: Decimal | None = None
    share: float = 0.0
    spot: bool = False


def spec(event_type: type[Event], name: str) -> FieldSpec:
    return {field.name: field for field in fields_of(event_type)}[name]


@pytest.mark.parametrize(
    ("event_type", "expected"),
    [
        (PriceMove, FieldSpec("instrument", "name", required=True, name_type=Instrument)),
        (PriceMove, FieldSpec("change", "quantity")),
        (PriceMove, FieldSpec("extreme", "text")),
        (PriceMove, FieldSpec("direction", "choice", choices=("up", "down", "flat"))),
        (PriceMove, FieldSpec("when", "text")),
        (Tariff, FieldSpec("targets", "name", many=True, name_type=Name)),
        (Tariff, FieldSpec("goods", "text", many=True)),
        (
            Deal,
            FieldSpec(
                "parties",
                "name",
                many=True,
                name_type=Party,
                roles=("buyer", "seller", "target", "partner", "investor", "issuer"),
            ),
        ),
        (FreightRate, FieldSpec("route", "name", required=True, name_type=Name)),
        (FreightRate, FieldSpec("rate", "quantity", required=True)),
        (FreightRate, FieldSpec("carriers", "name", many=True, name_type=Name)),
        (FreightRate, FieldSpec("steps", "quantity", many=True)),
        (FreightRate, FieldSpec("season", "choice", choices=("spring", "autumn"))),
        (FreightRate, FieldSpec("cargo", "choice", choices=("dry", "wet"))),
        (FreightRate, FieldSpec("remark", "text")),
        (FreightRate, FieldSpec("vessels", "number")),
        (FreightRate, FieldSpec("index_value", "number")),
        (FreightRate, FieldSpec("share", "number")),
        (FreightRate, FieldSpec("spot", "flag")),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else value.name,
)
def test_a_field_is_read_off_its_annotation(event_type: type[Event], expected: FieldSpec) -> None:
    assert spec(event_type, expected.name) == expected


@pytest.mark.parametrize("event_type", [*EVENT_TYPES, FreightRate])
def test_type_evidence_and_date_are_never_claimed_as_fields(event_type: type[Event]) -> None:
    names = [field.name for field in fields_of(event_type)]
    assert set(names) == set(event_type.model_fields) - {"type", "evidence", "date"}
    assert names[-2:] == ["direction", "when"]


@pytest.mark.parametrize("annotation", [dict[str, str], Quantity | Name, bytes, Literal[1, 2], list[list[str]], Any])
def test_an_annotation_that_cannot_be_claimed_names_class_and_field(annotation: Any) -> None:
    odd = type("Odd", (Event,), {"__annotations__": {"thing": annotation | None}, "thing": None})
    with pytest.raises(SchemaError, match=r"Odd\.thing"):
        fields_of(odd)


def test_event_types_are_found_by_the_type_of_their_claims() -> None:
    assert by_type_name([PriceMove, FreightRate]) == {"price_move": PriceMove, "freight_rate": FreightRate}


@pytest.mark.parametrize("schema", [PriceMove, "price_move", ["price_move"], [PriceMove, Name], [int], None, 5])
def test_a_schema_that_is_no_list_of_event_classes_is_refused(schema: Any) -> None:
    with pytest.raises(SchemaError, match="list of subclasses of Event"):
        checked_types(schema)
    with pytest.raises(SchemaError, match="list of subclasses of Event"):
        Extractor("rules", schema=schema)
    with pytest.raises(SchemaError, match="list of subclasses of Event"):
        validate("Oil rose 2%.", [], schema)


def test_two_types_of_one_name_are_refused() -> None:
    twin = type("FreightRate", (Event,), {})
    with pytest.raises(SchemaError, match="freight_rate"):
        by_type_name([FreightRate, twin])
    with pytest.raises(SchemaError, match="no event type"):
        by_type_name([])
