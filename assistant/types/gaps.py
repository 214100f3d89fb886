"""What customers ask and the assistant cannot answer: the questions, what they have in common, and what came of it."""

from datetime import date, datetime
from typing import Literal

from assistant.types.conversation import Action
from assistant.types.value import Value

GapState = Literal["open", "drafted", "approved", "dismissed"]
"""Nobody has looked at it; a draft was made; a document answers it; it needs no answer."""

MissReason = Literal["abstained", "unanswered", "disliked", "handed_over"]
"""No document held the answer; nobody gave one; the customer did not like it; a person was called for it."""


class MissedQuestion(Value):
    """A customer's message that was not answered well, with everything that speaks for that.

    `text` is what was asked, without what only vents; `asker` is the customer, or the conversation where nobody knows
    whose it is; `answered` tells that an agent wrote afterwards.
    """

    turn_id: str
    conversation_id: str
    asker: str
    ordinal: int
    asked_at: datetime
    text: str
    reasons: tuple[MissReason, ...]
    answered: bool = False


class GapRecord(Value):
    """What is kept of a gap beside its questions. `merged_into` is set where another gap has taken its questions."""

    id: str
    state: GapState = "open"
    created_at: datetime
    decided_at: datetime | None = None
    owner: str = ""
    merged_into: str = ""


class Gap(Value):
    """Questions that ask the same.

    `size` counts the customers, where they are known, and else the conversations; `questions` counts the messages.
    `samples` are the most typical messages, personal details masked. `reasons` counts conversations, and so does
    `answered` those in which an agent wrote afterwards. `document` is the name of the one that answers the gap, and
    `again` counts the conversations in which it was missed all the same, later.
    """

    id: str
    state: GapState
    title: str
    size: int
    questions: int
    samples: tuple[str, ...]
    first: date
    last: date
    reasons: dict[MissReason, int]
    answered: int
    owner: str = ""
    document: str = ""
    again: int = 0


class AgentWords(Value):
    """Where a sentence of a draft comes from: what an agent said in a turn of a conversation, as it was masked."""

    conversation_id: str
    turn: int
    quote: str


class DraftSentence(Value):
    """A sentence of a draft, with everything that agents said to the same effect; never empty."""

    text: str
    evidence: tuple[AgentWords, ...]


class LeftOutWords(Value):
    """What agents said and a draft does not, masked, and why: it was for one customer alone."""

    reason: Literal["personal", "this case", "question"]
    words: AgentWords


class Difference(Value):
    """Two things that agents said about the same with other figures; the draft has the newer one."""

    kept: AgentWords
    other: AgentWords


class GapDraft(Value):
    """A draft of an article, made of agents' words alone, in Markdown; it has no sentence where nobody answered.

    `alike` are the questions below its title; `writer` is the model that put it into its own words, if one did.
    """

    gap: str
    title: str
    text: str
    sentences: tuple[DraftSentence, ...]
    alike: tuple[str, ...] = ()
    writer: str = ""
    left_out: tuple[LeftOutWords, ...] = ()
    differences: tuple[Difference, ...] = ()


class AskedAgain(Value):
    """A question of a gap, asked once more. It passes where it is answered from the document that was approved."""

    question: str
    passed: bool
    action: Action
    documents: tuple[str, ...]


class GapReport(Value):
    """What came of an approval. `held` counts passages kept from search; `assistant audit` says why."""

    gap: Gap
    document: str
    revision: int
    held: int
    passed: int
    asked: tuple[AskedAgain, ...]
