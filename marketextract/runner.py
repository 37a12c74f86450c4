"""Many articles: read them from files, extract them, keep a journal from which an interrupted run goes on.

Goes in: paths, or articles from anywhere. Comes out: extractions as they come, with an `error` for each article that
could not be read or answered; none of them harms another. Everything is lazy, so a run may be as long as it likes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import sys
from collections import deque
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from marketextract.article import Article, decode
from marketextract.dates import published_of
from marketextract.errors import ArticleError, SettingsError
from marketextract.export import to_json
from marketextract.pipeline import UnreadArticle, failed

try:
    import fcntl
except ImportError:  # Windows: nobody else is kept from the journal
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from marketextract.extraction import Extraction
    from marketextract.pipeline import Extractor

SUFFIXES = frozenset({".txt", ".md", ".jsonl"})


@dataclass(frozen=True, slots=True)
class LoadError:
    """An article that could not be read: the `id` it would have had, where it is, and what is wrong with it."""

    id: str
    place: str
    message: str

    def __str__(self) -> str:
        """The place and what is wrong there, as it is shown to a person."""
        return f"{self.place}: {self.message}"


def load(paths: Iterable[str | Path], *, published: dt.date | None = None) -> Iterator[Article | LoadError]:
    """The articles in files and folders, in order. A `.jsonl` file holds one a line, any other is one; `-` is stdin.

    A line of `.jsonl` is an object with `text` and, if known, `id`, `title`, `published` (an ISO date) and `source`. Of
    a folder and those inside it, the `.txt`, `.md` and `.jsonl` files are read, except hidden ones. `published` is the
    day of the articles for which the file names none; without it, that of a full dateline is.
    """
    for path in paths:
        if str(path) == "-":
            yield _from_standard_input(published)
        elif (folder := Path(path)).is_dir():
            yield from _in_folder(folder, published)
        else:
            yield from _in_file(Path(path), published)


def run(
    extractor: Extractor,
    articles: Iterable[Article | LoadError],
    *,
    concurrency: int = 8,
    journal: Journal | None = None,
) -> Iterator[Extraction]:
    """The extractions of the articles as they come. What could not be read comes as an extraction with that error.

    With a `journal`, articles that it holds are passed over, and every extraction is in it before it comes out here.
    """
    unread: deque[LoadError] = deque()
    readable = _readable(articles, unread, journal)
    with contextlib.closing(extractor.extract_all(readable, concurrency=concurrency)) as extractions:
        for extraction in _with_unread(extractions, unread, extractor.model):
            if journal is not None:
                journal.put(extraction)
            yield extraction


class Journal:
    """An output file that grows by a line for every extraction and outlives the process that writes it."""

    def __init__(self, path: str | Path, *, resume: bool = False) -> None:
        """Begin the file `path`, or go on with it: failed articles and a line that was cut off are taken out of it.

        `SettingsError` when another run is writing it or when it is not an output file.
        """
        self._path = Path(path)
        self._done: set[bytes] = set()
        self._file = self._open()
        if resume:
            self._read()
        else:
            self._file.truncate(0)

    def __contains__(self, article: object) -> bool:
        """Whether the article was extracted: one with the same id and the same text."""
        return isinstance(article, Article) and _digest(article.id, article.sha256) in self._done

    def __len__(self) -> int:
        """The number of articles that were extracted."""
        return len(self._done)

    def __enter__(self) -> Journal:
        """The journal itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Close the file."""
        self.close()

    def put(self, extraction: Extraction) -> None:
        """Write an extraction; when this returns, a killed process does not lose it."""
        line = (to_json(extraction) + "\n").encode("utf-8", "backslashreplace")
        self._file.seek(0, os.SEEK_END)
        self._file.write(line)
        self._file.flush()
        if extraction.error is None:
            self._done.add(_digest(extraction.article.id, extraction.article.sha256))

    def close(self) -> None:
        """Close the file and let others write it."""
        self._file.close()

    def _open(self) -> IO[bytes]:
        try:
            file = self._path.open("a+b")
        except OSError as error:
            raise SettingsError(f"{self._path}: {error.strerror or error}") from error
        _lock(file, self._path)
        return file

    def _read(self) -> None:
        """Learn what is done. What is to be done again leaves the file, in one step, so nothing else is at risk."""
        self._file.seek(0)
        if all(self._learn(line) for line in self._file):
            return
        self._done.clear()
        self._file.seek(0)
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with contextlib.ExitStack() as undo:
            undo.callback(temporary.unlink, missing_ok=True)
            kept = temporary.open("a+b")
            kept.writelines(line for line in self._file if self._learn(line))
            kept.flush()
            os.fsync(kept.fileno())
            _lock(kept, temporary)
            temporary.replace(self._path)
            self._file.close()
            self._file = kept

    def _learn(self, line: bytes) -> bool:
        """Whether the line stays, and with it what it says is done."""
        if not line.endswith(b"\n"):
            return False
        try:
            row = json.loads(line)
            article, error = row["article"], row["error"]
            digest = _digest(article["id"], article["sha256"])
        except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
            raise SettingsError(f"{self._path} holds a line that is no extraction, so it is left alone") from None
        if error is not None or digest in self._done:
            return False
        self._done.add(digest)
        return True


def _digest(article_id: str, text_digest: str) -> bytes:
    return sha256(f"{article_id}\0{text_digest}".encode("utf-8", "surrogatepass")).digest()


def _lock(file: IO[bytes], path: Path) -> None:
    if fcntl is None or not path.is_file():
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise SettingsError(f"{path}: another run is writing this file") from None
    except OSError:
        return  # a file system without locks


def _readable(
    articles: Iterable[Article | LoadError], unread: deque[LoadError], journal: Journal | None
) -> Iterator[Article]:
    """The articles to extract; what could not be read goes into `unread`, and what is done goes nowhere."""
    for article in articles:
        if isinstance(article, LoadError):
            unread.append(article)
        elif journal is None or article not in journal:
            yield article


def _with_unread(extractions: Iterable[Extraction], unread: deque[LoadError], model: str) -> Iterator[Extraction]:
    for extraction in extractions:
        yield extraction
        while unread:
            yield _unread(unread.popleft(), model)
    while unread:
        yield _unread(unread.popleft(), model)


def _unread(error: LoadError, model: str) -> Extraction:
    return failed(UnreadArticle("", id=error.id), str(error), model)


def _from_standard_input(published: dt.date | None) -> Article | LoadError:
    try:
        return Article.from_text(decode(sys.stdin.buffer.read()), id="stdin", published=published)
    except ArticleError as error:
        return LoadError("stdin", "standard input", str(error))


def _in_folder(folder: Path, published: dt.date | None) -> Iterator[Article | LoadError]:
    found = False
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                found = True
                yield from _in_file(Path(parent, name), published)
    if not found:
        yield LoadError(folder.name, str(folder), f"no articles in this folder ({', '.join(sorted(SUFFIXES))})")


def _in_file(path: Path, published: dt.date | None) -> Iterator[Article | LoadError]:
    try:
        if path.suffix.lower() == ".jsonl":
            yield from _lines(path, published)
        else:
            yield Article.from_text(decode(path.read_bytes()), id=path.name, published=published)
    except OSError as error:
        yield LoadError(path.name, str(path), error.strerror or str(error))
    except ArticleError as error:
        yield LoadError(path.name, str(path), str(error))


def _lines(path: Path, published: dt.date | None) -> Iterator[Article | LoadError]:
    found = False
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            found = True
            article_id = f"{path.name}:{number}"
            try:
                yield _article(json.loads(decode(line)), article_id, published)
            except RecursionError:
                yield LoadError(article_id, f"{path}, line {number}", "it is nested too deeply")
            except (ValueError, ArticleError) as error:
                yield LoadError(article_id, f"{path}, line {number}", str(error))
    if not found:
        raise ArticleError("the file is empty")


def _article(fields: Any, article_id: str, published: dt.date | None) -> Article:
    """The article of one line; `ArticleError` says which field is not what it should be."""
    if not isinstance(fields, dict):
        raise ArticleError("this is not a JSON object")
    for name in ("text", "title", "source"):
        if not isinstance(fields.get(name), str | (type(None) if name != "text" else str)):
            raise ArticleError(f'"{name}" must be a text')
    return Article(
        fields["text"],
        id=article_id if fields.get("id") is None else str(fields["id"]),
        title=fields.get("title"),
        published=_day(fields.get("published")) or published or published_of(fields["text"]),
        source=fields.get("source"),
    )


def _day(printed: Any) -> dt.date | None:
    """The day of an ISO date, with or without a time behind it."""
    if printed is None:
        return None
    try:
        return dt.date.fromisoformat(printed[:10])
    except (TypeError, ValueError):
        raise ArticleError(f'"published" must be an ISO date like 2026-01-31, and not {printed!r}') from None
