"""What a run may cost: a budget in tokens or money that several extractors may share, and a model that keeps to it.

Goes in: requests. Comes out: answers while the budget lasts, then `BudgetSpent` for each further request, so that a run
ends cleanly with everything so far delivered. An answer from the cache costs nothing, since the cache is asked first.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from marketextract import lexicon
from marketextract.errors import BudgetSpent, ModelError, ModelUnreachable, SettingsError
from marketextract.extraction import Usage

if TYPE_CHECKING:
    from marketextract.models.base import Answer, Model
    from marketextract.request import Request

_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}\Z")
_CHARACTERS_A_TOKEN = 3  # fewer than there are in English, since numbers and JSON have fewer
_FIRST_ANSWER = 1000  # tokens to reckon with before any answer has been seen


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens of input and of output."""

    input: Decimal
    output: Decimal

    def of(self, input_tokens: int, output_tokens: int) -> Decimal:
        """The price of so many tokens, in US dollars."""
        return (self.input * input_tokens + self.output * output_tokens) / 1_000_000


def price_of(model: str) -> Price | None:
    """The list price of a model by its name, as in "openai/gpt-4.1-mini"; None when it is not known.

    >>> price_of("openai/gpt-4.1-mini-2025-04-14")
    Price(input=Decimal('0.40'), output=Decimal('1.60'))
    >>> price_of("mistral-small") is None
    True
    """
    return _prices().get(_DATED.sub("", model.removeprefix("openai/")))


def cost_of(usage: Usage, model: str) -> Decimal | None:
    """What the usage of a model cost at its list price, in US dollars; None when that is not known."""
    price = price_of(model)
    if price is not None:
        return price.of(usage.input_tokens, usage.output_tokens)
    return None if usage.requests or usage.input_tokens or usage.output_tokens else Decimal(0)


class Budget:
    """Tokens and US dollars to spend. Share one between extractors, and they share what it holds."""

    def __init__(
        self, *, tokens: int | None = None, money: Decimal | float | str | None = None, price: Price | None = None
    ) -> None:
        """Allow so many `tokens` (input and output together) or so much `money`, or what is reached first.

        `price` is for a model whose list price is not known or not yours. A request is let through when the budget
        covers what it is reckoned to cost together with those under way, so the limit is overrun only by answers that
        are longer than any before.
        """
        if tokens is None and money is None:
            raise SettingsError("a budget needs a limit: give tokens or money")
        self.tokens, self.money, self.price = tokens, None if money is None else Decimal(str(money)), price
        self.spent_tokens, self.spent_money = 0, Decimal(0)
        self._reserved_tokens, self._reserved_money = 0, Decimal(0)
        self._longest_answer = _FIRST_ANSWER
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        """What is spent and what is allowed."""
        spent = f"spent_tokens={self.spent_tokens}, spent_money={self.spent_money}"
        return f"Budget(tokens={self.tokens}, money={self.money}, {spent})"

    def price_for(self, model: str) -> Price | None:
        """The price to reckon with; `SettingsError` when money is limited and there is none."""
        price = self.price or price_of(model)
        if price is None and self.money is not None:
            raise SettingsError(f"the price of {model} is not known: give Budget(price=Price(input, output))")
        return price

    def reserve(self, request: Request, price: Price | None) -> _Reservation:
        """Put aside what a request is reckoned to cost; `BudgetSpent` when that is not there."""
        characters = len(request.system) + len(request.user) + len(request.schema_json)
        put_in, put_out = characters // _CHARACTERS_A_TOKEN, request.settings.max_tokens or self._longest_answer
        reservation = _Reservation(put_in + put_out, price.of(put_in, put_out) if price else Decimal(0))
        with self._lock:
            if self.tokens is not None and self._reach_of_tokens(reservation) > self.tokens:
                raise BudgetSpent(f"the budget of {self.tokens} tokens is spent")
            if self.money is not None and self._reach_of_money(reservation) > self.money:
                raise BudgetSpent(f"the budget of ${self.money} is spent")
            self._reserved_tokens += reservation.tokens
            self._reserved_money += reservation.money
        return reservation

    def settle(self, reservation: _Reservation, tokens: int, money: Decimal, answer_tokens: int = 0) -> None:
        """Replace what was put aside by what was spent."""
        with self._lock:
            self._reserved_tokens -= reservation.tokens
            self._reserved_money -= reservation.money
            self.spent_tokens += tokens
            self.spent_money += money
            self._longest_answer = max(self._longest_answer, answer_tokens)

    def _reach_of_tokens(self, reservation: _Reservation) -> int:
        return self.spent_tokens + self._reserved_tokens + reservation.tokens

    def _reach_of_money(self, reservation: _Reservation) -> Decimal:
        return self.spent_money + self._reserved_money + reservation.money


@dataclass(frozen=True, slots=True)
class _Reservation:
    tokens: int
    money: Decimal


class BudgetedModel:
    """A model that asks only while a budget lasts."""

    def __init__(self, model: Model, budget: Budget) -> None:
        """Wrap `model`. `SettingsError` when the budget is in money and the price of the model is not known."""
        self._model = model
        self._budget = budget
        self._price = budget.price_for(model.name)

    @property
    def name(self) -> str:
        """The name of the wrapped model."""
        return self._model.name

    @property
    def identity(self) -> str:
        """The identity of the wrapped model, for the cache."""
        return str(getattr(self._model, "identity", self._model.name))

    async def answer(self, request: Request) -> Answer:
        """The answer to one request; `BudgetSpent` when the budget does not cover it."""
        reservation = self._budget.reserve(request, self._price)
        spent: Usage | None = None
        try:
            answer = await self._model.answer(request)
            spent = answer.usage
        except ModelError as error:
            spent = error.usage
            if isinstance(error, ModelUnreachable):  # what never answered is not charged for
                spent = spent or Usage()
            elif spent is not None and not spent.output_tokens:  # what has failed otherwise is reckoned as paid
                spent = None
            raise
        finally:
            self._settle(reservation, spent)
        return answer

    def _settle(self, reservation: _Reservation, spent: Usage | None) -> None:
        """Charge what was spent; what was put aside when that is not known."""
        if spent is None:
            self._budget.settle(reservation, reservation.tokens, reservation.money)
            return
        money = self._price.of(spent.input_tokens, spent.output_tokens) if self._price else Decimal(0)
        self._budget.settle(reservation, spent.input_tokens + spent.output_tokens, money, spent.output_tokens)


@lexicon.derived
def _prices() -> dict[str, Price]:
    return {row[0]: Price(Decimal(row[1]), Decimal(row[2])) for row in lexicon.rows("prices")}
