"""Which questions are learnt from, and which judge: as the questions of tomorrow will differ from those of today."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.tuning.pairs import Pair, held_out

SEEN_SHARE = 0.5
UNSEEN_SHARE = 0.3
LEAST_JUDGED = 20
"""With fewer questions of a kind its figure is noise, and the other kind judges alone."""


@dataclass(frozen=True)
class Split:
    """What is learnt from, and what judges, with the weight of each.

    Tomorrow's questions are about passages that were learnt from as often as a passage has known questions (`seen`),
    and about others for the rest (`unseen`): what helps the first must not hurt the second by more.
    """

    learnt: tuple[Pair, ...]
    seen: tuple[Pair, ...]
    unseen: tuple[Pair, ...]
    coverage: float

    @property
    def judged(self) -> set[Pair]:
        """All that judges."""
        return {*self.seen, *self.unseen}

    def weights(self, pairs: Sequence[Pair]) -> list[float]:
        """Return how much each of the judging questions counts."""
        if not self.seen or not self.unseen:
            return [1.0] * len(pairs)
        seen = set(self.seen)
        of_seen, of_unseen = self.coverage / len(self.seen), (1 - self.coverage) / len(self.unseen)
        return [of_seen if one in seen else of_unseen for one in pairs]


def split(pairs: Sequence[Pair], coverage: float, seed: int = 0) -> Split:
    """Split pairs for a knowledge base of whose passages a share, `coverage`, has known questions."""
    repeated = sum(count - 1 for count in Counter(one.answer for one in pairs).values())
    if repeated * SEEN_SHARE < LEAST_JUDGED:
        learnt, unseen = held_out(pairs, SEEN_SHARE, seed, "answer")
        return Split(tuple(learnt), (), tuple(unseen), coverage)
    known, unseen = held_out(pairs, UNSEEN_SHARE if coverage < 1 else 0.0, seed, "answer")
    learnt, seen = held_out(known, SEEN_SHARE, seed + 1, "question")
    answers = {one.answer for one in learnt}
    learnt += [one for one in seen if one.answer not in answers]
    seen = [one for one in seen if one.answer in answers]
    return Split(tuple(learnt), tuple(seen), tuple(unseen) if len(unseen) >= LEAST_JUDGED else (), coverage)
