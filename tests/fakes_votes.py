"""Votes in memory; they pass the same suite as those in SQL."""

from collections import Counter
from collections.abc import Callable, Sequence

from assistant.ports import VoteCount, VotedPassage
from assistant.types import Passage, Turn
from tests.fakes_stores import MemoryConversations


class MemoryVotes:
    """Implements the `Votes` port with a dictionary, beside a store of conversations and the live passages."""

    def __init__(self, conversations: MemoryConversations, passages: Callable[[], Sequence[Passage]]) -> None:
        self._conversations = conversations
        self._passages = passages
        self._votes: dict[str, dict[str, bool]] = {}
        self._version = 0
        conversations.on_feedback = self._record

    def version(self) -> int:
        return self._version

    def counts(self) -> list[VoteCount]:
        turns = {one.id: one for turns in self._conversations.stored.values() for one in turns}
        opinions: Counter[tuple[str, str]] = Counter()
        for turn_id, votes in self._votes.items():
            if turn_id in turns:
                mine = turns[turn_id].conversation_id
                voter = self._conversations.get(mine).customer or mine
                for digest, liked in votes.items():
                    opinions[digest, voter] += 1 if liked else -1
        digests = sorted({digest for digest, _ in opinions})
        return [VoteCount(one, _count(opinions, one, 1), _count(opinions, one, -1)) for one in digests]

    def voted(self) -> list[VotedPassage]:
        counted = {one.digest: one for one in self.counts()}
        live = sorted(self._passages(), key=lambda one: (one.document, one.ordinal))
        return [
            VotedPassage(one.id, one.document, one.title, one.heading, counted[key].likes, counted[key].dislikes)
            for one in live
            if (key := _digest(one)) in counted
        ]

    def reset(self, document: str | None) -> int:
        gone = {_digest(one) for one in self._passages() if document in (None, one.document)}
        before = sum(map(len, self._votes.values()))
        for turn_id, votes in self._votes.items():
            kept = {key: liked for key, liked in votes.items() if key not in gone and document is not None}
            self._votes[turn_id] = kept
        self._version += 1
        return before - sum(map(len, self._votes.values()))

    def _record(self, turn: Turn) -> None:
        self._votes[turn.id] = {}
        if turn.feedback is not None and turn.reply is not None:
            for cited in turn.reply.citations:
                for one in self._passages():
                    same = (one.document_id, one.revision) == (cited.document_id, cited.revision)
                    if same and one.start <= cited.start and one.end >= cited.end:
                        self._votes[turn.id][_digest(one)] = turn.feedback == "like"
        self._version += 1


def _digest(passage: Passage) -> str:
    return passage.digest or passage.indexed_text


def _count(opinions: Counter[tuple[str, str]], digest: str, side: int) -> int:
    return sum(1 for (one, _), opinion in opinions.items() if one == digest and opinion * side > 0)
