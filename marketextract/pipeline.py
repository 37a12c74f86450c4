"""The way of an article, from its text to an `Extraction`: the stages in order.

Goes in: an article. Comes out: its extraction. A model answers which statements are events, and `validation` says
which of them the text bears out; nothing here reads a text or judges a claim.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from marketextract import _background, rounds
from marketextract._stream import as_they_come
from marketextract.article import Article
from marketextract.errors import MarketExtractError, ModelError, SettingsError
from marketextract.events import EVENT_TYPES, Event
from marketextract.extraction import Extraction, Usage
from marketextract.fields import checked_types
from marketextract.hooks import tell
from marketextract.models.choice import Options, choose, is_rules
from marketextract.reading import Memory, Reading
from marketextract.request import Request, build, leftovers, repair
from marketextract.wire import parse

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Sequence
    from typing import Unpack

    from marketextract.models.choice import CacheSetting, ModelSetting
    from marketextract.reading import Addition

_log = logging.getLogger(__name__)


class Extractor:
    """Turns articles into extractions with one model and one set of settings. Keep it for many articles."""

    def __init__(  # noqa: PLR0913 - all but the first by name, and each says one thing
        self,
        model: ModelSetting = "auto",
        *,
        schema: Sequence[type[Event]] = EVENT_TYPES,
        cache: CacheSetting = "auto",
        repair: bool = True,
        second_pass: bool = False,
        second_opinion: Literal["rules"] | None = None,
        **options: Unpack[Options],
    ) -> None:
        """Choose the model and the settings.

        `model` is "rules", "local", "openai/NAME", another name together with `base_url`, an instructor client, or any
        object with the `Model` protocol; "auto" is OpenAI when `OPENAI_API_KEY` is set, else "rules". `schema` holds
        the event classes to extract. `cache` is a folder or a mapping for the answers, None for no cache, or "auto":
        the default folder, for a model that costs something. `repair` asks once more for the events that were
        rejected, `second_pass` for those behind the numbers that no event captured; the rules are never asked twice.
        `second_opinion="rules"` lists as suggestions what the rules find behind those numbers. `options` are those of
        the model. `SettingsError` for what does not go together.
        """
        if second_opinion not in (None, "rules"):
            raise SettingsError(f'a second opinion is "rules" or None, and not {second_opinion!r}')
        self._model, self._settings = choose(model, checked_types(schema), cache, options)
        self._hooks = options.get("hooks")
        self._memory = Memory()
        self._repairs = repair and not is_rules(self._model)
        self._passes_again = second_pass and not is_rules(self._model)
        self._compares = second_opinion == "rules" and not is_rules(self._model)

    @property
    def model(self) -> str:
        """The name of the model that is used."""
        return self._model.name

    def __repr__(self) -> str:
        """The model; never a key."""
        return f"Extractor({self.model!r})"

    def extract(self, article: str | Article) -> Extraction:
        """The extraction of one article. `ModelError` when the model gives no usable answer."""
        return _background.run(self.aextract(article))

    async def aextract(self, article: str | Article) -> Extraction:
        """`extract` for asynchronous programs."""
        article = Article.from_text(article)
        request = build(article, self._settings)
        reading = Reading(request, self.model, self._memory)
        answer = await self._model.answer(request)
        result, usage = await reading.hear(answer), answer.usage
        if self._repairs and result.extraction.rejected:
            result, cost = await self._ask_again(reading, result, repair(request, result.extraction.rejected))
            usage += cost
        if self._passes_again and any(entry.status == "uncaptured" for entry in result.extraction.ledger):
            further = leftovers(request, result.extraction.ledger)
            result, cost = await self._ask_again(reading, result, further, rounds.add)
            usage += cost
        if (hooks := self._hooks) is not None:
            for rejection in result.extraction.rejected:
                tell(partial(hooks.on_reject, article, rejection))
        suggestions = await self._suggestions(request, result.extraction, reading) if self._compares else ()
        return replace(result.extraction, article=article, usage=usage, suggestions=suggestions)

    async def extract_many(
        self, articles: Iterable[str | Article] | AsyncIterable[str | Article], *, concurrency: int = 8
    ) -> AsyncGenerator[Extraction]:
        """The extractions of many articles as they come, at most `concurrency` under way at once.

        Articles are taken from `articles` only as there is room for them. One that fails gives an extraction whose
        `error` says why, and harms no other.
        """
        if concurrency < 1:
            raise SettingsError(f"concurrency must be at least 1, and not {concurrency}")
        results = as_they_come(self._settle, articles, concurrency)
        try:
            async for extraction in results:
                yield extraction
        finally:
            await results.aclose()

    def extract_all(self, articles: Iterable[str | Article], *, concurrency: int = 8) -> Generator[Extraction]:
        """`extract_many` for scripts: an ordinary iterator over the extractions as they come."""
        return _background.iterate(self.extract_many(articles, concurrency=concurrency))

    async def _ask_again(
        self, reading: Reading, before: rounds.Round, request: Request, add: Addition = rounds.repair
    ) -> tuple[rounds.Round, Usage]:
        """The round with a further answer, or as before when the model fails now: no accepted event is put at risk."""
        try:
            answer = await self._model.answer(request)
            return await reading.hear(answer, add), answer.usage
        except ModelError as error:
            _log.info("%s: asking again brought nothing: %s", request.article.id or "an article", error)
            return before, error.usage or Usage()

    async def _suggestions(self, request: Request, extraction: Extraction, reading: Reading) -> Sequence[Event]:
        """What the rules find behind the numbers that no event of the extraction has captured."""
        from marketextract.models.rules import RulesModel

        answer = await RulesModel().answer(request)
        second = reading.judge(parse(answer.text, self._settings.event_types))
        uncaptured = {entry.start for entry in extraction.ledger if entry.status == "uncaptured"}
        found = {index for entry in second.ledger if entry.start in uncaptured for index in entry.events}
        return tuple(event for index, event in enumerate(second.events) if index in found)

    async def _settle(self, article: str | Article) -> Extraction:
        """The extraction of one of many articles, whose failure is its own."""
        try:
            return await self.aextract(article)
        except MarketExtractError as error:
            return failed(article, str(error), self.model, getattr(error, "usage", None))
        except Exception as error:  # a fault of a model or a class that was handed in, or of ours
            _log.exception("%s failed", article.id if isinstance(article, Article) else "an article")
            return failed(article, f"{type(error).__name__}: {error}", self.model)


class Everything(Options, total=False):
    """All that may be said about an extraction: what `Extractor` takes beside the model."""

    schema: Sequence[type[Event]]
    cache: CacheSetting
    repair: bool
    second_pass: bool
    second_opinion: Literal["rules"] | None


def extract(text_or_article: str | Article, model: ModelSetting = "auto", **settings: Unpack[Everything]) -> Extraction:
    """The extraction of one article, with the settings of `Extractor`, which is the better choice for many."""
    return Extractor(model, **settings).extract(text_or_article)


def failed(article: str | Article, error: str, model: str, usage: Usage | None = None) -> Extraction:
    """The extraction of an article that came to nothing, and what that cost."""
    whole = article if isinstance(article, Article) else UnreadArticle(article if isinstance(article, str) else "")
    return Extraction(whole, events=(), rejected=(), ledger=(), model=model, usage=usage or Usage(), error=error)


class UnreadArticle(Article):
    """What is known of an article that could not be read: its text may be empty."""

    def __post_init__(self) -> None:
        """Take whatever there is."""
