"""Joins what dense and keyword search found into one ranking, by their scores rather than by their ranks.

The weights were chosen on eight sets of questions over four collections, see `docs/decisions/0006-fusion-by-score.md`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ports import Vectors
from assistant.types import Match

KEYWORD_WEIGHT = 0.3
"""What the best keyword match is worth, where `USUAL_SPREAD` is what the cosines of an embedder spread."""

USUAL_SPREAD = 0.13
"""The standard deviation of the cosine between two passages, of all-MiniLM-L6-v2 on four collections."""

FEEDBACK_PASSAGES = 3
FEEDBACK_PULL = 0.3
FEEDBACK_SHARE = 0.5
"""Half of a cosine is measured from the question, half from the question drawn towards the best passages of a first
ranking (J. Rocchio, "Relevance feedback in information retrieval", 1971)."""

FEWEST_FOR_SPREAD = 20
"""A collection smaller than this says little of its embedder; its own spread counts as that many usual ones."""


@dataclass(frozen=True)
class Fused:
    """Candidates, best first: row i of each array belongs to `ids[i]`.

    `meaning` and `words` are the two summands of `scores`; `cosines` are those to the question itself.
    """

    ids: list[str]
    scores: Vectors
    cosines: Vectors
    meaning: Vectors
    words: Vectors


def fuse(vector: Vectors, dense: Sequence[Match], keyword: Sequence[Match], rows: Vectors, spread: float) -> Fused:
    """Fuse two result lists by a weighted sum of cosine and BM25, the latter as a share of the best match.

    `rows` holds the vectors of `candidate_ids(dense, keyword)`, and `spread` is `spread_of` the collection: embedders
    differ in how far apart their cosines lie. Source of the sum: Bruch, Gai and Ingber, "An analysis of fusion
    functions for hybrid retrieval", TOIS 42 (2023).
    """
    ids = candidate_ids(dense, keyword)
    scale = np.float32(USUAL_SPREAD / spread)
    words = np.float32(KEYWORD_WEIGHT) * _shares_of_best(ids, keyword)
    cosines = rows @ vector
    first = np.argsort(-(scale * cosines + words), kind="stable")[:FEEDBACK_PASSAGES]
    drawn = vector + FEEDBACK_PULL * rows[first].mean(axis=0) if ids else vector
    towards = rows @ (drawn / (np.linalg.norm(drawn) or 1.0))
    meaning = scale * ((1 - FEEDBACK_SHARE) * cosines + FEEDBACK_SHARE * towards)
    scores = meaning + words
    order = np.argsort(-scores, kind="stable")
    return Fused([ids[place] for place in order], scores[order], cosines[order], meaning[order], words[order])


def candidate_ids(dense: Sequence[Match], keyword: Sequence[Match]) -> list[str]:
    """Return what either retriever found, each passage once, in the order of ids: of equals the first wins."""
    return sorted({match.passage_id for matches in (dense, keyword) for match in matches})


def spread_of(sample: Vectors) -> float:
    """Return the standard deviation of the cosine between two of the passages; the usual one for no passages."""
    cosines = (sample @ sample.T)[np.triu_indices(len(sample), 1)]
    own = float(cosines.var()) if len(cosines) else 0.0
    weight = len(sample) / (len(sample) + FEWEST_FOR_SPREAD)
    return max(0.01, math.sqrt(weight * own + (1 - weight) * USUAL_SPREAD**2))


def _shares_of_best(ids: Sequence[str], keyword: Sequence[Match]) -> Vectors:
    best = max((match.score for match in keyword), default=0.0)
    shares = {match.passage_id: match.score / best for match in keyword} if best > 0 else {}
    return np.array([shares.get(one, 0.0) for one in ids], dtype=np.float32)
