"""Lets a chat model answer that the caller made, of any class that LangChain knows."""

from typing import TYPE_CHECKING

from assistant.prices import Prices
from assistant.responders.chat_model import ChatModelResponder, Service
from assistant.responders.hosted import chat_responder
from assistant.responders.rewriting import Condense
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

SCHEME = "langchain"

_TELL_FINISH = (
    "langchain_anthropic langchain_aws langchain_azure_ai langchain_cohere langchain_deepseek langchain_fireworks "
    "langchain_google_genai langchain_google_vertexai langchain_groq langchain_mistralai langchain_ollama "
    "langchain_openai langchain_together langchain_xai"
).split()
"""Packages whose models say at the end of a stream why it ended, so that silence about it means that it broke off."""


def open_langchain(
    model: "BaseChatModel", settings: Settings, condense: Condense | None, prices: Prices
) -> ChatModelResponder:
    """Return the responder `langchain:NAME`, named after the model; prices go by that name."""
    name = f"{SCHEME}:{_name_of(model)}"
    families = {kind.__module__.partition(".")[0] for kind in type(model).__mro__}
    service = Service(price=prices.of(name), tells_finish=not families.isdisjoint(_TELL_FINISH))
    return chat_responder(name, lambda: model, settings, condense, service)


def _name_of(model: "BaseChatModel") -> str:
    """Return the name that its provider gives a model, or its class where it has none."""
    named = (getattr(model, one, None) for one in ("model_name", "model", "model_id"))
    return next((one for one in named if isinstance(one, str) and one), type(model).__name__)
