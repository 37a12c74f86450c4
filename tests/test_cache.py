"""Answers are kept, asked for once, and never trusted."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from marketextract.cache import CachedModel, default_folder, disk_store, open_store
from marketextract.errors import AnswerMalformed, ModelRefused, SettingsError
from marketextract.events import EVENT_TYPES
from marketextract.extraction import Usage
from marketextract.models.base import Answer
from marketextract.store import DiskStore

ANSWER = '{"events":[]}'


@dataclass
class Settings:
    event_types: tuple = EVENT_TYPES


@dataclass
class Question:
    """As much of a request as a cache looks at."""

    text: str
    settings: Settings = field(default_factory=Settings)

    @property
    def key(self) -> str:
        return sha256(self.text.encode()).hexdigest()


@dataclass
class Scripted:
    """A model that gives the answers of a list, the last one for ever, and counts."""

    answers: list
    name: str = "scripted/one"
    asked: int = 0
    pause: float = 0.0

    async def answer(self, request: Question) -> Answer:
        self.asked += 1
        await asyncio.sleep(self.pause)
        answer = self.answers[min(self.asked, len(self.answers)) - 1]
        if isinstance(answer, BaseException):
            raise answer
        return Answer(answer, Usage(requests=1, input_tokens=100, output_tokens=10))


def ask(model: CachedModel, *texts: str) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        return await asyncio.gather(*(model.answer(Question(text)) for text in texts))

    return asyncio.run(all_of_them())


@pytest.fixture(params=["folder", "mapping"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    return tmp_path / "cache" if request.param == "folder" else {}


def test_a_question_is_paid_for_once(store: object) -> None:
    model = Scripted([ANSWER])
    [first], [second] = ask(CachedModel(model, store), "a"), ask(CachedModel(model, store), "a")
    assert first == Answer(ANSWER, Usage(requests=1, input_tokens=100, output_tokens=10))
    assert second == Answer(ANSWER, Usage(cache_hits=1))
    assert model.asked == 1


def test_another_question_or_another_model_is_asked(store: object) -> None:
    one, two = Scripted([ANSWER]), Scripted([ANSWER], name="scripted/two")
    ask(CachedModel(one, store), "a", "b")
    ask(CachedModel(two, store), "a")
    assert (one.asked, two.asked) == (2, 1)


def test_a_model_with_an_identity_is_told_apart_by_it(store: object) -> None:
    here, there = Scripted([ANSWER]), Scripted([ANSWER])
    here.identity, there.identity = "scripted/one@here", "scripted/one@there"  # type: ignore[attr-defined]
    ask(CachedModel(here, store), "a")
    ask(CachedModel(there, store), "a")
    assert (here.asked, there.asked) == (1, 1)


@pytest.mark.parametrize("failure", [ModelRefused("no"), AnswerMalformed("what?"), "this is no JSON"])
def test_a_failure_is_not_kept(store: object, failure: object) -> None:
    model = Scripted([failure, ANSWER])
    with pytest.raises((ModelRefused, AnswerMalformed)):
        ask(CachedModel(model, store), "a")
    assert ask(CachedModel(model, store), "a")[0].text == ANSWER
    assert model.asked == 2


def test_equal_questions_at_the_same_time_are_one(store: object) -> None:
    model = Scripted([ANSWER], pause=0.02)
    answers = ask(CachedModel(model, store), *["a"] * 20)
    assert model.asked == 1
    assert sum(answer.usage.requests for answer in answers) == 1
    assert sum(answer.usage.cache_hits for answer in answers) == 19


def test_those_who_wait_for_one_that_is_cancelled_ask_themselves(store: object) -> None:
    model = CachedModel(counted := Scripted([ANSWER], pause=0.02), store)

    async def cancel_the_first() -> list[Answer]:
        tasks = [asyncio.create_task(model.answer(Question("a"))) for _ in range(4)]
        await asyncio.sleep(0.005)
        tasks[0].cancel()
        tasks[1].cancel()
        return await asyncio.gather(*tasks[2:])

    assert [answer.text for answer in asyncio.run(cancel_the_first())] == [ANSWER, ANSWER]
    assert counted.asked == 2


def test_an_error_is_shared_by_those_who_wait(store: object) -> None:
    model = Scripted([ModelRefused("no")], pause=0.02)

    async def all_fail() -> list[object]:
        cached = CachedModel(model, store)
        return await asyncio.gather(*(cached.answer(Question("a")) for _ in range(5)), return_exceptions=True)

    assert all(isinstance(error, ModelRefused) for error in asyncio.run(all_fail()))
    assert model.asked == 1


def test_two_models_on_one_folder_share_a_flight(tmp_path: Path) -> None:
    model = Scripted([ANSWER], pause=0.02)

    async def both() -> None:
        await asyncio.gather(*(CachedModel(model, tmp_path).answer(Question("a")) for _ in range(2)))

    asyncio.run(both())
    assert model.asked == 1


TWO_PROCESSES = """
import asyncio, sys, time
sys.path.insert(0, {tests!r})
from test_cache import *

class Slow(Scripted):
    async def answer(self, request):
        with open({log!r}, "a") as log:
            log.write(request.text + "\\n")
        await asyncio.sleep(0.3)
        return await super().answer(request)

print("ready", flush=True)
sys.stdin.readline()
answers = ask(CachedModel(Slow([ANSWER]), {folder!r}), *"abcdef")
assert [answer.text for answer in answers] == [ANSWER] * 6
"""


def test_two_processes_on_one_folder_ask_each_question_once(tmp_path: Path) -> None:
    log = tmp_path / "asked"
    script = TWO_PROCESSES.format(tests=str(Path(__file__).parent), log=str(log), folder=str(tmp_path / "cache"))
    command = [sys.executable, "-c", script]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(log.read_text().split()) == list("abcdef")


def test_a_killed_process_holds_nobody_up(tmp_path: Path) -> None:
    log = tmp_path / "asked"
    script = TWO_PROCESSES.format(tests=str(Path(__file__).parent), log=str(log), folder=str(tmp_path / "cache"))
    script = script.replace("0.3", "600")
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    process.stdin.write("go\n")
    process.stdin.flush()
    while not log.exists() or len(log.read_text().split()) < 6:
        assert process.poll() is None
    process.kill()
    process.communicate()
    assert ask(CachedModel(Scripted([ANSWER]), tmp_path / "cache"), "a")[0].text == ANSWER


# What somebody may have put into the folder


class RunsCode:
    def __reduce__(self) -> tuple:
        return (exec, ("import os, pathlib; pathlib.Path(os.environ['MARKETEXTRACT_TEST_TRAP']).touch()",))


def _tamper(folder: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(folder / "cache.db")
    with database:
        assert database.execute(statement, values).rowcount == 1
    database.close()


TAMPERED = {
    "a pickled value": ("UPDATE Cache SET mode = 4, value = ?", [pickle.dumps(RunsCode())]),
    "a pickle in a file": ("UPDATE Cache SET mode = 4, value = NULL, filename = 'evil.val'", []),
    "a text in a file outside": ("UPDATE Cache SET mode = 3, value = NULL, filename = '../outside'", []),
    "a file outside, to be removed": ("UPDATE Cache SET filename = '../outside'", []),
    "bytes": ("UPDATE Cache SET value = ?", [b"\x80\x04"]),
    "a number": ("UPDATE Cache SET value = 12", []),
    "nothing": ("UPDATE Cache SET value = NULL", []),
    "text that is not JSON": ("UPDATE Cache SET value = 'boo'", []),
    "JSON that is not an entry": ("UPDATE Cache SET value = '[1, 2]'", []),
    "deep JSON": ("UPDATE Cache SET value = ?", ["[" * 100_000]),
    "an entry of another question": ("UPDATE Cache SET value = ?", [json.dumps({"key": "other", "text": ANSWER})]),
    "a pickled key": ("UPDATE Cache SET raw = 0, key = ?", [pickle.dumps(RunsCode())]),
    "a setting that is a method": ("INSERT INTO Settings VALUES ('get', 'boo')", []),
    "a setting that is a folder": ("INSERT INTO Settings VALUES ('_directory', '../elsewhere')", []),
    "a setting that is a pragma": ("INSERT INTO Settings VALUES ('sqlite_temp_store_directory', '''/''')", []),
    "a setting of the disk": ("INSERT INTO Settings VALUES ('disk_evil', 1)", []),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_a_tampered_cache_is_a_miss_and_runs_nothing(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap, outside, folder = tmp_path / "trap", tmp_path / "outside", tmp_path / "cache"
    monkeypatch.setenv("MARKETEXTRACT_TEST_TRAP", str(trap))
    outside.write_text(json.dumps({"text": ANSWER}))
    ask(CachedModel(Scripted([ANSWER]), folder), "a")
    (folder / "evil.val").write_bytes(pickle.dumps(RunsCode()))
    statement, values = TAMPERED[kind]
    _tamper(folder, statement, *values)

    model = Scripted(['{"events":[{"flow":[],"in":[]}]}'])
    [answer] = ask(CachedModel(model, folder), "a")
    assert model.asked == (1 if answer.usage.requests else 0)
    if kind != "a setting of the disk":
        assert answer.usage.requests == 1
    disk_store(folder).info()
    disk_store(folder).clear()
    assert not trap.exists()
    assert outside.exists()
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100, None])
def test_a_broken_database_costs_no_answer_and_can_be_cleared(tmp_path: Path, damage: bytes | None) -> None:
    store = DiskStore(tmp_path)
    ask(CachedModel(Scripted([ANSWER]), store), *"abcdefghijkl")
    store.close()
    database = tmp_path / "cache.db"
    database.write_bytes(database.read_bytes()[:5000] if damage is None else damage)
    assert ask(CachedModel(Scripted([ANSWER]), tmp_path), "a")[0].text == ANSWER
    disk_store(tmp_path).clear()
    ask(CachedModel(Scripted([ANSWER]), tmp_path), "a")
    assert ask(CachedModel(Scripted([]), tmp_path), "a")[0].usage.cache_hits == 1


def test_a_folder_that_cannot_be_made_is_warned_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    with caplog.at_level(logging.WARNING, "marketextract"):
        answers = ask(CachedModel(Scripted([ANSWER]), tmp_path / "file" / "cache"), "a", "b")
    assert [answer.text for answer in answers] == [ANSWER, ANSWER]
    [warning] = caplog.records
    assert str(tmp_path / "file") in warning.message


def test_a_full_disk_costs_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store = DiskStore(tmp_path)
    ask(CachedModel(Scripted([ANSWER]), store), "a")

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store._cache(), "set", full)
    assert ask(CachedModel(Scripted([ANSWER]), store), "b")[0].text == ANSWER
    assert "disk is full" in caplog.text


FULL = """
import resource, sys
sys.path.insert(0, {tests!r})
from test_cache import *

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
long_answer = json.dumps({{"events": [], "padding": "x" * 20_000}})
cached = CachedModel(Scripted([long_answer]), {folder!r})
for number in range(80):
    assert ask(cached, str(number))[0].text == long_answer
assert ask(cached, "0")[0].usage.cache_hits == 1
"""


def test_a_disk_that_runs_full_costs_no_answer_and_keeps_the_earlier_ones(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    script = FULL.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.count("cannot be used") == 1
    assert ask(CachedModel(Scripted([]), tmp_path), "0")[0].usage.cache_hits == 1


def test_a_mapping_that_fails_costs_no_answer() -> None:
    class Unplugged(dict):  # type: ignore[type-arg]
        def get(self, *_: object) -> str:
            raise ConnectionError("gone")

        __setitem__ = get  # type: ignore[assignment]

    assert ask(CachedModel(Scripted([ANSWER]), Unplugged()), "a")[0].text == ANSWER


# The store


def test_a_read_only_store_gives_and_does_not_take(tmp_path: Path) -> None:
    ask(CachedModel(Scripted([ANSWER]), tmp_path), "a")
    before = (tmp_path / "cache.db").read_bytes()
    for file in (tmp_path, tmp_path / "cache.db"):
        file.chmod(file.stat().st_mode & ~0o222)
    model = Scripted([ANSWER])
    answers = ask(CachedModel(model, DiskStore(tmp_path, read_only=True)), "a", "b")
    assert [answer.usage.cache_hits for answer in answers] == [1, 0]
    assert DiskStore(tmp_path, read_only=True).info().entries == 1
    tmp_path.chmod(0o700)
    assert (tmp_path / "cache.db").read_bytes() == before


async def test_answers_that_come_together_are_written_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, written = DiskStore(tmp_path), []
    await store.put("first", "text")
    set_all = store._cache().set_all

    def noting(entries: list[tuple[str, str]]) -> None:
        written.append(len(entries))
        time.sleep(0.02)
        set_all(entries)

    monkeypatch.setattr(store._cache(), "set_all", noting)

    async def put_and_look(number: int) -> None:
        await store.put(str(number), "text")
        assert DiskStore(tmp_path, read_only=True).get(str(number)) == "text", "it is on the disk"

    await asyncio.gather(*(put_and_look(number) for number in range(50)))
    assert sum(written) == 50
    assert len(written) <= 3


async def test_an_answer_is_kept_although_the_one_who_asked_gives_up(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    waiting = [asyncio.create_task(store.put(str(number), "text")) for number in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    store.close()
    assert [DiskStore(tmp_path).get(str(number)) for number in range(3)] == ["text"] * 3


def test_what_is_kept_can_be_counted_and_cleared(tmp_path: Path) -> None:
    store = disk_store(tmp_path / "cache")
    assert store.info().entries == 0
    assert not (tmp_path / "cache").exists()
    ask(CachedModel(Scripted([ANSWER]), store), "a", "b", "c")
    info = store.info()
    assert (info.entries, info.path) == (3, tmp_path / "cache")
    assert info.bytes > 0
    assert store.clear() == 3
    assert store.info().entries == 0


def test_the_oldest_answers_go_when_the_folder_grows_too_large(tmp_path: Path) -> None:
    store = DiskStore(tmp_path, size_limit=300_000)
    long_answer = json.dumps({"events": [], "padding": "x" * 20_000})
    for number in range(60):
        ask(CachedModel(Scripted([long_answer]), store), str(number))
    assert store.info().entries < 20
    assert ask(CachedModel(Scripted([]), store), "59")[0].usage.cache_hits == 1


def test_what_is_kept_is_for_nobody_else_to_read(tmp_path: Path) -> None:
    ask(CachedModel(Scripted([ANSWER]), tmp_path / "cache"), "a")
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


def test_the_default_folder_is_that_of_the_platform_or_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("MARKETEXTRACT_CACHE", raising=False)
    assert default_folder() == tmp_path / "marketextract"
    monkeypatch.setenv("MARKETEXTRACT_CACHE", str(tmp_path / "mine"))
    assert default_folder() == tmp_path / "mine"


@pytest.mark.parametrize("cache", [3, b"folder", ["a"]])
def test_what_cannot_keep_answers_is_refused(cache: object) -> None:
    with pytest.raises(SettingsError, match="cache must be"):
        open_store(cache)  # type: ignore[arg-type]
