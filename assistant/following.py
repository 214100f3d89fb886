"""Turns a query into what the indexes are asked: a vector and terms that earlier utterances colour a little."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from assistant.ports import KeywordIndex, Vectors
from assistant.terms import stem, terms, words
from assistant.types import Lent, Query

UNRELATED = 0.25
"""A cosine with the conversation below this speaks for another topic; see decision 0007."""

OWN_TERMS, NEW_TERMS = 3, 2
"""A question leaves the topic only if it says this much itself, and this much of it is new."""

RARE_SHARE, RARE_PASSAGES = 0.02, 2
"""A term in at most this share of the passages, or so few of them, names a topic rather than belonging to many."""

Embed = Callable[[str], Vectors]


@dataclass(frozen=True)
class Sought:
    """What the indexes are asked. `lent` weighs stemmed terms of the conversation; those of the question weigh 1."""

    vector: Vectors | None = None
    lent: dict[str, float] = field(default_factory=dict)
    switched: bool = False


def sought(query: Query, question: str, embed: Embed | None, keywords: KeywordIndex) -> Sought:
    """Mix the question with what the conversation lends to it, unless the question has left its topic.

    `question` is the query's text as it is searched for, mended; without `embed` only terms are mixed.
    """
    own = None if embed is None else embed(question)
    if not query.context:
        return Sought(own)
    lent = [(one, None if embed is None else embed(one.text)) for one in query.context]
    vectors = [vector for _, vector in lent if vector is not None]
    if (
        own is not None
        and not query.leans
        and _is_unrelated(own, vectors)
        and _names_another(query, question, keywords)
    ):
        return Sought(own, switched=True)
    return Sought(None if own is None else _mixed(own, query.context, vectors), lent_terms(question, query.context))


def _mixed(own: Vectors, context: tuple[Lent, ...], vectors: list[Vectors]) -> Vectors:
    mixture = own + sum(one.meaning * vector for one, vector in zip(context, vectors, strict=True))
    length = float(np.linalg.norm(mixture))
    mixed: Vectors = (mixture / length).astype(np.float32) if length else own
    return mixed


def lent_terms(question: str, context: tuple[Lent, ...]) -> dict[str, float]:
    """Return the terms that earlier utterances lend to a question, and what each weighs."""
    weights: dict[str, float] = {}
    for one in context:
        for term in terms(one.text) if one.terms else ():
            weights[term] = max(weights.get(term, 0.0), one.terms)
    own = set(terms(question))
    return {term: weight for term, weight in weights.items() if term not in own}


def _is_unrelated(own: Vectors, vectors: list[Vectors]) -> bool:
    return max((float(own @ vector) for vector in vectors), default=1.0) < UNRELATED


def _names_another(query: Query, question: str, keywords: KeywordIndex) -> bool:
    """Tell whether a question that says enough names something of the documents that was not spoken of."""
    spoken = {term for one in query.context for term in terms(one.text)}
    own = set(terms(question))
    if len(own) < OWN_TERMS or len(own - spoken) < NEW_TERMS:
        return False
    new = (word for word in dict.fromkeys(words(question)) if stem(word) in own - spoken)
    held = [frequency for word in new if (frequency := keywords.document_frequency(word))]
    rare = max(RARE_PASSAGES, RARE_SHARE * keywords.count())
    return len(held) >= NEW_TERMS and min(held) <= rare
