"""What becomes of a question that was asked back: the customer's choice completes it, and it is answered then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.extraction import is_question
from assistant.terms import terms
from assistant.types import Turn

SHORT_TERMS = 3
"""A reply of at most so many words that carry meaning, and that asks nothing, completes the earlier question."""

_NUMBER = re.compile(r"\W*(\d)\W*")


@dataclass(frozen=True)
class OpenQuestion:
    """A question that the assistant answered with choices, which the next message may choose from."""

    text: str
    choices: tuple[str, ...]
    is_assumed: bool = False
    """Nobody was asked: what is known of the customer decided, and a message may set it right."""

    def completed(self, message: str) -> str | None:
        """Return the question with what the customer chose; None where the message does not choose.

        A choice is its words, its number in the list, or a few words of the customer's own.
        """
        chosen = self._set_right if self.is_assumed else self._chosen
        subject = chosen(message) or ("" if self.is_assumed else self._named(message))
        return with_subject(self.text, subject) if subject else None

    def _chosen(self, message: str) -> str | None:
        number = _NUMBER.fullmatch(message)
        if number and 1 <= int(number[1]) <= len(self.choices):
            return self.choices[int(number[1]) - 1]
        said = set(terms(message))
        meant = [one for one in self.choices if said and said <= set(terms(one))]
        exact = [one for one in meant if said == set(terms(one))]
        return (exact or meant)[0] if len(exact or meant) == 1 else None

    def _set_right(self, message: str) -> str | None:
        """Return the one other choice that a short message names by what none of the rest is called."""
        said = set(terms(message))
        if is_question(message) or len(said) > SHORT_TERMS + 1:
            return None
        called = {one: set(terms(one)) for one in self.choices}
        meant = [
            one for one in self.choices[1:] if said & called[one].difference(*(called[x] for x in called if x != one))
        ]
        return meant[0] if len(meant) == 1 else None

    @staticmethod
    def _named(message: str) -> str | None:
        subject = message.strip().rstrip(" ?!.")
        said = terms(subject)
        asks = is_question(message)
        return subject if said and len(said) <= SHORT_TERMS and not asks else None


def with_subject(question: str, subject: str) -> str:
    """Return a question with the subject that it is meant of."""
    return f"{question.rstrip(' ?!.')}, {subject}?"


def open_question(turns: Sequence[Turn]) -> OpenQuestion | None:
    """Return the question that the last turn of a conversation asked back, or decided by what is known; else None."""
    last = turns[-1] if turns else None
    if last is None or last.reply is None:
        return None
    if (fitted := last.reply.fitted) is not None:
        return OpenQuestion(last.question, (fitted.subject, *fitted.others), is_assumed=True)
    if not last.reply.choices:
        return None
    return OpenQuestion(last.question, last.reply.choices)
