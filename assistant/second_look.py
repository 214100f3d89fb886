"""Looks once more where words hardly agree: customers say "fridge", documents say "refrigerator".

A search that found too little by passages compares the question with each of their sentences. Where one sentence is far
nearer to it than the sentences of all other passages are, that sentence is the answer, and nothing beside it.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np

from assistant.answerability.asking import names
from assistant.errors import BackendError
from assistant.extraction import Unit, read_question, standing_alone
from assistant.fusion import USUAL_SPREAD
from assistant.ports import Embedder, Vectors
from assistant.terms import stem, terms, words
from assistant.types import Pointed, ScoredPassage, SearchResult

logger = logging.getLogger(__name__)

LOOKED_AT, COMPARED = 10, 6
"""Of so many of the best passages the nearest by meaning are compared, sentence by sentence."""

MOST_SENTENCES = 60
"""So many at most, those of the nearest passages; each costs some 2 ms of a core the first time it is compared."""

SENTENCES_KEPT = 4096
"""The vectors of so many sentences are remembered; 1.5 kB each."""

STANDS_OUT, AHEAD = 0.28, 0.05
"""How far its cosine must be above the mean of the best of each other passage and above the best of those, together,
and how far at least above the latter, where cosines spread as `USUAL_SPREAD`.

Chosen on 600 questions about seven trades.
"""

LEAST_COSINE = 0.4
FEWEST_COMPARED = 3
"""Among fewer passages nothing stands out."""

FEWEST_TERMS = 3
"""What says less, such as "Yes.", answers only together with what stands above it."""

ENOUGH = 0.5
"""The confidence that such a sentence gives: an operator who wants to be surer than this gets no such answer."""

BY_MEANING = "one sentence stands out in meaning, though it has other words"


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a passage, with how near to the question it is."""

    at: int
    unit: Unit
    cosine: float


class SecondLook:
    """Compares sentences with the embedder of an index. Thread-safe."""

    def __init__(self, embedder: Embedder) -> None:
        """Let `embedder`, which must be one of this machine, read the sentences."""
        self._embedder = embedder
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def at(self, found: SearchResult, deeper: Sequence[ScoredPassage], spread: float) -> SearchResult:
        """Return what was found with the passage first that one sentence of which stands out, and marked in it.

        As it was found where none does, and where the embedder fails.

        Args:
            found: A search whose evidence is not enough.
            deeper: Its best passages, best first, some of which may not be among those found.
            spread: The standard deviation of the cosine between two passages of the collection.
        """
        near = sorted(deeper[:LOOKED_AT], key=lambda one: -(one.cosine or 0.0))[:COMPARED]
        if not any(_holds_names(found.searched_for, one) for one in near):
            return found
        try:
            best = self._standing_out(found.searched_for, near, spread / USUAL_SPREAD)
        except BackendError as error:
            logger.warning("sentences could not be compared: %s", error)
            return found
        if best is None or not _may_answer(found.searched_for, best.unit, near[best.at]):
            return found
        first = near[best.at].model_copy(
            update={"pointed": Pointed(asked=found.query.text, start=best.unit.start, end=best.unit.end)}
        )
        others = [one for one in found.passages if one.passage.id != first.passage.id]
        ranked = [first, *others][: max(1, len(found.passages))]
        sure = {"confidence": max(found.evidence.confidence, ENOUGH), "because": BY_MEANING}
        return found.model_copy(
            update={
                "passages": tuple(one.model_copy(update={"rank": rank}) for rank, one in enumerate(ranked, start=1)),
                "evidence": found.evidence.model_copy(update=sure),
            }
        )

    def _standing_out(self, question: str, passages: Sequence[ScoredPassage], scale: float) -> _Sentence | None:
        """Return the sentence that is far nearer to a question than the nearest ones of the other passages are."""
        nearest = sorted(self._nearest(question, passages), key=lambda one: -one.cosine)
        if len(nearest) < FEWEST_COMPARED:
            return None
        best, others = nearest[0], [one.cosine for one in nearest[1:]]
        ahead = best.cosine - others[0]
        stands_out = ahead >= AHEAD * scale and ahead + best.cosine - float(np.mean(others)) >= STANDS_OUT * scale
        return best if stands_out and best.cosine >= LEAST_COSINE else None

    def _nearest(self, question: str, passages: Sequence[ScoredPassage]) -> Iterator[_Sentence]:
        """Yield the nearest sentence of each passage."""
        told = [(at, unit, text) for at, one in enumerate(passages) for unit, text in standing_alone(one)]
        told = told[:MOST_SENTENCES]
        if not told:
            return
        cosines = self._vectors([text for _, _, text in told]) @ self._embedder.embed_query(question)
        by_passage: dict[int, _Sentence] = {}
        for (at, unit, _), cosine in zip(told, cosines.tolist(), strict=True):
            if at not in by_passage or cosine > by_passage[at].cosine:
                by_passage[at] = _Sentence(at, unit, cosine)
        yield from by_passage.values()

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts; those of texts seen before cost nothing."""
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= zip(new, self._embedder.embed_documents(new), strict=True)
        with self._lock:
            for text in texts:
                self._known[text] = known[text]
                self._known.move_to_end(text)
            while len(self._known) > SENTENCES_KEPT:
                self._known.popitem(last=False)
        return np.stack([known[text] for text in texts])


def _may_answer(question: str, unit: Unit, scored: ScoredPassage) -> bool:
    """Tell whether a sentence of a passage can answer a question: it says something, and what is asked for."""
    asked = read_question(question)
    if not _holds_names(question, scored) or len(terms(unit.words)) < FEWEST_TERMS or not asked.may_answer(unit.text):
        return False
    return asked.wants_yes_or_no or (unit.denied_by < 0 and (not asked.wants_figure or asked.likeness(unit.text) > 0))


def _holds_names(question: str, scored: ScoredPassage) -> bool:
    """Tell whether a passage holds all names and numbers of a question.

    What is true of one product, country or number of months is not true of another, however alike sentences are.
    """
    said = scored.passage.indexed_text
    named = {stem(word) for name in names(question) for word in words(name)}
    numbers = {word for word in words(question) if word.isdigit()}
    return named <= set(terms(said)) and numbers <= set(words(said))
