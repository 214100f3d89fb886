"""Opens what a citation rests on, from the revision that was kept: also after its document was changed or renamed."""

from typing import Protocol

from assistant.errors import DocumentErased, RevisionNotFound
from assistant.types import FOR_EVERYBODY, Citation, Document, Excerpt, Filter, KeptRevision, Standing

AROUND_CHARS = 420
"""How much of a document is given before and after a passage."""

MOST_CHARS = 20_000
"""A range is given up to this length; what is longer is read piece by piece."""


class KeptDocuments(Protocol):
    """The part of the catalog that opens what was cited."""

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name."""

    def kept(self, document_id: str, number: int) -> KeptRevision | None:
        """Return a published revision by its document's id."""

    def is_erased(self, document_id: str) -> bool:
        """Tell whether a document with this id was erased."""


def open_citation(documents: KeptDocuments, citation: Citation, only: Filter = FOR_EVERYBODY) -> Excerpt:
    """Return the cited passage in its document.

    A citation that was stored without its document's id is looked for by name, and opened where that document holds
    the quotation at the very place.

    Raises:
        DocumentErased: The document was erased for good.
        RevisionNotFound: The revision is not kept, is for others, or holds something else there.
    """
    document_id = citation.document_id or _id_by_name(documents, citation)
    excerpt = open_range(documents, document_id, citation.revision, citation.start, citation.end, only)
    if excerpt.text != citation.quote[:MOST_CHARS]:
        raise RevisionNotFound(f"revision {citation.revision} of {citation.document} holds something else there")
    return excerpt


def open_range(
    documents: KeptDocuments,
    document_id: str,
    revision: int,
    start: int = 0,
    end: int | None = None,
    only: Filter = FOR_EVERYBODY,
) -> Excerpt:
    """Return the characters from `start` to `end` of a revision, at most `MOST_CHARS`; without an end, to its end.

    It is opened to those whom both the revision and the newest one of its document are for. A range beyond the text is
    cut to what there is.

    Raises:
        DocumentErased: The document was erased for good.
        RevisionNotFound: The revision is not kept, or is for others.
    """
    kept = documents.kept(document_id, revision)
    if kept is None and documents.is_erased(document_id):
        raise DocumentErased(f"document {document_id} was erased")
    if kept is None or not (only.opens(kept.revision.attributes) and only.opens(kept.newest.attributes)):
        raise RevisionNotFound(f"there is no revision {revision} of document {document_id}")
    text = kept.revision.text
    start = min(max(start, 0), len(text))
    end = min(len(text) if end is None else max(end, start), len(text), start + MOST_CHARS)
    return Excerpt(
        document_id=kept.revision.id,
        document=kept.newest.name,
        title=kept.revision.title,
        revision=revision,
        newest_revision=kept.newest.revision,
        standing=_standing(kept, text[start:end]),
        start=start,
        end=end,
        document_chars=len(text),
        before=_from_a_word(kept.revision, start),
        text=text[start:end],
        after=_to_a_word(kept.revision, end),
    )


def _id_by_name(documents: KeptDocuments, citation: Citation) -> str:
    document = documents.document(citation.document, citation.revision)
    if document is None:
        raise RevisionNotFound(f"there is no revision {citation.revision} of {citation.document}")
    return document.id


def _standing(kept: KeptRevision, quoted: str) -> Standing:
    if not kept.is_live:
        return "removed"
    if kept.revision.revision == kept.newest.revision:
        return "current"
    # Where lines break is no change to a reader.
    return "unchanged" if " ".join(quoted.split()) in " ".join(kept.newest.text.split()) else "changed"


def _from_a_word(document: Document, end: int) -> str:
    before = document.text[max(0, end - AROUND_CHARS) : end]
    return before if len(before) == end else before[max(0, before.find(" ")) :]


def _to_a_word(document: Document, start: int) -> str:
    after = document.text[start : start + AROUND_CHARS]
    is_last = start + len(after) == len(document.text) or " " not in after
    return after if is_last else after[: after.rfind(" ")]
