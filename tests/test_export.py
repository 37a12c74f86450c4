"""What is written is what was extracted, and a run that is cut short loses nothing that was done."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import sys
from decimal import Decimal

import pytest

import marketextract
from marketextract import export
from marketextract.article import Article
from marketextract.errors import ArticleError, MissingExtra, SettingsError
from marketextract.events import Deal, Instrument, Name, Party, PriceMove, Span
from marketextract.extraction import Extraction, LedgerEntry, Reason, Rejection
from marketextract.quantities import Quantity
from marketextract.runner import Journal

TEXT = "The Nordex 40 rose 1.25% to 5,021.50. Acme will buy Bolt for between $1 billion and $2 billion."


def quantity(phrase, value, **fields):
    start = TEXT.index(phrase)
    return Quantity(phrase, start, start + len(phrase), Decimal(value), **fields)


def name(name_type, printed, **fields):
    start = TEXT.index(printed)
    return name_type(name=printed, start=start, end=start + len(printed), **fields)


@pytest.fixture
def extraction():
    rise = PriceMove(
        instrument=name(Instrument, "Nordex 40", kind="index", id="^NDX40"),
        direction="up",
        change=quantity("1.25%", "1.25", unit="percent"),
        level=quantity("5,021.50", "5021.50"),
        evidence=[Span(start=0, end=37)],
    )
    deal = Deal(
        parties=[name(Party, "Acme", role="buyer"), name(Party, "Bolt")],
        value=quantity("between $1 billion and $2 billion", "1e9", high=Decimal("2e9"), unit="USD", bound="range"),
        evidence=[Span(start=38, end=len(TEXT))],
    )
    ledger = [LedgerEntry("1.25%", 19, 24, "captured", (0,))]
    rejected = [Rejection({"type": "price_move", "change": "9%"}, [Reason("number-not-in-source", "change", "no 9%")])]
    article = Article(TEXT, id="a.txt", published=dt.date(2030, 5, 6))
    return Extraction(article, (rise, deal), rejected, ledger, "rules")


def write(path, *extractions):
    with Journal(path) if path.suffix == ".jsonl" else export.table_writer(path) as put:
        for extraction in extractions:
            put.put(extraction) if isinstance(put, Journal) else put(extraction)


def test_a_line_has_the_documented_keys(extraction, tmp_path):
    write(tmp_path / "out.jsonl", extraction)
    (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
    row = json.loads(line)
    assert {"article", "model", "events", "rejected", "ledger", "usage", "error"} <= set(row)
    assert set(row["article"]) == {"id", "title", "published", "sha256"}
    assert row["article"]["published"] == "2030-05-06"
    change = {"text": "1.25%", "start": 19, "end": 24, "value": "1.25", "high": None}
    assert row["events"][0]["change"] == {**change, "unit": "percent", "per": None, "bound": "exact"}
    assert row["events"][0]["evidence"] == [{"start": 0, "end": 37}]
    assert row["rejected"][0]["reasons"] == [{"code": "number-not-in-source", "path": "change", "message": "no 9%"}]


def test_what_was_written_is_read_back(extraction, tmp_path):
    write(tmp_path / "out.jsonl", extraction, extraction)
    rows = list(export.read_jsonl(tmp_path / "out.jsonl"))
    assert [row.extraction["events"] for row in rows] == [extraction.to_dict()["events"]] * 2


def test_to_json_is_one_line_and_the_same_as_a_line_of_the_file(extraction):
    assert "\n" not in extraction.to_json()
    assert json.loads(extraction.to_json(indent=2)) == json.loads(extraction.to_json()) == extraction.to_dict()


def test_csv_has_one_row_an_event_and_only_filled_columns(extraction, tmp_path):
    write(tmp_path / "out.csv", extraction)
    rise, deal = csv.DictReader((tmp_path / "out.csv").open(newline=""))
    assert (rise["article"], rise["instrument"], rise["instrument_id"]) == ("a.txt", "Nordex 40", "^NDX40")
    assert (rise["change"], rise["change_unit"], rise["change_text"], rise["level"]) == (
        "1.25",
        "percent",
        "1.25%",
        "5021.50",
    )
    assert (deal["parties"], deal["value"], deal["value_high"]) == ("Acme (buyer); Bolt", "1000000000", "2000000000")
    assert deal["evidence"] == "Acme will buy Bolt for between $1 billion and $2 billion."
    assert "previous" not in rise


@pytest.mark.parametrize(
    ("printed", "cell"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-0.5%", "-0.5%"),
        ("+3", "+3"),
        ("Acme", "Acme"),
    ],
)
def test_text_of_an_article_is_never_a_formula(extraction, tmp_path, printed, cell):
    text = f"{printed} fell"
    event = PriceMove(instrument=Instrument(name=printed, start=0, end=len(printed)))
    write(tmp_path / "out.csv", Extraction(Article(text), [event], (), (), "rules"))
    (row,) = csv.DictReader((tmp_path / "out.csv").open(newline=""))
    assert row["instrument"] == cell


def test_a_frame_holds_exact_values(extraction):
    frame = extraction.to_frame()
    assert list(frame["type"]) == ["price_move", "deal"]
    assert frame["change"][0] == Decimal("1.25")
    assert "extreme" not in frame.columns


def test_a_frame_without_events_still_has_its_columns():
    frame = Extraction(Article("Nothing."), (), (), (), "rules").to_frame()
    assert list(frame.columns) == ["article", "event", "type"]


def test_parquet_holds_exact_values(extraction, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    write(tmp_path / "out.parquet", extraction)
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert rows[0]["change"] == Decimal("1.25")
    assert rows[1]["value"] == 10**9
    assert rows[1]["parties"] == "Acme (buyer); Bolt"


def test_parquet_keeps_numbers_that_no_decimal_type_can_hold(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    wide = [Quantity("x", 0, 1, Decimal(10) ** 36), Quantity("y", 0, 1, Decimal("1e-9"))]
    events = [PriceMove(instrument=Instrument(name="x", start=0, end=1), level=level) for level in wide]
    write(tmp_path / "out.parquet", Extraction(Article("xy"), events, (), (), "rules"))
    levels = parquet.read_table(tmp_path / "out.parquet").column("level").to_pylist()
    assert [Decimal(level) for level in levels] == [quantity.value for quantity in wide]


class CutShortError(Exception):
    """Stands for whatever ends a run."""


def test_a_table_of_a_run_that_is_cut_short_holds_what_was_done(extraction, tmp_path):
    def cut_short():
        with export.table_writer(tmp_path / "out.csv") as put:
            put(extraction)
            raise CutShortError

    with pytest.raises(CutShortError):
        cut_short()
    assert "Nordex 40" in (tmp_path / "out.csv").read_text()


def test_a_table_that_cannot_be_completed_leaves_the_older_one(tmp_path, monkeypatch):
    (tmp_path / "out.csv").write_text("older")
    monkeypatch.setattr(export, "_cell", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export.write_table([{"article": "a"}], tmp_path / "out.csv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "older")]


def test_a_lone_surrogate_is_written_and_read_back(tmp_path):
    article = Article("x \ud800 fell", id="a\ud800")
    write(tmp_path / "out.jsonl", Extraction(article, (), (), (), "rules"))
    assert json.loads((tmp_path / "out.jsonl").read_text())["article"]["id"] == "a\ud800"


def test_a_lone_surrogate_is_an_escape_in_every_table(tmp_path):
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    result = marketextract.extract(Article("The Nikkei \ud800 fell 1%. Oil rose 2%.", id="a\ud800"), model="rules")
    write(tmp_path / "out.csv", result)
    write(tmp_path / "out.parquet", result)
    assert list(result.to_frame()["article"]) == ["a\\ud800"] * len(result.events)
    assert set(pandas.read_parquet(tmp_path / "out.parquet")["article"]) == {"a\\ud800"}
    assert set(pandas.read_csv(tmp_path / "out.csv")["article"]) == {"a\\ud800"}


def test_a_line_can_be_written_to_any_stream(extraction):
    stream = io.StringIO()
    export.write_line(extraction, stream)
    assert json.loads(stream.getvalue()) == extraction.to_dict()


@pytest.mark.parametrize(
    ("path", "complaint"),
    [("out.xlsx", r"\.jsonl, \.csv, \.parquet"), ("out", r"\.jsonl"), ("no/such/out.csv", "no folder")],
)
def test_an_output_that_cannot_be_written_is_refused_before_any_work(tmp_path, path, complaint):
    with pytest.raises(SettingsError, match=complaint):
        export.check_format(tmp_path / path)


@pytest.mark.parametrize(("module", "call"), [("pyarrow", "parquet"), ("pandas", "frame")])
def test_a_missing_extra_is_named_with_its_command(extraction, tmp_path, monkeypatch, module, call):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=r"pip install 'marketextract\["):
        extraction.to_frame() if call == "frame" else export.check_format(tmp_path / "out.parquet")


GOOD = {"article": {"id": "a"}, "model": "rules", "events": []}


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "{}",
        json.dumps({**GOOD, "events": [3]}),
        json.dumps({**GOOD, "events": [{"type": "x", "evidence": [{"start": -1, "end": 2}]}]}),
        json.dumps({**GOOD, "ledger": [{"text": "1", "start": 0, "end": 1, "status": "<b>"}]}),
        json.dumps({**GOOD, "rejected": [{"event": {}, "reasons": ["x"]}]}),
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_extraction_is_named(tmp_path, line):
    path = tmp_path / "out.jsonl"
    path.write_text(json.dumps(GOOD) + "\n" + line + "\n")
    with pytest.raises(ArticleError, match=r"out\.jsonl, line 2: "):
        list(export.read_jsonl(path))


def test_a_name_of_a_single_field_is_its_column():
    flat = list(
        export.flat_rows(
            [export.Row({**GOOD, "events": [{"type": "t", "bank": Name(name="B", start=0, end=1).model_dump()}]})]
        )
    )
    assert flat[0]["bank"] == "B"
