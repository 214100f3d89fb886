"""Cuts a document into passages for an embedder: ranges, page numbers, and what has to be held back."""

from bisect import bisect_right

from assistant.ingestion.splitting import split
from assistant.ports import Embedder
from assistant.types import Chunk, Document, LoadedDocument


def cut(document: Document | LoadedDocument, embedder: Embedder) -> tuple[Chunk, ...]:
    """Return the passages of a document, in order, each within the embedder's token limit and with its page."""
    chunks = split(document.text, title=document.title, embedder=embedder)
    return tuple(chunk.model_copy(update={"page": _page(document.page_starts, chunk.start)}) for chunk in chunks)


def _page(page_starts: tuple[int, ...], start: int) -> int | None:
    return max(1, bisect_right(page_starts, start)) if page_starts else None
