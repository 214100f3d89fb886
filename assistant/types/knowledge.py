"""What the knowledge base holds: documents, passages, the generations of their indexes."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from assistant.types.value import Value

EVERYBODY = frozenset("all customer customers everybody everyone general global public".split()) | {"general public"}
"""Names of an audience that is no restriction, in small letters."""

_SEPARATORS = re.compile(r"[,;|]")


class Attributes(Value):
    """What a filter looks at, in small letters. No audience is everybody, no product any, no language every one."""

    audiences: tuple[str, ...] = ()
    language: str = ""
    products: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    @classmethod
    def of(
        cls, audience: str, language: str, products: Iterable[str], valid_from: date | None, valid_to: date | None
    ) -> Self:
        """Return the attributes of a revision as the catalog holds them."""
        return cls(
            audiences=audience_names([audience]),
            language=primary_language(language),
            products=plain_names(products),
            valid_from=valid_from,
            valid_to=valid_to,
        )


def plain_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names in texts, which commas may separate, in small letters, sorted, each once."""
    names = {" ".join(name.split()).casefold() for text in texts for name in _SEPARATORS.split(text)}
    return tuple(sorted(names - {""}))


def audience_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the audiences in texts, as `plain_names` does; none where everybody is among them or nobody is named."""
    names = plain_names(texts)
    return () if EVERYBODY.intersection(names) else names


def primary_language(code: str) -> str:
    """Return the language of a code such as "de-AT" or "pt_BR", without the region, in small letters."""
    return re.split(r"[-_]", code.strip(), maxsplit=1)[0].casefold()


class Described(Value):
    """What a document says of itself.

    `name` is what people read. `page_starts` holds the character offset at which each page begins, where the format
    has pages. `audience` names whom it is for, separated by commas; empty is everybody, and so is "customers".
    `products` names what it is about; none is any product. An empty `language` is told from the text at ingest. It
    holds from the start of `valid_from` to the end of `valid_to`. `approved_for` are the questions to which it is, as a
    whole, the approved answer; `owner` is who answers for it.
    """

    source: str
    name: str
    title: str
    text: str
    language: str = ""
    media_type: str = "text/markdown"
    audience: str = ""
    products: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    page_starts: tuple[int, ...] = ()
    approved_for: tuple[str, ...] = ()
    owner: str = ""


class LoadedDocument(Described):
    """A source read into plain text. `source` identifies it for ever."""


class Document(Described):
    """A document as the catalog holds it; `text` belongs to `revision`, which counts from 1."""

    id: str
    revision: int
    checksum: str

    @property
    def attributes(self) -> "Attributes":
        """What a filter looks at."""
        return Attributes.of(self.audience, self.language, self.products, self.valid_from, self.valid_to)


class KeptRevision(Value):
    """A published revision as it was, under the document's name of today, and the newest one of its document.

    `is_live` tells that the document is still in the knowledge base.
    """

    revision: Document
    newest: Document
    is_live: bool


Standing = Literal["current", "unchanged", "changed", "removed"]
"""How a cited text stands to its document today: its revision is the live one; a newer one still says it word for
word; a newer one does not; the document is no longer in the knowledge base."""


class Excerpt(Value):
    """A range of a revision, read from what was kept: `text == revision text[start:end]`, with the text around it.

    `document` is what it is called today. `newest_revision` counts from 1, as `revision` does; `document_chars` is the
    length of the whole revision.
    """

    document_id: str
    document: str
    title: str
    revision: int
    newest_revision: int
    standing: Standing
    start: int
    end: int
    document_chars: int
    before: str
    text: str
    after: str


class DocumentSummary(Value):
    """What sync planning needs of a stored document, without its text."""

    id: str
    source: str
    name: str
    checksum: str
    revision: int
    valid_from: date | None = None
    valid_to: date | None = None


class ApprovedAnswer(Value):
    """A document that is, as a whole, the approved answer to some questions."""

    document_id: str
    document: str
    title: str
    revision: int
    questions: tuple[str, ...]
    owner: str
    text: str
    attributes: Attributes


MOST_QUESTIONS = 50
"""An answer that more questions ask for is several answers."""

MAX_APPROVED_CHARS = 20_000


class Approval(Value):
    """The wish that an answer be given, word for word, to whoever asks one of the questions.

    It holds from the start of `valid_from` to the end of `valid_to`, for an `audience` as documents have it; `owner` is
    who answers for it.
    """

    questions: tuple[str, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)
    answer: str = Field(min_length=1, max_length=MAX_APPROVED_CHARS)
    owner: str = Field(default="", max_length=200)
    audience: str = Field(default="", max_length=1000)
    valid_from: date | None = None
    valid_to: date | None = None

    @field_validator("questions")
    @classmethod
    def _plain_questions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        plain = tuple(dict.fromkeys(" ".join(one.split()) for one in value))
        if not all(plain):
            raise ValueError("a question is empty")
        return plain

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if not self.answer.strip():
            raise ValueError("the answer is empty")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError(f"valid from {self.valid_from} to {self.valid_to} is never")
        return self


class Chunk(Value):
    """A passage before it is stored: `start` and `end` are character offsets into the document's text.

    `page` counts from 1 and is None where the format has no pages. `header` is the first row of the table that it
    begins in, where that row is not part of it. A chunk with a `held_because` is kept from search.
    """

    ordinal: int
    heading: str
    header: str = ""
    start: int
    end: int
    page: int | None = None
    held_because: str = ""


class Passage(Value):
    """A stored range of one document revision. `text == revision text[start:end]`, always.

    `header` is the first row of the table that it begins in, where that row is not part of it, and `head` the range of
    the revision with that row, where it may be quoted.
    """

    id: str
    document_id: str
    document: str
    title: str
    revision: int
    ordinal: int
    heading: str
    header: str = ""
    start: int
    end: int
    text: str
    page: int | None = None
    digest: str = ""
    head: "Passage | None" = None

    @property
    def indexed_text(self) -> str:
        """What embedders and the keyword index read: title, heading and table header give a passage its context."""
        return "\n".join(part for part in (self.title, self.heading, self.header, self.text) if part)


class FailedSource(Value):
    """A source that could not be read, and why, in words an operator can act on."""

    source: str
    reason: str


class IngestReport(Value):
    """The outcome of one ingest run; `documents` and `passages` are totals of the whole knowledge base."""

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[FailedSource, ...]
    documents: int
    passages: int
    seconds: float
    duplicates: tuple[str, ...] = ()
    held: int = 0


GenerationState = Literal["building", "live", "kept", "dropped"]


class Generation(Value):
    """One build of the derived indexes: which embedder's vectors it holds, and of what width.

    One generation at a time is live; the one before it is kept for a rollback, and older ones are dropped. `tuned` is a
    mark of what `assistant tune` has learnt for it, empty where that is nothing.
    """

    number: int
    embedder: str
    fingerprint: str
    dimension: int
    state: GenerationState = "live"
    created_at: datetime | None = None
    tuned: str = ""
