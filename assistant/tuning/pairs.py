"""Questions whose passage is known, drawn from the knowledge base itself and from what people said about answers."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from assistant.ports import Catalog, Conversations
from assistant.terms import terms, words
from assistant.tuning.corrections import AnswerFinder
from assistant.types import Passage, Turn, Value

Origin = Literal["question-and-answer", "heading", "liked", "correction"]
Unit = Literal["question", "answer", "document"]

QUESTION_LISTS = frozenset({"text/csv", "application/jsonl"})
"""Media types in which every heading is a question: rows of other tables have no headings."""

LEAST_TERMS = 2
"""A heading with fewer words that mean something ("Overview") is no question about anything."""

READ_CONVERSATIONS = 5_000
UNANSWERED = frozenset({"clarify", "abstain", "offer_human", "hand_over"})


class Pair(Value):
    """A question and the passage that answers it.

    `answer` is the digest of the passage's text: passages with the same text answer the same questions. Questions and
    headings are part of what is indexed for their own passage, liked and corrected questions are not.
    """

    question: str
    passage_id: str
    origin: Origin
    document: str
    answer: str

    @property
    def is_indexed(self) -> bool:
        """Tell whether the passage is indexed together with these very words."""
        return self.origin in ("question-and-answer", "heading")


def collect_pairs(catalog: Catalog, conversations: Conversations) -> list[Pair]:
    """Return all pairs that there are; where two are of the same words and answer, the first."""
    passages = list(catalog.all_passages())
    found = [*written_pairs(catalog, passages), *spoken_pairs(passages, conversations)]
    unique = {(_normalised(one.question), one.passage_id): one for one in reversed(found)}
    return list(reversed(unique.values()))


def written_pairs(catalog: Catalog, passages: Sequence[Passage]) -> Iterator[Pair]:
    """Yield the questions and headings of live passages, each with the first passage below it."""
    first = {(one.document_id, one.heading): one for one in reversed(passages)}
    lists = _question_lists(catalog, passages)
    names = Counter(_normalised(_name(one)) for one in first.values())
    for one in reversed(first.values()):
        name = _name(one)
        if one.heading and (name.endswith(("?", "？")) or one.document in lists):
            yield _pair(name, one, "question-and-answer")
        elif query := _heading_query(one, name, names):
            yield _pair(query, one, "heading")


def spoken_pairs(passages: Sequence[Passage], conversations: Conversations) -> Iterator[Pair]:
    """Yield liked questions with the passages cited, and unanswered ones with the passage of an agent's answer."""
    by_document: dict[str, list[Passage]] = {}
    for passage in passages:
        by_document.setdefault(passage.document, []).append(passage)
    finder = AnswerFinder(passages)
    for conversation in conversations.recent(READ_CONVERSATIONS):
        turns = conversations.turns(conversation.id)
        for turn in turns:
            yield from _liked(turn, by_document)
        for question, answer in _corrections(turns):
            if (found := finder.find(answer)) is not None:
                yield _pair(question, found, "correction")


def held_out(
    pairs: Iterable[Pair], share: float = 0.5, seed: int = 0, unit: Unit = "document"
) -> tuple[list[Pair], list[Pair]]:
    """Split into what may be learnt from and what may only be judged with; the same seed gives the same split.

    Nothing of a `unit` is on both sides: the same question, the same answer, or the same document.
    """
    learnt: list[Pair] = []
    judged: list[Pair] = []
    for one in pairs:
        (judged if _draw(f"{seed}:{_unit_of(one, unit)}") < share else learnt).append(one)
    return learnt, judged


def fold_of(pair: Pair, unit: Unit, folds: int, seed: int = 0) -> int:
    """Return the fold, from 0, that the unit of a pair falls into."""
    return int(_draw(f"{seed}:{unit}:{_unit_of(pair, unit)}") * folds)


def _unit_of(pair: Pair, unit: Unit) -> str:
    return {"question": _normalised(pair.question), "answer": pair.answer, "document": pair.document}[unit]


def _draw(key: str) -> float:
    """Return a number in 0..1 that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64


def _pair(question: str, passage: Passage, origin: Origin) -> Pair:
    answer = hashlib.sha256(passage.text.strip().encode()).hexdigest()
    return Pair(question=question, passage_id=passage.id, origin=origin, document=passage.document, answer=answer)


def _name(passage: Passage) -> str:
    """Return the innermost heading; the title where the passage has none."""
    return " ".join((passage.heading.rsplit(" > ", 1)[-1] or passage.title).split())


def _normalised(text: str) -> str:
    return " ".join(words(text))


def _heading_query(passage: Passage, name: str, names: Counter[str]) -> str:
    """Return a heading as somebody would search for it, with the title where it says too little; else nothing."""
    if names[_normalised(name)] > 1 or len(terms(name)) < LEAST_TERMS:
        name = f"{passage.title} {name}" if passage.heading and name != passage.title else ""
    return name if len(set(terms(name))) >= LEAST_TERMS else ""


def _question_lists(catalog: Catalog, passages: Sequence[Passage]) -> set[str]:
    """Return the names of documents that are lists of questions and answers."""
    headings: dict[str, set[str]] = {}
    for one in passages:
        headings.setdefault(one.document, set()).add(one.heading)
    several = [name for name, known in headings.items() if len(known) > 1]
    documents = filter(None, map(catalog.document, several))
    return {document.name for document in documents if document.media_type in QUESTION_LISTS}


def _liked(turn: Turn, by_document: dict[str, list[Passage]]) -> Iterator[Pair]:
    if turn.feedback != "like" or turn.reply is None or turn.reply.decision.action != "answer":
        return
    for cited in turn.reply.citations:
        for passage in by_document.get(cited.document, ()):
            if passage.revision == cited.revision and passage.start <= cited.start and cited.end <= passage.end:
                yield _pair(turn.reply.searched_for or turn.question, passage, "liked")


def _corrections(turns: Sequence[Turn]) -> Iterator[tuple[str, str]]:
    """Yield each question that the assistant did not answer, with what a person answered next."""
    question = ""
    for turn in turns:
        if turn.speaker == "agent":
            if question:
                yield question, turn.question
            question = ""
        elif turn.speaker == "assistant":
            continue  # A notice, such as that a person has joined.
        elif turn.reply is None or turn.reply.decision.action in UNANSWERED:
            # What is said while waiting ("hello?") does not take the place of what was asked.
            question = turn.question if len(set(terms(turn.question))) >= LEAST_TERMS else question
        else:
            question = ""
