"""How far customers' likes and dislikes of answers move the passages that the answers cited.

The bounds were chosen by `python -m benchmarks.leaning`; see `docs/decisions/0024-feedback-in-ranking.md`.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from assistant.ports import VotedPassage, Votes

BOUND = 0.02
"""The share of a passage's score that feedback adds or takes at most."""

LEAST_VOTERS = 3
"""What fewer customers think of a passage moves nothing."""

HALFWAY = 5
"""So many customers of one opinion move a passage half as far as it can be moved at all."""

REFRESH_SECONDS = 10.0
"""Each process looks so often whether somebody voted."""

RELOAD_SECONDS = 600.0
"""Votes also go with conversations that are deleted, which nobody counts; so they are read anew this often."""


def leaning(likes: int, dislikes: int) -> float:
    """Return the share of its score, -`BOUND` to `BOUND`, that a passage gains by customers' votes."""
    voters = likes + dislikes
    if voters < LEAST_VOTERS:
        return 0.0
    return BOUND * (likes - dislikes) / (voters + HALFWAY)


@dataclass(frozen=True)
class MovedPassage(VotedPassage):
    """A live passage that customers voted on; `share` is what its score gains by that, as `leaning` says."""

    share: float


def moved(votes: Votes) -> list[MovedPassage]:
    """Return the live passages that were voted on, by document name and position, also those that do not move yet."""
    return [MovedPassage(**asdict(one), share=leaning(one.likes, one.dislikes)) for one in votes.voted()]


class Leanings:
    """Holds what votes come to, and keeps up with votes that other processes take. Thread-safe."""

    def __init__(self, votes: Votes, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read votes when they are first needed."""
        self._votes = votes
        self._clock = clock
        self._lock = threading.Lock()
        self._shares: dict[str, float] = {}
        self._version = -1
        self._looked_at = self._read_at = float("-inf")

    def shares(self) -> Mapping[str, float]:
        """Return `leaning` by the digest of a passage's indexed text; those that are not moved are left out."""
        moment = self._clock()
        if moment - self._looked_at >= REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._refresh(moment)
            finally:
                self._lock.release()
        return self._shares

    def _refresh(self, moment: float) -> None:
        # The version is read first: a vote that comes in between is then read once more, and not missed.
        version = self._votes.version()
        if version != self._version or moment - self._read_at >= RELOAD_SECONDS:
            counted = {one.digest: leaning(one.likes, one.dislikes) for one in self._votes.counts()}
            self._shares = {digest: share for digest, share in counted.items() if share}
            self._version, self._read_at = version, moment
        self._looked_at = moment
