"""The turn, over a real database in memory of the test and scripted models."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.condensing import RuleRewriter
from assistant.dialogue import Dialogue, House, messages_of
from assistant.errors import BackendTimeout, Cancelled, ConversationNotFound
from assistant.handoff.desk import Handoff
from assistant.output_checks import OutputChecks
from assistant.ports import ConversationStore, Responder
from assistant.prompting import Prompts
from assistant.responders.extractive import ExtractiveResponder
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.signals import open_signal_reader
from assistant.stores import open_stores
from assistant.stores.conversations import SqlConversations
from assistant.stores.handoffs import SqlHandoffs
from assistant.types import (
    ConversationState,
    Evidence,
    HandedOver,
    Message,
    PassagesFound,
    Query,
    ReplyFinished,
    ResponseRequest,
    SearchResult,
    TextDelta,
    Tone,
)
from assistant.writing import LEFT_OUT_CHARS, MOST_LEFT_OUT, Writer
from tests.fakes import ScriptedResponder, SilentResponder, found, passage
from tests.policies import shipped_policy

RETURNS = passage("You can return most products within 30 days of delivery. A refund takes 5 to 7 working days.")
DOWN = BackendTimeout("scripted:test", "no answer")


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[ConversationStore]:
    stores = open_stores(Settings(home=tmp_path))
    yield Kept(stores.database)
    stores.close()


class Kept(SqlConversations, SqlHandoffs):
    """Both ports on one database."""


class Searches:
    """Finds the same thing for every question, and remembers what was asked."""

    def __init__(self, result: SearchResult, *, dense_fails: bool = False) -> None:
        self.asked: list[tuple[str, Mode]] = []
        self._result = result
        self._dense_fails = dense_fails

    def __call__(self, query: Query, limit: int, mode: Mode) -> SearchResult:
        self.asked.append((query.standalone, mode))
        if self._dense_fails and mode == "hybrid":
            raise DOWN
        return self._result


def dialogue(conversations: ConversationStore, *responders: Responder, search: Searches | None = None) -> Dialogue:
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    return Dialogue(
        conversations=conversations,
        search=search or Searches(found(RETURNS)),
        signals=open_signal_reader(),
        rewriter=RuleRewriter(),
        writer=Writer(responders=responders or (ExtractiveResponder(),), prompts=prompts, checks=OutputChecks()),
        house=House(prompts, shipped_policy(), Handoff(handoffs=conversations, prompts=prompts)),
    )


def test_events_come_in_order_and_the_deltas_are_the_text(conversations: ConversationStore) -> None:
    events = list(dialogue(conversations).stream("How long can I return products?"))
    assert isinstance(events[0], PassagesFound)
    assert isinstance(events[-1], ReplyFinished)
    reply = events[-1].reply
    assert "".join(one.text for one in events if isinstance(one, TextDelta)) == reply.text
    assert reply.decision.action == "answer"
    assert reply.responder == "extractive"
    assert reply.citations[0].quote in RETURNS.text
    assert {"recall", "sense", "condense", "search", "respond", "total"} <= set(reply.timings_ms)


class SearchesByQuestion(Searches):
    """Finds one thing for a question alone, and another where a story stands before it."""

    def __init__(self, story: SearchResult, alone: SearchResult) -> None:
        super().__init__(story)
        self._alone = alone

    def __call__(self, query: Query, limit: int, mode: Mode) -> SearchResult:
        whole = super().__call__(query, limit, mode)
        return self._alone if query.text.startswith("How") else whole


def lacking_a_number(confidence: float) -> SearchResult:
    """What is found for a message with a number that no passage has."""
    evidence = Evidence(confidence=confidence, needed=0.4, features={"numbers_missing": 1.0})
    return found(passage("Headphones are black.", document="black.md")).model_copy(update={"evidence": evidence})


@pytest.mark.parametrize(("confidence", "cited"), [(0.5, "returns.md"), (0.99, "black.md")])
def test_a_number_of_a_story_that_no_passage_has_does_not_choose_the_passage(
    conversations: ConversationStore, confidence: float, cited: str
) -> None:
    alone = Evidence(confidence=0.8, needed=0.4)
    search = SearchesByQuestion(lacking_a_number(confidence), found(RETURNS).model_copy(update={"evidence": alone}))
    said = "You promised me 90 days. How long can I return products?"
    events = list(dialogue(conversations, search=search).stream(said))
    passages = [one for one in events if isinstance(one, PassagesFound)][-1].passages
    assert passages[0].passage.document == cited


def test_unsupported_sentences_never_reach_the_customer(conversations: ConversationStore) -> None:
    lies = [
        "You can return most products ",
        "within 30 days of delivery. You get EUR 500",
        " extra. I have refunded you.",
    ]
    reply = dialogue(conversations, ScriptedResponder(lies)).reply("How long can I return products?")
    assert reply.text == "You can return most products within 30 days of delivery. [1]"


def test_what_was_left_out_is_kept_for_staff_with_the_reason(conversations: ConversationStore) -> None:
    said = "You can return most products within 30 days of delivery."
    half = ScriptedResponder([f"{said} You get EUR 500 extra. I have refunded you. And", DOWN], name="openai:x")
    again = ScriptedResponder([f"{said} Everything is free."], name="openai:y")
    reply = dialogue(conversations, half, again).reply("How long can I return products?")
    assert [(one.responder, one.reason, one.text) for one in reply.left_out] == [
        ("openai:x", "unsupported", "You get EUR 500 extra."),
        ("openai:x", "unsupported", "I have refunded you."),
        ("openai:y", "repeated", said),
        ("openai:y", "unsupported", "Everything is free."),
    ]


def test_what_was_left_out_is_bounded_and_holds_no_secret(conversations: ConversationStore) -> None:
    secret = "s3cret-token-of-the-shop"
    source = passage(f"The code {secret} opens the returns desk within 30 days.")
    lies = [
        f"The code {secret} opens the returns desk within 30 days.",
        *(f"\nLie {n} {'x' * 900}." for n in range(40)),
    ]
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    writer = Writer(responders=[ScriptedResponder(lies)], prompts=prompts, checks=OutputChecks(secrets=[secret]))
    talk = Dialogue(
        conversations=conversations,
        search=Searches(found(source)),
        signals=open_signal_reader(),
        rewriter=RuleRewriter(),
        writer=writer,
        house=House(prompts, shipped_policy(), Handoff(handoffs=conversations, prompts=prompts)),
    )
    left_out = talk.reply("Which code opens the returns desk?").left_out
    assert (left_out[0].reason, left_out[0].text) == ("secret", "")
    assert len(left_out) == MOST_LEFT_OUT
    assert max(len(one.text) for one in left_out) == LEFT_OUT_CHARS


def test_the_checksums_of_the_prompts_that_were_used_are_kept_and_no_others(conversations: ConversationStore) -> None:
    templates = Prompts([shipped_folder("prompts")], assistant_name="Help desk").templates
    asked = {"answer.system", "answer.user"}
    question, angry = "How long can I return products?", "I am furious! How long can I return this terrible product?"
    model = ScriptedResponder(["You can return most products within 30 days of delivery."], ["Free."], ["Free."])
    nothing = Searches(found(confidence=0.1))
    for talk, text, used in (
        (dialogue(conversations), question, set()),
        (dialogue(conversations), angry, {"sorry", "offer"}),
        (dialogue(conversations, model), question, asked),
        (dialogue(conversations, model), question, {*asked, "abstain"}),
        (dialogue(conversations, model), angry, {*asked, "offer_human"}),
        (dialogue(conversations, search=nothing), question, {"abstain"}),
        (dialogue(conversations), "Hello!", {"greeting"}),
        (dialogue(conversations), "I want to talk to a human", {"hand_over"}),
    ):
        reply = talk.reply(text)
        assert set(reply.prompts) == used, text
        assert reply.prompts == {name: templates.version(name).checksum for name in reply.prompts}


def test_a_model_that_says_nothing_supported_is_followed_by_the_next(conversations: ConversationStore) -> None:
    liar = ScriptedResponder(["Everything is free for ever."])
    reply = dialogue(conversations, liar, ExtractiveResponder()).reply("How long can I return products?")
    assert (reply.responder, reply.citations != ()) == ("extractive", True)


def test_a_model_that_fails_at_once_is_followed_by_the_next(conversations: ConversationStore) -> None:
    broken = ScriptedResponder([DOWN])
    reply = dialogue(conversations, broken, ExtractiveResponder()).reply("How long can I return products?")
    assert reply.responder == "extractive"
    assert broken.closed == 1


def test_an_answer_cut_short_is_completed_and_says_who_wrote_it(conversations: ConversationStore) -> None:
    half = ScriptedResponder(
        ["You can return most products within 30 days of delivery. A refund ta", DOWN], name="openai:x"
    )
    reply = dialogue(conversations, half, ExtractiveResponder()).reply("How long do refund and return take?")
    assert reply.responder == "openai:x+extractive"
    assert "A refund takes 5 to 7 working days." in reply.text
    assert reply.text.count("within 30 days") == 1


def test_when_nothing_is_supported_the_assistant_says_so(conversations: ConversationStore) -> None:
    reply = dialogue(conversations, ScriptedResponder(["Everything is free."])).reply("How long can I return?")
    assert (reply.decision.action, reply.citations) == ("abstain", ())
    assert "person" in reply.text


@pytest.mark.parametrize("declined", ["I do not know.", "Sorry, I don't know."])
def test_a_model_that_does_not_know_is_believed_unless_the_evidence_is_sure(
    conversations: ConversationStore, declined: str
) -> None:
    question = "How long can I return products?"
    for confidence, action in ((0.6, "abstain"), (0.9, "answer")):
        search = Searches(found(RETURNS, confidence=confidence))
        talk = dialogue(conversations, ScriptedResponder([declined]), ExtractiveResponder(), search=search)
        assert talk.reply(question).decision.action == action
    search = Searches(found(RETURNS, confidence=0.6))
    unsure = ScriptedResponder(["I do not know, but everything is free."])
    talk = dialogue(conversations, unsure, ExtractiveResponder(), search=search)
    assert talk.reply(question).responder == "extractive"


def test_a_model_that_repeats_itself_is_shown_once(conversations: ConversationStore) -> None:
    loop = ScriptedResponder(["A refund takes 5 to 7 working days. " * 3 + '"A refund takes 5 to 7 working days."'])
    reply = dialogue(conversations, loop).reply("How long does a refund take?")
    assert reply.text == "A refund takes 5 to 7 working days. [1]"
    assert {one.reason for one in reply.left_out} == {"repeated"}


def test_a_step_that_its_source_repeats_is_repeated(conversations: ConversationStore) -> None:
    steps = "- Press the button.\n- Wait until the light is red.\n- Press the button.\n- Wait until the light is blue."
    search = Searches(found(passage(steps)))
    loop = ScriptedResponder([f"{steps}\n- Press the button."])
    reply = dialogue(conversations, loop, search=search).reply("How do I reset it?")
    assert reply.text.replace(" [1]", "").replace(" [2]", "") == steps


def test_without_evidence_no_model_is_asked(conversations: ConversationStore) -> None:
    model = ScriptedResponder([])
    search = Searches(found(RETURNS, confidence=0.1, weights={"drone": 5.0}))
    reply = dialogue(conversations, model, search=search).reply("Do you sell drones?")
    assert (reply.decision.action, model.requests) == ("abstain", [])


def test_an_angry_customer_without_an_answer_is_offered_a_human(conversations: ConversationStore) -> None:
    search = Searches(found(confidence=0.1))
    reply = dialogue(conversations, search=search).reply("This is ridiculous, you useless people, where is my drone?!")
    assert reply.decision.action == "offer_human"
    assert reply.signals.sentiment.label == "negative"


def test_an_angry_customer_with_an_answer_gets_it_with_an_apology(conversations: ConversationStore) -> None:
    reply = dialogue(conversations).reply("I am furious! How long can I return this terrible product?")
    assert reply.decision.action == "answer"
    assert reply.text.startswith("I am sorry")
    assert reply.citations != ()


def test_tone_reaches_the_prompt_and_passages_stay_out_of_the_system_message(conversations: ConversationStore) -> None:
    model = ScriptedResponder(["You can return most products within 30 days of delivery."])
    dialogue(conversations, model).reply("I hate this terrible product! How long can I return it?")
    system, user = model.requests[0].messages
    assert "upset" in user.text
    assert RETURNS.text in user.text
    assert RETURNS.text not in system.text


def test_a_follow_up_is_searched_with_its_topic(conversations: ConversationStore) -> None:
    search = Searches(found(RETURNS))
    talk = dialogue(conversations, search=search)
    first = talk.reply("How long is the warranty on the Aria headphones?")
    talk.reply("And in Switzerland?", first.conversation_id)
    assert "warranty on the Aria" in search.asked[-1][0]


def test_what_was_searched_for_tells_topic_and_question_apart(conversations: ConversationStore) -> None:
    talk = dialogue(conversations)
    first = talk.reply("How long is the warranty on the Aria headphones?")
    reply = talk.reply("And in Switzerland?", first.conversation_id)
    assert reply.searched_for == "How long is the warranty on the Aria headphones? | And in Switzerland?"
    assert not reply.topic_switched


def test_a_change_of_topic_is_told_and_lends_nothing_to_the_answer(conversations: ConversationStore) -> None:
    model = ScriptedResponder(*(["You can return most products within 30 days of delivery."] for _ in range(2)))
    talk = dialogue(conversations, model, search=Searches(found(RETURNS).model_copy(update={"switched": True})))
    first = talk.reply("How long is the warranty on the Aria headphones?")
    reply = talk.reply("Returns?", first.conversation_id)
    assert (reply.searched_for, reply.topic_switched) == ("Returns?", True)
    assert model.requests[-1].question == "Returns?"


def test_words_of_the_house_are_told_from_answers(conversations: ConversationStore) -> None:
    talk = dialogue(conversations, search=Searches(found(confidence=0.1)))
    first = talk.reply("How long is the warranty on the Aria headphones?")
    assert [one.informs for one in messages_of(conversations.turns(first.conversation_id))] == [True, False]


def test_history_of_a_stateless_client_is_used(conversations: ConversationStore) -> None:
    search = Searches(found(RETURNS))
    talk = dialogue(conversations, search=search)
    first = talk.reply("How long is the warranty on the Aria headphones?")
    asked = Message(speaker="customer", text="How long is the warranty on the Aria headphones?")
    history = [asked, Message(speaker="assistant", text=first.text)]
    talk.reply("And in Switzerland?", history=history)
    assert "warranty" in search.asked[-1][0]


def test_asking_for_a_person_puts_the_conversation_into_the_queue_once(conversations: ConversationStore) -> None:
    talk = dialogue(conversations)
    events = list(talk.stream("I want to talk to a human"))
    assert any(isinstance(one, HandedOver) for one in events)
    last = events[-1]
    assert isinstance(last, ReplyFinished)
    conversation_id = last.reply.conversation_id
    assert conversations.get(conversation_id).state is ConversationState.WAITING
    again = list(talk.stream("Hello?? How long can I return products?", conversation_id))
    assert not any(isinstance(one, HandedOver | PassagesFound) for one in again)
    assert [one.id for one in conversations.queue()] == [conversation_id]


UPSET = "This is terrible, I hate it! Do you sell drones?"


def nothing_found(conversations: ConversationStore) -> Dialogue:
    return dialogue(conversations, search=Searches(found(confidence=0.1)))


@pytest.mark.parametrize(
    ("answer", "state", "action"),
    [
        ("Yes, please", ConversationState.WAITING, "hand_over"),
        ("no thanks", ConversationState.BOT, "answer"),
        ("Do you sell kites?", ConversationState.BOT, "abstain"),
    ],
)
def test_an_offer_is_taken_up_declined_or_passed_over(
    conversations: ConversationStore, answer: str, state: ConversationState, action: str
) -> None:
    talk = nothing_found(conversations)
    offered = talk.reply(UPSET)
    mine = offered.conversation_id
    assert (offered.decision.action, conversations.get(mine).state) == ("offer_human", ConversationState.OFFERED)
    reply = talk.reply(answer, mine)
    assert (reply.decision.action, conversations.get(mine).state) == (action, state)
    assert conversations.turns(mine)[-1].reply is not None


def test_the_same_offer_is_not_made_twice(conversations: ConversationStore) -> None:
    talk = nothing_found(conversations)
    mine = talk.reply(UPSET).conversation_id
    again = talk.reply(UPSET, mine)
    assert again.decision.action == "abstain"
    assert conversations.get(mine).state is ConversationState.BOT


def test_never_mind_returns_to_the_assistant(conversations: ConversationStore) -> None:
    talk = dialogue(conversations)
    mine = talk.reply("I want to talk to a human").conversation_id
    reply = talk.reply("Never mind, I found it", mine)
    assert conversations.get(mine).state is ConversationState.RETURNED
    assert "no longer in the queue" in reply.text
    assert talk.reply("How long can I return products?", mine).citations


def test_a_closed_conversation_is_opened_by_the_next_message(conversations: ConversationStore) -> None:
    talk = dialogue(conversations)
    mine = talk.reply("I want to talk to a human").conversation_id
    talk.house.handoff.close(mine)
    reply = talk.reply("How long can I return products?", mine)
    assert (reply.decision.action, conversations.get(mine).state) == ("answer", ConversationState.BOT)


def test_who_leaves_after_the_handover_finds_its_words(conversations: ConversationStore) -> None:
    """The reply is stored with the state: nobody waits in a queue that they were not told of."""
    talk = dialogue(conversations)
    events = talk.stream("I want to talk to a human")
    assert isinstance(next(events), TextDelta)
    events.close()
    [mine] = conversations.queue()
    [turn] = conversations.turns(mine.id)
    assert turn.status == "complete"
    assert turn.reply is not None
    assert "in the queue" in turn.reply.text


def test_small_talk_needs_no_search(conversations: ConversationStore) -> None:
    search = Searches(found())
    reply = dialogue(conversations, search=search).reply("Hello!")
    assert (search.asked, reply.decision.action) == ([], "answer")
    assert "Help desk" in reply.text


def test_without_the_embedder_it_searches_by_keyword(conversations: ConversationStore) -> None:
    search = Searches(found(RETURNS), dense_fails=True)
    reply = dialogue(conversations, search=search).reply("How long can I return products?")
    assert [mode for _, mode in search.asked] == ["hybrid", "keyword"]
    assert reply.citations != ()


def test_a_turn_that_is_closed_is_stored_as_cancelled_and_stops_the_model(conversations: ConversationStore) -> None:
    model = ScriptedResponder(
        ["You can return most products within 30 days of delivery. ", "A refund takes 5 to 7 working days."]
    )
    conversation = conversations.start()
    stream = dialogue(conversations, model).stream("How long can I return products?", conversation.id)
    next(stream)
    next(stream)
    stream.close()
    [turn] = conversations.turns(conversation.id)
    assert (turn.status, turn.reply, model.closed) == ("cancelled", None, 1)


def test_when_no_search_works_the_customer_gets_honest_words(conversations: ConversationStore) -> None:
    class Broken(Searches):
        def __call__(self, query: Query, limit: int, mode: Mode) -> SearchResult:
            raise DOWN

    reply = dialogue(conversations, search=Broken(found())).reply("How long can I return products?")
    assert reply.decision.action == "offer_human"
    assert "not working" in reply.text


def test_an_unknown_conversation_is_refused(conversations: ConversationStore) -> None:
    with pytest.raises(ConversationNotFound):
        dialogue(conversations).reply("Hello", "nobody")


@pytest.mark.parametrize("text", ["", "   ", "👍", "?" * 10_000, "word " * 10_000, "'; DROP TABLE turns; --", "(.*)+"])
def test_any_message_gets_an_answer(conversations: ConversationStore, text: str) -> None:
    reply = dialogue(conversations, search=Searches(found(confidence=0.0, weights={}))).reply(text)
    assert reply.text
    assert conversations.turns(reply.conversation_id)[0].status == "complete"


def test_an_answer_that_nobody_finishes_says_so(conversations: ConversationStore) -> None:
    half = ScriptedResponder(["You can return most products within 30 days of delivery. A refund ta", DOWN])
    worse = ScriptedResponder(["Everything is free.", DOWN])
    reply = dialogue(conversations, half, worse).reply("How long can I return products?")
    shown, _, closing = reply.text.partition("\n\n")
    assert shown == "You can return most products within 30 days of delivery. [1]"
    assert closing == Prompts([shipped_folder("prompts")], assistant_name="").say("unfinished")
    assert not reply.complete
    [turn] = conversations.turns(reply.conversation_id)
    assert turn.reply is not None
    assert not turn.reply.complete


def test_an_answer_that_the_next_responder_finishes_is_whole(conversations: ConversationStore) -> None:
    half = ScriptedResponder(["You can return most products within 30 days of delivery. A refund ta", DOWN])
    assert dialogue(conversations, half, ExtractiveResponder()).reply("How long can I return products?").complete


def test_a_responder_that_breaks_down_ends_the_turn_as_failed(conversations: ConversationStore) -> None:
    class Broken:
        name = "broken:test"

        def stream(self, request: ResponseRequest) -> Iterator[str]:
            raise ZeroDivisionError

    conversation = conversations.start()
    with pytest.raises(ZeroDivisionError):
        dialogue(conversations, Broken()).reply("How long can I return products?", conversation.id)
    assert [turn.status for turn in conversations.turns(conversation.id)] == ["failed"]


def test_closing_from_another_thread_ends_a_turn_that_waits(conversations: ConversationStore) -> None:
    silent, conversation = SilentResponder(), conversations.start()
    events = dialogue(conversations, silent).stream("How long can I return products?", conversation.id)
    assert isinstance(next(events), PassagesFound)
    ended = threading.Event()

    def wait() -> None:
        with pytest.raises(Cancelled):
            next(events)
        ended.set()

    threading.Thread(target=wait).start()
    assert silent.asked.wait(5)
    events.close()
    assert ended.wait(5)
    assert silent.broken_off.is_set()
    assert [turn.status for turn in conversations.turns(conversation.id)] == ["cancelled"]


def test_all_responders_share_one_deadline(conversations: ConversationStore) -> None:
    silent = [SilentResponder() for _ in range(3)]
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    writer = Writer(
        responders=(*silent, ExtractiveResponder()), prompts=prompts, checks=OutputChecks(), answer_seconds=0.5
    )
    talk = Dialogue(
        conversations=conversations,
        search=Searches(found(RETURNS)),
        signals=open_signal_reader(),
        rewriter=RuleRewriter(),
        writer=writer,
        house=House(prompts, shipped_policy(), Handoff(handoffs=conversations, prompts=prompts)),
    )
    reply = talk.reply("How long can I return products?")
    assert reply.responder == "extractive"
    assert all(one.asked.is_set() for one in silent)
    assert reply.timings_ms["respond"] < 5000, "each of them would have waited for 30 s"


def unclear() -> SearchResult:
    prices = [
        passage(f"Delivery to {one} costs {price}.", document=f"{one}.md", title=f"Delivery to {one}")
        for one, price in (("Austria", "€9.90"), ("Canada", "$24.90"))
    ]
    question = "What does delivery cost?"
    result = found(*prices, weights={"deliveri": 1.0, "cost": 1.0})
    alike = tuple(one.model_copy(update={"score": 1.0}) for one in result.passages)
    return result.model_copy(update={"passages": alike, "searched_for": question, "query": Query(text=question)})


def test_an_unclear_question_is_asked_back_with_choices(conversations: ConversationStore) -> None:
    reply = dialogue(conversations, search=Searches(unclear())).reply("What does delivery cost?")
    assert reply.decision.action == "clarify"
    assert reply.choices == ("Austria", "Canada")
    assert all(choice in reply.text for choice in reply.choices)
    assert not reply.citations


def test_a_choice_is_searched_for_with_the_question_and_is_never_asked_back(conversations: ConversationStore) -> None:
    search = Searches(unclear())
    talk = dialogue(conversations, search=search)
    first = talk.reply("What does delivery cost?")
    second = talk.reply("Canada", first.conversation_id)
    assert search.asked[-1][0] == "What does delivery cost, Canada?"
    assert second.decision.action == "answer"
    assert second.choices == ()


def test_whatever_follows_a_question_back_it_is_not_asked_twice_in_a_row(conversations: ConversationStore) -> None:
    talk = dialogue(conversations, search=Searches(unclear()))
    first = talk.reply("What does delivery cost?")
    actions = [talk.reply("What does delivery cost?", first.conversation_id).decision.action for _ in range(3)]
    assert actions == ["answer", "clarify", "answer"]


def test_an_answer_to_one_part_is_honest_about_the_other(conversations: ConversationStore) -> None:
    result = found(RETURNS).model_copy(
        update={"open_parts": ("do you sell <b>drones</b>?", "how many days to return products?")}
    )
    reply = dialogue(conversations, search=Searches(result)).reply("How long can I return products?")
    answer, _, closing = reply.text.partition("\n\n")
    assert "within 30 days" in answer
    assert "“do you sell drones”" in closing
    assert "return products" not in closing


@pytest.mark.parametrize(
    ("unknown", "question"),
    [
        ("", "How long can I return products and what does a courier cost?"),
        ("what does a courier cost?", "How long can I return products?"),
    ],
)
def test_what_is_written_about_is_the_question_as_it_was_put_less_what_nothing_is_known_of(
    unknown: str, question: str, conversations: ConversationStore
) -> None:
    class KnowsNothingOf(Searches):
        def __call__(self, query: Query, limit: int, mode: Mode) -> SearchResult:
            result = super().__call__(query, limit, mode)
            unsure = result.evidence.model_copy(update={"confidence": 0.0, "needed": 0.5})
            return result.model_copy(update={"evidence": unsure}) if query.text == unknown else result

    responder = ScriptedResponder(["You can return products within 30 days."])
    dialogue(conversations, responder, search=KnowsNothingOf(found(RETURNS))).reply(
        "How long can I return products and what does a courier cost?"
    )
    assert [one.question for one in responder.requests] == [question]


def test_a_model_is_told_the_tone_in_the_users_message_and_its_system_message_stays() -> None:
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    tones: tuple[Tone, ...] = ("friendly", "warm", "brief", "calming", "serious")
    rendered = [prompts.answer("How long?", found(RETURNS).passages, (), tone) for tone in tones]
    assert len({system.text for system, _ in rendered}) == 1
    assert len({user.text.split("</")[-1].partition(">")[2] for _, user in rendered}) == len(tones)
