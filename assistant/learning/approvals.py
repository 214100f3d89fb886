"""Approved answers as the team keeps them: listed, added and retired. Each is a document, with revisions."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Protocol

from assistant.errors import ApprovalRefused
from assistant.learning.loop import Publish
from assistant.terms import words
from assistant.types import Approval, ApprovedAnswer, Document, LoadedDocument

SOURCE = "approved:"
"""What the source of an answer begins with that is not a file's."""

NAME_CHARS = 60
DIGEST_CHARS = 6


class ApprovedDocuments(Protocol):
    """The documents there are, and which of them are approved answers."""

    def approved(self) -> list[ApprovedAnswer]:
        """Return every live document that is an approved answer, also out of its time, by name; none held back."""

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name; None where there is none."""


class Approvals:
    """Keeps approved answers. Thread-safe: all state is in the catalog."""

    def __init__(self, catalog: ApprovedDocuments, *, publish: Publish, today: Callable[[], date] = date.today) -> None:
        """Keep answers in a catalog, into which `publish` takes documents."""
        self._catalog = catalog
        self._publish = publish
        self._today = today

    def all(self) -> list[ApprovedAnswer]:
        """Return every approved answer, also out of its time, by name."""
        return self._catalog.approved()

    def add(self, approval: Approval) -> ApprovedAnswer:
        """Approve an answer; with the same first question once more, it takes the place of the one before.

        Raises:
            ApprovalRefused: Another document is approved for one of the questions, or the text is held back.
        """
        first = approval.questions[0]
        source = SOURCE + _slug(first)
        known = {question.casefold(): one.document for one in self.all() for question in one.questions}
        name = f"{_slug(first)}.md"
        for question in approval.questions:
            if (other := known.get(question.casefold(), name)) != name:
                raise ApprovalRefused(f"{other} is already approved for {question!r}; change it there, or retire it")
        document = LoadedDocument(
            source=source,
            name=name,
            title=first,
            text=approval.answer.strip(),
            audience=approval.audience,
            valid_from=approval.valid_from,
            valid_to=approval.valid_to,
            approved_for=approval.questions,
            owner=approval.owner,
        )
        self._publish([document], None)
        return self._found(name, "the answer is held back, as it seems to speak to a model; see `assistant audit`")

    def retire(self, name: str) -> ApprovedAnswer:
        """End an answer with yesterday: it is not given any more, and its revisions stay for those who were.

        Raises:
            ApprovalRefused: There is none of this name, or it is kept in a file.
        """
        answer = self._found(name, f"there is no approved answer {name!r}; `assistant approved` lists those there are")
        document = self._catalog.document(name)
        if document is None or not document.source.startswith(SOURCE):
            raise ApprovalRefused(f"{name} is kept in a file; write valid_to into its front matter, and ingest it")
        yesterday = self._today() - timedelta(days=1)
        begins = document.valid_from if document.valid_from and document.valid_from <= yesterday else None
        fields = set(LoadedDocument.model_fields)
        ended = document.model_dump(include=fields) | {"valid_to": yesterday, "valid_from": begins}
        self._publish([LoadedDocument.model_validate(ended)], None)
        return self._found(answer.document, f"{name} is held back; see `assistant audit`")

    def _found(self, name: str, otherwise: str) -> ApprovedAnswer:
        for one in self.all():
            if one.document == name:
                return one
        raise ApprovalRefused(otherwise)


def _slug(question: str) -> str:
    """Return a name for the answer to a question that people can read; no two questions share one."""
    digest = hashlib.sha256(question.casefold().encode("utf-8", "replace")).hexdigest()[:DIGEST_CHARS]
    readable = "-".join(words(question))[:NAME_CHARS].strip("-")
    return f"{readable or 'question'}-{digest}"
