"""Articles come from files of every kind, and a run that was killed goes on where it stopped."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from marketextract import Article, Extractor, SettingsError
from marketextract.runner import Journal, LoadError, load, run
from test_pipeline import Echo, some


def loaded(*paths: Path | str) -> tuple[list[Article], list[LoadError]]:
    everything = list(load(paths))
    articles = [found for found in everything if isinstance(found, Article)]
    return articles, [found for found in everything if isinstance(found, LoadError)]


def test_a_file_is_an_article_named_after_it(tmp_path: Path) -> None:
    path = tmp_path / "close.txt"
    path.write_bytes("\ufeffStocks fell.\r\nBonds rose.".encode())
    assert loaded(path) == ([Article("Stocks fell.\nBonds rose.", id="close.txt")], [])


def test_a_file_of_lines_holds_an_article_in_each(tmp_path: Path) -> None:
    path = tmp_path / "feed.jsonl"
    known = {"id": 7, "title": "Close", "text": "Stocks fell.", "published": "2026-03-02T16:00:00Z", "source": "Wire"}
    path.write_text(f'{json.dumps(known)}\n\n{{"text": "Bonds rose."}}\n')
    first, second = loaded(path)[0]
    assert first == Article("Stocks fell.", "7", "Close", dt.date(2026, 3, 2), "Wire")
    assert second == Article("Bonds rose.", id="feed.jsonl:3")


DATELINED = "OSLO, Feb. 3, 2025 - Salmon rose."


@pytest.mark.parametrize(
    ("fields", "given", "day"),
    [
        ({"text": DATELINED, "published": "2026-03-02"}, dt.date(2026, 3, 9), dt.date(2026, 3, 2)),
        ({"text": DATELINED}, dt.date(2026, 3, 9), dt.date(2026, 3, 9)),
        ({"text": DATELINED}, None, dt.date(2025, 2, 3)),
        ({"text": "Salmon rose."}, None, None),
    ],
    ids=["of its line", "given for all", "of its dateline", "unknown"],
)
def test_an_article_is_of_the_day_that_is_known_best(
    tmp_path: Path, fields: object, given: object, day: object
) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(json.dumps(fields))
    (article,) = load([path], published=given)
    assert article.published == day


def test_the_day_given_for_all_is_that_of_every_file_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DATELINED)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.md").write_text("Salmon rose.")
    day = dt.date(2026, 3, 9)
    assert [(article.id, article.published) for article in load([tmp_path], published=day)] == [
        ("a.txt", day),
        ("c.md", day),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "line 1"),
        ("[1]", "not a JSON object"),
        ('{"id": "a"}', '"text" must be a text'),
        ('{"text": 5}', '"text" must be a text'),
        ('{"text": null}', '"text" must be a text'),
        ('{"text": " "}', "empty"),
        ('{"text": "a", "title": 4}', '"title" must be a text'),
        ('{"text": "a", "published": "yesterday"}', "ISO date"),
        ('{"text": "a", "published": 5}', "ISO date"),
        ("[" * 100_000, "nested"),
        ("1" * 10_000, "line 1"),
    ],
)
def test_a_bad_line_costs_that_line_only(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "feed.jsonl"
    path.write_text(f'{line}\n{{"text": "Bonds rose."}}\n')
    articles, [error] = loaded(path)
    assert [article.text for article in articles] == ["Bonds rose."]
    assert complaint in str(error)
    assert str(path) in str(error)


def test_a_folder_is_walked_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.png", ".hidden.txt", "sub/d.txt", ".git/e.txt", "sub/f.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text('{"text": "A line."}' if name.endswith("jsonl") else f"This is {name}.")
    assert [article.id for article in loaded(tmp_path)[0]] == ["a.md", "b.txt", "d.txt", "f.jsonl:1"]


@pytest.mark.parametrize(
    ("content", "complaint"), [(None, "No such file"), (b"", "empty"), (b"\x00\x01", "not text"), (b" \n", "empty")]
)
def test_a_file_that_is_no_article_is_told(tmp_path: Path, content: bytes | None, complaint: str) -> None:
    (tmp_path / "good.txt").write_text("All is well.")
    if content is not None:
        (tmp_path / "bad.txt").write_bytes(content)
    articles, [error] = loaded(tmp_path / "bad.txt", tmp_path / "good.txt")
    assert [article.id for article in articles] == ["good.txt"]
    assert complaint in error.message
    assert error.id == "bad.txt"


def test_a_folder_without_articles_is_told(tmp_path: Path) -> None:
    assert "no articles" in str(loaded(tmp_path)[1][0])


def test_files_are_read_only_when_their_turn_comes(tmp_path: Path) -> None:
    path = tmp_path / "first.txt"
    path.write_text("The first.")
    articles = load([path, tmp_path / "second.txt"])
    assert isinstance(next(articles), Article)
    (tmp_path / "second.txt").write_text("Written meanwhile.")
    assert isinstance(next(articles), Article)


def test_what_could_not_be_read_is_among_the_results() -> None:
    articles = [LoadError("a.txt", "in/a.txt", "it is empty"), *some(3), LoadError("b.txt", "in/b.txt", "gone")]
    results = {result.article.id: result.error for result in run(Extractor(Echo()), articles)}
    assert results == {"0": None, "1": None, "2": None, "a.txt": "in/a.txt: it is empty", "b.txt": "in/b.txt: gone"}


# The journal


def ids(path: Path) -> list[str]:
    return [json.loads(line)["article"]["id"] for line in path.read_text().splitlines()]


def test_every_result_is_in_the_journal_before_it_comes_out(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with Journal(path) as journal:
        for number, result in enumerate(run(Extractor(Echo()), some(5), journal=journal), 1):
            assert len(ids(path)) == number
            assert ids(path)[-1] == result.article.id


def test_a_run_that_goes_on_does_what_is_missing(tmp_path: Path) -> None:
    path, model = tmp_path / "out.jsonl", Echo()
    with Journal(path) as journal:
        list(run(Extractor(model), some(5), journal=journal))
    with Journal(path, resume=True) as journal:
        assert len(journal) == 5
        more = list(run(Extractor(model), some(8), journal=journal))
    assert sorted(result.article.id for result in more) == ["5", "6", "7"]
    assert model.asked == 8
    assert sorted(ids(path)) == [str(number) for number in range(8)]


def test_a_run_that_begins_anew_forgets_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    for count in (5, 2):
        with Journal(path) as journal:
            list(run(Extractor(Echo()), some(count), journal=journal))
    assert sorted(ids(path)) == ["0", "1"]


def test_an_article_that_failed_or_was_cut_off_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with Journal(path) as journal:
        list(run(Extractor(Echo()), [*some(2), Article("trouble", id="t")], journal=journal))
    assert "t" in ids(path)
    with path.open("a") as file:
        file.write('{"article": {"id": "2", "sha')
    calm = [*some(3), Article("trouble", id="t")]
    with Journal(path, resume=True) as journal:
        assert len(journal) == 2
        list(run(Extractor(Echo()), calm, journal=journal))
    assert sorted(ids(path)) == ["0", "1", "2", "t"]


def test_an_article_whose_text_has_changed_is_done_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with Journal(path) as journal:
        list(run(Extractor(Echo()), [Article("Old text.", id="a")], journal=journal))
    with Journal(path, resume=True) as journal:
        [result] = run(Extractor(Echo()), [Article("New text.", id="a")], journal=journal)
    assert result.article.text == "New text."


@pytest.mark.parametrize("line", ["my notes", "[]", "{}", '{"article": 3, "error": null}', "7" * 5000])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(SettingsError, match="left alone"):
        Journal(path, resume=True)
    assert path.read_text() == line + "\n"


def test_two_runs_do_not_write_one_file(tmp_path: Path) -> None:
    with Journal(tmp_path / "out.jsonl"), pytest.raises(SettingsError, match="another run"):
        Journal(tmp_path / "out.jsonl", resume=True)
    Journal(tmp_path / "out.jsonl").close()


def test_the_lock_outlives_the_cleaning_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text('{"article": {"id": "a"')
    with Journal(path, resume=True), pytest.raises(SettingsError, match="another run"):
        Journal(path, resume=True)
    assert path.read_text() == ""
    assert list(tmp_path.iterdir()) == [path]


def test_a_journal_that_cannot_be_written_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        Journal(tmp_path / "missing" / "out.jsonl")


KILLED = """
import sys
sys.path.insert(0, {tests!r})
from test_runner import *

model = Echo(waits={{str(number): 0.002 for number in range(200)}})
with Journal({path!r}, resume=True) as journal:
    for _ in run(Extractor(model), some(200), journal=journal):
        print(len(journal), flush=True)
"""


def test_a_run_that_is_killed_again_and_again_ends_with_every_article_once(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    script = KILLED.format(tests=str(Path(__file__).parent), path=str(path))
    for done in (10, 60, 61, 130):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        for line in process.stdout:
            if int(line) >= done:
                break
        process.kill()
        process.wait()
        process.stdout.close()
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)
    assert sorted(map(int, ids(path))) == list(range(200))
