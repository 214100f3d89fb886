"""What models cost: list prices by `scheme:name`, which an operator's file may correct and complete."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from assistant.errors import ConfigurationError
from assistant.types import Usage, Value

FREE_SCHEMES = ("extractive", "llama-cpp")
"""They run on this machine."""


class Price(Value):
    """US dollars for a million tokens: of the prompt, of the answer, and of a prompt that the provider had kept."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)

    def of(self, usage: Usage) -> float:
        """Return what so many tokens cost, in US dollars; tokens that were kept cost the same where no price says."""
        cached = self.prompt if self.cached is None else self.cached
        fresh = usage.prompt_tokens - usage.cached_tokens
        return (fresh * self.prompt + usage.cached_tokens * cached + usage.completion_tokens * self.completion) / 1e6


FREE = Price(prompt=0, completion=0)

LIST_PRICES = {
    "openai:gpt-4o": Price(prompt=2.50, completion=10.00, cached=1.25),
    "openai:gpt-4o-mini": Price(prompt=0.15, completion=0.60, cached=0.075),
    "openai:gpt-4.1": Price(prompt=2.00, completion=8.00, cached=0.50),
    "openai:gpt-4.1-mini": Price(prompt=0.40, completion=1.60, cached=0.10),
    "openai:gpt-4.1-nano": Price(prompt=0.10, completion=0.40, cached=0.025),
    "openai:gpt-5": Price(prompt=1.25, completion=10.00, cached=0.125),
    "openai:gpt-5-mini": Price(prompt=0.25, completion=2.00, cached=0.025),
    "openai:gpt-5-nano": Price(prompt=0.05, completion=0.40, cached=0.005),
    "openai:o3": Price(prompt=2.00, completion=8.00, cached=0.50),
    "openai:o4-mini": Price(prompt=1.10, completion=4.40, cached=0.275),
    "cohere:command-a-03-2025": Price(prompt=2.50, completion=10.00),
    "cohere:command-r-plus-08-2024": Price(prompt=2.50, completion=10.00),
    "cohere:command-r-08-2024": Price(prompt=0.15, completion=0.60),
    "cohere:command-r7b-12-2024": Price(prompt=0.0375, completion=0.15),
}
"""List prices without tax or discount, as they were known when this was written; providers change them, so an operator
who sets a budget checks them and puts what is true into the file that `ASSISTANT_PRICES` names."""

_TABLE = TypeAdapter(dict[str, Price])


class Prices:
    """The prices that hold for this installation."""

    def __init__(self, own: Mapping[str, Price] | None = None) -> None:
        """Let an operator's `own` prices win over the list."""
        self._prices = {**LIST_PRICES, **(own or {})}

    def of(self, responder: str) -> Price | None:
        """Return the price of a responder's model; None where it is not known.

        A dated version, such as `gpt-4o-2024-08-06`, costs what the model of that name without a date does.
        """
        if responder.partition(":")[0] in FREE_SCHEMES:
            return FREE
        return self._prices.get(responder) or self._prices.get(_undated(responder))


def open_prices(file: Path | None) -> Prices:
    """Return the list prices, corrected by a TOML or JSON file: `{"scheme:name": {"prompt": 1.5, "completion": 6}}`.

    Raises:
        ConfigurationError: The file cannot be read, or says something else.
    """
    if file is None:
        return Prices()
    try:
        text = file.read_text(encoding="utf-8")
        told = tomllib.loads(text) if file.suffix == ".toml" else json.loads(text)
        return Prices(_TABLE.validate_python(told))
    except (OSError, ValueError, ValidationError) as error:
        message = f"ASSISTANT_PRICES={str(file)!r} is not a table of prices by 'scheme:name': {error}"
        raise ConfigurationError(message) from error


def _undated(responder: str) -> str:
    """Return a name without `-2024-08-06` at its end."""
    parts = responder.rsplit("-", 3)
    dated = len(parts) == 4 and [len(one) for one in parts[1:]] == [4, 2, 2] and all(o.isdigit() for o in parts[1:])
    return parts[0] if dated else responder
