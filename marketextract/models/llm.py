"""A language model behind an OpenAI-compatible server, or behind an instructor client of yours.

Goes in: a request. Comes out: the text of the answer and what it cost, or one `ModelError` that says why there is none.
The only importer of openai, instructor and tenacity, and only when the first call is made. Nothing here reads an
article or judges an event, and no key enters a message, a log or a `repr`.

An article goes down through `answer` (deadline), `_in_parts` (what is too long for one call), `_with_more_room` (what
was cut off), `_ask` (instructor, which asks once more for an answer that is not JSON), `_send` (the one layer of
retries) and `_post` (HTTP, in one of the two `forms`).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import os
import time
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import pydantic

from marketextract import wire
from marketextract.errors import (
    AnswerCutOff,
    AnswerMalformed,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    SettingsError,
)
from marketextract.hooks import ModelCall, tell
from marketextract.models.base import Answer
from marketextract.models.failures import (
    ArticleTooLong,
    address,
    advised_wait,
    is_address,
    meaning_of_status,
    told,
    wait_for_more,
)
from marketextract.models.forms import Asked, Chat, Completion, Form, Responses
from marketextract.models.tally import Tally
from marketextract.pace import pace_of
from marketextract.request import Request, halves

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Mapping

    from marketextract.hooks import Hooks

DEFAULT_MODEL = "gpt-4.1-mini"

_log = logging.getLogger(__name__)

_CHARACTERS_A_TOKEN = 4  # as services reckon when they count a request against a limit
_RESPONSES = "responses/"
_BATCH = Chat("max_completion_tokens")
_NO_CONNECTION = "the connection failed, broke off or took too long"


@dataclass(repr=False, eq=False)
class LLMModel:
    """A language model. `model` is its name at the server, after "responses/" to ask it by way of the Responses API.

    `base_url` is an OpenAI-compatible server other than OpenAI's; `OPENAI_API_KEY` is not sent there, so give it its
    own `api_key`. `client` is an instructor client in place of both; its transport and HTTP retries are its own.

    `timeout` is the seconds that one call may take, `deadline` those that an article may take with everything that it
    needs. `attempts` is how often a call is tried when the server is out of reach, busy or failing. A `Retry-After` is
    honoured up to the deadline: when it asks for longer, the article fails at once. An article of more than `longest`
    characters is asked about in parts. `requests_per_minute`, `tokens_per_minute` and `calls_at_once` are kept by all
    calls of this process to the same model; waiting for them does not count for the deadline. A server that says in its
    headers that it would take no more now is heeded without them. `shown_as` is the name in results, and `hooks` is
    told of every call.
    `sleep` and `clock` are seams for tests.
    """

    model: str = DEFAULT_MODEL
    _: KW_ONLY
    base_url: str | None = None
    api_key: str | None = None
    client: Any = None
    organization: str | None = None
    headers: Mapping[str, str] | None = None
    service_tier: str | None = None
    timeout: float = 120.0
    deadline: float = 600.0
    attempts: int = 6
    longest: int = 60_000
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    calls_at_once: int | None = None
    shown_as: str | None = None
    hooks: Hooks | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        """Refuse at once what no call could be made with."""
        if not all(0 < limit < math.inf for limit in (self.timeout, self.deadline, self.attempts, self.longest)):
            raise SettingsError("timeout, deadline, attempts and longest must be positive numbers")
        if self.base_url and not is_address(self.base_url):
            raise SettingsError("base_url is no address of a server, like http://127.0.0.1:8000/v1")
        if not (self.client or self.base_url or self.api_key or os.environ.get("OPENAI_API_KEY")):
            raise SettingsError(
                "no key for OpenAI: set OPENAI_API_KEY, or give api_key, or base_url for another server"
            )
        self._connections: dict[asyncio.AbstractEventLoop, _Connection] = {}
        limits = self.requests_per_minute, self.tokens_per_minute, self.calls_at_once
        self._pace = pace_of(self.identity, limits, self.clock, self.sleep)

    @property
    def name(self) -> str:
        """The name of the model, as in `openai/gpt-4.1-mini`."""
        return self.shown_as or f"{'openai' if self.client is None else 'instructor'}/{self.model}"

    @property
    def identity(self) -> str:
        """The name with the server, for the cache: two servers may give one name to different models."""
        return f"{self.name} at {address(self.base_url)}" if self.base_url and not self.shown_as else self.name

    def __repr__(self) -> str:
        """The name and the server, and never the key."""
        return f"{type(self).__name__}({self.identity!r})"

    async def answer(self, request: Request) -> Answer:
        """The answer to one request.

        `ModelUnreachable` when the server stays out of reach until the attempts or the deadline are used up,
        `ModelRefused` when the model declines, `AnswerCutOff` when the answer does not fit even for half of the
        article, `AnswerMalformed` when it is not JSON for the second time, and a plain `ModelError` when the server
        rejects the request itself: a wrong key, an unknown model, an unknown setting.
        """
        tally = Tally(self.clock())
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self.deadline) as tally.limit:
                text = await self._in_parts(request, tally)
        except (TimeoutError, ModelError) as error:
            late = f"{self.name}: no answer within the {self.deadline:g} s of an article"
            failure = error if isinstance(error, ModelError) else ModelUnreachable(late)
            failure.usage = tally.usage(time.monotonic() - begun)  # what was asked in vain is paid for, too
            raise failure from None
        return Answer(text, tally.usage(time.monotonic() - begun))

    def body(self, request: Request) -> dict[str, Any]:
        """The body of the chat call for a request, for those who bring it to the server themselves, as in a batch."""
        call = _Call(self, request, self._schema(request), Tally(0), request.settings.max_tokens)
        return dict(json.loads(self._body(call, request.messages, _BATCH)))

    def read(self, response: object) -> Answer:
        """The answer in the body of a response that came another way; the `ModelError` of `answer` if it has none."""
        tally = Tally(0, requests=1)
        try:
            completion = self._completion(_BATCH.completion(response), tally)
        except _PassingError as passing:
            raise passing.failure from None
        return Answer(str(completion.choices[0].message.content), tally.usage(0))

    async def aclose(self) -> None:
        """Close the connections of the running event loop."""
        if connection := self._connections.pop(asyncio.get_running_loop(), None):
            await connection.lifetime.aclose()

    async def _in_parts(self, request: Request, tally: Tally, halvings: int = 1) -> str:
        """The answer, or those to the halves of an article that is too long for one call.

        A cut-off answer halves the article once, since a model that never stops would cost a call for each sentence;
        an article that does not fit into the model is halved until it does.
        """
        parts = halves(request) if request.is_longer_than(self.longest) else None
        if parts is None:
            try:
                return await self._with_more_room(request, tally)
            except AnswerCutOff as error:
                too_long = isinstance(error, ArticleTooLong)
                parts = halves(request) if too_long or halvings else None
                if parts is None:
                    raise
                halvings -= not too_long
        return wire.joined([await self._in_parts(part, tally, halvings) for part in parts])

    async def _with_more_room(self, request: Request, tally: Tally) -> str:
        """The answer; one that `max_tokens` has cut off is asked for again with twice the room."""
        room = request.settings.max_tokens
        try:
            return await self._ask(_Call(self, request, self._schema(request), tally, room))
        except AnswerCutOff as error:
            if room is None or isinstance(error, ArticleTooLong):
                raise
            _log.info("%s; asking again with %d tokens", error, 2 * room)
            return await self._ask(_Call(self, request, self._schema(request), tally, 2 * room))

    async def _ask(self, call: _Call) -> str:
        """One structured call through instructor, whose errors come out as ours."""
        try:
            if self.client is not None:
                return await self._ask_client(call)
            completion = await self._send(call, call.request.messages)
            if not _is_read(completion):
                completion = await self._ask_once_more(replace(call, first=[completion]))
            return str(completion.choices[0].message.content)
        except Exception as error:
            raise self._translated(error) from None

    async def _ask_once_more(self, call: _Call) -> SimpleNamespace:
        """The completion of a second call, in which instructor says what was wrong with the first one's answer."""
        result = await _vendors().retry_async(
            _create,
            _vendors().lenient,
            args=(),
            kwargs={"messages": list(call.request.messages), "call": call},
            max_retries=1,
            mode=_vendors().instructor.Mode.JSON_SCHEMA,
        )
        completion: SimpleNamespace = result._raw_response
        return completion

    async def _ask_client(self, call: _Call) -> str:
        """The call through an instructor client that was handed in, whichever provider is behind it."""
        arguments = {
            "response_model": _answer_class(call.schema),
            "messages": call.request.messages,
            "max_retries": 1,
            **_stated(model=self.model or None, max_tokens=call.room, **_sampling(call.request)),
        }
        async with self._turn(call, _size(call.request.messages, call.room)):
            if isinstance(self.client, _vendors().instructor.AsyncInstructor):
                result = await self.client.create(**arguments)
            else:
                result = await asyncio.to_thread(self.client.create, **arguments)
            call.tally.count(getattr(getattr(result, "_raw_response", None), "usage", None))
        return wire.dumped({"events": result.events})

    async def _send(self, call: _Call, messages: list[dict[str, Any]]) -> SimpleNamespace:
        """One call with its retries."""
        form = self._form
        body = self._body(call, messages, form)
        size = _size(messages, call.room)

        async def attempt() -> SimpleNamespace:
            async with self._turn(call, size):
                response = await self._post(body)
                if (seconds := wait_for_more(response.headers, size)) is not None and seconds <= self.deadline:
                    self._pace.hold(seconds)  # a limit of the day is not waited for: the next call will fail and say so
                return self._completion(form.completion(_json(response)), call.tally)

        try:
            return await attempt()
        except _PassingError as failed:  # most calls do not come here, and keeping count for retries is not free
            return await self._retried(call, attempt, failed)

    async def _retried(
        self, call: _Call, attempt: Callable[[], Awaitable[SimpleNamespace]], first: _PassingError
    ) -> SimpleNamespace:
        """What a call brings after its first failure: exponential waits with jitter, or the wait that is asked for."""
        tenacity = _vendors().tenacity
        backoff = tenacity.wait_random_exponential(multiplier=0.5, max=30)

        def wait(state: Any) -> float:
            advised = state.outcome.exception().after
            return float(backoff(state) if advised is None else advised)

        def stop(state: Any) -> bool:
            spent = self.clock() - call.tally.started
            return bool(state.attempt_number >= self.attempts or spent + state.upcoming_sleep > self.deadline)

        def note(state: Any) -> None:
            call.tally.retries += 1
            passing, seconds = state.outcome.exception(), state.upcoming_sleep
            if passing.after is not None:
                self._pace.hold(passing.after)
            failure = passing.failure
            _log.info("%s; trying again in %.1f s", failure, seconds)
            if (hooks := self.hooks) is not None:
                tell(lambda: hooks.on_retry(self._told_of(call), failure, seconds))

        failed = [first]

        async def first_or_next() -> SimpleNamespace:
            if failed:
                raise failed.pop()
            return await attempt()

        retrying = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(_PassingError),
            wait=wait,
            stop=stop,
            before_sleep=note,
            sleep=self.sleep,
            reraise=True,
        )
        completion: SimpleNamespace = await retrying(first_or_next)
        return completion

    @contextlib.asynccontextmanager
    async def _turn(self, call: _Call, size: int) -> AsyncGenerator[None]:
        """Make a call of so many tokens when the limits allow it, and have it counted and told of."""
        begun = self.clock()
        with contextlib.nullcontext() if self._pace.is_free else call.tally.off_the_clock():
            await self._pace.enter(size)
        call.tally.started += self.clock() - begun
        try:
            with self._observed(call):
                yield
        finally:
            self._pace.leave()

    @contextlib.contextmanager
    def _observed(self, call: _Call) -> Iterator[None]:
        """Count a call, and tell the hooks of it and of how it ends."""
        call.tally.requests += 1
        if (hooks := self.hooks) is None:
            yield
            return
        made, before, begun = self._told_of(call), replace(call.tally), time.monotonic()
        tell(lambda: hooks.on_request(made))
        try:
            yield
        except BaseException as error:
            failure = self._translated(error) if isinstance(error, Exception) else self._cancelled()
            tell(lambda: hooks.on_failure(made, failure))
            raise
        cost = replace(
            call.tally.usage(time.monotonic() - begun),
            requests=1,
            retries=0,
            input_tokens=call.tally.input_tokens - before.input_tokens,
            output_tokens=call.tally.output_tokens - before.output_tokens,
            cached_tokens=call.tally.cached_tokens - before.cached_tokens,
        )
        tell(lambda: hooks.on_response(made, cost))

    def _told_of(self, call: _Call) -> ModelCall:
        return ModelCall(self.name, address(self.base_url) if self.base_url else None, call.request, call.room)

    def _cancelled(self) -> ModelError:
        return ModelUnreachable(f"{self.name}: the call was given up")

    async def _post(self, body: bytes) -> Any:
        """The response to one HTTP call, within the time that a call may take."""
        connection = await self._connection()
        try:
            async with asyncio.timeout(self.timeout):
                response = await connection.client.post(connection.url, content=body)
        except TimeoutError:
            raise _PassingError(ModelUnreachable(f"{self.name}: the server took too long")) from None
        except Exception:  # of its many ways to break; with aiohttp beneath no telling a refused one from a slow one
            raise _PassingError(ModelUnreachable(f"{self.name}: {_NO_CONNECTION}")) from None
        if not response.is_success:
            raise self._turned_down(response)
        return response

    def _turned_down(self, response: Any) -> Exception:
        """What a response that brings no completion means."""
        body = _json(response)
        error = body.get("error", body) if isinstance(body, dict) else None
        stated = error if isinstance(error, dict) else {}
        words = str(stated.get("message") or error or response.text)
        codes = (stated.get("code"), stated.get("type"))
        kind, meaning = meaning_of_status(response.status_code, codes, words)
        failure = kind(f"{self.name}: {self._told(meaning)}")
        if not failure.retryable:
            return failure
        return _PassingError(failure, advised_wait(response.status_code, response.headers))

    def _schema(self, request: Request) -> str:
        """The schema that the server is to enforce, as JSON."""
        return request.schema_json

    @property
    def _form(self) -> Form:
        if self.model.startswith(_RESPONSES):
            return Responses()
        return Chat("max_completion_tokens" if self.base_url is None else "max_tokens")

    def _body(self, call: _Call, messages: list[dict[str, Any]], form: Form) -> bytes:
        settings = call.request.settings
        asked = Asked(
            self.model.removeprefix(_RESPONSES),
            messages,
            call.schema,
            call.room,
            settings.temperature,
            settings.seed,
            settings.reasoning_effort,
            self.service_tier,
        )
        return form.body(asked).encode("utf-8", "replace")

    def _completion(self, completion: Completion | None, tally: Tally) -> SimpleNamespace:
        """A completion as the little that instructor reads of one; an error when it holds no whole answer."""
        if completion is None:
            raise self._broken()
        tally.count(completion.usage)
        if completion.refusal or completion.ended == "content_filter":
            words = completion.refusal or "stopped by the content filter"
            raise ModelRefused(f"{self.name}: the model declined: {self._told(words)}")
        if completion.ended == "length":
            raise AnswerCutOff(f"{self.name}: the answer hit the token limit")
        said = SimpleNamespace(role="assistant", content=completion.text)
        only = SimpleNamespace(message=said, finish_reason="stop")
        return SimpleNamespace(choices=[only], usage=_vendors().uncounted)

    def _translated(self, error: Exception) -> ModelError:
        """What any error of a vendor means, without its request, its headers or a key."""
        cause: BaseException | None = error
        unknown: BaseException = error
        while cause is not None:
            if isinstance(cause, _PassingError):
                return cause.failure
            if isinstance(cause, ModelError):
                return cause
            if (meaning := _meaning(cause)) is not None:
                kind, words = meaning
                return kind(f"{self.name}: {self._told(words)}")
            unknown, cause = cause, cause.__cause__
        return ModelError(f"{self.name}: {type(unknown).__name__}: {self._told(str(unknown))}")

    def _broken(self) -> _PassingError:
        return _PassingError(ModelUnreachable(f"{self.name}: the server's response is not a completion"))

    def _told(self, words: str) -> str:
        return told(words, (self.api_key, os.environ.get("OPENAI_API_KEY")))

    async def _connection(self) -> _Connection:
        """The connections of the running event loop: they belong to the loop that opened them."""
        loop = asyncio.get_running_loop()
        if (connection := self._connections.get(loop)) is None:
            connection = self._connected()
            await anext(connection.lifetime)
            for closed in [other for other in self._connections if other.is_closed()]:
                del self._connections[closed]
            self._connections[loop] = connection
        return connection

    def _connected(self) -> _Connection:
        """An HTTP client that sends to the server what openai sends with every call.

        What openai does anew for each call, which is half of the processor time of a call, is done here once.
        """
        openai = _vendors().openai
        # aiohttp beneath takes a third less CPU. The time is that for opening a connection too: the default of 5 s is
        # too short for hundreds at once.
        client = openai.DefaultAioHttpClient(timeout=self.timeout)
        settings = openai.AsyncOpenAI(
            api_key=self.api_key or ("none" if self.base_url else None),
            base_url=self.base_url,
            organization=self.organization,
            default_headers=self.headers,
            http_client=client,
        )
        headers = {**settings.auth_headers, **settings.default_headers}
        client.headers.update({name: value for name, value in headers.items() if isinstance(value, str)})
        url = settings.base_url
        return _Connection(
            client, url.copy_with(path=url.path.rstrip("/") + self._form.path), _open_until_closed(client)
        )


class _Connection(NamedTuple):
    """An HTTP client, where its calls go, and what holds it open."""

    client: Any
    url: Any
    lifetime: AsyncGenerator[None]


@dataclass(frozen=True, eq=False)
class _Call:
    """One structured call: what instructor passes through to `_create`. `room` is its limit of tokens.

    `first` is a completion that is there already, and that instructor takes for its first.
    """

    model: LLMModel
    request: Request
    schema: str
    tally: Tally
    room: int | None
    first: list[SimpleNamespace] = field(default_factory=list)


class _PassingError(Exception):
    """A failure that may pass; `after` is the wait in seconds that the server asks for."""

    def __init__(self, failure: ModelError, after: float | None = None) -> None:
        """Say the failure, and the wait that was asked for."""
        self.failure = type(failure)(f"{failure} (it asks to wait {after:.0f} s)") if after else failure
        self.after = after
        super().__init__(str(self.failure))


async def _create(*, call: _Call, messages: list[dict[str, Any]], **_: Any) -> SimpleNamespace:
    """What instructor calls, with its complaint among the messages when an answer was not JSON."""
    return call.first.pop() if call.first else await call.model._send(call, messages)


def _is_read(completion: SimpleNamespace) -> bool:
    """Whether instructor reads events from a completion; its loop of retries costs more than the reading."""
    try:
        _vendors().lenient.from_response(completion, mode=_vendors().instructor.Mode.JSON_SCHEMA)
    except _vendors().unreadable:
        return False
    return True


async def _open_until_closed(client: Any) -> AsyncGenerator[None]:
    """Hold a client open: an event loop closes the generators that began in it before it ends."""
    try:
        yield
    finally:
        await client.aclose()


@cache
def _vendors() -> SimpleNamespace:
    """What is used of the vendors' modules; importing them takes longer than everything else together."""
    import instructor
    import openai
    import tenacity
    from instructor.core import retry_async
    from instructor.core.exceptions import ResponseParsingError
    from openai.types import CompletionUsage

    # instructor logs each failed call as an error of the program; here it comes back as the error of its article.
    logging.getLogger("instructor").addHandler(logging.NullHandler())
    return SimpleNamespace(
        instructor=instructor,
        openai=openai,
        tenacity=tenacity,
        retry_async=retry_async,
        lenient=_answer_class("{}"),
        unreadable=ResponseParsingError,
        uncounted=CompletionUsage(prompt_tokens=0, completion_tokens=0, total_tokens=0),
    )


@lru_cache(maxsize=16)
def _answer_class(schema: str) -> Any:
    """The class that instructor reads an answer into: any list of events, since each event is judged later.

    Made once: instructor makes a plain model anew on every call, which is half of what a call costs.
    """
    from instructor import OpenAISchema
    from instructor.core.exceptions import ResponseParsingError

    class Events(OpenAISchema):
        events: list[Any]

        @classmethod
        def model_json_schema(cls, *_: Any, **__: Any) -> dict[str, Any]:
            return {"title": cls.__name__, "description": "The events of an article.", **json.loads(schema)}

        @classmethod
        def model_validate_json(cls, json_data: str | bytes | bytearray, **_: Any) -> Events:
            text = json_data if isinstance(json_data, str) else bytes(json_data).decode("utf-8", "replace")
            try:
                return cls.model_construct(events=wire.events(text))
            except AnswerMalformed as error:
                raise ResponseParsingError(str(error)) from None

    return Events


def _meaning(error: BaseException) -> tuple[type[ModelError], str] | None:
    """The counterpart of a vendor's error, and what may be told of it; None for one that only wraps its cause."""
    for vendors_errors, kind, words in _meanings():
        if isinstance(error, vendors_errors):
            return kind, words or str(error)
    if isinstance(status := getattr(error, "status_code", None), int):  # of any vendor: a client may be handed in
        codes = (getattr(error, "code", None), getattr(error, "type", None))
        body = getattr(error, "body", None)
        message = body.get("message") if isinstance(body, dict) else getattr(error, "message", None)
        return meaning_of_status(status, codes, str(message or error))
    return None


@cache
def _meanings() -> tuple[tuple[tuple[type[BaseException], ...], type[ModelError], str], ...]:
    """The vendors' errors whose class says what they mean, the special ones first; some are told in our words."""
    from instructor.core import exceptions as instructor_errors

    openai = _vendors().openai
    cut_off = (openai.LengthFinishReasonError, instructor_errors.IncompleteOutputException)
    not_json = (json.JSONDecodeError, instructor_errors.ResponseParsingError, instructor_errors.ValidationError)
    return (
        ((TimeoutError,), ModelUnreachable, "the server took too long"),
        # Its time-outs are among these, and with aiohttp beneath so is every refused connection: no telling them apart.
        ((openai.APIConnectionError,), ModelUnreachable, _NO_CONNECTION),
        ((openai.APIResponseValidationError,), ModelUnreachable, "the server's response is not a completion"),
        (cut_off, AnswerCutOff, "the answer hit the token limit"),
        ((openai.ContentFilterFinishReasonError,), ModelRefused, "stopped by the content filter"),
        ((*not_json, pydantic.ValidationError), AnswerMalformed, ""),
    )


def _size(messages: Iterable[Mapping[str, Any]], room: int | None) -> int:
    """The tokens that a service reckons with when it counts a call against a limit."""
    return sum(len(message["content"]) for message in messages) // _CHARACTERS_A_TOKEN + (room or 0)


def _json(response: Any) -> Any:
    """The body of a response; None when it is not JSON."""
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _sampling(request: Request) -> dict[str, Any]:
    settings = request.settings
    return {
        "temperature": settings.temperature,
        "seed": settings.seed,
        "reasoning_effort": settings.reasoning_effort,
    }


def _stated(**options: Any) -> dict[str, Any]:
    """The options that are set: a server's own defaults hold for the others."""
    return {name: value for name, value in options.items() if value is not None}
