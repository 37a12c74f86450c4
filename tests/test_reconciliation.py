"""Articles of one day that cannot both be right."""

import datetime as dt

import pytest

from marketextract.article import Article
from marketextract.extraction import Extraction
from marketextract.reconciliation import reconcile
from marketextract.validation import validate

MONDAY = dt.date(2025, 2, 3)
TUESDAY = dt.date(2025, 2, 4)


def told(text: str, *claims: dict, published: dt.date | None = MONDAY, name: str = "") -> Extraction:
    """The extraction of one sentence with these claims; every claim must be accepted."""
    article = Article(text, id=name or text[:12], published=published)
    result = validate(article, [{"type": "price_move", "evidence": [1], **claim} for claim in claims])
    assert not result.rejected
    return result


def kospi(sentence: str, published: dt.date | None = MONDAY, **fields: str) -> Extraction:
    return told(sentence, {"instrument": "KOSPI", **fields}, published=published)


def gold(verb: str, direction: str, change: str, level: str) -> Extraction:
    claim = {"instrument": "Gold", "direction": direction, "change": change, "level": level}
    return told(f"Gold {verb} {change} to {level}.", claim)


AT_ELEVEN = kospi("The KOSPI rose 0.6% to 2,515.49.", direction="up", change="0.6%", level="2,515.49")

CONTRADICTIONS = [
    # Both closes of the day before follow from the figures: 2,500.49 and 2,450.
    (AT_ELEVEN, kospi("The KOSPI rose 2% to 2,499.00.", direction="up", change="2%", level="2,499.00"), "previous"),
    (
        AT_ELEVEN,
        kospi("The KOSPI added 70 points to 2,590.49.", direction="up", change_amount="70 points", level="2,590.49"),
        "previous",
    ),
    (
        AT_ELEVEN,
        kospi("The KOSPI fell to 2,480.00 from 2,530.00.", direction="down", level="2,480.00", previous="2,530.00"),
        "previous",
    ),
    # One level is one moment, whatever has a price.
    (AT_ELEVEN, kospi("The KOSPI rose 0.1% to 2,515.49.", direction="up", change="0.1%", level="2,515.49"), "change"),
    (
        gold("rose", "up", "1.2%", "$2,815.40"),
        gold("fell", "down", "1.2%", "$2,815.40"),
        "change",
    ),
]

NO_CONTRADICTIONS = [
    # An hour later: another level, another change, the same close of the day before.
    (AT_ELEVEN, kospi("The KOSPI rose 0.9% to 2,523.00.", direction="up", change="0.9%", level="2,523.00")),
    (AT_ELEVEN, kospi("The KOSPI fell 0.5% to 2,488.00.", direction="down", change="0.5%", level="2,488.00")),
    (AT_ELEVEN, kospi("The KOSPI rose 0.1%.", direction="up", change="0.1%")),
    (
        AT_ELEVEN,
        kospi("The KOSPI rose 2% to 2,499.00.", TUESDAY, direction="up", change="2%", level="2,499.00"),
    ),
    (AT_ELEVEN, kospi("The KOSPI rose 2% to 2,499.00.", None, direction="up", change="2%", level="2,499.00")),
    (
        gold("rose", "up", "1.2%", "$2,815.40"),
        gold("rose", "up", "1.9%", "$2,815.90"),
    ),  # two markets, two closes
]


@pytest.mark.parametrize(("first", "second", "field"), CONTRADICTIONS)
def test_figures_of_two_articles_that_exclude_each_other(first, second, field):
    (found,) = reconcile([first, second])
    assert (found.field, found.day) == (field, MONDAY)
    for stated, extraction in ((found.first, first), (found.second, second)):
        assert stated.article == extraction.article.id
        assert extraction.article.text[stated.quantity.start : stated.quantity.end] == stated.quantity.text
        assert stated.quantity.text in str(found)


@pytest.mark.parametrize(("first", "second"), NO_CONTRADICTIONS)
def test_figures_of_two_articles_that_may_both_be_right(first, second):
    assert reconcile([first, second]) == []


def test_after_the_close_there_is_one_change_and_one_level():
    first = kospi("The KOSPI rose 0.6%.", direction="up", change="0.6%")
    second = kospi("The KOSPI rose 0.1%.", direction="up", change="0.1%")
    assert reconcile([first, second]) == []
    assert [found.field for found in reconcile([first, second], closed=True)] == ["change"]
    lower = kospi("The KOSPI closed at 2,510.49.", level="2,510.49")
    higher = kospi("The KOSPI closed at 2,511.49.", level="2,511.49")
    assert [found.field for found in reconcile([lower, higher], closed=True)] == ["level"]


def test_what_contradicts_itself_within_one_article_is_not_told_here():
    text = "The KOSPI rose 0.6% to 2,515.49. The KOSPI rose 0.1% to 2,515.49."
    claims = [
        {"type": "price_move", "instrument": "KOSPI", "change": change, "level": "2,515.49", "evidence": [k]}
        for k, change in ((1, "0.6%"), (2, "0.1%"))
    ]
    result = validate(Article(text, published=MONDAY), claims)
    assert len(result.events) == 2
    assert reconcile([result]) == []


def test_figures_that_are_no_prices_are_compared_by_what_they_are_of():
    def release(rate: str) -> Extraction:
        claim = {
            "type": "economic_release",
            "indicator": "CPI",
            "period": "January",
            "actual": rate,
            "evidence": [1],
        }
        return validate(Article(f"CPI was {rate} in January.", published=MONDAY), [claim])

    assert [found.field for found in reconcile([release("2.9%"), release("3.1%")])] == ["actual"]
    assert reconcile([release("2.9%"), release("2.9%")]) == []


def test_articles_without_an_id_are_told_by_their_place():
    first = Extraction(Article(AT_ELEVEN.article.text, published=MONDAY), AT_ELEVEN.events, (), (), "claims")
    second = kospi("The KOSPI rose 0.1% to 2,515.49.", direction="up", change="0.1%", level="2,515.49")
    (found,) = reconcile([first, second])
    assert found.first.article == "article 1"
