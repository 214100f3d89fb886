"""Joins the checks into one report on a knowledge base."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from assistant.hygiene.contradictions import contradictions
from assistant.hygiene.near_duplicates import near_duplicates
from assistant.hygiene.report import AuditedDocument, AuditReport, HeldPassage, Place, Reasons
from assistant.hygiene.sizes import sizes
from assistant.hygiene.validity import validity
from assistant.types import Passage


def audit(
    documents: Sequence[AuditedDocument],
    passages: Sequence[Passage],
    vectors: NDArray[np.float32] | None,
    held: Reasons,
    today: date,
    unowned: Sequence[str] = (),
) -> AuditReport:
    """Return everything that a person should look at in a knowledge base.

    Args:
        documents: All documents, those without a passage too.
        passages: All passages, held ones too.
        vectors: One row of unit length for each passage, or None.
        held: Why passages are kept from answers, by passage id; ids of other passages are passed over.
        today: The day for which validity is judged.
        unowned: The names of approved answers that nobody answers for.

    Held passages are compared with the others as well: an attack often is a copy with one sentence more.
    """
    return AuditReport(
        today=today,
        documents=len(documents),
        passages=len(passages),
        held=tuple(
            HeldPassage(place=Place.of(passage, 0, len(passage.text)), reasons=tuple(held[passage.id]))
            for passage in passages
            if passage.id in held
        ),
        contradictions=tuple(contradictions(passages, vectors)),
        validity=tuple(validity(documents, today)),
        near_duplicates=tuple(near_duplicates(passages)),
        sizes=tuple(sizes(documents, passages)),
        unowned=tuple(unowned),
    )
