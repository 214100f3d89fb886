"""Finds the sentences of passages that answer a question, without a model; what it finds is quoted, never rewritten."""

from assistant.extraction.asking import Asked, compared_in, is_question, names_something, parts_of, read_question
from assistant.extraction.choosing import answer_in, choose
from assistant.extraction.likening import liken
from assistant.extraction.plainly import answers_plainly
from assistant.extraction.pointing import standing_alone
from assistant.extraction.units import Unit, margin_of, separator
from assistant.extraction.weighing import named_in

__all__ = [
    "Asked",
    "Unit",
    "answer_in",
    "answers_plainly",
    "choose",
    "compared_in",
    "is_question",
    "liken",
    "margin_of",
    "named_in",
    "names_something",
    "parts_of",
    "read_question",
    "separator",
    "standing_alone",
]
