"""Scores of hand-made events against hand-made facts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from marketextract.errors import ArticleError
from marketextract.score import Score, read_gold, score

SHARED_SCORE = Path(__file__).parents[2] / "shared" / "gold" / "score.py"


def fact(subjects, direction, *spans, article="a.txt", family="price_move"):
    numbers = [{"start": start, "end": end, "role": "change"} for start, end in spans]
    subjects = [names.split("~") for names in subjects]
    return {"article": article, "family": family, "subjects": subjects, "direction": direction, "numbers": numbers}


def move(name, direction, *spans):
    fields = ("change", "level", "previous")
    quantities = {
        field: {"text": "1%", "start": start, "end": end, "value": "1", "high": None, "unit": "percent", "per": None}
        for field, (start, end) in zip(fields, spans, strict=False)
    }
    instrument = {"name": name, "start": 0, "end": 3, "kind": "index", "ticker": None, "id": None}
    return {"type": "price_move", "instrument": instrument, "direction": direction, "evidence": [], **quantities}


def row(*events, article="a.txt"):
    return {"article": {"id": article}, "events": list(events)}


# facts, events, (gold, captured, bound, right, wrong, extra)
CASES = {
    "a right event is bound": ([fact(["KOSPI"], "up", (10, 14))], [move("KOSPI", "up", (10, 14))], (1, 1, 1, 1, 0, 0)),
    "an overlap is enough": ([fact(["KOSPI"], "up", (10, 14))], [move("KOSPI", "up", (5, 12))], (1, 1, 1, 1, 0, 0)),
    "touching is no overlap": ([fact(["KOSPI"], "up", (10, 14))], [move("KOSPI", "up", (5, 10))], (1, 0, 0, 0, 0, 1)),
    "another direction is wrong": (
        [fact(["KOSPI"], "up", (10, 14))],
        [move("KOSPI", "down", (10, 14))],
        (1, 1, 0, 0, 1, 0),
    ),
    "no direction does not contradict one": (
        [fact(["KOSPI"], "up", (10, 14))],
        [move("KOSPI", None, (10, 14))],
        (1, 1, 1, 1, 0, 0),
    ),
    "another subject is wrong": (
        [fact(["KOSPI"], "up", (10, 14))],
        [move("Nikkei", "up", (10, 14))],
        (1, 1, 0, 0, 1, 0),
    ),
    "an alternative name is right": (
        [fact(["Nikkei 225~Nikkei"], "up", (10, 14))],
        [move("Nikkei", "up", (10, 14))],
        (1, 1, 1, 1, 0, 0),
    ),
    "a longer name is right": (
        [fact(["KOSPI"], "up", (10, 14))],
        [move("South Korea's KOSPI", "up", (10, 14))],
        (1, 1, 1, 1, 0, 0),
    ),
    "a name within a word is another name": (
        [fact(["Dow"], "up", (10, 14))],
        [move("Dowlais", "up", (10, 14))],
        (1, 1, 0, 0, 1, 0),
    ),
    "the name of another subject of the article is wrong, though it contains the right one": (
        [fact(["Nasdaq"], "up", (10, 14)), fact(["Nasdaq futures"], "up", (20, 24))],
        [move("Nasdaq futures", "up", (10, 14))],
        (2, 1, 0, 0, 1, 0),
    ),
    "every subject of a fact wants its event": (
        [fact(["Acme", "Bolt"], "up", (10, 14))],
        [move("Acme", "up", (10, 14))],
        (2, 2, 1, 1, 0, 0),
    ),
    "a number that nobody noted is extra": ([], [move("KOSPI", "up", (40, 44))], (0, 0, 0, 0, 0, 0)),
    "an extra number beside a right one": (
        [fact(["KOSPI"], "up", (10, 14))],
        [move("KOSPI", "up", (10, 14), (40, 44))],
        (1, 1, 1, 1, 0, 1),
    ),
    "nothing found": ([fact(["KOSPI"], "up", (10, 14))], [], (1, 0, 0, 0, 0, 0)),
}


@pytest.mark.parametrize(("facts", "events", "expected"), CASES.values(), ids=CASES.keys())
def test_pairs_are_counted(facts, events, expected):
    result = score(facts, [row(*events)])
    found = (result.total.gold, result.total.captured, result.total.bound, result.right, result.wrong, result.extra)
    assert found == expected


def test_the_rates_follow_from_the_counts():
    facts = [fact(["KOSPI"], "up", (10, 14)), fact(["Taiex"], "up", (20, 24))]
    result = score(
        facts, [row(move("KOSPI", "up", (10, 14)), move("KOSDAQ", "up", (20, 24)), move("X", "up", (90, 94)))]
    )
    assert result.recall == 0.5
    assert result.precision == pytest.approx(1 / 3)
    assert result.f1 == pytest.approx(0.4)
    assert [finding.kind for finding in result.findings] == ["miss", "wrong", "extra"]


def test_a_score_of_nothing_is_zero():
    assert (Score().recall, Score().precision, Score().f1) == (0, 0, 0)


def test_articles_are_matched_by_stem_and_missing_ones_counted():
    facts = [fact(["KOSPI"], "up", (10, 14)), fact(["KOSPI"], "up", (10, 14), article="b.txt")]
    result = score(facts, [row(move("KOSPI", "up", (10, 14)), article="a.md")])
    assert (result.total.gold, result.total.bound, result.articles_missing) == (2, 1, 1)


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        '{"article": "a"}',
        '{"article":"a","family":"f","subjects":[["x"]],"direction":null,"numbers":[1]}',
    ],
)
def test_a_line_that_is_no_fact_is_named(tmp_path, line):
    path = tmp_path / "gold.jsonl"
    path.write_text("\n" + line + "\n")
    with pytest.raises(ArticleError, match=r"gold\.jsonl, line 2: "):
        read_gold(path)


def test_a_missing_gold_file_is_named(tmp_path):
    with pytest.raises(ArticleError, match="nowhere"):
        read_gold(tmp_path / "nowhere.jsonl")


def test_the_gold_of_the_examples_stands_in_the_examples():
    root = Path(__file__).parents[1] / "examples"
    facts = read_gold(root / "gold.jsonl")
    assert {fact["article"] for fact in facts} == {path.name for path in (root / "articles").glob("*.txt")}
    for fact in facts:
        text = (root / "articles" / fact["article"]).read_text(encoding="utf-8")
        assert text[fact["start"] : fact["end"]] == fact["quote"]
        for number in fact["numbers"]:
            assert text[number["start"] : number["end"]] == number["text"]
            assert fact["start"] <= number["start"] < number["end"] <= fact["end"]


@pytest.mark.skipif(not SHARED_SCORE.exists(), reason="the reference scorer is not here")
def test_the_reference_scorer_counts_the_same(tmp_path):
    golds, rows = [], []
    for number, (facts, events, _) in enumerate(CASES.values()):
        golds += [{**fact, "article": f"{number}.txt"} for fact in facts]
        rows.append(row(*events, article=f"{number}.txt"))
    for name, lines in (("gold", golds), ("out", rows)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, SHARED_SCORE, tmp_path / "gold.jsonl", tmp_path / "out.jsonl"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    ours = score(golds, rows)
    for figure in (
        f"gold pairs {ours.total.gold}",
        f"(recall) {ours.recall:.3f}",
        f"F1 {ours.f1:.3f}",
        f"wrong {ours.wrong}",
    ):
        assert f"{figure} " in printed
