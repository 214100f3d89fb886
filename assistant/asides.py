"""Finds sentences that ask or set a task beside the matter: a document that informs customers has no use for them."""

import re

from assistant.terms import terms

SHARED = 0.25
"""A sentence that shares so many of its telling words belongs to the matter."""

_WORKS = (
    r"(?:essay|poem|story|speech|letter|song|example|function|program|script|code|introduction|equivalent|translation|"
    r"recipe|joke|summary|list|table|sentence|paragraph|article|outline|explanation|overview|reply|response|answer)"
)
_TASK = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?:please,?\s+|now,?\s+|then,?\s+|also,?\s+|(?:can|could|would|will) you (?:please )?)?"
    r"(?:explain|describe|translate|discuss|define|summari[sz]e|paraphrase|break down|compose|draft|solve|calculate|"
    r"compute|multiply|spell|sing|imagine|pretend|act as|recite|tell me|show me|teach me|help me|remind me|"
    rf"(?:write|provide|create|develop|generate|produce|make|give|prepare|list)\b(?: \w+){{0,4}}? {_WORKS})\b",
    re.IGNORECASE,
)
_ENDS_ASKING = re.compile(r"\?[\s\"'”’)*]*$")
_TASK_TERMS = frozenset(
    terms(
        "explain describe translate discuss define summarize compose draft compute write provide create develop "
        "generate show"
    )
)


def asks_beside_the_matter(sentence: str, matter: str) -> bool:
    """Tell whether a sentence asks something or sets a task, and shares hardly a word with the matter.

    Args:
        sentence: One sentence of a document.
        matter: What the customer wrote, and what stands around the sentence in its document.
    """
    if not _ENDS_ASKING.search(sentence) and not _TASK.match(sentence):
        return False
    own = set(terms(sentence)) - _TASK_TERMS
    return len(own.intersection(terms(matter))) < SHARED * len(own) or not own
