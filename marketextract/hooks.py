"""What happens on the way of an article, told to whoever listens.

Goes in: an object with the methods of `Hooks`, as `Extractor(hooks=...)`; a subclass of it needs only those it is
interested in. Every `on_request` is followed by one `on_response` or one `on_failure` for the same call. A hook can
change nothing, and one that raises is logged and harms no article.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from marketextract.article import Article
    from marketextract.errors import ModelError
    from marketextract.extraction import Rejection, Usage
    from marketextract.request import Request

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class ModelCall:
    """One call to a model. `server` is its address, None for OpenAI's own; `room` the limit of tokens, if there is one.

    Answers from the cache are no calls.
    """

    model: str
    server: str | None
    request: Request
    room: int | None


class Hooks(Protocol):
    """What can be listened to. The methods are called in the event loop of the extraction and should be quick."""

    def on_request(self, call: ModelCall) -> None:
        """A call is about to be sent."""

    def on_response(self, call: ModelCall, usage: Usage) -> None:
        """A call has brought an answer; `usage` is what this one call cost."""

    def on_failure(self, call: ModelCall, failure: ModelError) -> None:
        """A call has brought no answer."""

    def on_retry(self, call: ModelCall, failure: ModelError, wait: float) -> None:
        """What a call asked for will be asked again after `wait` seconds."""

    def on_reject(self, article: Article, rejection: Rejection) -> None:
        """A claimed event was rejected, and no repair has saved it."""


def tell(hook: Callable[[], None]) -> None:
    """Call a hook, whatever it does."""
    try:
        hook()
    except Exception:
        _log.exception("a hook failed")
