"""Helps an agent to answer: a draft from the documents, with its sources, and the articles that may hold more."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from assistant.handoff.pack import open_question
from assistant.ports import Rewriter
from assistant.retrieval import Mode
from assistant.terms import terms
from assistant.types import (
    FOR_EVERYBODY,
    Article,
    Conversation,
    Decision,
    Evidence,
    Filter,
    Message,
    Passage,
    Query,
    ScoredPassage,
    SearchResult,
    Sentiment,
    Signals,
    Suggestion,
    Turn,
)
from assistant.writing import Work, Writer

PASSAGES = 5
_MARK = re.compile(r"[ \t]*\[\d{1,3}\]")
_CALM = Sentiment(label="neutral", score=0.0)
_SIGNALS = Signals(sentiment=_CALM, conversation=_CALM)
_DECISION = Decision(action="answer", reason="A draft for an agent.")


class AgentAssist:
    """Suggests what an agent may say. Nothing is stored, and nothing is said to the customer."""

    def __init__(
        self, *, search: Callable[[Query, int, Mode], SearchResult], rewriter: Rewriter, writer: Writer
    ) -> None:
        """Search and write as for a customer: a draft says nothing that no source supports."""
        self._search = search
        self._rewriter = rewriter
        self._writer = writer

    def suggest(
        self,
        conversation: Conversation,
        turns: Sequence[Turn],
        messages: Sequence[Message],
        only: Filter = FOR_EVERYBODY,
    ) -> Suggestion:
        """Return a draft for the open question of a conversation; an empty one where there is none, or no answer.

        Raises:
            BackendError: The knowledge base cannot be searched.
        """
        asked = open_question(turns)
        if asked is None:
            return Suggestion()
        turn = next(one for one in turns if one.ordinal == asked.turn)
        work = Work(turn=turn, conversation=conversation, history=tuple(messages), signals=_SIGNALS, decision=_DECISION)
        work.allowance = self._writer.allowance()
        work.query = self._rewriter.standalone(asked.quote, work.history, work.allowance)
        work.found = self._search(work.query.model_copy(update={"only": only}), PASSAGES, "hybrid")
        for _ in self._writer.answer(work):
            pass
        return Suggestion(
            question=asked,
            draft=work.draft.text,
            citations=work.draft.citations,
            articles=_articles(work.found.passages),
        )

    def write(self, question: str, source: str) -> tuple[str, str]:
        """Return what a responder makes of a text in answer to a question, and the responder's name.

        Every sentence is supported by the text; the marks of sources are taken off.
        """
        at = datetime.now(UTC)
        conversation = Conversation(id="", created_at=at, updated_at=at)
        turn = Turn(id="", conversation_id="", ordinal=1, created_at=at, speaker="customer", question=question)
        work = Work(turn=turn, conversation=conversation, history=(), signals=_SIGNALS, decision=_DECISION)
        work.allowance, work.query = self._writer.allowance(), Query(text=question)
        work.found = SearchResult(
            passages=(_passage(question, source),),
            evidence=Evidence(),
            weights=dict.fromkeys(terms(question), 1.0),
        )
        for _ in self._writer.answer(work):
            pass
        return _MARK.sub("", work.draft.text).strip(), work.responder


def _passage(title: str, text: str) -> ScoredPassage:
    passage = Passage(
        id="source",
        document_id="",
        document="",
        title=title,
        revision=1,
        ordinal=0,
        heading="",
        start=0,
        end=len(text),
        text=text,
    )
    return ScoredPassage(rank=1, score=1.0, passage=passage)


def _articles(passages: Sequence[ScoredPassage]) -> tuple[Article, ...]:
    """Return the documents of passages, each once, best first."""
    best: dict[str, Article] = {}
    for one in passages:
        passage = one.passage
        best.setdefault(passage.document, Article(document=passage.document, title=passage.title, excerpt=passage.text))
    return tuple(best.values())
