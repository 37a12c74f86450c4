"""The command line keeps its contract: data, messages and statuses each where they belong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from faulty_server import FaultyServer, Reply, completion
from marketextract import cli
from marketextract.article import Article

ROOT = Path(__file__).parents[1]
SEOUL = "The KOSPI rose 0.9% to 2,604.35 on Monday.\n"
TOKYO = "The Nikkei 225 fell 1.2% to 38,909.52 on Monday.\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two articles, which is the current one."""
    (tmp_path / "seoul.txt").write_text(SEOUL)
    (tmp_path / "tokyo.txt").write_text(TOKYO)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARKETEXTRACT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return tmp_path


@pytest.fixture
def command(folder, capsys):
    """Runs the command line and gives its status, standard output and standard error."""

    def run(*arguments):
        try:
            status = cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:  # argparse
            status = stop.code
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return status, shown.out, shown.err

    return run


def rows(text):
    return [json.loads(line) for line in text.splitlines()]


# extract


def test_extract_writes_one_json_object_an_article_to_standard_output(command):
    status, out, err = command("extract", "seoul.txt", "tokyo.txt", "--model", "rules")
    assert status == 0
    found = {row["article"]["id"]: row["events"] for row in rows(out)}
    assert set(found) == {"seoul.txt", "tokyo.txt"}
    assert [event["instrument"]["name"] for event in found["seoul.txt"]] == ["KOSPI"]
    assert "model: rules" in err
    assert "2 articles: 2 events, 0 claims rejected, 0 failed\n" in err


def test_extract_says_what_the_model_cost(command, folder):
    with FaultyServer([completion('{"events":[]}')]) as server:
        asked = ("extract", "seoul.txt", "--model", "stub", "--base-url", server.url, "-o", "out.jsonl")
        _, _, err = command(*asked)
        assert "1 requests, 0 answers from the cache, 100 tokens in, 10 out, price unknown" in err
        _, _, err = command(*asked)
        assert "0 requests, 1 answers from the cache, 0 tokens in, 0 out, $0.0000" in err
        assert len(server.calls) == 1


def test_a_budget_that_is_spent_ends_the_run_with_what_was_done(command, folder):
    with FaultyServer([completion('{"events":[]}')]) as server:
        asked = ("--model", "stub", "--base-url", server.url, "--budget-tokens", "1", "--concurrency", "1")
        status, out, err = command("extract", "seoul.txt", "tokyo.txt", *asked)
    assert status == 1
    assert "budget" in err
    assert len(rows(out)) == 2


def test_a_second_opinion_is_listed_apart(command):
    with FaultyServer([completion('{"events":[]}')]) as server:
        asked = ("--model", "stub", "--base-url", server.url, "--second-opinion", "rules", "--no-cache")
        _, out, _ = command("extract", "seoul.txt", *asked)
        (row,) = rows(out)
        assert row["events"] == []
        assert [event["instrument"]["name"] for event in row["suggestions"]] == ["KOSPI"]
        _, out, _ = command("extract", "seoul.txt", *asked, "--table")
        assert "suggested by the second opinion" in out


def test_extract_says_which_model_auto_means(command):
    _, out, err = command("extract", "seoul.txt")
    assert "model: rules" in err
    assert rows(out)[0]["model"] == "rules"


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_with_an_output_file_nothing_goes_to_standard_output(command, folder, suffix):
    status, out, _ = command("extract", "seoul.txt", "--model", "rules", "-o", f"out{suffix}")
    assert (status, out) == (0, "")
    assert (folder / f"out{suffix}").stat().st_size > 0


def test_a_folder_stands_for_the_articles_in_it(command, folder):
    _, out, _ = command("extract", folder, "--model", "rules")
    assert {row["article"]["id"] for row in rows(out)} == {"seoul.txt", "tokyo.txt"}


def test_a_jsonl_file_gives_an_article_a_line(command, folder):
    lines = [{"id": "a1", "text": SEOUL, "title": "Seoul", "published": "2030-05-06"}, {"id": "a2", "text": TOKYO}]
    (folder / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    _, out, _ = command("extract", "in.jsonl", "--model", "rules")
    first, second = sorted(rows(out), key=lambda row: row["article"]["id"])
    assert (first["article"]["title"], first["article"]["published"]) == ("Seoul", "2030-05-06")
    assert second["events"][0]["instrument"]["name"] == "Nikkei 225"


def test_weekdays_are_reckoned_from_the_day_that_is_given(command, folder):
    _, out, _ = command("extract", "seoul.txt", "--model", "rules", "--published", "2025-02-05")
    (row,) = rows(out)
    assert (row["article"]["published"], row["events"][0]["date"]) == ("2025-02-05", "2025-02-03")
    events = [{"type": "price_move", "instrument": "KOSPI", "change": "0.9%", "when": "on Monday", "evidence": [1]}]
    (folder / "events.json").write_text(json.dumps(events))
    _, out, _ = command("validate", "seoul.txt", "events.json", "--published", "2025-02-05")
    assert rows(out)[0]["events"][0]["date"] == "2025-02-03"


def test_weekdays_are_reckoned_from_a_full_dateline(command, folder):
    (folder / "seoul.txt").write_text(f"SEOUL, Feb. 5, 2025 - {SEOUL}")
    _, out, _ = command("extract", "seoul.txt", "--model", "rules")
    assert [event["date"] for event in rows(out)[0]["events"]] == ["2025-02-03"]


def test_a_batch_is_of_the_day_that_is_given(command, folder):
    asked = ("--model", "openai/gpt-x", "--published", "2025-02-05")
    command("batch", "write", "seoul.txt", "-o", "batch", *asked)
    assert [row["published"] for row in rows((folder / "batch" / "articles.jsonl").read_text())] == ["2025-02-05"]


def test_a_table_is_shown_instead_of_json(command):
    status, out, _ = command("extract", "seoul.txt", "--model", "rules", "--table")
    assert status == 0
    assert "seoul.txt · The KOSPI rose" in out
    assert "change 0.9%, level 2,604.35" in out
    assert "1 event, 0 claims rejected; 2 numbers: 2 captured, 0 ignored, 0 uncaptured" in out


def test_a_table_and_a_file_can_be_had_at_once(command, folder):
    _, out, _ = command("extract", "seoul.txt", "--model", "rules", "--table", "-o", "out.jsonl", "--html", "out.html")
    assert "KOSPI" in out
    assert rows((folder / "out.jsonl").read_text())[0]["events"]
    assert "KOSPI" in (folder / "out.html").read_text()


def test_an_article_cannot_drive_the_terminal(command, folder):
    (folder / "seoul.txt").write_text("\x1b[31m[bold red]Alert\x07\n" + SEOUL)
    _, out, _ = command("extract", "seoul.txt", "--model", "rules", "--table")
    assert not {"\x1b", "\x07"} & set(out)
    assert "[bold red]Alert" in out


def test_a_message_cannot_drive_the_terminal(command, folder):
    (folder / "\x1b[31mred.txt").write_bytes(b"")
    status, _, err = command("extract", "seoul.txt", "\x1b[31mred.txt", "--model", "rules")
    assert status == 1
    assert "\x1b" not in err
    assert "red.txt: the file is empty" in err


def test_a_warning_of_the_library_is_shown(command, folder):
    (folder / "cache").write_text("a file where the cache should be")
    with FaultyServer([completion('{"events":[]}')]) as server:
        status, _, err = command("extract", "seoul.txt", "--model", "stub", "--base-url", server.url)
    assert status == 0
    assert "marketextract: " in err
    assert str(folder / "cache") in err


def test_resume_does_only_what_the_output_lacks(command, folder):
    command("extract", "seoul.txt", "--model", "rules", "-o", "out.jsonl")
    before = (folder / "out.jsonl").read_text()
    status, _, _ = command("extract", "seoul.txt", "tokyo.txt", "--model", "rules", "-o", "out.jsonl", "--resume")
    after = (folder / "out.jsonl").read_text()
    assert status == 0
    assert after.startswith(before)
    assert [row["article"]["id"] for row in rows(after)] == ["seoul.txt", "tokyo.txt"]


def test_only_the_types_that_are_named_are_extracted(command):
    status, out, _ = command("extract", "seoul.txt", "--model", "rules", "--schema", "deal")
    assert (status, rows(out)[0]["events"]) == (0, [])


# batch


def test_a_batch_is_written_and_its_results_are_read(command, folder):
    status, out, err = command("batch", "write", "seoul.txt", "tokyo.txt", "-o", "batch", "--model", "openai/gpt-x")
    assert status == 0
    assert "2 requests for 2 articles" in err
    (upload,) = out.splitlines()
    seoul, tokyo = rows((folder / upload).read_text())
    answer = json.dumps({"events": [{"price_move": [{"instrument": "KOSPI"}, {"change": "0.9%"}], "in": [1]}]})
    body = {"choices": [{"message": {"content": answer}, "finish_reason": "stop"}]}
    result = {"custom_id": seoul["custom_id"], "response": {"status_code": 200, "body": body}, "error": None}
    (folder / "results.jsonl").write_text(json.dumps(result) + "\n")
    status, _, err = command("batch", "read", "batch", "results.jsonl", "-o", "out.jsonl")
    assert status == 1
    assert "2 articles: 1 events, 0 claims rejected, 1 failed" in err
    assert "batch write batch/articles.jsonl" in err
    found = {row["article"]["id"]: row for row in rows((folder / "out.jsonl").read_text())}
    assert [event["change"]["text"] for event in found["seoul.txt"]["events"]] == ["0.9%"]
    assert found["tokyo.txt"]["error"]
    assert tokyo["custom_id"] not in (folder / "results.jsonl").read_text()


# validate


CLAIMS = {
    "right": ({"instrument": "KOSPI", "direction": "up", "change": "0.9%"}, 0, None),
    "wrong direction": ({"instrument": "KOSPI", "direction": "down", "change": "0.9%"}, 1, "wrong-direction"),
    "absent number": ({"instrument": "KOSPI", "direction": "up", "change": "1.9%"}, 1, "number-not-in-source"),
    "absent name": ({"instrument": "DAX", "direction": "up", "change": "0.9%"}, 1, "name-not-in-source"),
}


@pytest.mark.parametrize(("fields", "expected", "code"), CLAIMS.values(), ids=CLAIMS.keys())
def test_validate_prints_the_extraction_and_its_status_says_whether_all_held(command, folder, fields, expected, code):
    (folder / "events.json").write_text(json.dumps({"events": [{"type": "price_move", "evidence": [1], **fields}]}))
    status, out, _ = command("validate", "seoul.txt", "events.json")
    assert status == expected
    (row,) = rows(out)
    assert len(row["events"]) == 1 - expected
    assert [reason["code"] for rejection in row["rejected"] for reason in rejection["reasons"]][:1] == [code] * expected


@pytest.mark.parametrize("text", ["{", "3", '{"event": []}', "", "[" * 100_000, '{"events": [3]}'])
def test_a_file_that_holds_no_claims_is_wrong_use(command, folder, text):
    (folder / "events.json").write_text(text)
    status, out, err = command("validate", "seoul.txt", "events.json")
    assert (status, out) == (2, "")
    assert err.startswith("marketextract: error: ")


# the other commands


def test_quantities_prints_one_json_object_a_number(command):
    status, out, _ = command("quantities", "seoul.txt")
    assert status == 0
    assert rows(out)[0] == {
        **{"text": "0.9%", "start": 15, "end": 19, "value": "0.9", "high": None},
        **{"unit": "percent", "per": None, "bound": "exact"},
    }
    assert [row["text"] for row in rows(out)] == ["0.9%", "2,604.35"]


def test_quantities_can_list_what_is_no_quantity(command, folder):
    _, out, _ = command("quantities", "tokyo.txt", "--all")
    assert [row["text"] for row in rows(out) if "kind" in row][:1] == ["Nikkei 225"]


def test_score_prints_the_rates(command):
    command("extract", ROOT / "examples" / "articles", "--model", "rules", "-o", "out.jsonl")
    status, out, _ = command("score", ROOT / "examples" / "gold.jsonl", "out.jsonl", "-v")
    assert status == 0
    assert "price_move" in out
    assert "F1 0." in out
    assert "miss " in out


def test_report_finds_the_texts_of_the_articles(command, folder):
    command("extract", "seoul.txt", "tokyo.txt", "--model", "rules", "-o", "out.jsonl")
    status, _, err = command("report", "out.jsonl", "-o", "out.html", "--articles", "seoul.txt")
    assert status == 0
    assert "1 of 2 articles are shown without their text" in err
    page = (folder / "out.html").read_text()
    assert "on Monday" in page
    assert "Nikkei 225" in page


def test_schema_prints_the_json_schema(command):
    status, out, err = command("schema")
    assert status == 0
    assert json.loads(out)["additionalProperties"] is False
    assert "bytes" in err


def test_schema_of_a_type_of_ones_own(command, folder):
    (folder / "mytypes.py").write_text(
        textwrap.dedent("""
            from marketextract.events import Event, Instrument
            from marketextract.quantities import Quantity

            class ShippingRate(Event):
                route: Instrument
                rate: Quantity | None = None
        """)
    )
    status, out, _ = command("schema", "--schema", "mytypes:ShippingRate")
    assert status == 0
    assert "shipping_rate" in out
    assert "price_move" not in out


def test_the_cache_is_described_and_emptied(command, folder):
    status, out, _ = command("cache", "info")
    assert status == 0
    assert rows(out)[0] == {"path": str(folder / "cache"), "entries": 0, "bytes": rows(out)[0]["bytes"]}
    assert command("cache", "clear")[0] == 0


# wrong use


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "required"),
        (["extract"], "required"),
        (["fly"], "invalid choice"),
        (["extract", "seoul.txt", "--concurrency", "0"], "--concurrency: '0' is not a whole number of at least 1"),
        (["extract", "seoul.txt", "--concurrency", "1.5"], "'1.5' is not a whole number"),
        (["extract", "seoul.txt", "--max-tokens", "9" * 5000], "--max-tokens"),
        (["extract", "seoul.txt", "--budget", "x"], "--budget: 'x' is not an amount above 0"),
        (["extract", "seoul.txt", "--budget=-1"], "--budget: '-1' is not an amount above 0"),
        (["extract", "seoul.txt", "--published", "Monday"], "--published: 'Monday' is not a day like 2026-01-31"),
        (["extract", "seoul.txt", "--published", "2026-02-30"], "--published"),
        *[
            (["extract", "seoul.txt", "--timeout", text], f"--timeout: '{text}' is not a number of seconds above 0")
            for text in ("nan", "inf", "0", "soon")
        ],
        *[
            (["extract", "seoul.txt", "--model", "stub", "--base-url", url], "base_url")
            for url in ("notaurl", "ftp://127.0.0.1/v1", "http:///v1", "http://127.0.0.1:99999/v1", "http://[::1/v1")
        ],
        (["extract", "seoul.txt", "-o", "out.docx"], ".jsonl, .csv, .parquet"),
        (["extract", "seoul.txt", "-o", "no/where/out.csv"], "there is no folder"),
        (["extract", "seoul.txt", "--html", "no/where/out.html"], "there is no folder"),
        (["extract", "seoul.txt", "--model", "rules", "--schema", "nothing"], "built-in type"),
        (["extract", "seoul.txt", "--schema", "no_such_module:X"], "no_such_module"),
        (["extract", "seoul.txt", "--schema", "json:loads"], "not a subclass of Event"),
        (["extract", "seoul.txt", "--api-key-env", "NO_SUCH_VARIABLE"], "NO_SUCH_VARIABLE is not set"),
        (["extract", "seoul.txt", "--model", "rules", "--resume"], "--resume"),
        (["validate", "nowhere.txt", "seoul.txt"], "nowhere.txt"),
        (["validate", "-", "-"], "only one"),
        (["quantities", "nowhere.txt"], "nowhere.txt: No such file or directory"),
        (["batch"], "required"),
        (["batch", "write", "seoul.txt", "-o", "batch", "--model", "rules"], "answers at once"),
        (["batch", "read", "nowhere"], "holds no batch"),
        (["report", "nowhere.jsonl", "-o", "out.html"], "nowhere.jsonl"),
        (["report", "seoul.txt", "-o", "out.html"], "seoul.txt, line 1"),
        (["score", "seoul.txt", "tokyo.txt"], "seoul.txt, line 1"),
    ],
)
def test_wrong_use_is_explained_and_ends_with_2(command, arguments, message):
    status, out, err = command(*arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert "invalid _" not in err  # a private name of ours


# as a process


def start(folder, *arguments, **options):
    environment = {**os.environ, "MARKETEXTRACT_CACHE": str(folder / "cache")}
    environment.pop("OPENAI_API_KEY", None)
    command = [sys.executable, "-m", "marketextract", *map(str, arguments)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(command, cwd=folder, env=environment, **{**pipes, **options})


@pytest.mark.parametrize("arguments", [("extract", "-", "--model", "rules"), ("quantities", "-")])
def test_a_dash_is_standard_input(folder, arguments):
    process = start(folder, *arguments)
    out, err = process.communicate(SEOUL.encode())
    assert process.returncode == 0, err
    assert b"0.9%" in out


def test_a_reader_that_has_enough_causes_no_complaint(folder):
    shutil.copytree(ROOT / "examples" / "articles", folder / "articles")
    process = start(folder, "extract", "articles", "--model", "rules")
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read().decode()
    assert process.wait(60) in (0, 141)
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


def test_an_interrupt_ends_with_130_and_keeps_what_was_done(folder):
    with FaultyServer([completion('{"events":[]}'), Reply(hang=True)]) as server:
        asked = ("--model", "stub", "--base-url", server.url, "--no-cache", "--concurrency", "1")
        process = start(folder, "extract", "seoul.txt", "tokyo.txt", *asked, "-o", "out.jsonl", stdin=None)
        wait_for(lambda: len(server.calls) == 2, process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert [row["article"]["id"] for row in rows((folder / "out.jsonl").read_text())] == ["seoul.txt"]


def wait_for(condition, process):
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.stderr.read().decode()
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(("articles", "expected"), [(2, False), (30, True)])
def test_many_articles_move_a_bar_on_the_terminal_and_nothing_on_standard_output(folder, articles, expected):
    lines = (json.dumps({"id": str(number), "text": SEOUL}) + "\n" for number in range(articles))
    (folder / "in.jsonl").write_text("".join(lines))
    terminal, theirs = os.openpty()
    with os.fdopen(terminal, "rb", buffering=0) as screen:
        process = start(folder, "extract", "in.jsonl", "--model", "rules", stdin=None, stderr=theirs)
        os.close(theirs)
        out, _ = process.communicate(timeout=60)
        shown = screen.read(1 << 16)
    assert process.returncode == 0
    assert len(rows(out.decode())) == articles
    assert (f"/{articles}".encode() in shown) is expected


def test_output_is_utf8_whatever_the_locale(folder):
    (folder / "seoul.txt").write_text("Société Générale rose 1%.\n", encoding="utf-8")
    process = start(folder, "extract", "seoul.txt", "--model", "rules", stdin=None)
    out, _ = process.communicate()
    assert json.loads(out.decode("utf-8"))["article"]["sha256"] == Article("Société Générale rose 1%.\n").sha256
