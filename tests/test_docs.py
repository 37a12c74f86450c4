"""What the documentation shows is what the library does."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from pathlib import Path

import pytest

import marketextract
from marketextract.extraction import ReasonCode

DOCS = Path(__file__).parents[1] / "docs"
REASONS = (DOCS / "reasons.md").read_text(encoding="utf-8")
OUTPUT = (DOCS / "output.md").read_text(encoding="utf-8")


def table(text):
    """The rows of the tables in a text whose first cell is a name in code."""
    rows = ([cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines())
    return [(cells[0].strip("`"), *cells[1:]) for cells in rows if len(cells) > 1 and cells[0].startswith("`")]


def section(text, heading):
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


WARNED = table(section(REASONS, "Warnings: the article contradicts itself"))
REJECTED = [row for row in table(REASONS) if row not in WARNED]


def test_each_code_is_explained():
    rejecting = [code for code, *_ in REJECTED]
    assert len(rejecting) == len(set(rejecting))
    assert {*rejecting, *(code for code, *_ in WARNED)} == set(ReasonCode.__args__)


@pytest.mark.parametrize(("code", "_because", "text", "example"), REJECTED, ids=[row[0] for row in REJECTED])
def test_the_example_is_rejected_with_its_code(code, _because, text, example):
    claim = {"evidence": [1], **json.loads(example[example.index("`") :].strip("`"))}
    result = marketextract.validate(text, [claim] * (2 if "twice" in example else 1))
    assert code in [reason.code for rejection in result.rejected for reason in rejection.reasons]


@pytest.mark.parametrize(("code", "_because", "text", "example"), WARNED, ids=[row[0] for row in WARNED])
def test_what_the_article_says_wrongly_is_accepted_with_a_warning(code, _because, text, example):
    claims = [{"evidence": [1], **claim} for claim in json.loads(example.strip("`"))]
    result = marketextract.validate(text, claims)
    assert (len(result.events), [warning.code for warning in result.warnings]) == (len(claims), [code])


def test_the_example_of_a_line_is_what_the_sentence_gives():
    shown = json.loads(re.search(r"```json\n(.*?)```", OUTPUT, re.DOTALL)[1])
    sentence = re.search(r"This is the article `([^`]+)`", OUTPUT)[1]
    day = dt.date.fromisoformat(shown["article"]["published"])
    article = marketextract.Article(sentence, id=shown["article"]["id"], published=day)
    found = marketextract.extract(article, model="rules").to_dict()
    assert found == shown


def test_every_key_of_a_line_is_explained():
    article = marketextract.Article("Oil rose 2%.")
    explained = [key for key, _ in table(section(OUTPUT, "JSONL: one line an article"))]
    assert explained == list(marketextract.extract(article, model="rules").to_dict())


def test_every_field_of_a_quantity_is_explained():
    printed = {field.name for field in dataclasses.fields(marketextract.Quantity)}
    explained = {field for cell, _ in table(section(OUTPUT, "A quantity")) for field in re.findall(r"\w+", cell)}
    assert explained == printed


def test_every_number_of_usage_is_explained():
    listed = section(OUTPUT, "JSONL: one line an article")
    assert all(f"`{field.name}`" in listed for field in dataclasses.fields(marketextract.Usage))
