"""Finds sentences beside the matter: a document that informs customers has no use for them, and a planted text has.

What asks, or sets a task, must share telling words with what the customer wrote or with what stands around it; what
states something must share at least one with these or with what else was found.
"""

import re

from assistant.terms import terms

SHARED = 0.25
"""A question or task that shares so many of its telling words belongs to the matter."""

_LEAST_TERMS = 4
_LEAST_AROUND = 15
"""Beside fewer telling words nothing can be told to be strange."""

_WORKS = (
    r"(?:essay|poem|story|speech|letter|song|example|function|program|script|code|introduction|equivalent|translation|"
    r"recipe|joke|summary|list|table|sentence|paragraph|article|outline|explanation|overview|reply|response|answer|"
    r"schedule|reminder|report|plan|slogan|review|rhyme)"
)
_OPENS = (
    r"\W*(?:\d+[.)]\s*)?(?:please,?\s+|now,?\s+|then,?\s+|also,?\s+|finally,?\s+|kindly\s+"
    r"|(?:can|could|would|will) you (?:please )?)?"
)
_TASK = re.compile(
    rf"{_OPENS}(?:(?:explain|describe|translate|discuss|define|summari[sz]e|paraphrase|break down|compose|draft|solve"
    r"|calculate|compute|multiply|spell|sing|imagine|pretend|act as|recite|tell me|show me|teach me|help me|remind me"
    r"|analy[sz]e|determine|evaluate|identify|estimate|classify|assess|rate|compare|rank|debate|recommend|suggest"
    r"|encode|decode|encrypt|decrypt|reverse|rhyme|name|find out|find the (?:source|author|paper|study|year|name)"
    r"|set an? (?:alarm|reminder|timer)|play|guess|brainstorm|outline|predict|research"
    rf"|(?:write|provide|create|develop|generate|produce|make|give|prepare|list|organi[sz]e)\b(?: \w+){{0,4}}? "
    rf"{_WORKS})\b"
    # Who informs customers does not speak of himself as "me", but in quotation marks.
    r"|[a-z]+\b[^.?!\"“”‘«„]{0,60}?\b(?-i:me|my)\b)",
    re.IGNORECASE,
)
_ENDS_ASKING = re.compile(r"\?[\s\"'”’)*]*$")
_STATES = re.compile(
    r"[\s\"'“*]*(?!(?:it|its|they|their|this|these|that|those|he|she|there|both|each|then|here"
    r"|in (?:this|that|these) \w+)\b)"
    r"[^\W\d_]\D*[.!…][\s\"'”’)*]*$",
    re.DOTALL | re.IGNORECASE,
)
"""A whole sentence that points to no other and tells no figure: "hold the button for 10 seconds" may answer by itself,
and an item of a list or table may share no word with the others."""

_TASK_TERMS = frozenset(
    terms(
        "explain describe translate discuss define summarize compose draft compute write provide create develop "
        "generate analyze determine evaluate identify estimate classify assess rate recommend suggest show"
    )
)


def is_beside_the_matter(sentence: str, asked: str, around: str, elsewhere: str = "") -> bool:
    """Tell whether a sentence has to do neither with what was asked nor with its own document.

    Args:
        sentence: One sentence of a document.
        asked: What the customer wrote.
        around: What stands around the sentence in its document.
        elsewhere: What else was found for the question.
    """
    own, beside = set(terms(sentence)) - _TASK_TERMS, set(terms(around))
    shared = len(own & (beside | set(terms(asked))))
    if _ENDS_ASKING.search(sentence) or _TASK.match(sentence):
        return shared < SHARED * len(own) or not own
    if shared or len(own) < _LEAST_TERMS or len(beside) < _LEAST_AROUND or not _STATES.match(sentence):
        return False
    return own.isdisjoint(terms(elsewhere))
