"""Opens OpenAI's and Cohere's chat models, and servers that speak OpenAI's API, through LangChain.

A model keeps its connections open between answers, so each account gets one for the whole life of the process.
"""

import re
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from assistant.providers import needed_key
from assistant.responders.chat_model import ChatModelResponder, Compose, Service, TimeLimits
from assistant.responders.rewriting import Condense, RewritingResponder
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_cohere import ChatCohere
    from langchain_core.language_models import BaseChatModel

CLIENT_NAME = "customer-assistant"

_REASONING_ONLY = re.compile(r"o\d")
"""OpenAI's models of this family refuse any temperature but their own."""


def open_openai(name: str, settings: Settings, condense: Condense | None, service: Service) -> ChatModelResponder:
    """Return the responder `openai:name`.

    Raises:
        MissingSecret: Neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.
    """
    base_url = settings.openai_base_url
    key = needed_key(f"openai:{name}", "OPENAI_API_KEY", settings.openai_api_key, base_url)
    open_model = partial(openai_model, name, key, base_url, settings.answer_seconds)
    return chat_responder(f"openai:{name}", open_model, settings, condense, service)


def open_cohere(name: str, settings: Settings, condense: Condense | None, service: Service) -> ChatModelResponder:
    """Return the responder `cohere:name`.

    Raises:
        MissingSecret: Neither COHERE_API_KEY nor CO_API_URL is set.
    """
    base_url = settings.cohere_base_url
    key = needed_key(f"cohere:{name}", "COHERE_API_KEY", settings.cohere_api_key, base_url)
    open_model = partial(cohere_model, name, key, base_url, settings.answer_seconds)
    return chat_responder(f"cohere:{name}", open_model, settings, condense, service)


def chat_responder(
    name: str,
    open_model: "Callable[[], BaseChatModel]",
    settings: Settings,
    condense: Condense | None,
    service: Service,
    compose: Compose | None = None,
) -> ChatModelResponder:
    """Return a responder with the settings' time limits, which rewrites questions too if it is given `condense`."""
    limits = TimeLimits(settings.first_token_seconds, settings.between_tokens_seconds, settings.answer_seconds)
    if condense is None:
        return ChatModelResponder(name=name, open_model=open_model, limits=limits, service=service, compose=compose)
    return RewritingResponder(
        name=name, open_model=open_model, limits=limits, condense=condense, service=service, compose=compose
    )


@cache
def openai_model(
    name: str, key: str, base_url: str | None, timeout_seconds: float, max_tokens: int | None = None
) -> "BaseChatModel":
    """Return a chat model on OpenAI's chat API that leaves retries and the time between chunks to the responder."""
    from assistant.responders.bounded import bounded_httpx2

    options: dict[str, Any] = {} if _REASONING_ONLY.match(name) else {"temperature": 0}
    return _init_chat_model(
        name,
        "openai",
        api_key=key,
        base_url=base_url,
        timeout=timeout_seconds,
        max_retries=0,
        max_tokens=max_tokens,
        stream_chunk_timeout=None,
        use_responses_api=False,
        # Without it, only OpenAI itself would be asked to tell the tokens of a stream.
        stream_usage=True,
        http_async_client=bounded_httpx2(timeout_seconds),
        **options,
    )


@cache
def cohere_model(name: str, key: str, base_url: str | None, timeout_seconds: float) -> "BaseChatModel":
    """Return a chat model on Cohere's API. Its SDK does not retry streams."""
    import cohere

    from assistant.responders.bounded import bounded_httpx

    options = {"base_url": base_url, "timeout_seconds": timeout_seconds, "temperature": 0}
    model = cast("ChatCohere", _init_chat_model(name, "cohere", cohere_api_key=key, **options))
    # The one that it made itself reads whatever it is sent.
    client = bounded_httpx(timeout_seconds)
    model.async_client = cohere.AsyncClient(
        key, client_name="customer-assistant", base_url=base_url, httpx_client=client
    )
    return model


def _init_chat_model(name: str, provider: str, **options: Any) -> "BaseChatModel":  # noqa: ANN401 - vendors' options
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    return model
