"""Documents and passages of a telling size: nothing in them, or far more than in any other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median

from assistant.hygiene.report import AuditedDocument, SizeFinding, SizeKind
from assistant.terms import words
from assistant.types import Passage

ENORMOUS_DOCUMENT_CHARS = 200_000
"""About a hundred printed pages; smaller documents are never called enormous."""

ENORMOUS_PASSAGE_CHARS = 6_000
"""Beyond what an embedder reads of a passage: most read 256 to 512 tokens."""

FAR_ABOVE = 10
"""How many times the median makes a size stand out."""


def sizes(documents: Iterable[AuditedDocument], passages: Sequence[Passage]) -> list[SizeFinding]:
    """Return empty and enormous documents, then passages without a word and enormous ones.

    A document is as long as the end of its last passage. Enormous is what exceeds an absolute bound and ten times the
    median of its like.
    """
    of_document: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        of_document[passage.document_id].append(passage)
    lengths = {key: max(passage.end for passage in members) for key, members in of_document.items()}
    document_bound = max(ENORMOUS_DOCUMENT_CHARS, FAR_ABOVE * median(lengths.values())) if lengths else 0
    found = [
        SizeFinding(document_id=one.id, document=one.name, kind=kind, amount=lengths.get(one.id, 0))
        for one in documents
        if (kind := _document_kind(lengths.get(one.id), document_bound))
    ]
    passage_bound = (
        max(ENORMOUS_PASSAGE_CHARS, FAR_ABOVE * median(len(one.text) for one in passages)) if passages else 0
    )
    return found + [_of_passage(one, kind) for one in passages if (kind := _passage_kind(one, passage_bound))]


def _document_kind(length: int | None, bound: float) -> SizeKind | None:
    if length is None:
        return "empty_document"
    return "enormous_document" if length > bound else None


def _passage_kind(passage: Passage, bound: float) -> SizeKind | None:
    if not words(passage.text):
        return "wordless_passage"
    return "enormous_passage" if len(passage.text) > bound else None


def _of_passage(passage: Passage, kind: SizeKind) -> SizeFinding:
    return SizeFinding(
        document_id=passage.document_id,
        document=passage.document,
        kind=kind,
        amount=len(passage.text),
        passage_id=passage.id,
        quote=passage.text[:80],
    )
