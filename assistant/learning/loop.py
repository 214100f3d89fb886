"""The learning loop: what is asked in vain becomes a gap, and a lead decides what comes of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assistant.errors import GapNotFound
from assistant.learning.grouping import Group, Grouper
from assistant.learning.listing import in_order, summed_up
from assistant.ports import Catalog, Embedder, Gaps
from assistant.types import Gap, GapRecord, GapState


def document_of(gap_id: str) -> str:
    """Return the name of the document that answers a gap."""
    return f"gap-{gap_id}.md"


class LearningLoop:
    """Lists gaps, and keeps what was decided about them. Thread-safe: all state is in the store."""

    def __init__(
        self,
        gaps: Gaps,
        *,
        catalog: Catalog,
        embedder: Callable[[], Embedder],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Keep gaps in a store; `catalog` tells whether the documents that answer them are still there."""
        self._gaps = gaps
        self._grouper = Grouper(gaps, embedder)
        self._catalog = catalog
        self._clock = clock

    def gaps(self, days: int | None = None) -> list[Gap]:
        """Return the gaps of conversations that were touched in the last `days`, or of all: open and large ones first.

        Raises:
            BackendError: The embedder failed.
        """
        since = None if days is None else self._clock() - timedelta(days=days)
        return in_order([self._gap(one) for one in self._grouper.groups(since)])

    def gap(self, gap_id: str) -> Gap:
        """Return a gap by its id, or by that of one that was merged into it.

        Raises:
            GapNotFound: There is none, or its conversations are gone.
        """
        return self._gap(self._group(gap_id))

    def dismiss(self, gap_id: str) -> Gap:
        """Note that a gap needs no answer; new questions that ask the same join it, and stay out of the way."""
        return self._decided(gap_id, "dismissed")

    def reopen(self, gap_id: str) -> Gap:
        """Note that a gap is to be looked at again. What answers it stays."""
        return self._decided(gap_id, "open")

    def _decided(self, gap_id: str, state: GapState) -> Gap:
        group = self._group(gap_id)
        record = group.record.model_copy(update={"state": state, "decided_at": self._clock()})
        self._gaps.decide(record)
        return self._gap(Group(record, group.questions, group.vectors))

    def _group(self, gap_id: str) -> Group:
        groups = {one.record.id: one for one in self._grouper.groups()}
        records: dict[str, GapRecord] = {one.id: one for one in self._gaps.records()}
        known = records.get(gap_id)
        group = groups.get((known.merged_into or known.id) if known is not None else gap_id)
        if group is None:
            raise GapNotFound(f"there is no gap {gap_id!r}; `assistant gaps` lists those that there are")
        return group

    def _gap(self, group: Group) -> Gap:
        name = document_of(group.record.id)
        return summed_up(group, name if self._catalog.document(name) is not None else "")
