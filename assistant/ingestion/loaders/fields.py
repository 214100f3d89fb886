"""What an author may say about a document in its front matter or in its HTML head: whom it is for, and until when."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.errors import DocumentError
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.markdown import UNREADABLE
from assistant.types import MOST_QUESTIONS, plain_names


def described(text: str, fields: Mapping[str, Any], path: Path) -> Content:
    """Return a text with what its fields say.

    They are `title`, `language`, `ingest`, `audience`, `product` or `products`, `valid_from` and `valid_to`, `owner`,
    and `approved_for`: the questions, one a line or a list of them, to which the document is the approved answer.

    Raises:
        DocumentError: A date is not written as 2026-01-31, the first day of validity lies behind the last, it cannot
            be read whom the document is for or which questions it answers, or these are too many.
    """
    first, last = (_day(fields.get(key), key, path) for key in ("valid_from", "valid_to"))
    if first and last and first > last:
        raise DocumentError(path, f"is valid from {first} to {last}, which is never; correct these dates")
    questions = _questions(fields.get("approved_for"), path)
    return Content(
        text=text,
        title=_words(fields, "title") or next(iter(questions), ""),
        language=_words(fields, "language"),
        wanted=_words(fields, "ingest").lower() not in ("false", "no"),
        audience=audience_in(fields, path),
        products=plain_names(_words(fields, key) for key in ("product", "products")),
        valid_from=first,
        valid_to=last,
        approved_for=questions,
        owner=_words(fields, "owner"),
    )


def audience_in(fields: Mapping[str, Any], path: Path) -> str:
    """Return whom fields say a document is for, whatever letters and number the field's name is written in.

    Raises:
        DocumentError: The field holds something that is no name: the document must not be shown to everybody then.
    """
    told = [value for key, value in fields.items() if key.strip().casefold() in ("audience", "audiences")]
    if any(value is UNREADABLE for value in told):
        message = "names its audience in a way that cannot be read; write names, as in audience: staff, partner"
        raise DocumentError(path, message)
    return ", ".join(one_line(str(value)) for value in told if value is not None)


def _questions(value: object, path: Path) -> tuple[str, ...]:
    if value is None:
        return ()
    questions = tuple(dict.fromkeys(words for line in str(value).splitlines() if (words := one_line(line))))
    if value is UNREADABLE or not questions:
        raise DocumentError(path, "says approved_for without questions that can be read; write a list of questions")
    if len(questions) > MOST_QUESTIONS:
        raise DocumentError(path, f"is approved for {len(questions)} questions; {MOST_QUESTIONS} are the most")
    return questions


def _words(fields: Mapping[str, Any], key: str) -> str:
    value = fields.get(key)
    return "" if value is None else one_line(str(value))


def _day(value: object, key: str, path: Path) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    words = one_line(str(value or ""))
    try:
        return date.fromisoformat(words) if words else None
    except ValueError as error:
        raise DocumentError(path, f"has {key}: {words[:40]}, which is no date; write it as 2026-01-31") from error
