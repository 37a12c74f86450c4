"""Every block of the README does what the README says."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

from faulty_server import FaultyServer, completion
from marketextract import cli

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SERVER_IN_README = "http://127.0.0.1:8000/v1"


class Block(NamedTuple):
    language: str
    text: str
    output: str | None


def blocks():
    found = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for (language, text), following in zip(found, [*found[1:], ("", "")], strict=True):
        if language != "text":
            yield Block(language, text, following[1] if following[0] == "text" else None)


PYTHON = [block for block in blocks() if block.language == "python"]
COMMANDS = [line for block in blocks() if block.language == "sh" for line in block.text.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the examples, without a key, and with a cache of its own."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARKETEXTRACT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return tmp_path


def answer(call):
    """A model that gives the right number to the right index, and to the wrong one as well."""
    moves = [("KOSPI", "up"), ("Taiex", "down")]
    events = [
        {"price_move": [{"instrument": name}, {"direction": direction}, {"change": "0.9%"}], "in": [1]}
        for name, direction in moves
    ]
    return completion(json.dumps({"events": events}))


def test_the_readme_has_blocks_of_each_kind():
    assert len(PYTHON) >= 4
    assert len(COMMANDS) >= 8
    assert [block.language for block in blocks() if block.language not in {"python", "sh"}] == []


def test_the_python_blocks_print_what_they_are_said_to(folder):
    assert README.count(SERVER_IN_README) == 1
    names: dict[str, object] = {"__name__": "readme"}
    with FaultyServer(answer) as server:
        for block in PYTHON:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                code = block.text.replace(SERVER_IN_README, server.url)
                exec(compile(code, "README.md", "exec", dont_inherit=True), names)
            assert printed.getvalue() == (block.output or "")
        assert server.calls


def test_the_commands_run(folder, capsys):
    ran = [line for line in COMMANDS if line.startswith("marketextract ")]
    assert len(ran) >= 8
    for line in ran:
        assert cli.main(shlex.split(line, comments=True)[1:]) == 0, line
        shown = capsys.readouterr()
        assert "error" not in shown.err
    assert {"events.jsonl", "report.html", "more.jsonl", "page.html", "batch"} <= {
        path.name for path in folder.iterdir()
    }


@pytest.mark.parametrize("line", [line for line in COMMANDS if not line.startswith("marketextract ")])
def test_what_sets_things_up_names_what_exists(line):
    program, *arguments = shlex.split(line, comments=True)
    if program == "make":
        planned = subprocess.run(["make", "-n", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
        assert planned.returncode == 0, planned.stderr
    else:
        wheels = re.search(r"^LOCAL_WHEELS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
        pinned = {wheel.partition("==")[0] for wheel in wheels.split()}
        assert (program, arguments[:2], set(arguments[2:])) == ("pip", ["install", "--no-deps"], pinned)


def test_the_extras_that_are_named_exist():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(re.findall(r"marketextract\[(\w+)\]", README)) <= set(extras)


def test_what_goes_in_and_comes_out_stands_on_the_first_screen():
    first_screen = README.split("\n## ")[0]
    assert len(first_screen.splitlines()) <= 50
    for part in ("make demo", "make test", "marketextract.extract(", "base_url=", "marketextract extract"):
        assert part in first_screen


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
