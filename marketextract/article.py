"""An article and its numbered sentences.

Goes in: a text, or a file. Comes out: an `Article` whose sentences carry their number and their offsets, so that
`article.text[s.start:s.end] == s.text` for each. Nothing here reads numbers or names, and of dates only the dateline.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from marketextract import lexicon
from marketextract.dates import published_of
from marketextract.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Iterator

# A mark and white space before a capital or a number; or no white space between two words ("fell.The"), a common slip.
_STOP = re.compile(
    r"[.!?](?:[\"”’')\]]*[ \t\u00a0]+(?=[\"“‘'(\[]?[A-Z0-9$€£¥])|(?<=[a-z]{2}.)[\"”’]?(?=[A-Z][a-z]+[ ,’']))"
)
_LAST_WORD = re.compile(r"\S{1,20}\Z")
_FIRST_WORD = re.compile(r"[\"“‘'(\[]?([A-Za-z]+)")
_LONGEST = 2_000  # characters; the longest sentences of news have half of that
_INITIALS = re.compile(r"(?:\b[A-Z]\.)+\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article, numbered from 1; `text` is the slice `start:end` of the article's text."""

    number: int
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Article:
    """A news article. `published` is the day that words like "Tuesday" are resolved against.

    `ArticleError` for an empty text and for values of other types.
    """

    text: str
    id: str = ""
    title: str | None = None
    published: dt.date | None = None
    source: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ArticleError(f"the text of an article must be a str, and not {type(self.text).__name__}")
        if isinstance(self.published, dt.datetime):
            object.__setattr__(self, "published", self.published.date())
        elif not isinstance(self.published, dt.date | None):
            raise ArticleError(f"published must be a datetime.date, and not {self.published!r}")
        if not self.text.strip():
            raise ArticleError(f"the article {self.id or '(without id)'} is empty")

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences in order. A line end always ends a sentence: headlines and list lines have no full stop."""
        return tuple(
            Sentence(number, start, end, self.text[start:end])
            for number, (start, end) in enumerate(_sentence_spans(self.text), 1)
        )

    @cached_property
    def sha256(self) -> str:
        """The hexadecimal digest of the text."""
        return sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def from_text(cls, text: str | Article, *, id: str = "", published: dt.date | None = None) -> Article:
        """A plain text as an article of the day `published`, or else of the day that its dateline states in full.

        An article is given back as it is.

        >>> Article.from_text("TOKYO, Feb. 3, 2025 (AP) - Stocks fell on Monday.").published
        datetime.date(2025, 2, 3)
        """
        if isinstance(text, Article):
            return text
        return cls(text, id=id, published=published or (published_of(text) if isinstance(text, str) else None))

    @classmethod
    def from_file(cls, path: str | Path, *, published: dt.date | None = None) -> Article:
        """Read a text file, with its name as the id; `published` is as for `from_text`.

        UTF-8 is expected, and Windows-1252 is accepted in its place. `ArticleError` for what is no text.
        """
        path = Path(path)
        try:
            return cls.from_text(decode(path.read_bytes()), id=path.name, published=published)
        except OSError as error:
            raise ArticleError(f"{path}: {error.strerror or error}") from error
        except ArticleError as error:
            raise ArticleError(f"{path}: {error}") from None


def decode(data: bytes) -> str:
    """The text of a file's bytes, with line ends as `\\n` and without a byte-order mark."""
    if b"\x00" in data[:65536]:
        raise ArticleError("this is not text: it holds zero bytes; give a plain text file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if not text.strip():
        raise ArticleError("the file is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@lexicon.derived
def _abbreviations() -> dict[str, bool]:
    """Each abbreviation, and whether it may also end a sentence."""
    return {row[0]: len(row) > 1 for row in lexicon.rows("abbreviations")}


@lexicon.derived
def _openers() -> frozenset[str]:
    return frozenset(row[0] for row in lexicon.rows("sentence_openers"))


def _sentence_spans(text: str) -> list[tuple[int, int]]:
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for stop in _STOP.finditer(text, start, line.end()):
            if _ends_sentence(text, stop.start(), stop.end()):
                spans.append((start, stop.end()))
                start = stop.end()
        spans.append((start, line.end()))
    stripped = (_strip(text, *part) for span in spans for part in _cut(text, *span))
    return [(start, end) for start, end in stripped if start < end]


def _ends_sentence(text: str, stop: int, following: int) -> bool:
    """Whether the mark at `stop` ends a sentence, given that the next one would begin at `following`."""
    if text[stop] != ".":
        return True
    word = _LAST_WORD.search(text, max(0, stop - 20), stop + 1)
    if word is None:
        return True
    printed = word[0].lstrip("(\"“‘'[")
    may_end = _abbreviations().get(printed)
    if may_end is None:
        if not _INITIALS.search(printed):
            return True
        may_end = len(printed) > 2  # "J. Powell" goes on; "at the U.S.D.A. The" may not  # noqa: PLR2004
    opener = _FIRST_WORD.match(text, following)
    return may_end and opener is not None and opener[1] in _openers()


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch in parts that are no longer than any sentence is, cut at white space: what reads one stays linear."""
    while end - start > _LONGEST:
        at = max(text.rfind(mark, start + _LONGEST // 2, start + _LONGEST) for mark in (" ", "\t", "|"))
        stop = at if at > start else start + _LONGEST
        yield start, stop
        start = stop
    yield start, end


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())
