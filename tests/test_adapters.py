"""Claims from what other extractors return."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pytest

from marketextract.adapters import from_langextract, from_records
from marketextract.errors import ClaimError
from marketextract.validation import validate

TEXT = "Oil rose 2% on Monday. Gold fell 0.4% to $2,010.50."


@dataclass
class CharInterval:
    """As langextract 1.7 has it."""

    start_pos: int | None = None
    end_pos: int | None = None


@dataclass
class Extraction:
    """As langextract 1.7 has it."""

    extraction_class: str
    extraction_text: str
    attributes: dict[str, str | list[str]] | None = None
    char_interval: CharInterval | None = None
    alignment_status: str | None = None


@dataclass
class AnnotatedDocument:
    """As langextract 1.7 has it."""

    text: str | None
    extractions: list[Extraction] | None = field(default_factory=list)


def aligned(printed: str, kind: str = "price_move", **attributes: str) -> Extraction:
    start = TEXT.index(printed)
    return Extraction(kind, printed, attributes, CharInterval(start, start + len(printed)))


def test_aligned_extractions_have_their_sentences_as_evidence():
    gold = aligned("Gold fell 0.4%", instrument="Gold", direction="down", change="0.4%", level="$2,010.50")
    claims = from_langextract(AnnotatedDocument(TEXT, [gold]))
    assert claims == [
        {
            "type": "price_move",
            "instrument": "Gold",
            "direction": "down",
            "change": "0.4%",
            "level": "$2,010.50",
            "evidence": [2],
        }
    ]
    assert [str(event.level.value) for event in validate(TEXT, claims).events] == ["2010.50"]


def test_an_extraction_over_two_sentences_has_both():
    assert from_langextract(AnnotatedDocument(TEXT, [aligned("on Monday. Gold fell")]))[0]["evidence"] == [1, 2]


def test_what_was_not_aligned_is_rejected_by_the_validator():
    invented = Extraction("price_move", "Oil soared 9%", {"instrument": "Oil", "change": "2%"})
    claims = from_langextract(AnnotatedDocument(TEXT, [invented]))
    assert claims[0]["evidence"] == ["Oil soared 9%"]
    (rejection,) = validate(TEXT, claims).rejected
    assert rejection.reasons[0].code == "evidence-not-in-source"


def test_a_bare_list_of_extractions_takes_the_text_apart():
    gold = aligned("Gold")
    assert from_langextract([gold])[0]["evidence"] == ["Gold"]
    assert from_langextract([gold], text=TEXT)[0]["evidence"] == [2]


def test_classes_and_attributes_are_renamed():
    found = aligned("Oil", "PriceMovement", percent="2%", sentiment="good")
    mapping = {"extraction_text": "instrument", "percent": "change", "sentiment": None}
    (claim,) = from_langextract(
        AnnotatedDocument(TEXT, [found]), mapping=mapping, types={"PriceMovement": "price_move"}
    )
    assert claim == {"type": "price_move", "instrument": "Oil", "change": "2%", "evidence": [1]}
    assert validate(TEXT, [claim]).events


def test_a_neighbours_number_that_langextract_aligned_is_rejected():
    wrong = aligned("Oil rose 2% on Monday. Gold fell 0.4%", instrument="Oil", change="0.4%")
    (rejection,) = validate(TEXT, from_langextract(AnnotatedDocument(TEXT, [wrong]))).rejected
    assert "wrong-subject" in [reason.code for reason in rejection.reasons]


@pytest.mark.parametrize(
    "document", [None, 3, "text", b"text", {"extractions": []}, AnnotatedDocument(TEXT, None), [3]]
)
def test_what_langextract_never_returns_is_an_error(document):
    with pytest.raises(ClaimError):
        from_langextract(document)


def test_a_document_without_attributes_or_text():
    assert from_langextract(AnnotatedDocument(None, [Extraction("flow", "Oil")])) == [
        {"type": "flow", "evidence": ["Oil"]}
    ]


@pytest.mark.parametrize(
    "evidence", ["Gold fell 0.4% to $2,010.50.", ["Gold fell 0.4% to $2,010.50."], 2, 2.0, [2], (2,)]
)
def test_the_evidence_of_a_row_may_be_a_quote_a_number_or_a_list(evidence):
    row = {"type": "price_move", "instrument": "Gold", "change": "0.4%", "evidence": evidence}
    assert len(validate(TEXT, from_records([row])).events) == 1


def test_empty_cells_claim_nothing():
    row = {"type": "flow", "a": None, "b": math.nan, "c": "", "d": [], "subject": "Gold", "evidence": 2, "zero": 0}
    assert from_records([row]) == [{"type": "flow", "subject": "Gold", "zero": 0, "evidence": [2]}]
    assert from_records([{"instrument": "Gold", "evidence": None}], type="flow") == [
        {"type": "flow", "instrument": "Gold", "evidence": []}
    ]


def test_parts_of_a_quantity_are_put_together_and_judged_together():
    row = {"asset": "Gold", "text": "0.4%", "value": "4", "evidence": 2}
    mapping = {"asset": "instrument", "text": "change.text", "value": "change.value"}
    claims = from_records([row], mapping=mapping, type="price_move")
    assert claims[0]["change"] == {"text": "0.4%", "value": "4"}
    (rejection,) = validate(TEXT, claims).rejected
    assert rejection.reasons[0].code == "scale-mismatch"


@pytest.mark.parametrize("columns", [["change", "change.text"], ["change.text", "change"]])
def test_a_field_given_as_a_whole_and_in_parts_is_an_error(columns):
    with pytest.raises(ClaimError, match="change"):
        from_records([dict.fromkeys(columns, "2%")])


@pytest.mark.parametrize("rows", ["text", b"text", {"type": "flow"}, 3, None, [3], ["text"]])
def test_what_is_no_table_is_an_error(rows):
    with pytest.raises(ClaimError):
        from_records(rows)


def test_a_frame_of_pandas_with_gaps():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "kind": ["move", "move"],
            "asset": ["Oil", "Gold"],
            "move": ["2%", "0.4%"],
            "level": [None, "$2,010.50"],
            "sentence": [1, None],
        }
    )
    mapping = {"kind": "type", "asset": "instrument", "move": "change", "sentence": "evidence"}
    claims = from_records(frame, mapping=mapping, types={"move": "price_move"})
    assert claims == [
        {"type": "price_move", "instrument": "Oil", "change": "2%", "evidence": [1]},
        {"type": "price_move", "instrument": "Gold", "change": "0.4%", "level": "$2,010.50", "evidence": []},
    ]
    result = validate(TEXT, claims)
    assert [event.instrument.name for event in result.events] == ["Oil"]
    assert [rejection.reasons[0].code for rejection in result.rejected] == ["evidence-not-in-source"]
