"""What a server's failure means, and how long it asks to wait: pure functions over statuses, codes and headers.

Goes in: what a response says. Comes out: the class of our error tree that it belongs to and words without a secret.
"""

from __future__ import annotations

import email.utils
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from marketextract.errors import AnswerCutOff, ModelError, ModelRefused, ModelUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TRANSIENT = frozenset({408, 409, 425, 429})
_NO_ACCESS = frozenset({401, 403})
_TOO_MANY = 429
_SERVER_ERROR = 500
_LONGEST_COUNT = 12
_REFUSALS = frozenset({"content_filter", "content_policy_violation"})
_OVERFLOWS = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_HOPELESS = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
_KEY = re.compile(r"\b(?:sk|key|Bearer)[-_ ][A-Za-z0-9*_.-]{4,200}")
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class ArticleTooLong(AnswerCutOff):
    """The article does not fit into the model's context: more room for the answer would not help, less article does."""


def meaning_of_status(status: int, codes: Iterable[object], message: str) -> tuple[type[ModelError], str]:
    """The error that an HTTP status with the `code` and `type` of its body means, and what may be told of it."""
    words = f"the server answers {status}: {message}"
    named = {code for code in codes if isinstance(code, str)}
    if status in _NO_ACCESS:
        return ModelError, f"the server refuses the key ({status})"  # its message may repeat the key
    if named & _REFUSALS:
        return ModelRefused, words
    if named & _OVERFLOWS:
        return ArticleTooLong, words
    if (status in _TRANSIENT or status >= _SERVER_ERROR) and not named & _HOPELESS:
        return ModelUnreachable, words
    return ModelError, words


def advised_wait(status: int, headers: Mapping[str, str]) -> float | None:
    """The seconds that a response asks to wait, by `Retry-After` or by when its limits are reset, if it does."""
    if (exactly := headers.get("retry-after-ms")) is not None and (milliseconds := _seconds(exactly)) is not None:
        return milliseconds / 1000
    if (after := headers.get("retry-after")) is not None:
        return _seconds(after)
    if status != _TOO_MANY:
        return None
    resets = [_duration(headers.get(f"x-ratelimit-reset-{what}", "")) for what in ("requests", "tokens")]
    return max((reset for reset in resets if reset is not None), default=None)


def wait_for_more(headers: Mapping[str, str], tokens: int) -> float | None:
    """The seconds until the server takes another request of so many tokens, when a response says that it would not now.

    What is left grows evenly until the reset, so only the part that is lacking has to be waited for.
    """
    waits = [_until(headers, "requests", 1), _until(headers, "tokens", tokens)]
    return max((wait for wait in waits if wait is not None), default=None)


def _until(headers: Mapping[str, str], what: str, needed: int) -> float | None:
    left = _count(headers.get(f"x-ratelimit-remaining-{what}"))
    if left is None or left >= needed:
        return None
    reset, limit = (
        _duration(headers.get(f"x-ratelimit-reset-{what}", "")),
        _count(headers.get(f"x-ratelimit-limit-{what}")),
    )
    if reset is None or limit is None or limit <= needed:
        return reset
    return reset * (needed - left) / (limit - left)


def _count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= _LONGEST_COUNT else None


def told(words: str, secrets: Iterable[str | None]) -> str:
    """Words of a server on one line, without a key, and not too many."""
    for secret in secrets:
        if secret:
            words = words.replace(secret, "***")
    return " ".join(_KEY.sub("***", words[:2000]).split())[:300]


def is_address(url: str) -> bool:
    """Whether a server can be asked at this address."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port above 65535, or half of an IPv6 address
        return False


def address(url: str) -> str:
    """The address of a server without what may be secret in it: user, password and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


def _seconds(retry_after: str) -> float | None:
    """A `Retry-After`: a number of seconds, or an HTTP date."""
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if seconds == seconds else None  # noqa: PLR0124 - "nan" is a float and no wait


def _duration(text: str) -> float | None:
    """The seconds of "6m0s" or "20ms"."""
    parts = _DURATION.findall(text)
    return sum(float(number) * _SECONDS[unit] for number, unit in parts) if parts else None
