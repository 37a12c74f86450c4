"""The language model over real HTTP on loopback: whatever the server does, an answer or one honest error comes out."""

import asyncio
import json
import logging
import subprocess
import sys
from email.utils import formatdate
from typing import Any

import instructor
import openai
import pytest
from instructor.core import exceptions as instructor_errors

from faulty_server import Call, FaultyServer, Reply, completion, failure
from marketextract import Budget, Extractor, wire
from marketextract.article import Article
from marketextract.errors import (
    AnswerCutOff,
    AnswerMalformed,
    ModelError,
    ModelRefused,
    ModelUnreachable,
    SettingsError,
)
from marketextract.events import EVENT_TYPES
from marketextract.extraction import Reason, Rejection
from marketextract.models.base import Answer, Model
from marketextract.models.failures import advised_wait, told, wait_for_more
from marketextract.models.llm import LLMModel
from marketextract.request import Request, Settings, build, repair

KEY = "sk-test-0123456789abcdef"
ARTICLE = Article("The Harbour 40 rose 1.5% on Monday.\nNordvik gained 2.25%.\nOstra fell 0.4%.\nThe krona was flat.")
CLAIM = {"type": "price_move", "evidence": [1], "instrument": "Harbour 40", "change": "1.5%"}
GOOD = wire.render([CLAIM])


class Waits:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def clock(self) -> float:
        return sum(self.slept)


def model(server: FaultyServer, waits: Waits | None = None, **options: Any) -> LLMModel:
    waits = waits or Waits()
    options = {"base_url": server.url, "api_key": KEY, "sleep": waits.sleep, "clock": waits.clock, **options}
    return LLMModel("stub", **options)


def ask(llm: LLMModel, request: Request | None = None) -> Answer:
    async def asking() -> Answer:
        try:
            return await llm.answer(request or build(ARTICLE, Settings()))
        finally:
            await llm.aclose()

    return asyncio.run(asking())


def claims(answer: Answer) -> list[dict[str, Any]]:
    return wire.parse(answer.text, EVENT_TYPES)


# What is sent


def test_a_call_sends_the_prompt_and_the_strict_schema_and_counts_what_it_cost() -> None:
    request = build(ARTICLE, Settings(seed=7, max_tokens=500))
    with FaultyServer([completion(GOOD)]) as server:
        answer = ask(model(server), request)
    (call,) = server.calls
    assert call.path == "/v1/chat/completions"
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.body == {
        "model": "stub",
        "messages": request.messages,
        "temperature": 0.0,
        "seed": 7,
        "max_tokens": 500,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "events", "strict": True, "schema": request.schema},
        },
    }
    assert answer.text == GOOD
    assert (answer.usage.requests, answer.usage.input_tokens, answer.usage.output_tokens) == (1, 100, 10)


def test_options_reach_the_server() -> None:
    with FaultyServer([completion(GOOD)]) as server:
        llm = model(server, headers={"x-team": "desk"}, organization="org-1", service_tier="flex")
        ask(llm, build(ARTICLE, Settings(temperature=None, reasoning_effort="low")))
    (call,) = server.calls
    assert call.headers["x-team"] == "desk"
    assert call.headers["openai-organization"] == "org-1"
    assert call.body["service_tier"] == "flex"
    assert call.body["reasoning_effort"] == "low"
    assert "temperature" not in call.body


def test_templates_in_an_article_arrive_as_they_were_written() -> None:
    text = "{{ 7*7 }} {% raw %} {% include 'x' %} Nordvik rose 1%."
    with FaultyServer([completion(GOOD)]) as server:
        ask(model(server), build(Article(text), Settings()))
    assert text in server.calls[0].body["messages"][1]["content"]


def test_half_a_surrogate_pair_in_an_article_can_be_sent() -> None:
    with FaultyServer([completion(GOOD)]) as server:
        ask(model(server), build(Article("Nordvik \ud83d rose 1%."), Settings()))
    assert "Nordvik \ufffd rose 1%." in server.calls[0].body["messages"][1]["content"]


def test_the_key_of_openai_is_not_sent_to_another_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FaultyServer([completion(GOOD)]) as server:
        ask(model(server, api_key=None))
    assert KEY not in json.dumps(dict(server.calls[0].headers))


def test_without_a_key_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        LLMModel("gpt-x")


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf")])
@pytest.mark.parametrize("option", ["timeout", "deadline", "attempts", "longest"])
def test_a_limit_that_is_not_positive_is_refused(option: str, limit: float) -> None:
    limits: dict[str, Any] = {option: limit}
    with pytest.raises(SettingsError, match=option):
        LLMModel("stub", base_url="http://127.0.0.1:1", **limits)


@pytest.mark.parametrize(
    "url", ["x", "one.example/v1", "ftp://x/v1", "http:///v1", "http://x:0", "http://x:65536", "http://[::1"]
)
def test_what_is_no_address_of_a_server_is_refused_and_not_told(url: str) -> None:
    with pytest.raises(SettingsError, match="base_url") as refusal:
        LLMModel("stub", base_url=f"{url}?key=secret")
    assert "secret" not in str(refusal.value)


def test_it_is_a_model_and_serves_one_event_loop_after_another() -> None:
    with FaultyServer([completion(GOOD)]) as server:
        llm = model(server)
        assert isinstance(llm, Model)
        assert [ask(llm).text for _ in range(3)] == [GOOD] * 3


def test_no_connection_is_left_open_at_the_end_of_a_program() -> None:
    program = """
import asyncio, sys
from marketextract import Article, Extractor
from marketextract.models.llm import LLMModel
from marketextract.request import Settings, build
article = Article("Nordvik rose 1%.")
Extractor("stub", base_url=sys.argv[1], cache=None).extract(article)
model = LLMModel("stub", base_url=sys.argv[1])
for _ in range(2):
    asyncio.run(model.answer(build(article, Settings())))
print("done")
"""
    with FaultyServer([completion('{"events":[]}')]) as server:
        command = [sys.executable, "-X", "dev", "-W", "ignore::DeprecationWarning", "-c", program, server.url]
        run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "done\n"
    assert "Unclosed" not in run.stderr
    assert "never retrieved" not in run.stderr


def test_two_servers_are_two_models_for_the_cache_and_no_password_is_shown() -> None:
    here = LLMModel("stub", base_url="http://user:secret@one.example:8000/v1?key=secret")
    there = LLMModel("stub", base_url="http://two.example/v1")
    assert here.name == there.name == "openai/stub"
    assert here.identity != there.identity
    assert "secret" not in here.identity + repr(here)


def test_importing_the_model_imports_no_vendor() -> None:
    program = "import sys, marketextract.models.llm; print([m for m in ('openai', 'instructor') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# The Responses API


def response(text: str, status: str = "completed", kind: str = "output_text", **members: Any) -> Reply:
    part = {"type": kind, "text" if kind == "output_text" else "refusal": text}
    output = [{"type": "reasoning", "summary": []}, {"type": "message", "role": "assistant", "content": [part]}]
    usage = {"input_tokens": 70, "output_tokens": 7}
    return Reply(body=json.dumps({"status": status, "output": output, "usage": usage, **members}).encode())


def responses_model(server: FaultyServer) -> LLMModel:
    waits = Waits()
    return LLMModel("responses/stub", base_url=server.url, api_key=KEY, sleep=waits.sleep, clock=waits.clock)


def test_a_model_can_be_asked_by_way_of_the_responses_api() -> None:
    request = build(ARTICLE, Settings(max_tokens=500, seed=7, reasoning_effort="low"))
    with FaultyServer([response(GOOD)]) as server:
        answer = ask(responses_model(server), request)
    (call,) = server.calls
    assert call.path == "/v1/responses"
    assert call.body == {
        "model": "stub",
        "input": request.messages,
        "store": False,
        "temperature": 0.0,
        "max_output_tokens": 500,
        "reasoning": {"effort": "low"},
        "text": {"format": {"type": "json_schema", "name": "events", "strict": True, "schema": request.schema}},
    }
    assert claims(answer) == [CLAIM]
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (70, 7)


@pytest.mark.parametrize(
    ("reply", "error", "calls"),
    [
        (response("{", "incomplete", incomplete_details={"reason": "max_output_tokens"}), AnswerCutOff, 1),
        (response("", "incomplete", incomplete_details={"reason": "content_filter"}), ModelRefused, 1),
        (response("I cannot help.", kind="refusal"), ModelRefused, 1),
        (response("", "failed", error={"code": "server_error", "message": "sorry"}), ModelUnreachable, 6),
        (Reply(body=b'{"status": "completed", "output": "none"}'), AnswerMalformed, 2),
        (response("no events"), AnswerMalformed, 2),
        (completion(GOOD), ModelUnreachable, 6),
    ],
)
def test_a_response_without_a_whole_answer_is_told_as_what_it_is(
    reply: Reply, error: type[ModelError], calls: int
) -> None:
    with FaultyServer([reply]) as server, pytest.raises(ModelError) as caught:
        ask(responses_model(server), build(Article("Nordvik rose 1%."), Settings()))
    assert type(caught.value) is error
    assert len(server.calls) == calls


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": 100, "completion_tokens": 10, "prompt_tokens_details": {"cached_tokens": 80}},
        {"input_tokens": 100, "output_tokens": 10, "input_tokens_details": {"cached_tokens": 80}},
    ],
)
def test_tokens_that_the_server_had_read_before_are_counted_apart(usage: dict[str, Any]) -> None:
    body = {**json.loads(completion(GOOD).body), "usage": usage}
    with FaultyServer([Reply(body=json.dumps(body).encode())]) as server:
        answer = ask(model(server))
    assert (answer.usage.input_tokens, answer.usage.cached_tokens, answer.usage.output_tokens) == (100, 80, 10)


@pytest.mark.parametrize(
    "usage", [None, [], "many", {"prompt_tokens": "7"}, {"prompt_tokens": -7}, {"prompt_tokens": None}]
)
def test_odd_counts_of_tokens_count_as_none(usage: object) -> None:
    body = {**json.loads(completion(GOOD).body), "usage": usage}
    with FaultyServer([Reply(body=json.dumps(body).encode())]) as server:
        assert ask(model(server)).usage.input_tokens == 0


# What passes is tried again

PASSING = {
    "too many requests": failure(429),
    "a server error": failure(500),
    "an overloaded server": failure(503),
    "a request time-out": failure(408),
    "a conflict": failure(409),
    "a dropped connection": Reply(drop=True),
    "half a response": completion(GOOD, cut=40),
    "half a response that claims to be whole": Reply(body=completion(GOOD).body[:60]),
    "a response that is no JSON": Reply(body=b"<html>busy</html>", headers={"content-type": "text/html"}),
    "a response that is not in UTF-8": Reply(body=b'{"choices": "\xff\xfe"}'),
    "a list": Reply(body=b"[]"),
    "no choices": Reply(body=b'{"choices": []}'),
    "a choice of another shape": Reply(body=b'{"choices": ["x"]}'),
    "a message of another shape": Reply(body=b'{"choices": [{"message": "x"}]}'),
    "null": Reply(body=b"null"),
    "a nesting without end": Reply(body=b"[" * 200_000),
    "an empty body": Reply(),
}


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_is_tried_again(fault: str) -> None:
    waits = Waits()
    with FaultyServer([PASSING[fault], PASSING[fault], completion(GOOD)]) as server:
        answer = ask(model(server, waits))
    assert claims(answer) == [CLAIM]
    assert (answer.usage.requests, answer.usage.retries) == (3, 2)
    assert len(server.calls) == 3
    assert len(waits.slept) == 2


@pytest.mark.parametrize("fault", PASSING)
def test_what_does_not_pass_ends_when_the_attempts_are_used_up(fault: str) -> None:
    with FaultyServer([PASSING[fault]]) as server, pytest.raises(ModelUnreachable) as caught:
        ask(model(server, attempts=3))
    assert len(server.calls) == 3
    assert caught.value.retryable
    assert str(caught.value).startswith("openai/stub: ")


def test_a_call_that_hangs_is_given_up_and_tried_again() -> None:
    with FaultyServer([Reply(hang=True), completion(GOOD)]) as server:
        assert claims(ask(model(server, timeout=0.3))) == [CLAIM]
    assert len(server.calls) == 2


def test_a_server_that_only_hangs_ends_the_article_at_its_deadline() -> None:
    with FaultyServer([Reply(hang=True)]) as server, pytest.raises(ModelUnreachable, match=r"0\.4 s of an article"):
        ask(model(server, timeout=60, deadline=0.4))


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with FaultyServer([]) as server:
        address = server.url
    waits = Waits()
    llm = LLMModel("stub", base_url=address, sleep=waits.sleep, clock=waits.clock, attempts=2)
    with pytest.raises(ModelUnreachable, match="connection"):
        ask(llm)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0"}, 0.0),
        ({"x-ratelimit-reset-requests": "1m2s", "x-ratelimit-reset-tokens": "250ms"}, 62.0),
    ],
)
def test_the_wait_that_a_server_asks_for_is_honoured(headers: dict[str, str], wait: float) -> None:
    waits = Waits()
    with FaultyServer([Reply(429, failure(429).body, headers), completion(GOOD)]) as server:
        ask(model(server, waits))
    assert waits.slept == [wait]


def test_a_wait_beyond_the_deadline_fails_at_once_and_is_told() -> None:
    waits = Waits()
    with FaultyServer([failure(429, retry_after="3600")]) as server, pytest.raises(ModelUnreachable, match="3600 s"):
        ask(model(server, waits))
    assert len(server.calls) == 1
    assert waits.slept == []


def test_waits_grow_and_stay_within_the_deadline() -> None:
    waits = Waits()
    with FaultyServer([failure(500)]) as server, pytest.raises(ModelUnreachable):
        ask(model(server, waits, attempts=1000, deadline=60))
    assert sum(waits.slept) <= 60
    assert len(server.calls) == len(waits.slept) + 1


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"retry-after": "1.5"}, 1.5),
        (503, {"retry-after": "2"}, 2.0),
        (429, {"retry-after": formatdate(0, usegmt=True)}, 0.0),
        (429, {"retry-after": "soon"}, None),
        (429, {"retry-after-ms": "250", "retry-after": "1"}, 0.25),
        (429, {"retry-after-ms": "soon", "retry-after": "1"}, 1.0),
        (429, {"retry-after": "nan"}, None),
        (429, {"retry-after": "-5"}, 0.0),
        (429, {"x-ratelimit-reset-tokens": "6m0s"}, 360.0),
        (429, {"x-ratelimit-reset-tokens": "20ms"}, 0.02),
        (500, {"x-ratelimit-reset-tokens": "6m0s"}, None),
        (429, {}, None),
    ],
)
def test_an_advised_wait_is_read_from_the_headers(status: int, headers: dict[str, str], wait: float | None) -> None:
    assert advised_wait(status, headers) == wait


NONE_LEFT = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m0s"}
FULL = {"x-ratelimit-remaining-requests": "99", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "8s"}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        (FULL, 8.0),
        ({**FULL, "x-ratelimit-limit-tokens": "4000"}, 2.0),
        ({**FULL, "x-ratelimit-limit-tokens": "500"}, 8.0),
        ({**FULL, "x-ratelimit-remaining-tokens": "1000"}, None),
        ({**FULL, "x-ratelimit-remaining-tokens": "many"}, None),
        ({**FULL, "x-ratelimit-reset-tokens": "soon"}, None),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m0s"}, 60.0),
        (
            {
                "x-ratelimit-remaining-requests": "0",
                "x-ratelimit-reset-requests": "60s",
                "x-ratelimit-limit-requests": "30",
            },
            2.0,
        ),
    ],
)
def test_what_a_server_has_left_says_how_long_to_wait(headers: dict[str, str], wait: float | None) -> None:
    assert wait_for_more(headers, tokens=1000) == wait


@pytest.mark.parametrize(("headers", "slept"), [(FULL, [8.0]), ({**FULL, "x-ratelimit-reset-tokens": "24h"}, [])])
def test_a_server_that_has_nothing_left_is_not_asked_until_it_has(headers: dict[str, str], slept: list[float]) -> None:
    waits = Waits()
    with FaultyServer([Reply(body=completion(GOOD).body, headers=headers)]) as server:
        llm = model(server, waits)

        async def twice() -> None:
            for _ in range(2):
                await llm.answer(build(ARTICLE, Settings()))
            await llm.aclose()

        asyncio.run(twice())
    assert waits.slept == slept
    assert len(server.calls) == 2


# What cannot be helped fails at once


@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (failure(400, "Unknown parameter"), ModelError, "Unknown parameter"),
        (failure(401, f"Incorrect API key provided: {KEY}"), ModelError, "refuses the key"),
        (failure(403), ModelError, "refuses the key"),
        (failure(404, "no such model"), ModelError, "no such model"),
        (failure(422, "what?"), ModelError, "what?"),
        (failure(429, "you are out of credit", "insufficient_quota"), ModelError, "out of credit"),
        (failure(400, "filtered", "content_filter"), ModelRefused, "filtered"),
        (completion(None, refusal="I cannot help with that."), ModelRefused, "I cannot help with that."),
        (completion("", "content_filter"), ModelRefused, "content filter"),
    ],
)
def test_what_cannot_be_helped_is_asked_once(reply: Reply, error: type[ModelError], words: str) -> None:
    with FaultyServer([reply]) as server, pytest.raises(ModelError) as caught:
        ask(model(server))
    assert len(server.calls) == 1
    assert type(caught.value) is error
    assert words in str(caught.value)
    assert not caught.value.retryable


# Answers that are not whole, or not JSON


@pytest.mark.parametrize("bad", ['{"events":[{"price_move":[', "I see no events.", "", '{"events":"none"}', None])
def test_an_answer_that_is_not_json_is_asked_for_once_more(bad: str | None) -> None:
    with FaultyServer([completion(bad), completion(GOOD)]) as server:
        answer = ask(model(server))
    assert claims(answer) == [CLAIM]
    assert (answer.usage.requests, answer.usage.input_tokens, answer.usage.output_tokens) == (2, 200, 20)
    first, second = (call.body["messages"] for call in server.calls)
    assert second[: len(first)] == first
    assert second[len(first)] == {"role": "assistant", "content": bad or ""}


def test_an_answer_that_is_not_json_twice_is_malformed() -> None:
    with FaultyServer([completion("no events")]) as server, pytest.raises(AnswerMalformed, match="no JSON"):
        ask(model(server))
    assert len(server.calls) == 2


def test_what_was_asked_in_vain_is_in_the_bill_once() -> None:
    twins = [Article(ARTICLE.text, id=name) for name in "ab"]
    with FaultyServer([completion(None, refusal="no", delay=0.05)]) as server:
        results = list(Extractor("stub", base_url=server.url, cache={}).extract_all(twins))
        alone = Extractor(model(server), cache=None, budget=(budget := Budget(tokens=10**6)))
        list(alone.extract_all(twins[:1]))
    assert all("declined" in str(result.error) for result in results)
    assert sorted((result.usage.requests, result.usage.input_tokens) for result in results) == [(0, 0), (1, 100)]
    assert budget.spent_tokens == 110


def test_a_repair_that_fails_is_in_the_bill() -> None:
    wrong = completion(wire.render([{**CLAIM, "change": "9%"}]))
    with FaultyServer([wrong, completion(None, refusal="no")]) as server:
        (result,) = Extractor("stub", base_url=server.url, cache=None).extract_all([ARTICLE])
    assert (result.usage.requests, result.usage.output_tokens) == (2, 20)


def test_one_bad_event_is_no_malformed_answer() -> None:
    text = f'{{"events":[null,{{"nonsense":7}},{GOOD[len(chr(123) + chr(34) + "events" + chr(34) + ":[") :]}'
    with FaultyServer([completion(text)]) as server:
        answer = ask(model(server))
    assert len(server.calls) == 1
    assert claims(answer)[-1] == CLAIM


def test_a_cut_off_answer_is_asked_for_with_more_room() -> None:
    with FaultyServer([completion("{", "length"), completion(GOOD)]) as server:
        answer = ask(model(server), build(ARTICLE, Settings(max_tokens=64)))
    assert [call.body["max_tokens"] for call in server.calls] == [64, 128]
    assert claims(answer) == [CLAIM]
    assert answer.usage.output_tokens == 20


def by_sentence(call: Call) -> Reply:
    """An answer to up to two sentences; more do not fit."""
    shown = [line for line in call.body["messages"][1]["content"].splitlines() if line[0].isdigit()]
    if len(shown) > 2:
        return completion("{", "length")
    moves = [{**CLAIM, "evidence": [int(line.split("|")[0])]} for line in shown]
    return completion(wire.render(moves))


def test_an_answer_that_stays_cut_off_is_asked_for_in_two_halves() -> None:
    with FaultyServer(by_sentence) as server:
        answer = ask(model(server))
    assert [claim["evidence"] for claim in claims(answer)] == [[1], [2], [3], [4]]
    assert len(server.calls) == 3


def test_an_answer_without_end_costs_a_handful_of_calls_and_is_said_to_be_cut_off() -> None:
    with FaultyServer([completion("{", "length")]) as server, pytest.raises(AnswerCutOff):
        ask(model(server), build(ARTICLE, Settings(max_tokens=64)))
    assert len(server.calls) == 4


def test_an_article_that_does_not_fit_into_the_model_is_halved_until_it_does() -> None:
    def narrow(call: Call) -> Reply:
        reply = by_sentence(call)
        shown = [line for line in call.body["messages"][1]["content"].splitlines() if line[0].isdigit()]
        return reply if len(shown) == 1 else failure(400, "too many tokens", "context_length_exceeded")

    with FaultyServer(narrow) as server:
        answer = ask(model(server))
    assert [claim["evidence"] for claim in claims(answer)] == [[1], [2], [3], [4]]


def test_a_sentence_that_does_not_fit_is_an_error() -> None:
    with FaultyServer([failure(400, "too many tokens", "context_length_exceeded")]) as server:
        with pytest.raises(AnswerCutOff, match="too many tokens"):
            ask(model(server), build(Article("Nordvik rose 1%."), Settings()))
        assert len(server.calls) == 1


def test_a_long_article_is_asked_about_in_parts_that_each_fit() -> None:
    text = "\n".join(f"Nordvik rose {n}.5% on the day." for n in range(40))
    with FaultyServer(lambda call: completion(wire.render([CLAIM]))) as server:
        answer = ask(model(server, longest=400), build(Article(text), Settings()))
    assert all(len(call.body["messages"][1]["content"]) <= 400 for call in server.calls)
    shown = "\n".join(call.body["messages"][1]["content"] for call in server.calls)
    assert all(f"{n + 1}| Nordvik rose {n}.5%" in shown for n in range(40))
    assert 1 < len(server.calls) == answer.usage.requests
    assert claims(answer) == [CLAIM], "equal events of two parts are one"


def test_a_long_list_of_rejected_events_does_not_part_the_few_sentences_behind_them() -> None:
    reasons = [Reason("number-not-in-source", "change", '"1.6%" is not in sentence 1, which says "1.5%"')]
    request = repair(build(ARTICLE, Settings()), [Rejection(CLAIM, reasons)] * 20)
    with FaultyServer([completion(GOOD)]) as server:
        ask(model(server, longest=500), request)
    assert len(request.user) > 500
    assert len(server.calls) == 1


# Secrets


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500])
def test_no_key_enters_a_message_or_a_log(status: int, caplog: pytest.LogCaptureFixture) -> None:
    reply = failure(status, f"Incorrect API key provided: {KEY}; Bearer {KEY}, sk-test-****cdef")
    with caplog.at_level(logging.DEBUG), FaultyServer([reply]) as server:
        llm = model(server, attempts=2)
        with pytest.raises(ModelError) as caught:
            ask(llm)
    said = [str(caught.value), repr(caught.value), repr(llm)]
    said += [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "openai", "httpcore"))
    ]
    error: BaseException | None = caught.value
    while error is not None:
        said.append(str(error))
        error = error.__cause__
    assert not [words for words in said if "0123456789" in words or "sk-test" in words]


def test_words_of_a_server_are_told_on_one_short_line() -> None:
    words = told("a\nb\x00 " + "x" * 10_000, ())
    assert len(words) <= 300
    assert "\n" not in words


# Every error of a vendor has a counterpart

MEANING = {
    "OpenAIError": ModelError,
    "APIError": ModelError,
    "APIResponseValidationError": ModelUnreachable,
    "APIConnectionError": ModelUnreachable,
    "APITimeoutError": ModelUnreachable,
    "APIStatusError": ModelUnreachable,
    "BadRequestError": ModelError,
    "AuthenticationError": ModelError,
    "OAuthError": ModelError,
    "PermissionDeniedError": ModelError,
    "NotFoundError": ModelError,
    "ConflictError": ModelUnreachable,
    "UnprocessableEntityError": ModelError,
    "RateLimitError": ModelUnreachable,
    "InternalServerError": ModelUnreachable,
    "LengthFinishReasonError": AnswerCutOff,
    "ContentFilterFinishReasonError": ModelRefused,
    "SubjectTokenProviderError": ModelError,
    "WebSocketConnectionClosedError": ModelError,
    "WebSocketQueueFullError": ModelError,
    "StreamAlreadyConsumed": ModelError,
    "MutuallyExclusiveAuthError": ModelError,
    "APIRemovedInV1": ModelError,
    "_AmbiguousModuleClientUsageError": ModelError,
    "InstructorError": ModelError,
    "IncompleteOutputException": AnswerCutOff,
    "InstructorRetryException": ModelError,
    "TokenBudgetError": ModelError,
    "TokenBudgetExceeded": ModelError,
    "TokenUsageUnavailableError": ModelError,
    "ValidationError": AnswerMalformed,
    "ProviderError": ModelError,
    "ConfigurationError": ModelError,
    "RegistryError": ModelError,
    "ValidationContextError": ModelError,
    "ModeError": ModelError,
    "ClientError": ModelError,
    "AsyncValidationError": ModelError,
    "ResponseParsingError": AnswerMalformed,
    "MultimodalError": ModelError,
}
STATUSES = {"APIStatusError": 500, "OAuthError": 401, "InternalServerError": 502}


def subclasses(base: type[Exception]) -> list[type[Exception]]:
    return [base, *(deeper for subclass in base.__subclasses__() for deeper in subclasses(subclass))]


VENDOR_ERRORS = [*subclasses(openai.OpenAIError), *subclasses(instructor_errors.InstructorError)]


def test_every_vendor_error_is_in_the_table() -> None:
    assert {error.__name__ for error in VENDOR_ERRORS} == set(MEANING)


@pytest.mark.parametrize("vendor_error", VENDOR_ERRORS, ids=lambda error: error.__name__)
def test_every_vendor_error_has_a_counterpart(vendor_error: type[Exception]) -> None:
    error = vendor_error.__new__(vendor_error)
    if issubclass(vendor_error, openai.APIStatusError | openai.APIResponseValidationError):
        error.status_code = getattr(vendor_error, "status_code", STATUSES.get(vendor_error.__name__))  # type: ignore[attr-defined]
    translated = LLMModel("stub", base_url="http://127.0.0.1:1")._translated(error)
    assert type(translated) is MEANING[vendor_error.__name__]


# An instructor client of one's own


@pytest.mark.parametrize("mode", [instructor.Mode.JSON_SCHEMA, instructor.Mode.TOOLS, instructor.Mode.MD_JSON])
@pytest.mark.parametrize("is_async", [True, False])
def test_an_instructor_client_can_be_handed_in(mode: instructor.Mode, is_async: bool) -> None:
    def reply(call: Call) -> Reply:
        if "tools" not in call.body:
            return completion(f"```json\n{GOOD}\n```" if mode is instructor.Mode.MD_JSON else GOOD)
        function = {"name": call.body["tools"][0]["function"]["name"], "arguments": GOOD}
        body = json.loads(completion(None).body)
        body["choices"][0]["message"]["tool_calls"] = [{"id": "t", "type": "function", "function": function}]
        return Reply(body=json.dumps(body).encode())

    with FaultyServer(reply) as server:
        vendor = openai.AsyncOpenAI if is_async else openai.OpenAI
        client = instructor.from_openai(vendor(base_url=server.url, api_key=KEY, max_retries=0), mode=mode)
        llm = LLMModel("stub", client=client)
        answer = ask(llm)
    assert claims(answer) == [CLAIM]
    assert answer.usage.input_tokens == 100
    assert llm.name == "instructor/stub"
    assert KEY not in repr(llm)


@pytest.mark.parametrize(
    ("reply", "error"),
    [(failure(500), ModelUnreachable), (failure(401), ModelError), (completion("{", "length"), AnswerCutOff)],
)
def test_errors_of_a_client_that_was_handed_in_are_translated_too(reply: Reply, error: type[ModelError]) -> None:
    with FaultyServer([reply]) as server:
        vendor = openai.AsyncOpenAI(base_url=server.url, api_key=KEY, max_retries=0)
        llm = LLMModel("stub", client=instructor.from_openai(vendor, mode=instructor.Mode.JSON_SCHEMA))
        with pytest.raises(ModelError) as caught:
            ask(llm, build(Article("Nordvik rose 1%."), Settings()))
    assert type(caught.value) is error


def test_a_client_that_was_handed_in_keeps_the_limits() -> None:
    with FaultyServer(lambda call: completion(GOOD, delay=0.02)) as server:
        vendor = openai.AsyncOpenAI(base_url=server.url, api_key=KEY, max_retries=0)
        client = instructor.from_openai(vendor, mode=instructor.Mode.JSON_SCHEMA)
        extractor = Extractor(client, model_name="stub", cache=None, calls_at_once=2)
        articles = [Article(f"Harbour 40 rose 1.5% in week {number}.") for number in range(8)]
        assert [result.error for result in extractor.extract_all(articles, concurrency=8)] == [None] * 8
    assert server.most_at_once == 2
