"""Answers on disk: a folder that keeps text under a key. The only importer of diskcache.

Goes in and comes out: strings. Nothing else is ever written, and nothing else is read: a row that is anything but plain
text (a pickle, a file name, bytes) counts as absent, so a cache that somebody tampered with runs no code and touches no
file outside its own three. Whatever goes wrong with the folder is warned of once, and then the work goes on without it.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import diskcache  # type: ignore[import-untyped]  # it ships no types
from diskcache.core import DEFAULT_SETTINGS, ENOVAL, METADATA, MODE_RAW  # type: ignore[import-untyped]

from marketextract.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_log = logging.getLogger(__name__)

_DATABASE_FILES = ("cache.db", "cache.db-wal", "cache.db-shm")
_NEVER_IN_FILES = 1 << 62
_BUSY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache folder holds: the number of answers, the bytes they take on disk, and where."""

    entries: int
    bytes: int
    path: Path


class DiskStore:
    """The answers kept in one folder."""

    def __init__(self, path: str | Path, *, size_limit: int = 2**30, read_only: bool = False) -> None:
        """Keep answers in the folder `path`, which is made when first used.

        The oldest answers go when it outgrows `size_limit` bytes. `read_only` looks answers up and never writes, so
        the folder may be one that cannot be written.
        """
        self.path = Path(path).expanduser()
        self._size_limit = size_limit
        self._read_only = read_only
        self._opened: _TextCache | _ReadOnly | None = None
        self._broken = False
        self._full = False
        self._writer: ThreadPoolExecutor | None = None
        self._batch: _Batch | None = None
        self._collecting = threading.Lock()

    def __repr__(self) -> str:
        """Where the answers are kept."""
        return f"DiskStore({str(self.path)!r})"

    def get(self, key: str) -> str | None:
        """The text kept under `key`, or None."""
        try:
            text = self._cache().get(key) if not self._broken else None
        except _Refused:
            _log.warning("%s: an entry is not text and is passed over", self.path)
            return None
        except Exception as error:
            self._give_up(error)
            return None
        return text if isinstance(text, str) else None

    async def put(self, key: str, text: str) -> None:
        """Keep `text` under `key`; when this returns, it is on the disk. Sqlite may wait, so a thread does it."""
        if not (self._broken or self._full or self._read_only):
            await asyncio.wrap_future(self._batch_with(key, text).written)

    def _batch_with(self, key: str, text: str) -> _Batch:
        """The next batch to be written, with one more entry: what comes while the disk is busy is written together."""
        with self._collecting:
            if self._batch is None:
                self._batch = _Batch()
                self._writer = self._writer or ThreadPoolExecutor(1, "marketextract-cache")
                self._writer.submit(self._write_batch)
            self._batch.entries.append((key, text))
            return self._batch

    def _write_batch(self) -> None:
        with self._collecting:
            batch, self._batch = self._batch, None
        if batch is not None:
            try:
                self._write(batch.entries)
            finally:
                batch.written.set_result(None)

    def _write(self, entries: Sequence[tuple[str, str]]) -> None:
        try:
            self._cache().set_all(entries)
        except diskcache.Timeout:
            _log.warning("%s: other processes keep the cache busy, so an answer is not kept", self.path)
        except Exception as error:
            self._full = True  # what was kept before can still be read
            self._warn(error)

    def info(self) -> CacheInfo:
        """How much is kept. A folder that is not there, or that cannot be read, holds nothing."""
        sizes = [file.stat().st_size for name in _DATABASE_FILES if (file := self.path / name).is_file()]
        if not sizes or self._broken:
            return CacheInfo(0, sum(sizes), self.path)
        try:
            return CacheInfo(len(self._cache()), sum(sizes), self.path)
        except Exception as error:
            self._give_up(error)
            return CacheInfo(0, sum(sizes), self.path)

    def clear(self) -> int:
        """Forget everything and return how many answers that were. A broken database is removed, and starts anew."""
        if self._read_only:
            raise SettingsError(f"the cache in {self.path} is opened for reading only")
        if not (self.path / _DATABASE_FILES[0]).exists():
            return 0
        self._broken = self._full = False
        try:
            return int(self._cache().clear())
        except Exception:  # it cannot be emptied from within, so its files go
            self.close()
            for name in _DATABASE_FILES:
                (self.path / name).unlink(missing_ok=True)
            return 0

    def close(self) -> None:
        """Wait for what is being written and let the database go; the next use opens it again."""
        if self._writer is not None:
            if self._opened is not None:
                self._writer.submit(self._opened.close)  # each thread has a connection of its own
            self._writer.shutdown()
            self._writer = None
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _cache(self) -> _TextCache | _ReadOnly:
        if self._opened is None:
            self._opened = _ReadOnly(self.path) if self._read_only else self._open()
        return self._opened

    def _open(self) -> _TextCache:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _TextCache(
            str(self.path.absolute()),
            timeout=_BUSY_SECONDS,
            disk=_TextDisk,
            disk_min_file_size=_NEVER_IN_FILES,
            size_limit=self._size_limit,
            sqlite_synchronous=2,  # a paid answer survives a power cut, not only a crash
            eviction_policy="least-recently-stored",
            statistics=0,
            tag_index=0,
        )

    def _give_up(self, error: Exception) -> None:
        self._broken = True
        self._warn(error)

    def _warn(self, error: Exception) -> None:
        remedy = "" if isinstance(error, OSError | sqlite3.OperationalError) else "; `marketextract cache clear` helps"
        _log.warning("the cache in %s cannot be used, so answers are not kept: %s%s", self.path, error, remedy)


class _Batch:
    """Entries that are written in one transaction, with one wait for the disk, and when that is done."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []
        self.written: Future[None] = Future()
        self.written.set_running_or_notify_cancel()  # one who waits and is cancelled does not cancel it for all


class _Refused(Exception):  # noqa: N818 - never leaves this module
    """Something other than text."""


class _TextCache(diskcache.Cache):  # type: ignore[misc]  # it ships no types
    """A cache that takes only known settings from the database, where the base class sets any attribute named there."""

    def reset(self, key: str, value: object = ENOVAL, update: bool = True) -> object:
        if key not in DEFAULT_SETTINGS and key not in METADATA:
            raise _Refused(f"the setting {key!r} is none of a cache")
        return super().reset(key, value, update)

    def set_all(self, entries: Iterable[tuple[str, str]]) -> None:
        with self.transact():
            for key, text in entries:
                self.set(key, text)


class _TextDisk(diskcache.Disk):  # type: ignore[misc]  # it ships no types
    """Takes text, gives text. The base class would unpickle whatever a row calls a pickle, and open or remove any file
    that a row names."""

    def put(self, key: object) -> tuple[str, bool]:
        return _text(key), True

    def get(self, key: object, raw: object) -> str:
        return _text(key if raw else None)

    def store(self, value: object, read: object, key: object = None) -> tuple[int, int, None, str]:
        return 0, MODE_RAW, None, _text(value)

    def fetch(self, mode: object, filename: object, value: object, read: object) -> str:
        return _text(value if mode == MODE_RAW and filename is None else None)

    def remove(self, file_path: object) -> None:
        """No answer is kept in a file of its own, so a row that names one was not written here."""


class _ReadOnly:
    """The database of a cache, looked at and left as it is."""

    def __init__(self, folder: Path) -> None:
        address = (folder.absolute() / _DATABASE_FILES[0]).as_uri()
        try:
            self._database = _connect(f"{address}?mode=ro")
        except sqlite3.OperationalError:  # a folder where sqlite cannot put its shared memory beside the database
            self._database = _connect(f"{address}?immutable=1")

    def get(self, key: str) -> object:
        select = "SELECT value FROM Cache WHERE key = ? AND raw = 1 AND mode = ? AND filename IS NULL"
        row = self._database.execute(select, (key, MODE_RAW)).fetchone()
        return row and row[0]

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM Cache").fetchone()[0])

    def set_all(self, entries: Iterable[tuple[str, str]]) -> None:
        raise _Refused("the cache is opened for reading only")

    def clear(self) -> int:
        raise _Refused("the cache is opened for reading only")

    def close(self) -> None:
        self._database.close()


def _connect(address: str) -> sqlite3.Connection:
    database = sqlite3.connect(address, uri=True, check_same_thread=False)
    database.execute("SELECT count(*) FROM Settings").fetchone()
    return database


def _text(value: object) -> str:
    if type(value) is not str:
        raise _Refused(f"{type(value).__name__} is not text")
    return value
