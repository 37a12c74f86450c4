"""What a sentence says of its numbers: the table of sentences, and what holds for every sentence."""

from __future__ import annotations

from functools import cache

from marketextract.article import Article
from marketextract.statements import Analysis, Statement, analyse
from marketextract.subjects import subjects_of
from statement_table import FACTS, Fact, facts, means, neighbours


@cache
def analysed(text: str) -> Analysis:
    return analyse(Article(text))


def statements_of(fact: Fact) -> list[Statement]:
    return [s for s in analysed(fact.text).statements if s.quantity.start < fact.end and fact.start < s.quantity.end]


@facts("reading")
def test_a_number_has_the_subjects_direction_and_role_that_its_sentence_gives_it(fact: Fact):
    found = statements_of(fact)
    assert len(found) == 1, f"{len(found)} statements about {fact.number}"
    statement = found[0]
    assert statement.role == fact.role
    assert statement.hypothetical == fact.hypothetical or fact.role in ("expected", "distance")
    if fact.direction != "?":
        assert (statement.direction or "-") == fact.direction
    if not fact.open_subject:
        assert_subjects([subject.name for subject in subjects_of(statement, fact.text)], fact)


def assert_subjects(found: list[str], fact: Fact) -> None:
    every = {name for other in [fact, *neighbours(fact)] for names in other.subjects for name in names}
    assert len(found) == len(fact.subjects), f"{found} instead of {fact.subjects}"
    for names in fact.subjects:
        assert any(means(name, names, every - set(names)) for name in found), f"{found} instead of {fact.subjects}"


def test_the_table_covers_its_classes():
    assert len(FACTS) >= 400
    assert len({fact.group for fact in FACTS}) >= 40
