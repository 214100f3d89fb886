"""Helps an agent to answer: a draft from the documents, with its sources, and the articles that may hold more."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from assistant.errors import NoLanguageModel
from assistant.handoff.pack import open_question
from assistant.ports import Rewriter
from assistant.prompting import Prompts
from assistant.retrieval import Mode
from assistant.segmentation import sentences
from assistant.statements import tokens
from assistant.summarising import summarise
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
    Rewriting,
    ScoredPassage,
    SearchResult,
    Sentiment,
    Signals,
    Style,
    Suggestion,
    Summary,
    Tone,
    Turn,
)
from assistant.writing import NO_MODELS, Work, Writer

PASSAGES = 5
SAID_SHARE = 0.4
"""Of the words of a sentence so many are in a rewriting that says it."""

_TONES: dict[Style, Tone] = {"shorter": "brief", "friendlier": "warm"}
_MARK = re.compile(r"[ \t]*\[\d{1,3}\]")
_CALM = Sentiment(label="neutral", score=0.0)
_SIGNALS = Signals(sentiment=_CALM, conversation=_CALM)
_DECISION = Decision(action="answer", reason="A draft for an agent.")


class AgentAssist:
    """Suggests what an agent may say. Nothing is stored, and nothing is said to the customer."""

    def __init__(
        self,
        *,
        search: Callable[[Query, int, Mode], SearchResult],
        rewriter: Rewriter,
        writer: Writer,
        prompts: Prompts,
    ) -> None:
        """Search and write as for a customer: a draft says nothing that no source supports."""
        self._search = search
        self._rewriter = rewriter
        self._writer = writer
        self._prompts = prompts

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

    def rewrite(self, text: str, style: Style) -> Rewriting:
        """Return an agent's words said otherwise by a language model: nothing that they do not say, nothing undone.

        Every sentence is supported by the agent's own, in numbers, names, denial and conditions. Sentences of the
        agent's that are not said again, or lack a number or name, are told, so that nothing is lost in silence.

        Raises:
            NoLanguageModel: None is set up, or none said anything that the agent's words support.
        """
        written, writer = self.write(self._prompts.say("agent_rewrite", style=style), text, _TONES[style])
        if not written or writer in NO_MODELS:
            raise NoLanguageModel("no language model could rewrite it; name one in ASSISTANT_RESPONDERS")
        return Rewriting(text=written, writer=writer, left_out=tuple(_not_said_again(text, written)))

    def summarise(self, conversation: Conversation, turns: Sequence[Turn]) -> Summary:
        """Return a summary of a conversation by a language model, each sentence with who said it and where.

        Without a model, or where nobody had said what it wrote, it is the one made by code. Nothing is stored.
        """
        return summarise(self._writer, self._prompts, conversation, turns)

    def write(self, question: str, source: str, tone: Tone = "friendly") -> tuple[str, str]:
        """Return what a responder makes of a text in answer to a question, and the responder's name.

        Every sentence is supported by the text; the marks of sources are taken off.
        """
        at = datetime.now(UTC)
        conversation = Conversation(id="", created_at=at, updated_at=at)
        turn = Turn(id="", conversation_id="", ordinal=1, created_at=at, speaker="customer", question=question)
        work = Work(turn=turn, conversation=conversation, history=(), signals=_SIGNALS)
        work.decision = _DECISION.model_copy(update={"tone": tone})
        work.allowance, work.query = self._writer.allowance(), Query(text=question)
        work.in_own_words = True
        work.found = SearchResult(
            passages=(_passage(question, source),),
            evidence=Evidence(),
            weights=dict.fromkeys(terms(question), 1.0),
        )
        for _ in self._writer.answer(work):
            pass
        return _MARK.sub("", work.draft.text).strip(), work.responder


def _not_said_again(text: str, written: str) -> Iterator[str]:
    """Yield the sentences of a text of which a rewriting holds too little, or not every number and name."""
    held = {one.key for one in tokens(written)}
    for start, end in sentences(text):
        said = tokens(text[start:end])
        content = {one.key for one in said if one.is_content}
        if any(one.binds and one.key not in held for one in said) or len(content & held) < SAID_SHARE * len(content):
            yield text[start:end]


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
