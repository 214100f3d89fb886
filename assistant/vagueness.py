"""Tells the words of a message that say what it is about from those that only say that somebody wants something."""

from assistant.terms import asked_words

_HESITATION = frozenset("ah eh er erm hm hmm hmmm huh mhm mm mmm oh ok okay uh uhm um umm well".split())
_NAMELESS = frozenset(
    """broke broken bug doubt fails failing fault faulty fix fixed fixing functioning functions issue issues matter
    problem problems query trouble work working works wrong""".split()
)
"""What is true of anything that fails: alone it names nothing that could be looked up."""


def telling_words(question: str) -> list[str]:
    """Return the words of a question, with the topic it leans on, that a search can be judged by, in order.

    Nothing is left of a message that hesitates, or says of nothing in particular that it does not work.
    """
    found = [word for word in asked_words(question) if word not in _HESITATION]
    return found if any(word not in _NAMELESS for word in found) else []
