"""Finds the sentences of passages that answer a question, without a model; what it finds is quoted, never rewritten."""

from assistant.extraction.asking import Asked, is_question, names_something, parts_of, read_question
from assistant.extraction.choosing import answer_in, choose
from assistant.extraction.likening import liken
from assistant.extraction.units import Unit, margin_of, separator

__all__ = [
    "Asked",
    "Unit",
    "answer_in",
    "choose",
    "is_question",
    "liken",
    "margin_of",
    "names_something",
    "parts_of",
    "read_question",
    "separator",
]
