"""What staff see of likes and dislikes, over an assistant in memory."""

import pytest

from assistant.entrypoints.ui.feedback_view import FeedbackView
from tests.fake_assistant import MemoryAssistant, document

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
NASTY = document("<img src=x>.md", "<b>Gifts</b>", "We wrap presents in ribbons.")


@pytest.fixture
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS, NASTY])


@pytest.fixture
def view(bot: MemoryAssistant) -> FeedbackView:
    return FeedbackView(bot.as_assistant())


def voted(bot: MemoryAssistant, question: str, liked: int, disliked: int) -> None:
    for number in range(liked + disliked):
        bot.set_feedback(bot.reply(question).turn_id, "like" if number < liked else "dislike")


def test_without_votes_that_is_said_and_nothing_can_be_forgotten(view: FeedbackView) -> None:
    page = view.show()
    assert "was liked or disliked yet" in page.passages
    assert "data-forget" not in page.passages
    assert (view.ask("").asking, view.ask("returns.md").asking) == (False, False)


def test_passages_stand_with_their_votes_and_their_bounded_share(bot: MemoryAssistant, view: FeedbackView) -> None:
    voted(bot, "How many days to return items?", 1, 4)
    voted(bot, "Do you wrap presents in ribbons?", 1, 0)
    shown = view.show().passages
    assert "1 liked, 4 disliked" in shown
    assert "-0.60%" in shown
    assert "by less than 2% of its score" in shown
    assert "1 liked, 0 disliked, too few to count yet" in shown
    assert ">0%<" in shown
    assert "left:35.0%;width:15.0%" in shown


def test_it_is_asked_before_votes_are_forgotten(bot: MemoryAssistant, view: FeedbackView) -> None:
    voted(bot, "How many days to return items?", 3, 0)
    voted(bot, "Do you wrap presents in ribbons?", 1, 0)
    question = view.ask("returns.md")
    assert (question.asking, "returns.md" in question.note, "cannot be undone" in question.note) == (True, True, True)
    assert "3 liked" in view.show().passages, "a question forgets nothing"
    forgotten = view.forget("returns.md")
    assert (forgotten.asking, "3 votes forgotten" in forgotten.note) == (False, True)
    assert "3 liked" not in forgotten.passages
    assert "all documents" in view.ask("").note
    assert "1 vote forgotten" in view.forget("").note


def test_names_are_only_text(bot: MemoryAssistant, view: FeedbackView) -> None:
    voted(bot, "Do you wrap presents in ribbons?", 3, 0)
    for page in (view.show(), view.ask(NASTY.name)):
        assert "<img" not in page.passages + page.note
        assert "<b>" not in page.passages + page.note
