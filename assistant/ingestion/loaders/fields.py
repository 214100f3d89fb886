"""What an author may say about a document in its front matter or in its HTML head: whom it is for, and until when."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from assistant.errors import DocumentError
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content


def described(text: str, fields: Mapping[str, Any], path: Path) -> Content:
    """Return a text with what the fields `title`, `language`, `ingest`, `audience`, `valid_from` and `valid_to` say.

    Raises:
        DocumentError: A date is not written as 2026-01-31, or the first day of validity lies behind the last.
    """
    first, last = (_day(fields.get(key), key, path) for key in ("valid_from", "valid_to"))
    if first and last and first > last:
        raise DocumentError(path, f"is valid from {first} to {last}, which is never; correct these dates")
    return Content(
        text=text,
        title=_words(fields, "title"),
        language=_words(fields, "language"),
        wanted=_words(fields, "ingest").lower() not in ("false", "no"),
        audience=_words(fields, "audience"),
        valid_from=first,
        valid_to=last,
    )


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
