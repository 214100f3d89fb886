"""Puts what was missed into gaps that keep their ids: new questions join the gaps there are, or found new ones."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from assistant.learning.clustering import cluster
from assistant.learning.misses import missed_in
from assistant.ports import Embedder, Gaps, Placed, Vectors
from assistant.query_vectors import query_vectors
from assistant.types import GapRecord, MissedQuestion

MAX_QUESTIONS = 5000
"""So many of the newest questions are compared; all pairs of more would keep a lead waiting for minutes."""

ID_DIGITS = 8


@dataclass(frozen=True)
class Group:
    """A gap with its questions, oldest first, and their unit vectors, a row each."""

    record: GapRecord
    questions: tuple[MissedQuestion, ...]
    vectors: Vectors


class Grouped:
    """The gaps as they were grouped at one moment, and as they were decided since. Not to be shared by threads."""

    def __init__(self, groups: Sequence[Group]) -> None:
        """Hold some groups."""
        self._groups = {one.record.id: one for one in groups}

    def groups(self) -> list[Group]:
        """Return all gaps."""
        return list(self._groups.values())

    def get(self, gap_id: str) -> Group | None:
        """Return a gap; None where no question is in it."""
        return self._groups.get(gap_id)

    def put(self, group: Group) -> None:
        """Take over what was decided of a gap."""
        self._groups[group.record.id] = group


class Grouper:
    """Groups questions, and keeps in the store where each belongs. Which ids there are depends on no clock."""

    def __init__(self, gaps: Gaps, embedder: Callable[[], Embedder]) -> None:
        """Keep places in `gaps`; questions are compared by the vectors of the embedder in use."""
        self._gaps = gaps
        self._embedder = embedder

    def groups(self, since: datetime | None = None) -> list[Group]:
        """Return the gaps that have questions in conversations touched at `since` or later.

        Raises:
            BackendError: The embedder failed.
        """
        missed = [one for each in self._gaps.troubled(since) for one in missed_in(each)]
        missed = sorted(missed, key=lambda one: (one.asked_at, one.turn_id))[-MAX_QUESTIONS:]
        if not missed:
            return []
        records = {one.id: one for one in self._gaps.records()}
        known = {one.turn_id: one for one in self._gaps.places()}
        vectors = self._vectors(missed, known)
        homes = [known[one.turn_id].gap_id if one.turn_id in known else "" for one in missed]
        if not all(homes):
            homes = self._settled(missed, homes, vectors, records)
        self._keep(missed, homes, vectors, known, records)
        rows: dict[str, list[int]] = {}
        for row, home in enumerate(homes):
            rows.setdefault(home, []).append(row)
        return [Group(records[home], tuple(missed[row] for row in own), vectors[own]) for home, own in rows.items()]

    def _vectors(self, missed: Sequence[MissedQuestion], known: dict[str, Placed]) -> Vectors:
        """Return the vector of each question; those that were kept are not made again."""
        embedder = self._embedder()
        kept = {one.turn_id: one.vector for one in known.values() if one.fingerprint == embedder.fingerprint}
        new = [one for one in missed if one.turn_id not in kept]
        made = query_vectors(embedder, [one.text for one in new]).astype(np.float32)
        kept |= {one.turn_id: vector for one, vector in zip(new, made, strict=True)}
        return np.stack([kept[one.turn_id] for one in missed])

    def _settled(
        self,
        missed: Sequence[MissedQuestion],
        homes: Sequence[str],
        vectors: Vectors,
        records: dict[str, GapRecord],
    ) -> list[str]:
        """Return the gap of each question. Open gaps that turn out to be one are merged into the oldest of them."""
        numbers = {home: number for number, home in enumerate(dict.fromkeys(filter(None, homes)))}
        decided = frozenset(number for home, number in numbers.items() if records[home].state != "open")
        labels = cluster(vectors, [numbers.get(home) for home in homes], decided)
        settled = list(homes)
        for label in dict.fromkeys(labels):
            rows = [row for row, one in enumerate(labels) if one == label]
            own = {homes[row] for row in rows if homes[row]}
            survivor = self._survivor(own, missed[rows[0]], records)
            for gone in sorted(own - {survivor}):
                self._gaps.merge(gone, survivor)
            for row in rows:
                settled[row] = survivor
        return settled

    def _survivor(self, own: set[str], first: MissedQuestion, records: dict[str, GapRecord]) -> str:
        """Return the gap that a cluster is from now on: what was decided stays, else the oldest, else a new one."""
        if own:
            return min(own, key=lambda one: (records[one].state == "open", records[one].created_at, one))
        name = hashlib.sha256(first.turn_id.encode()).hexdigest()[:ID_DIGITS]
        if name in records:
            return records[name].merged_into or name
        records[name] = GapRecord(id=name, created_at=first.asked_at)
        return name

    def _keep(
        self,
        missed: Sequence[MissedQuestion],
        homes: Sequence[str],
        vectors: Vectors,
        known: dict[str, Placed],
        records: dict[str, GapRecord],
    ) -> None:
        mark = self._embedder().fingerprint
        rows = zip(missed, homes, vectors, strict=True)
        placed = [Placed(one.turn_id, home, mark, vector) for one, home, vector in rows]
        before = {one.turn_id: (one.gap_id, one.fingerprint) for one in known.values()}
        news = [one for one in placed if before.get(one.turn_id) != (one.gap_id, mark)]
        if news:
            self._gaps.place([records[home] for home in dict.fromkeys(one.gap_id for one in news)], news)
