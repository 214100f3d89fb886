"""How a conversation goes for the customer: frustration with its reasons, and the satisfaction that it lets expect."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.signals.cues import WEIGHTS, cues_of
from assistant.types import Message

FADING = 0.5
"""What was bad one message of the customer ago counts half; what was good before does not excuse what is bad now."""

MOOD_WEIGHT = 1.6
"""What a message as negative as can be adds to the log-odds; one as positive as can be takes as much away."""

FALL = 0.5
"""From this fall of mood on, against the mean of the messages before, the mood is said to be falling."""

RARITY = 2.3
"""The log-odds against frustration where nothing speaks for it: most messages are plain questions."""

SATISFACTION_SLOPE = 0.3
"""Maps the same evidence on the scale of 1 to 5; without evidence it is 3, where most people put a plain question."""

MAX_REASONS = 5
_NOTICED = 0.4


@dataclass(frozen=True)
class Course:
    """How it goes: `frustration` 0 to 1, its reasons with the strongest first, and `satisfaction` 1 to 5."""

    frustration: float
    because: tuple[str, ...]
    satisfaction: float


def course_of(messages: Sequence[Message], moods: Sequence[float]) -> Course:
    """Return how a conversation goes; `messages` are oldest first, and the last of the customer is the one at hand.

    `moods` are the valences of the customer's last messages, the latest last; earlier messages than those say nothing.
    """
    places = [place for place, message in enumerate(messages) if message.speaker == "customer"]
    evidence, reasons = 0.0, dict[str, float]()
    recent = places[max(0, len(places) - len(moods)) :]
    for turn, (place, mood) in enumerate(zip(recent, moods[-len(recent) :], strict=True)):
        adds = _adds(messages[place].text, messages[:place], mood, moods[:turn])
        evidence = sum(adds.values()) + FADING * max(0.0, evidence)
        faded = {name: FADING * weight for name, weight in reasons.items()}
        reasons = {name: max(adds.get(name, 0.0), faded.get(name, 0.0)) for name in [*adds, *faded]}
    strongest = sorted((name for name in reasons if reasons[name] >= _NOTICED), key=lambda name: -reasons[name])
    return Course(
        frustration=_sigmoid(evidence - RARITY),
        because=tuple(strongest[:MAX_REASONS]),
        satisfaction=1 + 4 * _sigmoid(-SATISFACTION_SLOPE * evidence),
    )


def _adds(text: str, before: Sequence[Message], mood: float, earlier: Sequence[float]) -> dict[str, float]:
    adds: dict[str, float] = defaultdict(float)
    for name, strength in cues_of(text, before).items():
        adds[name] = WEIGHTS[name] * strength
    falling = bool(earlier) and sum(earlier) / len(earlier) - mood >= FALL
    adds["falling mood" if falling else "bad mood"] = -MOOD_WEIGHT * mood
    return adds


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))
