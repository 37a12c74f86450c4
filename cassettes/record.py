"""The recordings: the table of what is asked, how a cassette is matched, and `python -m cassettes.record`.

Goes in: nothing but the local model. Comes out: one file in `cassettes/test_cassettes/` for each row of the table.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import vcr

from marketextract.article import Article
from marketextract.errors import ModelError
from marketextract.events import PriceMove, Tariff
from marketextract.extraction import LedgerEntry, Reason, Rejection
from marketextract.models.local import LocalModel, server_address
from marketextract.request import Request, Settings, build, leftovers, repair

if TYPE_CHECKING:
    from collections.abc import Callable

    from marketextract.models.base import Answer

FOLDER = Path(__file__).parent / "test_cassettes"
PORT = 18765
ADDRESS = f"http://127.0.0.1:{PORT}/v1"

_MOVES = Settings(event_types=(PriceMove,))
_BRIEF = "The Harbour 40 rose 1.5% on Monday. Nordvik gained 2.25% and Ostra fell 0.4%."
_WRAP = """Harbour stocks rise on bank gains

The Harbour 40 rose 1.5% to 3,112.6 on Monday, its best day since March. Lenders led the way: Nordvik gained 2.25%.

Ostra fell 0.4% after a weak forecast. Lyria said it would put a 15% tariff on steel from Vesmar."""
_WRONG = Rejection(
    {"type": "price_move", "evidence": [2], "instrument": "Nordvik", "direction": "up", "change": "2.52%"},
    [Reason("number-not-in-source", "change", '"2.52%" is not in sentence 2, which says "2.25%"')],
)


_NAME = LocalModel(base_url=ADDRESS).name


def _brief(settings: Settings = _MOVES) -> Request:
    return build(Article(_BRIEF), settings)


def _second_pass() -> Request:
    at = _BRIEF.index("0.4%")
    return leftovers(_brief(), [LedgerEntry("0.4%", at, at + 4, "uncaptured")])


@dataclass(frozen=True)
class Recording:
    """One conversation: the name of its cassette, what is asked, and how much of an article is shown at once."""

    name: str
    request: Callable[[], Request]
    longest: int = 1500

    @property
    def path(self) -> Path:
        """The file of the cassette."""
        return FOLDER / f"{self.name}.yaml"


RECORDINGS = (
    Recording("moves", _brief),
    Recording("moves_and_tariffs", lambda: build(Article(_WRAP), Settings(event_types=(PriceMove, Tariff)))),
    Recording("repair", lambda: repair(_brief(), [_WRONG])),
    Recording("second_pass", _second_pass),
    Recording("more_room", lambda: repair(_brief(replace(_MOVES, max_tokens=24)), [_WRONG])),
    Recording("in_parts", lambda: build(Article(_WRAP), _MOVES), longest=200),
    # One sentence whose characters the model has no tokens for, so that each takes several.
    Recording("too_long", lambda: build(Article(f"Nordvik rose {'騰' * 1900}."), _MOVES), longest=10**6),
)


def cassette(recording: Recording, mode: str) -> Any:
    """The cassette of a recording, in a record mode of vcrpy; a call that differs in anything is another call."""
    recorder = vcr.VCR(
        match_on=["method", "scheme", "host", "port", "path", "query", "body"],
        before_record_request=_without_headers,
        before_record_response=_without_timings,
        decode_compressed_response=True,
    )
    return recorder.use_cassette(str(recording.path), record_mode=mode)


async def converse(recording: Recording) -> Answer | ModelError:
    """The answer to a recording's request, or the error that the model ends in."""
    model = LocalModel(base_url=ADDRESS, longest=recording.longest, attempts=1)
    try:
        return await model.answer(recording.request())
    except ModelError as error:
        return error
    finally:
        await model.aclose()


def _without_headers(request: Any) -> Any:
    """The request without what names a key or a machine, or changes with every release of a client."""
    request.headers = {name: value for name, value in request.headers.items() if name.lower() == "content-type"}
    return request


def _without_timings(response: Any) -> Any:
    """The response without the speed and the folders of the machine that it was recorded on."""
    kept = {name: value for name, value in response["headers"].items() if name.lower() == "content-type"}
    body = json.loads(response["body"]["string"])
    body.pop("timings", None)
    if "model" in body:
        body["model"] = _NAME
    return {**response, "headers": kept, "body": {"string": json.dumps(body).encode()}}


def main() -> None:
    """Record every conversation again, against the local model on a fixed port."""
    logging.getLogger("vcr").setLevel(logging.ERROR)
    server_address(PORT)
    FOLDER.mkdir(exist_ok=True)
    for recording in RECORDINGS:
        recording.path.unlink(missing_ok=True)
        with cassette(recording, "all"):
            outcome = asyncio.run(converse(recording))
        sys.stdout.write(f"{recording.path.name}: {outcome}\n")


if __name__ == "__main__":
    main()
