"""The learning loop over real models and stores: what is asked in vain, and what comes of it. One home for all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.errors import GapNotFound
from assistant.service import Assistant
from assistant.types import Gap, LoadedDocument
from tests.homes import LendModel
from tests.program import output, run

RETURNS = "# Returns\n\nYou can return most products within 30 days of delivery. Returns within Germany are free."
SWIMMING = (
    "Can I swim with the earbuds?",
    "Are the buds waterproof enough for the pool?",
    "is it safe to use the headphones underwater",
    "Are they OK for swimmers?",
)
STUDENTS = ("Do you give a student discount?", "Are there discounts for students?", "Any student deals on speakers?")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gaps")


@pytest.fixture(scope="module")
def bot(home: Path, lend_model: LendModel) -> Iterator[Assistant]:
    settings = Settings(home=lend_model(home / "var"), embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    with open_assistant(settings) as opened:
        opened.ingest_documents([LoadedDocument(source="/returns", name="returns.md", title="Returns", text=RETURNS)])
        yield opened


def about(bot: Assistant, word: str) -> Gap:
    return next(one for one in bot.learning.gaps() if word in " ".join(one.samples))


def test_gaps_keep_their_ids_while_they_grow(bot: Assistant) -> None:
    assert bot.learning.gaps() == []
    for one in SWIMMING[:3]:
        assert bot.reply(one).decision.action == "abstain"
    [gap] = bot.learning.gaps()
    assert (gap.size, gap.state, gap.reasons) == (3, "open", {"abstained": 3})
    bot.reply("Do you have a shop in Vienna?")
    bot.reply(SWIMMING[3])
    swimming, shop = bot.learning.gaps()
    assert (swimming.id, swimming.size, shop.size) == (gap.id, 4, 1)
    assert bot.learning.gaps() == [swimming, shop], "looking changes nothing"
    assert bot.learning.gaps(days=1) == [swimming, shop]


def test_a_dismissed_gap_takes_what_asks_the_same_and_can_be_opened_again(bot: Assistant) -> None:
    bot.reply(STUDENTS[0])
    bot.reply(STUDENTS[1])
    gap = about(bot, "student")
    assert (gap.size, bot.learning.dismiss(gap.id).state) == (2, "dismissed")
    bot.reply(STUDENTS[2])
    same = about(bot, "student")
    assert (same.id, same.state, same.size) == (gap.id, "dismissed", 3)
    assert bot.learning.reopen(gap.id).state == "open"
    with pytest.raises(GapNotFound, match="assistant gaps"):
        bot.learning.dismiss("nothing")


def test_a_dislike_that_is_taken_back_is_no_gap(bot: Assistant) -> None:
    reply = bot.reply("How many days do I have to return products?")
    bot.set_feedback(reply.turn_id, "dislike")
    assert about(bot, "return products").reasons == {"disliked": 1}
    bot.set_feedback(reply.turn_id, None)
    assert [one.reasons for one in bot.learning.gaps() if "disliked" in one.reasons] == []


def test_a_question_within_a_call_for_a_person_closes_like_any_other(bot: Assistant) -> None:
    earlier = bot.reply("How many days do I have to return products?").conversation_id
    called = bot.reply("Can I speak to a human? I need to know whether you ship to Peru", earlier)
    assert called.decision.action == "hand_over"
    bot.handoff.answer(earlier, "We ship to Peru by air mail, which takes two weeks.", "Mara")
    gap = about(bot, "Peru")
    assert (gap.size, gap.samples, gap.reasons) == (1, ("I need to know whether you ship to Peru",), {"handed_over": 1})
    report = bot.learning.approve(gap.id)
    assert [(one.question, one.passed) for one in report.asked] == [(gap.samples[0], True)]
    assert report.document in {one.document for one in bot.reply("Do you ship to Peru?").citations}


def test_the_command_line_lists_drafts_and_approves(bot: Assistant, home: Path) -> None:
    first = bot.reply(SWIMMING[0]).conversation_id
    bot.handoff.answer(
        first, "Hi Anna, our earbuds are not made for swimming. I noted it on order HA-12345678.", "Mara"
    )
    bot.close()

    gap = output(home, "gaps")["gaps"][0]
    assert (gap["size"], gap["answered"], gap["state"]) == (5, 1, "open")
    drafted = run(home, "gaps", "draft", gap["id"], "--file", "article.md")
    assert "left out (personal)" in drafted.stdout
    assert "Anna" not in drafted.stdout
    article = home / "article.md"
    assert "not made for swimming" in article.read_text(encoding="utf-8")
    approved = run(home, "gaps", "approve", gap["id"], "--file", str(article), "--valid-until", "2099-12-31")
    assert approved.stdout.startswith(f"gap-{gap['id']}.md, revision 1: "), approved
    assert "of 5 questions pass now" in approved.stdout
    assert f"{gap['id']}  approved  5 customers" in run(home, "gaps", "--days", "1").stdout
