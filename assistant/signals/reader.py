"""Reads the signals of a message: its mood, how the conversation goes, a request for a person, small talk."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.calling import wants_human
from assistant.errors import BackendError
from assistant.languages import language_of
from assistant.ports import SentimentModel
from assistant.signals.frustration import course_of
from assistant.signals.identity import asks_who_answers
from assistant.signals.matters import matters_of
from assistant.signals.mood import NO_MOOD, Mood, MoodHeads, VectorOf
from assistant.signals.risks import risks_of, urgency_of
from assistant.signals.sentiment import label_of
from assistant.terms import words
from assistant.types import Message, Sentiment, Signals, SmallTalk

logger = logging.getLogger(__name__)

FADING = 0.6
"""Each earlier message counts this much as the one after it in the mood of the conversation."""

MEMORY = 8
"""How many messages of the customer the mood of the conversation rests on."""

HEADS_READ = ("en", "")
"""The heads have learnt English; a text whose language is not sure is read, one that is surely in another is not."""

_SMALL_TALK: dict[Literal["greeting", "thanks", "goodbye"], frozenset[str]] = {
    "greeting": frozenset(
        "hi hello hey good morning afternoon evening day there moin hallo team dear all again how are you today doing "
        "hope well".split()
    ),
    "thanks": frozenset(
        "thanks thank thx you very much so a lot many great perfect ok okay awesome nice cool that helps helped cheers "
        "for your the help was helpful wonderful super all right alright fine oh i see pity anyway needed need worked "
        "works now it this lovely kind kindly of too and again will wait danke merci".split()
    ),
    "goodbye": frozenset("bye goodbye see you later have a nice good day night thanks thank thx and ciao ok".split()),
}
_OPENERS: dict[Literal["greeting", "thanks", "goodbye"], frozenset[str]] = {
    "goodbye": frozenset("bye goodbye ciao".split()),
    "thanks": frozenset("thanks thank thx cheers helped helps helpful danke merci".split()),
    "greeting": frozenset("hi hello hey morning afternoon evening moin hallo".split()),
}


class RuleSignalReader:
    """Implements the `SignalReader` port over trained heads, rules, and any other model of sentiment."""

    def __init__(
        self, heads: MoodHeads, *, sentiment: SentimentModel | None = None, vector_of: VectorOf | None = None
    ) -> None:
        """Read moods with `heads`, with the vectors of `vector_of`; `sentiment` wins over theirs where it is given."""
        self._heads = heads
        self._sentiment = sentiment
        self._vector_of = vector_of

    def read(self, text: str, history: Sequence[Message]) -> Signals:
        """Return the signals of a message; `history` is oldest first and does not hold the message itself."""
        asks_for_person, talk, risks = wants_human(text), small_talk(text), risks_of(text)
        language = language_of(text)
        mood = self._mood(text, language, is_searched=not asks_for_person and talk is None)
        earlier = self._earlier(history)
        faded = _faded_mean([*earlier, mood.sentiment.score])
        course = course_of([*history, Message(speaker="customer", text=text)], [*earlier, self._valence(text)])
        return Signals(
            sentiment=mood.sentiment,
            conversation=Sentiment(label=label_of(faded), score=faded),
            wants_human=asks_for_person,
            small_talk=talk,
            language=language,
            emotion=mood.emotion,
            frustration=course.frustration,
            because=course.because,
            urgency=urgency_of(text, risks),
            risks=risks,
            matters=matters_of(text),
            satisfaction=course.satisfaction if text.strip() else None,
        )

    def _mood(self, text: str, language: str, *, is_searched: bool) -> Mood:
        """Return the mood of a message. Its vector is asked for only where the search asks for it too."""
        if self._sentiment is None and language not in HEADS_READ:
            return NO_MOOD
        vector = self._vector_of(text) if self._vector_of is not None and is_searched and text.strip() else None
        mood = self._heads.read(text, vector)
        return mood if self._sentiment is None else replace(mood, sentiment=self._other(self._sentiment, text))

    def _earlier(self, history: Sequence[Message]) -> list[float]:
        """Return the valence of the customer's messages before this one."""
        earlier = [message.text for message in history if message.speaker == "customer"]
        return [self._valence(one) for one in earlier[-MEMORY + 1 :]]

    def _valence(self, text: str) -> float:
        """Return the valence of a text by its wording alone, so that it is the same in every turn that recalls it."""
        if self._sentiment is not None:
            return self._other(self._sentiment, text).score
        return self._heads.score(text).score if language_of(text) in HEADS_READ else NO_MOOD.sentiment.score

    def _other(self, model: SentimentModel, text: str) -> Sentiment:
        """Return what another model says; where it fails, the heads are asked, for a turn must not fail with it."""
        try:
            return model.score(text)
        except BackendError as error:
            logger.warning("sentiment is read by the heads: %s", error)
            return self._heads.score(text)


def small_talk(text: str) -> SmallTalk | None:
    """Return the kind of a message that is nothing but small talk, or None."""
    said = set(words(text))
    for kind, openers in _OPENERS.items():
        if said & openers and said <= _SMALL_TALK[kind]:
            return kind
    return "identity" if asks_who_answers(text) else None


def _faded_mean(scores: Sequence[float]) -> float:
    weights = [FADING**age for age in range(len(scores) - 1, -1, -1)]
    return sum(weight * score for weight, score in zip(weights, scores, strict=True)) / sum(weights)
