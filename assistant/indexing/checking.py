"""Checks that every live passage can be found by its own vector and by its words, and mends what cannot."""

import logging
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.indexing.embedding import vectors_of
from assistant.indexing.probe import (
    FillJob,
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

INDEXES = ("vectors", "keywords")
ALTERED = "its files are not as they were left"
AFTER_A_CRASH = "it may have been cut off while it was written"

THOROUGH_SAMPLE = 5000

PROBE_SECONDS = 120.0
FILLED_AT_ONCE = 1000
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

    def check(self, sample_size: int, changed: Sequence[str] | None = ()) -> CheckReport:
        """Look both indexes over and mend them; `ok` tells whether they were whole to begin with.

        Those named in `changed` ("vectors", "keywords") are known to have been altered on disk, and are built anew.
        After a crash (`changed` is None) the dense index is as well: nothing in its files tells whether they are whole,
        and those that are not can kill the process that opens them. The files of the keyword index have checksums.

        Raises:
            BackendError: The embedder failed where the catalog lacks a vector, or a Chroma server cannot be reached.
        """
        began = time.monotonic()
        self._workspace.revisions.abandon_staged()
        if changed is None:
            self._rebuild("vectors", AFTER_A_CRASH)
        # What an earlier version left is no damage: the new index is filled as any that has learnt nothing.
        was_earlier = self._workspace.remove_earlier_keywords(self._generation.number)
        for name in changed or ():
            if not (was_earlier and name == "keywords"):
                self._rebuild(name, ALTERED)
        expected = self._workspace.changes.every_id(self._generation.fingerprint)
        sample = self._sample(expected, sample_size)
        with Prober(PROBE_SECONDS) as prober:
            look = _Look(self._workspace, self._generation, self._embedder, prober, expected, sample)
            found = self._examine(look)
        by_vector, by_keyword = (found.get(name, Findings()) for name in INDEXES)
        return CheckReport(
            ok=not self._rebuilt and by_vector.clean and by_keyword.clean,
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

    def _examine(self, look: "_Look") -> dict[str, Findings]:
        """Look over what is not built anew anyway, and mend it; returns what was wrong, by index."""
        found = {name: look.over(name) for name in INDEXES if name not in self._rebuilt}
        for name, findings in found.items():
            # What can be read and lacks something may still be taught; what cannot be relied on must not be opened.
            if findings.problem or findings.unreachable:
                self._rebuild(name, findings.problem or "passages that it holds cannot be found")
        lagging = [name for name, findings in found.items() if findings.lags and name not in self._rebuilt]
        if self._rebuilt or lagging:
            self._catch_up(look)
        # What the last process did not come to teach is no damage.
        found |= {name: look.over(name) for name in lagging}
        for name in (one for one in lagging if not found[one].clean):
            self._mend(name, found[name])
            again = look.over(name)
            if not again.clean:
                self._rebuild(name, again.problem or "still incomplete after a repair")
                self._catch_up()
        return found

    def _sample(self, expected: Sequence[str], size: int) -> list[Passage]:
        step = max(1, -(-len(expected) // size))
        return self._workspace.changes.indexable(expected[::step], self._generation.fingerprint)

    def _mend(self, name: str, findings: Findings) -> None:
        """Teach an index what it was found to lack, and let it forget what it should not hold."""
        passages = self._workspace.changes.indexable(findings.missing, self._generation.fingerprint)
        if name == "keywords":
            keywords = self._workspace.keywords(self._generation.number)
            keywords.remove(findings.ghosts)
            keywords.upsert(passages)
            return
        vectors = self._workspace.vectors(self._generation.number)
        vectors.remove(findings.ghosts)
        rows, _ = vectors_of(passages, self._embedder, self._workspace.vector_cache)
        vectors.upsert([one.id for one in passages], rows)

    def _rebuild(self, name: str, problem: str) -> None:
        """Put a broken index out of the way; the next catching up fills a new one."""
        logger.warning("the %s index is broken and built anew: %s", name, problem)
        number = self._generation.number
        self._workspace.release(number)
        self._problems.append(f"{name}: {problem}")
        if name == "vectors" and not self._workspace.chroma_is_embedded:
            self._workspace.vectors(number).clear()
        else:
            location = self._workspace.vectors_location(number) if name == "vectors" else None
            folder = Path(location) if location else self._workspace.keywords_folder(number)
            if problem == AFTER_A_CRASH:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                moved = move_aside(self._workspace.home, folder)
                self._aside.extend([moved] if moved else [])
        if name not in self._rebuilt:
            self._rebuilt.append(name)

    def _catch_up(self, look: "_Look | None" = None) -> None:
        if look is not None and "vectors" in self._rebuilt and self._workspace.chroma_is_embedded:
            problem = look.fill_vectors()
            if problem:
                self._rebuild("vectors", problem)
        open_projection(self._workspace, self._generation, self._embedder).catch_up()


class _Look:
    """What an index should hold, and the child that looks whether it does."""

    def __init__(
        self,
        workspace: Workspace,
        generation: Generation,
        embedder: Embedder,
        prober: Prober,
        expected: Sequence[str],
        sample: Sequence[Passage],
    ) -> None:
        self._workspace = workspace
        self._generation = generation
        self._embedder = embedder
        self._prober = prober
        self._expected = tuple(expected)
        self._sample = sample

    def over(self, name: str) -> Findings:
        """Return what is wrong with an index."""
        return self._over_vectors() if name == "vectors" else self._over_keywords()

    def _over_vectors(self) -> Findings:
        number = self._generation.number
        vectors, _ = vectors_of(self._sample, self._embedder, self._workspace.vector_cache)
        job = VectorJob(
            location=self._workspace.vectors_location(number),
            collection=self._workspace.collection_name(number),
            expected=self._expected,
            sample=tuple(one.id for one in self._sample),
            vectors=packed(vectors),
            dimension=self._generation.dimension,
        )
        if not self._workspace.chroma_is_embedded:
            return look_over_vectors(job)
        # Two processes must not have one folder of Chroma's open.
        self._workspace.release(number)
        return self._prober.do(job)

    def _over_keywords(self) -> Findings:
        job = KeywordJob(
            folder=str(self._workspace.keywords_folder(self._generation.number)),
            expected=self._expected,
            sample={one.id: tuple(terms(one.indexed_text)[-SEARCHED_TERMS:]) for one in self._sample},
        )
        return self._prober.do(job)

    def fill_vectors(self) -> str:
        """Fill a new dense index in the child, since Chroma stops every thread of a process that it writes in.

        Returns what went wrong, if anything did; the index is then to be filled some other way.
        """
        number = self._generation.number
        head = self._workspace.changes.head()
        for start in range(0, len(self._expected), FILLED_AT_ONCE):
            some = self._expected[start : start + FILLED_AT_ONCE]
            passages = self._workspace.changes.indexable(some, self._generation.fingerprint)
            vectors, _ = vectors_of(passages, self._embedder, self._workspace.vector_cache)
            job = FillJob(
                location=self._workspace.vectors_location(number),
                collection=self._workspace.collection_name(number),
                ids=tuple(one.id for one in passages),
                vectors=packed(vectors),
                dimension=self._generation.dimension,
                position=head if start + FILLED_AT_ONCE >= len(self._expected) else None,
            )
            if problem := self._prober.do(job).problem:
                return problem
        return ""


def move_aside(home: Path, folder: Path) -> str | None:
    """Move a folder under `broken/`, for a look at what happened; returns its new path, None where there was none."""
    if not folder.exists():
        return None
    target = home / BROKEN / f"{folder.parent.name}-{folder.name}-{int(time.time())}-{secrets.token_hex(3)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.replace(target)
    return str(target)
