"""Hooks hear of every call, and what they do harms no article."""

import asyncio
from typing import Any

import pytest

from faulty_server import FaultyServer, Reply, completion, failure
from marketextract import Article, Extraction, Extractor, wire
from marketextract.errors import MissingExtra, ModelError, ModelRefused, ModelUnreachable
from marketextract.extraction import Rejection, Usage
from marketextract.hooks import Hooks, ModelCall
from marketextract.models.llm import LLMModel
from marketextract.request import Settings, build
from marketextract.telemetry import OpenTelemetryHooks

ARTICLE = Article("Shares of Nordvik rose 1.5% on Monday.", id="a")
CLAIM = {"type": "price_move", "evidence": [1], "instrument": "Nordvik", "direction": "up", "change": "1.5%"}
GOOD = completion(wire.render([CLAIM]))
WRONG = completion(wire.render([{**CLAIM, "change": "1.6%"}]))


class Diary(Hooks):
    """What was told, in order."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def on_request(self, call: ModelCall) -> None:
        self.heard.append(("request", call))

    def on_response(self, call: ModelCall, usage: Usage) -> None:
        self.heard.append(("response", call, usage))

    def on_failure(self, call: ModelCall, failure: ModelError) -> None:
        self.heard.append(("failure", call, failure))

    def on_retry(self, call: ModelCall, failure: ModelError, wait: float) -> None:
        self.heard.append(("retry", call, failure, wait))

    def on_reject(self, article: Article, rejection: Rejection) -> None:
        self.heard.append(("reject", article, rejection))

    @property
    def story(self) -> list[str]:
        return [entry[0] for entry in self.heard]


class Clumsy(Hooks):
    """Hooks that fail at everything."""

    def on_request(self, call: ModelCall) -> None:
        raise RuntimeError("clumsy")

    on_response = on_failure = on_retry = on_reject = on_request  # type: ignore[assignment]


def extract(replies: list[Reply], hooks: Hooks, **options: Any) -> Extraction:
    with FaultyServer(replies) as server:
        return Extractor("stub", base_url=server.url, cache=None, hooks=hooks, **options).extract(ARTICLE)


def test_a_call_is_told_with_what_it_cost() -> None:
    diary = Diary()
    extract([GOOD], diary)
    assert diary.story == ["request", "response"]
    (_, made), (_, ended, usage) = diary.heard
    assert ended is made
    assert made.model == "openai/stub"
    assert made.server.startswith("http://127.0.0.1:")
    assert made.request.article is ARTICLE
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (1, 100, 10)


def test_a_retry_is_told_between_the_calls() -> None:
    diary = Diary()
    extract([failure(429, retry_after="0"), GOOD], diary)
    assert diary.story == ["request", "failure", "retry", "request", "response"]
    (_, _, error, wait) = diary.heard[2]
    assert isinstance(error, ModelUnreachable)
    assert wait == 0


def test_a_rejected_event_is_told_once_and_after_its_repair() -> None:
    diary = Diary()
    extract([WRONG], diary)
    assert diary.story == ["request", "response", "request", "response", "reject"]
    (_, article, rejection) = diary.heard[-1]
    assert article is ARTICLE
    assert rejection.event["change"] == "1.6%"


def test_a_repaired_event_is_not_told_as_rejected() -> None:
    diary = Diary()
    extract([WRONG, GOOD], diary)
    assert "reject" not in diary.story


def test_what_cannot_be_helped_is_told_as_a_failure() -> None:
    diary = Diary()
    with pytest.raises(ModelRefused):
        extract([completion(None, refusal="no")], diary)
    assert diary.story == ["request", "failure"]


def test_a_call_that_is_cancelled_is_told_as_a_failure() -> None:
    diary = Diary()

    async def run(url: str) -> None:
        model = LLMModel("stub", base_url=url, deadline=0.3, hooks=diary)
        with pytest.raises(ModelUnreachable):
            await model.answer(build(ARTICLE, Settings()))

    with FaultyServer([Reply(hang=True)]) as server:
        asyncio.run(run(server.url))
    assert diary.story == ["request", "failure"]


def test_an_answer_from_the_cache_is_no_call() -> None:
    diary, kept = Diary(), {}
    with FaultyServer([GOOD]) as server:
        for _ in range(2):
            Extractor("stub", base_url=server.url, cache=kept, hooks=diary).extract(ARTICLE)
    assert diary.story == ["request", "response"]


def test_hooks_that_fail_harm_no_article() -> None:
    replies = [failure(429, retry_after="0"), WRONG]
    extraction = extract(replies, Clumsy())
    assert len(extraction.rejected) == 1
    assert extraction.usage.retries == 1


def test_a_hook_need_not_hear_everything() -> None:
    class OnlyRejections(Hooks):
        pass

    assert len(extract([GOOD], OnlyRejections()).events) == 1


# OpenTelemetry


def test_without_opentelemetry_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("marketextract.telemetry.import_module", missing)
    with pytest.raises(MissingExtra, match="otel"):
        OpenTelemetryHooks()


def spans(replies: list[Reply]) -> list[Any]:
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(memory))
    extract(replies, OpenTelemetryHooks(provider), seed=7)
    return list(memory.get_finished_spans())


def test_a_call_is_a_span_after_the_conventions_for_generative_ai() -> None:
    (span,) = spans([GOOD])
    assert span.name == "chat stub"
    assert span.kind.name == "CLIENT"
    attributes = dict(span.attributes)
    assert attributes.pop("server.port") > 0
    assert attributes == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "stub",
        "gen_ai.output.type": "json",
        "gen_ai.request.temperature": 0.0,
        "gen_ai.request.seed": 7,
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
        "gen_ai.usage.cache_read.input_tokens": 0,
        "server.address": "127.0.0.1",
    }


def test_a_failed_call_is_a_span_with_its_error() -> None:
    failed, answered = spans([failure(429, retry_after="0"), GOOD])
    assert failed.attributes["error.type"] == "ModelUnreachable"
    assert failed.status.status_code.name == "ERROR"
    assert "error.type" not in answered.attributes
