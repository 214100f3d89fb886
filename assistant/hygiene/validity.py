"""Documents out of their time: expired, soon to expire, or not yet valid."""

from collections.abc import Iterable
from datetime import date

from assistant.hygiene.report import AuditedDocument, ValidityFinding, ValidityState

SOON_DAYS = 30


def validity(documents: Iterable[AuditedDocument], today: date, *, soon_days: int = SOON_DAYS) -> list[ValidityFinding]:
    """Return the documents that do not hold today, or not in `soon_days` any more, the most urgent first.

    A document holds from the start of `valid_from` to the end of `valid_to`; a date that is missing sets no bound.
    """
    found = [finding for document in documents if (finding := _finding(document, today, soon_days))]
    order: tuple[ValidityState, ...] = ("expired", "expires_soon", "not_yet_valid")
    return sorted(found, key=lambda finding: (order.index(finding.state), finding.day, finding.document))


def _finding(document: AuditedDocument, today: date, soon_days: int) -> ValidityFinding | None:
    ends, begins = document.valid_to, document.valid_from
    if ends is not None and ends < today:
        return _made(document, "expired", ends, today)
    if begins is not None and begins > today:
        return _made(document, "not_yet_valid", begins, today)
    if ends is not None and (ends - today).days <= soon_days:
        return _made(document, "expires_soon", ends, today)
    return None


def _made(document: AuditedDocument, state: ValidityState, day: date, today: date) -> ValidityFinding:
    return ValidityFinding(
        document_id=document.id, document=document.name, state=state, day=day, days=abs((day - today).days)
    )
