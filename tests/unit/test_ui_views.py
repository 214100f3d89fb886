from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.entrypoints.ui.chat_view import ChatView
from assistant.entrypoints.ui.pack_markup import render_suggestion
from assistant.entrypoints.ui.sources import Source, locate, render_sources
from assistant.entrypoints.ui.staff_markup import Row, render_list
from assistant.entrypoints.ui.staff_view import StaffView
from assistant.entrypoints.ui.transcript import render_turns
from assistant.errors import BackendError
from assistant.policy import POLICY_FILE, read_policy
from assistant.policy.following import FollowedPolicy
from assistant.shipped import shipped_folder
from assistant.types import Citation, ConversationState, Document, Quotation, Suggestion
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import ScriptedResponder

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
QUESTION = "How many days to return items?"


@pytest.fixture
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS])


@pytest.fixture
def view(bot: MemoryAssistant) -> ChatView:
    return ChatView(bot.as_assistant())


def test_an_empty_page_welcomes_with_examples(bot: MemoryAssistant, view: ChatView) -> None:
    page = view.show("")
    assert bot.settings.assistant_name.split(" & ")[0] in page.history
    assert "I am an automated assistant." in page.history
    assert page.history.count('data-act="ask"') == len(bot.example_questions())
    assert page.banner == ""
    assert page.bot


def test_an_answer_is_shown_with_its_source(bot: MemoryAssistant, view: ChatView) -> None:
    conversation = bot.start_conversation()
    pictures = list(view.answer(conversation.id, QUESTION))
    assert "Searching" in pictures[0] or "Reading" in pictures[0] or "30 days" in pictures[0]
    page = view.show(conversation.id)
    assert "within 30 days" in page.history
    assert "<mark>You can return items within 30 days of delivery.</mark>" in page.sources
    list(view.answer(conversation.id, "Do you sell drones?"))
    assert f"for the answer to “{QUESTION}”" in view.show(conversation.id).sources


def test_the_customer_never_reads_their_mood(bot: MemoryAssistant, view: ChatView) -> None:
    reply = bot.reply("This is terrible, I hate it! How many days to return items?")
    page = view.show(reply.conversation_id)
    assert reply.signals.sentiment.label == "negative"
    for word in ("negative", "mood", reply.decision.reason):
        assert word not in page.history + page.sources + page.banner


@pytest.mark.parametrize("unknown", ["", "nobody", None, 7, ["x"], {"id": 1}])
def test_any_remembered_id_is_survived(view: ChatView, unknown: object) -> None:
    assert view.find(unknown) is None
    assert "welcome" in view.show(unknown).history


def test_the_queue_is_shown_with_the_place_in_it(bot: MemoryAssistant, view: ChatView) -> None:
    bot.handoff.request(bot.start_conversation().id, "asked")
    mine = bot.start_conversation().id
    view.hand_over(mine)
    assert "number 2 in the queue" in view.show(mine).banner
    bot.handoff.take(mine, "Mara")
    assert "colleague is with you" in view.show(mine).banner
    view.give_back(mine)
    assert view.show(mine).banner == ""
    for told in ("Mara from our team has joined", "I am answering again"):
        assert told in view.show(mine).history


def test_an_offer_is_shown_with_its_two_answers(bot: MemoryAssistant, view: ChatView) -> None:
    mine = bot.reply("I hate this, your drones are terrible garbage! Do you sell any?").conversation_id
    page = view.show(mine)
    assert (page.offered, page.bot) == (True, True)
    assert "Would you like a person?" in page.banner
    view.give_back(mine)
    page = view.show(mine)
    assert (page.offered, page.banner) == (False, "")
    assert "I will not pass you on" in page.history


def test_how_it_went_is_asked_when_it_is_closed(bot: MemoryAssistant, view: ChatView) -> None:
    mine = bot.reply(QUESTION).conversation_id
    view.score(mine, 4)
    assert 'class="rating"' not in view.show(mine).history
    bot.handoff.close(mine)
    asked = view.show(mine)
    assert "How did it go?" in asked.history
    for wrong in (0, 6, "4", None):
        view.score(mine, wrong)
    assert view.show(mine).fingerprint == asked.fingerprint
    view.score(mine, 4)
    rated = view.show(mine)
    assert rated.history.count('data-filled="true"') == 4
    assert (asked.history.count("☆"), rated.history.count("☆")) == (5, 1)
    assert rated.fingerprint != asked.fingerprint
    bot.reply(QUESTION, mine)
    assert 'class="rating"' not in view.show(mine).history


def test_looking_at_the_queue_changes_nothing(bot: MemoryAssistant, view: ChatView) -> None:
    conversation = bot.start_conversation()
    view.show(conversation.id)
    assert bot.conversation(conversation.id).state is ConversationState.BOT


def test_an_agents_words_reach_the_customer_and_change_the_fingerprint(bot: MemoryAssistant, view: ChatView) -> None:
    mine = bot.start_conversation().id
    before = view.show(mine).fingerprint
    bot.handoff.answer(mine, "I am <Mara>", "Mara")
    after = view.show(mine)
    assert "I am &lt;Mara&gt;" in after.history
    assert after.fingerprint != before
    assert view.show(mine).fingerprint == after.fingerprint


def test_feedback_is_stored_taken_back_and_kept_to_ones_own_turns(bot: MemoryAssistant, view: ChatView) -> None:
    mine, other = bot.reply(QUESTION), bot.reply(QUESTION)
    view.rate(mine.conversation_id, mine.turn_id, "like")
    view.rate(mine.conversation_id, other.turn_id, "dislike")
    view.rate(mine.conversation_id, mine.turn_id, "drop table")
    assert bot.turns(mine.conversation_id)[0].feedback == "like"
    assert bot.turns(other.conversation_id)[0].feedback is None
    view.rate(mine.conversation_id, mine.turn_id, "like")
    assert bot.turns(mine.conversation_id)[0].feedback is None


def test_sources_of_other_conversations_are_out_of_reach(bot: MemoryAssistant, view: ChatView) -> None:
    mine, other = bot.start_conversation(), bot.reply(QUESTION)
    assert "<mark>" in view.sources(other.conversation_id, other.turn_id, 1)
    assert "<mark>" not in view.sources(mine.id, other.turn_id, 1)


def test_closing_the_pictures_cancels_the_turn(view: ChatView, bot: MemoryAssistant) -> None:
    conversation = bot.start_conversation()
    pictures = view.answer(conversation.id, QUESTION)
    assert isinstance(pictures, Iterator)
    next(pictures)
    pictures.close()  # type: ignore[attr-defined]
    view.settle(conversation.id)
    assert bot.turns(conversation.id)[0].status == "cancelled"
    assert "Stopped" in view.show(conversation.id).history


def test_a_turn_that_is_being_answered_is_left_to_its_stream(bot: MemoryAssistant) -> None:
    conversation = bot.start_conversation()
    bot.conversations.begin_turn(conversation.id, "half a turn")
    turns = bot.turns(conversation.id)
    assert render_turns(turns, datetime.now(UTC)) == ""
    assert "was interrupted" in render_turns(turns, datetime.now(UTC) + timedelta(hours=1))


def test_a_failing_backend_leaves_a_page_that_can_be_used() -> None:
    bot = MemoryAssistant([RETURNS], [ScriptedResponder([BackendError("stub", "secret vendor words")])])
    view = ChatView(bot.as_assistant())
    conversation = bot.start_conversation()
    list(view.answer(conversation.id, QUESTION))
    assert "secret" not in view.show(conversation.id).history


def test_staff_see_mood_decision_sources_and_feedback(bot: MemoryAssistant) -> None:
    reply = bot.reply("This is terrible, I hate it! How many days to return items?")
    bot.set_feedback(reply.turn_id, "dislike")
    bot.handoff.request(reply.conversation_id, "asked")
    desk = StaffView(bot.as_assistant()).show(reply.conversation_id)
    assert "For a person (1)" in desk.cases
    assert f"Negative {reply.signals.sentiment.score:+.2f}" in desk.cases
    assert f"Negative {reply.signals.sentiment.score:+.2f}" in desk.transcript
    for words in (reply.decision.reason, "returns.md · revision 1", "Not helpful", reply.responder):
        assert words in desk.transcript
    assert desk.state is ConversationState.WAITING


def test_staff_see_what_was_left_out_and_the_customer_does_not() -> None:
    model = ScriptedResponder(["You can return items within 30 days of delivery. <b>Everything</b> is free for ever."])
    bot = MemoryAssistant([RETURNS], [model])
    reply = bot.reply(QUESTION)
    desk = StaffView(bot.as_assistant()).show(reply.conversation_id)
    for words in ("Left out (1)", "No passage says it", "free for ever", reply.prompts["answer.system"]):
        assert words in desk.transcript
    assert "<b>Everything" not in desk.transcript
    page = ChatView(bot.as_assistant()).show(reply.conversation_id)
    assert "free for ever" not in page.history + page.sources


def test_staff_are_told_of_a_policy_that_cannot_be_used_until_it_is_mended(
    bot: MemoryAssistant, tmp_path: Path
) -> None:
    path, good = tmp_path / "<b>policy.yaml", (shipped_folder("prompts") / POLICY_FILE).read_text(encoding="utf-8")
    path.write_text(good, encoding="utf-8")
    bot.policy = FollowedPolicy(path, read_policy)
    staff = StaffView(bot.as_assistant())
    assert staff.show("").notice == ""
    path.write_text("rules:\n  - nam: last\n", encoding="utf-8")
    told = staff.show("").notice
    assert "&lt;b&gt;policy.yaml:2: there is no field `nam`; did you mean `name`?" in told
    assert "<b>" not in told
    path.write_text(good, encoding="utf-8")
    assert staff.show("").notice == ""


def test_staff_take_answer_and_give_back(bot: MemoryAssistant) -> None:
    staff = StaffView(bot.as_assistant())
    mine = bot.start_conversation().id
    staff.take(mine, "Mara")
    assert staff.show(mine).state is ConversationState.WITH_AGENT
    assert staff.write(mine, " Hello ", "Mara")
    assert not staff.write(mine, "  ", "Mara")
    assert not staff.write("nobody", "Hello", "Mara")
    joined, hello = bot.turns(mine)
    assert ("Mara" in joined.question, hello.question) == (True, "Hello")
    assert staff.take(mine, "Tom") == "Mara has this conversation."
    assert not staff.write(mine, "Me too", "Tom")
    staff.give_back(mine)
    assert staff.show(mine).state is ConversationState.RETURNED
    staff.close(mine)
    assert staff.show(mine).state is ConversationState.CLOSED
    assert "Choose a conversation" in staff.show("nobody").transcript


def test_staff_read_a_summary_with_the_words_that_say_so() -> None:
    said = "The customer's parcel [ORDER_1] came damaged. The customer was promised 500 euros."
    told = "My parcel HA-12345678 came damaged, <b>all</b> of it."
    model = ScriptedResponder([said], name="openai:<test>")
    bot = MemoryAssistant([RETURNS], [model])
    mine = bot.reply(told).conversation_id
    shown = StaffView(bot.as_assistant()).summarise(mine)
    assert "HA-12345678 came damaged" in shown
    assert "message 1" in shown
    assert "500" not in shown
    assert "openai:&lt;test&gt;" in shown
    assert "&lt;b&gt;all" in shown
    assert StaffView(bot.as_assistant()).summarise("nobody") == ""
    alone = MemoryAssistant([RETURNS])
    mine = alone.reply(QUESTION).conversation_id
    assert "no language model is set up" in StaffView(alone.as_assistant()).summarise(mine)


def test_staff_are_given_the_pack_and_a_draft(bot: MemoryAssistant) -> None:
    mine = bot.reply("My order HA-12345678 is <late>! How many days to return items?").conversation_id
    bot.reply("I want to talk to a human", mine)
    staff = StaffView(bot.as_assistant())
    pack = staff.show(mine).pack
    for words in ("HA-12345678", "message 1", "returns.md · revision 1 · shown once", 'aria-label="Mood: message 1:'):
        assert words in pack
    assert "<late>" not in pack
    draft, sources = staff.suggest(mine)
    assert draft == "You can return items within 30 days of delivery."
    assert "The draft rests on" in sources
    assert staff.suggest("nobody") == ("", "")
    assert staff.show("nobody").pack == ""


def test_staff_read_a_quoted_table_as_the_customer_does() -> None:
    quote = "| Aria 5 | 3 years |\n| Norda | **2** years |"
    cited = Citation(marker=1, document="w.md", title="W", revision=1, start=0, end=len(quote), quote=quote)
    asked = Quotation(turn=1, start=0, end=1, quote="?")
    shown = render_suggestion(Suggestion(question=asked, citations=(cited,)))
    assert "<blockquote>Aria 5 · 3 years\nNorda · <b>2</b> years</blockquote>" in shown


def test_what_was_closed_since_is_not_shown_around_a_quote() -> None:
    """A citation keeps its quote; the document is opened to those it is for, and the page's visitor is anybody."""
    bot = MemoryAssistant([RETURNS])
    (citation,) = bot.reply(QUESTION).citations
    excerpt = locate(citation, bot.open_citation).excerpt
    assert excerpt is not None
    assert "# Returns" in excerpt.before
    closed = MemoryAssistant([RETURNS.model_copy(update={"audience": "staff"})])
    assert locate(citation, closed.open_citation) == Source(citation=citation)
    assert closed.reply(QUESTION).citations == ()


def test_a_source_says_what_became_of_its_document(bot: MemoryAssistant, view: ChatView) -> None:
    reply = bot.reply(QUESTION)

    def panel() -> str:
        return view.sources(reply.conversation_id, reply.turn_id, 1)

    assert 'class="standing"' not in panel()
    changed = RETURNS.model_copy(update={"revision": 2, "text": "No returns.", "name": "back.md"})
    bot.knowledge.publish(changed)
    assert "has changed since: the document is now at revision 2" in panel()
    assert "returns.md, now back.md · revision 1" in panel()
    assert f"<mark>{reply.citations[0].quote}</mark>" in panel()
    assert "No returns" not in panel()
    bot.knowledge.publish(RETURNS.model_copy(update={"revision": 3}))
    assert "now revision 3) and still says this" in panel()
    bot.knowledge.remove(RETURNS.id)
    assert "no longer in use" in panel()
    bot.knowledge.erase(RETURNS.id)
    assert "was erased" in panel()
    assert reply.citations[0].quote not in panel()


def test_a_heading_that_is_quoted_looks_as_headings_do(bot: MemoryAssistant) -> None:
    (citation,) = bot.reply(QUESTION).citations
    excerpt = bot.open_citation(citation)
    quoted = citation.model_copy(update={"quote": "Not covered\n\n- Rust"})
    below = excerpt.model_copy(update={"before": "All else.\n\n## "})
    shown = render_sources([Source(citation=quoted, excerpt=below)], question="?")
    assert "All else.\n\n<mark><b>Not covered</b>\n\n• Rust</mark>" in shown


def test_an_answer_that_was_erased_with_its_document_says_so(bot: MemoryAssistant, view: ChatView) -> None:
    reply = bot.reply(QUESTION)
    before = view.show(reply.conversation_id)
    gone = reply.model_copy(update={"text": "[erased]", "citations": (), "erased": True})
    bot.conversations.stored[reply.conversation_id][0] = bot.turns(reply.conversation_id)[0].model_copy(
        update={"reply": gone}
    )
    after = view.show(reply.conversation_id)
    assert (before.fingerprint == after.fingerprint, "[erased]" in after.history) == (False, False)
    for shown in (after.history, after.sources, view.sources(reply.conversation_id, reply.turn_id, 1)):
        assert "was erased" in shown


def delivery_to(country: str, price: str) -> Document:
    title = f"Delivery to {country}"
    return document(f"{country}.md", title, f"Delivery to {country} costs {price}. We sell to {country}.")


def test_choices_are_buttons_until_the_customer_has_chosen() -> None:
    bot = MemoryAssistant([delivery_to("Austria", "€9.90"), delivery_to("Canada", "$24.90")])
    view = ChatView(bot.as_assistant())
    conversation = bot.start_conversation()
    list(view.answer(conversation.id, "What does delivery cost?"))
    history = view.show(conversation.id).history
    for country in ("Austria", "Canada"):
        assert f'data-act="ask" data-text="{country}">{country}</button>' in history
    list(view.answer(conversation.id, "Canada"))
    history = view.show(conversation.id).history
    assert 'data-act="ask"' not in history
    assert "$24.90" in history


@pytest.mark.parametrize(("priority", "words"), [(1, "High priority"), (2, "Waited before"), (3, "Urgent")])
def test_staff_read_how_pressing_what_waits_is(priority: int, words: str) -> None:
    conversation = MemoryAssistant([RETURNS]).start_conversation()
    urgent = conversation.model_copy(update={"state": ConversationState.WAITING, "priority": priority})
    taken = urgent.model_copy(update={"state": ConversationState.WITH_AGENT})
    today = urgent.updated_at.date()
    shown = [render_list([Row(conversation=one, last_words="", mood=None)], [], "", today) for one in (urgent, taken)]
    assert [words in one for one in shown] == [True, False]


def test_staff_read_of_another_day_which_one_it_was() -> None:
    conversation = MemoryAssistant([RETURNS]).start_conversation()
    at, row = conversation.updated_at, Row(conversation=conversation, last_words="", mood=None)
    today, later = (render_list([], [row], "", at.date() + timedelta(days=days)) for days in (0, 1))
    assert (f">{at:%H:%M}</time>" in today, f">{at:%d %b}</time>" in later) == (True, True)
    assert f'title="{at:%d %b %Y, %H:%M} UTC"' in today
