"""What a turn searches for: the message in its conversation, each part of it, and what else it may be meant of."""

import logging
from collections.abc import Callable, Iterator, Sequence

from assistant.ambiguity import choices_in
from assistant.calming import calmed
from assistant.clarifying import OpenQuestion
from assistant.condensing import needs_history
from assistant.errors import BackendError
from assistant.extraction import compared_in, names_something, parts_of
from assistant.ports import Rewriter
from assistant.retrieval import Mode
from assistant.terms import terms
from assistant.types import Allowance, Message, Query, ScoredPassage, SearchResult

logger = logging.getLogger(__name__)

ANSWER_PASSAGES = 5
CHOICE_PASSAGES = 12
"""So deep it is looked for what a question may be meant of."""

PART_PASSAGES = 3
"""So many passages of each part of a question are read."""

Search = Callable[[Query, int, Mode], SearchResult]


class Finder:
    """Finds what an answer may rest on. Thread-safe: it keeps nothing of a turn."""

    def __init__(self, search: Search, rewriter: Rewriter) -> None:
        """Search with `search` for what `rewriter` makes of a message."""
        self._search = search
        self._rewriter = rewriter

    def query(
        self,
        question: str,
        history: Sequence[Message],
        unclear: OpenQuestion | None = None,
        allowance: Allowance | None = None,
    ) -> Query:
        """Return what a message means in its conversation; after a question back, the choice completes the question.

        How it is asked does not matter: what only vents is left out.
        """
        question = calmed(question)
        completed = unclear.completed(question) if unclear is not None else None
        if completed is None:
            return self._rewriter.standalone(question, history, allowance)
        return self._rewriter.standalone(completed, history[:-2], allowance)

    def find(self, query: Query, *, may_ask: bool) -> SearchResult | None:
        """Search for a query and for each of its parts; None where nothing can be searched.

        With `may_ask` the evidence names choices where it is unclear what is meant.
        """
        found = self._found(query, ANSWER_PASSAGES)
        if found is None or found.approved is not None:
            return found
        if may_ask and choices_in(found):
            return self._with_choices(found)
        parts = parts_of(query.text)
        return self._with_parts(found, query, parts) if len(parts) > 1 else self._with_compared(found, query)

    def deeper(self, query: Query) -> SearchResult | None:
        """Search as deep as for choices, without asking about them; None where nothing can be searched."""
        return self._found(query, CHOICE_PASSAGES)

    def _found(self, query: Query, limit: int) -> SearchResult | None:
        """Search both ways; without the embedder by keyword alone."""
        modes: tuple[Mode, Mode] = ("hybrid", "keyword")
        for mode in modes:
            try:
                return self._search(query, limit, mode)
            except BackendError as error:
                logger.warning("%s search failed: %s", mode, error)
        return None

    def _with_choices(self, found: SearchResult) -> SearchResult:
        """Look deeper for what else an unclear question may be meant of."""
        deeper = self._found(found.query, CHOICE_PASSAGES)
        choices = (choices_in(deeper) if deeper is not None else ()) or choices_in(found)
        return found.model_copy(update={"evidence": found.evidence.model_copy(update={"choices": choices})})

    def _with_compared(self, found: SearchResult, query: Query) -> SearchResult:
        """Let each thing that is compared, and that no passage found names, bring those that name it."""
        texts = [set(terms(one.passage.indexed_text)) for one in found.passages]
        absent = [one for one in compared_in(query.text) if not any(set(terms(one)) <= text for text in texts)]
        results = [self._found(query.model_copy(update={"text": one}), PART_PASSAGES) for one in absent]
        naming = [
            result.model_copy(update={"passages": tuple(_naming(thing, result.passages))})
            for thing, result in zip(absent, results, strict=True)
            if result is not None
        ]
        return found.model_copy(update={"passages": _merged([found, *naming])}) if naming else found

    def _with_parts(self, found: SearchResult, query: Query, parts: Sequence[str]) -> SearchResult:
        """Let each part of a question bring its own passages; what is sure about one part is enough for an answer."""
        results = []
        for number, part in enumerate(parts):
            leans = number > 0 and (needs_history(part) or not names_something(part))
            asked = query.model_copy(update={"text": part, "topic": parts[0] if leans else query.topic})
            results.append(self._found(asked, PART_PASSAGES))
        known = [one for one in results if one is not None]
        best = max([found, *known], key=lambda one: one.evidence.confidence)
        return found.model_copy(
            update={
                "passages": _merged([*known, found]),
                "evidence": best.evidence,
                "open_parts": tuple(
                    part
                    for part, one in zip(parts, results, strict=True)
                    if one is None or one.evidence.confidence < one.evidence.needed
                ),
            }
        )


def _naming(thing: str, passages: Sequence[ScoredPassage]) -> Iterator[ScoredPassage]:
    """Yield the passages that hold all terms of a thing's name."""
    return (one for one in passages if set(terms(thing)) <= set(terms(one.passage.indexed_text)))


def _merged(results: Sequence[SearchResult]) -> tuple[ScoredPassage, ...]:
    """Return the passages of several searches, the best of each first, each passage once, ranked anew.

    A sentence that one of them points out stays pointed out.
    """
    depth = max(len(one.passages) for one in results)
    in_turn = [one.passages[place] for place in range(depth) for one in results if place < len(one.passages)]
    once: dict[str, ScoredPassage] = {}
    for one in sorted(in_turn, key=lambda one: one.pointed is None):
        once.setdefault(one.passage.id, one)
    order = dict.fromkeys(one.passage.id for one in in_turn)
    return tuple(once[id_].model_copy(update={"rank": rank}) for rank, id_ in enumerate(order, start=1))[
        : ANSWER_PASSAGES + 1
    ]
