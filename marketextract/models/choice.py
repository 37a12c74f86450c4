"""Which model a setting means: a name, a client or a model in, a `Model` out.

The one place that knows the names "auto", "rules", "local" and "openai/...". Nothing is asked and nothing vendors ship
is imported here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypedDict

from marketextract.budget import BudgetedModel
from marketextract.cache import CachedModel, default_folder
from marketextract.errors import SettingsError
from marketextract.models.base import Model
from marketextract.request import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping
    from pathlib import Path

    from marketextract.budget import Budget
    from marketextract.cache import Store
    from marketextract.events import Event
    from marketextract.hooks import Hooks

    ModelSetting = str | Model | Any  # Any: an instructor client, whose class would have to be imported to be named
    CacheSetting = str | Path | MutableMapping[str, str] | Store | None


class Options(TypedDict, total=False):
    """What may be said about a language model; `Settings`, `LLMModel` and `Budget` say what each means.

    `model_name` is the model to ask for through an instructor client that was handed in without one.
    """

    model_name: str
    base_url: str
    api_key: str
    organization: str
    headers: Mapping[str, str]
    service_tier: str
    timeout: float
    deadline: float
    attempts: int
    longest: int
    requests_per_minute: float | None
    tokens_per_minute: float | None
    calls_at_once: int | None
    budget: Budget | None
    hooks: Hooks | None
    temperature: float | None
    seed: int | None
    max_tokens: int | None
    reasoning_effort: str | None
    constrain: bool
    prompts: Path | None


OF_A_REQUEST = ("temperature", "seed", "max_tokens", "reasoning_effort", "constrain", "prompts")
_OF_A_SERVER = ("base_url", "api_key", "organization", "headers", "service_tier")


def choose(
    model: ModelSetting, event_types: tuple[type[Event], ...], cache: CacheSetting, options: Options
) -> tuple[Model, Settings]:
    """The model that `model` means, with its cache, and the settings of its requests.

    `cache="auto"` is the default folder for a model that is known by its name; the rules are never cached, as reading
    again is cheaper, nor is a model object of your own, since only you know whether its name says which model it is.
    `SettingsError` for a name that means nothing and for options that do not go together.
    """
    unknown = sorted(set(options) - set(Options.__annotations__))
    if unknown:
        raise SettingsError(f"unknown option: {', '.join(unknown)}")
    asked = {name: value for name, value in options.items() if name in OF_A_REQUEST}
    settings = Settings(event_types, **asked)  # type: ignore[arg-type]  # the TypedDict has said what is in it
    of_the_model = {name: value for name, value in options.items() if name not in (*OF_A_REQUEST, "budget")}
    chosen = _meant(model, of_the_model)
    if is_rules(chosen):
        return chosen, settings
    if (budget := options.get("budget")) is not None:
        chosen = BudgetedModel(chosen, budget)
    if cache == "auto":
        cache = default_folder() if isinstance(model, str) or _is_instructor_client(model) else None
    return (chosen if cache is None else CachedModel(chosen, cache)), settings


def is_rules(model: Model) -> bool:
    """Whether this is the built-in reader, which says the same however often it is asked."""
    return model.name == "rules"


def _meant(model: ModelSetting, options: dict[str, Any]) -> Model:
    if isinstance(model, str):
        return _named(model, options)
    if _is_instructor_client(model):
        return _behind_client(model, options)
    if not isinstance(model, Model):
        raise SettingsError(f"a model is a name, an instructor client or an object with `answer`, not {model!r}")
    options.pop("hooks", None)  # they hear of its rejected events; its calls are its own
    if options:
        raise SettingsError(f"a model of your own has its own settings: {', '.join(options)} would be ignored")
    return model


def _named(name: str, options: dict[str, Any]) -> Model:
    if "model_name" in options:
        raise SettingsError("model_name goes with an instructor client; here the model is named already")
    if name == "auto":
        known = "api_key" in options or os.environ.get("OPENAI_API_KEY")
        name = "openai/" if known or "base_url" in options else "rules"
    if name in ("rules", "local"):
        if misplaced := [option for option in _OF_A_SERVER if option in options]:
            raise SettingsError(f"the model {name!r} runs here and takes no {', '.join(misplaced)}")
        return _rules() if name == "rules" else _local(options)
    provider, slash, model = name.partition("/")
    if provider == "openai" and slash:
        return _llm(model, options)
    if "base_url" in options:
        return _llm(name, options)
    raise SettingsError(f"unknown model {name!r}: use rules, local or openai/NAME, or give the base_url of a server")


def _rules() -> Model:
    from marketextract.models.rules import RulesModel

    return RulesModel()


def _local(options: dict[str, Any]) -> Model:
    from marketextract.models.local import LocalModel

    return LocalModel(**options)


def _llm(model: str, options: dict[str, Any]) -> Model:
    from marketextract.models.llm import LLMModel

    if not model and "base_url" in options:
        raise SettingsError("base_url needs the name of a model at that server: model=NAME")
    return LLMModel(model, **options) if model else LLMModel(**options)


def _is_instructor_client(model: object) -> bool:
    return any(base.__module__.partition(".")[0] == "instructor" for base in type(model).__mro__)


def _behind_client(client: Any, options: dict[str, Any]) -> Model:
    """The model that an instructor client asks. Its name keeps answers of different models apart in the cache."""
    from marketextract.models.llm import LLMModel

    name = options.pop("model_name", None) or getattr(client, "kwargs", {}).get("model")
    if not name:
        raise SettingsError("this instructor client does not say which model it asks: give model_name=NAME")
    return LLMModel(name, client=client, **options)
