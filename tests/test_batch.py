"""Batch files: what is asked is written, whatever comes back in whatever order is taken, and nothing is lost."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from marketextract import Article, Budget, Event, Extractor, Name, Quantity, SettingsError
from marketextract.batch import FileLimits, read, write
from marketextract.runner import LoadError, load

if TYPE_CHECKING:
    from pathlib import Path

MODEL = "openai/gpt-batch"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("MARKETEXTRACT_CACHE", str(tmp_path / "cache"))


def articles(count: int) -> list[Article]:
    return [Article(f"The Dow fell {number}.5% on Friday.", id=str(number)) for number in range(count)]


def moved(change: str) -> str:
    stated = [{"instrument": "Dow"}, {"direction": "down"}, {"change": change}]
    return json.dumps({"events": [{"price_move": stated, "in": [1]}]})


def asked(folder: Path) -> list[dict]:
    return [json.loads(line) for file in sorted(folder.glob("requests-*.jsonl")) for line in file.open()]


def number_in(request: dict) -> str:
    return request["body"]["messages"][-1]["content"].split("fell ")[1].split(".")[0]


def answered(request: dict, text: str | None = None, finish_reason: str = "stop", refusal: str | None = None) -> dict:
    text = moved(f"{number_in(request)}.5%") if text is None else text
    message = {"role": "assistant", "content": text, "refusal": refusal}
    body = {
        "choices": [{"message": message, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 10},
    }
    return {"custom_id": request["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}


def expired(request: dict) -> dict:
    error = {"code": "batch_expired", "message": "This request could not be executed in time."}
    return {"custom_id": request["custom_id"], "response": None, "error": error}


def refused(request: dict, status: int) -> dict:
    body = {"error": {"message": "Too much.", "code": "rate_limit_exceeded"}}
    return {"custom_id": request["custom_id"], "response": {"status_code": status, "body": body}, "error": None}


def results_file(path: Path, lines: list) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_each_request_is_a_line_that_the_service_takes(tmp_path: Path) -> None:
    written = write([*articles(5), LoadError("x.txt", "x.txt", "gone")], tmp_path, MODEL, max_tokens=700)
    lines = asked(tmp_path)
    assert (written.articles, written.requests, len(lines)) == (5, 5, 5)
    assert [error.id for error in written.unread] == ["x.txt"]
    for line in lines:
        assert set(line) == {"custom_id", "method", "url", "body"}
        assert len(line["custom_id"]) <= 64
        assert (line["method"], line["url"], line["body"]["model"]) == ("POST", "/v1/chat/completions", "gpt-batch")
        assert line["body"]["response_format"]["json_schema"]["strict"] is True
        assert line["body"]["max_completion_tokens"] == 700
    assert len({line["custom_id"] for line in lines}) == 5


@pytest.mark.parametrize(("limits", "files"), [(FileLimits(lines=2), 3), (FileLimits(bytes=1), 5), (FileLimits(), 1)])
def test_files_are_split_by_lines_and_by_bytes(tmp_path: Path, limits: FileLimits, files: int) -> None:
    written = write(articles(5), tmp_path, MODEL, limits=limits)
    assert len(written.files) == files
    assert len(asked(tmp_path)) == 5
    for file in written.files:
        assert len(file.read_bytes().splitlines()) <= limits.lines


def test_results_in_any_order_become_the_extractions_of_the_articles(tmp_path: Path) -> None:
    write(articles(20), tmp_path, MODEL)
    lines = [answered(request) for request in asked(tmp_path)]
    random.Random(7).shuffle(lines)
    halves = results_file(tmp_path / "a", lines[:9]), results_file(tmp_path / "b", lines[9:])
    results, extractions = read(tmp_path, halves)
    assert (len(results.answered), results.failed, results.foreign) == (20, {}, 0)
    changes = {extraction.article.id: extraction.events[0].change.text for extraction in extractions}  # type: ignore[attr-defined]
    assert changes == {str(number): f"{number}.5%" for number in range(20)}


def test_what_a_batch_cost_is_in_the_usage(tmp_path: Path) -> None:
    write(articles(1), tmp_path, MODEL)
    _, extractions = read(tmp_path, [results_file(tmp_path / "r", [answered(asked(tmp_path)[0])])])
    [extraction] = extractions
    assert (extraction.usage.input_tokens, extraction.usage.output_tokens, extraction.usage.cache_hits) == (100, 10, 0)
    assert extraction.model == MODEL


def test_results_answer_later_runs_from_the_cache(tmp_path: Path) -> None:
    write(articles(2), tmp_path, MODEL)
    read(tmp_path, [results_file(tmp_path / "r", [answered(request) for request in asked(tmp_path)])])
    later = Extractor(MODEL, api_key="sk-nobody-asks").extract(articles(2)[1])
    assert later.usage.cache_hits == 1
    assert later.events[0].change.text == "1.5%"  # type: ignore[attr-defined]


def test_a_failure_is_told_and_written_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(articles(8), first, MODEL)
    by_number = {number_in(request): request for request in asked(first)}
    outcomes = [
        answered(by_number["0"]),
        expired(by_number["1"]),
        refused(by_number["2"], 429),
        answered(by_number["3"], finish_reason="length"),
        answered(by_number["4"], refusal="I would rather not"),
        answered(by_number["5"], text="no JSON"),
        {"custom_id": by_number["6"]["custom_id"], "response": {"status_code": 200, "body": 7}},
    ]
    results, extractions = read(first, [results_file(tmp_path / "r", outcomes)])
    errors = {extraction.article.id: extraction.error for extraction in extractions}
    assert len(results.failed) == 6
    assert errors.pop("0") is None
    for number, words in enumerate(["batch_expired", "429", "limit", "rather not", "JSON", "completion", "to come"], 1):
        assert words in str(errors[str(number)])
    again = write(load([first / "articles.jsonl"]), second, MODEL)
    assert (again.articles, again.requests) == (8, 7)
    assert {number_in(request) for request in asked(second)} == set("1234567")


def test_a_success_counts_whatever_else_is_said_of_the_same_request(tmp_path: Path) -> None:
    write(articles(2), tmp_path, MODEL)
    one, two = asked(tmp_path)
    wrong = answered(two, text=moved("99%"))
    lines = [expired(one), answered(one), refused(one, 500), answered(two), wrong, answered(two)]
    results, extractions = read(tmp_path, [results_file(tmp_path / "r", lines)])
    assert results.failed == {}
    assert {extraction.events[0].change.text for extraction in extractions} == {"0.5%", "1.5%"}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "line",
    ["", "{", "[]", "null", "7", "{}", '{"custom_id": 4}', '{"custom_id": []}', "[" * 100_000, "\ufeff", "9" * 9999],
)
def test_a_line_that_is_no_result_costs_that_line_only(tmp_path: Path, line: str) -> None:
    write(articles(1), tmp_path, MODEL)
    _, extractions = read(tmp_path, [results_file(tmp_path / "r", [line, answered(asked(tmp_path)[0])])])
    assert [extraction.error for extraction in extractions] == [None]


@pytest.mark.parametrize("outcome", [{}, {"response": 7}, {"response": []}, {"error": 5}, {"error": {"code": {}}}])
def test_a_result_of_another_shape_is_a_failure(tmp_path: Path, outcome: dict) -> None:
    write(articles(1), tmp_path, MODEL)
    line = {"custom_id": asked(tmp_path)[0]["custom_id"], **outcome}
    results, extractions = read(tmp_path, [results_file(tmp_path / "r", [line])])
    assert len(results.failed) == 1
    assert next(extractions).error


def test_what_was_not_asked_is_not_taken(tmp_path: Path) -> None:
    write(articles(1), tmp_path, MODEL)
    line = answered(asked(tmp_path)[0])
    results, extractions = read(tmp_path, [results_file(tmp_path / "r", [{**line, "custom_id": "f" * 64}, line])])
    assert (len(results.answered), results.foreign) == (1, 1)
    assert len(list(extractions)) == 1


def test_the_repairs_are_a_second_batch(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    write(articles(2), first, MODEL)
    right, wrong = asked(first)
    outcomes = [answered(right), answered(wrong, text=moved("44%"))]
    _, extractions = read(first, [results_file(tmp_path / "r1", outcomes)])
    assert sorted(len(extraction.rejected) for extraction in extractions) == [0, 1]

    assert write(load([first / "articles.jsonl"]), second, MODEL).requests == 1
    [repair] = asked(second)
    assert "44%" in repair["body"]["messages"][-1]["content"]
    _, extractions = read(second, [results_file(tmp_path / "r2", [answered(repair, text=moved("1.5%"))])])
    assert [(len(extraction.events), len(extraction.rejected)) for extraction in extractions] == [(1, 0), (1, 0)]


def test_without_repair_there_is_no_second_batch(tmp_path: Path) -> None:
    write(articles(1), tmp_path / "first", MODEL, repair=False)
    [wrong] = asked(tmp_path / "first")
    read(tmp_path / "first", [results_file(tmp_path / "r", [answered(wrong, text=moved("44%"))])])
    assert write(articles(1), tmp_path / "second", MODEL, repair=False).requests == 0


def test_equal_articles_are_asked_once(tmp_path: Path) -> None:
    twins = [Article("The Dow fell 3.5% on Friday.", id=name) for name in "ab"]
    assert write(twins, tmp_path, MODEL).requests == 1
    _, extractions = read(tmp_path, [results_file(tmp_path / "r", [answered(asked(tmp_path)[0])])])
    assert sorted(extraction.article.id for extraction in extractions) == ["a", "b"]


@pytest.mark.parametrize("setting", [{"hooks": object()}, {"budget": Budget(tokens=5)}])
def test_what_a_batch_cannot_heed_is_refused_before_anything_is_written(tmp_path: Path, setting: Any) -> None:
    with pytest.raises(SettingsError, match=f"takes no {next(iter(setting))}"):
        write([Article("Oil rose.")], tmp_path / "batch", MODEL, **setting)
    assert not (tmp_path / "batch").exists()


def test_a_long_article_is_asked_in_parts(tmp_path: Path) -> None:
    text = "\n".join(f"The Dow fell {number}.5% in week {number}." for number in range(40))
    assert write([Article(text, id="long")], tmp_path, MODEL, longest=600).requests > 1
    lines = []
    for request in asked(tmp_path):
        shown = request["body"]["messages"][-1]["content"]
        number, change = shown.split("| The Dow fell ")[0].rsplit("\n", 1)[1], shown.split("fell ")[1].split(" ")[0]
        event = {"price_move": [{"instrument": "Dow"}, {"direction": "down"}, {"change": change}], "in": [int(number)]}
        lines.append(answered(request, text=json.dumps({"events": [event]})))
    _, extractions = read(tmp_path, [results_file(tmp_path / "r", lines)])
    [extraction] = extractions
    assert len(extraction.events) == len(lines)
    assert extraction.usage.output_tokens == 10 * len(lines)


def test_what_is_known_of_an_article_comes_back_with_it(tmp_path: Path) -> None:
    [article] = [Article("The Dow fell 3.5% on Friday.", "a", "Close", None, "Wire")]
    write([article], tmp_path, MODEL)
    _, extractions = read(tmp_path, [])
    assert next(extractions).article == article


class FreightRate(Event):
    """The price of shipping along a route."""

    route: Name
    rate: Quantity | None = None


def test_a_batch_is_read_with_the_schema_it_was_written_with(tmp_path: Path) -> None:
    write(articles(1), tmp_path, MODEL, schema=[FreightRate])
    with pytest.raises(SettingsError, match="freight_rate"):
        read(tmp_path, [])
    assert len(list(read(tmp_path, [], schema=[FreightRate])[1])) == 1


@pytest.mark.parametrize("model", ["rules", "no-such-model"])
def test_a_model_that_no_batch_can_ask_is_refused(tmp_path: Path, model: str) -> None:
    with pytest.raises(SettingsError):
        write(articles(1), tmp_path, model)


def test_a_folder_is_not_written_twice(tmp_path: Path) -> None:
    write(articles(1), tmp_path, MODEL)
    with pytest.raises(SettingsError, match="holds a batch already"):
        write(articles(1), tmp_path, MODEL)


@pytest.mark.parametrize("manifest", [None, "{", "[]", "{}", '{"model": 1, "settings": {}, "schema": []}'])
def test_a_folder_that_holds_no_batch_is_told(tmp_path: Path, manifest: str | None) -> None:
    if manifest is not None:
        (tmp_path / "batch.json").write_text(manifest)
        (tmp_path / "keys.txt").write_text("")
    with pytest.raises(SettingsError, match="batch"):
        read(tmp_path, [])


def test_a_missing_result_file_is_told(tmp_path: Path) -> None:
    write(articles(1), tmp_path, MODEL)
    with pytest.raises(SettingsError, match=r"gone\.jsonl"):
        read(tmp_path, [tmp_path / "gone.jsonl"])


def test_no_key_is_written(tmp_path: Path) -> None:
    write(articles(1), tmp_path, MODEL, api_key="sk-very-secret", headers={"x-key": "sk-very-secret"})
    assert all("very-secret" not in file.read_text() for file in tmp_path.iterdir() if file.is_file())
    assert len(list(read(tmp_path, [])[1])) == 1
