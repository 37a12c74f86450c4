"""What the documentation shows is what the library does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import marketextract
from marketextract.extraction import ReasonCode

DOCS = Path(__file__).parents[1] / "docs"
REASONS = (DOCS / "reasons.md").read_text(encoding="utf-8")
OUTPUT = (DOCS / "output.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")] for line in REASONS.splitlines() if line.startswith("| `")
]


def test_each_code_is_explained_once():
    codes = [code.strip("`") for code, *_ in ROWS]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(ReasonCode.__args__)


@pytest.mark.parametrize(("code", "_because", "text", "example"), ROWS, ids=[row[0].strip("`") for row in ROWS])
def test_the_example_is_rejected_with_its_code(code, _because, text, example):
    claim = {"evidence": [1], **json.loads(example[example.index("`") :].strip("`"))}
    result = marketextract.validate(text, [claim] * (2 if "twice" in example else 1))
    assert code.strip("`") in [reason.code for rejection in result.rejected for reason in rejection.reasons]


def test_the_example_of_a_line_is_what_the_sentence_gives():
    shown = json.loads(re.search(r"```json\n(.*?)```", OUTPUT, re.DOTALL)[1])
    sentence = re.search(r"This is the article `([^`]+)`", OUTPUT)[1]
    article = marketextract.Article(sentence, id=shown["article"]["id"])
    found = marketextract.extract(article, model="rules").to_dict()
    assert {key: found[key] for key in shown} == shown


def test_every_field_of_a_quantity_is_explained():
    explained = set(re.findall(r"^\| `(\w+)` \|", OUTPUT, re.MULTILINE))
    assert explained == {"value", "high", "unit", "per", "bound"}
