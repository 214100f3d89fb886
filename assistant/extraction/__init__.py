"""Finds the sentences of passages that answer a question, without a model; what it finds is quoted, never rewritten."""

from assistant.extraction.asking import parts_of
from assistant.extraction.choosing import choose
from assistant.extraction.units import Unit

__all__ = ["Unit", "choose", "parts_of"]
