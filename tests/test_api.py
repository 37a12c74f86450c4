"""What a program sees: the names, what importing them costs, and which model a setting means."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import marketextract
from marketextract import Extractor, SettingsError
from marketextract.cache import CachedModel
from marketextract.models.choice import Options, choose
from marketextract.models.llm import LLMModel
from marketextract.request import Settings

HEAVY = {"openai", "instructor", "tenacity", "diskcache", "rich", "pandas", "pyarrow", "xllamacpp"}


def in_a_fresh_process(code: str) -> object:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "statement",
    [
        "import marketextract",
        "from marketextract import *",
        "import marketextract; marketextract.extract('Stocks fell 1%.', model='rules')",
        "import marketextract.cli",
    ],
)
def test_nothing_heavy_is_imported_before_it_is_used(statement: str) -> None:
    loaded = in_a_fresh_process(f"import json, sys\n{statement}\nprint(json.dumps(list(sys.modules)))")
    assert not HEAVY & set(loaded)  # type: ignore[call-overload]


def test_importing_the_package_loads_next_to_nothing() -> None:
    loaded = in_a_fresh_process("import json, sys, marketextract\nprint(json.dumps(list(sys.modules)))")
    assert not {"pydantic", "asyncio", "logging"} & set(loaded)  # type: ignore[call-overload]


def test_the_public_names_are_sorted_and_all_there() -> None:
    names = marketextract.__all__
    assert names == sorted(
        names, key=lambda name: (not name.isupper(), name.startswith("_") or name[0].islower(), name)
    )
    assert [name for name in names if not hasattr(marketextract, name)] == []
    assert dir(marketextract) == sorted(names)


def test_the_names_for_type_checkers_are_those_of_run_time() -> None:
    tree = ast.parse(Path(marketextract.__file__).read_text(encoding="utf-8"))
    imported = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(imported) | {"__version__"} == set(marketextract.__all__)
    for name, module in imported.items():
        assert getattr(marketextract, name) is getattr(sys.modules[str(module)], name)


def test_a_name_that_is_not_there_is_told() -> None:
    with pytest.raises(AttributeError, match="no attribute 'extrakt'"):
        marketextract.extrakt  # noqa: B018


def test_validate_is_the_function_whatever_was_imported_before() -> None:
    code = """
import marketextract.validation, marketextract.pipeline, marketextract, json
claim = {"type": "price_move", "evidence": [1], "instrument": "Dow", "direction": "down", "change": "1%"}
print(json.dumps(marketextract.validate("The Dow fell 1%.", [claim]).to_dict()))
"""
    [event] = in_a_fresh_process(code)["events"]  # type: ignore[index]
    assert event["change"]["value"] == "1"


def test_one_article_needs_one_line() -> None:
    result = marketextract.extract("The Dow fell 1% on Friday.", model="rules")
    [event] = result.events
    assert (event.instrument.name, event.direction, str(event.change.value)) == ("Dow", "down", "1")
    assert result.model == "rules"


# Which model a setting means


@dataclass
class Own:
    name: str = "own"

    async def answer(self, request: object) -> None:
        raise AssertionError("nobody asks")


@pytest.mark.parametrize(
    ("model", "options", "key", "expected"),
    [
        ("rules", {}, None, "rules"),
        ("auto", {}, None, "rules"),
        ("auto", {}, "sk-from-the-environment", "openai/"),
        ("auto", {"api_key": "sk-given"}, None, "openai/"),
        ("openai/gpt-x", {"api_key": "sk-given"}, None, "openai/gpt-x"),
        ("openai/gpt-x", {"base_url": "http://127.0.0.1:9/v1"}, None, "openai/gpt-x"),
        ("mistral-small", {"base_url": "http://127.0.0.1:9/v1"}, None, "openai/mistral-small"),
        (Own(), {}, None, "own"),
    ],
)
def test_a_setting_means_a_model(
    model: object, options: dict, key: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    if key:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    extractor = Extractor(model, **options)
    assert extractor.model.startswith(expected)
    assert "sk-" not in repr(extractor)


@pytest.mark.parametrize(
    ("model", "options", "complaint"),
    [
        ("gpt-x", {}, "unknown model 'gpt-x'"),
        ("openai/gpt-x", {}, "OPENAI_API_KEY"),
        ("auto", {"base_url": "http://127.0.0.1:9/v1"}, "model=NAME"),
        ("rules", {"base_url": "http://127.0.0.1:9/v1"}, "runs here"),
        ("local", {"api_key": "sk-given"}, "runs here"),
        ("rules", {"temprature": 0.5}, "unknown option: temprature"),
        (7, {}, "a model is"),
        ("openai/gpt-x", {"model_name": "gpt-y", "api_key": "sk-given"}, "model_name"),
        (Own(), {"timeout": 5}, "timeout"),
    ],
)
def test_a_setting_that_means_nothing_is_told(
    model: object, options: dict, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=complaint):
        Extractor(model, **options)


def test_the_options_are_those_of_the_settings_and_of_the_model() -> None:
    taken = set(Settings.__annotations__) | set(LLMModel.__annotations__)
    not_offered = {"event_types", "model", "client", "_", "shown_as", "sleep", "clock"}
    assert set(Options.__annotations__) == (taken - not_offered) | {"model_name", "budget"}


def test_answers_that_cost_something_are_kept_and_others_are_not(tmp_path: Path) -> None:
    server = {"base_url": "http://127.0.0.1:9/v1"}
    types = marketextract.EVENT_TYPES
    assert isinstance(choose("m", types, "auto", server)[0], CachedModel)
    assert isinstance(choose("m", types, tmp_path, server)[0], CachedModel)
    assert isinstance(choose(Own(), types, {}, {})[0], CachedModel)
    assert not isinstance(choose("m", types, None, server)[0], CachedModel)
    assert not isinstance(choose("rules", types, tmp_path, {})[0], CachedModel)
    assert not isinstance(choose(Own(), types, "auto", {})[0], CachedModel)


def test_only_one_module_imports_each_vendor() -> None:
    importers: dict[str, set[str]] = {}
    package = Path(marketextract.__file__).parent
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                importers.setdefault(name.partition(".")[0], set()).add(path.relative_to(package).as_posix())
    assert importers["diskcache"] == {"store.py"}
    assert importers["openai"] == importers["instructor"] == importers["tenacity"] == {"models/llm.py"}
