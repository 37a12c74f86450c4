"""OpenAI Batch files: half the price for answers within a day. No network and no key are needed for either half.

`write` puts what has to be asked into files to upload; `read` puts the results into the cache and extracts. Both send
the articles the same way as any other, through a model that only looks answers up, and what it does not find is what
has to be asked. So a second `write` after a `read` holds just what is missing then: requests that failed or expired,
and the repairs of events that were rejected.

A folder that `write` made holds `requests-0001.jsonl` and so on to upload, `keys.txt` with their custom ids,
`articles.jsonl`, which is read like any file of articles, and `batch.json`, which says how it was made.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from marketextract import _background, wire
from marketextract.cache import CachedModel, Store, default_folder, entry, open_store
from marketextract.errors import ModelError, SettingsError
from marketextract.events import EVENT_TYPES, Event
from marketextract.extraction import Usage
from marketextract.fields import checked_types
from marketextract.models.base import Answer
from marketextract.models.choice import OF_A_REQUEST, Options, choose
from marketextract.models.llm import LLMModel
from marketextract.pipeline import Everything, Extractor
from marketextract.request import Request, halves
from marketextract.runner import LoadError, load, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Unpack

    from marketextract.article import Article
    from marketextract.extraction import Extraction
    from marketextract.models.choice import CacheSetting

_MANIFEST, _ARTICLES, _KEYS = "batch.json", "articles.jsonl", "keys.txt"
_NOT_TOLD = frozenset({"api_key", "headers", "cache", "schema"})
_OF_AN_EXTRACTION = frozenset({"schema", "repair", "second_pass", "second_opinion", *OF_A_REQUEST})
_OK = 200


class AnswerToCome(ModelError):  # noqa: N818 - nothing went wrong
    """The answer is not there yet: it has to be asked for in a batch."""

    retryable = True


@dataclass
class Written:
    """What `write` did: articles taken in, requests to be asked, the files they are in, and what could not be read."""

    articles: int = 0
    requests: int = 0
    files: list[Path] = field(default_factory=list)
    unread: list[LoadError] = field(default_factory=list)


@dataclass
class Results:
    """What the result files held: the cost of each answer and the reason of each failure, by custom id.

    `foreign` counts the lines that answer nothing that was asked in this batch.
    """

    answered: dict[str, Usage] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    foreign: int = 0


@dataclass(frozen=True)
class FileLimits:
    """How large a file may be; the service takes no larger ones."""

    bytes: int = 200_000_000
    lines: int = 50_000


def write(
    articles: Iterable[Article | LoadError],
    folder: str | Path,
    model: str,
    *,
    limits: FileLimits = FileLimits(),
    **settings: Unpack[Everything],
) -> Written:
    """Write what the articles need to be asked into a new folder; what the cache answers already is left out.

    `settings` are those of `Extractor`, without a budget and hooks. `SettingsError` when the folder holds a batch
    already, or for a model that no batch can ask.
    """
    folder, written = Path(folder), Written()
    if (folder / _MANIFEST).exists():
        raise SettingsError(f"{folder} holds a batch already")
    asked = _batch_model(model, settings)
    folder.mkdir(parents=True, exist_ok=True)
    outbox = _Outbox(folder, asked, limits)
    extractor = _looking_up(_Lookup(asked, _store(settings.get("cache", "auto")), outbox.put), settings)
    with (folder / _ARTICLES).open("w", encoding="utf-8") as file:
        for _ in run(extractor, _noted(articles, file, written), concurrency=1):
            pass
    outbox.close()
    (folder / _KEYS).write_text("".join(f"{key}\n" for key in outbox.keys), encoding="utf-8")
    (folder / _MANIFEST).write_text(json.dumps(_described(model, settings), indent=2) + "\n", encoding="utf-8")
    written.requests, written.files = len(outbox.keys), outbox.files
    return written


def read(
    folder: str | Path,
    results: Iterable[str | Path],
    *,
    schema: Sequence[type[Event]] = EVENT_TYPES,
    cache: CacheSetting = "auto",
) -> tuple[Results, Iterator[Extraction]]:
    """Take the result files of a batch, in any order, and extract its articles.

    An article without an answer comes as an extraction with that error. A success counts whatever else is said of the
    same request. `SettingsError` when the folder is not one that `write` made, or for another schema than it was made
    with, or for a file that cannot be read.
    """
    folder = Path(folder)
    manifest, keys = _manifest(folder)
    if (made_with := manifest["schema"]) != [event_type.type_name() for event_type in schema]:
        raise SettingsError(f"this batch was made for the event types {', '.join(made_with)}: give them as the schema")
    settings = cast("Everything", {**manifest["settings"], "schema": schema})
    if (prompts := settings.get("prompts")) is not None:
        settings["prompts"] = Path(prompts)
    asked, store, taken = _batch_model(manifest["model"], settings), _store(cache), Results()
    _background.run(_take(results, asked, store, set(keys), taken))
    extractor = _looking_up(_Lookup(asked, store, lambda key, _: None, taken), settings)
    return taken, run(extractor, load([folder / _ARTICLES]))


class _Lookup:
    """A model that finds answers and asks nobody; what it lacks it hands to `ask`, with its key."""

    def __init__(
        self, model: LLMModel, store: Store, ask: Callable[[str, Request], None], results: Results | None = None
    ) -> None:
        self._model = model
        self._cached = CachedModel(model, store)
        self._ask = ask
        self._results = results or Results()

    @property
    def name(self) -> str:
        return self._model.name

    async def answer(self, request: Request) -> Answer:
        if (kept := self._cached.look_up(request)) is not None:
            return Answer(kept.text, self._cost(request, kept.usage))
        parts = list(_parts(request, self._model.longest))
        answers = [self._cached.look_up(part) for part in parts]
        lacking = [part for part, answer in zip(parts, answers, strict=True) if answer is None]
        for part in lacking:
            self._ask(self._cached.key(part), part)
        if lacking:
            raise AnswerToCome(self._reason(lacking[0]))
        whole = Answer(wire.joined([answer.text for answer in answers if answer]))
        await self._cached.keep(request, whole)
        return Answer(whole.text, sum((self._cost(part, Usage(cache_hits=1)) for part in parts), Usage()))

    def _cost(self, request: Request, otherwise: Usage) -> Usage:
        """What an answer of this batch cost; one that was there before cost nothing now."""
        return self._results.answered.get(self._cached.key(request), otherwise)

    def _reason(self, request: Request) -> str:
        why = self._results.failed.get(self._cached.key(request))
        return f"the batch has no answer: {why}" if why else "the answer is still to come from a batch"


class _Outbox:
    """The request files of a folder: each request once, a new file when one is full."""

    def __init__(self, folder: Path, model: LLMModel, limits: FileLimits) -> None:
        self.keys: dict[str, None] = {}
        self.files: list[Path] = []
        self._folder, self._model, self._limits = folder, model, limits
        self._file: IO[bytes] | None = None
        self._bytes = self._lines = 0

    def put(self, key: str, request: Request) -> None:
        if key in self.keys:
            return
        self.keys[key] = None
        body = self._model.body(request)
        line = {"custom_id": key, "method": "POST", "url": "/v1/chat/completions", "body": body}
        encoded = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        if self._file is None or self._bytes + len(encoded) > self._limits.bytes or self._lines >= self._limits.lines:
            self._file = self._next_file()
        self._file.write(encoded)
        self._bytes += len(encoded)
        self._lines += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _next_file(self) -> IO[bytes]:
        self.close()
        self.files.append(self._folder / f"requests-{len(self.files) + 1:04}.jsonl")
        self._bytes = self._lines = 0
        return self.files[-1].open("wb")


def _batch_model(name: str, settings: Everything) -> LLMModel:
    """The model that the batch is for. It is never called, so it needs no key."""
    options: dict[str, Any] = {name: value for name, value in settings.items() if name in Options.__annotations__}
    keyless = {} if name in ("rules", "local") else {"api_key": "none"}
    if misplaced := [name for name in ("budget", "hooks") if settings.get(name) is not None]:
        raise SettingsError(f"a batch asks nobody itself and takes no {' and no '.join(misplaced)}")
    types = checked_types(settings.get("schema", EVENT_TYPES))
    model, _ = choose(name, types, None, Options(**{**keyless, **options}))  # type: ignore[typeddict-item]
    if type(model) is not LLMModel:
        raise SettingsError(f"{name!r} answers at once: batch files are for a model behind a service")
    return model


def _looking_up(lookup: _Lookup, settings: Everything) -> Extractor:
    """An extractor that finds what is answered already; the settings of the service stay with its model."""
    kept = {name: value for name, value in settings.items() if name in _OF_AN_EXTRACTION}
    return Extractor(lookup, cache=None, **kept)  # type: ignore[arg-type]


def _described(model: str, settings: Everything) -> dict[str, Any]:
    """What the other half has to know. No key, and no header, since that may hold one."""
    told = {name: value for name, value in settings.items() if name not in _NOT_TOLD}
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in told.items()}
    schema = settings.get("schema", EVENT_TYPES)
    return {"model": model, "settings": plain, "schema": [event_type.type_name() for event_type in schema]}


def _store(cache: CacheSetting) -> Store:
    if cache is None:
        return open_store({})
    return open_store(default_folder() if cache == "auto" else cache)


def _parts(request: Request, longest: int) -> Iterator[Request]:
    """The request, or its parts when it is longer than what the model is asked at once."""
    parts = halves(request) if request.is_longer_than(longest) else None
    if parts is None:
        yield request
    else:
        for part in parts:
            yield from _parts(part, longest)


def _noted(articles: Iterable[Article | LoadError], file: IO[str], written: Written) -> Iterator[Article]:
    """The articles, each written down so that the other half finds it again."""
    for article in articles:
        if isinstance(article, LoadError):
            written.unread.append(article)
            continue
        written.articles += 1
        day = article.published.isoformat() if article.published else None
        told = {"id": article.id, "title": article.title, "published": day, "source": article.source}
        file.write(json.dumps({**told, "text": article.text}) + "\n")
        yield article


def _manifest(folder: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        keys = (folder / _KEYS).read_text(encoding="utf-8").split()
        shapes = (manifest["model"], str), (manifest["settings"], dict), (manifest["schema"], list)
    except OSError as error:
        raise SettingsError(f"{folder} holds no batch: {error.strerror or error}") from error
    except (ValueError, RecursionError, KeyError, TypeError):
        raise SettingsError(f"{folder / _MANIFEST} is not what `batch write` wrote") from None
    if not all(isinstance(value, shape) for value, shape in shapes):
        raise SettingsError(f"{folder / _MANIFEST} is not what `batch write` wrote")
    return manifest, keys


async def _take(files: Iterable[str | Path], model: LLMModel, store: Store, known: set[str], results: Results) -> None:
    """Put the answers in result files into the store. They are untrusted: only what was asked for is taken."""
    for file in files:
        try:
            with Path(file).open("rb") as lines:
                for line in lines:
                    if line.strip():
                        await _take_line(line, model, store, known, results)
        except OSError as error:
            raise SettingsError(f"{file}: {error.strerror or error}") from error


async def _take_line(line: bytes, model: LLMModel, store: Store, known: set[str], results: Results) -> None:
    try:
        outcome = json.loads(line)
        key = str(outcome["custom_id"])
    except (ValueError, RecursionError, KeyError, TypeError):
        key = ""
    if key not in known or key in results.answered:
        results.foreign += key not in known
        return
    try:
        answer = _answer_in(outcome, model)
    except ModelError as error:
        results.failed[key] = str(error)
        return
    await store.put(key, entry(key, answer))
    results.answered[key] = answer.usage
    results.failed.pop(key, None)


def _answer_in(outcome: dict[str, Any], model: LLMModel) -> Answer:
    """The answer in a line of a result file; `ModelError` says why there is none."""
    response, error = outcome.get("response"), outcome.get("error")
    body = response.get("body") if isinstance(response, dict) else None
    if isinstance(error, dict):
        raise ModelError(_told(error))
    if not isinstance(response, dict) or response.get("status_code") != _OK:
        refusal = body.get("error") if isinstance(body, dict) else None
        status = response.get("status_code") if isinstance(response, dict) else None
        raise ModelError(f"status {status}: {_told(refusal if isinstance(refusal, dict) else {})}")
    answer = model.read(body)
    wire.events(answer.text)
    return answer


def _told(error: dict[str, Any]) -> str:
    words = (str(error[name])[:300] for name in ("code", "message") if error.get(name))
    return ": ".join(words) or "no reason given"
