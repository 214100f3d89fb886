"""Opens OpenAI's and Cohere's chat models, and servers that speak OpenAI's API, through LangChain.

A model keeps its connections open between answers, so each account gets one for the whole life of the process.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from assistant.providers import needed_key
from assistant.responders.chat_model import ChatModelResponder, Condense, RewritingResponder
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_REASONING_ONLY = re.compile(r"o\d")
"""OpenAI's models of this family refuse any temperature but their own."""


def open_openai(name: str, settings: Settings, condense: Condense | None) -> ChatModelResponder:
    """Return the responder `openai:name`.

    Raises:
        MissingSecret: Neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.
    """
    base_url = settings.openai_base_url
    key = needed_key(f"openai:{name}", "OPENAI_API_KEY", settings.openai_api_key, base_url)
    return chat_responder(
        f"openai:{name}", lambda: openai_model(name, key, base_url, settings.answer_seconds), settings, condense
    )


def open_cohere(name: str, settings: Settings, condense: Condense | None) -> ChatModelResponder:
    """Return the responder `cohere:name`.

    Raises:
        MissingSecret: Neither COHERE_API_KEY nor CO_API_URL is set.
    """
    base_url = settings.cohere_base_url
    key = needed_key(f"cohere:{name}", "COHERE_API_KEY", settings.cohere_api_key, base_url)
    return chat_responder(
        f"cohere:{name}", lambda: cohere_model(name, key, base_url, settings.answer_seconds), settings, condense
    )


def chat_responder(
    name: str, open_model: "Callable[[], BaseChatModel]", settings: Settings, condense: Condense | None
) -> ChatModelResponder:
    """Return a responder with the settings' time limits, which rewrites questions too if it is given `condense`."""
    first_token_seconds, answer_seconds = settings.first_token_seconds, settings.answer_seconds
    if condense is None:
        return ChatModelResponder(
            name=name,
            open_model=open_model,
            first_token_seconds=first_token_seconds,
            answer_seconds=answer_seconds,
        )
    return RewritingResponder(
        name=name,
        open_model=open_model,
        first_token_seconds=first_token_seconds,
        answer_seconds=answer_seconds,
        condense=condense,
    )


@cache
def openai_model(
    name: str, key: str, base_url: str | None, timeout_seconds: float, max_tokens: int | None = None
) -> "BaseChatModel":
    """Return a chat model on OpenAI's chat API that leaves retries and the time between chunks to the responder."""
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
        **options,
    )


@cache
def cohere_model(name: str, key: str, base_url: str | None, timeout_seconds: float) -> "BaseChatModel":
    """Return a chat model on Cohere's API. Its SDK does not retry streams."""
    return _init_chat_model(
        name, "cohere", cohere_api_key=key, base_url=base_url, timeout_seconds=timeout_seconds, temperature=0
    )


def _init_chat_model(name: str, provider: str, **options: Any) -> "BaseChatModel":  # noqa: ANN401 - vendors' options
    from langchain.chat_models import init_chat_model

    model: BaseChatModel = init_chat_model(name, model_provider=provider, **options)
    return model
