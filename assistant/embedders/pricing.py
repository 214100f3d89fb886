"""What embedding a number of texts will take before it is begun: tokens, requests, dollars and seconds."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.embedders import cohere, openai
from assistant.embedders.pacing import Limits
from assistant.embedders.sending import CONCURRENCY
from assistant.ports import Embedder
from assistant.settings import EMBEDDER_SCHEMES, split_backend

DOLLARS_A_MILLION_TOKENS = {
    "openai:text-embedding-3-small": 0.02,
    "openai:text-embedding-3-large": 0.13,
    "openai:text-embedding-ada-002": 0.10,
    "cohere:embed-v4.0": 0.12,
    "cohere:embed-english-v3.0": 0.10,
    "cohere:embed-multilingual-v3.0": 0.10,
    "cohere:embed-english-light-v3.0": 0.10,
    "cohere:embed-multilingual-light-v3.0": 0.10,
}
"""List prices in US dollars without tax or discount, as the providers' price pages were quoted between May and July
2026; check them before a run that matters. OpenAI's batch interface costs half, but answers within a day."""

REQUEST_SECONDS = 1.0
"""Assumed for one full request, network included; not measured here, as no key was at hand."""

SAMPLE_TEXTS = 32
_HOSTED = {
    "openai": (openai.BATCH_TEXTS, openai.BATCH_TOKENS, openai.BY_MINUTE),
    "cohere": (cohere.BATCH_TEXTS, cohere.BATCH_TOKENS, cohere.BY_MINUTE),
}


@dataclass(frozen=True)
class Estimate:
    """What a run will take. `dollars` is None where the price is not known, `seconds` where the speed is not."""

    backend: str
    texts: int
    tokens: int
    requests: int
    dollars: float | None
    seconds: float | None

    def __str__(self) -> str:
        """Say it in one line for a person who has to agree."""
        cost = "an unknown price" if self.dollars is None else f"${self.dollars:,.2f}" if self.dollars else "no cost"
        span = "" if self.seconds is None else f", about {_span(self.seconds)}"
        return f"{self.texts:,} texts, at most {self.tokens:,} tokens with {self.backend}: {cost}{span}"


def estimate(backend: str, *, texts: int, tokens: int, tokens_a_second: float | None = None) -> Estimate:
    """Return what it takes to embed so many `texts` of so many `tokens` in all.

    Args:
        backend: `scheme:name`, as in the settings.
        texts: How many are not in the cache yet.
        tokens: Of all of them, as `count_tokens` counts; for hosted models an upper estimate, and so is the price.
        tokens_a_second: For a local model, as `measured_tokens_a_second` found; without it, `seconds` is None.

    Raises:
        UnknownBackend: There is no such scheme.
    """
    scheme, _ = split_backend("ASSISTANT_EMBEDDER", backend, EMBEDDER_SCHEMES)
    if scheme not in _HOSTED:
        seconds = tokens / tokens_a_second if tokens_a_second else None
        return Estimate(backend, texts, tokens, requests=0, dollars=0.0, seconds=seconds)
    batch_texts, batch_tokens, by_minute = _HOSTED[scheme]
    requests = max(-(-texts // batch_texts), -(-tokens // batch_tokens))
    price = DOLLARS_A_MILLION_TOKENS.get(backend)
    dollars = None if price is None else price * tokens / 1_000_000
    return Estimate(backend, texts, tokens, requests, dollars, _hosted_seconds(by_minute, requests, texts, tokens))


def count_tokens(embedder: Embedder, texts: Sequence[str]) -> int:
    """Return the tokens of all texts, each as far as it is read; an upper estimate for hosted models."""
    return sum(min(len(embedder.token_spans(text)), embedder.max_tokens) for text in texts)


def measured_tokens_a_second(embedder: Embedder, texts: Sequence[str]) -> float | None:
    """Embed a sample, spread evenly over the texts, and return the speed; None without texts.

    Only for local models: with a hosted one the sample would be paid for.

    Raises:
        BackendError: The model failed.
    """
    sample = list(texts[:: max(1, len(texts) // SAMPLE_TEXTS)])[:SAMPLE_TEXTS]
    if not sample:
        return None
    embedder.embed_query("load the model before the clock starts")
    began = time.perf_counter()
    embedder.embed_documents(sample)
    return count_tokens(embedder, sample) / (time.perf_counter() - began)


def _hosted_seconds(by_minute: Limits, requests: int, texts: int, tokens: int) -> float:
    """Return the slower of two bounds: what the limits let through, and what so many requests at a time take."""
    return max(by_minute.seconds_for(requests, texts, tokens), REQUEST_SECONDS * -(-requests // CONCURRENCY))


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"
