"""The wheel works where the source folders are not: everything that the program reads is inside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = ("marketextract", "prompts", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the sources."""
    sources, target = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, sources / name)
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", target, sources)
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The bin folder of a new environment with the wheel; its dependencies come from the environment of the tests.

    A plain path in a .pth file brings the packages that lie there, but not the link to the sources that lies beside
    them: Python reads no .pth files from a folder that came from one.
    """
    home = tmp_path_factory.mktemp("clean")
    run(sys.executable, "-m", "venv", home)
    here = home / ("Scripts" if os.name == "nt" else "bin")
    run(here / "python", "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(here / "python", "-c", where).strip())
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return here


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder with the example articles and nothing else of the project, and no way back to it."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setenv("MARKETEXTRACT_CACHE", str(tmp_path / "cache"))
    return tmp_path


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_all_data_and_no_tests(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    data = [path for path in (ROOT / "marketextract").rglob("*") if path.suffix in {".txt", ".css", ".typed", ".py"}]
    assert {path.relative_to(ROOT).as_posix() for path in data} <= held
    assert {f"marketextract/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "prompts").glob("*.md")} <= held
    assert not [name for name in held if name.startswith(("tests/", "benchmarks/", "examples/"))]


def test_the_demo_runs_from_the_wheel(installed, elsewhere):
    program = installed / "marketextract"
    shown = run(
        program, "extract", "examples/articles", "--model", "rules", "--table", "-o", "out.jsonl", "--html", "out.html"
    )
    assert "Nikkei 225" in shown
    assert len((elsewhere / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 5
    assert "<mark class='captured'" in (elsewhere / "out.html").read_text(encoding="utf-8")
    assert "F1" in run(program, "score", "examples/gold.jsonl", "out.jsonl")


def test_the_library_of_the_wheel_is_the_one_that_runs_and_has_its_prompts(installed, elsewhere):
    code = (
        "import marketextract; from marketextract.article import Article; "
        "from marketextract.request import Settings, build; "
        "print(marketextract.__file__); print(len(build(Article('Oil rose 1%.'), Settings()).system) > 200)"
    )
    place, has_prompts = run(installed / "python", "-c", code).splitlines()
    assert Path(place).is_relative_to(installed.parent)
    assert has_prompts == "True"
