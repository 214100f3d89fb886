"""Which questions are learnt from, and which judge: as the questions of tomorrow will differ from those of today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.tuning.pairs import Pair, Unit, fold_of

FOLDS = 3
LEAST_SEEN = 20
"""With fewer further questions on known answers their figure is noise, and answers never seen judge alone."""


@dataclass(frozen=True)
class Split:
    """What is learnt from, and what judges: `seen` asks otherwise for what was learnt, `unseen` for something else."""

    learnt: tuple[Pair, ...]
    seen: tuple[Pair, ...]
    unseen: tuple[Pair, ...]

    @property
    def judged(self) -> set[Pair]:
        """All that judges."""
        return {*self.seen, *self.unseen}


def folds(pairs: Sequence[Pair], coverage: float, seed: int = 0) -> list[Split]:
    """Return splits of pairs such that each judges in one of them at most twice: once seen, once unseen.

    Of the passages a share, `coverage`, has known questions. Where that is all, and answers have several, all of
    tomorrow's questions will be about answers that were learnt, and none is judged unseen.
    """
    with_unseen = coverage < 1 or not _has_seen(pairs)
    return [_fold(pairs, number, with_unseen, seed) for number in range(FOLDS)]


def judging_weights(seen: Sequence[bool], coverage: float) -> list[float]:
    """Return how much each judged question counts: tomorrow's are about known passages as often as there are such.

    What helps questions on what was learnt must not hurt the others by more.
    """
    known = sum(seen)
    others = len(seen) - known
    if known < LEAST_SEEN:
        return [0.0 if one and others else 1.0 for one in seen]
    if not others:
        return [1.0] * len(seen)
    return [coverage / known if one else (1 - coverage) / others for one in seen]


def _has_seen(pairs: Sequence[Pair]) -> bool:
    return sum(count - 1 for count in Counter(one.answer for one in pairs).values()) >= LEAST_SEEN


def _fold(pairs: Sequence[Pair], number: int, with_unseen: bool, seed: int) -> Split:
    def is_in(pair: Pair, unit: Unit) -> bool:
        return fold_of(pair, unit, FOLDS, seed) == number

    unseen = tuple(one for one in pairs if with_unseen and is_in(one, "answer"))
    known = [one for one in pairs if not (with_unseen and is_in(one, "answer"))]
    learnt = [one for one in known if not is_in(one, "question")]
    answers = {one.answer for one in learnt}
    seen = [one for one in known if is_in(one, "question")]
    # The only question on an answer cannot be asked otherwise: it is learnt from.
    learnt += [one for one in seen if one.answer not in answers]
    return Split(tuple(learnt), tuple(one for one in seen if one.answer in answers), unseen)
