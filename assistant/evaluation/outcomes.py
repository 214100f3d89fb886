"""Asks one task and measures the answer against what was expected, and against the stored documents."""

import re
import time
from collections.abc import Sequence

from assistant.disarming import disarmed
from assistant.evaluation.metrics import recall
from assistant.evaluation.overlap import rouge_l, token_f1
from assistant.evaluation.tasks import Answerability, Task
from assistant.grounding import BEFORE_CHARS, clean, ground
from assistant.retrieval import best_per_document
from assistant.segmentation import sentences
from assistant.service import Assistant
from assistant.types import Citation, Passage, Reply, ScoredPassage, Value
from assistant.visibility import visible

PASSAGES_READ = 50
RECALL_DEPTH = 5

_MARK = re.compile(r"\[(\d+)\]")


class Outcome(Value):
    """What came of one task. A figure is None where the task, or the answer, gives nothing to measure it by.

    `recall` is recall@5 over documents; `sentences` counts those shown with a citation, `supported` those of them that
    hold against the stored text; `confidence` is the evidence that the policy saw, and
    `cosine` the best one of what was found.
    """

    id: str
    question: str
    answerability: Answerability
    answered: bool
    action: str
    confidence: float
    cosine: float = 0.0
    text: str
    searched_for: str
    found: tuple[str, ...]
    cited: tuple[str, ...]
    relevant: tuple[str, ...]
    recall: float | None = None
    citation_precision: float | None = None
    citation_recall: float | None = None
    token_f1: float | None = None
    rouge_l: float | None = None
    sentences: int = 0
    supported: int = 0
    milliseconds: float = 0.0


def ask_task(assistant: Assistant, task: Task, left_out: str = "") -> Outcome:
    """Answer a task as a customer's turn would be, and measure it; see `check_sentences` for `left_out`."""
    search = assistant.find(task.question, PASSAGES_READ, "hybrid", task.history)
    started = time.perf_counter()
    reply = assistant.reply(task.question, history=task.history)
    milliseconds = (time.perf_counter() - started) * 1000
    found = best_per_document([one.passage for one in search.passages])
    cited = tuple(dict.fromkeys(one.document for one in reply.citations))
    answered = bool(cited)
    shown, supported = check_sentences(assistant, reply, search.passages, left_out) if answered else (0, 0)
    return Outcome(
        id=task.id,
        question=task.question,
        answerability=task.answerability,
        answered=answered,
        action=reply.decision.action,
        confidence=search.evidence.confidence,
        cosine=search.evidence.cosine,
        text=reply.text,
        searched_for=reply.searched_for,
        found=tuple(found[:RECALL_DEPTH]),
        cited=cited,
        relevant=task.relevant_ids,
        sentences=shown,
        supported=supported,
        milliseconds=milliseconds,
        **_against_relevant(task, found, cited),
        **_against_reference(task, reply, answered),
    )


def check_sentences(
    assistant: Assistant, reply: Reply, found: Sequence[ScoredPassage], left_out: str = ""
) -> tuple[int, int]:
    """Return how many cited sentences a reply shows, and how many of them hold.

    One holds if the quotation of its citation stands in the stored revision at the very place that it names, and the
    grounding check ties the sentence to that quotation. Nothing that the turn itself claims is believed; the house's
    own words, such as an apology before the answer, carry no mark and are not counted. Sentences are shown without
    markup, signs that order a terminal about, and addresses, for which the words `left_out` stand: the stored text is
    read without them too.
    """
    citations = {one.marker: one for one in reply.citations}
    # Words of the house that open an answer, such as an apology, are a paragraph of their own.
    text = reply.text.partition("\n\n")[2] if reply.decision.opening else reply.text
    shown = supported = 0
    for marker, cited in _cited_sentences(text):
        citation = citations.get(marker)
        shown += len(cited)
        if citation is not None:
            sources = _stored(assistant, citation, found)
            supported += sum(_rests_on(one, citation, sources, left_out) for one in cited)
    return shown, supported


def _cited_sentences(text: str) -> list[tuple[int, list[str]]]:
    """Return each mark with the sentences that it stands behind."""
    groups, at = [], 0
    for match in _MARK.finditer(text):
        part = text[at : match.start()]
        groups.append((int(match.group(1)), [clean(part[start:end]) for start, end in sentences(part)]))
        at = match.end()
    return groups


def _rests_on(sentence: str, citation: Citation, sources: Sequence[Passage], left_out: str) -> bool:
    """Tell whether a sentence is tied to the quotation itself, and not to what stands before it."""
    spans = [ground(sentence, [source]) for source in sources]
    if any(span is not None and span.start >= citation.start for span in spans):
        return True
    said = _without_addresses(sentence.replace(left_out, " ") if left_out else sentence)
    alone = [one.model_copy(update={"text": _without_addresses(one.text)}) for one in sources[:1]]
    return ground(said, alone) is not None


def _without_addresses(text: str) -> str:
    """Return a text as it would be shown where no address may be; text that is never shown as it is."""
    shown = disarmed(visible(text))
    return text if shown is None else shown


def _stored(assistant: Assistant, citation: Citation, found: Sequence[ScoredPassage]) -> list[Passage]:
    """Return the cited span as a passage of its own, read from the stored text; none where it is not there.

    It comes once more with the text before it: a reader knows from there whom a pronoun of the quotation means.
    """
    document = assistant.document(citation.document, citation.revision)
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return []
    around = (one.passage for one in found if _holds(one.passage, citation))
    alone = Passage(
        id="cited",
        document_id=document.id,
        document=document.name,
        title=document.title,
        revision=citation.revision,
        ordinal=0,
        heading=next((passage.heading for passage in around), ""),
        start=citation.start,
        end=citation.end,
        text=citation.quote,
    )
    begin = max(0, citation.start - BEFORE_CHARS)
    return [alone, alone.model_copy(update={"start": begin, "text": document.text[begin : citation.end]})]


def _holds(passage: Passage, citation: Citation) -> bool:
    same = (passage.document, passage.revision) == (citation.document, citation.revision)
    return same and passage.start <= citation.start and citation.end <= passage.end


def _against_relevant(task: Task, found: list[str], cited: tuple[str, ...]) -> dict[str, float | None]:
    relevant = set(task.relevant_ids)
    if not relevant:
        return {}
    hits = len(relevant.intersection(cited))
    return {
        "recall": recall(found, dict.fromkeys(relevant, 1), RECALL_DEPTH),
        "citation_precision": hits / len(cited) if cited else None,
        "citation_recall": hits / len(relevant) if cited else None,
    }


def _against_reference(task: Task, reply: Reply, answered: bool) -> dict[str, float | None]:
    if not answered or not task.reference_answer or task.answerability != "answerable":
        return {}
    said = _MARK.sub("", reply.text)
    return {"token_f1": token_f1(said, task.reference_answer), "rouge_l": rouge_l(said, task.reference_answer)}
