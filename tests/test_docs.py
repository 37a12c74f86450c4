"""Every reason that the documentation explains is the one that its example is rejected with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from marketextract.validation import validate

PAGE = (Path(__file__).parents[1] / "docs" / "reasons.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if line.startswith("| `")]


def test_each_code_is_explained_once():
    codes = [code for code, *_ in ROWS]
    assert len(codes) == len(set(codes))
    assert len(codes) >= 13


@pytest.mark.parametrize(("code", "_because", "text", "example"), ROWS, ids=[row[0].strip("`") for row in ROWS])
def test_the_example_is_rejected_with_its_code(code, _because, text, example):
    claim = {"evidence": [1], **json.loads(example[example.index("`") :].strip("`"))}
    result = validate(text, [claim] * (2 if "twice" in example else 1))
    assert code.strip("`") in [reason.code for rejection in result.rejected for reason in rejection.reasons]
