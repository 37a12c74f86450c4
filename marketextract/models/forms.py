"""The two forms of OpenAI's API, chat completions and responses: the body of a call out, a `Completion` in; pure.

Goes in: what is asked in neutral terms, or the JSON of a response. Comes out: the text of a body, or what the response
says, or None when it is not shaped like one. A schema comes as JSON text, since writing it takes longer than all else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from marketextract import wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Ended = Literal["stop", "length", "content_filter"]


class Completion(NamedTuple):
    """What a response says: its text, the words of a refusal, how it ended, and the tokens that its server counted."""

    text: str
    refusal: str | None
    ended: Ended
    usage: object


class Asked(NamedTuple):
    """What is asked, in neutral terms; what is None is left to the server. `room` is the limit of tokens."""

    model: str
    messages: Sequence[Mapping[str, Any]]
    schema: str
    room: int | None = None
    temperature: float | None = None
    seed: int | None = None
    reasoning_effort: str | None = None
    service_tier: str | None = None


class Form(Protocol):
    """One form of the API."""

    @property
    def path(self) -> str:
        """Where a call goes, below the base address."""

    def body(self, asked: Asked) -> str:
        """The JSON of a call."""

    def completion(self, response: object) -> Completion | None:
        """What a response says."""


class Chat(NamedTuple):
    """Chat completions. `room` is the server's name for the limit of tokens: OpenAI's newer models want a new one."""

    room: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    path: str = "/chat/completions"

    def body(self, asked: Asked) -> str:
        """The JSON of a call."""
        options = {
            "temperature": asked.temperature,
            "seed": asked.seed,
            self.room: asked.room,
            "reasoning_effort": asked.reasoning_effort,
            "service_tier": asked.service_tier,
        }
        head = _object(model=asked.model, messages=asked.messages, **options)
        schema = f'{{"name":"events","strict":true,"schema":{asked.schema}}}'
        return f'{head},"response_format":{{"type":"json_schema","json_schema":{schema}}}}}'

    def completion(self, response: object) -> Completion | None:
        """What a response says."""
        if not isinstance(response, dict):
            return None
        choice: dict[str, Any] = next(_objects(response.get("choices")), {})
        message = choice.get("message")
        if not isinstance(message, dict):
            return None
        text, refusal, ended = message.get("content"), message.get("refusal"), choice.get("finish_reason")
        return Completion(
            text if isinstance(text, str) else "",
            refusal if isinstance(refusal, str) and refusal else None,
            ended if ended in ("length", "content_filter") else "stop",
            response.get("usage"),
        )


class Responses(NamedTuple):
    """The Responses API. It knows no seed, and is told to keep nothing."""

    path: str = "/responses"

    def body(self, asked: Asked) -> str:
        """The JSON of a call."""
        options = {
            "temperature": asked.temperature,
            "max_output_tokens": asked.room,
            "reasoning": {"effort": asked.reasoning_effort} if asked.reasoning_effort else None,
            "service_tier": asked.service_tier,
        }
        head = _object(model=asked.model, input=asked.messages, store=False, **options)
        schema = f'{{"type":"json_schema","name":"events","strict":true,"schema":{asked.schema}}}'
        return f'{head},"text":{{"format":{schema}}}}}'

    def completion(self, response: object) -> Completion | None:
        """What a response says; None for one that has failed or was cancelled too."""
        if not isinstance(response, dict) or response.get("status") not in ("completed", "incomplete"):
            return None
        parts = [part for output in _objects(response.get("output")) for part in _objects(output.get("content"))]
        texts = [
            part["text"] for part in parts if part.get("type") == "output_text" and isinstance(part.get("text"), str)
        ]
        refusals = [str(part.get("refusal")) for part in parts if part.get("type") == "refusal"]
        details = response.get("incomplete_details")
        reason = details.get("reason") if isinstance(details, dict) else None
        ended: Ended = "stop" if response["status"] == "completed" else "length"
        return Completion(
            "".join(texts),
            next(iter(refusals), None),
            "content_filter" if reason == "content_filter" else ended,
            response.get("usage"),
        )


def _object(**members: Any) -> str:
    """The JSON of the members that are not None, left open at its end."""
    return wire.dumped({name: value for name, value in members.items() if value is not None}).removesuffix("}")


def _objects(values: object) -> Iterator[dict[str, Any]]:
    return (value for value in values if isinstance(value, dict)) if isinstance(values, list) else iter(())
