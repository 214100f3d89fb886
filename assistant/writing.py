"""Writing the answer of a turn: responders one after the other, and of what they say only what a source supports."""

import logging
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.approved import WordForWord
from assistant.beside import beside
from assistant.budget import Budget
from assistant.clarifying import OpenQuestion
from assistant.drafting import Draft
from assistant.errors import BackendError
from assistant.extraction import parts_of
from assistant.grounding import Span, clean, cut, ground
from assistant.open_parts import left_open, unanswered
from assistant.output_checks import OutputChecks, TurnChecks
from assistant.outsiders import Told
from assistant.ports import Preparing, Responder, Warmable
from assistant.prompting import Prompts
from assistant.types import (
    Allowance,
    Circumstances,
    Conversation,
    Decision,
    Event,
    Evidence,
    Fitted,
    KnownFact,
    LeftOut,
    Message,
    Passage,
    Query,
    ResponseRequest,
    SearchResult,
    Signals,
    TextDelta,
    Turn,
)
from assistant.wording import Wording, counterpart, is_told, wording

logger = logging.getLogger(__name__)

ANSWER_SECONDS = 60.0
KEPT_SECONDS, KEPT_SHARE = 0.5, 0.1

NO_MODELS = ("extractive", "prompts", "approved")
"""Who writes without a language model."""

NOTHING_FOUND = SearchResult(passages=(), evidence=Evidence(), weights={})


MOST_LEFT_OUT = 20
LEFT_OUT_CHARS = 300
"""So many sentences that were not shown are kept for staff, each up to this length."""

_NOT_KEPT = frozenset({"secret", "personal"})
_QUOTES = "extractive"
"""The responder that is sent no prompt."""


SURE = 0.75
"""From this confidence on the answer is quoted though a language model says that it does not know one."""

_DECLINES = re.compile(r"(?:sorry, )?I (?:do not|don['’]t) know\b[^,;:]{0,40}$", re.IGNORECASE)
"""What the prompts ask for where the passages do not hold the answer."""


@dataclass
class Work:
    """What one turn has gathered so far.

    `quoted` are the spans that were shown in the place of a sentence. With `in_own_words` none is: what is written is
    for agents, who have before them what it rests on.
    """

    turn: Turn
    conversation: Conversation
    history: tuple[Message, ...]
    timings_ms: dict[str, float] = field(default_factory=dict)
    signals: Signals | None = None
    query: Query = field(default_factory=lambda: Query(text=""))
    found: SearchResult = NOTHING_FOUND
    circumstances: Circumstances = field(default_factory=Circumstances)
    decision: Decision | None = None
    draft: Draft = field(default_factory=Draft)
    spoken: str = ""
    unclear: OpenQuestion | None = None
    choices: tuple[str, ...] = ()
    responder: str = "prompts"
    complete: bool = True
    allowance: Allowance = field(default_factory=Allowance)
    refused: tuple[str, ...] = ()
    prompts: dict[str, str] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    facts: tuple[KnownFact, ...] = ()
    fitted: Fitted | None = None
    quoted: list[Span] = field(default_factory=list)
    in_own_words: bool = False

    @property
    def may_ask(self) -> bool:
        """Whether the customer may be asked what is meant: not right after they were."""
        return self.unclear is None or self.unclear.is_assumed

    def leave_out(self, responder: Responder, reason: str, sentence: str) -> None:
        """Keep for staff that a sentence was not shown, as far as there is room; some are not kept anywhere."""
        if len(self.left_out) < MOST_LEFT_OUT:
            text = "" if reason in _NOT_KEPT else sentence[:LEFT_OUT_CHARS]
            self.left_out.append(LeftOut(responder=responder.name, reason=reason, text=text))

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Add the duration of a step, in milliseconds."""
        started = time.perf_counter()
        try:
            yield
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            self.timings_ms[step] = round(self.timings_ms.get(step, 0.0) + elapsed, 3)


class Writer:
    """Lets responders write, and shows what a passage supports. Thread-safe: what is written is kept in the `Work`."""

    def __init__(
        self,
        *,
        responders: Sequence[Responder],
        prompts: Prompts,
        checks: OutputChecks,
        answer_seconds: float = ANSWER_SECONDS,
        budget: Budget | None = None,
    ) -> None:
        """Take those who write, tried in order until one says something supported, and what looks over their words.

        All of them together, with what comes before them in a turn, have `answer_seconds`, and what the `budget` has
        left; None keeps no books.
        """
        self._budget = budget
        self._responders = tuple(responders)
        self._prompts = prompts
        self._checks = checks
        self._answer_seconds = answer_seconds

    @property
    def answer_seconds(self) -> float:
        """The most that one turn may take."""
        return self._answer_seconds

    @property
    def asks_models(self) -> bool:
        """Whether any of those who write is a language model."""
        return any(one.name != _QUOTES for one in self._responders)

    def plain(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return texts of documents, such as titles, as they may be shown beside an answer; without what may not."""
        return tuple(one for one in map(self._checks.plain, texts) if one and one.strip())

    def allowance(self) -> Allowance:
        """Return what a turn that begins now may take. A little time is kept for the responder that needs no model."""
        return Allowance(self._answer_seconds - min(KEPT_SECONDS, KEPT_SHARE * self._answer_seconds))

    def warm_up(self) -> None:
        """Load the models of this machine and let them read what all their prompts begin with."""
        for one in self._responders:
            if isinstance(one, Warmable):
                try:
                    one.warm_up()
                except BackendError as error:
                    logger.warning("%s cannot be warmed up: %s", one.name, error)

    def open_books(self, work: Work) -> None:
        """Look, before anything is spent on a turn, whether it may be."""
        if self._budget is not None:
            work.allowance.forbid(self._budget.refusal(work.conversation.id))

    def close_books(self, work: Work) -> None:
        """Write down what a turn took, however it ended."""
        if self._budget is not None:
            self._budget.record(work.turn, work.allowance.used)

    def answer(self, work: Work) -> Iterator[Event]:
        """Let the responders write, in order, until one finished and something it said was supported.

        What the decision wants said before or behind the answer is said with it. Where no sentence was supported,
        `work.draft` stays empty. Where something was shown and nobody could finish it, the customer is told.
        """
        assert work.signals is not None
        assert work.decision is not None
        said: dict[str, str] = {}
        say = self._prompts.noting(said).say
        opening, closing = work.decision.opening, work.decision.closing
        opens = [say(opening)] if opening else []
        opens += [say("fitted", fitted=work.fitted)] if work.fitted is not None else []
        work.draft = Draft("\n\n".join(opens))
        found = [scored.passage for scored in work.found.passages]
        request = ResponseRequest(
            question=_sure_of(work.query.text, left_open(work.found.open_parts, found, work.query.text)),
            topic=work.query.topic,
            weights=work.found.weights,
            passages=work.found.passages,
            messages=self._prompts.answer(work.query.standalone, work.found.passages, work.history, work.decision.tone),
            allowance=work.allowance,
        )
        checks = self._checks_for(work, request)
        for responder in self._writers(work):
            asked = responder.prepared(request) if isinstance(responder, Preparing) else request
            work.prompts |= {} if responder.name == _QUOTES else asked.prompts
            known = checks if asked is request else self._checks_for(work, asked)
            _look_ahead(known, responder)
            work.complete = yield from self._write(work, responder, asked, known)
            if work.complete or _has_declined(work, responder):
                break
        words = [name for name in ("" if work.complete else "unfinished", closing) if name]
        parts = unanswered(work.found.open_parts, work.draft.citations) if work.complete else ()
        ends = [say("partly", parts=parts)] if parts else []
        if ending := work.draft.close("\n\n".join([*ends, *(say(name) for name in words)])):
            yield TextDelta(text=ending)
        work.prompts |= said if work.draft.text else {}
        work.complete = work.complete or not work.draft.text

    def _writers(self, work: Work) -> tuple[Responder, ...]:
        """Return who writes, in order: an approved answer is said as it was written, and nobody else is asked."""
        approved = work.found.approved
        return self._responders if approved is None else (WordForWord(approved.text), *self._responders)

    def _checks_for(self, work: Work, request: ResponseRequest) -> TurnChecks:
        """Return the last checks of this turn, which know its prompts, its customer's words and its sources."""
        found = [scored.passage for scored in request.passages]
        return self._checks.for_turn(
            prompts=(one.text for one in request.messages if one.role == "system"),
            own_words=(work.turn.question, *(one.text for one in work.history if one.speaker == "customer")),
            sources=map(_told, found),
            found=(Told(one.title, one.heading, one.text) for one in found),
        )

    def _write(
        self, work: Work, responder: Responder, request: ResponseRequest, checks: TurnChecks
    ) -> Generator[Event, None, bool]:
        """Yield what a responder says as far as it is supported; returns whether it said all of an answer."""
        passages = [scored.passage for scored in request.passages]
        continuing, supported = bool(work.draft.citations), 0
        by_model = responder.name not in NO_MODELS
        pieces = responder.stream(request)
        started = time.perf_counter()
        try:
            for lead, sentence in cut(pieces):
                said = clean(sentence)
                span = ground(said, passages)
                words, reason = _worded(work, lead, said, span)
                if span is not None and continuing and work.draft.holds(span):
                    words, reason = [], "repeated"
                supported += reason == "repeated"
                if reason:
                    logger.debug("%s: a sentence was left out", responder.name)
                    work.leave_out(responder, reason, said)
                for one in words:
                    checked = checks.check(one.text, _around(work, one.span), one.span.quote, by_model=by_model)
                    if checked.refused is not None:
                        work.leave_out(responder, checked.refused, one.text)
                        break
                    supported += 1
                    shown = work.draft.add(one.lead, checked.text, one.span)
                    work.timings_ms.setdefault("first_text", round((time.perf_counter() - started) * 1000, 3))
                    work.responder = f"{work.responder}+{responder.name}" if continuing else responder.name
                    continuing = False
                    yield TextDelta(text=shown)
        except BackendError as error:
            logger.warning("%s failed, the next responder goes on: %s", responder.name, error)
            return False
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
            elapsed = round((time.perf_counter() - started) * 1000, 3)
            work.timings_ms["respond"] = round(work.timings_ms.get("respond", 0.0) + elapsed, 3)
        return supported > 0


def _look_ahead(checks: TurnChecks, responder: Responder) -> None:
    """Let the checks of what a model writes begin while it has not written anything."""
    if responder.name not in NO_MODELS:
        beside(checks.look_ahead)


def _worded(work: Work, lead: str, said: str, span: Span | None) -> tuple[list[Wording], str]:
    """Return what is shown of a sentence, and why not the sentence itself; no reason where it is that.

    Without a span, nothing supports it: what the passages say in its place is quoted.
    """
    if work.in_own_words:
        return ([], "unsupported") if span is None else ([Wording(lead, said, span)], "")
    if span is not None:
        words = wording(lead, said, span, work.draft)
    else:
        words = counterpart(lead, said, work.found.passages, work.draft)
    is_own = any(one.text == said for one in words)
    spans = work.quoted if is_own else [*work.draft.spans]
    if is_told(words, spans, work.draft.text) or (span is not None and is_own and _is_repeated(work, said, span)):
        return [], "repeated"
    if not is_own:
        work.quoted.extend(one.span for one in words)
    return words, "" if is_own else "reworded" if words else "unsupported"


def _is_repeated(work: Work, said: str, span: Span) -> bool:
    """Tell whether the draft says a sentence as often as its source does: steps repeat, and models in a loop."""
    said = said.strip('"“” ')
    return work.draft.text.count(said) >= max(1, span.passage.text.count(said))


def _has_declined(work: Work, responder: Responder) -> bool:
    """Tell whether all that a responder said is that it does not know, and the evidence is no surer than that.

    Who has read the passages knows more of them than a few figures do.
    """
    said = [one.text for one in work.left_out if one.responder == responder.name and one.reason == "unsupported"]
    doubtful = work.found.evidence.confidence < SURE and work.found.approved is None
    return doubtful and not work.draft.text and len(said) == 1 and bool(_DECLINES.match(said[0]))


def _told(passage: Passage) -> str:
    """Return a passage with what stands above it: title and heading have a line each, also where there is none."""
    return "\n".join((passage.title, passage.heading, *filter(None, (passage.header,)), passage.text))


def _around(work: Work, span: Span) -> str | None:
    """Return what stands above and around a span in its passage; None where a person of the house wrote just this."""
    by_us = work.in_own_words or work.found.approved is not None
    return None if by_us else _told(span.passage).replace(span.quote, " ")


def _sure_of(question: str, open_parts: Sequence[str]) -> str:
    """Return the parts of a question that the passages answer: for the others nothing is quoted."""
    if not open_parts:
        return question
    known = [part for part in parts_of(question) if part not in open_parts]
    return "? ".join(part.rstrip(" ?") for part in known) + "?" if known else question
