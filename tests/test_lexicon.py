"""The lexicon: its files are well formed, do not contradict each other, and can be added to by one line."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

import marketextract
from marketextract import Lexicon, Usage, lexicon, read_quantities
from marketextract.budget import cost_of
from marketextract.dates import resolve
from marketextract.names import INSTRUMENT_KINDS

PACKAGE = Path(marketextract.__file__).parent
FILES = sorted(path.stem for path in (PACKAGE / "lexicon").glob("*.txt"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_at_its_top_what_its_columns_are(name: str):
    lines = (PACKAGE / "lexicon" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    top = lines[: next(i for i, line in enumerate(lines) if not line.startswith("#"))]
    assert "column" in " ".join(top).lower()


@pytest.mark.parametrize("name", FILES)
def test_the_entries_of_a_file_have_no_empty_column(name: str):
    rows = lexicon.rows(name)
    assert rows
    assert all(column for row in rows for column in row)


@pytest.mark.parametrize("name", ["instruments", "institutions", "indicators", "movements", "places", "words"])
def test_the_entries_of_a_file_have_the_same_columns(name: str):
    assert len({len(row) for row in lexicon.rows(name)}) == 1


def test_an_instrument_has_a_kind_and_each_spelling_one_bearer():
    bearers = defaultdict(set)
    for name, kind, identifier, others in lexicon.rows("instruments"):
        assert kind in INSTRUMENT_KINDS
        for spelling in [name, *others.split(";")]:
            if spelling.strip() not in ("", "-"):
                bearers[spelling.strip()].add((kind, name if identifier == "-" else identifier))
    assert [spelling for spelling, found in bearers.items() if len(found) > 1] == []


def test_a_movement_goes_one_way():
    ways = defaultdict(set)
    for forms, part, direction in lexicon.rows("movements"):
        assert part in ("verb", "noun", "both", "state", "measured", "passing", "cause")
        assert direction in ("up", "down", "flat", "-")
        for form in forms.split(","):
            ways[form.strip()].add(direction)
    assert [form for form, directions in ways.items() if len(directions) > 1] == []


def test_a_word_has_one_class():
    classes = Counter(word for _, listed in lexicon.rows("words") for word in set(listed.split()))
    assert [word for word, count in classes.items() if count > 1] == []


def test_an_addition_to_a_set_of_words_leaves_its_other_words():
    marketextract.Lexicon.extend("families", "deal sentence | flumphs")
    (event,) = marketextract.extract("Ostra Inc will acquire Brisk Corp for $4 billion.", model="rules").events
    assert event.type == "deal"
    marketextract.Lexicon.extend("extreme_words", "up | summit | -")
    claim = {"type": "price_move", "instrument": "Gold", "direction": "down", "level": "$2,000", "evidence": [1]}
    for word in ("high", "summit"):
        assert marketextract.validate(f"Gold hit a one-year {word} of $2,000.", [claim]).rejected


def test_a_role_word_leads_to_one_role():
    leads = Counter(
        word.strip() for role, listed, _ in lexicon.rows("roles") for word in listed.split(";") if role != "inside"
    )
    assert [word for word, count in leads.items() if count > 1] == []


PROGRAM = """
import marketextract
claim = {"type": "price_move", "instrument": "Zorblax 40", "direction": "up", "change": "3%", "evidence": [1]}
text = "The Zorblax 40 flumphed 3%, while the S&P 500 fell 1%."
result = marketextract.extract(text, model="rules")
print([(e.instrument.name, e.instrument.kind, e.instrument.id, e.direction, e.change.text) for e in result.events])
down = marketextract.validate(text, [{**claim, "direction": "down"}])
print([reason.code for rejection in down.rejected for reason in rejection.reasons])
"""


def test_an_index_and_a_verb_are_added_by_one_line_each(tmp_path):
    package = tmp_path / "marketextract"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PACKAGE.parent / "prompts", package / "prompts")
    with (package / "lexicon" / "instruments.txt").open("a", encoding="utf-8") as file:
        file.write("Zorblax 40 | index | ^ZBX | Zorblax\n")
    with (package / "lexicon" / "movements.txt").open("a", encoding="utf-8") as file:
        file.write("flumph | verb | up\n")
    printed = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    assert printed[0] == "[('Zorblax 40', 'index', '^ZBX', 'up', '3%'), ('S&P 500', 'index', '^GSPC', 'down', '1%')]"
    assert printed[1] == "['wrong-direction']"


# Additions while the program runs

TEXT = "The Zorblax 40 flumphed 3%, while the S&P 500 fell 1%."
INDEX, VERB = "Zorblax 40 | index | ^ZBX | Zorblax", "flumph | verb | up"


def moves(text: str = TEXT):
    events = marketextract.extract(text, model="rules").events
    return [(event.instrument.name, event.instrument.id, event.direction, event.change.text) for event in events]


SHIPPED = [("S&P 500", "^GSPC", "down", "1%")]
EXTENDED = [("Zorblax 40", "^ZBX", "up", "3%"), *SHIPPED]


def test_an_index_and_a_verb_are_added_while_the_program_runs():
    assert moves() == SHIPPED  # what is derived from the lexicon is built now, and must be built anew
    Lexicon.extend("instruments", INDEX)
    Lexicon.extend("movements", VERB)
    assert moves() == EXTENDED
    claim = {"type": "price_move", "instrument": "Zorblax", "direction": "down", "change": "3%", "evidence": [1]}
    (rejection,) = marketextract.validate(TEXT, [claim]).rejected
    assert [reason.code for reason in rejection.reasons] == ["wrong-direction"]


def test_each_test_begins_with_the_shipped_lexicon():
    assert moves() == SHIPPED
    assert ("Lagos All Share", "index", "^NGSE", "Lagos index") not in lexicon.rows("instruments")


def test_a_central_bank_is_added_while_the_program_runs():
    text = "The Bank of Zorbia raised its rate by 25 basis points to 4%."
    Lexicon.extend("institutions", "Bank of Zorbia | central_bank | ZRB | BoZ")
    banks = [e.central_bank for e in marketextract.extract(text, model="rules").events if e.type == "monetary_policy"]
    assert [(bank.name, bank.kind, bank.id) for bank in banks] == [("Bank of Zorbia", "central_bank", "ZRB")]


def test_words_of_time_are_added_while_the_program_runs():
    friday = dt.date(2025, 2, 7)
    assert resolve("on Zorbday", friday) is None
    Lexicon.extend("times", "when | on Zorbday | -1 | on Zorbday")
    assert resolve("on Zorbday", friday) == dt.date(2025, 2, 6)


def test_a_price_is_added_while_the_program_runs():
    usage = Usage(requests=1, input_tokens=1_000_000, output_tokens=1_000_000)
    assert cost_of(usage, "openai/zorb-1") is None
    Lexicon.extend("prices", "zorb-1 | 0.25 | 1.50 | 2030-01")
    assert cost_of(usage, "openai/zorb-1") == Decimal("1.75")


COUNTED = """
from marketextract import Lexicon, read_quantities
Lexicon.extend("things", "zorble")
print([(quantity.text, quantity.unit) for quantity in read_quantities("It sold 40 zorbles.")])
"""


def test_a_thing_that_is_counted_is_added_before_the_first_text_is_read():
    printed = subprocess.run([sys.executable, "-c", COUNTED], capture_output=True, text=True, check=True, timeout=60)
    assert printed.stdout == "[('40 zorbles', 'zorble')]\n"


def test_a_thing_that_is_counted_is_added_while_the_program_runs():
    assert [quantity.unit for quantity in read_quantities("It sold 40 zorbles.")] == [None]
    Lexicon.extend("things", "zorble")
    assert [quantity.unit for quantity in read_quantities("It sold 40 zorbles.")] == ["zorble"]


def test_additions_are_loaded_from_a_file_named_like_the_one_they_belong_to(tmp_path):
    (tmp_path / "instruments.txt").write_text(f"# name | kind | id | other names\n\n{INDEX}\n", encoding="utf-8")
    Lexicon.load(tmp_path / "instruments.txt")
    Lexicon.extend("movements", VERB)
    assert moves() == EXTENDED


def test_additions_are_loaded_from_every_such_file_of_a_folder(tmp_path):
    (tmp_path / "instruments.txt").write_text(INDEX, encoding="utf-8")
    (tmp_path / "movements.txt").write_text(VERB, encoding="utf-8")
    (tmp_path / "README.md").write_text("Words of our own.", encoding="utf-8")
    Lexicon.load(str(tmp_path))
    assert moves() == EXTENDED


@pytest.mark.parametrize("table", ["zorbs", "", "../instruments", "instruments.txt"])
def test_an_addition_to_a_file_that_there_is_not_is_refused(table: str, tmp_path):
    with pytest.raises(KeyError, match="no file"):
        Lexicon.extend(table, INDEX)
    (tmp_path / "zorbs.txt").write_text(INDEX)
    with pytest.raises(KeyError, match="no file"):
        Lexicon.load(tmp_path / "zorbs.txt")


def test_an_entry_that_lacks_columns_is_refused_and_the_others_with_it():
    before = lexicon.rows("instruments")
    with pytest.raises(ValueError, match=r"has 2 columns; an entry of instruments\.txt has at least 4"):
        Lexicon.extend("instruments", INDEX, "Zorbia 50 | index")
    assert lexicon.rows("instruments") == before
