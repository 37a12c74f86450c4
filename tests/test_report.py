"""The report shows every number once, trusts nobody's text, and loads nothing."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from marketextract import report
from marketextract.article import Article
from marketextract.events import Event, Instrument, Name, PriceMove, Span
from marketextract.export import Row
from marketextract.extraction import Extraction, LedgerEntry, Reason, Rejection, Usage
from marketextract.quantities import Quantity

TEXT = "Nordex 40 climbs\n\nThe Nordex 40 rose 1.25% on May 6. Volume was 3 million shares."
HOSTILE = "<script>alert('1')</script> & \"quotes\" <img src=x onerror=alert(1)>"


class Page(HTMLParser):
    """The elements of a page, its text, and the text of each mark by its class."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.open, self.marks = "", [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "mark":
            self.marks.append([dict(attrs)["class"], ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data
        if "mark" in self.open:
            self.marks[-1][1] += data


def extraction(**changes):
    at = TEXT.index("1.25%")
    rise = PriceMove(
        instrument=Instrument(name="Nordex 40", start=22, end=31),
        direction="up",
        change=Quantity("1.25%", at, at + 5, Decimal("1.25"), unit="percent"),
        evidence=[Span(start=18, end=52)],
    )
    volume = TEXT.index("3 million")
    ledger = [
        LedgerEntry("1.25%", at, at + 5, "captured", (0,)),
        LedgerEntry("May 6", TEXT.index("May 6"), TEXT.index("May 6") + 5, "ignored", reason="date"),
        LedgerEntry("3 million shares", volume, volume + 16, "uncaptured"),
    ]
    rejected = [
        Rejection({"type": "price_move", "change": "9%"}, [Reason("number-not-in-source", "change", "no 9% here")])
    ]
    whole = {
        "article": Article(TEXT, id="a.txt"),
        "events": [rise],
        "rejected": rejected,
        "ledger": ledger,
        "model": "rules",
    }
    return Extraction(**{**whole, **changes})


def test_every_number_of_the_text_is_marked_as_what_became_of_it():
    page = Page(report.report([extraction()]))
    in_text = [(kind, text) for kind, text in page.marks if not text.isdigit()]
    assert in_text == [("captured", "1.25%"), ("ignored", "May 6"), ("uncaptured", "3 million shares")]
    legend = [(kind, text) for kind, text in page.marks if text.isdigit()]
    assert legend == [("captured", "1"), ("uncaptured", "1"), ("ignored", "1")]


def test_the_text_is_shown_whole():
    page = Page(report.report([extraction()]))
    words = " ".join(page.text.split())
    assert "The Nordex 40 rose 1.25% on May 6. Volume was 3 million shares." in words
    assert "number-not-in-source change: no 9% here" in words


def test_a_captured_number_leads_to_its_event():
    page = Page(report.report([extraction(), extraction()]))
    targets = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {target.removeprefix("#") for target in targets} <= set(ids)


def test_several_articles_have_a_table_of_contents():
    page = Page(report.report([extraction(), extraction()]))
    assert [attrs["href"] for tag, attrs in page.tags if tag == "a" and len(attrs["href"]) == 3] == ["#a1", "#a2"]


class Rumour(Event):
    who: Name
    what: str | None = None


def hostile_extraction():
    article = Article(f"{HOSTILE}\n{HOSTILE} 1%", id=HOSTILE, title=HOSTILE, source=HOSTILE)
    spans = [Span(start=0, end=len(HOSTILE))]
    return Extraction(
        article,
        [Rumour(who=Name(name=HOSTILE, start=0, end=9), what=HOSTILE, when=HOSTILE, evidence=spans)],
        [Rejection({"type": HOSTILE, HOSTILE: HOSTILE, "x": [HOSTILE]}, [Reason("schema", HOSTILE, HOSTILE)])],
        [LedgerEntry(HOSTILE, 0, 8, "ignored", reason=HOSTILE), LedgerEntry("1", 3, 5, "captured", (0,))],
        HOSTILE,
        warnings=[Reason("conflict", HOSTILE, HOSTILE)],
        error=HOSTILE,
    )


@pytest.mark.parametrize(
    "page", [report.report([hostile_extraction()] * 2, title=HOSTILE), report.notebook_view(hostile_extraction())]
)
def test_nothing_of_a_hostile_article_becomes_an_element_or_an_attribute(page):
    tags = Page(page).tags
    assert not {"script", "img", "iframe", "object", "link", "form"} & {tag for tag, _ in tags}
    assert not [name for _, attrs in tags for name in attrs if name.startswith("on") or name == "src"]
    assert HOSTILE in Page(page).text


def test_the_page_loads_nothing_and_forbids_scripts():
    page = report.report([extraction()])
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import", page)


def test_spans_that_overlap_or_lie_outside_lose_no_text():
    spans = [(5, 9), (0, 7), (7, 12), (80, 90), (3, 3), (12, 10**6)]
    ledger = [LedgerEntry("x", start, end, "uncaptured") for start, end in spans]
    page = Page(report.report([extraction(article=Article("0123456789 and no more"), ledger=ledger, events=())]))
    assert "0123456789 and no more" in page.text


def test_an_article_whose_text_is_not_at_hand_is_shown_without_it():
    page = Page(report.render([Row(extraction().to_dict())]))
    assert "a.txt" in page.text
    assert "1.25%" in page.text
    assert "Volume was" not in page.text
    assert "Evidence" not in page.text


def test_suggestions_are_shown_apart_from_the_events():
    whole = extraction()
    page = Page(report.report([extraction(events=(), suggestions=whole.events)]))
    assert "Suggested by the second opinion" in page.text
    assert "Suggested" not in Page(report.report([whole])).text


def test_a_failed_article_says_why():
    page = Page(report.report([extraction(error="the server kept failing", events=(), rejected=(), ledger=())]))
    assert "the server kept failing" in page.text
    assert "articles failed" in page.text


def test_the_cost_is_shown_where_there_is_one():
    page = Page(report.report([extraction(usage=Usage(requests=2, input_tokens=900, output_tokens=100))]))
    assert "2 requests · 1,000 tokens" in page.text
    assert "tokens" not in Page(report.report([extraction()])).text


def test_a_notebook_shows_the_same():
    view = extraction()._repr_html_()
    page = Page(view)
    assert "<html" not in view
    assert ("captured", "1.25%") in [tuple(mark) for mark in page.marks]
