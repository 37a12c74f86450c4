"""The example programs run, and print what they are there to show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRINTED = {
    "many_articles.py examples/articles": ["asian_stocks.txt: ", " events, ", "us_close.txt: "],
    "own_model.py": ["accepted: KOSPI 0.9%\n", "rejected: Taiex 0.9% wrong-subject\n"],
    "own_prompt.py": ["in the prompt: True\n", "another key: True\n"],
}


def test_every_program_is_tested():
    programs = {path.name for path in (ROOT / "examples").glob("*.py")}
    assert programs == {command.split()[0] for command in PRINTED}


@pytest.mark.parametrize(("command", "expected"), PRINTED.items(), ids=PRINTED)
def test_an_example_prints_what_it_shows(command, expected):
    program, *arguments = command.split()
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for line in expected:
        assert line in done.stdout
