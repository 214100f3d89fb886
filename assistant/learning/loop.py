"""The learning loop: what is asked in vain becomes a gap, agents' words a draft, what a lead approves a document."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from assistant.dialogue import messages_of, shortened
from assistant.errors import ArticleRefused, GapNotFound
from assistant.indexing.embedding import Progress
from assistant.ingestion.loaders.cleaning import one_line
from assistant.learning.articles import Ask, as_document, asked_again, name_of
from assistant.learning.drafting import Asked, Drafter
from assistant.learning.grouping import Group, Grouped, Grouper
from assistant.learning.listing import in_order, summed_up
from assistant.learning.misses import words_of
from assistant.ports import Conversations, CustomerStore, Embedder, Gaps
from assistant.types import (
    Document,
    Gap,
    GapDraft,
    GapReport,
    GapState,
    IngestReport,
    LoadedDocument,
    Message,
    MissedQuestion,
)

Publish = Callable[[Sequence[LoadedDocument], Progress | None], IngestReport]
"""Takes documents into the knowledge base, so that they are answered from at once."""


class Documents(Protocol):
    """The documents there are."""

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name; None where there is none."""


class LearningStores(Protocol):
    """What the loop needs of the stores."""

    @property
    def gaps(self) -> Gaps:
        """What customers asked in vain."""

    @property
    def catalog(self) -> Documents:
        """The documents there are."""

    @property
    def conversations(self) -> Conversations:
        """What was said."""

    @property
    def customers(self) -> CustomerStore:
        """What is known of who said it."""


class LearningLoop:
    """Lists gaps, drafts what closes them, and keeps what was decided. Thread-safe: all state is in the stores."""

    def __init__(
        self,
        stores: LearningStores,
        *,
        embedder: Callable[[], Embedder],
        drafter: Drafter,
        publish: Publish,
        ask: Ask,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Join the parts; see `assistant.learning.opening`."""
        self._stores = stores
        self._grouper = Grouper(stores.gaps, embedder)
        self._drafter = drafter
        self._publish = publish
        self._ask = ask
        self._clock = clock

    def grouped(self, days: int | None = None) -> Grouped:
        """Group the questions of conversations that were touched in the last `days`, or of all.

        Every other method groups them anew, or takes what this one returned: whoever asks and decides several things at
        once reads and compares all questions once. What is decided is seen by what is asked afterwards.

        Raises:
            BackendError: The embedder failed.
        """
        since = None if days is None else self._clock() - timedelta(days=days)
        return Grouped(self._grouper.groups(since))

    def gaps(self, days: int | None = None, *, grouped: Grouped | None = None) -> list[Gap]:
        """Return the gaps of conversations that were touched in the last `days`, or of all: open and large ones first.

        Raises:
            BackendError: The embedder failed.
        """
        grouped = grouped or self.grouped(days)
        return in_order([self._gap(one) for one in grouped.groups()])

    def draft(self, gap_id: str, *, rewrite: bool = False, grouped: Grouped | None = None) -> GapDraft:
        """Return the draft of an article that closes a gap, made of what agents said in its conversations.

        With `rewrite` a language model, where one is set up, puts it into words of its own, which agents' support.

        Raises:
            GapNotFound: There is no such gap, or its conversations are gone.
            BackendError: The embedder failed, or the knowledge base cannot be searched.
        """
        grouped = grouped or self.grouped()
        group = self._found(gap_id, grouped)
        draft = self._drafted(group, grouped)
        if group.record.state == "open":
            self._decided(group, "drafted", grouped)
        return self._drafter.rewritten(draft) if rewrite and draft.sentences else draft

    def approve(
        self,
        gap_id: str,
        text: str | None = None,
        *,
        owner: str = "",
        valid_until: date | None = None,
        progress: Progress | None = None,
        grouped: Grouped | None = None,
    ) -> GapReport:
        """Let an article answer a gap from now on, and ask the gap's questions once more.

        Args:
            gap_id: The gap.
            text: The article, Markdown with or without front matter; None takes the draft as it is.
            owner: Who looks after the article, and answers for the document; empty takes the `owner` of its front
                matter, else leaves that as it was.
            valid_until: The last day on which it holds.
            progress: Told how far the indexing is.
            grouped: The gaps, where they were grouped just now.

        Raises:
            GapNotFound: There is no such gap, or its conversations are gone.
            ArticleRefused: There is no text, and no agent has answered; or the article cannot be read.
            HomeInUse: Another process is writing.
        """
        grouped = grouped or self.grouped()
        group = self._found(gap_id, grouped)
        if text is None:
            text = self._text_of_draft(group, grouped)
        document = as_document(group.record.id, text, valid_until)
        by = one_line(owner or document.owner or group.record.owner)
        document = document.model_copy(update={"owner": by})
        taken_in = self._publish([document], progress)
        if taken_in.failed:
            raise ArticleRefused(f"the article was not taken in: {taken_in.failed[0].reason}")
        decided = self._decided(group, "approved", grouped, by)
        stored = self._stores.catalog.document(document.name)
        assert stored is not None
        asked = asked_again(self._ask, [self._as_asked(one) for one in group.questions], stored.id)
        return GapReport(
            gap=self._gap(decided),
            document=stored.name,
            revision=stored.revision,
            held=taken_in.held,
            passed=sum(one.passed for one in asked),
            asked=asked,
        )

    def dismiss(self, gap_id: str, *, grouped: Grouped | None = None) -> Gap:
        """Note that a gap needs no answer; new questions that ask the same join it, and stay out of the way."""
        grouped = grouped or self.grouped()
        return self._gap(self._decided(self._found(gap_id, grouped), "dismissed", grouped))

    def reopen(self, gap_id: str, *, grouped: Grouped | None = None) -> Gap:
        """Note that a gap is to be looked at again. What answers it stays."""
        grouped = grouped or self.grouped()
        return self._gap(self._decided(self._found(gap_id, grouped), "open", grouped))

    def _text_of_draft(self, group: Group, grouped: Grouped) -> str:
        draft = self._drafted(group, grouped)
        if not draft.sentences:
            message = (
                f"no agent has said what answers gap {group.record.id}; write the article, and approve it by --file"
            )
            raise ArticleRefused(message)
        return draft.text

    def _drafted(self, group: Group, grouped: Grouped) -> GapDraft:
        ids = dict.fromkeys(one.conversation_id for one in group.questions)
        turns = {one: self._stores.conversations.turns(one) for one in ids}
        return self._drafter.draft(
            group, turns, _asked_otherwise(group, grouped), {one: self._names(one) for one in ids}
        )

    def _names(self, conversation_id: str) -> list[str]:
        """Return who is known to have taken part in a conversation."""
        conversation = self._stores.conversations.get(conversation_id)
        customer = self._stores.customers.get(conversation.customer) if conversation.customer else None
        return [customer.name if customer is not None else "", conversation.agent]

    def _as_asked(self, missed: MissedQuestion) -> tuple[str, Sequence[Message]]:
        """Return a question in its customer's words, and what was said before it."""
        turns = self._stores.conversations.turns(missed.conversation_id)
        words = next((words_of(turn) for turn in turns if turn.id == missed.turn_id), missed.text)
        return words, shortened(messages_of([turn for turn in turns if turn.ordinal < missed.ordinal]))

    def _decided(self, group: Group, state: GapState, grouped: Grouped, owner: str = "") -> Group:
        owner = owner or group.record.owner
        record = group.record.model_copy(update={"state": state, "decided_at": self._clock(), "owner": owner})
        self._stores.gaps.decide(record)
        decided = Group(record, group.questions, group.vectors)
        grouped.put(decided)
        return decided

    def _found(self, gap_id: str, grouped: Grouped) -> Group:
        """Return a gap by its id, or by that of one that was merged into it."""
        known = next((one for one in self._stores.gaps.records() if one.id == gap_id), None)
        group = grouped.get((known.merged_into or known.id) if known is not None else gap_id)
        if group is None:
            raise GapNotFound(f"there is no gap {gap_id!r}; `assistant gaps` lists those that there are")
        return group

    def _gap(self, group: Group) -> Gap:
        name = name_of(group.record.id)
        return summed_up(group, name if self._stores.catalog.document(name) is not None else "")


def _asked_otherwise(group: Group, grouped: Grouped) -> dict[str, list[Asked]]:
    """Return the questions of all other gaps, by conversation."""
    others: dict[str, list[Asked]] = {}
    for one in grouped.groups():
        if one.record.id != group.record.id:
            for question, vector in zip(one.questions, one.vectors, strict=True):
                others.setdefault(question.conversation_id, []).append(Asked(question, vector))
    return others
