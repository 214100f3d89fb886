"""Joins the learning loop to the knowledge base that it writes to and the dialogue that it tries it on."""

from collections.abc import Sequence

from assistant.dialogue import Dialogue
from assistant.knowledge import KnowledgeBase, KnowledgeStores
from assistant.learning.approvals import Approvals
from assistant.learning.drafting import Drafter
from assistant.learning.loop import LearningLoop
from assistant.rehearsal import Rehearsal
from assistant.types import Message, Query, Reply

PUBLIC_PASSAGES = 5
"""What so many passages on a question say, such as the company's own number, is nobody's personal detail."""


def open_learning(
    stores: KnowledgeStores, knowledge: KnowledgeBase, dialogue: Dialogue
) -> tuple[LearningLoop, Approvals]:
    """Return the loop over some stores, and the approved answers in them.

    Questions are asked again in a rehearsal, which leaves no trace.
    """
    rehearsed = dialogue.over(Rehearsal())

    def ask(question: str, before: Sequence[Message]) -> Reply:
        return rehearsed.reply(question, history=before)

    def public(question: str) -> list[str]:
        return [one.passage.text for one in knowledge.search(Query(text=question), PUBLIC_PASSAGES).passages]

    drafter = Drafter(
        embedder=knowledge.live_embedder, prompts=dialogue.house.prompts, public=public, write=dialogue.assist.write
    )
    publish = knowledge.ingest_documents
    loop = LearningLoop(stores, embedder=knowledge.live_embedder, drafter=drafter, publish=publish, ask=ask)
    return loop, Approvals(stores.catalog, publish=publish)
