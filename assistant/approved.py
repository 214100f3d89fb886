"""Approved answers: documents that answer, as a whole and word for word, the questions that they are approved for.

One is taken only where a customer asks the same: near in meaning, with the same numbers, names and denials, for the
same kind of thing, and with nearly all the telling words. What only comes near is answered as any other question is,
from all documents; that costs a little time, and a wrong approved answer would cost trust.
"""

import math
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from assistant.extraction import is_question, read_question
from assistant.extraction.kinds import HARDLY
from assistant.ports import Catalog, KeywordIndex, Vectors
from assistant.segmentation import sentences
from assistant.statements import NEGATORS, Token, are_opposites, tokens
from assistant.types import ApprovedAnswer, Filter, Passage, ResponseRequest, ScoredPassage, SearchResult

LEAST_COSINE = 0.75
"""Questions that mean the same lie above it; `benchmarks.approved` tells what gets through and what is missed."""

LEAST_SHARED = 0.7
"""Of the telling words of both questions, weighed by rarity, so much must be in both."""

APPROVED = "an approved answer to this question"
"""Why the evidence is sure, for staff."""

NEAREST = 10
"""So many of the nearest approved questions are looked at."""

_MANNER = re.compile(r"\b(how|what|which|when|where|who|whom|whose|why)\b", re.IGNORECASE)
_SAME_MANNER = {"which": "what", "what's": "what", "whom": "who"}
_ALONE = frozenset({"", "why", "who", "where"})

_TURNING = NEGATORS | {"from"}
_KIND_SAYS = frozenset(one.key for one in tokens("cost price fee long take time possible allowed"))
"""What is asked for in the words of its kind: "What does it cost?" and "How much is it?" ask the same."""

Embed = Callable[[str], Vectors]


class WordForWord:
    """A responder that says one text, whatever it is asked."""

    name = "approved"

    def __init__(self, text: str) -> None:
        """Say `text`."""
        self._text = text

    def stream(self, request: ResponseRequest) -> Iterator[str]:  # noqa: ARG002 - the port's
        """Yield the text."""
        yield self._text


class _Known(NamedTuple):
    """The approved questions as they were read: row i of `vectors` belongs to `questions[i]` and `answers[i]`."""

    questions: tuple[str, ...]
    answers: tuple[ApprovedAnswer, ...]
    vectors: Vectors


class ApprovedAnswers:
    """Finds the approved answer to a question. Thread-safe."""

    def __init__(self, catalog: Catalog, embed: Embed, keywords: KeywordIndex) -> None:
        """Read from a catalog; `embed` makes the vector of a question, `keywords` tell how rare a word is."""
        self._catalog = catalog
        self._embed = embed
        self._keywords = keywords
        self._lock = threading.Lock()
        self._known: _Known | None = None
        self._vectors: dict[str, Vectors] = {}

    def refresh(self) -> None:
        """See at the next question what has changed in the catalog."""
        with self._lock:
            self._known = None

    def match(self, question: str, only: Filter, *, by_meaning: bool = True) -> ApprovedAnswer | None:
        """Return the approved answer to a question, of those that a filter admits; None where there is none.

        Without `by_meaning` no vector is asked for, and every approved question is compared by its words.

        Raises:
            BackendError: The embedder failed.
        """
        known = self._read(with_vectors=by_meaning)
        if not known.questions:
            return None
        today = date.today()
        for place in self._nearest(question, known) if by_meaning else range(len(known.questions)):
            answer, approved = known.answers[place], known.questions[place]
            if only.admits(answer.attributes, today) and asks_the_same(question, approved, self.rarity):
                return answer
        return None

    def _nearest(self, question: str, known: _Known) -> list[int]:
        cosines = known.vectors @ self._embed(question)
        places = np.argsort(-cosines, kind="stable")[:NEAREST]
        return [int(place) for place in places if cosines[place] >= LEAST_COSINE]

    def _read(self, *, with_vectors: bool) -> _Known:
        with self._lock:
            known = self._known
            if known is None or (with_vectors and len(known.vectors) < len(known.questions)):
                known = self._known = self._read_anew(with_vectors=with_vectors)
            return known

    def _read_anew(self, *, with_vectors: bool) -> _Known:
        pairs = [(question, one) for one in self._catalog.approved() for question in one.questions]
        questions = tuple(question for question, _ in pairs)
        answers = tuple(one for _, one in pairs)
        if not with_vectors or not questions:
            return _Known(questions, answers, np.empty((0, 0), np.float32))
        # Of a long list mostly one is new.
        self._vectors = {one: self._vectors[one] if one in self._vectors else self._embed(one) for one in questions}
        return _Known(questions, answers, np.stack([self._vectors[one] for one in questions]))

    def rarity(self, word: str) -> float:
        """Return what a word tells (the idf of BM25); one that the documents do not know tells half of the most."""
        total, frequency = self._keywords.count(), self._keywords.document_frequency(word)
        most = math.log(1 + (total + 0.5) / 0.5)
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5)) if frequency else most / 2


def put_first(found: SearchResult) -> SearchResult:
    """Return what an answer is written from with the approved answer, as a whole, before everything else.

    The evidence is then sure, and nothing is unclear or left open.
    """
    answer = found.approved
    if answer is None:
        return found
    whole = Passage(
        id=f"{answer.document_id}-{answer.revision}-approved",
        document_id=answer.document_id,
        document=answer.document,
        title=answer.title,
        heading="",
        revision=answer.revision,
        ordinal=0,
        start=0,
        end=len(answer.text),
        text=answer.text,
    )
    others = [one for one in found.passages if one.passage.document_id != answer.document_id]
    first = ScoredPassage(rank=1, score=max((one.score for one in found.passages), default=1.0), passage=whole)
    ranked = [first, *(one.model_copy(update={"rank": rank}) for rank, one in enumerate(others, start=2))]
    sure = {"confidence": 1.0, "needed": min(1.0, found.evidence.needed), "choices": (), "because": APPROVED}
    evidence = found.evidence.model_copy(update=sure)
    return found.model_copy(update={"passages": tuple(ranked), "evidence": evidence, "open_parts": ()})


def asks_the_same(question: str, approved: str, rarity: Callable[[str], float]) -> bool:
    """Tell whether a question asks for what an approved one asks for, by its words.

    Args:
        question: What a customer asks.
        approved: A question that an answer is approved for.
        rarity: How much a word tells, at least 0.
    """
    mine, theirs = tokens(question), tokens(approved)
    return (
        _bound(mine, theirs)
        and _bound(theirs, mine)
        and _turns(mine) == _turns(theirs)
        and not _turned(mine, theirs)
        and _wants_the_same(question, approved)
        and _shared(mine, theirs, rarity) >= LEAST_SHARED
    )


def _bound(one: Sequence[Token], other: Sequence[Token]) -> bool:
    """Tell whether every number and name of one question is in the other, in whatever letters it is written."""
    held = {token.key for token in other}
    return all(token.key in held for token in one if token.binds)


def _turns(row: Sequence[Token]) -> list[str]:
    """Return the words of a question that turn its meaning, or say which way something goes."""
    return sorted("not" if token.word in NEGATORS else token.word for token in row if token.word in _TURNING)


def _turned(mine: Sequence[Token], theirs: Sequence[Token]) -> bool:
    """Tell whether a word of one question is the opposite of one that the other has in its place."""
    own, others = {one.word for one in mine}, {one.word for one in theirs}
    return any(are_opposites(one, other) for one in own - others for other in others - own)


def _wants_the_same(question: str, approved: str) -> bool:
    """Tell whether both want a duration, a price, a reason, a yes or no.

    A price may be asked for by "what" and by "how much"; a reason, or a yes or no, is never the same as either.
    """
    mine, theirs = _asked_in(question), _asked_in(approved)
    manners = {_manner(mine), _manner(theirs)}
    kinds, others = _kinds(mine), _kinds(theirs)
    if not kinds and not others:
        return len(manners) == 1
    return bool(kinds & others) and (len(manners) == 1 or not manners & _ALONE)


def _asked_in(message: str) -> str:
    """Return the sentences of a message that ask something; all of it where none does."""
    spans = [message[start:end] for start, end in sentences(message)]
    return " ".join(one for one in spans if is_question(one)) or message


def _kinds(question: str) -> set[str]:
    return {answers.pattern for answers, share in read_question(question).kinds if share > HARDLY}


def _manner(question: str) -> str:
    """Return the word that asks; nothing where a yes or no is asked for."""
    asked = _MANNER.search(question)
    word = asked.group().lower() if asked else ""
    return _SAME_MANNER.get(word, word)


def _shared(mine: Sequence[Token], theirs: Sequence[Token], rarity: Callable[[str], float]) -> float:
    """Return the share of the telling words of both that is in both; 1 where neither has any."""
    words = {one.key: one.word for one in (*mine, *theirs) if one.is_content and one.key not in _KIND_SAYS}
    own, others = ({one.key for one in row} for row in (mine, theirs))
    weights = {key: rarity(word) for key, word in words.items()}
    total = sum(weights.values())
    return sum(weights[key] for key in words if key in own & others) / total if total else 1.0
