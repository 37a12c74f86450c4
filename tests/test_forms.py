"""Whatever a server says is read without an exception."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketextract.models.failures import address, advised_wait, meaning_of_status, told
from marketextract.models.forms import Asked, Chat, Completion, Form, Responses

FORMS: list[Form] = [Chat(), Chat("max_completion_tokens"), Responses()]

KEYS = [
    "choices",
    "message",
    "content",
    "finish_reason",
    "refusal",
    "usage",
    "status",
    "output",
    "type",
    "text",
    "incomplete_details",
    "reason",
]
keys = st.sampled_from(KEYS)
words = st.text(max_size=8) | st.sampled_from(
    ["completed", "incomplete", "output_text", "refusal", "length", "message"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=30,
)


@given(json_values)
@pytest.mark.parametrize("form", FORMS)
def test_any_json_is_a_completion_or_none(form: Form, response: Any) -> None:
    completion = form.completion(response)
    if completion is not None:
        assert isinstance(completion, Completion)
        assert isinstance(completion.text, str)
        assert completion.refusal is None or isinstance(completion.refusal, str)
        assert completion.ended in ("stop", "length", "content_filter")


@given(words, words, st.none() | st.integers(1, 9999), st.none() | st.floats(0, 2))
@pytest.mark.parametrize("form", FORMS)
def test_a_body_is_json_and_holds_nothing_that_is_not_set(
    form: Form, model: str, content: str, room: int | None, temperature: float | None
) -> None:
    messages = [{"role": "user", "content": content}]
    body = json.loads(form.body(Asked(model, messages, '{"type":"object"}', room, temperature)))
    assert None not in body.values()
    assert body["model"] == model
    assert messages in body.values()
    assert '"strict": true, "schema": {"type": "object"}' in json.dumps(body)


@given(st.integers(100, 599), st.text(max_size=40) | st.from_regex(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} .{0,12}"))
def test_any_header_is_a_wait_or_none(status: int, header: str) -> None:
    for name in ("retry-after", "x-ratelimit-reset-requests"):
        wait = advised_wait(status, {name: header})
        assert wait is None or wait >= 0


@given(st.integers(100, 599), st.lists(json_values, max_size=2), st.text())
def test_any_status_means_something(status: int, codes: list[Any], message: str) -> None:
    kind, told_words = meaning_of_status(status, codes, message)
    assert str(status) in str(kind(told_words))


@given(st.text(), st.lists(st.text(st.characters(categories=("L", "N")), min_size=4), max_size=2))
def test_what_is_told_holds_no_secret_and_is_short(message: str, secrets: list[str]) -> None:
    said = told(message + "".join(secrets), secrets)
    assert len(said) <= 300
    assert not any(secret in said for secret in secrets)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("https://user:password@host.example/v1?key=1#x", "https://host.example/v1"),
        ("host/v1", "://host/v1"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, shown: str) -> None:
    assert address(url) == shown
