"""Adds the intent of a message to its other signals."""

from collections.abc import Sequence

from assistant.intents.reading import IntentReader
from assistant.ports import SignalReader
from assistant.types import Message, Signals


class IntentSignalReader:
    """Implements the `SignalReader` port over another reader and the learnt intents."""

    def __init__(self, signals: SignalReader, intents: IntentReader) -> None:
        """Read all else with `signals`."""
        self._signals = signals
        self._intents = intents

    def read(self, text: str, history: Sequence[Message]) -> Signals:
        """Return the signals of a message; where no intents were trained they are those of the other reader."""
        signals = self._signals.read(text, history)
        guess = self._intents.read(text)
        if guess is None:
            return signals
        return signals.model_copy(update={"intent": guess.intent, "intent_confidence": guess.confidence})
