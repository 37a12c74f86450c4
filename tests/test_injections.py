"""Articles that address the model: they stay inside their frame, and an obedient model gets no number past the text."""

import asyncio
import re
from pathlib import Path

import pytest

from faulty_server import FaultyServer, completion
from marketextract import Article, Extraction, Extractor, wire
from marketextract.models.llm import LLMModel
from marketextract.request import Settings, build

INJECTIONS = sorted((Path(__file__).parent / "data" / "injections").glob("*.txt"))
KEY = "sk-test-0123456789abcdef"
ORDERED = {"type": "price_move", "evidence": [1], "instrument": "Harbour 40", "direction": "up", "change": "99%"}
PLAIN = Article("Tin fell 2.5% on Monday.")

each_injection = pytest.mark.parametrize("path", INJECTIONS, ids=lambda path: path.stem)


@each_injection
def test_the_frame_stays_closed_around_numbered_sentences(path: Path) -> None:
    request = build(Article.from_file(path), Settings())
    first, *lines, last = re.split("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]", request.user)
    assert (first, last) == ("<article>", "</article>")
    assert [line.split("|")[0] for line in lines] == [str(number) for number in request.shown]
    assert not any(re.search("</?article>", line, re.IGNORECASE) for line in lines)
    assert request.system == build(PLAIN, Settings()).system


@each_injection
def test_what_an_obedient_model_answers_is_held_against_the_sentence(path: Path) -> None:
    async def run(url: str) -> Extraction:
        model = LLMModel("stub", base_url=url, api_key=KEY)
        return await Extractor(model, cache=None).aextract(Article.from_file(path))

    with FaultyServer([completion(wire.render([ORDERED]))]) as server:
        extraction = asyncio.run(run(server.url))
    assert len(extraction.events) + len(extraction.rejected) == 1
    text = extraction.article.text
    for event in extraction.events:
        evidence = " ".join(text[span.start : span.end] for span in event.evidence)
        assert event.change.text in evidence  # type: ignore[attr-defined]


@each_injection
def test_no_template_is_filled_in(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FaultyServer([completion('{"events":[]}')]) as server:
        request = build(Article.from_file(path), Settings())
        asyncio.run(LLMModel("stub", base_url=server.url).answer(request))
    (call,) = server.calls
    assert call.body["messages"] == request.messages
    sent = call.body["messages"][1]["content"]
    assert KEY not in sent
    for template in ("{{ 98 + 1 }}", "${OPENAI_API_KEY}", "[[TYPES]]", "%(key)s"):
        assert (template in sent) == (template in path.read_text(encoding="utf-8"))
