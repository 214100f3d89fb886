"""Gaps in memory; they pass the same suite as those in SQL."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from assistant.ports import Placed, Troubled
from assistant.types import ConversationState, GapRecord, Turn
from tests.fakes_stores import MemoryConversations

WITHOUT_ANSWER = ("abstain", "offer_human", "hand_over")
LOW = 2


class MemoryGaps:
    """Implements the `Gaps` port with dictionaries, beside a store of conversations."""

    def __init__(self, conversations: MemoryConversations) -> None:
        self._conversations = conversations
        self._records: dict[str, GapRecord] = {}
        self._places: dict[str, Placed] = {}
        self.groupings = 0
        """How often all questions were read, to be grouped."""

    def troubled(self, since: datetime | None) -> Iterator[Troubled]:
        self.groupings += 1
        every = sorted(self._conversations.recent(1_000_000), key=lambda one: (one.created_at, one.id))
        for one in every:
            turns = tuple(self._conversations.turns(one.id))
            rating = self._conversations.lowest_rating(one.id)
            calls = [each.at for each in self._conversations.log(one.id) if each.after is ConversationState.WAITING]
            missed = any(map(_is_missed, turns)) or bool(calls) or (rating or LOW + 1) <= LOW
            if missed and turns and (since is None or one.updated_at >= since):
                yield Troubled(turns, one.customer, rating, min(calls, default=None))

    def records(self) -> list[GapRecord]:
        return sorted(self._records.values(), key=lambda one: (one.created_at, one.id))

    def places(self) -> list[Placed]:
        there = self._turn_ids()
        return [one for key, one in sorted(self._places.items()) if key in there]

    def place(self, records: Sequence[GapRecord], placed: Sequence[Placed]) -> None:
        for one in records:
            self._records.setdefault(one.id, one)
        there = self._turn_ids()
        self._places |= {one.turn_id: one for one in placed if one.turn_id in there}

    def merge(self, gap_id: str, into: str) -> None:
        for key, one in self._places.items():
            if one.gap_id == gap_id:
                self._places[key] = Placed(one.turn_id, into, one.fingerprint, one.vector)
        for key, record in self._records.items():
            if gap_id in (key, record.merged_into):
                self._records[key] = record.model_copy(update={"merged_into": into})

    def decide(self, record: GapRecord) -> None:
        changes = record.model_dump(include={"state", "decided_at", "owner"})
        self._records[record.id] = self._records[record.id].model_copy(update=changes)

    def _turn_ids(self) -> set[str]:
        return {turn.id for turns in self._conversations.stored.values() for turn in turns}


def _is_missed(turn: Turn) -> bool:
    acted = turn.reply is not None and turn.reply.decision.action in WITHOUT_ANSWER
    return acted or turn.feedback == "dislike" or turn.status == "failed" or turn.speaker == "agent"
