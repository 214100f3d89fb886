"""Says without a model what an earlier part of the conversation lends to a question.

A follow-up is not rewritten: its own words stay what is searched for, and earlier utterances colour the search a
little. The measured weights are told in `docs/decisions/0007-follow-ups-are-mixed.md`.
"""

import re
from collections.abc import Sequence

from assistant.calming import calmed
from assistant.ellipsis import completed
from assistant.terms import terms, words
from assistant.types import Allowance, Lent, Message, Query

_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|those|these|one|ones|he|she)\b|^\W*(and|or|but|what about|how about)\b", re.IGNORECASE
)
_MAY_POINT_BACK = re.compile(
    r"\b(that|this|there|then|same|former|latter|both|either|such|instead|else|again|more)\b", re.IGNORECASE
)
_CONTINUES = re.compile(
    r"^\s*(and|or|but|so|also|what about|how about|what if|why not|why|which one|even|only|ok(ay)?|yes|no)\b",
    re.IGNORECASE,
)

_DEFINES = re.compile(
    r"^\W*(?:(?:and|or|but|so|ok(?:ay)?|then|now)\b\W*)*"
    r"(?:what(?:’s|'s| is)(?: an?)?|what are|define|explain|(?P<meant>what does))\s+"
    r"(?!(?:the|it|its|they|their|them|this|that|these|those|you|yours?|ours?|my|mine|his|hers?|"
    r"some|any|all|both|other|one|ones|included|next|wrong|new|left|needed|required|possible|missing|"
    r"different|better|best)\b)"
    r"[^\W\d_][\w’'-]*(?:\s+[\w’'-]+){0,3}?(?(meant)\s+mean)(?:\s+(?:then|exactly|again|please))*\W*$",
    re.IGNORECASE,
)
"""A question what something is, named without "the": it was not spoken of, or can be asked again by its name."""

SHORT_TERMS = 2
"""A question with at most this many words that carry meaning leans on what was said before."""

LOOK_BACK = 4
"""So many questions back it is looked for the one that names the topic."""

REMEMBERED_QUESTIONS = 5
"""How many earlier questions colour a search."""

QUESTION_MEANING, QUESTION_TERMS, ANSWER_MEANING = 0.1, 0.25, 0.3
"""What the last question and the last answer weigh beside the question, which weighs 1."""

FADING = 0.8
"""What each question further back weighs of the one after it."""

STANDS_ALONE = 0.5
"""What of those weights is left where the question can be understood without the conversation."""

SHORT_SHARE = 2.0
"""How much more the terms of the conversation weigh where the question has hardly any of its own."""

ANSWER_CHARS = 200
"""An answer lends its beginning: more takes longer to embed than it is worth."""

MAX_UTTERANCE_CHARS = 1000
"""Of a longer question only its beginning is lent."""


class RuleRewriter:
    """Implements the `Rewriter` port by rule."""

    def standalone(
        self,
        question: str,
        history: Sequence[Message],
        allowance: Allowance | None = None,  # noqa: ARG002 - of the port; a rule takes neither time nor tokens
    ) -> Query:
        """Return the question with what earlier utterances lend to it; every word of it is kept.

        One that only names another thing is completed by the question before it.
        """
        earlier = _questions(history)
        if not earlier:
            return Query(text=question)
        if whole := completed(question, earlier):
            return coloured(whole, history)
        needs = needs_history(question)
        return Query(
            text=question,
            topic=_topic(earlier) if needs else "",
            context=_lent(earlier, history, *_shares(question, needs=needs)),
            leans=bool(_POINTS_BACK.search(question)) and not _DEFINES.match(question),
        )


def coloured(question: str, history: Sequence[Message]) -> Query:
    """Return a question that stands alone, with the little that the conversation still lends to it."""
    return Query(text=question, context=_lent(_questions(history), history, STANDS_ALONE, STANDS_ALONE))


def needs_history(question: str) -> bool:
    """Tell whether a question can only be understood with what was said before it."""
    if _DEFINES.match(question):
        return False
    own = terms(question)
    if len(own) <= SHORT_TERMS or _CONTINUES.match(question):
        return True
    refers = _POINTS_BACK.search(question) or _MAY_POINT_BACK.search(question)
    return bool(refers) and len(words(question)) <= 2 * len(own) + SHORT_TERMS + 2


def _questions(history: Sequence[Message]) -> list[str]:
    """Return what the customer said that has any meaning by itself, oldest first."""
    said = (calmed(one.text[:MAX_UTTERANCE_CHARS]) for one in history if one.speaker == "customer")
    return [one for one in said if terms(one)]


def _topic(earlier: Sequence[str]) -> str:
    """Return the last question; where it leans on one before, after the last of those that stands alone."""
    last, before = earlier[-1], earlier[-LOOK_BACK:-1]
    if not before or not needs_history(last):
        return last
    named = next((one for one in reversed(before) if not needs_history(one)), before[-1])
    return f"{named} {last}"


def _shares(question: str, *, needs: bool) -> tuple[float, float]:
    """Return which share of the weights a question takes, for meaning and for terms."""
    if not needs:
        return STANDS_ALONE, STANDS_ALONE
    return 1.0, SHORT_SHARE if len(terms(question)) <= SHORT_TERMS else 1.0


def _lent(earlier: Sequence[str], history: Sequence[Message], meaning: float, of_terms: float) -> tuple[Lent, ...]:
    """Return the last answer and the last questions with their weights, the nearest first."""
    answers = (one.text for one in reversed(history) if one.speaker != "customer" and one.informs)
    answer = next(answers, "")[:ANSWER_CHARS]
    lent = [Lent(text=answer, meaning=meaning * ANSWER_MEANING, terms=0.0)] if terms(answer) else []
    for back, text in enumerate(reversed(earlier[-REMEMBERED_QUESTIONS:])):
        faded = FADING**back
        lent.append(
            Lent(text=text, meaning=meaning * faded * QUESTION_MEANING, terms=of_terms * faded * QUESTION_TERMS)
        )
    return tuple(lent)
