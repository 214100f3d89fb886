"""Fits answerability to a knowledge base, with questions made of it: once as it is, once without what answers them."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from assistant.answerability.fitting import Example, balanced, fit
from assistant.answerability.model import AnswerabilityModel
from assistant.tuning.pairs import Pair
from assistant.tuning.questions import Rehearsed, foreign_questions, sentence_questions, twisted
from assistant.types import Passage, Query, SearchResult

Search = Callable[[Query, int], SearchResult]

QUESTIONS = 200
"""So many questions are asked, each twice: a few seconds, and more of them hardly move the fit."""

LEAST_QUESTIONS = 30
"""A knowledge base that yields fewer is judged by the shipped model."""

PRIOR_RIDGE = 100.0
"""How strongly the fit is held to the shipped model: rehearsed questions are easier than those that customers ask."""

DEPTH = 5
"""The right passage must be among so many, or the answer would be wrong."""


def rehearse(search: Search, pairs: Sequence[Pair], passages: Sequence[Passage]) -> list[Example]:
    """Ask questions whose passage is known, with and without its document, and some that no company answers.

    Asking without the document, and without passages of the same text, makes near misses at no cost: whatever is
    found then is about the same topic, and does not answer.
    """
    texts = {one.id: one.text for one in passages}
    documents, twins = _by_document(passages), _by_text(passages)
    documents_of = {one.id: one.document_id for one in passages}
    examples = []
    for one in _questions(pairs, passages):
        whole = search(Query(text=one.question), DEPTH)
        found = any(scored.passage.text == texts[one.passage_id] for scored in whole.passages)
        examples.append(Example(features=whole.evidence.features, right=found))
        without = documents[documents_of[one.passage_id]] | twins[texts[one.passage_id]]
        around = search(Query(text=one.question, without=without), DEPTH)
        examples.append(Example(features=around.evidence.features, right=False))
        if other := twisted(one.question):
            examples.append(Example(features=search(Query(text=other), DEPTH).evidence.features, right=False))
    for question in foreign_questions():
        examples.append(Example(features=search(Query(text=question), DEPTH).evidence.features, right=False))
    return [one for one in examples if one.features]


def adapt(rehearsed: Sequence[Example], prior: AnswerabilityModel) -> AnswerabilityModel:
    """Return the prior fitted further to rehearsed questions; it yields only where they say much."""
    return fit(balanced(rehearsed), features=prior.features, origin="fitted", prior=prior, ridge=PRIOR_RIDGE)


def _questions(pairs: Sequence[Pair], passages: Sequence[Passage]) -> list[Rehearsed]:
    known = {one.id for one in passages}
    asked = [Rehearsed(question=one.question, passage_id=one.passage_id) for one in pairs if one.passage_id in known]
    stride = max(1, len(asked) // (QUESTIONS // 2))
    chosen = asked[::stride][: QUESTIONS // 2]
    return [*chosen, *sentence_questions(passages, QUESTIONS - len(chosen))]


def _by_document(passages: Sequence[Passage]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for one in passages:
        groups[one.document_id].add(one.id)
    return {document: frozenset(ids) for document, ids in groups.items()}


def _by_text(passages: Sequence[Passage]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for one in passages:
        groups[one.text].add(one.id)
    return {text: frozenset(ids) for text, ids in groups.items()}
