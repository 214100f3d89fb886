"""Builds a test set from the company's own knowledge base, without a language model."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from typing import Any, Literal

from assistant.errors import DocumentError
from assistant.evaluation.cloze import near_miss, question_of, statements
from assistant.ports import Catalog
from assistant.terms import terms
from assistant.tuning.pairs import Pair, written_pairs
from assistant.types import Passage, Value

Kind = Literal["question-and-answer", "heading", "statement", "near-miss", "foreign"]

FOREIGN_SHARE = 0.3
"""Of the unanswerable questions; near-misses are the harder and the more useful ones."""

MOST_KNOWN = 0.6
"""A foreign question is left out where one document holds a larger share of its words."""

FOREIGN = (
    "What is the capital of Peru?",
    "Who painted the ceiling of the Sistine Chapel?",
    "How many moons does Jupiter have?",
    "What causes the northern lights?",
    "Who won the football World Cup in 1998?",
    "How do volcanoes form?",
    "What is the boiling point of mercury?",
    "When did the Berlin Wall come down?",
    "How long do elephants carry their young?",
    "Which river flows through Baghdad?",
    "How do I prune an apple tree in winter?",
    "What is the plot of Hamlet?",
    "How is parmesan cheese made?",
    "Who discovered penicillin?",
    "What is the deepest lake in the world?",
    "How do I tune a violin?",
    "Which vitamins are in spinach?",
    "What does the pancreas do?",
    "How far away is the nearest star?",
    "Who composed the opera Carmen?",
    "What language is spoken in Brazil?",
    "How do bees find their way home?",
    "What is the square root of 1764?",
    "When was the printing press invented?",
    "Is there a mortgage for a houseboat?",
    "Can you recommend a dentist near the harbour?",
    "What is a good recipe for mushroom risotto?",
    "How do I renew my passport at the embassy?",
    "Which team plays the cricket final on Sunday?",
    "What is the weather forecast for the Alps tomorrow?",
)


class GeneratedTask(Value):
    """A question made of the knowledge base; `relevant` are the names of all documents that answer it."""

    kind: Kind
    question: str
    answer: str
    relevant: tuple[str, ...]

    def as_row(self) -> dict[str, Any]:
        """Return the task as a line of a file that `read_tasks` reads."""
        return {
            "task_id": hashlib.sha256(self.question.encode()).hexdigest()[:16],
            "kind": self.kind,
            "history": [],
            "question": self.question,
            "reference_answer": self.answer,
            "relevant_ids": list(self.relevant),
            "answerability": ["ANSWERABLE" if self.relevant else "UNANSWERABLE"],
        }


def generate_tasks(catalog: Catalog, limit: int, unanswerable: float) -> list[GeneratedTask]:
    """Return up to `limit` questions, a share of them `unanswerable`; the same knowledge base gives the same ones.

    The answerable ones are the questions that documents answer themselves, their headings, and statements with the
    figure asked for, spread over the documents. The others ask the same of a model or name that no document holds, or
    something foreign altogether.

    Raises:
        DocumentError: The knowledge base holds nothing to ask about.
    """
    passages = list(catalog.all_passages())
    answerable = _answerable(catalog, passages)
    if not answerable:
        raise DocumentError("the knowledge base", "holds nothing to ask about; run `assistant ingest PATH...` first")
    wanted = round(limit * unanswerable)
    near, foreign = _near_misses(answerable, passages), _foreign(passages)
    strange = foreign[: max(round(wanted * FOREIGN_SHARE), wanted - len(near))]
    missing = [*near[: wanted - len(strange)], *strange]
    return [*answerable[: limit - len(missing)], *missing]


def _answerable(catalog: Catalog, passages: Sequence[Passage]) -> list[GeneratedTask]:
    by_id = {one.id: one for one in passages}
    kinds: dict[Kind, list[tuple[str, str, str]]] = defaultdict(list)
    for pair in written_pairs(catalog, passages):
        if pair.origin == "question-and-answer":
            kinds["question-and-answer"].append((pair.question, _answer(pair, by_id), pair.document))
        elif pair.origin == "heading":
            kinds["heading"].append((pair.question, "", pair.document))
    for passage in passages:
        for statement in statements(passage.text):
            kinds["statement"].append((_about(passage, question_of(statement)), statement, passage.document))
    merged = (_spread(_merged(kind, found)) for kind, found in kinds.items())
    return _in_turn(merged)


def _answer(pair: Pair, by_id: dict[str, Passage]) -> str:
    return by_id[pair.passage_id].text.removeprefix(pair.question).strip()


def _about(passage: Passage, question: str) -> str:
    """Return a question with the title of its document before it, where it says nothing of that itself."""
    says_so = set(terms(passage.title)) & set(terms(question))
    return question if says_so or not passage.title else f"{passage.title}: {question}"


def _merged(kind: Kind, found: Iterable[tuple[str, str, str]]) -> list[GeneratedTask]:
    """Join the same question of several documents: each of them answers it."""
    answers: dict[str, str] = {}
    relevant: dict[str, list[str]] = defaultdict(list)
    for question, answer, document in found:
        answers.setdefault(question, answer)
        relevant[question].append(document)
    return [
        GeneratedTask(kind=kind, question=one, answer=answers[one], relevant=tuple(dict.fromkeys(relevant[one])))
        for one in answers
    ]


def _spread(tasks: Sequence[GeneratedTask]) -> list[GeneratedTask]:
    """Order tasks so that the documents take turns, each in an order drawn by the words of the question."""
    by_document: dict[str, list[GeneratedTask]] = defaultdict(list)
    for task in sorted(tasks, key=lambda one: _draw(one.question)):
        by_document[task.relevant[0]].append(task)
    return _in_turn(by_document.values())


def _in_turn(groups: Iterable[Sequence[GeneratedTask]]) -> list[GeneratedTask]:
    return [one for one in chain.from_iterable(zip_longest(*groups)) if one is not None]


def _near_misses(answerable: Sequence[GeneratedTask], passages: Sequence[Passage]) -> list[GeneratedTask]:
    known = "\n".join(one.indexed_text for one in passages).lower()
    asked = (one.question for one in answerable if one.kind != "heading")
    made = (near_miss(one, known, _draw(one)) for one in asked)
    return [GeneratedTask(kind="near-miss", question=one, answer="", relevant=()) for one in dict.fromkeys(made) if one]


def _foreign(passages: Sequence[Passage]) -> list[GeneratedTask]:
    held = [set(terms(one.indexed_text)) for one in passages]
    return [
        GeneratedTask(kind="foreign", question=one, answer="", relevant=())
        for one in FOREIGN
        if not _is_known(set(terms(one)), held)
    ]


def _is_known(asked: set[str], held: Iterable[set[str]]) -> bool:
    return any(len(asked & one) > MOST_KNOWN * len(asked) for one in held)


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])


def count_kinds(tasks: Iterable[GeneratedTask]) -> Iterator[str]:
    """Yield how many there are of each kind, in words."""
    yield from (f"{count} {kind}" for kind, count in Counter(task.kind for task in tasks).items())
