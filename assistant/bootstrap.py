"""Joins ports to backends. No other file knows both."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.budget import Budget, Cap
from assistant.channels import open_channels
from assistant.comprehension import Comprehension
from assistant.condensing import RuleRewriter
from assistant.dialogue import Dialogue, House
from assistant.embedders import open_embedder
from assistant.embedders.packaged import SHA256
from assistant.errors import ConfigurationError
from assistant.handoff.courier import Courier
from assistant.handoff.desk import Handoff, Patience
from assistant.handoff.hours_file import read_hours
from assistant.hygiene import instructions_in
from assistant.intents.reading import IntentReader
from assistant.intents.store import IntentStore
from assistant.knowledge import KnowledgeBase
from assistant.output_checks import OutputChecks
from assistant.outsiders import Meanings
from assistant.policy import POLICY_FILE, Policy, read_policy
from assistant.policy.following import FollowedPolicy
from assistant.ports import Channel, ConversationStore, Embedder, Handoffs, Ledger, Responder, Rewriter
from assistant.privacy.logs import redact_logs
from assistant.prompting import Prompts
from assistant.readers import open_reader
from assistant.rerankers import open_reranker
from assistant.reranking import Reranking
from assistant.responders import open_responders, unpriced
from assistant.responders.private import kept_private
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.signals import open_signal_reader
from assistant.signals.vectors import SharedVectors
from assistant.signals.with_intents import IntentSignalReader
from assistant.stores import Stores, open_stores
from assistant.writing import Writer

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


def open_assistant(
    settings: Settings | None = None,
    *,
    check_index: bool = True,
    store: ConversationStore | None = None,
    chat_model: "BaseChatModel | None" = None,
) -> Assistant:
    """Open the assistant of a state folder, creating the folder where there is none.

    Models are loaded on first use; call `Assistant.warm_up` to load them now.

    Args:
        settings: How it is set up; None reads the environment.
        check_index: Refuse to open an index that another embedder made. `assistant reindex` passes False.
        store: Where conversations are kept; None keeps them in the database. Evaluations keep none.
        chat_model: Any chat model of LangChain's; it is asked first, before the responders that the settings name.

    Raises:
        ConfigurationError: A setting cannot work here, such as a missing key or package.
        IndexMismatch: The index was made by another embedder.
    """
    settings = settings or Settings()
    prompts = open_prompts(settings)
    policy = FollowedPolicy(policy_path(settings), lambda path: read_spoken_policy(path, prompts))
    channels = open_channels(settings, prompts)
    open_embedder(settings)
    redact_logs(settings.secret_values)
    responders = _responders(settings, prompts, chat_model)
    reranking = _reranking(settings)
    stores = open_stores(settings)
    try:
        knowledge = KnowledgeBase(
            stores,
            embedder_name=settings.embedder,
            embedder_is_chosen="embedder" in settings.model_fields_set,
            open_embedder=lambda name: open_embedder(settings.model_copy(update={"embedder": name})),
            mass_removal_share=settings.mass_removal_share,
            reranking=reranking,
            max_wrong_share=settings.max_wrong_share,
        )
        if check_index:
            knowledge.check_embedder()
        kept = kept_private(responders, settings)
        rewriter = _rewriter(kept)
        handoff = _handoff(settings, store or stores.handoffs, prompts, channels)
        courier = _courier(stores, handoff, channels)
        dialogue = Dialogue(
            conversations=store or stores.conversations,
            search=knowledge.search_for_answer,
            signals=IntentSignalReader(
                open_signal_reader(settings.signals, knowledge.live_embedder),
                IntentReader(IntentStore(settings.folder), knowledge.live_embedder),
            ),
            rewriter=rewriter,
            writer=Writer(
                responders=kept,
                prompts=prompts,
                checks=_checks(settings, prompts, SharedVectors(knowledge.live_embedder, SHA256).all_of),
                answer_seconds=settings.answer_seconds,
                budget=_budget(settings, stores.ledger, responders),
            ),
            house=House(prompts, policy, handoff),
        )
    except BaseException:
        stores.close()
        raise
    return Assistant(
        settings=settings, stores=stores, knowledge=knowledge, dialogue=dialogue, rewriter=rewriter, courier=courier
    )


def embedder_in_use(settings: Settings) -> Embedder:
    """Return the embedder that the operator chose, or else the one that made the live index of the state folder.

    Raises:
        ConfigurationError: A setting cannot work here, such as a missing key or package.
    """
    stores = open_stores(settings)
    try:
        live = stores.generations.live()
    finally:
        stores.close()
    if live is None or "embedder" in settings.model_fields_set:
        return open_embedder(settings)
    return open_embedder(settings.model_copy(update={"embedder": live.embedder}))


def _handoff(settings: Settings, handoffs: Handoffs, prompts: Prompts, channels: Sequence[Channel]) -> Handoff:
    patience = Patience(
        wait_seconds=settings.wait_seconds, agent_seconds=settings.agent_seconds, email=settings.support_email
    )
    hours = read_hours(settings.hours) if settings.hours else None
    names = tuple(one.name for one in channels)
    return Handoff(handoffs=handoffs, prompts=prompts, hours=hours, patience=patience, channels=names)


def _courier(stores: Stores, handoff: Handoff, channels: Sequence[Channel]) -> Courier:
    return Courier(
        outbox=stores.outbox,
        conversations=stores.conversations,
        handoff=handoff,
        channels=channels,
        customers=stores.customers,
    )


def _reranking(settings: Settings) -> Reranking | None:
    reranker = open_reranker(settings)
    if reranker is None:
        return None
    return Reranking(reranker, weight=settings.reranker_weight, seconds=settings.reranker_seconds)


def _responders(settings: Settings, prompts: Prompts, chat_model: "BaseChatModel | None") -> tuple[Responder, ...]:
    return open_responders(
        settings,
        condense=prompts.condense,
        briefly=prompts.answer_briefly,
        chat_model=chat_model,
        comprehension=_comprehension(settings),
    )


def _comprehension(settings: Settings) -> Comprehension | None:
    reader = open_reader(settings)
    return None if reader is None else Comprehension(reader, seconds=settings.reader_seconds)


def open_prompts(settings: Settings) -> Prompts:
    """Return the templates: the operator's folder first, then those shipped."""
    folders = [folder for folder in (settings.prompts, shipped_folder("prompts")) if folder is not None]
    return Prompts(folders, assistant_name=settings.assistant_name)


def _checks(settings: Settings, prompts: Prompts, meanings: Meanings) -> OutputChecks:
    """Return what looks over every sentence before it is shown."""
    return OutputChecks(
        allowed_hosts=settings.allowed_link_hosts,
        secrets=settings.secret_values,
        left_out=prompts.say("link_left_out"),
        addresses_a_model=lambda sentence: bool(instructions_in(sentence)),
        meanings=meanings,
    )


def open_policy(settings: Settings, prompts: Prompts) -> Policy:
    """Return the rules of what is done: the file that was named, the one beside the operator's words, or the shipped.

    Raises:
        ConfigurationError: It is not a policy, or speaks with a template that there is not.
    """
    return read_spoken_policy(policy_path(settings), prompts)


def read_spoken_policy(path: Path, prompts: Prompts) -> Policy:
    """Return the policy of a file, all of whose words can be said.

    Raises:
        ConfigurationError: It is not a policy, or speaks with a template that there is not.
    """
    policy = read_policy(path)
    for rule in policy.rules:
        for template in rule.then.templates:
            try:
                prompts.say(template, position=0, choices=())
            except ConfigurationError as error:
                raise ConfigurationError(f"{path}: rule {rule.name!r} says {template!r}: {error}") from error
    return policy


def policy_path(settings: Settings) -> Path:
    """Return the file that the policy is read from."""
    if settings.policy is not None:
        return settings.policy
    folders = [folder for folder in (settings.prompts, shipped_folder("prompts")) if folder is not None]
    return next(
        (folder / POLICY_FILE for folder in folders if (folder / POLICY_FILE).is_file()), folders[-1] / POLICY_FILE
    )


def _rewriter(responders: tuple[Responder, ...]) -> Rewriter:
    """Let the first responder that is a language model make follow-ups stand alone; without one, a rule."""
    return next((one for one in responders if isinstance(one, Rewriter)), RuleRewriter())


def _budget(settings: Settings, ledger: Ledger, responders: tuple[Responder, ...]) -> Budget:
    """Return the books with their caps.

    Raises:
        ConfigurationError: Dollars are bounded, and nobody knows what a model costs.
    """
    conversation = Cap(dollars=settings.max_cost_per_conversation, tokens=settings.max_tokens_per_conversation)
    day = Cap(dollars=settings.max_cost_per_day, tokens=settings.max_tokens_per_day)
    unknown = unpriced(responders)
    if unknown and (conversation.dollars is not None or day.dollars is not None):
        message = f"a budget in dollars needs the price of {', '.join(unknown)}; put it into the file ASSISTANT_PRICES"
        raise ConfigurationError(message)
    return Budget(ledger, conversation=conversation, day=day)
