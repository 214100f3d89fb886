"""Forgets a customer for good, and proves it."""

import hashlib
import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from assistant.ports import CustomerStore
from assistant.segmentation import sentences
from assistant.traces import file_receipt, files_of, forms, hits
from assistant.types import Customer, CustomerFile, CustomerReceipt

logger = logging.getLogger(__name__)

LEAST_TRACE_CHARS = 8
"""A shorter name or number is in too many places by chance to prove anything."""

LEAST_SENTENCE_CHARS = 20
SEARCHED_TRACES = 500


class CustomerEraser:
    """Deletes the rows of customers and rewrites the database's file, so that no byte of them is left in it."""

    def __init__(self, store: CustomerStore, *, home: Path, compact: Callable[[], None], is_a_file: bool) -> None:
        """Erase from a store; `compact` rewrites the database's file, where it `is_a_file` in the `home`."""
        self._store = store
        self._home = home
        self._compact = compact
        self._is_a_file = is_a_file

    def forget(self, file: CustomerFile, *, conversations: bool) -> CustomerReceipt:
        """Erase a customer, with `conversations` what was said too, and return the proof, which is kept in the home.

        The rows go in one transaction, which overwrites them; the file is rewritten after it. Where the process dies in
        between, the next erasure of anything rewrites it.
        """
        name = digest(file.customer.id)
        told = _told(file, conversations=conversations)
        rows = self._store.erase(file.customer.id, conversations=conversations)
        self._compact()
        traces = self._own(told)
        found = {one: hits(one, [form for text in traces for form in forms(text)]) for one in files_of(self._home)}
        unbound = rows.pop("unbound", 0)
        receipt = CustomerReceipt(
            receipt=secrets.token_hex(8),
            customer_sha256=name,
            rows=rows,
            unbound=unbound,
            finished_at=datetime.now(UTC),
            files_scanned=len(found),
            traces_searched=len(traces),
            traces_left=sum(found.values()),
            notes=(*self._notes(unbound), *(f"traces are left in {one}" for one, count in found.items() if count)),
        )
        logger.info("customer %s was forgotten: %s", name[:12], rows)
        file_receipt(self._home, receipt.receipt, receipt)
        return receipt

    def _own(self, told: Sequence[str]) -> list[str]:
        """Return what is kept nowhere else, and so must not be found any more; the longest first."""
        own = set(told)
        for text in self._store.other_texts() if own else ():
            own = {one for one in own if one not in text}
        return sorted(own, key=len, reverse=True)[:SEARCHED_TRACES]

    def _notes(self, unbound: int) -> Iterator[str]:
        if unbound:
            yield f"{unbound} conversations are kept, as nobody's; what was said in them may still tell who it was"
        if not self._is_a_file:
            yield "the rows were deleted in PostgreSQL; its log, replicas and backups are the server's to clear"


def digest(customer_id: str) -> str:
    """Return what a customer is called where the id must not stand: in receipts and logs."""
    return hashlib.sha256(customer_id.encode(errors="replace")).hexdigest()


def _told(file: CustomerFile, *, conversations: bool) -> list[str]:
    """Return the texts that are to be erased, as far as they are long enough to be told from others."""
    customer: Customer = file.customer
    known = (customer.id, customer.name, *(fact.value for fact in customer.facts))
    told = [one for one in known if len(one) >= LEAST_TRACE_CHARS]
    said = [turn.question for one in file.conversations for turn in one.turns] if conversations else []
    return told + [
        text[start:end] for text in said for start, end in sentences(text) if end - start >= LEAST_SENTENCE_CHARS
    ]
