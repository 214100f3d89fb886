"""What the hygiene checks find: frozen values that dump to JSON."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, Protocol

from assistant.types import Passage, Value

InstructionKind = Literal[
    "override",
    "role_marker",
    "new_role",
    "disclosure",
    "exfiltration",
    "answer_control",
    "encoded",
    "invisible",
    "hidden",
]
ContradictionKind = Literal["number", "date", "polarity"]
ValidityState = Literal["expired", "expires_soon", "not_yet_valid"]
SizeKind = Literal["empty_document", "enormous_document", "wordless_passage", "enormous_passage"]


class Finding(Value):
    """A range of a text that addresses a language model: `0 <= start < end <= len(text)`, and why it is one."""

    start: int
    end: int
    kind: InstructionKind
    why: str


class Place(Value):
    """A quotation and where it stands: `start` and `end` are character offsets into that revision of the document."""

    passage_id: str
    document_id: str
    document: str
    revision: int
    start: int
    end: int
    quote: str

    @classmethod
    def of(cls, passage: Passage, start: int, end: int) -> "Place":
        """Return the place of a range of a passage's text; `start` and `end` count from the passage's beginning."""
        return cls(
            passage_id=passage.id,
            document_id=passage.document_id,
            document=passage.document,
            revision=passage.revision,
            start=passage.start + start,
            end=passage.start + end,
            quote=passage.text[start:end],
        )


class Pair(Value):
    """Two passages that say nearly the same; `similarity` is the exact Jaccard index of their word shingles."""

    first: Place
    second: Place
    similarity: float


class Contradiction(Value):
    """Two sentences on one subject that cannot both hold, and in which words or figures they differ."""

    first: Place
    second: Place
    kind: ContradictionKind
    difference: str


class HeldPassage(Value):
    """A passage that is kept from answers until a person releases it, and why."""

    place: Place
    reasons: tuple[str, ...]


class ValidityFinding(Value):
    """A document out of its time: `day` is the date that decides, `days` how far it is from today (always >= 0)."""

    document_id: str
    document: str
    state: ValidityState
    day: date
    days: int


class SizeFinding(Value):
    """A document or passage of a telling size: `amount` is in characters."""

    document_id: str
    document: str
    kind: SizeKind
    amount: int
    passage_id: str = ""
    quote: str = ""


class AuditReport(Value):
    """Everything one audit found. Lists are in the order of the passages; nothing is left out.

    `unowned` names the approved answers that nobody answers for.
    """

    today: date
    documents: int
    passages: int
    held: tuple[HeldPassage, ...]
    contradictions: tuple[Contradiction, ...]
    validity: tuple[ValidityFinding, ...]
    near_duplicates: tuple[Pair, ...]
    sizes: tuple[SizeFinding, ...]
    unowned: tuple[str, ...] = ()

    @property
    def findings(self) -> int:
        """How many things a person should look at."""
        groups: tuple[Sequence[Value], ...] = (
            self.held,
            self.contradictions,
            self.validity,
            self.near_duplicates,
            self.sizes,
        )
        return sum(map(len, groups)) + len(self.unowned)


class AuditedDocument(Protocol):
    """What the audit reads of a document; `Document`, or any row with these names, will do."""

    @property
    def id(self) -> str:
        """The document's identifier, the `document_id` of its passages."""

    @property
    def name(self) -> str:
        """What people call it, most often a file name."""

    @property
    def valid_from(self) -> date | None:
        """The first day on which it holds; None is always."""

    @property
    def valid_to(self) -> date | None:
        """The last day on which it holds; None is for ever."""


Reasons = Mapping[str, Sequence[str]]
"""Passage id to the reasons for which the passage is held."""
