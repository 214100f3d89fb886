"""Sentiment by any text classifier of the transformers library: a folder, or any name on the hub."""

import re
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.errors import BackendError, ConfigurationError, MissingDependency
from assistant.signals.sentiment import label_of
from assistant.types import Sentiment, SentimentLabel

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

MAX_TOKENS = 256
"""Longer messages are read by their beginning."""

_STARS = re.compile(r"([1-5]) stars?", re.IGNORECASE)


class TransformersSentiment:
    """Implements `SentimentModel`. A folder is loaded without any network access; nothing of it is run as code."""

    def __init__(self, name: str) -> None:
        """Take the `name` after `transformers:`; it is looked up on first use."""
        self._name = name
        self._lock = threading.RLock()
        self._model: tuple[PreTrainedTokenizerBase, PreTrainedModel, tuple[float, ...]] | None = None

    def score(self, text: str) -> Sentiment:
        """Return the mean valence of the model's classes, and the label of the likeliest; blank text is neutral 0.

        Raises:
            ConfigurationError: The model is not there, or its classes are none of sentiment.
            BackendError: The model failed.
        """
        if not text.strip():
            return Sentiment(label="neutral", score=0.0)
        probable, valences = self._probabilities(text)
        score = sum(share * valence for share, valence in zip(probable, valences, strict=True))
        likeliest = valences[max(range(len(probable)), key=probable.__getitem__)]
        label: SentimentLabel = label_of(likeliest) if 0.0 in valences else _of_two(score)
        return Sentiment(label=label, score=max(-1.0, min(1.0, round(score, 4))))

    def _probabilities(self, text: str) -> tuple[list[float], tuple[float, ...]]:
        import torch

        tokenizer, model, valences = self._loaded()
        try:
            # Its tokenizer keeps the length it cuts at as a state, so two threads must not use it at once.
            with self._lock, torch.inference_mode():
                longest = min(MAX_TOKENS, tokenizer.model_max_length)
                read: Any = tokenizer(text, truncation=True, max_length=longest, return_tensors="pt")
                logits = model(**read).logits[0]
        except (RuntimeError, ValueError, IndexError) as error:
            raise BackendError(f"transformers:{self._name}", str(error)) from error
        return [float(one) for one in torch.softmax(logits, dim=0)], valences

    def _loaded(self) -> "tuple[PreTrainedTokenizerBase, PreTrainedModel, tuple[float, ...]]":
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "tuple[PreTrainedTokenizerBase, PreTrainedModel, tuple[float, ...]]":
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            raise MissingDependency("ASSISTANT_SIGNALS=transformers:NAME needs the package transformers") from error
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._name)
            model = AutoModelForSequenceClassification.from_pretrained(self._name).eval()
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"ASSISTANT_SIGNALS=transformers:{self._name} cannot be loaded: {error}"
            ) from error
        return tokenizer, model, valences_of(model.config.id2label, f"transformers:{self._name}")


def valences_of(names: Mapping[int, str], model: str) -> tuple[float, ...]:
    """Return how positive each class of a model is, -1 to 1, by its name: negative or positive, or a number of stars.

    Three classes without names are taken for negative, neutral and positive, which is how most models order them.

    Raises:
        ConfigurationError: The names tell nothing of sentiment.
    """
    ordered = [names[number].lower() for number in sorted(names)]
    if ordered == ["label_0", "label_1", "label_2"]:
        return (-1.0, 0.0, 1.0)
    if all(_STARS.fullmatch(name) for name in ordered):
        return tuple((int(name[0]) - 3) / 2 for name in ordered)
    valences = tuple(-1.0 if name.startswith("neg") else 1.0 if name.startswith("pos") else 0.0 for name in ordered)
    if {-1.0, 1.0} <= set(valences):
        return valences
    raise ConfigurationError(f"ASSISTANT_SIGNALS={model}: its classes {', '.join(ordered)} tell nothing of sentiment")


def _of_two(score: float) -> SentimentLabel:
    """Return the label by a model that knows no neutral texts: where it hesitates, the text is neutral."""
    return "positive" if score >= 0.5 else "negative" if score <= -0.5 else "neutral"
