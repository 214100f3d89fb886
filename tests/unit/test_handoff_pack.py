"""What an agent is given: taken from the conversation, with the places."""

from assistant.entrypoints.ui.pack_markup import render_pack
from assistant.handoff.courier import Courier
from assistant.handoff.desk import Handoff
from assistant.handoff.pack import build_pack
from assistant.prompting import Prompts
from assistant.shipped import shipped_folder
from assistant.types import Delivery, HandoffPack, Profile, Turn
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes_customers import MemoryCustomers
from tests.fakes_stores import MemoryConversations

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")


def pack_of(*said: str, agent: str = "") -> tuple[HandoffPack, list[Turn]]:
    bot = MemoryAssistant([RETURNS])
    mine = bot.start_conversation().id
    for text in said:
        bot.reply(text, mine)
    if agent:
        bot.handoff.answer(mine, agent, "Mia")
    turns = bot.turns(mine)
    return build_pack(bot.conversation(mine), turns, bot.handoff.log(mine)), turns


def test_every_excerpt_is_found_where_it_says() -> None:
    pack, turns = pack_of(
        "Hello! My left Vela bud is silent since the update. I bought it in May.",
        "How many days to return items?",
        "Order number HA-12345678. Please call me: +49 40 1234567.",
        "I want to talk to a human",
    )
    excerpts = [*pack.summary, *([pack.open_question] if pack.open_question else [])]
    assert excerpts
    for one in excerpts:
        assert turns[one.turn - 1].question[one.start : one.end] == one.quote
    assert any("silent since the update" in one.quote for one in pack.summary)
    assert [one.turn for one in pack.summary] == sorted(one.turn for one in pack.summary)


def test_facts_are_what_the_customer_gave() -> None:
    pack, _ = pack_of("Order number HA-12345678. My card is 4111 1111 1111 1111, mail me at ann@example.com")
    assert {(one.kind, one.value) for one in pack.facts} == {("order", "HA-12345678"), ("email", "ann@example.com")}


def test_the_open_question_is_the_last_that_nobody_answered() -> None:
    pack, _ = pack_of("Do you sell drones for children?", "How many days to return items?", "I want a human")
    assert pack.open_question is not None
    assert pack.open_question.quote == "Do you sell drones for children?"
    answered, _ = pack_of("Do you sell drones for children?", agent="No, we do not.")
    assert answered.open_question is not None
    assert answered.open_question.quote == "Do you sell drones for children?"
    assert pack_of("hello?")[0].open_question is None
    call = "I want to talk to a human, do you ship drones to Peru?"
    within, _ = pack_of("How many days to return items?", call)
    assert within.open_question is not None
    assert within.open_question.quote == call


def test_what_was_tried_and_shown_comes_with_its_reasons() -> None:
    pack, _ = pack_of("How many days to return items?", "How many days to return items?", "I want a human")
    assert [one.action for one in pack.tried] == ["answer", "answer"]
    assert pack.tried[0].documents == ("returns.md",)
    [source] = pack.sources
    assert (source.document, source.times, source.quote) == (
        "returns.md",
        2,
        "You can return items within 30 days of delivery.",
    )
    assert pack.handed_over == 1
    assert len(pack.mood) == 3


def test_an_empty_conversation_has_an_empty_pack() -> None:
    pack, _ = pack_of()
    assert (pack.summary, pack.open_question, pack.tried, pack.facts) == ((), None, (), ())


def test_whoever_takes_a_customers_conversation_knows_whose_it_is() -> None:
    bot = MemoryAssistant([RETURNS])
    bot.customers.put(Profile(id="c-1", name="Ana <b>", segment="vip"))
    bot.customers.decide("c-1", "remember", True)
    bot.customers.remember("c-1", "model", "Tern 2")
    mine = bot.reply("How many days to return items?", customer="c-1").conversation_id
    pack = bot.pack(mine)
    assert pack.customer is not None
    assert (pack.customer.name, pack.customer.segment, pack.customer.consents) == ("Ana <b>", "vip", ())
    assert [(one.kind, one.value) for one in pack.customer.facts] == [("model", "Tern 2")]
    shown = render_pack(pack)
    assert "Ana &lt;b&gt;" in shown
    assert "Tern 2" in shown
    assert bot.pack(bot.reply("Hello").conversation_id).customer is None


def test_channels_are_told_whose_conversation_it_is() -> None:
    store = MemoryConversations()
    customers = MemoryCustomers(store)
    customers.put(Profile(id="c-1", name="Ana"))
    mine = customers.start("c-1").id
    store.begin_turn(mine, "Where is my parcel?")
    told: list[HandoffPack] = []

    class Listening:
        name = "listening"

        def send(self, delivery: Delivery, pack: HandoffPack) -> None:
            told.append(pack)

    handoff = Handoff(
        handoffs=store, prompts=Prompts([shipped_folder("prompts")], assistant_name="X"), channels=("listening",)
    )
    courier = Courier(outbox=store, conversations=store, handoff=handoff, channels=[Listening()], customers=customers)
    handoff.request(mine, "The customer asked for a person.")
    assert courier.deliver() == 1
    assert told[0].customer is not None
    assert told[0].customer.name == "Ana"
