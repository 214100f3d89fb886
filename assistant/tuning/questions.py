"""Makes questions of sentences: the thing that a sentence tells is taken out of it and asked for."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from importlib.resources import files

from assistant.answerability.asking import Kind, candidates, is_negated, names
from assistant.segmentation import sentences
from assistant.terms import STOP_WORDS, words
from assistant.types import Passage
from assistant.types.value import Value

LEAST_WORDS = 4
MOST_WORDS = 7
"""A question keeps between so many of a sentence's words: people do not repeat a sentence when they ask for it."""

_OPENINGS: tuple[tuple[Kind, str], ...] = (
    ("duration", "How long"),
    ("time", "When"),
    ("amount", "How many"),
    ("person", "Who"),
)

_FIGURE = re.compile(r"\b\d{1,6}\b")
_STRANGERS = ("Belmora", "Tarvik", "Quennell", "Ostrava", "Minsk", "Lindqvist", "Zephyr", "Havana", "Okafor", "Corvina")
"""Names that hardly any company's documents hold."""


class Rehearsed(Value):
    """A question, and the passage that is known to answer it."""

    question: str
    passage_id: str


def sentence_questions(passages: Sequence[Passage], limit: int) -> Iterator[Rehearsed]:
    """Yield up to `limit` questions of as many passages, spread over all of them; the same passages, the same ones."""
    made = 0
    for passage in sorted(passages, key=lambda one: _draw(one.text)):
        question = _question(passage) if made < limit else ""
        if question:
            made += 1
            yield Rehearsed(question=question, passage_id=passage.id)


def twisted(question: str) -> str:
    """Return a question that differs in one thing, so that its passage does not answer it any more.

    Another number, another name, or the opposite is asked for; empty where the question has nothing to twist.
    """
    figures, named = _FIGURE.findall(question), names(question)
    if figures:
        return question.replace(figures[0], str(int(figures[0]) + 3 + int(_draw(question) * 40)), 1)
    if named:
        return question.replace(named[-1], _STRANGERS[int(_draw(question) * len(_STRANGERS))], 1)
    content = _content(question)
    if len(content) < LEAST_WORDS or is_negated(question):
        return ""
    return question.replace(content[-1], f"never {content[-1]}", 1)


def foreign_questions() -> list[str]:
    """Return questions that no company's documents answer."""
    return files("assistant.tuning").joinpath("foreign_questions.txt").read_text(encoding="utf-8").splitlines()


def _question(passage: Passage) -> str:
    """Return a question that one sentence of the passage answers; empty where no sentence is fit for one."""
    cut = [passage.text[start:end] for start, end in sentences(passage.text)]
    fit = [one for one in cut if len(_content(one)) > LEAST_WORDS and one[-1] in ".!" and "|" not in one]
    if not fit:
        return ""
    sentence = fit[int(_draw(passage.id) * len(fit))]
    for kind, opening in _OPENINGS:
        if held := candidates(kind, sentence):
            return f"{opening} {_kept(sentence.replace(held[0], ' ', 1))}?"
    return f"What about {_kept(sentence)}?"


def _kept(sentence: str) -> str:
    """Return some of the words that carry meaning, in order, as they were written."""
    content = _content(sentence)
    most = LEAST_WORDS + int(_draw(sentence) * (MOST_WORDS - LEAST_WORDS + 1))
    drawn = sorted(range(len(content)), key=lambda place: _draw(f"{place}{sentence}"))[:most]
    return " ".join(content[place] for place in sorted(drawn))


def _content(sentence: str) -> list[str]:
    stripped = (word.strip(".,;:!?()[]\"'“”*_`#") for word in sentence.split())
    return [word for word in stripped if word and words(word) and word.lower() not in STOP_WORDS]


def _draw(key: str) -> float:
    """Return a number in 0..1 that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64
