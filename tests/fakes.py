"""Honest stand-ins for what a unit test does not want to start: they do the whole job, in memory."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from assistant.errors import BackendError, BackendTimeout, Cancelled
from assistant.ports import Vectors
from assistant.terms import plain_words, stem, terms, words
from assistant.types import Evidence, Match, Passage, ResponseRequest, ScoredPassage, SearchResult

DIMENSION = 64


class HashingEmbedder:
    """Bag of stemmed words, hashed into a unit vector: texts that share words are near each other."""

    fingerprint = f"hashing-{DIMENSION}"
    dimension = DIMENSION
    max_tokens = 120

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        spans, at = [], 0
        for part in text.split():
            start = text.index(part, at)
            spans.append((start, start + len(part)))
            at = start + len(part)
        return spans

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return np.stack([_hashed(text) for text in texts]) if texts else np.zeros((0, DIMENSION), np.float32)

    def embed_query(self, text: str) -> Vectors:
        return _hashed(text)


def _hashed(text: str) -> Vectors:
    vector = np.zeros(DIMENSION, np.float32)
    for word in words(text):
        vector[int(hashlib.sha256(stem(word).encode()).hexdigest(), 16) % DIMENSION] += 1
    norm = float(np.linalg.norm(vector))
    vector[0] += 1.0 if norm == 0 else 0.0
    return vector / np.float32(norm or 1.0)


class ScriptedResponder:
    """Says what it was told to say, one script a call; an exception in a script is raised at its place."""

    def __init__(self, *scripts: Sequence[str | BackendError], name: str = "scripted:test") -> None:
        self.name = name
        self.requests: list[ResponseRequest] = []
        self.closed = 0
        self._scripts = list(scripts)

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        self.requests.append(request)
        script = self._scripts.pop(0)
        try:
            for piece in script:
                if isinstance(piece, BackendError):
                    raise piece
                yield piece
        finally:
            self.closed += 1


def passage(
    text: str, *, document: str = "returns.md", title: str = "Returns", heading: str = "", start: int = 0
) -> Passage:
    """Make a passage that begins at `start` of its document."""
    return Passage(
        id=f"{document}-1-{start}",
        document_id=document,
        document=document,
        title=title,
        revision=1,
        ordinal=0,
        heading=heading,
        start=start,
        end=start + len(text),
        text=text,
    )


def found(*passages: Passage, confidence: float = 0.9, weights: dict[str, float] | None = None) -> SearchResult:
    """Make a search result that holds these passages, best first."""
    return SearchResult(
        passages=tuple(
            ScoredPassage(rank=rank, score=1 / rank, passage=one) for rank, one in enumerate(passages, start=1)
        ),
        evidence=Evidence(coverage=confidence, cosine=confidence, confidence=confidence),
        weights=weights if weights is not None else {"return": 1.0},
    )


class ExactVectors:
    """A vector index that compares with every vector."""

    def __init__(self) -> None:
        self._vectors: dict[str, Vectors] = {}
        self._position: int | None = None

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        self._vectors |= dict(zip(passage_ids, vectors, strict=True))

    def remove(self, passage_ids: Sequence[str]) -> None:
        for one in passage_ids:
            self._vectors.pop(one, None)

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        scored = [Match(passage_id=one, score=float(other @ vector)) for one, other in self._vectors.items()]
        return sorted(scored, key=lambda match: -match.score)[: max(0, limit)]

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        dimension = len(next(iter(self._vectors.values()), ()))
        nothing = np.zeros(dimension, np.float32)
        return np.array([self._vectors.get(one, nothing) for one in passage_ids]).reshape(-1, dimension)

    def sample(self, limit: int) -> Vectors:
        return np.array([self._vectors[one] for one in sorted(self._vectors)[:limit]], dtype=np.float32)

    def count(self) -> int:
        return len(self._vectors)

    def clear(self) -> None:
        self._vectors.clear()
        self._position = None

    def refresh(self) -> None:
        """Nobody else writes."""

    def position(self) -> int | None:
        return self._position

    def set_position(self, number: int) -> None:
        self._position = number


class CountingKeywords:
    """A keyword index that ranks by how many of the question's terms a passage holds, rare ones first."""

    def __init__(self) -> None:
        self._terms: dict[str, list[str]] = {}
        self._words: dict[str, list[str]] = {}
        self._position: int | None = None

    def upsert(self, passages: Sequence[Passage]) -> None:
        self._terms |= {one.id: terms(one.indexed_text) for one in passages}
        self._words |= {one.id: plain_words(one.indexed_text) for one in passages}

    def remove(self, passage_ids: Sequence[str]) -> None:
        for one in passage_ids:
            self._terms.pop(one, None)
            self._words.pop(one, None)

    def search(
        self,
        question: str,
        limit: int,
        lent: Mapping[str, float] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        asked = dict(lent or {}) | dict.fromkeys(terms(question), 1.0)
        scored = [
            Match(passage_id=one, score=sum(asked[term] / self._holding(term) for term in asked.keys() & set(held)))
            for one, held in self._terms.items()
            if asked.keys() & set(held) and (among is None or one in among)
        ]
        return sorted(scored, key=lambda match: (-match.score, match.passage_id))[: max(0, limit)]

    def document_frequency(self, word: str) -> int:
        return self._holding(stem(word.lower()))

    def stems_with(self, beginning: str) -> Sequence[str]:
        return sorted({term for held in self._terms.values() for term in held if term.startswith(beginning)})

    def words_with(self, beginning: str) -> Sequence[str]:
        return sorted({word for held in self._words.values() for word in held if word.startswith(beginning)})

    def holding(self, word: str, limit: int) -> list[str]:
        return sorted(one for one, held in self._words.items() if word in held)[:limit]

    def count(self) -> int:
        return len(self._terms)

    def clear(self) -> None:
        self._terms.clear()
        self._words.clear()
        self._position = None

    def refresh(self) -> None:
        """Nobody else writes."""

    def position(self) -> int | None:
        return self._position

    def set_position(self, number: int) -> None:
        self._position = number

    def _holding(self, term: str) -> int:
        return sum(term in held for held in self._terms.values())


class SilentResponder:
    """Says nothing for as long as it may take, as a service does that hangs; it notices when it is not wanted."""

    name = "silent:test"

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.broken_off = threading.Event()

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        woken = threading.Event()
        self.asked.set()
        with request.allowance.interrupting(woken.set):
            woken.wait(min(30.0, request.allowance.remaining()))
        if request.allowance.cancelled:
            self.broken_off.set()
            raise Cancelled(self.name)
        raise BackendTimeout(self.name, "no answer")
        yield ""
