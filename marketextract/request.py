"""What a model is asked: an article and settings in, a frozen `Request` out.

A request holds the texts and the JSON schema that a model is sent, and a key over everything in it that can change the
answer. `build` asks for the events of an article, `repair` for rejected events alone, `leftovers` for the sentences
whose numbers no event has captured. The only reader of `prompts/`. Nothing here asks a model.

The article is data: its sentences stand in a frame that no line of them can close, each behind its number.
"""

from __future__ import annotations

import inspect
import json
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract import wire
from marketextract.errors import SettingsError
from marketextract.events import EVENT_TYPES, Event
from marketextract.fields import FieldSpec, by_type_name, fields_of
from marketextract.quantities import Quantity, read_numbers
from marketextract.statements import analyse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from marketextract.article import Article
    from marketextract.extraction import LedgerEntry, Rejection
    from marketextract.statements import Analysis

_COMMENT = re.compile(r"<!--[^>]*-->\n?")
_LINE_ENDS = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_FRAME = re.compile(r"<(?=/?article>)", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """How to ask a language model.

    `event_types` are the classes to extract. `max_tokens` is the room for an answer; None leaves it to the model.
    `reasoning_effort` is passed on to models that know it. `constrain` puts the numbers and names of the article into
    the schema, so that others cannot be written at all: for llama.cpp, vLLM and the local model; it makes every schema
    new, which hosted services are slow to accept. `prompts` is a folder whose files (extract.md, repair.md,
    leftovers.md) take the place of the built-in ones.
    """

    event_types: tuple[type[Event], ...] = EVENT_TYPES
    temperature: float | None = 0.0
    seed: int | None = None
    max_tokens: int | None = None
    reasoning_effort: str | None = None
    constrain: bool = False
    prompts: Path | None = None

    def __post_init__(self) -> None:
        """Refuse settings that no request can be made of."""
        wire.schema(self.event_types)
        if self.max_tokens is not None and self.max_tokens < 1:
            raise SettingsError(f"max_tokens must be at least 1, and not {self.max_tokens}")


@dataclass(frozen=True)
class Request:
    """One question to a model. `shown` are the numbers of the sentences it shows, `task` what it says before them."""

    article: Article
    settings: Settings
    shown: tuple[int, ...]
    task: str = ""

    @cached_property
    def analysis(self) -> Analysis:
        """What was read in the article: for the built-in reader, and then for the validator."""
        return analyse(self.article)

    @cached_property
    def system(self) -> str:
        """The system message: the instructions, which are the same for every article."""
        return _system(self.settings.event_types, self.settings.prompts)

    @cached_property
    def user(self) -> str:
        """The user message: the task, if there is a special one, and the sentences in their frame."""
        sentences = self.article.sentences
        lines = [f"{number}| {_framed(sentences[number - 1].text)}" for number in self.shown]
        title = self.article.title
        if title and not self.article.text.lstrip().startswith(title):
            lines.insert(0, f"Title: {_framed(title)}")
        return "\n".join([*([self.task] if self.task else []), "<article>", *lines, "</article>"])

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema that the answer must follow."""
        if not self.settings.constrain:
            return wire.schema(self.settings.event_types)
        return wire.schema(self.settings.event_types, *_vocabulary(self.article, self.shown))

    @property
    def schema_json(self) -> str:
        """The schema as JSON text."""
        return wire.dumped(self.schema) if self.settings.constrain else _schema_json(self.settings.event_types)

    @cached_property
    def key(self) -> str:
        """A digest of everything in the request that can change the answer, and of nothing else."""
        digest = _settings_digest(self.settings).copy()
        if self.settings.constrain:
            _feed(digest, self.schema_json)
        _feed(digest, self.user)
        return str(digest.hexdigest())

    def is_longer_than(self, longest: int) -> bool:
        """Whether it shows more than `longest` characters of the article; its task does not count."""
        return len(self.user) - len(self.task) > longest

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages in the form of the chat API."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]


def build(article: Article, settings: Settings) -> Request:
    """The request for the events of a whole article."""
    return Request(article, settings, tuple(range(1, len(article.sentences) + 1)))


def repair(request: Request, rejections: Sequence[Rejection]) -> Request:
    """The request for rejected events alone: each with its reasons, and the sentences that they point at."""
    events = "\n".join(_doubted(rejection) for rejection in rejections)
    shown = sorted({number for rejection in rejections for number in _pointed_at(rejection, request)})
    task = _prompt("repair.md", request.settings.prompts).replace("[[EVENTS]]", events)
    return replace(request, shown=tuple(shown) or request.shown, task=task)


def leftovers(request: Request, ledger: Iterable[LedgerEntry]) -> Request:
    """The request for what an answer left out: the sentences of the ledger's uncaptured numbers, and these."""
    starts = [sentence.start for sentence in request.article.sentences]
    uncaptured = [entry for entry in ledger if entry.status == "uncaptured"]
    numbers = [f"{_framed(entry.text)} ({bisect_right(starts, entry.start)})" for entry in uncaptured]
    shown = sorted({bisect_right(starts, entry.start) for entry in uncaptured} & set(request.shown))
    task = _prompt("leftovers.md", request.settings.prompts).replace("[[NUMBERS]]", ", ".join(numbers))
    return replace(request, shown=tuple(shown) or request.shown, task=task)


def halves(request: Request) -> tuple[Request, Request] | None:
    """The request in two, parted near its middle and at the end of a paragraph if one is near; None for one sentence.

    Sentence numbers stay those of the article, and its title stands in both.
    """
    shown = request.shown
    if len(shown) < 2:  # noqa: PLR2004
        return None
    middle = len(shown) // 2
    nearest = sorted(range(1, len(shown)), key=lambda at: abs(at - middle))[: max(1, len(shown) // 2)]
    cut = next((at for at in nearest if _begins_paragraph(request.article, shown[at])), middle)
    return replace(request, shown=shown[:cut]), replace(request, shown=shown[cut:])


# The prompts


@lru_cache(maxsize=64)
def _prompt(file: str, folder: Path | None) -> str:
    """The text of a prompt file without its comment: from `folder` if it is there, else the built-in one."""
    own = folder / file if folder is not None else None
    source: Traversable | Path = own if own is not None and own.is_file() else _built_in() / file
    try:
        return _COMMENT.sub("", source.read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the prompt {source} cannot be read: {error}") from error


def _built_in() -> Traversable:
    try:
        return resources.files("marketextract.prompts")
    except ModuleNotFoundError:  # a checkout that is on the path without being installed
        return Path(__file__).parent.parent / "prompts"


@lru_cache(maxsize=64)
def _system(event_types: tuple[type[Event], ...], folder: Path | None) -> str:
    types = "\n".join(_described(name, event_type) for name, event_type in by_type_name(event_types).items())
    return _prompt("extract.md", folder).replace("[[TYPES]]", types)


def _described(name: str, event_type: type[Event]) -> str:
    """A type in one line: its own fields with their choices, and what its docstring says they mean."""
    meaning = " ".join(inspect.cleandoc(event_type.__doc__ or "").replace("`", "").split())
    common = fields_of(Event)
    return f"{name}({', '.join(_field(field) for field in fields_of(event_type) if field not in common)}): {meaning}"


def _field(field: FieldSpec) -> str:
    if field.choices:
        return f"{field.name}={'|'.join(field.choices)}"
    return f"{field.name}.{'|'.join(field.roles)}" if field.roles else field.name


# The article


def _framed(text: str) -> str:
    """Text on one line that cannot open or close the frame, and that can be sent."""
    return _FRAME.sub("< ", _SURROGATES.sub("\ufffd", _LINE_ENDS.sub(" ", text)))


def _begins_paragraph(article: Article, number: int) -> bool:
    before, sentence = article.sentences[number - 2], article.sentences[number - 1]
    return number > 1 and "\n" in article.text[before.end : sentence.start]


def _vocabulary(article: Article, shown: Sequence[int]) -> tuple[list[str], list[str], list[str]]:
    """The number phrases, the names and the time phrases of the sentences shown, as printed."""
    from marketextract.dates import time_phrases  # only a constrained request needs these
    from marketextract.names import find_names

    spans = [(article.sentences[number - 1].start, article.sentences[number - 1].end) for number in shown]
    quantities = [reading for reading in read_numbers(article.text) if isinstance(reading, Quantity)]
    phrases = [q.text for q in quantities if any(start <= q.start < end for start, end in spans)]
    names = [n for n in find_names(article.text) if any(start <= n.start < end for start, end in spans)]
    moments = [found.text for start, end in spans for found in time_phrases(article.text, start, end)]
    return phrases, [article.text[n.start : n.end] for n in names], moments


def _doubted(rejection: Rejection) -> str:
    """A rejected event in the wire form, and what is wrong with it, in a line each."""
    (event,) = wire.events(wire.render([rejection.event]))
    reasons = "; ".join(reason.message for reason in rejection.reasons)
    return _framed(f"{wire.dumped(event)} - {reasons}")


def _pointed_at(rejection: Rejection, request: Request) -> Sequence[int]:
    """The sentences shown that a rejected event points at; all of them when it points at none."""
    evidence = rejection.event.get("evidence")
    numbers = [n for n in evidence if type(n) is int and n in request.shown] if isinstance(evidence, list) else []
    return numbers or request.shown


# The key


@lru_cache(maxsize=64)
def _schema_json(event_types: tuple[type[Event], ...]) -> str:
    """Without numbers and names the schema is the same for all articles, and writing it takes longer than the rest."""
    return wire.dumped(wire.schema(event_types))


@lru_cache(maxsize=64)
def _settings_digest(settings: Settings) -> Any:
    """What all requests with these settings have in common, without `max_tokens`, which changes no whole answer."""
    digest = sha256()
    knobs: Mapping[str, object] = {
        "temperature": settings.temperature,
        "seed": settings.seed,
        "reasoning_effort": settings.reasoning_effort,
        "constrain": settings.constrain,
    }
    _feed(digest, json.dumps(knobs, sort_keys=True))
    _feed(digest, _system(settings.event_types, settings.prompts))
    if not settings.constrain:
        _feed(digest, _schema_json(settings.event_types))
    return digest


def _feed(digest: Any, text: str) -> None:
    """Add a text with its length, so that no two lists of texts look alike."""
    encoded = text.encode("utf-8", "surrogatepass")
    digest.update(b"%d:" % len(encoded))
    digest.update(encoded)
