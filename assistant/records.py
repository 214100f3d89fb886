"""What is written down about documents and indexes while they change, and what is reported afterwards."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from assistant.types import Chunk, FailedSource, LoadedDocument, Value

Operation = Literal["add", "drop"]

ERASED = "[erased]"
"""Stands in a conversation where words of a document stood that was erased."""


class Draft(Value):
    """A document ready to be stored as the next revision of the one with its source."""

    document: LoadedDocument
    checksum: str
    fingerprint: str
    chunks: tuple[Chunk, ...]


class Staged(Value):
    """A stored revision that nobody sees yet; `held` counts its passages that are kept from search."""

    document_id: str
    revision: int
    name: str
    held: int = 0


class KnownPage(Value):
    """What is known of a crawled page: what its server said of it, and where it leads."""

    url: str
    etag: str
    last_modified: str
    links: tuple[str, ...]


class PassedOver(Value):
    """A source that could not be read as it was at a checksum, or, with an empty reason, did not want to be."""

    source: str
    checksum: str
    reason: str


class Move(Value):
    """Content that was found at another place than before."""

    source: str
    moved_from: str


class IngestPlan(Value):
    """What an ingest would do, by source. Nothing was changed, and no file was parsed yet.

    `bytes_to_read` is the size of the files that are new or changed: no text of theirs is longer.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[Move, ...]
    duplicates: tuple[str, ...]
    unchanged: int
    failed: tuple[FailedSource, ...]
    bytes_to_read: int


class ReindexReport(Value):
    """The outcome of building a generation, or of returning to one."""

    generation: int
    embedder: str
    passages: int
    embedded: int
    seconds: float


class CheckReport(Value):
    """The health of the live indexes, and what was mended.

    `missing` passages were in the catalog and not in an index, `ghosts` the other way round; `unreachable` ones were
    there and could not be found by their own vector or words.
    """

    ok: bool
    generation: int
    passages: int
    probed: int
    missing: int
    ghosts: int
    unreachable_by_vector: int
    unreachable_by_keyword: int
    repaired: int
    rebuilt: tuple[str, ...]
    moved_aside: tuple[str, ...]
    problems: tuple[str, ...]
    seconds: float


class TunedPart(Value):
    """Something learnt for one generation, as bytes, with the figures that let it in."""

    name: str
    fingerprint: str
    payload: bytes
    checksum: str
    figures: dict[str, Any]
    made_at: datetime


class StepReport(Value):
    """The outcome of one step of tuning: a part is kept only if it wins on questions that it has not learnt from.

    `before` and `after` hold figures on the judged questions; the true gain lies between `gain_low` and `gain_high`
    with a probability of 95 %.
    """

    name: str
    accepted: bool
    reason: str
    before: dict[str, float] = Field(default_factory=dict)
    after: dict[str, float] = Field(default_factory=dict)
    gain: float = 0.0
    gain_low: float = 0.0
    gain_high: float = 0.0
    learnt_from: int = 0
    judged_with: int = 0
    stored_bytes: int = 0
    seconds: float = 0.0


class TuneReport(Value):
    """The outcome of `assistant tune`; `pairs` counts the questions found, by where they come from."""

    generation: int
    embedder: str
    pairs: dict[str, int]
    steps: tuple[StepReport, ...]
    removed: tuple[str, ...] = ()
    dry_run: bool = False
    seconds: float = 0.0


class Erasure(Value):
    """A wish that documents be forgotten, by their ids."""

    id: str
    requested_at: datetime
    documents: tuple[str, ...]


class Condemned(Value):
    """What is to be erased of documents; `digests` are those of embedded texts that no other document shares."""

    names: tuple[str, ...]
    sources: tuple[str, ...]
    texts: tuple[str, ...]
    passages: int
    digests: tuple[str, ...]


class TouchedFile(Value):
    """What happened to a file of the state folder."""

    path: str
    action: Literal["removed", "rewritten"]


class Receipt(Value):
    """Proof of an erasure: what, when, which files, and what a scan of every byte of the state folder found after."""

    receipt: str
    documents: tuple[str, ...]
    revisions: int
    passages: int
    vectors: int
    turns: int
    requested_at: datetime
    finished_at: datetime
    files: tuple[TouchedFile, ...]
    files_scanned: int
    text_hits: int
    vector_hits: int
    notes: tuple[str, ...] = ()


class Meter(Value):
    """How many messages somebody may send within some seconds, which begin with the first.

    Where what is counted is given back before they are over, it is worth coming again after `retry_seconds`; 0 waits
    for their end.
    """

    who: str
    seconds: int
    most: int
    retry_seconds: float = 0.0
