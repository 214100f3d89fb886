"""Tells of an agent's reply what would help every customer from what was said to this one. By form alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.deeds import claims_a_deed
from assistant.segmentation import sentences
from assistant.terms import terms

LeftOutBecause = Literal["personal", "this case", "question"]
"""Names somebody or something of theirs; tells what was done for one customer; asks them something."""

_BLANK_LINES = re.compile(r"\n[ \t]*(?=\n)")
_PLACEHOLDER = re.compile(r"\[[A-Z]+_\d+\]")
_OPENINGS = re.compile(
    r"^(?:"
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))\b(?:[ \t]+(?:there|again|all|\[NAME_\d+\]))*"
    r"[ \t]*[,.!:–-]+"
    r"|\[NAME_\d+\][ \t]*[,!:]"
    r"|(?:many thanks|thanks|thank you)(?: (?:so much|very much|a lot))?(?: for [^.!?,:;]{0,80})?[ \t]*[,.!:;–-]"
    r"|(?:i(?:['’]m| am) )?(?:so |very )?sorry(?: (?:for|about) [^.!?,:;]{0,80})?[ \t]*[,.!:;–-](?:[ \t]*but\b)?"
    r"|(?:welcome(?: back)?|no problem|of course|sure(?: thing)?|absolutely|certainly|good question|great question"
    r"|you(?:['’]re| are) welcome)[ \t]*[,.!:;–-]"
    r")\s*",
    re.IGNORECASE,
)
"""What a sentence begins with that says nothing. It ends where a sign stands: no word of the matter is lost."""

_ADDRESSED = re.compile(
    r"(?:\b(?i:yes|no|ok(?:ay)?|sure|of course|no problem|right|well|sorry|thanks|thank you|hi|hello|dear),? "
    r"(?P<name>[A-ZÀ-Þ][^\W\d_]+)(?=[,!.])"
    r")|(?:, (?P<last>[A-ZÀ-Þ][^\W\d_]+)(?=[.!?](?:\s|$)))"
)
"""A capitalised word behind an opening, or at the end of a sentence behind a comma."""

_COURTESIES = re.compile(
    r"^(?:let (?:me|us) know|(?:please )?feel free|(?:please )?(?:hold (?:on|the line)|bear with)"
    r"|(?:just )?(?:one|a) (?:moment|second|sec|minute)\b|(?:please )?(?:do not|don['’]t) hesitate"
    r"|(?:we |i )?hope (?:this|that|it)|have an? \w+ (?:day|evening|week|weekend|one)"
    r"|(?:happy|glad|pleased) to help|take care|(?:best|kind|warm|many)(?: \w+)? (?:regards|wishes)|regards|cheers"
    r"|(?:thanks|thank you)\b|(?:this is|my name is) \[NAME_\d+\]|looking forward|welcome back"
    r"|you(?:['’]re| are) (?:very )?welcome|yours (?:sincerely|truly|faithfully)|bye|goodbye"
    r"|(?:is there|if there(?:['’]s| is)|do you have) any(?:thing)? (?:else|more|other))",
    re.IGNORECASE,
)
_SPEAKS_OF_ONESELF = re.compile(r"\b(?:I|I['’](?:m|ve|ll|d)|me|my)\b")
_THEIRS = re.compile(
    r"\byour (?:\w+ ){0,2}?(?:parcel|package|shipment|order|refund|return|claim|ticket|case|replacement|account|payment"
    r"|invoice|request|message|complaint)\b (?:is|was|has|had|got|left|arrived|shows|seems)\b",
    re.IGNORECASE,
)
"""Tells how things stand with something of the customer's, which they do for nobody else."""

_SUPPOSES = re.compile(
    r"\b(?:if|once|when|whenever|after|before|until|unless|as soon as|where|whether)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Said:
    """A sentence of an agent: `text` as it may stand in an article, or why it may not.

    `block` counts the blank lines before it: sentences with the same one stood in one paragraph or list.
    """

    text: str
    left_out: LeftOutBecause | None = None
    block: int = 0


def addressed_in(reply: str) -> list[str]:
    """Return the words by which a reply seems to address its reader, as in "Yes Anna, we do" and "We do, Anna!"."""
    return [match["name"] or match["last"] for match in _ADDRESSED.finditer(reply)]


def said_in(reply: str) -> Iterator[Said]:
    """Yield the sentences of a reply whose personal details are masked, without what is mere courtesy.

    White space within a sentence is a space, so that an article does not break where a chat did; signs of a list stay.
    """
    for start, end in sentences(reply):
        text = _without_openings(" ".join(reply[start:end].split()))
        if terms(text) and not _COURTESIES.match(text):
            yield Said(text, _why_not(text), len(_BLANK_LINES.findall(reply, 0, start)))


def _without_openings(sentence: str) -> str:
    text, before = sentence, ""
    while text != before:
        before, text = text, _OPENINGS.sub("", text, count=1)
    return text[:1].upper() + text[1:]


def _why_not(text: str) -> LeftOutBecause | None:
    if text.endswith("?"):
        return "question"
    if _PLACEHOLDER.search(text):
        return "personal"
    theirs = _THEIRS.search(text)
    if (
        _SPEAKS_OF_ONESELF.search(text)
        or claims_a_deed(text)
        or (theirs and not _SUPPOSES.search(text[: theirs.start()]))
    ):
        return "this case"
    return None
