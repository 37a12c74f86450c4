"""The typed events: what an extraction delivers.

Every event type is a subclass of `Event`; so is every type of your own. The fields of a type say what may be claimed:

    `Name`, `Instrument`, `Party`   a name as printed, with its span
    `Quantity`                      a number phrase as printed, with its span, value and unit
    `Literal[...]`                  a choice
    `Moment`                        a time phrase as printed, with its span and the day that it means
    `str`                           words of the text; any number in them must stand in the evidence
    `Decimal`, `int`, `float`       a bare number, which must stand in the evidence
    `list[...]` of these            several

No I/O happens here, and nothing here decides whether a claim is true.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from marketextract.quantities import Quantity

Direction = Literal["up", "down", "flat"]
InstrumentKind = Literal[
    "index", "stock", "sector", "market", "future", "currency", "commodity", "bond", "crypto", "fund"
]


class Span(BaseModel):
    """A stretch of the article's text, from `start` up to and without `end`, in characters."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int


class Moment(Span):
    """A time phrase as the article prints it and where it stands. `value` is the day that it means, if it means one."""

    text: str
    value: dt.date | None = None


class Name(Span):
    """A name as the article prints it, where it stands, and what is known of its bearer.

    `ticker` is the one that the article prints; `id` is a standard identifier from the lexicon (a Yahoo-style symbol
    or an ISO code).
    """

    name: str
    kind: str | None = None
    ticker: str | None = None
    id: str | None = None


class Instrument(Name):
    """The name of something that has a price."""

    kind: InstrumentKind | None = None


class Party(Name):
    """The name of a party to a deal."""

    role: Literal["buyer", "seller", "target", "partner", "investor", "issuer"] | None = None


class Event(BaseModel):
    """What every event has: the `evidence` that states it, and where the text gives them a direction and a time.

    `when` is the time phrase as printed; `date` is that phrase resolved against the article's day of publication.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = ""
    evidence: list[Span] = Field(default_factory=list)
    direction: Direction | None = None
    when: str | None = None
    date: dt.date | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Give an event type that does not name itself the name of its class: `ShippingRate` is `shipping_rate`."""
        super().__pydantic_init_subclass__(**kwargs)
        if not cls.model_fields["type"].default:
            cls.model_fields["type"].default = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
            cls.model_rebuild(force=True)

    @classmethod
    def type_name(cls) -> str:
        """The value of `type` for this class."""
        return str(cls.model_fields["type"].default)


class PriceMove(Event):
    """An instrument's price, level or yield moved, or stands somewhere.

    `change` is in percent, basis or percentage points; `change_amount` in points or money; `level` is where it stands
    now, `previous` where it stood. `extreme` holds the words for a record or a multi-month high or low; `period` those
    for the time the change covers, and is None for the session of the article.
    """

    type: Literal["price_move"] = "price_move"
    instrument: Instrument
    change: Quantity | None = None
    change_amount: Quantity | None = None
    level: Quantity | None = None
    previous: Quantity | None = None
    extreme: str | None = None
    period: str | None = None


class MonetaryPolicy(Event):
    """A central bank changes or keeps its policy rate, or is expected to. `size` is the step, `rate` the new rate."""

    type: Literal["monetary_policy"] = "monetary_policy"
    central_bank: Name
    action: Literal["hike", "cut", "hold", "other"] | None = None
    size: Quantity | None = None
    rate: Quantity | None = None
    status: Literal["decided", "expected", "possible"] | None = None


class Tariff(Event):
    """A tariff that `imposed_by` puts on the goods of `targets`. `effective` says when it begins."""

    type: Literal["tariff"] = "tariff"
    imposed_by: Name | None = None
    targets: list[Name] = Field(default_factory=list)
    goods: list[str] = Field(default_factory=list)
    rate: Quantity | None = None
    status: Literal["threatened", "announced", "imposed", "delayed", "removed"] | None = None
    effective: Moment | None = None


class EconomicRelease(Event):
    """A published statistic: its `actual` figure, the `expected` one and the `previous` one."""

    type: Literal["economic_release"] = "economic_release"
    indicator: Name
    country: Name | None = None
    period: str | None = None
    actual: Quantity | None = None
    expected: Quantity | None = None
    previous: Quantity | None = None


class Earnings(Event):
    """A company's result: `metric` is what was measured (net profit, revenue, earnings per share, ...)."""

    type: Literal["earnings"] = "earnings"
    company: Name
    period: str | None = None
    metric: str | None = None
    actual: Quantity | None = None
    expected: Quantity | None = None
    previous: Quantity | None = None
    surprise: Literal["beat", "miss", "in_line"] | None = None
    guidance: Literal["raised", "cut", "kept"] | None = None


class Deal(Event):
    """A transaction between parties. `value` is its price, `stake` the share bought or sold, `shares` their number."""

    type: Literal["deal"] = "deal"
    kind: (
        Literal[
            "acquisition", "merger", "stake_sale", "stake_purchase", "partnership", "investment", "contract", "listing"
        ]
        | None
    ) = None
    parties: list[Party] = Field(default_factory=list)
    value: Quantity | None = None
    stake: Quantity | None = None
    shares: Quantity | None = None
    status: Literal["announced", "agreed", "completed", "possible", "cancelled"] | None = None


class OperatingMetric(Event):
    """A figure of a company's operations: vehicles delivered, output. `comparison` is what it is set against."""

    type: Literal["operating_metric"] = "operating_metric"
    company: Name
    metric: str | None = None
    value: Quantity | None = None
    period: str | None = None
    comparison: Quantity | None = None


class RegulatoryAction(Event):
    """An authority acts against a company: a fine, a ban, an investigation, an approval."""

    type: Literal["regulatory_action"] = "regulatory_action"
    authority: Name | None = None
    target: Name
    action: str | None = None
    penalty: Quantity | None = None
    status: Literal["announced", "possible", "imposed", "appealed", "settled", "dropped"] | None = None


class AnalystView(Event):
    """What an analyst says of a target: a rating or forecast in `stance`, a price target, or a `quote`."""

    type: Literal["analyst_view"] = "analyst_view"
    speaker: Name | None = None
    firm: Name | None = None
    target: Name | None = None
    stance: str | None = None
    price_target: Quantity | None = None
    previous_target: Quantity | None = None
    quote: str | None = None


class CorporateAction(Event):
    """A company's decision about itself: a dividend, a buyback, a split, a change at the top, layoffs."""

    type: Literal["corporate_action"] = "corporate_action"
    company: Name
    kind: Literal["dividend", "buyback", "split", "management", "layoffs", "bankruptcy", "product", "other"] | None = (
        None
    )
    value: Quantity | None = None


class Flow(Event):
    """Money, goods or holdings moving into (`up`) or out of (`down`) the subject."""

    type: Literal["flow"] = "flow"
    subject: Name
    value: Quantity | None = None


class Policy(Event):
    """A government's or institution's measure that is neither a tariff nor a policy rate."""

    type: Literal["policy"] = "policy"
    actor: Name | None = None
    subject: Name | None = None
    action: str | None = None
    status: Literal["proposed", "announced", "agreed", "in_force", "rejected", "withdrawn"] | None = None


EVENT_TYPES: tuple[type[Event], ...] = (
    PriceMove,
    MonetaryPolicy,
    Tariff,
    EconomicRelease,
    Earnings,
    Deal,
    OperatingMetric,
    RegulatoryAction,
    AnalystView,
    CorporateAction,
    Flow,
    Policy,
)
