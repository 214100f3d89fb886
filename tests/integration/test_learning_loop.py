"""The loop from end to end over the sample company, with real models and stores: asked in vain, answered, learnt."""

from collections.abc import Iterator

import pytest

from assistant import Settings, open_assistant
from assistant.entrypoints.jobs import Job, run_job
from assistant.errors import ArticleRefused
from assistant.service import Assistant
from assistant.shipped import shipped_folder
from tests.homes import StockHome

TEN = (
    "Are the Aria buds waterproof enough for the pool?",
    "I do laps in the pool every day, can I keep them in?",
    "is it safe to use the headphones underwater",
    "Do the headphones survive a dive in the sea?",
    "would the earphones break if I jump into the swimming pool with them",
    "My daughter wants to go swimming with her earbuds, is that fine?",
    "how deep under water may the headphones go",
    "Are the earbuds OK for swimmers?",
    "I swim three times a week, which earphones can take that?",
    "Could I dive with them on?",
)
ELEVENTH = "Will my earbuds be damaged if I take them into the water at the swimming pool?"
REPLY = (
    "Hi Anna, thanks for waiting! Our earbuds and headphones are not made for swimming: they withstand sweat and rain, "
    "but water pressure damages the speakers. Swimmers should leave them in the case. I have noted this on your order "
    "HA-12345678. Anna, your parcel goes to anna.berg@mail.example. Best, Mara"
)
PERSONAL = ("Anna", "Berg", "12345678", "mail.example", "Mara")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, stock_home: StockHome) -> Iterator[Assistant]:
    home = stock_home(tmp_path_factory.mktemp("loop"))
    settings = Settings(home=home, embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    with open_assistant(settings) as opened:
        yield opened


def sources(bot: Assistant, question: str) -> set[str]:
    reply = bot.reply(question)
    return {one.document for one in reply.citations} if reply.decision.action == "answer" else set()


def test_the_eleventh_customer_is_answered_from_what_an_agent_told_the_first(bot: Assistant) -> None:
    asked = [bot.reply(one) for one in TEN]
    assert {one.decision.action for one in asked} == {"abstain"}
    assert not any("gap" in name for name in sources(bot, ELEVENTH))
    first = asked[0].conversation_id
    bot.reply("My name is Anna Berg. I want to talk to a human.", first)
    assert bot.handoff.take(first, "Mara")
    assert bot.handoff.answer(first, REPLY, "Mara")

    gap = bot.learning.gaps()[0]
    assert (gap.size, gap.state, gap.answered) == (10, "open", 1)
    assert gap.reasons == {"abstained": 10, "handed_over": 1}

    draft = bot.learning.draft(gap.id)
    assert "not made for swimming" in draft.text
    assert {(one.conversation_id, one.quote) for each in draft.sentences for one in each.evidence} == {
        (first, each.text) for each in draft.sentences
    }
    assert [word for word in PERSONAL if word in draft.model_dump_json()] == []
    assert bot.learning.gaps()[0].state == "drafted"

    report = bot.learning.approve(gap.id, owner="Lea")
    assert (report.document, report.revision, report.held) == (f"gap-{gap.id}.md", 1, 0)
    assert (report.passed, len(report.asked)) == (sum(one.passed for one in report.asked), 10)
    assert report.passed >= 7
    assert (report.gap.state, report.gap.owner, report.gap.again) == ("approved", "Lea", 0)
    assert len(bot.recent(100)) == 11, "asking again leaves no conversation"

    reply = bot.reply(ELEVENTH)
    assert reply.decision.action == "answer"
    cited = next(one for one in reply.citations if one.document == report.document)
    assert "not made for swimming" in bot.open_citation(cited).text
    assert "not made for swimming" in reply.text


def test_it_outlives_an_ingest_and_a_second_approval_is_the_next_revision(bot: Assistant) -> None:
    gap = bot.learning.gaps()[0]
    bot.ingest(shipped_folder("knowledge_base"))
    assert gap.document in sources(bot, ELEVENTH)
    edited = f"# Swimming\n\nEarbuds and headphones are not made for swimming; see {gap.id}. Rain does them no harm."
    report = bot.learning.approve(gap.id, edited)
    assert (report.revision, report.gap.owner) == (2, "Lea")
    assert bot.learning.approve(gap.id, edited).revision == 2, "the same article is no new revision"
    assert gap.document in sources(bot, ELEVENTH)


def test_what_is_forgotten_opens_the_gap_again(bot: Assistant) -> None:
    gap = bot.learning.gaps()[0]
    receipt = bot.forget(source=f"gap:{gap.id}")
    assert receipt.documents == (gap.document,)
    assert gap.document not in sources(bot, ELEVENTH)
    again = bot.learning.gaps()[0]
    assert (again.id, again.state, again.document) == (gap.id, "open", "")


def test_a_gap_that_nobody_answered_needs_words_of_its_own(bot: Assistant) -> None:
    bot.reply("Do you work with UNiDAYS?")
    gap = next(one for one in bot.learning.gaps() if "UNiDAYS" in one.title)
    assert bot.learning.draft(gap.id).sentences == ()
    with pytest.raises(ArticleRefused, match="--file"):
        bot.learning.approve(gap.id)
    job = Job(name="approve_gap", arguments={"gap": gap.id, "text": "UNiDAYS codes are not accepted.", "owner": "Lea"})
    report = run_job(bot, job, None)
    assert (report["revision"], report["gap"]["state"], report["passed"]) == (1, "approved", 1)


def test_the_audit_knows_who_answers_for_an_approved_gap(bot: Assistant) -> None:
    gap = next(one for one in bot.learning.gaps() if "UNiDAYS" in one.title)
    text = "---\napproved_for: Do you work with UNiDAYS?\n---\nUNiDAYS codes are not accepted."
    report = bot.learning.approve(gap.id, text)
    assert bot.audit().unowned == ()
    stored = bot.document(report.document)
    assert stored is not None
    assert stored.owner == "Lea"
