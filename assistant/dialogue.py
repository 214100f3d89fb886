"""A conversation turn, from the customer's words to a reply that is stored, cited and explained."""

import logging
import math
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import takewhile

from assistant.assisting import AgentAssist
from assistant.clarifying import open_question
from assistant.errors import Cancelled
from assistant.finding import Finder, Search
from assistant.fitting import because_of, fit, looked_back_at
from assistant.handoff.desk import Handoff
from assistant.narrowing import asks, is_to_be_narrowed, narrowed
from assistant.passing import Passing
from assistant.policy import Policy
from assistant.policy.following import FollowedPolicy
from assistant.ports import Conversations, ConversationStore, Rewriter, SignalReader
from assistant.prompting import Prompts
from assistant.turn_events import TurnEvents, finished
from assistant.types import (
    FOR_EVERYBODY,
    NOBODY,
    Action,
    Allowance,
    Circumstances,
    ConversationState,
    Decision,
    Event,
    Filter,
    Guest,
    Message,
    PassagesFound,
    Reply,
    ReplyFinished,
    SearchResult,
    Stage,
    TextDelta,
    Turn,
    TurnStatus,
)
from assistant.writing import Work, Writer

logger = logging.getLogger(__name__)

REMEMBERED_TURNS = 20
SWEEP_SECONDS = 60.0
"""How often is looked for turns that a dead process has left open."""
GRACE_SECONDS = 60.0
"""How much longer than its time limits allow a turn may take where the machine is slow."""
MAX_QUESTION_CHARS = 4000
"""Longer messages are stored whole and searched by their beginning."""

WITHOUT_ANSWER: tuple[Action, ...] = ("abstain", "offer_human")
"""What a reply does that holds no answer and does not ask back."""


@dataclass(frozen=True)
class House:
    """The words that are said, the rules of what is done, and how a conversation is passed to a person."""

    prompts: Prompts
    policy: Policy | FollowedPolicy
    handoff: Handoff


class Dialogue:
    """Answers one message at a time. Thread-safe: a turn keeps its state to itself."""

    def __init__(
        self,
        *,
        conversations: Conversations,
        search: Search,
        signals: SignalReader,
        rewriter: Rewriter,
        writer: Writer,
        house: House,
    ) -> None:
        """Join the parts of a turn; `writer` has those who write the answer."""
        self._conversations = conversations
        self._finder = Finder(search, rewriter)
        self._signals = signals
        self._writer = writer
        self.house = house
        self.assist = AgentAssist(search=search, rewriter=rewriter, writer=writer, prompts=house.prompts)
        self._passing = Passing(prompts=house.prompts, handoff=house.handoff, reply=self._reply)
        self._swept_at = -math.inf

    def over(self, store: ConversationStore) -> "Dialogue":
        """Return the same dialogue, which keeps its conversations elsewhere and tells no channel of them."""
        other = copy(self)
        other._conversations = store
        other.house = replace(self.house, handoff=self.house.handoff.over(store))
        other._passing = Passing(prompts=other.house.prompts, handoff=other.house.handoff, reply=other._reply)
        return other

    def stream(
        self,
        text: str,
        conversation_id: str | None = None,
        history: Sequence[Message] = (),
        only: Filter = FOR_EVERYBODY,
        guest: Guest = NOBODY,
    ) -> TurnEvents:
        """Return the events of one turn; the last is `ReplyFinished`. Closing the iterator cancels the turn.

        `history` is for clients that keep the conversation themselves; it is used where nothing is stored. Nothing but
        what `only` admits is searched, shown to a responder, or quoted. `guest` is who asks, for the policy.

        Raises:
            ConversationNotFound: There is no conversation `conversation_id`.
            AssistantError: The turn failed; it is stored as failed.
        """
        allowance = self._writer.allowance()
        recall = partial(self._recall, text, conversation_id, history, guest)
        return TurnEvents(self._events(recall, text, only, allowance), allowance)

    def _events(
        self, recall: Callable[[], Work], text: str, only: Filter, allowance: Allowance
    ) -> Generator[Event, None, None]:
        work = recall()
        work.allowance = allowance
        status: TurnStatus = "failed"
        reply = None
        try:
            yield from self._answer(work, text, only)
            reply = self._reply(work)
            status = "complete"
        except (Cancelled, GeneratorExit, KeyboardInterrupt):
            status = "cancelled"
            raise
        finally:
            with work.timed("record"):
                self._conversations.finish_turn(work.turn.id, status, reply)
                self._writer.close_books(work)
        logger.info("turn %s: %s by %s, %s", work.turn.id, reply.decision.action, reply.responder, reply.timings_ms)
        yield ReplyFinished(reply=reply)

    def reply(
        self,
        text: str,
        conversation_id: str | None = None,
        history: Sequence[Message] = (),
        only: Filter = FOR_EVERYBODY,
        guest: Guest = NOBODY,
    ) -> Reply:
        """Return the finished reply of one turn; see `stream`."""
        return finished(self.stream(text, conversation_id, history, only, guest))

    def warm_up(self) -> None:
        """Do before the first turn what need not be done in it."""
        self.close_abandoned()
        self._writer.warm_up()

    def close_abandoned(self) -> int:
        """Close as failed the turns that a process left open when it died; return how many.

        Replicas share the store, so that only what is older than any turn can be counts as left.
        """
        self._swept_at = time.monotonic()
        age = timedelta(seconds=2 * self._writer.answer_seconds + GRACE_SECONDS)
        count = self._conversations.fail_abandoned(datetime.now(UTC) - age)
        if count:
            logger.warning("%d turns were left open by a process that ended; they are closed as failed", count)
        return count

    def _recall(self, text: str, conversation_id: str | None, history: Sequence[Message], guest: Guest) -> Work:
        started = time.perf_counter()
        if time.monotonic() - self._swept_at > SWEEP_SECONDS:
            self.close_abandoned()
        store = self._conversations
        conversation = store.get(conversation_id) if conversation_id else store.start()
        turns = looked_back_at(store.turns(conversation.id)[-REMEMBERED_TURNS:], guest) if conversation_id else []
        turn = store.begin_turn(conversation.id, text)
        work = Work(turn=turn, conversation=conversation, history=shortened(messages_of(turns) or history))
        after = circumstances_after(turns, conversation.state)
        is_open, is_asked = self.house.handoff.availability().is_open, asks(text[:MAX_QUESTION_CHARS])
        work.circumstances = after.model_copy(update={"asks": is_asked, "open": is_open, **guest.for_policy()})
        work.unclear, work.facts = open_question(turns), guest.facts
        work.timings_ms["recall"] = round((time.perf_counter() - started) * 1000, 3)
        return work

    def _answer(self, work: Work, text: str, only: Filter) -> Iterator[Event]:
        question = text[:MAX_QUESTION_CHARS]
        self._writer.open_books(work)
        with work.timed("sense"):
            work.signals = self._signals.read(question, work.history)
        if (yield from self._passing.heard(work, question)) or (yield from self._carried_out(work, "unsearched", only)):
            return
        found = self._look_up(work, question, only)
        if found is not None:
            work.found = found
            yield PassagesFound(passages=found.passages, searched_for=work.query.shown)
        yield from self._carried_out(work, "unsearchable" if found is None else "searched", only)

    def _carried_out(self, work: Work, stage: Stage, only: Filter) -> Generator[Event, None, bool]:
        """Do what the policy decides at a stage of the turn; False where it cannot decide before a search.

        What needs a person and cannot have one, because that was tried for the same cause before, is decided anew
        without that rule; an answer of which nothing was supported is decided anew, too.
        """
        while self._decided(work, stage):
            decision = work.decision
            assert decision is not None
            if stage == "searched" and is_to_be_narrowed(decision, work.found):
                yield from self._search_deeper(work, only)
                decision = work.decision or decision
            if decision.action in ("hand_over", "offer_human"):
                if (yield from self._passing.passed_on(work)):
                    return True
                work.refused = (*work.refused, decision.rule)
            elif decision.action == "answer" and work.signals is not None and work.signals.small_talk is None:
                if work.found.passages:
                    yield from self._writer.answer(work)
                if work.draft.text:
                    return True
                stage = "unsupported"
            else:
                yield from self._say(work)
                return True
        return False

    def _search_deeper(self, work: Work, only: Filter) -> Iterator[Event]:
        """Search once more for what the message asks alone; it counts where it holds the answer, and more surely."""
        if (query := narrowed(work.query)) is None:
            return
        with work.timed("search_deeper"):
            found = self._finder.find(query.model_copy(update={"only": only}), may_ask=work.may_ask)
        whole = work.found.evidence
        if found is not None and found.evidence.confidence >= max(whole.confidence, whole.needed):
            work.found, work.query = found, query
            yield PassagesFound(passages=found.passages, searched_for=query.shown)
            self._decided(work, "searched")

    def _look_up(self, work: Work, question: str, only: Filter) -> SearchResult | None:
        """Search for what a message means in its conversation."""
        with work.timed("condense"):
            query = self._finder.query(question, work.history, work.unclear, work.allowance)
        work.prompts |= dict(query.prompts)
        with work.timed("search"):
            asked = query.model_copy(update={"only": only})
            found, query = fit(work, self._finder.find(asked, may_ask=work.may_ask), asked, self._finder)
        work.query = query if found is None or not found.switched else query.alone()
        return found

    def _decided(self, work: Work, stage: Stage) -> bool:
        """Let the policy decide at a stage of the turn; False where it cannot before a search."""
        assert work.signals is not None
        changes: dict[str, object] = {"stage": stage}
        if stage == "searched":
            # The features of a search are for those who fit models; they would make every reply twice as long.
            evidence = work.found.evidence.model_copy(update={"features": {}})
            changes |= {"evidence": evidence, "terms": len(work.found.weights)}
        work.circumstances = work.circumstances.model_copy(update=changes)
        work.decision = self.house.policy.decide(work.signals, work.circumstances, without=work.refused)
        return work.decision is not None

    def _say(self, work: Work) -> Iterator[Event]:
        """Say the house's own words for a decision that needs no source."""
        decision = work.decision
        assert decision is not None
        assert work.signals is not None
        template = decision.words or decision.action
        if template == "answer":
            template = work.signals.small_talk or "abstain"
        if decision.action == "clarify":
            choices = self._writer.plain(work.found.evidence.choices)
            work.choices = choices if len(choices) > 1 else ()
        say = self.house.prompts.noting(work.prompts).say
        said = [say(decision.opening)] if decision.opening else []
        said.append(say(template, choices=work.choices))
        work.spoken = "\n\n".join(said)
        yield TextDelta(text=work.spoken)

    def _explained(self, work: Work, decision: Decision) -> Decision:
        """Return the decision with what staff may want to know: what it was fitted to, what kept a model from it."""
        more = [one for one in (because_of(work), work.allowance.refused) if one]
        return decision.model_copy(update={"reason": " ".join([decision.reason, *more])}) if more else decision

    def _reply(self, work: Work) -> Reply:
        assert work.decision is not None
        assert work.signals is not None
        work.timings_ms["total"] = round(
            sum(v for k, v in work.timings_ms.items() if k not in ("first_text", "total")), 3
        )
        return Reply(
            conversation_id=work.conversation.id,
            turn_id=work.turn.id,
            text=work.draft.text or work.spoken,
            citations=work.draft.citations,
            decision=self._explained(work, work.decision),
            signals=work.signals,
            responder=work.responder,
            searched_for=work.query.shown,
            timings_ms=dict(work.timings_ms),
            topic_switched=work.found.switched,
            circumstances=work.circumstances.model_copy(update={"refused": work.refused}),
            complete=work.complete,
            usage=work.allowance.used,
            prompts=dict(sorted(work.prompts.items())),
            left_out=tuple(work.left_out),
            choices=work.choices,
            fitted=work.fitted if work.draft.text else None,
        )


def circumstances_after(turns: Sequence[Turn], state: ConversationState) -> Circumstances:
    """Return the circumstances in which a message comes after these turns, before anything is searched for it."""
    actions = [turn.reply.decision.action for turn in reversed(turns) if turn.reply is not None]
    return Circumstances(
        state=state,
        abstentions=_run(actions, WITHOUT_ANSWER),
        clarifications=_run(actions, ("clarify",)),
    )


def _run(actions: Sequence[Action], of: Sequence[Action]) -> int:
    """Count how many of the latest actions, one after another, are among some."""
    return len(list(takewhile(lambda action: action in of, actions)))


def shortened(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Return messages with the beginning of the very long ones: what is read of a question is read of those."""
    return tuple(
        one if len(one.text) <= MAX_QUESTION_CHARS else one.model_copy(update={"text": one.text[:MAX_QUESTION_CHARS]})
        for one in messages
    )


def messages_of(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """Return stored turns as messages, oldest first; a choice stands there with the question that it completes."""
    messages: list[Message] = []
    for number, turn in enumerate(turns):
        asked = open_question(turns[:number])
        completed = asked.completed(turn.question) if asked and turn.speaker == "customer" else None
        if turn.reply is not None and turn.reply.fitted is not None:
            completed = turn.reply.fitted.question
        messages.append(
            Message(speaker=turn.speaker, text=completed or turn.question, informs=turn.speaker != "assistant")
        )
        if turn.reply is not None:
            informs = bool(turn.reply.citations)
            messages.append(Message(speaker="assistant", text=turn.reply.text, informs=informs))
    return tuple(messages)
