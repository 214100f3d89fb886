"""`assistant doctor`: is this set-up able to work, and if not, what mends it."""

import platform
from collections.abc import Callable
from importlib.metadata import version

from assistant.bootstrap import open_assistant, open_policy, open_prompts, policy_path
from assistant.channels import open_channels
from assistant.customers.tokens import open_token_reader
from assistant.embedders import open_embedder
from assistant.embedders.prefixes import reads_only_english
from assistant.entrypoints.intents import intents_of
from assistant.errors import AssistantError, ConfigurationError
from assistant.readers import open_reader
from assistant.rerankers import open_reranker
from assistant.reranking import DEPTH
from assistant.responders import open_responders
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import open_stores
from assistant.template_checks import check_templates, summarise
from assistant.types import Value

PACKAGES = (
    "customer-assistant",
    "chromadb",
    "gradio",
    "langchain",
    "openai",
    "cohere",
    "sentence-transformers",
    "torch",
)


class Check(Value):
    """One finding; `detail` holds the remedy where `ok` is False."""

    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Return all findings. Nothing is changed but the state folder, which is created where it is missing."""
    prompts = open_prompts(settings)
    return [
        Check(name="home", ok=True, detail=str(settings.folder.resolve())),
        _check("database", lambda: _database(settings)),
        _check("embedder", lambda: _embedder(settings)),
        _check("reranker", lambda: _reranker(settings)),
        _check("reader", lambda: _reader(settings)),
        _check(
            "responders", lambda: ", ".join(one.name for one in open_responders(settings, condense=prompts.condense))
        ),
        _check("languages", lambda: _languages(settings)),
        _check("prompts", lambda: _prompts(settings)),
        _check("policy", lambda: _policy(settings)),
        _check("index", lambda: _index(settings)),
        _check("handoffs", lambda: _handoffs(settings)),
        _check("customers", lambda: _customers(settings)),
        _check("intents", lambda: _intents(settings)),
        Check(name="versions", ok=True, detail=_versions()),
    ]


def _intents(settings: Settings) -> str:
    model = intents_of(settings).model()
    if model is None:
        return "none were trained; `assistant intents train FILE` learns some"
    return f"{len(model.intents)}, named from a confidence of {model.threshold:.2f} on"


def _handoffs(settings: Settings) -> str:
    """Tell where the team learns of handoffs, and how many could not be told there; all wait on the staff page."""
    names = [one.name for one in open_channels(settings, open_prompts(settings))]
    stores = open_stores(settings)
    try:
        owed, given_up = stores.outbox.undelivered()
    finally:
        stores.close()
    told = f"told on the staff page{''.join(f' and by {name}' for name in names)}"
    if owed:
        told += f"; {owed} still to be told"
    if given_up:
        told += f"; {given_up} were never told by {' or '.join(names) or 'a channel that is gone'}: check its address"
    return told


def _customers(settings: Settings) -> str:
    """Tell whether customers can sign in; an id that nobody has signed is taken from the team alone."""
    proxies = f"proxies {', '.join(settings.trusted_proxies) or 'none'}"
    bounds = f"{settings.turns_per_minute} messages a minute, {settings.turns_per_day} a day; {proxies}"
    if open_token_reader(settings) is None:
        return f"anonymous visitors only ({bounds}); ASSISTANT_CUSTOMER_TOKEN_KEY lets your site sign its customers in"
    keys = 1 + (settings.customer_token_key is not None and settings.customer_token_key_before is not None)
    issuer = f", of {settings.customer_token_issuer}" if settings.customer_token_issuer else ", of any issuer"
    return (
        f"signed in by {settings.customer_token_algorithm} tokens for {settings.customer_token_audience}{issuer}, "
        f"{keys} {'key' if keys == 1 else 'keys'}, for {settings.customer_token_hours:g} h at most; unsigned ids off; "
        + bounds
    )


def _check(name: str, work: Callable[[], str]) -> Check:
    try:
        return Check(name=name, ok=True, detail=work())
    except AssistantError as error:
        return Check(name=name, ok=False, detail=str(error))


def _database(settings: Settings) -> str:
    stores = open_stores(settings)
    try:
        documents, passages = stores.catalog.counts()
    finally:
        stores.close()
    kind = settings.database_url.partition(":")[0].partition("+")[0]
    return f"{kind}, {documents} documents, {passages} passages"


def _prompts(settings: Settings) -> str:
    """Return how many templates there are; a wrong one is not used, which nobody would notice in the chat."""
    own, shipped = settings.prompts, shipped_folder("prompts")
    if own is not None and not own.is_dir():
        raise ConfigurationError(f"there is no folder {own}; ASSISTANT_PROMPTS names it")
    findings = check_templates(own, shipped)
    if findings:
        first = findings[0]
        raise ConfigurationError(f"{first.path}: {first.problem}: {first.detail}; `assistant prompts check` shows all")
    return f"{len(summarise(own, shipped))} templates"


def _policy(settings: Settings) -> str:
    """Return where the rules come from; a running server goes on with the last good ones, which nobody would notice."""
    return f"{len(open_policy(settings, open_prompts(settings)).rules)} rules of {policy_path(settings)}"


def _embedder(settings: Settings) -> str:
    embedder = open_embedder(settings)
    embedder.embed_query("reachable")
    return f"{settings.embedder}, {embedder.dimension} dimensions, reads {embedder.max_tokens} tokens"


def _reranker(settings: Settings) -> str:
    reranker = open_reranker(settings)
    if reranker is None:
        return "none"
    reranker.warm_up()
    texts = ["Returns are free within 30 days."] * DEPTH
    read = len(reranker.rerank("How long may I return it?", texts, settings.reranker_seconds))
    return f"{reranker.name}, reads {read} of {DEPTH} short passages in {settings.reranker_seconds:g} s"


def _reader(settings: Settings) -> str:
    reader = open_reader(settings)
    if reader is None:
        return "none: quotations are chosen by words alone"
    reader.warm_up()
    text = "Returns are free within 30 days."
    (readout,) = reader.read("How long may I return it?", [text], settings.reader_seconds)
    return f"{reader.name}, reads {text[readout.start : readout.end]!r} as the answer in {text!r}"


def _languages(settings: Settings) -> str:
    """Tell the languages of the documents, and which of them the embedder was not trained on."""
    with open_assistant(settings, check_index=False) as bot:
        counts, embedder = bot.languages(), str(bot.status()["embedder"])
    told = ", ".join(f"{language or 'not sure'} {count}" for language, count in sorted(counts.items()))
    foreign = sorted(set(counts) - {"", "en"})
    if foreign and reads_only_english(embedder):
        told += (
            f"; {embedder} reads English only, and finds {', '.join(foreign)} by words alone: name a multilingual "
            "model in ASSISTANT_EMBEDDER, such as sentence-transformers:intfloat/multilingual-e5-small, and reindex"
        )
    return told or "no documents"


def _index(settings: Settings) -> str:
    with open_assistant(settings) as bot:
        status = bot.status()
        if not status["passages"]:
            return "empty; run `assistant ingest PATH...`"
        bot.warm_up()
        tuned = f", tuned ({status['tuned']})" if status["tuned"] else ""
        return f"generation {status['generation']} answers{tuned}, {status['waiting']} conversations wait for a person"


def _versions() -> str:
    return f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in PACKAGES)
