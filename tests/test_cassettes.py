"""What a real model answered over real HTTP, replayed with the network closed."""

import asyncio
import json
import re
import socket
from dataclasses import replace
from typing import Any

import pytest
import yaml

from cassettes.record import FOLDER, RECORDINGS, Recording, cassette, converse
from marketextract import wire
from marketextract.article import Article
from marketextract.errors import AnswerCutOff, ModelUnreachable
from marketextract.fields import by_type_name, fields_of
from marketextract.models.base import Answer
from marketextract.request import build

ANSWERED = [recording for recording in RECORDINGS if recording.name != "too_long"]


def named(name: str) -> Recording:
    return next(recording for recording in RECORDINGS if recording.name == name)


@pytest.fixture(autouse=True)
def network_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network is closed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


def replay(recording: Recording) -> tuple[Any, Any]:
    with cassette(recording, "none") as tape:
        return asyncio.run(converse(recording)), tape


def bodies(tape: Any) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in tape.requests]


@pytest.mark.parametrize("recording", ANSWERED, ids=lambda recording: recording.name)
def test_an_answer_holds_only_what_the_schema_allows(recording: Recording) -> None:
    answer, tape = replay(recording)
    assert isinstance(answer, Answer)
    assert tape.all_played
    types = by_type_name(recording.request().settings.event_types)
    claims = wire.parse(answer.text, recording.request().settings.event_types)
    assert claims
    for claim in claims:
        specs = {spec.name: spec for spec in fields_of(types[claim["type"]])}
        assert all(isinstance(number, int) for number in claim["evidence"])
        for name, value in claim.items():
            if name not in ("type", "evidence"):
                assert not specs[name].choices or value in specs[name].choices


@pytest.mark.parametrize("recording", ANSWERED, ids=lambda recording: recording.name)
def test_the_tokens_that_the_server_counted_are_the_usage(recording: Recording) -> None:
    answer, tape = replay(recording)
    counted = [json.loads(response["body"]["string"])["usage"] for response in tape.responses]
    assert answer.usage.requests == len(tape.requests)
    assert answer.usage.input_tokens == sum(usage["prompt_tokens"] for usage in counted)
    assert answer.usage.output_tokens == sum(usage["completion_tokens"] for usage in counted)


def test_a_rejected_event_is_set_right_by_a_second_question() -> None:
    answer, _ = replay(named("repair"))
    (claim,) = wire.parse(answer.text, named("repair").request().settings.event_types)
    assert claim["change"] == "2.25%"


def test_a_cut_off_answer_is_asked_for_with_twice_the_room() -> None:
    _, tape = replay(named("more_room"))
    assert [body["max_tokens"] for body in bodies(tape)] == [24, 48]


def test_an_article_is_asked_about_in_parts_that_keep_their_numbers() -> None:
    _, tape = replay(named("in_parts"))
    shown = [re.findall(r"^(\d+)\|", body["messages"][1]["content"], re.MULTILINE) for body in bodies(tape)]
    assert len(shown) > 1
    assert [number for part in shown for number in part] == [str(n) for n in named("in_parts").request().shown]


def test_a_sentence_that_no_context_holds_is_an_error_that_says_so() -> None:
    error, _ = replay(named("too_long"))
    assert isinstance(error, AnswerCutOff)
    assert "exceeds the available context size" in str(error)


def test_another_question_is_not_answered_from_a_cassette() -> None:
    other = build(Article("Nordvik lost 7%."), named("moves").request().settings)
    error, _ = replay(replace(named("moves"), request=lambda: other))
    assert isinstance(error, ModelUnreachable)


def test_every_recording_has_its_cassette_and_no_cassette_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {recording.path.name for recording in RECORDINGS}


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_a_cassette_holds_no_key_and_no_trace_of_a_machine(recording: Recording) -> None:
    text = recording.path.read_text(encoding="utf-8")
    assert not re.search(
        r"authorization|bearer|user-agent|x-stainless|site-packages|/home/|timings", text, re.IGNORECASE
    )
    for interaction in yaml.safe_load(text)["interactions"]:
        assert {name.lower() for name in interaction["request"]["headers"]} <= {"content-type"}
        assert interaction["request"]["uri"] == "http://127.0.0.1:18765/v1/chat/completions"
