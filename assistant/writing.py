"""Writing the answer of a turn: responders one after the other, and of what they say only what a source supports."""

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from assistant.drafting import Draft
from assistant.errors import BackendError
from assistant.grounding import clean, cut, ground
from assistant.output_checks import OutputChecks, TurnChecks
from assistant.ports import Responder
from assistant.prompting import Prompts
from assistant.types import (
    Circumstances,
    Conversation,
    Decision,
    Event,
    Evidence,
    Message,
    Query,
    ResponseRequest,
    SearchResult,
    Signals,
    TextDelta,
    Turn,
)

logger = logging.getLogger(__name__)

NOTHING_FOUND = SearchResult(passages=(), evidence=Evidence(), weights={})


@dataclass
class Work:
    """What one turn has gathered so far."""

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
    responder: str = "prompts"

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

    def __init__(self, *, responders: Sequence[Responder], prompts: Prompts, checks: OutputChecks) -> None:
        """Take those who write, tried in order until one says something supported, and what looks over their words."""
        self._responders = tuple(responders)
        self._prompts = prompts
        self._checks = checks

    def answer(self, work: Work) -> Iterator[Event]:
        """Let the responders write, in order, until one finished and something it said was supported.

        What the decision wants said before or behind the answer is said with it. Where no sentence was supported,
        `work.draft` stays empty.
        """
        assert work.signals is not None
        assert work.decision is not None
        opening, closing = work.decision.opening, work.decision.closing
        work.draft = Draft(self._prompts.say(opening) if opening else "")
        request = ResponseRequest(
            question=work.query.standalone,
            weights=work.found.weights,
            passages=work.found.passages,
            messages=self._prompts.answer(work.query.standalone, work.found.passages, work.history, work.signals),
        )
        checks = self._checks_for(work, request)
        for responder in self._responders:
            finished = yield from self._write(work, responder, request, checks)
            if finished and work.draft.citations:
                break
        if ending := work.draft.close(self._prompts.say(closing) if closing else ""):
            yield TextDelta(text=ending)

    def _checks_for(self, work: Work, request: ResponseRequest) -> TurnChecks:
        """Return the last checks of this turn, which know its prompts, its customer's words and its sources."""
        found = [scored.passage for scored in request.passages]
        return self._checks.for_turn(
            prompts=(one.text for one in request.messages if one.role == "system"),
            own_words=(work.turn.question, *(one.text for one in work.history if one.speaker == "customer")),
            sources=(f"{one.title}\n{one.heading}\n{one.text}" for one in found),
        )

    def _write(
        self, work: Work, responder: Responder, request: ResponseRequest, checks: TurnChecks
    ) -> Generator[Event, None, bool]:
        """Yield what a responder says as far as it is supported; returns whether it came to its end."""
        passages = [scored.passage for scored in request.passages]
        continuing = bool(work.draft.citations)
        pieces = responder.stream(request)
        started = time.perf_counter()
        try:
            for lead, sentence in cut(pieces):
                span = ground(clean(sentence), passages)
                if span is None or (continuing and work.draft.holds(span)):
                    logger.debug("%s: a sentence was left out", responder.name)
                    continue
                checked = checks.check(clean(sentence))
                if checked.refused is not None:
                    continue
                shown = work.draft.add(lead, checked.text, span)
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
        return True
