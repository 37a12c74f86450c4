"""A million numbers that an article does not state, claimed of its sentences: how many does the validator accept?

    python benchmarks/mutations.py --count 1000000

Goes in: the shipped articles and, where it is present, the corpus in `../shared`. Every number of a sentence is changed
in one respect, by a seeded generator: its digits, decimal point, scale, sign or unit, or it is the number of a
neighbour; and it is claimed as a phrase, as a value or unit beside the true phrase, as a bare number, or within free
text. What the change makes of value and unit is known from the change itself. A claim that is accepted though no number
of its sentence has this value and unit is an escape. Only the binding of claims to the text is asked, without the
checks of subject, direction and role that come after it: what passes here is all that could pass.

Comes out: the counts by kind, the first ten escapes of each kind, and exit status 1 when there is one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract.article import Article
from marketextract.claims import bind
from marketextract.events import Event
from marketextract.quantities import Quantity, read_quantities
from marketextract.statements import Analysis, analyse

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
ROUND = 12  # mutants of a number before the next one has its turn
SHOWN = 10  # of a kind
NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
SCALES = {"thousand": 3, "million": 6, "mln": 6, "billion": 9, "bln": 9, "bn": 9, "trillion": 12, "crore": 7, "lakh": 5}
SCALE = re.compile(rf"(?<=[\d ])({'|'.join(SCALES)})\b")
# Printed unit, and the unit that it is read as; a mutant changes one for another.
UNITS_BEHIND = {
    "%": "percent",
    " percent": "percent",
    " per cent": "percent",
    " basis points": "basis_point",
    " bps": "basis_point",
    " percentage points": "percentage_point",
    " points": "point",
    " cents": "cent",
    " yen": "JPY",
    " euros": "EUR",
    " barrels": "barrel",
    " shares": "share",
    " tonnes": "tonne",
}
UNITS_BEFORE = {"$": "USD", "€": "EUR", "£": "GBP", "HK$": "HKD", "C$": "CAD", "A$": "AUD"}


class Figure(Event):
    """What is claimed of a sentence: a quantity, a bare number, or words with a number in them."""

    quantity: Quantity | None = None
    number: Decimal | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed number: how it is claimed, and the value and unit that are claimed by it."""

    kind: str
    fields: dict[str, Any]
    value: Decimal
    unit: str | None
    bare: bool = False


def main() -> None:
    """Print the table; exit with 1 when a mutant was accepted that its sentence does not state."""
    options = argparse.ArgumentParser(description="Claim numbers that are not stated, and count what is accepted.")
    options.add_argument("--count", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=20250203)
    given = options.parse_args()
    began = time.process_time()
    made, stated, escaped = Counter[str](), 0, Counter[str]()
    for mutant, sentence, accepted, stands in judged(random.Random(given.seed)):
        if stands:
            stated += 1
            continue
        made[mutant.kind] += 1
        if accepted:
            escaped[mutant.kind] += 1
            if escaped[mutant.kind] <= SHOWN:
                print(json.dumps({"kind": mutant.kind, **mutant.fields, "sentence": sentence}, ensure_ascii=False))
        if made.total() >= given.count:
            break
    print(f"{'kind':<16}{'mutants':>10}{'accepted':>10}")
    for kind in sorted(made):
        print(f"{kind:<16}{made[kind]:>10}{escaped[kind]:>10}")
    print(f"{'all':<16}{made.total():>10}{escaped.total():>10}")
    print(f"left out because the sentence states them anyway: {stated}; CPU seconds: {time.process_time() - began:.0f}")
    sys.exit(escaped.total() > 0)


def judged(rng: random.Random) -> Iterator[tuple[Mutant, str, bool, bool]]:
    """Mutants without end, each with its sentence, whether it was accepted and whether it is stated after all."""
    while True:
        for article in articles():
            yield from judged_in(article, analyse(article), rng)


def judged_in(article: Article, analysis: Analysis, rng: random.Random) -> Iterator[tuple[Mutant, str, bool, bool]]:
    """The mutants of one article."""
    for sentence in article.sentences:
        inside = [q for q in analysis.quantities if sentence.start <= q.start and q.end <= sentence.end]
        elsewhere = [q for q in analysis.quantities if not (sentence.start <= q.start and q.end <= sentence.end)]
        for quantity in inside:
            for _ in range(ROUND):
                mutant = mutated(quantity, elsewhere, rng)
                if mutant is None:
                    continue
                bound = bind(
                    {"type": "figure", "evidence": [sentence.number], **mutant.fields}, Figure, article, analysis
                )
                yield mutant, sentence.text, not bound.reasons, any(states(q, mutant) for q in inside)


def states(quantity: Quantity, mutant: Mutant) -> bool:
    """Whether a number of the sentence has the value and unit of a mutant.

    A mutant without a unit claims none, and a bare number claims no sign either: "-1.5" is what a fall of 1.5% is. Who
    claims a phrase to the letter claims what it says there: the "4.6" of "EUR 4.2 (4.6) million" is a number of them.
    """
    if mutant.fields.get("quantity") == quantity.text:
        return True
    if mutant.bare:
        return abs(mutant.value) in (abs(quantity.value), quantity.high)
    return mutant.value == quantity.value and mutant.unit in (None, quantity.unit)


def mutated(quantity: Quantity, elsewhere: list[Quantity], rng: random.Random) -> Mutant | None:
    """A mutant of a number, claimed in one of the ways there are; None when the change drawn does not fit it."""
    changes = {
        "digits": other_digits,
        "decimal point": other_point,
        "scale": other_scale,
        "sign": other_sign,
        "unit": other_unit,
    }
    kind = rng.choice([*changes, "neighbour"])
    if kind == "neighbour":
        if not elsewhere:
            return None
        other = rng.choice(elsewhere)
        if not says(other):
            return None
        changed = (other.text, other.value, other.unit)
    else:
        numerals = NUMERAL.findall(quantity.text)
        if len(numerals) != 1 or not says(quantity) or not carries(quantity, numerals[0]):
            return None
        found = changes[kind](quantity, numerals[0], rng)
        if found is None:
            return None
        changed = found
    return claimed(kind, quantity, changed, rng.random())


def claimed(kind: str, true: Quantity, changed: Changed, way: float) -> Mutant:
    """A changed number as a claim: as a phrase most of the time, else beside the true phrase, bare, or in free text."""
    phrase, value, unit = changed
    if way < 0.7 or kind == "sign":  # a bare number or a word of direction may well have the sign that the text lacks
        return Mutant(kind, {"quantity": phrase}, value, unit)
    if way < 0.8 and kind != "neighbour":
        typed = {"unit": unit} if kind == "unit" else {"value": str(value)}
        return Mutant(f"{kind}, typed", {"quantity": {"text": true.text, **typed}}, value, unit)
    if way < 0.9 and kind not in ("unit", "neighbour"):
        return Mutant(f"{kind}, bare", {"number": str(value)}, value, None, bare=True)
    return Mutant(f"{kind}, in words", {"words": f"a move of {phrase} in all"}, value, unit)


Changed = tuple[str, Decimal, str | None]


def with_numeral(quantity: Quantity, old: str, new: str) -> Changed:
    """The quantity with another numeral in its place."""
    factor = quantity.value / Decimal(plain(old))
    return quantity.text.replace(old, new, 1), factor * Decimal(plain(new)), quantity.unit


def other_digits(quantity: Quantity, numeral: str, rng: random.Random) -> Changed | None:
    """One digit changed, or, in a numeral without commas, one doubled or left out, or two exchanged."""
    places = [k for k, character in enumerate(numeral) if character.isdigit()]
    at, way = rng.choice(places), rng.choice(("change", "double", "drop", "swap"))
    if way == "double":
        new = plain(numeral[: at + 1]) + numeral[at] + plain(numeral[at + 1 :])
    elif way == "drop" and len(places) > 1:
        new = plain(numeral[:at] + numeral[at + 1 :])
    elif way == "swap" and numeral[at + 1 : at + 2].isdigit():
        new = numeral[:at] + numeral[at + 1] + numeral[at] + numeral[at + 2 :]
    else:
        new = numeral[:at] + rng.choice("0123456789") + numeral[at + 1 :]
    if not NUMERAL.fullmatch(new) or new == numeral:
        return None
    return with_numeral(quantity, numeral, new)


def other_point(quantity: Quantity, numeral: str, rng: random.Random) -> Changed:
    """The decimal point up to three places to the left or right."""
    new = Decimal(plain(numeral)).scaleb(rng.choice((-3, -2, -1, 1, 2, 3)))
    return with_numeral(quantity, numeral, f"{new:f}")


def other_scale(quantity: Quantity, numeral: str, rng: random.Random) -> Changed | None:
    """Another word of scale, or one where there was none."""
    word = rng.choice(list(SCALES))
    printed = SCALE.search(quantity.text)
    if printed is not None:
        if SCALES[word] == SCALES[printed[1]]:
            return None
        text = quantity.text[: printed.start()] + word + quantity.text[printed.end() :]
        return text, quantity.value.scaleb(SCALES[word] - SCALES[printed[1]]), quantity.unit
    if (quantity.unit is not None and not quantity.unit.isupper()) or quantity.value > Decimal(plain(numeral)):
        return None  # "25.14 B" has its scale
    return quantity.text.replace(numeral, f"{numeral} {word}", 1), quantity.value.scaleb(SCALES[word]), quantity.unit


def other_sign(quantity: Quantity, numeral: str, rng: random.Random) -> Changed | None:
    """A minus where there is none, or none where there is one."""
    if quantity.value < 0:
        text = quantity.text.lstrip("-−–")
        return (text, -quantity.value, quantity.unit) if text != quantity.text else None
    at = quantity.text.index(numeral)
    if quantity.text[at - 1 : at] in ("$", "€", "£", "¥"):
        at -= 1
    if quantity.text[at - 1 : at].strip():  # "US$5"
        return None
    return quantity.text[:at] + rng.choice("-−") + quantity.text[at:], -quantity.value, quantity.unit


def other_unit(quantity: Quantity, numeral: str, rng: random.Random) -> Changed | None:
    """Another unit in the place of the printed one."""
    for units in (UNITS_BEHIND, UNITS_BEFORE):
        for printed in sorted(units, key=len, reverse=True):
            phrase = f"{numeral}{printed}" if units is UNITS_BEHIND else f"{printed}{numeral}"
            if quantity.text == phrase:
                new = rng.choice([other for other, unit in units.items() if unit != units[printed]])
                return phrase.replace(printed, new), quantity.value, units[new]
    return None


def says(quantity: Quantity) -> bool:
    """Whether the text of a number says all of it by itself; "one" is often no number at all."""
    alone = read_quantities(quantity.text) if NUMERAL.search(quantity.text) else []
    return [(read.value, read.unit) for read in alone] == [(quantity.value, quantity.unit)] and quantity.high is None


def carries(quantity: Quantity, numeral: str) -> bool:
    """Whether the numeral is that of the value, but for scale and sign: not in "one in 10" or the slip "$1,68"."""
    printed = Decimal(plain(numeral))
    if not printed or " in " in quantity.text:
        return False
    scale = abs(quantity.value) / printed
    return scale >= 1 and scale.normalize().as_tuple().digits == (1,)


def plain(numeral: str) -> str:
    """A numeral without its commas."""
    return numeral.replace(",", "")


def articles() -> Iterator[Article]:
    """The shipped articles, then those of the corpus."""
    for path in sorted((ROOT / "examples" / "articles").glob("*.txt")):
        yield Article.from_file(path)
    for path in sorted((SHARED / "wraps" / "unlabelled").glob("*.txt")):
        yield Article.from_file(path)
    corpus = SHARED / "wraps" / "corpus3000.jsonl.gz"
    if corpus.exists():
        with gzip.open(corpus, "rt", encoding="utf-8") as lines:
            yield from (Article(json.loads(line)["text"]) for line in lines)


if __name__ == "__main__":
    main()
