"""How `assistant search` shows what it found: as JSON, or as lines to read."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.reasons import PassageExplanation, SearchExplanation, explain_passages, explain_search
from assistant.types import Message, ScoredPassage, SearchResult

SHOWN_CHARS = 300
_HEAD = f"{'rank':>4}  {'meaning':>12}  {'words':>12}  {'fused':>7}  {'reranker':>8}  passage"


def messages_before(history: Path | None, after: Sequence[str]) -> tuple[Message, ...]:
    """Return what was said before a question: the messages of a JSONL file, then the customer's words `after`.

    Raises:
        DocumentError: The file holds something else than one `{"speaker": ..., "text": ...}` a line.
    """
    from assistant.errors import DocumentError
    from assistant.evaluation.sets import read_history, read_jsonl

    rows = list(read_jsonl(history)) if history is not None else []
    if any(not isinstance(row.get("text"), str) or "speaker" not in row for row in rows):
        raise DocumentError(str(history), 'each line must be {"speaker": "customer" or "assistant", "text": "..."}')
    return (*read_history({"history": rows}), *(Message(speaker="customer", text=text) for text in after))


def search_document(question: str, found: SearchResult, *, explain: bool) -> dict[str, Any]:
    """Return the result of a search as one JSON document; the keys without `explain` never change."""
    rows = [_row(one) for one in found.passages]
    if not explain:
        return {"question": question, "passages": rows}
    told = [row | {"explain": why.model_dump()} for row, why in zip(rows, explain_passages(found), strict=True)]
    evidence = found.evidence.model_dump()
    return {"question": question, **explain_search(found).model_dump(), "evidence": evidence, "passages": told}


def search_lines(found: SearchResult, *, explain: bool) -> Iterator[str]:
    """Yield the result of a search as lines."""
    if explain:
        yield from _asked(explain_search(found))
        yield _HEAD
        for one, why in zip(found.passages, explain_passages(found), strict=True):
            yield from _reasons(one, why)
    else:
        for one in found.passages:
            yield f"{one.rank}. {_place(one)}  ({one.score:.4f})"
            yield f"   {_beginning(one)}"
    if not found.passages:
        yield "nothing found"


def _row(one: ScoredPassage) -> dict[str, Any]:
    first = {"rank": one.rank, "score": one.score, "document": one.passage.document}
    return first | one.passage.model_dump(include={"title", "heading", "start", "end", "text"})


def _asked(search: SearchExplanation) -> Iterator[str]:
    yield f"searched for: {' '.join(search.searched_for.split())[:SHOWN_CHARS]}"
    for earlier in search.context:
        yield f"in mind of:   {' '.join(earlier.split())[:SHOWN_CHARS]}"
    if search.mended:
        yield f"mended:       {', '.join(f'{before} -> {after}' for before, after in search.mended.items())}"
    if search.filters:
        yield f"only:         {', '.join(f'{name} {value}' for name, value in search.filters.items())}"


def _reasons(one: ScoredPassage, why: PassageExplanation) -> Iterator[str]:
    meaning, words = _with_score(why.dense_rank, why.cosine), _with_score(why.keyword_rank, why.keyword_score)
    reranker = "-" if why.reranker_score is None else f"{why.reranker_score:.3f}"
    fused = "-" if why.fused_score is None else f"{why.fused_score:.4f}"
    yield f"{one.rank:>4}  {meaning:>12}  {words:>12}  {fused:>7}  {reranker:>8}  {_place(one)}"
    for reason in why.why:
        yield f"      - {reason}"
    yield f"      {_beginning(one)}"


def _with_score(rank: int | None, score: float | None) -> str:
    if rank is None:
        return "-"
    return f"{rank}" if score is None else f"{rank} ({score:.3f})"


def _place(one: ScoredPassage) -> str:
    return f"{one.passage.document} · {one.passage.heading or one.passage.title}"


def _beginning(one: ScoredPassage) -> str:
    return " ".join(one.passage.text.split())[:SHOWN_CHARS]
