"""Search tasks made of pairs: which passage must come first for a question that its own words do not give away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Embedder, Vectors
from assistant.query_vectors import query_vectors
from assistant.tuning.pairs import Pair
from assistant.types import Passage

Rows = NDArray[np.int64]
VectorsOf = Callable[[Sequence[Passage]], Mapping[str, Vectors]]
"""Returns the stored vectors of passages, by id."""


@dataclass(frozen=True)
class Task:
    """Questions to be searched for among documents, all as vectors in rows.

    `gold` holds for each question the rows of the documents that answer it, `own` the row that is left out of its
    ranking because the question is indexed with it; -1 where there is none.
    """

    pairs: tuple[Pair, ...]
    queries: Vectors
    documents: Vectors
    gold: tuple[Rows, ...]
    own: Rows

    def only(self, wanted: set[Pair]) -> "Task":
        """Return the task with those of its questions that are in `wanted`."""
        kept = [row for row, pair in enumerate(self.pairs) if pair in wanted]
        return replace(
            self,
            pairs=tuple(self.pairs[row] for row in kept),
            queries=self.queries[kept],
            gold=tuple(self.gold[row] for row in kept),
            own=self.own[kept],
        )

    def without(self, held: set[Pair]) -> "Task":
        """Return the task without questions in `held`, and without the documents that are indexed with them."""
        gone = {int(self.own[row]) for row, pair in enumerate(self.pairs) if pair in held and self.own[row] >= 0}
        rest = self.only({pair for pair in self.pairs if pair not in held})
        if not gone:
            return rest
        kept = np.array([row for row in range(len(self.documents)) if row not in gone], dtype=np.int64)
        place = {int(row): at for at, row in enumerate(kept)}
        gold = tuple(
            np.array([place[int(one)] for one in rows if int(one) in place], dtype=np.int64) for rows in rest.gold
        )
        own = np.array([place[int(one)] if one >= 0 else -1 for one in rest.own], dtype=np.int64)
        found = replace(rest, documents=self.documents[kept], gold=gold, own=own)
        return found.only({pair for pair, rows in zip(found.pairs, gold, strict=True) if len(rows)})


def build_tasks(
    pairs: Sequence[Pair], passages: Sequence[Passage], embedder: Embedder, vectors_of: VectorsOf
) -> list[Task]:
    """Return the tasks that pairs amount to.

    A question that is indexed with its passage would find it by its own words. Where other passages give the same
    answer, it has to find those; otherwise its passage, and those it competes with, are embedded without headings.
    """
    known = vectors_of(passages)
    listed = [one for one in passages if one.id in known]
    answers = _rows_by(listed, pairs)
    is_alone = {one: one.is_indexed and len(answers.get(one.answer, ())) < 2 for one in pairs}
    tasks = [
        _among_stored([one for one in pairs if not is_alone[one]], listed, answers, known, embedder),
        _among_blind([one for one in pairs if is_alone[one]], listed, embedder),
    ]
    return [one for one in tasks if one.pairs]


def _rows_by(passages: Sequence[Passage], pairs: Sequence[Pair]) -> dict[str, Rows]:
    """Return for each answer the rows of the passages that a pair says hold it."""
    row_of = {one.id: row for row, one in enumerate(passages)}
    rows: dict[str, set[int]] = {}
    for pair in pairs:
        if pair.passage_id in row_of:
            rows.setdefault(pair.answer, set()).add(row_of[pair.passage_id])
    return {answer: np.array(sorted(found), dtype=np.int64) for answer, found in rows.items()}


def _among_stored(
    pairs: Sequence[Pair],
    passages: Sequence[Passage],
    answers: Mapping[str, Rows],
    known: Mapping[str, Vectors],
    embedder: Embedder,
) -> Task:
    row_of = {one.id: row for row, one in enumerate(passages)}
    kept = [one for one in pairs if one.passage_id in row_of]
    own = np.array([row_of[one.passage_id] if one.is_indexed else -1 for one in kept], dtype=np.int64)
    gold = tuple(answers[one.answer][answers[one.answer] != row] for one, row in zip(kept, own, strict=True))
    return Task(
        pairs=tuple(kept),
        queries=query_vectors(embedder, [one.question for one in kept]),
        documents=np.stack([known[one.id] for one in passages]) if kept else np.empty((0, 0), np.float32),
        gold=gold,
        own=own,
    )


def _among_blind(pairs: Sequence[Pair], passages: Sequence[Passage], embedder: Embedder) -> Task:
    text_of = {one.id: one.text for one in passages}
    kept = [one for one in pairs if one.passage_id in text_of]
    ids = list(dict.fromkeys(one.passage_id for one in kept))
    row_of = {one: row for row, one in enumerate(ids)}
    return Task(
        pairs=tuple(kept),
        queries=query_vectors(embedder, [one.question for one in kept]),
        documents=embedder.embed_documents([text_of[one] for one in ids]),
        gold=tuple(np.array([row_of[one.passage_id]], dtype=np.int64) for one in kept),
        own=np.full(len(kept), -1, dtype=np.int64),
    )
