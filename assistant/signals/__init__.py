"""What a customer's words tell beyond their question: mood, and whether they ask for a person."""

from assistant.ports import SignalReader


def open_signal_reader() -> SignalReader:
    """Return the reader of signals: VADER for mood, rules for requests."""
    from assistant.signals.reader import RuleSignalReader
    from assistant.signals.sentiment import VaderSentiment

    return RuleSignalReader(VaderSentiment())
