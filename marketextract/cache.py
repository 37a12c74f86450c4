"""A model that remembers: it wraps any model and asks it nothing twice.

Goes in: a request. Comes out: the answer that was kept for it, or that of the wrapped model, which is then kept before
it is used. What is kept is the raw answer, and every process validates it anew. Errors and refusals are never kept, and
an entry that is broken, foreign or unreadable as an answer is no entry.

The store is the default folder, a folder of your choice, or any mutable mapping of strings.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import MutableMapping
from copy import copy
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from marketextract import wire
from marketextract.errors import AnswerMalformed, ModelError, SettingsError
from marketextract.extraction import Usage
from marketextract.flights import Flights, flights_at
from marketextract.models.base import Answer, Model

if TYPE_CHECKING:
    from marketextract.request import Request
    from marketextract.store import DiskStore

_log = logging.getLogger(__name__)

LOCK_FILE = "flights.lock"


class Store(Protocol):
    """Where answers are kept: text under a key."""

    def get(self, key: str) -> str | None:
        """The text kept under `key`, or None."""

    async def put(self, key: str, text: str) -> None:
        """Keep `text` under `key`."""


class CachedModel:
    """A model whose answers are kept in a store."""

    def __init__(self, model: Model, cache: str | Path | MutableMapping[str, str] | Store) -> None:
        """Wrap `model`; `cache` is a folder, a mapping of strings, or a `Store`."""
        self._model = model
        self._store = open_store(cache)
        self._flights: Flights[Answer] = _flights(self._store)

    @property
    def name(self) -> str:
        """The name of the wrapped model."""
        return self._model.name

    def __repr__(self) -> str:
        """The model and where its answers are kept."""
        return f"CachedModel({self._model!r}, {self._store!r})"

    async def answer(self, request: Request) -> Answer:
        """The answer to one request, asked at most once whatever asks for it at the same time."""
        key = self.key(request)
        if (kept := self._found(key)) is not None:
            return kept
        asking = False

        async def ask() -> Answer:
            nonlocal asking
            asking = True
            return await self._ask(request, key)

        try:
            answer, _ = await self._flights.share(key, ask)
        except ModelError as error:
            if asking or error.usage is None:
                raise
            shared = copy(error)  # the failure is shared, and its cost is that of the one who asked
            shared.usage = None
            raise shared from None
        return answer if asking else Answer(answer.text, Usage(cache_hits=1))

    async def _ask(self, request: Request, key: str) -> Answer:
        if (kept := self._found(key)) is not None:  # another process was faster
            return kept
        answer = await self._model.answer(request)
        wire.events(answer.text)  # what cannot be read is an error, and is not kept
        await self._store.put(key, entry(key, answer))
        return answer

    def key(self, request: Request) -> str:
        """The key of a request: the model and everything in the request that can change its answer."""
        model = getattr(self._model, "identity", self._model.name)
        return sha256(f"{model}\0{request.key}".encode()).hexdigest()

    def look_up(self, request: Request) -> Answer | None:
        """The answer kept for a request, at no cost but the look; None when there is none that can be used."""
        return self._found(self.key(request))

    async def keep(self, request: Request, answer: Answer) -> None:
        """Keep an answer for a request."""
        key = self.key(request)
        await self._store.put(key, entry(key, answer))

    def _found(self, key: str) -> Answer | None:
        kept = self._store.get(key)
        text = _text_of(kept, key) if kept is not None else None
        return Answer(text, Usage(cache_hits=1)) if text is not None and _is_answer(text) else None


def entry(key: str, answer: Answer) -> str:
    """An answer in the form in which a store keeps it under `key`."""
    return json.dumps({"key": key, "text": answer.text}, separators=(",", ":"))


def default_folder() -> Path:
    """Where answers are kept unless told otherwise: `MARKETEXTRACT_CACHE`, or the cache folder of the platform."""
    if chosen := os.environ.get("MARKETEXTRACT_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches"
    else:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "marketextract"


def disk_store(folder: str | Path | None = None) -> DiskStore:
    """The store in a folder, by default the default one: for its `info()` and `clear()`."""
    from marketextract.store import DiskStore

    return DiskStore(folder or default_folder())


def open_store(cache: str | Path | MutableMapping[str, str] | Store) -> Store:
    """The store that a `cache` setting means."""
    if isinstance(cache, str | Path):
        return disk_store(cache)
    if isinstance(cache, MutableMapping):
        return _MappingStore(cache)
    if callable(getattr(cache, "get", None)) and callable(getattr(cache, "put", None)):
        return cache
    raise SettingsError(f"cache must be a folder, None, or a mapping of strings, and not {type(cache).__name__}")


class _MappingStore:
    """Any mutable mapping of strings as a store."""

    def __init__(self, mapping: MutableMapping[str, str]) -> None:
        self._mapping = mapping

    def __repr__(self) -> str:
        return type(self._mapping).__name__

    def get(self, key: str) -> str | None:
        try:
            kept = self._mapping.get(key)
        except Exception as error:
            _log.warning("the cache could not be read: %r", error)
            return None
        return kept if isinstance(kept, str) else None

    async def put(self, key: str, text: str) -> None:
        try:
            self._mapping[key] = text
        except Exception as error:
            _log.warning("an answer could not be kept: %r", error)


def _flights(store: Store) -> Flights[Answer]:
    folder = getattr(store, "path", None)
    return flights_at(folder.absolute() / LOCK_FILE) if isinstance(folder, Path) else Flights()


def _text_of(kept: str, key: str) -> str | None:
    """The answer in an entry, when it is one of ours and was made for this key."""
    try:
        found = json.loads(kept)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("key") != key:
        return None
    text = found.get("text")
    return text if isinstance(text, str) else None


def _is_answer(text: str) -> bool:
    try:
        wire.events(text)
    except AnswerMalformed:
        return False
    return True
