"""What models cost."""

from pathlib import Path

import pytest

from assistant.errors import ConfigurationError
from assistant.prices import FREE, LIST_PRICES, Price, Prices, open_prices
from assistant.types import Usage


def test_kept_tokens_cost_what_their_price_says() -> None:
    usage = Usage(prompt_tokens=3_000_000, cached_tokens=1_000_000, completion_tokens=500_000)
    assert Price(prompt=2, completion=8, cached=0.5).of(usage) == 2 * 2 + 0.5 + 4
    assert Price(prompt=2, completion=8).of(usage) == 3 * 2 + 4


def test_a_dated_version_costs_what_its_model_does() -> None:
    prices = Prices()
    assert prices.of("openai:gpt-4o-2024-08-06") == LIST_PRICES["openai:gpt-4o"]
    assert prices.of("cohere:command-a-03-2025") == LIST_PRICES["cohere:command-a-03-2025"]
    assert prices.of("openai:gpt-4o-audio") is None
    assert prices.of("langchain:Something") is None


@pytest.mark.parametrize("local", ["extractive", "llama-cpp:/models/some.gguf"])
def test_what_runs_here_is_free(local: str) -> None:
    assert Prices().of(local) == FREE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.toml", '["openai:own"]\nprompt = 0\ncompletion = 0\n["openai:gpt-4o"]\nprompt = 1\ncompletion = 2\n'),
        ("own.json", '{"openai:own": {"prompt": 0, "completion": 0}, "openai:gpt-4o": {"prompt": 1, "completion": 2}}'),
    ],
)
def test_an_operators_file_wins(tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    prices = open_prices(file)
    assert prices.of("openai:own") == FREE
    assert prices.of("openai:gpt-4o") == Price(prompt=1, completion=2)
    assert prices.of("openai:gpt-4o-mini") == LIST_PRICES["openai:gpt-4o-mini"]


@pytest.mark.parametrize("text", ["{", "[]", '{"openai:own": {"prompt": -1, "completion": 0}}', '{"openai:own": 3}'])
def test_a_wrong_file_is_told_by_its_variable(tmp_path: Path, text: str) -> None:
    file = tmp_path / "own.json"
    file.write_text(text)
    with pytest.raises(ConfigurationError, match="ASSISTANT_PRICES"):
        open_prices(file)
    with pytest.raises(ConfigurationError, match="ASSISTANT_PRICES"):
        open_prices(tmp_path / "missing.json")
