"""Sends many texts to a paid service: several requests at a time, and what was paid for is handed on at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice

from assistant.embedders.pacing import Limits, Pace
from assistant.embedders.retrying import FOR_DOCUMENTS, FOR_QUERIES, Patience, Retrying
from assistant.embedders.tokens import approximate_spans, readable, shortened
from assistant.errors import BackendError
from assistant.ports import Vectors

CONCURRENCY = 4
"""Requests under way at a time: enough to hide the network, few enough for the smallest account."""


@dataclass(frozen=True)
class ServiceLimits:
    """What one request may hold, what a minute may hold, and how much of one text is read."""

    texts: int
    tokens: int
    text_tokens: int
    by_minute: Limits


@dataclass(frozen=True)
class _Batch:
    rows: list[int]
    texts: list[str]
    tokens: int


Request = Callable[[list[str], float], Vectors]
"""Embeds some texts in one request, within so many seconds; raises `BackendError`."""


class Sender:
    """Brings texts to a service in requests of the right size and pace."""

    def __init__(
        self,
        backend: str,
        limits: ServiceLimits,
        *,
        documents: Patience = FOR_DOCUMENTS,
        queries: Patience = FOR_QUERIES,
    ) -> None:
        """Stay within the `limits` of a `backend`; queries are given up sooner than documents."""
        self._backend = backend
        self._limits = limits
        self._documents = documents
        self._queries = queries
        self._pace = Pace(limits.by_minute)

    def parts(self, texts: Sequence[str], request: Request) -> Iterator[tuple[list[int], Vectors]]:
        """Yield row numbers into `texts` and their vectors as requests succeed, in any order.

        Where a request fails for good, no new one is begun, and those under way are still yielded before the error.

        Raises:
            BackendError: What failed first; every part yielded before it is good.
        """
        stopped = threading.Event()
        with ThreadPoolExecutor(CONCURRENCY, thread_name_prefix="embedding") as pool:
            try:
                batches = self._batches(texts)
                sent = ((pool.submit(self._send, batch, request, stopped), batch.rows) for batch in batches)
                yield from _finished(sent, stopped)
            finally:
                # Also when the caller stops reading or is interrupted: nobody then waits for a request's next try.
                stopped.set()

    def one(self, text: str, request: Request) -> Vectors:
        """Return the vector of a query, shape (dimension,). It does not queue behind documents.

        Raises:
            BackendError: The service failed for longer than a customer would wait.
        """
        batch = next(self._batches([text]))
        self._pace.reserve(1, batch.tokens)
        attempt = partial(request, batch.texts, self._queries.timeout_seconds)
        vector: Vectors = Retrying(self._pace, self._queries).call(attempt)[0]
        return vector

    def _send(self, batch: _Batch, request: Request, stopped: threading.Event) -> Vectors:
        def attempt() -> Vectors:
            if stopped.wait(self._pace.reserve(len(batch.texts), batch.tokens)):
                raise BackendError(self._backend, "not sent, because another request failed")
            return request(batch.texts, self._documents.timeout_seconds)

        return Retrying(self._pace, self._documents, stopped=stopped).call(attempt)

    def _batches(self, texts: Sequence[str]) -> Iterator[_Batch]:
        """Yield runs of texts, in order, each as large as one request may be."""
        rows: list[int] = []
        kept: list[str] = []
        spent = 0
        for row, text in enumerate(texts):
            spans = approximate_spans(text)
            size = min(len(spans), self._limits.text_tokens)
            if rows and (len(rows) == self._limits.texts or spent + size > self._limits.tokens):
                yield _Batch(rows, kept, spent)
                rows, kept, spent = [], [], 0
            rows.append(row)
            # Services refuse an empty text, but take a space.
            kept.append(shortened(readable(text), spans, self._limits.text_tokens) or " ")
            spent += size
        if rows:
            yield _Batch(rows, kept, spent)


def _finished(
    requests: Iterator[tuple[Future[Vectors], list[int]]], stopped: threading.Event
) -> Iterator[tuple[list[int], Vectors]]:
    """Keep `CONCURRENCY` requests under way and yield each when it is done; the first failure is raised last."""
    running = dict(islice(requests, CONCURRENCY))
    failures: list[BaseException] = []
    while running:
        for one in wait(running, return_when=FIRST_COMPLETED).done:
            rows, error = running.pop(one), one.exception()
            if error is None:
                yield rows, one.result()
            else:
                failures.append(error)
                stopped.set()
        if not failures:
            running |= dict(islice(requests, CONCURRENCY - len(running)))
    if failures:
        raise failures[0]
