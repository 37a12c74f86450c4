"""OpenTelemetry spans for the calls to a model, after the semantic conventions for generative AI.

Goes in: `Extractor(hooks=OpenTelemetryHooks())`. Comes out: one client span for each call, with the model, the server,
the settings and the tokens; never a text of an article or an answer. Needs `opentelemetry-api` (the `otel` extra), and
a tracer provider that your program sets up. The only importer of opentelemetry.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from marketextract.errors import MissingExtra
from marketextract.hooks import Hooks

if TYPE_CHECKING:
    from marketextract.article import Article
    from marketextract.errors import ModelError
    from marketextract.extraction import Rejection, Usage
    from marketextract.hooks import ModelCall


class OpenTelemetryHooks(Hooks):
    """Hooks that make spans with a `tracer_provider`, by default that of the program.

    `MissingExtra` when OpenTelemetry is not installed.
    """

    def __init__(self, tracer_provider: Any = None) -> None:
        """Take the tracer."""
        try:
            self._trace: Any = import_module("opentelemetry.trace")
        except ImportError:
            raise MissingExtra("spans need OpenTelemetry: pip install 'marketextract[otel]'") from None
        self._tracer = self._trace.get_tracer("marketextract", tracer_provider=tracer_provider)
        self._spans: dict[ModelCall, Any] = {}

    def on_request(self, call: ModelCall) -> None:
        """Begin the span of a call."""
        provider, _, model = call.model.partition("/")
        kind = self._trace.SpanKind.CLIENT
        self._spans[call] = self._tracer.start_span(
            f"chat {model}", kind=kind, attributes={**_asked(call, provider, model), **_server(call.server)}
        )

    def on_response(self, call: ModelCall, usage: Usage) -> None:
        """End it with what the call cost."""
        span = self._spans.pop(call)
        span.set_attribute("gen_ai.usage.input_tokens", usage.input_tokens)
        span.set_attribute("gen_ai.usage.output_tokens", usage.output_tokens)
        span.set_attribute("gen_ai.usage.cache_read.input_tokens", usage.cached_tokens)
        span.end()

    def on_failure(self, call: ModelCall, failure: ModelError) -> None:
        """End it with what went wrong."""
        span = self._spans.pop(call)
        span.set_attribute("error.type", type(failure).__name__)
        span.set_status(self._trace.StatusCode.ERROR, str(failure))
        span.end()

    def on_retry(self, call: ModelCall, failure: ModelError, wait: float) -> None:
        """Nothing: the call that follows has a span of its own."""

    def on_reject(self, article: Article, rejection: Rejection) -> None:
        """An event in the span that is current where the article is extracted."""
        codes = [reason.code for reason in rejection.reasons]
        attributes = {"marketextract.article.id": article.id, "marketextract.reasons": codes}
        self._trace.get_current_span().add_event("marketextract.rejected", attributes)


def _asked(call: ModelCall, provider: str, model: str) -> dict[str, Any]:
    settings = call.request.settings
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": provider,
        "gen_ai.request.model": model,
        "gen_ai.output.type": "json",
        "gen_ai.request.temperature": settings.temperature,
        "gen_ai.request.seed": settings.seed,
        "gen_ai.request.max_tokens": call.room,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def _server(address: str | None) -> dict[str, Any]:
    parts = urlsplit(address or "https://api.openai.com")
    return {
        "server.address": parts.hostname or "",
        "server.port": parts.port or (80 if parts.scheme == "http" else 443),
    }
