"""What docs/running.md shows works."""

import contextlib
import io
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from faulty_server import Call, FaultyServer, Reply, completion
from marketextract.wire import render

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def reply(call: Call) -> Reply:
    """The first move of the article, as a model would point at it."""
    stated = re.search(r"(\d+)\| The Dow fell ([\d.]+%)", call.body["messages"][1]["content"])
    if stated is None:
        return completion('{"events":[]}')
    move = {"type": "price_move", "evidence": [int(stated[1])], "instrument": "Dow", "direction": "down"}
    return completion(render([{**move, "change": stated[2]}]))


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each block of the page prints, one after the other in one folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples" / "articles", tmp_path / "examples" / "articles")
    names: dict[str, object] = {}
    outputs = []
    with FaultyServer(reply) as server:
        for block in BLOCKS:
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(block.replace("http://127.0.0.1:8000/v1", server.url), names)
            outputs.append(said.getvalue())
    return outputs


def test_every_block_does_what_the_page_says(printed: list[str]) -> None:
    many, going_on, kept, cost, again, batch, own = printed
    articles = sorted(path.name for path in (ROOT / "examples" / "articles").iterdir())
    assert sorted(many.split()) == ["0.5%", "1.5%", "2.5%"]
    assert sorted(going_on.split()) == articles
    assert int(kept) == 3 + len(articles)
    tokens, money = cost.split()
    assert (tokens, Decimal(money)) == ("110", 100 * Decimal("0.40") / 10**6 + 10 * Decimal("1.60") / 10**6)
    assert again == "['Dow'] ['Nasdaq']\n"
    assert batch.startswith(f"{len(articles)} {len(articles)} ['requests-0001.jsonl']\n0 the answer is still to come")
    assert own == "1.5\n"
