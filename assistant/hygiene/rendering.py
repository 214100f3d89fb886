"""Puts an audit report into words for a terminal: grouped, short, each finding with its place and the remedy."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from assistant.hygiene.report import (
    AuditReport,
    Contradiction,
    HeldPassage,
    Pair,
    Place,
    SizeFinding,
    SizeKind,
    ValidityFinding,
    ValidityState,
)

Item = TypeVar("Item")

MAX_QUOTE_CHARS = 110
MAX_SHOWN = 20
"""How many findings of a group are written out; `--json` holds all."""

_VALIDITY: dict[ValidityState, str] = {
    "expired": "expired on {day}, {days} days ago: renew or remove it",
    "expires_soon": "expires on {day}, in {days} days: renew it in time",
    "not_yet_valid": "holds from {day} only, in {days} days",
}
_SIZES: dict[SizeKind, str] = {
    "empty_document": "holds no text that could be answered from: fill it, remove it, or read the scan with OCR",
    "enormous_document": "is {amount:,} characters long: split it by topic, so that its passages are found",
    "wordless_passage": "a passage without a word: {quote}",
    "enormous_passage": "a passage of {amount:,} characters, more than an embedder reads: give it headings",
}


def render(report: AuditReport) -> str:
    """Return the report as plain text, with a line break at its end."""
    lines = [f"{report.documents} documents, {report.passages} passages, {report.today}: {_count(report.findings)}."]
    lines += _group("Held: these speak to the assistant itself. Release or correct them", report.held, _held)
    lines += _group("Contradictions: correct one of the two", report.contradictions, _contradiction)
    lines += _group("Out of date", report.validity, _validity)
    lines += _group("Said twice: keep one and link to it", report.near_duplicates, _pair)
    lines += _group("Empty or enormous", report.sizes, _size)
    lines += _group("Approved answers that nobody answers for: name an owner", report.unowned, _name)
    return "\n".join(lines) + "\n"


def _count(findings: int) -> str:
    return "nothing to do" if not findings else f"{findings} finding{'s' if findings > 1 else ''}"


def _group(title: str, items: Sequence[Item], write: Callable[[Item], Iterator[str]]) -> list[str]:
    if not items:
        return []
    written = chain.from_iterable(write(item) for item in items[:MAX_SHOWN])
    more = [f"  ... and {len(items) - MAX_SHOWN} more, see --json"] if len(items) > MAX_SHOWN else []
    return ["", f"{title} ({len(items)})", *(f"  {line}" for line in written), *more]


def _held(item: HeldPassage) -> Iterator[str]:
    yield f"{_place(item.place)}: {'; '.join(item.reasons)}"
    yield f"    {_quote(item.place)}"
    yield f"    passage {item.place.passage_id}"


def _contradiction(item: Contradiction) -> Iterator[str]:
    yield f"{item.kind}: {item.difference}"
    yield from (f"    {_place(place)}: {_quote(place)}" for place in (item.first, item.second))


def _name(item: str) -> Iterator[str]:
    yield item


def _validity(item: ValidityFinding) -> Iterator[str]:
    yield f"{item.document}: {_VALIDITY[item.state].format(day=item.day, days=item.days)}"


def _pair(item: Pair) -> Iterator[str]:
    yield f"{_place(item.first)} and {_place(item.second)}, {item.similarity:.0%} alike"
    yield f"    {_quote(item.first)}"


def _size(item: SizeFinding) -> Iterator[str]:
    yield f"{item.document}: {_SIZES[item.kind].format(amount=item.amount, quote=_plain(item.quote))}"


def _place(place: Place) -> str:
    return f"{place.document}:{place.start}-{place.end}"


def _quote(place: Place) -> str:
    return f'"{_plain(place.quote)}"'


def _plain(text: str) -> str:
    """Return text on one line without what a terminal would obey, shortened."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= MAX_QUOTE_CHARS else f"{line[: MAX_QUOTE_CHARS - 3]}..."
