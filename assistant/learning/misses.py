"""Finds the messages of a conversation that were not answered well, and says what speaks for that. Pure."""

from collections.abc import Iterator, Sequence

from assistant.calling import asked_beside
from assistant.calming import calmed
from assistant.narrowing import asks
from assistant.ports import Troubled
from assistant.records import ERASED
from assistant.terms import terms
from assistant.types import MissedQuestion, MissReason, Reply, Turn

WITHOUT_ANSWER = frozenset({"abstain", "offer_human"})
LEAST_TERMS = 2
"""A message with fewer words of meaning, such as "hello?", is a question only where it has the form of one."""

MAX_CHARS = 400
"""Of a longer message the beginning tells what it is about."""

LOW_RATING = 2
"""Who rates a conversation with so many stars or fewer was not helped by what was answered in it."""


def missed_in(conversation: Troubled) -> Iterator[MissedQuestion]:
    """Yield the messages of a conversation that were not answered well, oldest first."""
    turns, rating = conversation.turns, conversation.rating
    asked = [turn for turn in turns if _asks(turn)]
    called = _called_for_a_person(conversation, asked)
    last_word = max((turn.ordinal for turn in turns if turn.speaker == "agent"), default=0)
    rated_low = rating is not None and rating <= LOW_RATING and not last_word
    for turn in asked:
        reasons = tuple(_reasons(turn, called=turn.id == called, rated_low=rated_low))
        if reasons:
            yield MissedQuestion(
                turn_id=turn.id,
                conversation_id=turn.conversation_id,
                asker=conversation.customer or turn.conversation_id,
                ordinal=turn.ordinal,
                asked_at=turn.created_at,
                text=asked_for(turn),
                reasons=reasons,
                answered=last_word > turn.ordinal,
            )


def asked_for(turn: Turn) -> str:
    """Return what a message asks: with the topic that was lent to it, and without what vents or calls for a person."""
    if _calls(turn):
        return calmed(words_of(turn))[:MAX_CHARS]
    searched = turn.reply.searched_for.replace(" | ", " ") if turn.reply is not None else ""
    return (searched or calmed(turn.question))[:MAX_CHARS]


def words_of(turn: Turn) -> str:
    """Return the customer's words, of one that also calls for a person only what it asks beside that."""
    return asked_beside(turn.question) if _calls(turn) else turn.question


def _calls(turn: Turn) -> bool:
    return turn.reply is not None and turn.reply.signals.wants_human


def _asks(turn: Turn) -> bool:
    """Tell whether a message is a question that a document could answer."""
    if turn.speaker != "customer" or turn.question == ERASED or turn.status in ("pending", "cancelled"):
        return False
    if turn.reply is not None and _is_beyond_documents(turn.reply):
        return False
    words = words_of(turn)
    count = len(set(terms(words)))
    return count >= LEAST_TERMS or (count > 0 and asks(words))


def _is_beyond_documents(reply: Reply) -> bool:
    """Tell whether a message tells of a danger or threatens, only greets or leaves an address: no document helps."""
    signals = reply.signals
    return bool(signals.risks) or signals.small_talk is not None or "contact" in signals.matters


def _called_for_a_person(conversation: Troubled, asked: Sequence[Turn]) -> str:
    """Return the question for which a person was called or came: of the call itself, else the last one before it."""
    turns, called = conversation.turns, conversation.called
    people = [turn.ordinal for turn in turns if turn.speaker == "agent" or _handed_over(turn)]
    if called is not None:
        people.append(next((turn.ordinal for turn in turns if turn.created_at >= called), turns[-1].ordinal + 1))
    first = min(people, default=0)
    before = (turn.id for turn in reversed(asked) if turn.ordinal < first or (turn.ordinal == first and _calls(turn)))
    return next(before, "")


def _handed_over(turn: Turn) -> bool:
    return turn.reply is not None and turn.reply.decision.action == "hand_over"


def _reasons(turn: Turn, *, called: bool, rated_low: bool) -> Iterator[MissReason]:
    reply = turn.reply
    if reply is None:
        yield "unanswered"
    elif reply.decision.action in WITHOUT_ANSWER:
        yield "unanswered" if _was_not_searched(reply) else "abstained"
    if turn.feedback == "dislike" or (rated_low and reply is not None and reply.citations):
        yield "disliked"
    # Of what is said while people have the conversation, the questions were for them.
    if called or (reply is not None and _handed_over(turn) and asks(words_of(turn))):
        yield "handed_over"


def _was_not_searched(reply: Reply) -> bool:
    return reply.circumstances is not None and reply.circumstances.stage == "unsearchable"
