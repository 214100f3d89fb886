"""A language model's summary of a conversation for an agent: only sentences that somebody in it is seen to have said.

What people said is sent as data, with placeholders for what is personal. Nothing of a summary is stored.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.extraction import is_question
from assistant.grounding import Span, clean, cut, ground
from assistant.handoff.pack import summarize
from assistant.privacy.masking import Mask
from assistant.prompting import Prompts
from assistant.terms import terms
from assistant.types import (
    Allowance,
    Conversation,
    Decision,
    Evidence,
    Fallback,
    Passage,
    Query,
    ScoredPassage,
    SearchResult,
    Sentiment,
    Signals,
    Speaker,
    Summary,
    SummarySentence,
    Turn,
)
from assistant.writing import NO_MODELS, Work, Writer

MOST_SENTENCES = 5
LAST_TURNS = 20
MESSAGE_CHARS = 2000
"""So much of each message is summarised."""

SUMMARY_SECONDS = 20.0
"""No agent waits longer; the summary made by code is there at once."""

_CALM = Sentiment(label="neutral", score=0.0)
_SIGNALS = Signals(sentiment=_CALM, conversation=_CALM)
_DECISION = Decision(action="answer", reason="A summary for an agent.")
_WHO: tuple[tuple[Speaker, re.Pattern[str]], ...] = (
    ("customer", re.compile(r"^(?:the |our )?(?:customer|user|client|visitor|buyer|shopper)\b", re.IGNORECASE)),
    ("assistant", re.compile(r"^(?:the |our )?(?:assistant|bot|chat ?bot)\b", re.IGNORECASE)),
    ("agent", re.compile(r"^(?:the |our |an? )?(?:agent|support|team|colleague|human)\b", re.IGNORECASE)),
)
_TELLS_OF_ASKING = re.compile(r"\b(?:ask|wonder|want|would like|need|question|enquir|inquir|whether)|\?", re.IGNORECASE)
_MARK = re.compile(r"[ \t]*\[\d{1,3}\]")


def summarise(writer: Writer, prompts: Prompts, conversation: Conversation, turns: Sequence[Turn]) -> Summary:
    """Return a model's summary, each sentence with where it was said; that made by code where there is none.

    A sentence that begins with who said something must be found in what they said, and a question is not taken for a
    statement. `Summary.fallback` tells why there is none by a model.
    """
    if not turns or not writer.asks_models:
        return _by_code(turns, "no_model")
    said, mask = list(_messages(turns)), Mask()
    mask.learn(one.text for one in said)
    work = _work(conversation, turns, prompts.say("agent_summary"), [_hidden(one, mask) for one in said])
    work.allowance = Allowance(min(SUMMARY_SECONDS, writer.allowance().remaining()))
    writer.open_books(work)
    try:
        for _ in writer.answer(work):
            pass
    finally:
        writer.close_books(work)
    by_model = work.responder not in NO_MODELS
    kept = _kept(mask.restore(_MARK.sub("", work.draft.text)), said) if by_model else ()
    if not kept:
        without: Fallback = "budget" if work.allowance.refused else "failed"
        return _by_code(turns, "unsupported" if by_model or work.left_out else without)
    return Summary(sentences=kept, writer=work.responder)


def _by_code(turns: Sequence[Turn], fallback: Fallback) -> Summary:
    """Return the customer's own sentences that tell most."""
    chosen = summarize([one for one in turns if one.speaker == "customer"])
    sentences = (SummarySentence(**dict(one), text=one.quote, speaker="customer") for one in chosen)
    return Summary(sentences=tuple(sentences), fallback=fallback)


def _messages(turns: Sequence[Turn]) -> Iterator[Passage]:
    """Yield what was said, oldest first, as passages that have the speaker for a title, and the turn's number."""
    for turn in turns[-LAST_TURNS:]:
        yield _passage(turn, turn.speaker, turn.question)
        if turn.reply is not None and turn.reply.text:
            yield _passage(turn, "assistant", turn.reply.text)


def _passage(turn: Turn, speaker: Speaker, text: str) -> Passage:
    said = text[:MESSAGE_CHARS]
    return Passage(
        id=f"{turn.ordinal}-{speaker}",
        document_id="",
        document="",
        title=speaker,
        revision=1,
        ordinal=turn.ordinal,
        heading="",
        start=0,
        end=len(said),
        text=said,
    )


def _hidden(one: Passage, mask: Mask) -> Passage:
    text = mask.hide(one.text)
    return one.model_copy(update={"text": text, "end": len(text)})


def _work(conversation: Conversation, turns: Sequence[Turn], question: str, said: Sequence[Passage]) -> Work:
    work = Work(turn=turns[-1], conversation=conversation, history=(), signals=_SIGNALS, decision=_DECISION)
    work.query, work.in_own_words = Query(text=question), True
    found = (ScoredPassage(rank=rank, score=1.0, passage=one) for rank, one in enumerate(said, start=1))
    weights = dict.fromkeys(terms(question), 1.0)
    work.found = SearchResult(passages=tuple(found), evidence=Evidence(), weights=weights)
    return work


def _kept(text: str, said: Sequence[Passage]) -> tuple[SummarySentence, ...]:
    """Return the sentences of a summary that the messages themselves hold, each with the words that say it."""
    kept: dict[str, SummarySentence] = {}
    for _, sentence in cut([text]):
        span = _said_in(clean(sentence), said)
        if span is not None and len(kept) < MOST_SENTENCES:
            kept.setdefault(clean(sentence), _sentence(clean(sentence), span))
    return tuple(kept.values())


def _said_in(sentence: str, said: Sequence[Passage]) -> Span | None:
    """Return the span that says a sentence, by whom it names; None too where a question would become a statement."""
    who = next((speaker for speaker, named in _WHO if named.match(sentence)), None)
    span = ground(sentence, [one for one in said if who is None or one.title == who])
    if span is not None and is_question(span.quote) and not _TELLS_OF_ASKING.search(sentence):
        return None
    return span


def _sentence(text: str, span: Span) -> SummarySentence:
    speaker: Speaker = next(one for one, _ in _WHO if one == span.passage.title)
    turn = span.passage.ordinal
    return SummarySentence(text=text, speaker=speaker, turn=turn, start=span.start, end=span.end, quote=span.quote)
