"""An article: its sentences with their offsets, and the files that it is read from."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import marketextract
from marketextract.article import Article
from marketextract.errors import ArticleError

# A text, with | where one sentence ends and the next begins.
SENTENCES = [
    # full stops, question and exclamation marks
    "The Nikkei rose.| The Topix fell.",
    "Will it last?| Nobody knows.| Sell!| The Dow fell 1%.",
    "Shares rose 1.5%.| The index closed at 39,480.15.",
    "Oil fell to $71.44 a barrel.| 12 analysts were polled.",
    "The euro cost $1.04.| €1 buys 158 yen.",
    # a point inside a number, a name or a symbol is none
    "Apple Inc. rose 1% and Alphabet Inc. fell 2%.",
    "The S.&P. index and the U.S. dollar rose.",
    "Brent crude rose 0.5 percent to $74.10.",
    "JD.com rose 3% and Booking.com fell 1%.",
    "Shares of Tokyo Electron Ltd. gained 2.1% to 23,450.0 yen.",
    # abbreviations
    "Mr. Powell spoke.| Gov. Ueda did not.",
    "The Fed meets on Jan. 29 and the ECB on Jan. 30.",
    "Trading ends at 4 p.m. in New York.",
    "Chip makers, e.g. Nvidia, fell.",
    "St. James's Place rose 4% vs. the index.",
    "Sen. Warren and Rep. Smith wrote to J. P. Morgan.",
    "It fell by approx. 3%.",
    # an abbreviation may end a sentence too
    "Tariffs hit the U.S.| The dollar rose.",
    "He works at Acme Corp.| It makes chips.",
    "Trading ends at 4 p.m.| The Dow had fallen by then.",
    # quotation marks and brackets belong to the sentence that they close
    "“Stocks are cheap.” | He bought more.",
    '"Stocks are cheap." | "Bonds are not," she said.',
    "The index fell (by 1%.)| It rose later.",
    "The index fell. |(It rose later.)",
    # line ends, with and without a full stop
    "Nikkei slides 2%|\nThe Nikkei fell on Monday.",
    "- Nikkei: +1%|\n- Kospi: -2%|\n\n\n- Taiex: flat",
    "A line with a break|\nin it is two.",
    # an ellipsis and several marks
    "Stocks fell … and rose again.",
    "Really?!| Yes.",
]


@pytest.mark.parametrize("marked", SENTENCES)
def test_a_text_is_divided_into_its_sentences(marked: str):
    expected = [part.strip() for part in marked.split("|") if part.strip()]
    assert [sentence.text for sentence in Article(marked.replace("|", "")).sentences] == expected


TEXTS = st.text(
    alphabet=st.characters(codec="utf-8") | st.sampled_from(list(" .!?\n\r\t\"”)('AaU.S1$")), min_size=1
).filter(str.strip)


@given(TEXTS)
def test_sentences_are_numbered_slices_that_leave_out_nothing_but_white_space(text: str):
    sentences = Article(text).sentences
    assert [sentence.number for sentence in sentences] == list(range(1, len(sentences) + 1))
    assert all(text[sentence.start : sentence.end] == sentence.text for sentence in sentences)
    assert all(sentence.text == sentence.text.strip() != "" for sentence in sentences)
    assert all(first.end <= second.start for first, second in pairwise(sentences))
    bounds = [0, *(at for sentence in sentences for at in (sentence.start, sentence.end)), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(bounds[::2], bounds[1::2], strict=True))


@pytest.mark.parametrize("word", ["rose ", "|7", "x"])
def test_what_is_longer_than_any_sentence_is_cut_at_white_space_if_there_is_some(word: str):
    text = "Oil " + word * 5_000
    parts = [sentence.text for sentence in Article(text).sentences]
    assert all(len(part) <= 2_000 for part in parts)
    assert len(parts) <= len(text) // 1_000
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
    assert word != "rose " or {part.split()[-1] for part in parts} == {"rose"}


@pytest.mark.parametrize("text", ["", " ", "\n\n\t", "\u00a0"])
def test_an_empty_text_is_no_article(text: str):
    with pytest.raises(ArticleError):
        Article(text)


@pytest.mark.parametrize("text", [None, 5, b"Oil rose.", ["Oil rose."]])
def test_what_is_no_text_is_no_article(text):
    with pytest.raises(ArticleError, match=type(text).__name__):
        Article(text)
    with pytest.raises(ArticleError, match=type(text).__name__):
        marketextract.extract(text, model="rules")
    with pytest.raises(ArticleError, match=type(text).__name__):
        marketextract.validate(text, [])


@pytest.mark.parametrize("published", ["2025-02-07", 20250207, ""])
def test_a_day_of_publication_is_a_date(published):
    with pytest.raises(ArticleError, match="published"):
        Article("Oil rose.", published=published)
    assert Article("Oil rose.", published=dt.datetime(2025, 2, 7, 16, 30)).published == dt.date(2025, 2, 7)


def test_an_article_keeps_what_is_known_of_it():
    article = Article("Oil rose.", id="a.txt", title="Oil up", published=dt.date(2025, 2, 7), source="wire")
    assert (article.id, article.title, article.published, article.source) == (
        "a.txt",
        "Oil up",
        dt.date(2025, 2, 7),
        "wire",
    )
    assert Article.from_text(article) is article
    assert Article.from_text("Oil rose.") == Article("Oil rose.")
    assert article.sha256 == sha256(b"Oil rose.").hexdigest()


DATELINED = "TOKYO, Feb. 3, 2025 (Newswire) - The Nikkei fell 1% on Monday."


def test_the_day_of_a_full_dateline_is_the_day_of_publication_where_none_is_given(tmp_path):
    path, given = tmp_path / "tokyo.txt", dt.date(2025, 2, 4)
    path.write_text(DATELINED)
    assert Article.from_text(DATELINED).published == Article.from_file(path).published == dt.date(2025, 2, 3)
    assert Article.from_text(DATELINED, published=given).published == given
    assert Article.from_file(path, published=given).published == given
    assert Article.from_text("The Nikkei fell 1% on Monday.").published is None


def test_an_article_cannot_be_changed():
    article = Article("Oil rose.")
    with pytest.raises(AttributeError):
        article.text = "Oil fell."  # type: ignore[misc]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Oil rose 2%.", "Oil rose 2%."),
        ("Öl kostet 70 €.".encode(), "Öl kostet 70 €."),
        ("\ufeffOil rose.".encode(), "Oil rose."),
        ("Société Générale: 25 €".encode("cp1252"), "Société Générale: 25 €"),
        (b"Caf\xe9 \x9350%\x94", "Café “50%”"),
        (b"One.\r\nTwo.\rThree.", "One.\nTwo.\nThree."),
    ],
)
def test_a_file_is_read_as_text_and_its_name_is_the_id(tmp_path, data: bytes, text: str):
    path = tmp_path / "wrap_07.txt"
    path.write_bytes(data)
    article = Article.from_file(path)
    assert (article.text, article.id) == (text, "wrap_07.txt")
    assert Article.from_file(str(path)) == article


@pytest.mark.parametrize("data", [b"", b"  \n", b"\x89PNG\r\n\x1a\n\x00\x00", b"Oil\x00rose"])
def test_a_file_without_text_is_refused_with_its_name(tmp_path, data: bytes):
    path = tmp_path / "chart.png"
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=r"chart\.png"):
        Article.from_file(path)


def test_a_file_that_is_not_there_is_refused_with_its_name(tmp_path):
    with pytest.raises(ArticleError, match=r"missing\.txt"):
        Article.from_file(tmp_path / "missing.txt")
    with pytest.raises(ArticleError):
        Article.from_file(tmp_path)
