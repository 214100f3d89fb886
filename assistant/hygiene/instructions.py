"""Finds what addresses a language model in a passage meant for customers.

Patterns cannot see a plain request such as "what is the capital of Brazil" in a document; what they can see is the
wording by which text claims authority over the model: over its instructions, its role, its secrets or its answers.
Words are looked for first, because almost every passage holds none of them.
"""

import re
from collections.abc import Iterable, Iterator

from assistant.hygiene.concealment import smuggling, unveiled
from assistant.hygiene.phrases import OVERRIDES, ROLES, SECRETS, Rule
from assistant.hygiene.phrases_answers import ANSWERS
from assistant.hygiene.phrases_authority import AUTHORITY
from assistant.hygiene.phrases_foreign import FOREIGN
from assistant.hygiene.phrases_imitation import IMITATION
from assistant.hygiene.phrases_indirect import INDIRECT
from assistant.hygiene.report import Finding

_RULES: tuple[Rule, ...] = (*OVERRIDES, *ROLES, *SECRETS, *AUTHORITY, *ANSWERS, *IMITATION, *INDIRECT, *FOREIGN)
_ASCII_RULES = tuple(one for one in _RULES if one.words or any(map(str.isascii, one.marks)))
_NO_WORD = {code: " " for code in range(128) if not chr(code).isalnum()}
_MAX_DEPTH = 2
"""A code inside a code is read, one inside that is not."""

_STATEMENT = re.compile(
    r"(?:\b(?:can|could|may|might|would|should\ we|we|they|i|who|that|which|users|people|customers|not|never|cannot)"
    r"|n['’]t|"
    r"(?<!need)(?<!have)(?<!want\ you)(?<!required)(?<!told)(?<!going)(?<!asked)(?<!instructed)\ to)\s+(?:just\ "
    r"|simply\ |also\ |then\ )?\Z",
    re.IGNORECASE,
)
"""What stands before a verb that is no command: `you can ignore`, `if you choose to ignore`, `do not ignore`."""

_BEFORE = ' \t\n.!?:;,>*#"“'
"""What may end the sentence before a command and is no part of it."""

_MARKUP_COMMENT = re.compile(r"<!--(.{8,2000}?)-->", re.DOTALL)
_UNSEEN_STYLE = re.compile(
    r"<(\w+)[^>]{0,300}(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?!\.)|"
    r"color\s*:\s*(?:white|\#fff(?:fff)?|transparent)\b|\shidden\b)[^>]{0,300}>(.{8,2000}?)</\1>",
    re.DOTALL | re.IGNORECASE,
)
_TO_A_MACHINE = re.compile(
    r"\b(?:AI|LLM|language model|chat ?bot|ChatGPT|GPT|assistant|the model)\b.{0,200}?"
    r"\b(?:must|should|please|always|never|do not|recommend|say|tell|answer|reply|respond|ignore)\b",
    re.DOTALL | re.IGNORECASE,
)


def instructions_in(text: str) -> tuple[Finding, ...]:
    """Return the ranges of a text that address a language model rather than a customer, in order.

    Give the text as it was read: invisible characters are evidence, and offsets count with them. Text in base64,
    hexadecimal or percent code, in rot13, backward or in look-alike letters is read as well; its finding covers the
    code. Empty for almost every honest page; an article that quotes such an attack is found like the attack.
    """
    found = list(_found(text, _MAX_DEPTH))
    return tuple(sorted(_outermost(found), key=lambda finding: (finding.start, finding.end)))


def _found(text: str, depth: int) -> Iterator[Finding]:
    lowered = text.lower()
    yield from _spoken(text, lowered)
    if depth:
        yield from _concealed(text, lowered, depth)


def _spoken(text: str, lowered: str) -> Iterator[Finding]:
    words = set(lowered.translate(_NO_WORD).replace("’", " ").split())
    for one in _ASCII_RULES if text.isascii() else _RULES:
        if any(map(words.isdisjoint, one.words)) or (one.marks and not any(mark in lowered for mark in one.marks)):
            continue
        for match in one.pattern.finditer(text):
            if not (one.commands and _STATEMENT.search(text[max(0, match.start() - 24) : match.start()])):
                start = match.start() + len(match.group()) - len(match.group().lstrip(_BEFORE))
                yield Finding(start=start, end=match.end(), kind=one.kind, why=one.why)


def _concealed(text: str, lowered: str, depth: int) -> Iterator[Finding]:
    for start, end, why in smuggling(text):
        yield Finding(start=start, end=end, kind="invisible", why=why)
    if "<" in text:
        yield from _unseen(text)
    for hidden in unveiled(text, lowered):
        for finding in _found(hidden.text, depth - 1):
            start, end = (finding.start, finding.end) if hidden.aligned else (hidden.start, hidden.end)
            yield Finding(start=start, end=end, kind="encoded", why=f"{hidden.how}: {finding.why}")


def _unseen(text: str) -> Iterator[Finding]:
    """Yield comments and elements that no reader sees and that speak to a machine."""
    comments = ((match.span(), match[1]) for match in _MARKUP_COMMENT.finditer(text))
    elements = ((match.span(), match[2]) for match in _UNSEEN_STYLE.finditer(text))
    for (start, end), content in (*comments, *elements):
        if _TO_A_MACHINE.search(content) or any(_spoken(content, content.lower())):
            yield Finding(start=start, end=end, kind="hidden", why="markup that readers do not see speaks to a model")


def _outermost(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Drop findings inside other ones, so that one attack is one finding."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda one: (one.start, -one.end)):
        if not kept or finding.end > kept[-1].end:
            kept.append(finding)
    yield from kept
