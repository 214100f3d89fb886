"""An agent's words are said otherwise by a model only as far as they say it, and nothing is lost in silence."""

import pytest

from assistant.errors import BackendError, NoLanguageModel
from tests.fake_assistant import MemoryAssistant
from tests.fakes import ScriptedResponder

WORDS = (
    "You can return the Norda 350 within 30 days of delivery. We do not refund the postage of a return. "
    "Write to Mara Lindt if the box is damaged."
)


def assist(*said: str | BackendError) -> tuple[MemoryAssistant, ScriptedResponder]:
    model = ScriptedResponder(list(said), name="openai:test")
    return MemoryAssistant([], [model]), model


def test_a_model_says_it_otherwise() -> None:
    bot, model = assist(
        "The Norda 350 can be returned within 30 days of delivery. The postage of a return is not refunded. "
        "Write to Mara Lindt if the box is damaged."
    )
    written = bot.assist.rewrite(WORDS, "friendlier")
    assert (written.writer, written.left_out) == ("openai:test", ())
    assert written.text.startswith("The Norda 350 can be returned within 30 days")
    assert WORDS in model.requests[0].messages[-1].text
    assert "warmly" in model.requests[0].messages[-1].text


@pytest.mark.parametrize(
    "lie",
    [
        "You can return the Norda 350 within 60 days of delivery.",
        "We refund the postage of a return.",
        "I have refunded you.",
        "You get a voucher of 10 euros.",
    ],
)
def test_what_the_agent_did_not_say_is_not_said(lie: str) -> None:
    bot, _ = assist(f"You can return the Norda 350 within 30 days of delivery. {lie}")
    written = bot.assist.rewrite(WORDS, "shorter")
    assert written.text == "You can return the Norda 350 within 30 days of delivery."
    assert len(written.left_out) == 2


def test_what_is_said_too_little_of_is_told() -> None:
    bot, _ = assist("You can return the Norda 350 within 30 days of delivery. We do not refund the postage.")
    assert bot.assist.rewrite(WORDS, "shorter").left_out == ("Write to Mara Lindt if the box is damaged.",)


def test_without_a_model_that_answers_it_is_refused() -> None:
    with pytest.raises(NoLanguageModel, match="ASSISTANT_RESPONDERS"):
        MemoryAssistant([]).assist.rewrite(WORDS, "shorter")
    bot, _ = assist(BackendError("openai", "down"))
    with pytest.raises(NoLanguageModel):
        bot.assist.rewrite(WORDS, "shorter")
