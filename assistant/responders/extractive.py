"""Answers without a model: quotes the sentences of the passages that answer the question, word for word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import ResponseRequest

MAX_SENTENCES = 3
MAX_CHARS = 700
READ_PASSAGES = 4
"""Passages below this rank are not quoted: they rarely hold the answer and cost trust."""

KEEP_SHARE = 0.62
"""A further sentence is quoted only if it scores at least this share of the best one."""

ELSEWHERE_SHARE = 0.8
"""A sentence of another passage that adds no word of the question must score at least this share of the best one."""

PASSAGE_PRIOR = 0.35
HEADING_SHARE = 0.6
TYPE_BONUS = 0.45

_TIME = r"\b(?:\d+|one|two|three|a few|next|same)[\d\s.–-]*(?:to \d+ )?(?:business |working |calendar )?"
_KINDS = (
    (
        re.compile(
            r"\bhow (?:long|soon|quick\w*|fast)\b|\bwhen\b|\bdeadline\b|\bhow many (?:days|weeks|hours|years)\b", re.I
        ),
        re.compile(_TIME + r"(?:second|minute|hour|day|week|month|year)s?\b|\b\d{1,2} [A-Z][a-z]{2,8}\b|\d:\d\d", re.I),
    ),
    (
        re.compile(r"\bhow much\b|\bcosts?\b|\bprices?\b|\bfees?\b|\bexpensive\b|\bcharges?\b|\bpay for\b", re.I),
        re.compile(r"[€£$]\s?\d|\b(?:EUR|CHF|USD|GBP|CAD) ?\d|\d ?(?:€|EUR|CHF|euros?|%)|\bfree\b", re.I),
    ),
    (
        re.compile(r"\bhow (?:many|far|heavy|big|late|early|old|loud|wide|deep)\b|\bwhat time\b", re.I),
        re.compile(r"\d"),
    ),
)
"""What a question asks for, and how that looks in an answer: a duration or date, an amount of money, a figure."""

_ASKS_STEPS = re.compile(r"\b(how (?:do|can|to|should)|steps?|set ?up|reset|pair|connect|install|update)\b", re.I)
_STEP = re.compile(r"^\d+[.)]\s")
_LIST_ITEM = re.compile(r"^(?:[-*•]|\d+[.)])\s")
_TABLE_RULE = re.compile(r"^[|\s:-]+$")


@dataclass(frozen=True)
class _Candidate:
    passage_rank: int
    position: int
    text: str
    held: frozenset[str]
    score: float


class ExtractiveResponder:
    """The floor under every other responder: it needs no network, no model and no time."""

    @property
    def name(self) -> str:
        """The name settings know it by."""
        return "extractive"

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        """Yield the chosen sentences, best passage first, each an exact quotation."""
        last: _Candidate | None = None
        for candidate in _choose(request):
            yield _separator(last, candidate) + candidate.text
            last = candidate


def _choose(request: ResponseRequest) -> list[_Candidate]:
    candidates = _candidates(request)
    if not candidates:
        return []
    best = max(candidates, key=lambda one: one.score)
    if _STEP.match(best.text) or (_ASKS_STEPS.search(request.question) and _near_steps(best, candidates)):
        return _steps(best, candidates)
    chosen = [best]
    length = len(best.text)
    for one in sorted(candidates, key=lambda one: -one.score):
        if one.score < KEEP_SHARE * best.score or len(chosen) == MAX_SENTENCES:
            break
        if one in chosen or _repeats(one, chosen) or not _belongs(one, chosen, request.weights):
            continue
        if length + len(one.text) <= MAX_CHARS:
            chosen.append(one)
            length += len(one.text)
    return sorted(_with_introductions(chosen, candidates), key=lambda one: (one.passage_rank, one.position))


def _candidates(request: ResponseRequest) -> list[_Candidate]:
    total = sum(request.weights.values()) or 1.0
    found = []
    for scored in request.passages[:READ_PASSAGES]:
        passage = scored.passage
        context = set(terms(f"{passage.title} {passage.heading}"))
        for position, (start, end) in enumerate(sentences(passage.text)):
            text = passage.text[start:end]
            if not _TABLE_RULE.match(text) and not text.startswith("#"):
                score = _score(text, context, request, total) + PASSAGE_PRIOR / scored.rank
                held = frozenset(terms(text)) | context
                found.append(_Candidate(scored.rank, position, text, held, score))
    return found


def _score(text: str, context: set[str], request: ResponseRequest, total: float) -> float:
    own = set(terms(text))
    if not own:
        return 0.0
    held = _weight(request.weights, own) + HEADING_SHARE * _weight(request.weights, context - own)
    return held / total + (TYPE_BONUS if _is_of_the_kind_asked(request.question, text) else 0.0)


def _is_of_the_kind_asked(question: str, text: str) -> bool:
    """Tell whether a sentence holds a duration, amount or figure where the last thing asked is one."""
    asked = sentences(question)
    last = question[slice(*asked[-1])] if asked else ""
    return any(asks.search(last) and answers.search(text) for asks, answers in _KINDS)


def _weight(weights: Mapping[str, float], held: set[str]) -> float:
    return sum(weight for term, weight in weights.items() if term in held)


def _near_steps(best: _Candidate, candidates: list[_Candidate]) -> bool:
    """Tell whether numbered steps follow the best sentence in its passage."""
    return any(
        one.passage_rank == best.passage_rank and 0 < one.position - best.position <= 2 and _STEP.match(one.text)
        for one in candidates
    )


def _steps(best: _Candidate, candidates: list[_Candidate]) -> list[_Candidate]:
    """Return the whole numbered list that the best sentence opens or belongs to, with its opening sentence."""
    passage = [one for one in candidates if one.passage_rank == best.passage_rank]
    at = passage.index(best)
    first = at
    while first > 0 and _STEP.match(passage[first].text):
        first -= 1
    last = max(at, first + 1)
    while last < len(passage) and (last <= at or _STEP.match(passage[last].text)):
        last += 1
    return passage[first:last]


def _with_introductions(chosen: list[_Candidate], candidates: list[_Candidate]) -> list[_Candidate]:
    """Add the line that opens a list where only its items were chosen, so that they can be understood."""
    opened = list(chosen)
    by_place = {(one.passage_rank, one.position): one for one in candidates}
    for one in chosen:
        position = one.position
        while _LIST_ITEM.match(by_place[one.passage_rank, position].text):
            if (one.passage_rank, position - 1) not in by_place:
                break
            position -= 1
        opening = by_place[one.passage_rank, position]
        if opening.text.endswith(":") and opening not in opened:
            opened.append(opening)
    return opened


def _repeats(one: _Candidate, chosen: list[_Candidate]) -> bool:
    own = set(terms(one.text))
    return any(
        len(own & set(terms(other.text))) >= 0.8 * max(1, min(len(own), len(terms(other.text)))) for other in chosen
    )


def _belongs(one: _Candidate, chosen: list[_Candidate], weights: Mapping[str, float]) -> bool:
    """Tell whether a sentence adds to the answer: from the best passage, nearly as good, or with a new word asked."""
    if one.passage_rank == chosen[0].passage_rank or one.score >= ELSEWHERE_SHARE * chosen[0].score:
        return True
    said = {term for other in chosen for term in other.held}
    return any(term in weights and term not in said for term in one.held)


def _separator(last: _Candidate | None, candidate: _Candidate) -> str:
    if last is None:
        return ""
    if _LIST_ITEM.match(candidate.text) or candidate.text.startswith("|"):
        return "\n"
    return " " if last.passage_rank == candidate.passage_rank else "\n\n"
