"""Validators side by side: what each rejects of true claims and accepts of corrupted ones, in one run.

    python -m venv /somewhere && /somewhere/bin/pip install -e . -r benchmarks/requirements-validators.txt
    /somewhere/bin/python benchmarks/validators.py [-v]

Goes in: the claims of `corruptions.py`, from the shipped articles. Comes out: for each judge its false rejects, its
escapes in all and by kind, and the CPU time of a claim. Every judge is told the article, the evidence, the names and
the number phrases, and is used in its strongest way that a caller can reach without writing rules of his own:

    marketextract         `validate`, with the reading of each article in its time
    substring             the evidence stands in the article, and every phrase and the name in the evidence
    langextract           its aligner places the evidence in the article and every phrase and the name in the evidence;
                          "exact" takes only what it calls an exact match
    CitationMixin         instructor's: it still finds the evidence and every phrase as quotes
    groundgate            a field for each role, direction, unit and bound; the names of the article as its keys; the
                          name and a word of the claimed direction cited. "admitted" is its yes; "or review" counts what
                          it would show to a person as accepted too

A judge that is not installed is left out and named. `-v` prints what marketextract misjudges.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract.lexicon import rows
from marketextract.quantities import read_quantities
from marketextract.spelling import participle, past, third_person
from marketextract.validation import validate

sys.path.insert(0, str(Path(__file__).parent))
from corruptions import Claim, claims

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Judge = Callable[[Claim], bool]

COMPARATORS = {"exact": "eq", "about": "approx", "over": "gt", "under": "le", "range": "range"}
SURFACES = {
    "percent": ["%", " percent", " per cent", " pct"], "basis_point": [" basis points", " bps"],
    "percentage_point": [" percentage points"], "point": [" points"], "cent": [" cents"],
}  # fmt: skip
ROLE_WORDS = {"level": ["to", "at", "near"], "previous": ["from"]}


def main() -> None:
    """Print the table."""
    made = list(claims())
    kinds = [kind for kind in dict.fromkeys(claim.kind for claim in made) if kind != "faithful"]
    totals = Counter(claim.kind for claim in made)
    judges, missing = available()
    results = {name: run(judge, made) for name, judge in judges.items()}
    print(f"{len(made)} claims: {totals['faithful']} faithful, {len(made) - totals['faithful']} corrupted\n")
    print(f"{'':<22}{'claims':>7}" + "".join(f"{name:>21}" for name in results))
    line("false rejects", totals["faithful"], [wrong["faithful"] for wrong, _ in results.values()])
    corrupted = len(made) - totals["faithful"]
    line("escapes", corrupted, [wrong.total() - wrong["faithful"] for wrong, _ in results.values()])
    for kind in kinds:
        line(f"  {kind}", totals[kind], [wrong[kind] for wrong, _ in results.values()])
    print(
        f"{'CPU ms a claim':<29}" + "".join(f"{seconds * 1000 / len(made):>21.3f}" for _, seconds in results.values())
    )
    for name in missing:
        print(f"not installed, so left out: {name}")
    if "-v" in sys.argv:
        explain(made)


def line(label: str, total: int, counts: Sequence[int]) -> None:
    """One row: how many claims a kind has, and what each judge got wrong of them."""
    cells = (f"{count:>11} ({count / total:>7.1%})" for count in counts)
    print(f"{label:<22}{total:>7}" + "".join(cells))


def run(judge: Judge, made: list[Claim]) -> tuple[Counter[str], float]:
    """How often a judge is wrong, by kind, and its CPU seconds."""
    wrong: Counter[str] = Counter()
    began = time.process_time()
    for claim in made:
        if judge(claim) != (claim.kind == "faithful"):
            wrong[claim.kind] += 1
    return wrong, time.process_time() - began


def explain(made: list[Claim]) -> None:
    """What marketextract misjudges, with its reasons."""
    for claim in made:
        result = validate(claim.article, [claim.event])
        if bool(result.events) != (claim.kind == "faithful"):
            reasons = [reason.message for rejection in result.rejected for reason in rejection.reasons]
            print(f"{claim.kind}: {claim.event} {reasons}")


def available() -> tuple[dict[str, Judge], list[str]]:
    """The judges that are installed, and the names of those that are not."""
    groups: dict[str, Callable[[], dict[str, Judge]]] = {
        "langextract": langextract_judges,
        "instructor": instructor_judges,
        "groundgate": groundgate_judges,
    }
    judges: dict[str, Judge] = {"marketextract": by_marketextract, "substring": by_substring}
    missing = []
    for package, make in groups.items():
        if find_spec(package) is None:
            missing.append(package)
        else:
            judges |= make()
    return judges, missing


def by_marketextract(claim: Claim) -> bool:
    """This library."""
    return bool(validate(claim.article, [claim.event]).events)


def by_substring(claim: Claim) -> bool:
    """Whether everything stands where it is claimed from, letter by letter."""
    stated = [claim.name, *claim.phrases.values()]
    return claim.evidence in claim.article.text and all(phrase in claim.evidence for phrase in stated)


def langextract_judges() -> dict[str, Judge]:
    """The aligner of langextract, by default and for exact matches only."""
    from langextract.core.data import AlignmentStatus, Extraction
    from langextract.resolver import WordAligner

    aligner = WordAligner()

    def places(phrases: list[str], text: str, *, exact: bool) -> bool:
        group = [Extraction("claim", phrase) for phrase in phrases]
        aligned = aligner.align_extractions([group], text)[0]
        allowed = {AlignmentStatus.MATCH_EXACT} if exact else set(AlignmentStatus)
        return all(found.char_interval is not None and found.alignment_status in allowed for found in aligned)

    def judge(claim: Claim, *, exact: bool) -> bool:
        stated = [claim.name, *claim.phrases.values()]
        return places([claim.evidence], claim.article.text, exact=exact) and all(
            places([phrase], claim.evidence, exact=exact) for phrase in stated
        )

    return {
        "langextract": lambda claim: judge(claim, exact=False),
        "langextract exact": lambda claim: judge(claim, exact=True),
    }


def instructor_judges() -> dict[str, Judge]:
    """The citation check of instructor: a quote that it does not find is dropped."""
    from instructor import CitationMixin

    class Cited(CitationMixin):
        """A claim of which only the quotes are checked."""

    def judge(claim: Claim) -> bool:
        quotes = [claim.evidence, *claim.phrases.values()]
        cited = Cited.model_validate({"substring_quotes": quotes}, context={"context": claim.article.text})
        return len(cited.substring_quotes) == len(quotes)

    return {"CitationMixin": judge}


def groundgate_judges() -> dict[str, Judge]:
    """groundgate with keyed fields, by what it admits, and with what it sends to review."""
    from groundgate import Schema, admit

    made = list(claims())
    names: dict[str, list[str]] = defaultdict(list)
    for claim in made:
        if claim.name not in names[claim.article.id]:
            names[claim.article.id].append(claim.name)

    @cache
    def schema(article: str, field: str, unit: str | None, bound: str, words: tuple[str, ...]) -> Any:
        described: dict[str, Any] = {"keys": names[article], "aliases": list(words), "comparator": COMPARATORS[bound]}
        units = {code: {"prefix": [], "suffix": forms} for code, forms in SURFACES.items()}
        if unit in units:
            described["unit"] = unit
        return Schema.from_dict({"fields": {field: described}, "units": units})

    def outcomes(claim: Claim) -> set[str]:
        found = set()
        for field, phrase in claim.phrases.items():
            read = read_quantities(phrase)
            if len(read) != 1:
                return {"rejected"}
            words = tuple(ROLE_WORDS.get(field) or words_of(claim.direction))
            candidate = {
                "field": field,
                "key": claim.name,
                "value": claim.values.get(field, str(read[0].value)),
                "evidence": cited(claim, phrase, words),
            }
            if read[0].unit in SURFACES:
                candidate["unit"] = read[0].unit
            spec = schema(claim.article.id, field, read[0].unit, read[0].bound, words)
            found |= {decision.outcome for decision in admit(claim.article.text, spec, [candidate]).decisions}
        return found

    return {
        "groundgate admitted": lambda claim: outcomes(claim) == {"admitted"},
        "groundgate or review": lambda claim: "rejected" not in outcomes(claim),
    }


def cited(claim: Claim, phrase: str, words: Sequence[str]) -> list[dict[str, Any]]:
    """The evidence items of one number: the phrase in its sentence, the name, and the nearest word of its role."""
    text = claim.article.text
    at = text.find(claim.evidence)
    begin = text.find(phrase, at, at + len(claim.evidence)) if at >= 0 else -1
    item: dict[str, Any] = {"text": phrase if at >= 0 else claim.evidence}
    if begin >= 0:
        start = len(text[:begin].encode())
        item |= {"start": start, "end": start + len(phrase.encode())}
    items = [item, {"role": "key", "text": claim.name}]
    spoken = [word for word in words if f" {word} " in f" {claim.evidence} "]
    near = claim.evidence.find(phrase)
    if spoken:
        nearest = min(spoken, key=lambda word: abs(claim.evidence.find(f"{word} ") - near))
        items.append({"role": "field", "text": nearest})
    return items


@cache
def words_of(direction: str) -> list[str]:
    """Every word of the lexicon for a movement in this direction."""
    words: set[str] = set()
    for forms, part, towards in rows("movements"):
        base, *irregular = [form.strip() for form in forms.split(",")]
        if towards != direction:
            continue
        words |= {base, *irregular}
        if part in ("verb", "both", "cause") and " " not in base:
            words |= {third_person(base), past(base), participle(base)}
    return sorted(words)


if __name__ == "__main__":
    main()
