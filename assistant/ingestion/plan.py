"""Compares what the sources hold now with what is stored, and says what has to be done. Changes nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.archives import member_bytes
from assistant.ingestion.files import SourceFile, content_digest
from assistant.ingestion.loaders import LOADER_VERSION
from assistant.ingestion.splitting import SPLITTER_VERSION
from assistant.ports import Catalog
from assistant.records import IngestPlan, Move
from assistant.types import DocumentSummary, FailedSource


@dataclass
class Plan:
    """What a sync has to do; `checksums` holds the state of every source that was looked at."""

    added: list[SourceFile] = field(default_factory=list)
    changed: list[SourceFile] = field(default_factory=list)
    removed: list[DocumentSummary] = field(default_factory=list)
    moved: list[tuple[DocumentSummary, SourceFile]] = field(default_factory=list)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    gone_aliases: list[str] = field(default_factory=list)
    unchanged: int = 0
    failed: list[FailedSource] = field(default_factory=list)
    checksums: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to do."""
        return not (self.added or self.changed or self.removed or self.moved or self.aliases or self.gone_aliases)

    def summary(self) -> IngestPlan:
        """Return the plan as people and programs read it."""
        return IngestPlan(
            added=tuple(one.source for one in self.added),
            changed=tuple(one.source for one in self.changed),
            removed=tuple(one.source for one in self.removed),
            moved=tuple(Move(source=file.source, moved_from=one.source) for one, file in self.moved),
            duplicates=tuple(sorted(self.aliases)),
            unchanged=self.unchanged,
            failed=tuple(self.failed),
            bytes_to_read=sum(_size_of(file) for file in [*self.added, *self.changed]),
        )


def _size_of(file: SourceFile) -> int:
    try:
        return member_bytes(file.path, file.member) if file.member else file.path.stat().st_size
    except (OSError, DocumentError):
        return 0


def checksum(content: str) -> str:
    """Return a digest of all that a revision's text depends on: the content and the versions of our own code."""
    return hashlib.sha256(f"{content}/{LOADER_VERSION}/{SPLITTER_VERSION}".encode()).hexdigest()


def make_plan(files: Sequence[SourceFile], prefixes: Sequence[str], catalog: Catalog) -> Plan:
    """Plan how to make the stored documents those of the files; what lies under a prefix and is no file, is gone.

    Identity is by content: a file that repeats another becomes its alias, and a file with the content of a document
    whose own file is gone is that document, moved.
    """
    planner = _Planner(prefixes, catalog)
    for file in files:
        planner.look_at(file)
    planner.place_new_files()
    planner.settle_missing()
    return planner.plan


class _Planner:
    def __init__(self, prefixes: Sequence[str], catalog: Catalog) -> None:
        self.plan = Plan()
        self._prefixes = tuple(prefixes)
        self._stored = {one.source: one for one in catalog.summaries()}
        self._passed_over = {one.source: one for one in catalog.passed_over()}
        self._aliases = catalog.aliases()
        self._seen: set[str] = set()
        self._new: list[SourceFile] = []
        self._owners: dict[str, str] = {}

    def look_at(self, file: SourceFile) -> None:
        """Tell a stored file that is as it was, or has changed, from one that is not stored."""
        self._seen.add(file.source)
        try:
            now = checksum(content_digest(file))
        except DocumentError as error:
            printable = file.source.encode("utf-8", "replace").decode()
            self.plan.failed.append(FailedSource(source=printable, reason=error.reason))
            return
        self.plan.checksums[file.source] = now
        before = self._passed_over.get(file.source)
        if before is not None and before.checksum == now:
            if before.reason:
                self.plan.failed.append(FailedSource(source=file.source, reason=before.reason))
            return
        known = self._stored.get(file.source)
        if known is None:
            self._new.append(file)
            return
        if known.checksum == now:
            self.plan.unchanged += 1
        else:
            self.plan.changed.append(file)
        self._owners.setdefault(now, file.source)

    def place_new_files(self) -> None:
        """Find out which files that are not stored are new, repeat another, or were moved."""
        missing = {one.checksum: one for one in self._stored.values() if self._is_missing(one)}
        elsewhere = {one.checksum: source for source, one in self._stored.items() if self._stays(one)}
        for file in self._new:
            now = self.plan.checksums[file.source]
            if now in missing:
                self.plan.moved.append((missing.pop(now), file))
                self.plan.unchanged += 1
                self._owners.setdefault(now, file.source)
            elif owner := self._owners.get(now) or elsewhere.get(now):
                self.plan.aliases[file.source] = (owner, file.name)
            else:
                self.plan.added.append(file)
                self._owners[now] = file.source

    def settle_missing(self) -> None:
        """Remove the documents whose files are gone, and forget aliases that are no longer."""
        moved = {one.source for one, _ in self.plan.moved}
        gone = [one for one in self._stored.values() if self._is_under_prefix(one.source)]
        self.plan.removed = [one for one in gone if one.source not in self._seen and one.source not in moved]
        self.plan.gone_aliases = [
            source
            for source in self._aliases
            if source not in self.plan.aliases and (source in self._seen or self._is_under_prefix(source))
        ]

    def _is_missing(self, one: DocumentSummary) -> bool:
        """Tell whether a stored document's own file is gone, here or, as far as we can see, elsewhere."""
        if one.source in self._seen:
            return False
        return self._is_under_prefix(one.source) or _is_gone(one.source)

    def _stays(self, one: DocumentSummary) -> bool:
        return one.source not in self._seen and not self._is_missing(one)

    def _is_under_prefix(self, source: str) -> bool:
        return source.startswith(self._prefixes)


def _is_gone(source: str) -> bool:
    path = Path(source)
    return path.is_absolute() and not path.exists()
