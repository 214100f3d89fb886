"""What staff see of gaps and do with them, over an assistant in memory."""

from collections.abc import Callable

import pytest

from assistant.entrypoints.ui.gaps_view import GapDesk, GapsView
from assistant.types import GapState
from tests.fake_assistant import MemoryAssistant, document

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
QUESTION = "Do you wrap presents in ribbons?"
NASTY = "Do you wrap <img src=x onerror=alert(1)> presents?"


@pytest.fixture
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS])


@pytest.fixture
def view(bot: MemoryAssistant) -> GapsView:
    return GapsView(bot.as_assistant())


def opened(bot: MemoryAssistant, view: GapsView, reply: str = "") -> tuple[str, GapDesk]:
    conversation = bot.reply(QUESTION).conversation_id
    if reply:
        bot.handoff.answer(conversation, reply, "Mara")
    [gap] = bot.learning.gaps()
    return gap.id, view.show(gap.id)


def test_without_gaps_there_is_nothing_to_do(view: GapsView) -> None:
    desk = view.show("")
    assert "Nothing is left to do." in desk.gaps
    assert (desk.state, desk.head, desk.article) == (None, "", None)
    assert view.show("nothing").state is None


def test_a_draft_is_shown_with_where_it_was_said(bot: MemoryAssistant, view: GapsView) -> None:
    gap_id, desk = opened(bot, view, "Hi Anna, we wrap presents in ribbons. Your parcel is on its way.")
    assert f'data-gap="{gap_id}"' in desk.gaps
    assert "1 customer" in desk.head
    assert "Answered by an agent in 1 conversation<" in desk.head
    assert (desk.state, desk.article) == ("drafted", f"# {QUESTION}\n\nWe wrap presents in ribbons.")
    for words in ("Agents said", "message 2", "Left out", "About one case", "Your parcel is on its way."):
        assert words in desk.side
    assert "Anna" not in desk.side


def test_an_approval_tells_what_passes_and_shows_the_article_from_then_on(bot: MemoryAssistant, view: GapsView) -> None:
    gap_id, desk = opened(bot, view, "We wrap presents in ribbons.")
    assert desk.article is not None
    approved = view.approve(gap_id, desk.article, "Lea")
    assert "1 of 1 questions are answered from it now" in approved.side
    assert (approved.state, approved.article) == ("approved", None)
    assert "Looked after by Lea" in approved.head
    again = view.show(gap_id)
    assert (again.state, again.article) == ("approved", desk.article)
    assert view.reopen(gap_id).state == "open"


def test_nobody_answered_is_said_and_an_empty_article_is_refused(bot: MemoryAssistant, view: GapsView) -> None:
    gap_id, desk = opened(bot, view)
    assert "write the article yourself" in desk.side
    assert "Not answered by an agent yet" in desk.head
    headed = view.approve(gap_id, desk.article or "", "Lea")
    assert ("nothing below it" in headed.side, headed.state) == (True, "drafted")
    refused = view.approve(gap_id, "   ", "Lea")
    assert 'role="alert"' in refused.side
    assert (refused.state, refused.article) == ("drafted", None)


def test_what_needs_no_answer_is_put_away(bot: MemoryAssistant, view: GapsView) -> None:
    gap_id, _ = opened(bot, view)
    desk = view.dismiss(gap_id)
    assert (desk.state, "Decided" in desk.gaps, "Asked in vain (0)" in desk.gaps) == ("dismissed", True, True)
    assert "Dismissed" in desk.head


def test_words_of_customers_and_agents_are_only_text(bot: MemoryAssistant, view: GapsView) -> None:
    conversation = bot.reply(NASTY).conversation_id
    bot.handoff.answer(conversation, "We wrap <script>alert(1)</script> presents in ribbons.", "Mara")
    desk = view.show(bot.learning.gaps()[0].id)
    assert "<img" not in desk.gaps + desk.side + desk.head
    assert "<script" not in desk.side


def test_every_click_groups_the_questions_once_and_shows_what_it_changed(bot: MemoryAssistant, view: GapsView) -> None:
    conversation = bot.reply(QUESTION).conversation_id
    bot.handoff.answer(conversation, "We wrap presents in ribbons.", "Mara")
    gap_id = bot.learning.gaps()[0].id
    clicks: list[tuple[Callable[[], GapDesk], GapState | None, str]] = [
        (lambda: view.show(""), None, "Asked in vain (1)"),
        (lambda: view.show(gap_id), "drafted", "Drafted"),
        (lambda: view.dismiss(gap_id), "dismissed", "Asked in vain (0)"),
        (lambda: view.reopen(gap_id), "open", "Asked in vain (1)"),
        (lambda: view.approve(gap_id, " ", "Lea"), "open", "Asked in vain (1)"),
        (lambda: view.approve(gap_id, "We wrap presents.", "Lea"), "approved", "Asked in vain (0)"),
        (lambda: view.show("nothing"), None, "Decided"),
        (lambda: view.dismiss("nothing"), None, "Decided"),
    ]
    for click, state, told in clicks:
        before = bot.gaps.groupings
        desk = click()
        assert (bot.gaps.groupings - before, desk.state, told in desk.gaps) == (1, state, True), told


def test_a_question_that_came_after_the_last_click_is_in_the_list(bot: MemoryAssistant, view: GapsView) -> None:
    gap_id, _ = opened(bot, view)
    bot.reply("Can a drone carry my parcel to the moon?")
    desk = view.dismiss(gap_id)
    assert ("Asked in vain (1)" in desk.gaps, "moon" in desk.gaps) == (True, True)
