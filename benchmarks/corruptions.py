"""Faithful and corrupted claims, made from facts that a person read in the shipped articles.

Goes in: `examples/articles` and `examples/gold.jsonl`. Comes out: claims of price moves. A faithful one restates a
fact; a corrupted one differs from it in exactly one respect, which is its `kind`:

    digit, rounded, truncated       another number, which the article does not print
    neighbour's number, subject     real ones of another fact of the same sentence
    other number, other subject     real ones of another sentence
    direction, unit, scale, role    the wrong way, in something else, a thousand times more, a level as a change
    typed value                     a value beside the phrase that is not the phrase's
    evidence                        a quote that the article does not print

A corruption that would be true as well is not made. Everything is drawn by a seeded generator.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract.article import Article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXAMPLES = Path(__file__).parent.parent / "examples"
NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
RELATIVE = re.compile(r"%|per ?cent|basis|percentage", re.IGNORECASE)
OPPOSITE = {"up": "down", "down": "up"}
UNITS = (
    ("%", " basis points"), (" percent", " basis points"), (" per cent", " points"), (" basis points", "%"),
    (" points", "%"), ("$", "€"), ("€", "$"), ("£", "$"), (" cents", " yen"), (" yen", " euros"),
)  # fmt: skip
SCALES = (("billion", "million"), ("million", "billion"), ("trillion", "billion"), ("thousand", "million"))


@dataclass(frozen=True)
class Claim:
    """A price move as claimed: printed phrases by field, a typed value beside one of them, and a quote as evidence."""

    article: Article
    kind: str
    name: str
    direction: str
    phrases: dict[str, str]
    evidence: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def event(self) -> dict[str, Any]:
        """The claim in the form that the validator takes."""
        typed = {key: {"text": self.phrases[key], "value": value} for key, value in self.values.items()}
        stated = {**self.phrases, **typed}
        event = {"type": "price_move", "instrument": self.name, "direction": self.direction}
        return {**event, **stated, "evidence": [self.evidence]}


@dataclass(frozen=True)
class Fact:
    """One fact of the gold: all names of the instrument, and the number phrases by field."""

    article: Article
    names: tuple[str, ...]
    direction: str
    phrases: dict[str, str]
    evidence: str
    sentence: int

    @property
    def leading(self) -> tuple[str, str, str]:
        """The field, the phrase and the numeral of the first number."""
        name, phrase = next(iter(self.phrases.items()))
        numeral = NUMERAL.search(phrase)
        return name, phrase, numeral[0] if numeral else ""

    def faithful(self) -> Claim:
        """The fact as a claim."""
        return Claim(self.article, "faithful", self.names[0], self.direction, self.phrases, self.evidence)


def claims(seed: int = 7) -> Iterator[Claim]:
    """All claims, in the order of the facts."""
    rng = random.Random(seed)
    articles = {path.name: Article.from_file(path) for path in sorted((EXAMPLES / "articles").glob("*.txt"))}
    rows = [json.loads(line) for line in (EXAMPLES / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    for name, article in articles.items():
        facts = [
            made
            for row in rows
            if row["article"] == name and row["family"] == "price_move" and row["direction"]
            for made in facts_of(row, article)
        ]
        for fact in facts:
            yield fact.faithful()
            for kind, corrupt in CORRUPTIONS.items():
                changed = corrupt(fact, facts, rng)
                if changed is not None:
                    yield replace(fact.faithful(), kind=kind, **changed)


def facts_of(row: dict[str, Any], article: Article) -> Iterator[Fact]:
    """The facts of a line of the gold: one for each of its subjects."""
    start = min([row["start"], *(number["start"] for number in row["numbers"])])
    sentence = max((s for s in article.sentences if s.start <= start), key=lambda s: s.start)
    phrases: dict[str, str] = {}
    for number in row["numbers"]:
        changes = "change" if RELATIVE.search(number["text"]) else "change_amount"
        name = {"change": changes, "level": "level", "previous": "previous"}.get(number["role"])
        if name and NUMERAL.search(number["text"]) and number["end"] <= sentence.end:
            phrases.setdefault(name, number["text"])
    if phrases:
        for names in row["subjects"]:
            yield Fact(article, tuple(names), row["direction"], phrases, sentence.text, sentence.number)


# -- the corruptions: each gives what changes in the claim, or None where it does not fit ----------------------------

Change = dict[str, Any] | None


def with_numeral(fact: Fact, numeral: str) -> Change:
    """Another number, unless the article prints it."""
    name, phrase, old = fact.leading
    printed = {found.replace(",", "") for found in NUMERAL.findall(fact.article.text)}
    if numeral.replace(",", "") in printed or Decimal(numeral.replace(",", "")) == Decimal(old.replace(",", "")):
        return None
    return {"phrases": {**fact.phrases, name: phrase.replace(old, numeral, 1)}}


def digit(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """One digit is another."""
    numeral = fact.leading[2]
    for _ in range(20):
        at = rng.choice([k for k, character in enumerate(numeral) if character.isdigit()])
        changed = with_numeral(fact, numeral[:at] + rng.choice("123456789") + numeral[at + 1 :])
        if changed is not None:
            return changed
    return None


def rounded(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """One decimal less."""
    numeral = fact.leading[2].replace(",", "")
    decimals = len(numeral.partition(".")[2])
    if not decimals:
        return None
    return with_numeral(fact, str(Decimal(numeral).quantize(Decimal(1).scaleb(1 - decimals), ROUND_HALF_UP)))


def truncated(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """What stands behind the comma of the thousands."""
    numeral = fact.leading[2]
    return with_numeral(fact, numeral.split(",", 1)[1]) if "," in numeral else None


def others(fact: Fact, facts: list[Fact], *, near: bool) -> list[Fact]:
    """The facts about something else, of the same sentence or of the others."""
    return [
        other for other in facts if not set(other.names) & set(fact.names) and (other.sentence == fact.sentence) == near
    ]


def number_of(pool: list[Fact], fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The number of another fact, unless it is stated of this instrument too."""
    name = fact.leading[0]
    own = {phrase for other in facts if set(other.names) & set(fact.names) for phrase in other.phrases.values()}
    numerals = {numeral for phrase in own for numeral in NUMERAL.findall(phrase)}
    found = [
        other.phrases[name]
        for other in pool
        if name in other.phrases and not numerals & set(NUMERAL.findall(other.phrases[name]))
    ]
    return {"phrases": {**fact.phrases, name: rng.choice(found)}} if found else None


def neighbours_number(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The number of another fact of the sentence."""
    return number_of(others(fact, facts, near=True), fact, facts, rng)


def other_number(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The number of a fact of another sentence, which this sentence does not print."""
    name = fact.leading[0]
    pool = [other for other in others(fact, facts, near=False) if other.phrases.get(name, "") not in fact.evidence]
    return number_of(pool, fact, facts, rng)


def subject_of(pool: list[Fact], fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The name of another fact, unless the number is stated of it too."""
    name, phrase, _ = fact.leading
    bearers = {bearer for other in facts if other.phrases.get(name) == phrase for bearer in other.names}
    found = [other.names[0] for other in pool if not bearers & set(other.names)]
    return {"name": rng.choice(found)} if found else None


def neighbours_subject(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The name of another fact of the sentence."""
    return subject_of(others(fact, facts, near=True), fact, facts, rng)


def other_subject(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The name of a fact of another sentence, which this sentence does not print."""
    pool = [o for o in others(fact, facts, near=False) if not any(name in fact.evidence for name in o.names)]
    return subject_of(pool, fact, facts, rng)


def direction(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """The other way."""
    return {"direction": OPPOSITE[fact.direction]} if fact.direction in OPPOSITE else None


def replaced(pairs: tuple[tuple[str, str], ...]) -> Callable[[Fact, list[Fact], random.Random], Change]:
    """A corruption that replaces the first word of a pair that the phrase holds."""

    def corrupt(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
        name, phrase, _ = fact.leading
        for old, new in pairs:
            if old in phrase:
                changed = phrase.replace(old, new)
                return None if changed in fact.evidence else {"phrases": {**fact.phrases, name: changed}}
        return None

    return corrupt


def typed_value(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """A value ten times that of the phrase."""
    name, _, numeral = fact.leading
    return {"values": {name: str(Decimal(numeral.replace(",", "")) * 10)}}


def role(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """Level and previous level exchanged, or level and change; a lone change as a level."""
    own = fact.phrases
    change = "change" if "change" in own else "change_amount"
    for one, other in (("level", "previous"), ("level", change)):
        if one in own and other in own:
            return {"phrases": {**own, one: own[other], other: own[one]}}
    return {"phrases": {"level": own["change"]}} if list(own) == ["change"] else None


def evidence(fact: Fact, facts: list[Fact], rng: random.Random) -> Change:
    """A quote with one digit more."""
    numeral = fact.leading[2]
    return {"evidence": fact.evidence.replace(numeral, f"{numeral}1", 1)}


CORRUPTIONS: dict[str, Callable[[Fact, list[Fact], random.Random], Change]] = {
    "digit": digit,
    "rounded": rounded,
    "truncated": truncated,
    "neighbour's number": neighbours_number,
    "other number": other_number,
    "neighbour's subject": neighbours_subject,
    "other subject": other_subject,
    "direction": direction,
    "unit": replaced(UNITS),
    "scale": replaced(SCALES),
    "typed value": typed_value,
    "role": role,
    "evidence": evidence,
}
