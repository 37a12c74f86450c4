"""A run costs no more than it may, and what a model costs is known or said to be unknown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from decimal import Decimal

import pytest

from marketextract import BudgetSpent, Extractor, ModelRefused, ModelUnreachable, SettingsError
from marketextract.budget import Budget, Price, cost_of, price_of
from marketextract.extraction import Usage
from marketextract.models.base import Answer
from test_pipeline import some


@dataclass
class Costly:
    """A model that spends the same for every answer, or fails."""

    name: str = "openai/gpt-4.1-mini"
    failure: Exception | None = None
    asked: int = 0

    async def answer(self, request: object) -> Answer:
        self.asked += 1
        await asyncio.sleep(0.001)
        if self.failure:
            raise self.failure
        return Answer('{"events":[]}', Usage(requests=1, input_tokens=3000, output_tokens=1000))


def run(budget: Budget, model: Costly, count: int = 100, **settings: object) -> list[str | None]:
    extractor = Extractor(model, budget=budget, **settings)  # type: ignore[arg-type]
    return [result.error for result in extractor.extract_all(some(count), concurrency=8)]


@pytest.mark.parametrize(
    "budget", [Budget(tokens=100_000), Budget(money="0.07"), Budget(money=25, price=Price(Decimal(200), Decimal(500)))]
)
def test_a_run_ends_when_its_budget_is_spent_with_everything_so_far(budget: Budget) -> None:
    model = Costly()
    errors = run(budget, model)
    done = errors.count(None)
    assert len(errors) == 100
    assert done == model.asked
    assert 10 < done < 30
    assert all("budget" in str(error) for error in errors if error)
    assert budget.tokens is None or budget.spent_tokens <= budget.tokens
    assert budget.money is None or budget.spent_money <= budget.money


def test_what_is_spent_can_be_read() -> None:
    budget = Budget(tokens=10**6)
    run(budget, Costly(), 3)
    assert budget.spent_tokens == 12_000
    assert budget.spent_money == 3 * (3000 * Decimal("0.40") + 1000 * Decimal("1.60")) / 1_000_000
    assert "12000" in repr(budget)


def test_extractors_share_a_budget() -> None:
    budget = Budget(tokens=60_000)
    first, second = Costly(), Costly("openai/gpt-4.1")
    run(budget, first)
    assert "budget" in str(run(budget, second, 1)[0])
    assert second.asked == 0


def test_an_answer_from_the_cache_costs_nothing() -> None:
    cache: dict[str, str] = {}
    run(Budget(tokens=10**6), Costly(), 20, cache=cache)
    nothing = Budget(tokens=1)
    assert run(nothing, Costly(), 20, cache=cache) == [None] * 20
    assert nothing.spent_tokens == 0


def test_one_article_raises() -> None:
    with pytest.raises(BudgetSpent, match="1 tokens"):
        Extractor(Costly(), budget=Budget(tokens=1)).extract("The Dow fell 1%.")


@pytest.mark.parametrize(("failure", "charged"), [(ModelUnreachable("gone"), False), (ModelRefused("no"), True)])
def test_a_failure_is_charged_for_when_it_was_paid(failure: Exception, charged: bool) -> None:
    budget = Budget(tokens=10**6)
    run(budget, Costly(failure=failure), 2)
    assert (budget.spent_tokens > 0) is charged
    assert "reserved" not in repr(budget)


def test_a_budget_that_limits_nothing_or_cannot_be_reckoned_is_refused() -> None:
    with pytest.raises(SettingsError, match="tokens or money"):
        Budget()
    with pytest.raises(SettingsError, match="price of own/model"):
        Extractor(Costly("own/model"), budget=Budget(money=1))
    Extractor(Costly("own/model"), budget=Budget(tokens=1))


def test_the_rules_cost_nothing() -> None:
    budget = Budget(tokens=1)
    assert Extractor("rules", budget=budget).extract("The Dow fell 1%.").events
    assert budget.spent_tokens == 0


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("gpt-4.1", True),
        ("openai/gpt-4.1-mini", True),
        ("openai/gpt-4.1-mini-2025-04-14", True),
        ("openai/gpt-4.1-minimal", False),
        ("local/SmolLM2-135M-Instruct", False),
        ("", False),
    ],
)
def test_a_price_is_known_or_said_to_be_unknown(model: str, known: bool) -> None:
    assert (price_of(model) is not None) is known
    assert (cost_of(Usage(input_tokens=1), model) is not None) is known
    assert cost_of(Usage(cache_hits=1), model) == 0
    assert known or cost_of(Usage(requests=1), model) is None, "a model that does not count tokens is not free"


def test_a_result_says_what_it_cost_or_that_this_is_not_known() -> None:
    (known,) = Extractor(Costly()).extract_all(some(1))
    assert known.cost == Decimal("0.0028")
    assert known.to_dict()["usage"]["money"] == "0.0028"
    (unknown,) = Extractor(Costly("own/model")).extract_all(some(1))
    assert unknown.cost is None
    assert unknown.to_dict()["usage"]["money"] is None
