"""Makes a follow-up question stand alone without a model: decides if it needs the conversation, then adds the topic."""

import re
from collections.abc import Sequence

from assistant.terms import terms, words
from assistant.types import Message, Query

_REFERS_BACK = re.compile(
    r"\b(it|its|that|this|they|them|their|those|these|one|ones|there|then|he|she|same|former|latter|both|either|"
    r"such|instead|else|again|more)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^\s*(and|or|but|so|also|what about|how about|what if|why not|why|which one|even|only|ok(ay)?|yes|no)\b",
    re.IGNORECASE,
)

SHORT_TERMS = 2
"""A question with at most this many words that carry meaning leans on what was said before."""

LOOK_BACK = 2
"""How many earlier questions may lend their topic."""


class RuleRewriter:
    """Implements the `Rewriter` port by rule."""

    def standalone(self, question: str, history: Sequence[Message]) -> Query:
        """Return the question, preceded by the earlier question it refers to where it refers to one."""
        earlier = [message.text for message in history if message.speaker == "customer" and terms(message.text)]
        if not earlier or not needs_history(question):
            return Query(text=question)
        return Query(text=f"{_topic(earlier[-LOOK_BACK:])} {question}".strip())


def needs_history(question: str) -> bool:
    """Tell whether a question can only be understood with what was said before it."""
    own = terms(question)
    if len(own) <= SHORT_TERMS or _CONTINUES.match(question):
        return True
    return bool(_REFERS_BACK.search(question)) and len(words(question)) <= 2 * len(own) + SHORT_TERMS + 2


def _topic(earlier: Sequence[str]) -> str:
    """Return the last question that names a topic; where it leans on the one before, both."""
    last = earlier[-1]
    return " ".join(earlier) if len(earlier) > 1 and needs_history(last) else last
