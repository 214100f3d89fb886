"""Responders write the answer: one file for each kind, chosen by `ASSISTANT_RESPONDERS=scheme:name,...`."""

from assistant.errors import UnknownBackend
from assistant.ports import Responder
from assistant.responders.chat_model import Condense
from assistant.settings import RESPONDER_SCHEMES, Settings, split_backend

OPENAI_DEFAULT = "openai:gpt-4o-mini"
COHERE_DEFAULT = "cohere:command-a-03-2025"
FLOOR = "extractive"
"""Always the last: it needs no network and no model, so that every turn gets an answer."""


def open_responders(settings: Settings, *, condense: Condense | None = None) -> tuple[Responder, ...]:
    """Return the responders in the order in which they are tried. No model is loaded and no service is asked yet.

    Where the settings name none, each provider whose key is set takes part with a small model of its own.

    Args:
        settings: Names of responders, keys, addresses and time limits.
        condense: Renders the messages that ask a chat model to make a follow-up question stand alone.

    Raises:
        UnknownBackend: There is no such scheme.
        MissingSecret: A hosted responder was named, but its key is not set.
        MissingDependency: A local model was named, but its package or file is not there.
    """
    names = settings.responders or _available(settings)
    return tuple(_open(name, settings, condense) for name in dict.fromkeys((*names, FLOOR)))


def _available(settings: Settings) -> tuple[str, ...]:
    keys = {OPENAI_DEFAULT: settings.openai_api_key, COHERE_DEFAULT: settings.cohere_api_key}
    return tuple(name for name, key in keys.items() if key is not None and key.get_secret_value())


def _open(value: str, settings: Settings, condense: Condense | None) -> Responder:
    scheme, name = split_backend("ASSISTANT_RESPONDERS", value, RESPONDER_SCHEMES, nameless=(FLOOR,))
    match scheme:
        case "extractive":
            from assistant.responders.extractive import ExtractiveResponder

            return ExtractiveResponder()
        case "openai":
            from assistant.responders.hosted import open_openai

            return open_openai(name, settings, condense)
        case "cohere":
            from assistant.responders.hosted import open_cohere

            return open_cohere(name, settings, condense)
        case "llama-cpp":
            from assistant.responders.llama_cpp import open_llama_cpp

            return open_llama_cpp(name, settings, condense)
        case _:
            raise UnknownBackend("ASSISTANT_RESPONDERS", value, RESPONDER_SCHEMES)
