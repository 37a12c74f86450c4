"""Market news as typed, checked events: every number is one that the article states.

>>> import marketextract
>>> result = marketextract.extract("The Nikkei 225 rose 1.5% on Tuesday.", model="rules")
>>> result.events[0].change.value
Decimal('1.5')

A name is imported when it is first used, so importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from marketextract.article import Article
    from marketextract.budget import Budget
    from marketextract.errors import (
        AnswerCutOff,
        AnswerMalformed,
        ArticleError,
        BudgetSpent,
        ClaimError,
        MarketExtractError,
        MissingExtra,
        ModelError,
        ModelRefused,
        ModelUnreachable,
        SchemaError,
        SettingsError,
    )
    from marketextract.events import (
        EVENT_TYPES,
        AnalystView,
        CorporateAction,
        Deal,
        Earnings,
        EconomicRelease,
        Event,
        Flow,
        Instrument,
        Moment,
        MonetaryPolicy,
        Name,
        OperatingMetric,
        Party,
        Policy,
        PriceMove,
        RegulatoryAction,
        Span,
        Tariff,
    )
    from marketextract.extraction import Extraction, LedgerEntry, Reason, Rejection, Usage
    from marketextract.lexicon import Lexicon
    from marketextract.pipeline import Extractor, extract
    from marketextract.quantities import NonQuantity, Quantity, read_numbers, read_quantities
    from marketextract.reconciliation import Disagreement, reconcile
    from marketextract.validation import validate

__version__ = "0.1.0"

__all__ = [
    "EVENT_TYPES",
    "AnalystView",
    "AnswerCutOff",
    "AnswerMalformed",
    "Article",
    "ArticleError",
    "Budget",
    "BudgetSpent",
    "ClaimError",
    "CorporateAction",
    "Deal",
    "Disagreement",
    "Earnings",
    "EconomicRelease",
    "Event",
    "Extraction",
    "Extractor",
    "Flow",
    "Instrument",
    "LedgerEntry",
    "Lexicon",
    "MarketExtractError",
    "MissingExtra",
    "ModelError",
    "ModelRefused",
    "ModelUnreachable",
    "Moment",
    "MonetaryPolicy",
    "Name",
    "NonQuantity",
    "OperatingMetric",
    "Party",
    "Policy",
    "PriceMove",
    "Quantity",
    "Reason",
    "RegulatoryAction",
    "Rejection",
    "SchemaError",
    "SettingsError",
    "Span",
    "Tariff",
    "Usage",
    "__version__",
    "extract",
    "read_numbers",
    "read_quantities",
    "reconcile",
    "validate",
]

_MODULES = {
    "article": "Article",
    "budget": "Budget",
    "errors": (
        "AnswerCutOff AnswerMalformed ArticleError BudgetSpent ClaimError MarketExtractError MissingExtra ModelError "
        "ModelRefused ModelUnreachable SchemaError SettingsError"
    ),
    "events": (
        "AnalystView CorporateAction Deal EVENT_TYPES Earnings EconomicRelease Event Flow Instrument Moment "
        "MonetaryPolicy Name OperatingMetric Party Policy PriceMove RegulatoryAction Span Tariff"
    ),
    "extraction": "Extraction LedgerEntry Reason Rejection Usage",
    "lexicon": "Lexicon",
    "pipeline": "Extractor extract",
    "quantities": "NonQuantity Quantity read_numbers read_quantities",
    "reconciliation": "Disagreement reconcile",
    "validation": "validate",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return value


def __dir__() -> list[str]:
    return __all__
