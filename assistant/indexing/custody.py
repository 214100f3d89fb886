"""Takes care that indexes on disk are opened by one process at a time, and not before what was left was looked at."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from assistant.errors import AssistantError
from assistant.indexing import trust
from assistant.indexing.checking import QUICK_SAMPLE, IndexChecker, move_aside
from assistant.indexing.workspace import Workspace
from assistant.ports import Embedder, VectorIndex
from assistant.records import CheckReport
from assistant.types import Generation

logger = logging.getLogger(__name__)

MENDED_AT_ONCE = 2000
"""An index with more passages is mended in the background, and searched exactly in the meantime."""


class IndexCustody:
    """Knows which generations this process has opened, and mends those that were not left in order."""

    def __init__(
        self, workspace: Workspace, embedder_of: Callable[[str], Embedder], on_mended: Callable[[], None]
    ) -> None:
        """Look after a workspace; `on_mended` is called when an index that was passed over can be used."""
        self._workspace = workspace
        self._embedder_of = embedder_of
        self._on_mended = on_mended
        self._opened: set[int] = set()
        self._mending: threading.Thread | None = None

    def dense_index(self, generation: Generation) -> VectorIndex:
        """Return Chroma's index; where its folder is another process's, or has to be mended first, an exact one."""
        if not self._workspace.chroma_is_embedded:
            with self._workspace.try_writing_here() as may_mend:
                if may_mend:
                    self._discard_damaged_keywords(generation)
            return self._workspace.vectors(generation.number)
        if not self._workspace.owns_home():
            return self._exact(generation)
        if self._doubts(generation) != ():
            if self._workspace.catalog.counts()[1] > MENDED_AT_ONCE and self._keywords_answer(generation):
                exact = self._exact(generation)
                # Read now: while Chroma takes vectors in, it lets no other thread of the process run.
                exact.count()
                self._mend_in_background(generation)
                return exact
            # Whoever is writing, such as the first ingest, looks the index over first, or has made it itself.
            with self._workspace.try_writing_here() as may_mend:
                if not may_mend:
                    return self._exact(generation)
                self.check(generation, QUICK_SAMPLE)
        return self._workspace.vectors(generation.number)

    def prepare(self, generation: Generation) -> None:
        """Mend a generation before it is written to, where it was not left in order; the caller holds the lock."""
        if not self._workspace.chroma_is_embedded:
            self._discard_damaged_keywords(generation)
        elif self._doubts(generation) != ():
            self.check(generation, QUICK_SAMPLE)

    def check(self, generation: Generation, sample_size: int) -> CheckReport:
        """Look a generation over and mend it; the caller holds the writers' lock."""
        changed = self._doubts(generation)
        self._mark_opened(generation.number)
        checker = IndexChecker(self._workspace, generation, self._embedder_of(generation.embedder))
        report = checker.check(sample_size, changed)
        if not report.ok:
            logger.warning("the indexes were mended: %s", report.model_dump_json())
        return report

    def count_as_opened(self, generation: Generation | None) -> None:
        """Note that this process has itself just made a generation."""
        if generation is not None and self._workspace.chroma_is_embedded and generation.number not in self._opened:
            self._mark_opened(generation.number)
            self._on_mended()

    def close(self) -> None:
        """Close the indexes, and remember how they were left."""
        if self._mending is not None:
            self._mending.join()
        owned = self._workspace.chroma_is_embedded and self._workspace.owns_home()
        for one in self._workspace.generations.all() if owned else ():
            self._workspace.release(one.number)
            if one.number in self._opened:
                trust.trust(self._folder(one.number), self._folders(one.number))

    def _exact(self, generation: Generation) -> VectorIndex:
        return self._workspace.exact_vectors(generation.fingerprint, generation.dimension)

    def _doubts(self, generation: Generation) -> tuple[str, ...] | None:
        """Return which indexes were altered since they were closed; None where they were never closed in order."""
        number = generation.number
        if number in self._opened:
            return ()
        doubts = trust.doubts(self._folder(number), self._folders(number))
        if doubts == ():
            self._mark_opened(number)
        return doubts

    def _keywords_answer(self, generation: Generation) -> bool:
        """Tell whether searches may go on with the keyword index while the dense one is built anew."""
        from assistant.stores.tantivy_files import damaged_file

        altered = self._doubts(generation) or ()
        return "keywords" not in altered and not damaged_file(self._workspace.keywords_folder(generation.number))

    def _discard_damaged_keywords(self, generation: Generation) -> None:
        """Let the next catching up fill the keyword index of a replica anew, where its files are not whole."""
        from assistant.stores.tantivy_files import damaged_file

        self._workspace.remove_earlier_keywords(generation.number)
        folder = self._workspace.keywords_folder(generation.number)
        if generation.number not in self._opened and folder.exists() and (problem := damaged_file(folder)):
            logger.warning("the keywords index is broken and built anew: %s", problem)
            move_aside(self._workspace.home, folder)
        self._opened.add(generation.number)

    def _mark_opened(self, number: int) -> None:
        self._opened.add(number)
        trust.distrust(self._folder(number))

    def _mend_in_background(self, generation: Generation) -> None:
        if self._mending is None or not self._mending.is_alive():
            self._mending = threading.Thread(target=self._mend, args=(generation,), name="mend-index", daemon=True)
            self._mending.start()

    def _mend(self, generation: Generation) -> None:
        try:
            with self._workspace.lock_for_writing():
                self.check(generation, QUICK_SAMPLE)
        except AssistantError:
            logger.exception("the indexes could not be mended; searches go on without them")
            return
        self._on_mended()

    def _folder(self, number: int) -> Path:
        return self._workspace.keywords_folder(number).parent

    def _folders(self, number: int) -> dict[str, Path]:
        """Return the folders whose bytes are ours to vouch for, by the name of the index in them."""
        return {
            "vectors": Path(self._workspace.vectors_location(number)),
            "keywords": self._workspace.keywords_folder(number),
        }
