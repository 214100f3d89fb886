"""What a run is said to cost before it is begun."""

import pytest

from assistant.embedders.pricing import (
    DOLLARS_A_MILLION_TOKENS,
    SAMPLE_TEXTS,
    count_tokens,
    estimate,
    measured_tokens_a_second,
)
from assistant.errors import UnknownBackend
from tests.fakes import HashingEmbedder


def test_openai_by_the_token() -> None:
    found = estimate("openai:text-embedding-3-small", texts=10_000, tokens=2_000_000)
    assert found.dollars == pytest.approx(0.04)
    assert found.requests == 79, "10,000 texts at 128 each"
    assert found.seconds == pytest.approx(120), "a million tokens a minute is the bound"
    assert str(found) == (
        "10,000 texts, at most 2,000,000 tokens with openai:text-embedding-3-small: $0.04, about 2 min"
    )


def test_cohere_counts_texts() -> None:
    found = estimate("cohere:embed-v4.0", texts=20_000, tokens=1_000_000)
    assert found.dollars == pytest.approx(0.12)
    assert found.seconds == pytest.approx(600), "2,000 texts a minute"


def test_an_unknown_price_is_said() -> None:
    found = estimate("openai:some-model", texts=1, tokens=10)
    assert found.dollars is None
    assert "an unknown price" in str(found)


def test_local_models_cost_nothing() -> None:
    found = estimate("onnx:all-MiniLM-L6-v2", texts=10, tokens=1000, tokens_a_second=500.0)
    assert (found.dollars, found.requests, found.seconds) == (0.0, 0, 2.0)
    assert "no cost, about 2 s" in str(found)
    assert estimate("onnx:all-MiniLM-L6-v2", texts=10, tokens=1000).seconds is None


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(UnknownBackend):
        estimate("nobody:model", texts=1, tokens=1)


def test_prices_are_of_known_schemes_and_above_nothing() -> None:
    assert all(price > 0 for price in DOLLARS_A_MILLION_TOKENS.values())
    for backend in DOLLARS_A_MILLION_TOKENS:
        assert estimate(backend, texts=1, tokens=1).dollars is not None


def test_a_sample_tells_the_speed() -> None:
    embedder = HashingEmbedder()
    texts = [f"word {row}" for row in range(10 * SAMPLE_TEXTS)]
    assert count_tokens(embedder, ["one two", "three"]) == 3
    assert (measured_tokens_a_second(embedder, texts) or 0) > 0
    assert measured_tokens_a_second(embedder, []) is None
