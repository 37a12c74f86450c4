"""The page on language models shows what is there."""

import dataclasses
import re
from pathlib import Path

import pytest

from marketextract import wire
from marketextract.events import EVENT_TYPES
from marketextract.hooks import Hooks
from marketextract.models.llm import LLMModel
from marketextract.request import Settings

PAGE = (Path(__file__).parents[1] / "docs" / "language-models.md").read_text(encoding="utf-8")
OPTIONS = {field.name: field.default for kind in (LLMModel, Settings) for field in dataclasses.fields(kind)}


@pytest.mark.parametrize("block", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_the_examples_run(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(block, "language-models.md", "exec"), {"__name__": "example"})


def test_the_answer_shown_is_one() -> None:
    (claim,) = wire.parse(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0], EVENT_TYPES)
    assert claim == {
        "type": "price_move",
        "evidence": [1],
        "instrument": "Harbour 40",
        "direction": "up",
        "change": "1.5%",
    }


def test_every_option_in_the_table_exists_with_its_default() -> None:
    table = PAGE.split("## What can be set")[1].split("##")[0]
    rows = [line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `")]
    for names, _, printed in rows:
        options = re.findall(r"`(\w+)`", names)
        defaults = [part.strip() for part in printed.split(",")] if printed.strip() else ["None"] * len(options)
        assert [str(OPTIONS[option]).removesuffix(".0") for option in options] == defaults


def test_every_hook_is_named() -> None:
    assert set(re.findall(r"`(on_\w+)`", PAGE)) == {name for name in vars(Hooks) if name.startswith("on_")}
