"""Keeps the knowledge base clean: what repeats, contradicts, is out of date, or gives orders to the model.

Pure functions of documents and passages; storage and the command line are the caller's.
"""

from assistant.hygiene.audit import audit
from assistant.hygiene.contradictions import contradictions
from assistant.hygiene.instructions import instructions_in
from assistant.hygiene.near_duplicates import near_duplicates
from assistant.hygiene.rendering import render
from assistant.hygiene.report import AuditReport, Contradiction, Finding, HeldPassage, Pair, Place
from assistant.hygiene.sizes import sizes
from assistant.hygiene.validity import validity
from assistant.visibility import visible

__all__ = [
    "AuditReport",
    "Contradiction",
    "Finding",
    "HeldPassage",
    "Pair",
    "Place",
    "audit",
    "contradictions",
    "instructions_in",
    "near_duplicates",
    "render",
    "sizes",
    "validity",
    "visible",
]
