"""Checks that every live passage can be found by its own vector and by its words, and mends what cannot."""

import logging
import secrets
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.indexing.embedding import vectors_of
from assistant.indexing.probe import (
    Findings,
    KeywordJob,
    Prober,
    VectorJob,
    look_over_vectors,
    packed,
)
from assistant.indexing.projection import open_projection
from assistant.indexing.workspace import Workspace
from assistant.ports import Embedder
from assistant.records import CheckReport
from assistant.terms import terms
from assistant.types import Generation, Passage

logger = logging.getLogger(__name__)

BROKEN = "broken"
"""The folder, in the state folder, under which broken indexes are kept for a look at what happened."""

QUICK_SAMPLE = 256
"""So many passages are searched for when the process starts; all of them where there are no more."""

THOROUGH_SAMPLE = 5000

PROBE_SECONDS = 120.0
SEARCHED_TERMS = 4


class IndexChecker:
    """Looks the live indexes over and mends them from the catalog. The caller holds the writers' lock."""

    def __init__(self, workspace: Workspace, generation: Generation, embedder: Embedder) -> None:
        """Check a generation; its embedder makes the vectors that even the catalog has lost."""
        self._workspace = workspace
        self._generation = generation
        self._embedder = embedder
        self._rebuilt: list[str] = []
        self._aside: list[str] = []
        self._problems: list[str] = []

    def check(self, sample_size: int, changed: Sequence[str] = ()) -> CheckReport:
        """Look both indexes over and mend them; `ok` tells whether they were whole to begin with.

        Those named in `changed` ("vectors", "keywords") are known to have been altered on disk, and are built anew.

        Raises:
            BackendError: The embedder failed where the catalog lacks a vector, or a Chroma server cannot be reached.
        """
        began = time.monotonic()
        self._workspace.revisions.abandon_staged()
        for name in changed:
            self._rebuild(name, "its files are not as they were left")
        if changed:
            self._catch_up()
        expected = self._workspace.changes.every_id(self._generation.fingerprint)
        sample = self._sample(expected, sample_size)
        with Prober(PROBE_SECONDS) as prober:
            found = self._look_over(prober, expected, sample)
            if any(findings.lags for findings in found):
                # What the last process did not come to teach is no damage.
                self._catch_up()
                found = self._look_over(prober, expected, sample)
            by_vector, by_keyword = found
            whole = by_vector.clean and by_keyword.clean
            if not whole:
                self._mend(found)
                self._mend_for_good(self._look_over(prober, expected, sample))
        return CheckReport(
            ok=whole and not changed,
            generation=self._generation.number,
            passages=len(expected),
            probed=len(sample),
            missing=len({*by_vector.missing, *by_keyword.missing}),
            ghosts=len({*by_vector.ghosts, *by_keyword.ghosts}),
            unreachable_by_vector=len(by_vector.unreachable),
            unreachable_by_keyword=len(by_keyword.unreachable),
            repaired=len({*by_vector.missing, *by_vector.unreachable, *by_keyword.missing, *by_keyword.unreachable}),
            rebuilt=tuple(self._rebuilt),
            moved_aside=tuple(self._aside),
            problems=tuple(self._problems),
            seconds=round(time.monotonic() - began, 3),
        )

    def _sample(self, expected: Sequence[str], size: int) -> list[Passage]:
        step = max(1, -(-len(expected) // size))
        return self._workspace.changes.indexable(expected[::step], self._generation.fingerprint)

    def _look_over(
        self, prober: Prober, expected: Sequence[str], sample: Sequence[Passage]
    ) -> tuple[Findings, Findings]:
        return self._look_over_vectors(prober, expected, sample), self._look_over_keywords(prober, expected, sample)

    def _look_over_vectors(self, prober: Prober, expected: Sequence[str], sample: Sequence[Passage]) -> Findings:
        number = self._generation.number
        vectors, _ = vectors_of(sample, self._embedder, self._workspace.vector_cache)
        job = VectorJob(
            location=self._workspace.vectors_location(number),
            collection=self._workspace.collection_name(number),
            expected=tuple(expected),
            sample=tuple(one.id for one in sample),
            vectors=packed(vectors),
            dimension=self._generation.dimension,
        )
        if not self._workspace.chroma_is_embedded:
            return look_over_vectors(job)
        # Two processes must not have one folder of Chroma's open.
        self._workspace.release(number)
        return prober.look_over(job)

    def _look_over_keywords(self, prober: Prober, expected: Sequence[str], sample: Sequence[Passage]) -> Findings:
        job = KeywordJob(
            folder=str(self._workspace.keywords_folder(self._generation.number)),
            expected=tuple(expected),
            sample={one.id: tuple(terms(one.indexed_text)[-SEARCHED_TERMS:]) for one in sample},
        )
        return prober.look_over(job)

    def _mend(self, found: tuple[Findings, Findings]) -> None:
        """Teach the indexes what they were found to lack, and build anew what could not be read."""
        by_vector, by_keyword = found
        self._mend_vectors(by_vector)
        self._mend_keywords(by_keyword)
        self._catch_up()

    def _mend_for_good(self, found: tuple[Findings, Findings]) -> None:
        """Build anew what is not whole after having been mended."""
        for name, findings in zip(("vectors", "keywords"), found, strict=True):
            if not findings.clean:
                self._rebuild(name, findings.problem or "still incomplete after a repair")
        if not all(findings.clean for findings in found):
            self._catch_up()

    def _mend_vectors(self, findings: Findings) -> None:
        if findings.problem:
            self._rebuild("vectors", findings.problem)
            return
        index = self._workspace.vectors(self._generation.number)
        index.remove([*findings.ghosts, *findings.unreachable])
        lost = [*findings.missing, *findings.unreachable]
        passages = self._workspace.changes.indexable(lost, self._generation.fingerprint)
        rows, _ = vectors_of(passages, self._embedder, self._workspace.vector_cache)
        index.upsert([one.id for one in passages], rows)

    def _mend_keywords(self, findings: Findings) -> None:
        if findings.problem:
            self._rebuild("keywords", findings.problem)
            return
        index = self._workspace.keywords(self._generation.number)
        index.remove(findings.ghosts)
        lost = [*findings.missing, *findings.unreachable]
        index.upsert(self._workspace.changes.indexable(lost, self._generation.fingerprint))

    def _rebuild(self, name: str, problem: str) -> None:
        """Move a broken index aside; the next catching up fills a new one."""
        logger.warning("the %s index is broken and built anew: %s", name, problem)
        number = self._generation.number
        self._workspace.release(number)
        self._problems.append(f"{name}: {problem}")
        if name == "vectors" and not self._workspace.chroma_is_embedded:
            self._workspace.vectors(number).clear()
        else:
            location = self._workspace.vectors_location(number) if name == "vectors" else None
            folder = Path(location) if location else self._workspace.keywords_folder(number)
            moved = move_aside(self._workspace.home, folder)
            self._aside.extend([moved] if moved else [])
        if name not in self._rebuilt:
            self._rebuilt.append(name)

    def _catch_up(self) -> None:
        open_projection(self._workspace, self._generation, self._embedder).catch_up()


def move_aside(home: Path, folder: Path) -> str | None:
    """Move a folder under `broken/`, for a look at what happened; returns its new path, None where there was none."""
    if not folder.exists():
        return None
    target = home / BROKEN / f"{folder.parent.name}-{folder.name}-{int(time.time())}-{secrets.token_hex(3)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.replace(target)
    return str(target)
