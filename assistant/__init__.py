"""A customer-service assistant that answers from your documents, sentence by sentence, with proof.

>>> from assistant import Settings, open_assistant
>>> with open_assistant(Settings(home="var")) as bot:
...     print(bot.reply("How long do I have to return something?").text)
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.bootstrap import open_assistant
    from assistant.errors import AssistantError
    from assistant.service import Assistant
    from assistant.settings import Settings
    from assistant.types import Filter, HandedOver, PassagesFound, Reply, ReplyFinished, TextDelta

# ONNX Runtime 1.32 reports to its makers, about once in ten seconds, unless this is set before it is imported; its own
# `disable_telemetry_events` does not stop that. Nothing leaves the house that nobody asked for.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

__all__ = [
    "Assistant",
    "AssistantError",
    "Filter",
    "HandedOver",
    "PassagesFound",
    "Reply",
    "ReplyFinished",
    "Settings",
    "TextDelta",
    "open_assistant",
]

_HOMES = {
    "Assistant": "service",
    "AssistantError": "errors",
    "Filter": "types",
    "HandedOver": "types",
    "PassagesFound": "types",
    "Reply": "types",
    "ReplyFinished": "types",
    "Settings": "settings",
    "TextDelta": "types",
    "open_assistant": "bootstrap",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that `assistant --help` loads nothing it does not need."""
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(f"assistant.{_HOMES[name]}"), name)
