"""Which passages a filter admits, known in memory, so that no search has to ask a database about it.

A passage costs its id, about 30 bytes, and 4 more: 3.5 MB at 100,000 passages. What is not known is not admitted.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from assistant.ports import ChangeLog, PassageAttributes
from assistant.types import Attributes, Filter

_READ_AT_ONCE = 5000
"""So many changes are learnt one by one; where there are more, everything is read anew."""

_KEPT_SELECTIONS = 64


@dataclass(frozen=True)
class _Table:
    """The passages at one number of the change log: sorted ids, and for each the place of its attributes."""

    number: int
    ids: NDArray[np.bytes_]
    kinds: NDArray[np.int32]
    attributes: tuple[Attributes, ...]


@dataclass(frozen=True)
class Selection:
    """The passages that one filter admits on one day."""

    table: _Table
    allowed: NDArray[np.bool_]

    @property
    def key(self) -> tuple[int, bytes]:
        """What two selections of the same passages share."""
        return self.table.number, self.allowed.tobytes()

    @property
    def total(self) -> int:
        """How many passages there are."""
        return len(self.table.ids)

    @cached_property
    def matching(self) -> int:
        """How many of them are admitted."""
        return int(np.bincount(self.table.kinds, minlength=len(self.allowed))[self.allowed].sum())

    def ids(self) -> list[str]:
        """Return the ids of those admitted."""
        return [one.decode() for one in self.table.ids[self.allowed[self.table.kinds]].tolist()]

    def admits(self, passage_ids: Sequence[str]) -> tuple[NDArray[np.bool_], bool]:
        """Tell for each passage whether it is admitted, and whether all of them are known."""
        if not passage_ids or not self.total:
            return np.zeros(len(passage_ids), dtype=np.bool_), not passage_ids
        asked = np.array([one.encode() for one in passage_ids])
        places = np.minimum(np.searchsorted(self.table.ids, asked), self.total - 1)
        known = self.table.ids[places] == asked
        admitted: NDArray[np.bool_] = known & self.allowed[self.table.kinds[places]]
        return admitted, bool(known.all())


class Eligibility:
    """Follows the catalog's change log, and tells which passages of one embedder each filter admits. Thread-safe."""

    def __init__(self, *, attributes: PassageAttributes, changes: ChangeLog, fingerprint: str) -> None:
        """Nothing is read before the first search that needs it."""
        self._attributes = attributes
        self._changes = changes
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._restricted: bool | None = None
        self._table: _Table | None = None
        self._is_behind = True
        self._selections: OrderedDict[tuple[Filter, date], Selection] = OrderedDict()

    def refresh(self) -> None:
        """See at the next search what has changed."""
        with self._lock:
            self._is_behind, self._restricted = True, None

    def select(self, only: Filter) -> Selection | None:
        """Return the passages that a filter admits; None where it admits all that there are."""
        with self._lock:
            if self._restricted is None:
                self._restricted = self._attributes.any_restricted()
            if not self._restricted and not only.language and not only.product:
                return None
            table = self._current()
            key = (only, only.on or date.today())
            found = self._selections.get(key)
            if found is None:
                allowed = np.array([only.admits(one, key[1]) for one in table.attributes], dtype=np.bool_)
                found = self._selections[key] = Selection(table, allowed)
                if len(self._selections) > _KEPT_SELECTIONS:
                    self._selections.popitem(last=False)
        return None if found.allowed.all() else found

    def _current(self) -> _Table:
        if self._table is None or self._is_behind:
            head = self._changes.head()
            self._table = self._followed(self._table, head)
            self._is_behind = False
            self._selections.clear()
        return self._table

    def _followed(self, table: _Table | None, head: int) -> _Table:
        """Return the table at a number of the log: with what has changed since, or, where that is much, read anew."""
        if table is not None and table.number == head:
            return table
        changes = self._changes.since(table.number) if table is not None else None
        if table is None or changes is None or len(changes) > max(_READ_AT_ONCE, len(table.ids) // 10):
            return _sorted(head, *self._attributes.read(self._fingerprint))
        new, described = self._attributes.read(self._fingerprint, list(changes))
        stays = ~np.isin(table.ids, np.array([one.encode() for one in changes] or [b""]))
        places = {one: place for place, one in enumerate(table.attributes)}
        moved = [places.setdefault(one, len(places)) for one in described]
        added = _sorted(head, {one: moved[kind] for one, kind in new.items()}, list(places))
        ids = np.concatenate([table.ids[stays], added.ids])
        order = np.argsort(ids, kind="stable")
        kinds = np.concatenate([table.kinds[stays], added.kinds])
        return _Table(head, ids[order], kinds[order], added.attributes)


def _sorted(number: int, kinds: dict[str, int], attributes: Sequence[Attributes]) -> _Table:
    ids = np.array([one.encode() for one in kinds] or [b""])[: len(kinds)]
    order = np.argsort(ids, kind="stable")
    return _Table(number, ids[order], np.fromiter(kinds.values(), np.int32, len(kinds))[order], tuple(attributes))
