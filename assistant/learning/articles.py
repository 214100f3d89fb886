"""Makes a document of what a lead approved, and asks the gap's questions once more."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from assistant.errors import ArticleRefused, DocumentError
from assistant.ingestion.loaders import load_bytes
from assistant.privacy.masking import hidden
from assistant.types import AskedAgain, LoadedDocument, Message, Reply

MOST_ASKED = 50
"""So many of the newest questions are asked again: each takes as long as a customer's turn."""

_HEADING = re.compile(r"(?m)^#{1,6}(?:[ \t].*)?$")

Ask = Callable[[str, Sequence[Message]], Reply]
"""Answers a message after others as a customer would be answered, and leaves no trace of it."""


def name_of(gap_id: str) -> str:
    """Return the name of the document that answers a gap."""
    return f"gap-{gap_id}.md"


def source_of(gap_id: str) -> str:
    """Return the source of that document: no file of a folder has it, so that no ingest takes it away."""
    return f"gap:{gap_id}"


def as_document(gap_id: str, markdown: str, valid_until: date | None) -> LoadedDocument:
    """Return an article as a document; its front matter counts as that of a file would.

    Raises:
        ArticleRefused: It holds no text or only headings, its front matter a date that is none, or it opts out of
            being read.
    """
    name = name_of(gap_id)
    try:
        document = load_bytes(markdown.encode("utf-8", "replace"), Path(name), source=source_of(gap_id), name=name)
    except DocumentError as error:
        raise ArticleRefused(f"the article {error.reason}") from error
    if document is None:
        raise ArticleRefused("the article says `ingest: no`; take that out of its front matter to approve it")
    if not _HEADING.sub("", document.text).strip():
        raise ArticleRefused("the article holds a heading and nothing below it; write what answers the question")
    return document if valid_until is None else document.model_copy(update={"valid_to": valid_until})


def asked_again(ask: Ask, asked: Sequence[tuple[str, Sequence[Message]]], document_id: str) -> tuple[AskedAgain, ...]:
    """Ask questions, each after what was said before it, and tell which are answered from a document now."""
    outcomes = []
    for question, before in asked[-MOST_ASKED:]:
        reply = ask(question, before)
        cited = tuple(dict.fromkeys(one.document for one in reply.citations))
        outcomes.append(
            AskedAgain(
                question=hidden(question),
                passed=reply.decision.action == "answer"
                and document_id in {one.document_id for one in reply.citations},
                action=reply.decision.action,
                documents=cited,
            )
        )
    return tuple(outcomes)
