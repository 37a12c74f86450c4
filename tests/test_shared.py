"""What is measured on hand-read facts of real articles; skipped where the folder beside the project is absent."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import marketextract
from marketextract.article import Article

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SEEDS = SHARED / "seeds"
GOLD = SHARED / "gold" / "seeds.gold.jsonl"
NO_ESCAPES = ("digit", "rounded", "truncated", "unit", "scale", "value against text", "evidence")

pytestmark = pytest.mark.skipif(not GOLD.exists(), reason="the folder with the measurements is not here")


def run(*arguments: object) -> str:
    return subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    ).stdout


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    assert found is not None, text
    return float(found[1])


def test_the_built_in_reader_finds_the_facts_of_the_seed_articles(tmp_path):
    out = tmp_path / "out.jsonl"
    lines = [
        marketextract.extract(Article.from_file(path), model="rules").to_json() for path in sorted(SEEDS.glob("*.txt"))
    ]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    printed = run(SHARED / "gold" / "score.py", GOLD, out)
    assert number(r"F1 ([\d.]+)", printed) >= 0.85
    assert number(r"wrong (\d+)", printed) <= 2


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, int]]:
    """Of each kind of claim about the seed articles, how many were judged wrongly, and how many there are."""
    claims = tmp_path_factory.mktemp("claims") / "claims.jsonl"
    program = SHARED / "claims" / "claims.py"
    run(program, "make", GOLD, SEEDS, claims)
    printed = run(program, "run", claims, SEEDS)
    rows = re.findall(r"^  (\S.*?) +(\d+) of +(\d+)", printed, re.MULTILINE)
    return {kind: (int(bad), int(total)) for kind, bad, total in rows}


def test_faithful_claims_about_the_seed_articles_are_accepted(verdicts: dict[str, tuple[int, int]]):
    bad, total = verdicts["faithful"]
    assert total >= 20
    assert bad / total < 0.03


@pytest.mark.parametrize("kind", NO_ESCAPES)
def test_no_claim_with_a_changed_number_escapes(verdicts: dict[str, tuple[int, int]], kind: str):
    bad, total = verdicts.get(kind, (0, 0))
    if not total:
        pytest.skip("no such claim can be made of these articles")
    assert bad == 0
