"""Everything this library raises.

    MarketExtractError
    ├── ArticleError        a text that cannot be an article: unreadable, binary, empty
    ├── SchemaError         an event type that cannot be extracted
    ├── SettingsError       settings that contradict each other, or a model name that means nothing
    ├── ClaimError          events handed to `validate` that do not have the shape of a claim
    ├── MissingExtra        a part of the library whose optional dependency is not installed
    └── ModelError          a model gave no usable answer; `retryable` says whether asking again could help
        ├── ModelUnreachable    no connection, a time-out, or a server that kept failing
        ├── ModelRefused        the model or its content filter declined
        ├── BudgetSpent         the budget of a run does not cover another request
        ├── AnswerCutOff        the answer hit the token limit
        └── AnswerMalformed     the answer is not the JSON that was asked for

An event that the text does not support is no error: it comes back as a rejection with its reasons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketextract.extraction import Usage


class MarketExtractError(Exception):
    """Base of every error of this library."""


class ArticleError(MarketExtractError):
    """A text cannot be used as an article."""


class SchemaError(MarketExtractError):
    """An event type cannot be extracted."""


class SettingsError(MarketExtractError):
    """Settings contradict each other or name something unknown."""


class ClaimError(MarketExtractError):
    """Events handed to `validate` do not have the shape of a claim."""


class MissingExtra(MarketExtractError, ImportError):
    """An optional dependency is not installed; the message names the extra that brings it."""


class ModelError(MarketExtractError):
    """A model gave no usable answer for one article. `usage` is what it cost all the same, if that is known."""

    retryable = False
    usage: Usage | None = None


class ModelUnreachable(ModelError):
    """No connection, a time-out, or a server that kept failing."""

    retryable = True


class ModelRefused(ModelError):
    """The model or its content filter declined to answer."""


class BudgetSpent(ModelError):
    """The budget of a run does not cover another request."""


class AnswerCutOff(ModelError):
    """The answer hit the token limit before it was complete."""


class AnswerMalformed(ModelError):
    """The answer is not the JSON that was asked for."""
