"""What the policy makes of a turn, over a real database in memory of the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ports import ConversationStore
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.types import HandedOver, PassagesFound, Query, ReplyFinished, SearchResult
from tests.fakes import found
from tests.unit.test_dialogue import RETURNS, Kept, Searches, dialogue


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[ConversationStore]:
    stores = open_stores(Settings(home=tmp_path))
    yield Kept(stores.database)
    stores.close()


class FindsTheQuestionAlone(Searches):
    """Finds the answer only where nothing but the question is searched for."""

    def __call__(self, query: Query, limit: int, mode: Mode) -> SearchResult:
        self.asked.append((query.standalone, mode))
        return found(RETURNS) if query.standalone == "How long can I return this?" else found(RETURNS, confidence=0.1)


def test_anger_around_a_question_does_not_hide_its_answer(conversations: ConversationStore) -> None:
    search = FindsTheQuestionAlone(found())
    text = "This is ridiculous, you thieves! How long can I return this?"
    events = list(dialogue(conversations, search=search).stream(text))
    calm = "This is you thieves! How long can I return this?"
    assert [asked for asked, _ in search.asked] == [calm, "How long can I return this?"]
    assert [type(one) for one in events[:2]] == [PassagesFound, PassagesFound]
    last = events[-1]
    assert isinstance(last, ReplyFinished)
    assert (last.reply.decision.action, last.reply.decision.opening) == ("answer", "sorry")
    assert last.reply.searched_for == "How long can I return this?"


def test_a_second_search_that_finds_nothing_changes_nothing(conversations: ConversationStore) -> None:
    search = FindsTheQuestionAlone(found())
    reply = dialogue(conversations, search=search).reply("You are thieves! Where is my drone?")
    assert [asked for asked, _ in search.asked] == ["You are thieves! Where is my drone?", "Where is my drone?"]
    assert (reply.decision.action, reply.searched_for) == ("offer_human", "You are thieves! Where is my drone?")


def test_a_question_that_is_nothing_else_is_searched_for_once(conversations: ConversationStore) -> None:
    search = Searches(found(RETURNS, confidence=0.1, weights={"drone": 5.0}))
    dialogue(conversations, search=search).reply("Do you sell drones?")
    assert len(search.asked) == 1


def test_danger_is_met_with_words_of_care_and_a_person_and_nothing_is_searched(
    conversations: ConversationStore,
) -> None:
    search = Searches(found(RETURNS))
    talk = dialogue(conversations, search=search)
    events = list(talk.stream("How long can I return this? I want to kill myself"))
    assert search.asked == []
    last = events[-1]
    assert isinstance(last, ReplyFinished)
    assert last.reply.text.startswith("I am glad that you wrote this")
    assert "queue" in last.reply.text
    assert any(isinstance(one, HandedOver) for one in events)
    again = talk.reply("I do not want to live any more", last.reply.conversation_id)
    assert again.text.startswith("I am glad that you wrote this")


def test_a_decision_keeps_what_it_was_made_by(conversations: ConversationStore) -> None:
    search = Searches(found(RETURNS, confidence=0.1, weights={"drone": 5.0}))
    talk = dialogue(conversations, search=search)
    first = talk.reply("Do you sell drones?")
    second = talk.reply("And kites, do you sell those?", first.conversation_id)
    assert second.circumstances is not None
    assert second.circumstances.evidence is not None
    assert (second.circumstances.stage, second.circumstances.evidence.confidence) == ("searched", 0.1)
    assert (second.circumstances.terms, second.circumstances.abstentions) == (1, 1)
    assert second.circumstances.asks
    assert talk.reply("Do you sell kayaks?", first.conversation_id).decision.rule == "no answer again"
