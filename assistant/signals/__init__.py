"""What a customer's words tell beyond their question: mood, how the conversation goes, requests and risks."""

from collections.abc import Callable, Sequence

from assistant.errors import UnknownBackend
from assistant.ports import Embedder, SentimentModel, SignalReader
from assistant.settings import SIGNALS_SCHEMES, split_backend
from assistant.signals.vectors import SharedVectors


def open_signal_reader(
    backend: str = "heads", embedder: Callable[[], Embedder] | None = None, texts: Sequence[str] = ()
) -> SignalReader:
    """Return the reader of signals. No model is loaded yet.

    Args:
        backend: What reads sentiment: `heads` that were trained for it, `vader`, or `transformers:NAME`.
        embedder: Returns the embedder in use; the heads read its vector of a message if it is the model they know.
            None lets them read the wording alone.
        texts: What is about to be read; it is embedded now, all at once, where the heads read vectors.

    Raises:
        UnknownBackend: There is no such backend.
        AssistantError: The embedder failed with `texts`.
    """
    from assistant.signals.mood import MoodHeads
    from assistant.signals.reader import RuleSignalReader

    heads = MoodHeads()
    vector_of = SharedVectors(embedder, heads.model) if embedder is not None else None
    if vector_of is not None and texts:
        vector_of.prepare(texts)
    return RuleSignalReader(heads, sentiment=_sentiment(backend), vector_of=vector_of)


def _sentiment(backend: str) -> SentimentModel | None:
    """Return what reads sentiment in place of the heads."""
    scheme, name = split_backend("ASSISTANT_SIGNALS", backend, SIGNALS_SCHEMES, nameless=("heads", "vader"))
    match scheme:
        case "heads":
            return None
        case "vader":
            from assistant.signals.sentiment import VaderSentiment

            return VaderSentiment()
        case "transformers":
            from assistant.signals.transformers import TransformersSentiment

            return TransformersSentiment(name)
        case _:
            raise UnknownBackend("ASSISTANT_SIGNALS", backend, SIGNALS_SCHEMES)
