"""Responders write the answer: one file for each kind, chosen by `ASSISTANT_RESPONDERS=scheme:name,...`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.comprehension import Comprehension
from assistant.errors import UnknownBackend
from assistant.ports import Responder
from assistant.prices import Prices, open_prices
from assistant.responders.chat_model import ChatModelResponder, Service
from assistant.responders.excerpts import Briefly
from assistant.responders.extractive import ExtractiveResponder
from assistant.responders.rewriting import Condense
from assistant.settings import RESPONDER_SCHEMES, Settings, split_backend

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

OPENAI_DEFAULT = "openai:gpt-4o-mini"
COHERE_DEFAULT = "cohere:command-a-03-2025"
FLOOR = "extractive"
"""Always the last: it needs no network and no model, so that every turn gets an answer."""


def open_responders(
    settings: Settings,
    *,
    condense: Condense | None = None,
    briefly: Briefly | None = None,
    chat_model: "BaseChatModel | None" = None,
    comprehension: Comprehension | None = None,
) -> tuple[Responder, ...]:
    """Return the responders in the order in which they are tried. No model is loaded and no service is asked yet.

    Where the settings name none, and there is no `chat_model`, each provider whose key is set takes part with a small
    model of its own.

    Args:
        settings: Names of responders, keys, addresses, prices and time limits.
        condense: Renders the messages that ask a chat model to make a follow-up question stand alone.
        briefly: Renders the messages for a model on this machine; None sends it what others are sent.
        chat_model: One that the caller made; it is asked first.
        comprehension: Points the extractive responder at what answers; None lets it go by words alone.

    Raises:
        UnknownBackend: There is no such scheme.
        MissingSecret: A hosted responder was named, but its key is not set.
        MissingDependency: A local model was named, but its package or file is not there.
        ConfigurationError: The file of prices cannot be read.
    """
    prices = open_prices(settings.prices)
    names = settings.responders or (_available(settings) if chat_model is None else ())
    given = () if chat_model is None else (_given(chat_model, settings, condense, prices),)
    service = {name: Service(price=prices.of(name)) for name in (*names, FLOOR)}
    floor = ExtractiveResponder(comprehension)
    opened = (
        floor if name == FLOOR else _open(name, settings, condense, briefly, one) for name, one in service.items()
    )
    return (*given, *opened)


def unpriced(responders: Sequence[Responder]) -> list[str]:
    """Return the names of those of whose models nobody knows what they cost."""
    hosted = [one for one in responders if isinstance(one, ChatModelResponder)]
    return [one.name for one in hosted if one.service.price is None]


def _given(model: "BaseChatModel", settings: Settings, condense: Condense | None, prices: Prices) -> Responder:
    from assistant.responders.langchain import open_langchain

    return open_langchain(model, settings, condense, prices)


def _available(settings: Settings) -> tuple[str, ...]:
    keys = {OPENAI_DEFAULT: settings.openai_api_key, COHERE_DEFAULT: settings.cohere_api_key}
    return tuple(name for name, key in keys.items() if key is not None and key.get_secret_value())


def _open(
    value: str, settings: Settings, condense: Condense | None, briefly: Briefly | None, service: Service
) -> Responder:
    scheme, name = split_backend("ASSISTANT_RESPONDERS", value, RESPONDER_SCHEMES)
    match scheme:
        case "openai":
            from assistant.responders.hosted import open_openai

            return open_openai(name, settings, condense, service)
        case "cohere":
            from assistant.responders.hosted import open_cohere

            return open_cohere(name, settings, condense, service)
        case "llama-cpp":
            from assistant.responders.llama_cpp import open_llama_cpp

            return open_llama_cpp(name, settings, condense, briefly, service)
        case _:
            raise UnknownBackend("ASSISTANT_RESPONDERS", value, RESPONDER_SCHEMES)
