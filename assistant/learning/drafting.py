"""Writes the draft of an article from what agents said: their sentences, each with where it was said, and no others."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from assistant.learning.agents_words import Said, addressed_in, said_in
from assistant.learning.grouping import Group
from assistant.learning.listing import asked_otherwise, most_typical, title_of
from assistant.ports import Embedder, Vectors
from assistant.privacy.masking import Mask
from assistant.prompting import Prompts
from assistant.statements import tokens
from assistant.types import AgentWords, Difference, DraftSentence, GapDraft, LeftOutWords, MissedQuestion, Turn
from assistant.writing import NO_MODELS

SAME_STATEMENT = 0.75
"""Cosine from which on two sentences of agents say the same, where their figures agree; where not, they differ."""

_ITEM = re.compile(r"(?:[-*•]|\d{1,3}[.)]) ")

LEAD = 0.1
"""So much nearer a sentence must be to another question of its conversation to be left to that one's gap."""


Write = Callable[[str, str], tuple[str, str]]
"""Answers a question from a text, every sentence supported by it; returns the answer, and who wrote it."""


@dataclass(frozen=True)
class Asked:
    """A question of another gap in the same conversation."""

    question: MissedQuestion
    vector: Vectors


@dataclass(frozen=True)
class _Line:
    """A sentence that an agent said."""

    said: Said
    words: AgentWords
    at: datetime
    paragraph: tuple[str, int, int]


@dataclass
class _Article:
    """What is kept so far: sentences with their vectors, in order."""

    lines: list[_Line] = field(default_factory=list)
    vectors: list[Vectors] = field(default_factory=list)
    evidence: list[list[AgentWords]] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def take(self, line: _Line, vector: Vectors) -> None:
        """Add a sentence, or what it says to one that says the same; of two that differ in figures the newer stays."""
        likeness = [float(one @ vector) for one in self.vectors]
        place = int(np.argmax(likeness)) if likeness else -1
        if place < 0 or likeness[place] < SAME_STATEMENT:
            self.lines.append(line)
            self.vectors.append(vector)
            self.evidence.append([line.words])
        elif _figures(self.lines[place].said.text) == _figures(line.said.text):
            self.evidence[place].append(line.words)
        else:
            self._settle(place, line)

    def _settle(self, place: int, line: _Line) -> None:
        kept = self.lines[place]
        if line.at > kept.at:
            self.differences.append(Difference(kept=line.words, other=kept.words))
            self.lines[place], self.evidence[place] = line, [line.words]
        else:
            self.differences.append(Difference(kept=kept.words, other=line.words))


class Drafter:
    """Drafts articles. Personal details are masked before anything else looks at the words."""

    def __init__(
        self,
        *,
        embedder: Callable[[], Embedder],
        prompts: Prompts,
        public: Callable[[str], Sequence[str]],
        write: Write,
    ) -> None:
        """Write in the form of `prompts`; what texts that are `public` say on a question is nobody's secret."""
        self._embedder = embedder
        self._prompts = prompts
        self._public = public
        self._write = write

    def draft(
        self,
        group: Group,
        conversations: Mapping[str, Sequence[Turn]],
        others: Mapping[str, Sequence[Asked]],
        names: Mapping[str, Sequence[str]],
    ) -> GapDraft:
        """Return the draft of a gap.

        Args:
            group: The gap.
            conversations: The turns of its conversations, by their ids.
            others: What else was missed in them.
            names: Who is known to have taken part in them: customers and agents.

        Raises:
            BackendError: The embedder failed.
        """
        title = title_of(most_typical(group))
        public = self._public(title)
        lines = [
            line
            for question in _first_of_each(group.questions)
            for line in _lines(
                question,
                conversations[question.conversation_id],
                others,
                names.get(question.conversation_id, ()),
                public,
            )
        ]
        fit = [one for one in lines if one.said.left_out is None]
        vectors = self._embedder().embed_documents([one.said.text for one in fit])
        own = [row for row, line in enumerate(fit) if not _belongs_elsewhere(line, vectors[row], group, others)]
        article = _Article()
        for row in _in_order([fit[row] for row in own], vectors[own]):
            article.take(fit[own[row]], vectors[own[row]])
        left_out = [LeftOutWords(reason=one.said.left_out, words=one.words) for one in lines if one.said.left_out]
        return GapDraft(
            gap=group.record.id,
            title=title,
            alike=(alike := tuple(asked_otherwise(group, title))),
            text=self._text(title, alike, _paragraphs(article.lines)),
            sentences=tuple(
                DraftSentence(text=line.said.text, evidence=tuple(evidence))
                for line, evidence in zip(article.lines, article.evidence, strict=True)
            ),
            left_out=tuple(left_out),
            differences=tuple(article.differences),
        )

    def rewritten(self, draft: GapDraft) -> GapDraft:
        """Return a draft in a language model's words, every sentence of which an agent's supports.

        It stays as it is where no model is set up, or says nothing that is supported.
        """
        text, writer = self._write(draft.title, " ".join(one.text for one in draft.sentences))
        if not text or writer in NO_MODELS:
            return draft
        return draft.model_copy(update={"text": self._text(draft.title, draft.alike, [text]), "writer": writer})

    def _text(self, title: str, alike: Sequence[str], paragraphs: Sequence[str]) -> str:
        return self._prompts.say("gap_article", title=title, alike=alike, paragraphs=paragraphs)


def _first_of_each(questions: Sequence[MissedQuestion]) -> list[MissedQuestion]:
    """Return the first question of each conversation: what agents said after it covers the others."""
    first: dict[str, MissedQuestion] = {}
    for one in questions:
        first.setdefault(one.conversation_id, one)
    return list(first.values())


def _lines(
    question: MissedQuestion,
    turns: Sequence[Turn],
    others: Mapping[str, Sequence[Asked]],
    names: Sequence[str],
    public: Sequence[str],
) -> Iterator[_Line]:
    """Yield what agents said after a question, until they were asked something else."""
    mask = _mask(turns, names, public)
    replies = [turn for turn in turns if turn.speaker == "agent" and turn.ordinal > question.ordinal]
    first = replies[0].ordinal if replies else 0
    later = [one.question.ordinal for one in others.get(question.conversation_id, ())]
    until = min((one for one in later if one > first), default=None)
    for turn in replies:
        if until is None or turn.ordinal < until:
            for said in said_in(mask.hide(turn.question)):
                words = AgentWords(conversation_id=turn.conversation_id, turn=turn.ordinal, quote=said.text)
                yield _Line(said, words, turn.created_at, (turn.conversation_id, turn.ordinal, said.block))


def _mask(turns: Sequence[Turn], names: Sequence[str], public: Sequence[str]) -> Mask:
    """Return a mask that knows the names in a conversation: those kept, those told, and what somebody is called by."""
    said = [turn.question for turn in turns]
    called = [name for turn in turns if turn.speaker == "agent" for name in addressed_in(turn.question)]
    known = " ".join(public)
    mask = Mask(public)
    mask.learn([*said, *(f"My name is {one}." for one in (*names, *called) if one and one not in known)])
    return mask


def _belongs_elsewhere(line: _Line, vector: Vectors, group: Group, others: Mapping[str, Sequence[Asked]]) -> bool:
    """Tell whether a sentence answers another question of its conversation rather than this one."""
    here = [
        row
        for row, question in enumerate(group.questions)
        if question.conversation_id == line.words.conversation_id and question.ordinal < line.words.turn
    ]
    near = max(float(group.vectors[row] @ vector) for row in here)
    there = [one for one in others.get(line.words.conversation_id, ()) if one.question.ordinal < line.words.turn]
    return any(float(one.vector @ vector) > near + LEAD for one in there)


def _in_order(lines: Sequence[_Line], vectors: Vectors) -> list[int]:
    """Return rows so that the conversation whose answer is most like all of them comes first, each in its order."""
    if not lines:
        return []
    nearness = np.round(vectors @ vectors.mean(axis=0), 5)
    rows: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        rows.setdefault(line.words.conversation_id, []).append(row)
    ranked = sorted(rows.values(), key=lambda own: (-float(nearness[own].mean()), -lines[own[0]].at.timestamp()))
    return [row for own in ranked for row in own]


def _paragraphs(lines: Sequence[_Line]) -> list[str]:
    """Return the sentences as paragraphs: what stood together in a message stays so."""
    told: dict[tuple[str, int, int], list[str]] = {}
    for line in lines:
        told.setdefault(line.paragraph, []).append(line.said.text)
    return [_joined(texts) for texts in told.values()]


def _joined(texts: Sequence[str]) -> str:
    return "".join(
        ("\n" if number and _is_item(text) else " " if number else "") + text for number, text in enumerate(texts)
    )


def _is_item(text: str) -> bool:
    return _ITEM.match(text) is not None


def _figures(text: str) -> frozenset[str]:
    return frozenset(one.key for one in tokens(text) if one.is_number)
