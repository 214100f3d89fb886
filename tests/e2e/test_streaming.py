"""What happens while an answer is being written: seen by browser and API client, stopped, or left alone."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant.entrypoints.web import build_app
from assistant.types import ResponseRequest
from tests.e2e.conftest import OpenPage, eventually, running
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import SilentResponder

SENTENCES = [
    f"Rule number {number} says that parcel {number} is returned in {number} days." for number in range(20, 60)
]
RULES = document("rules.md", "Rules of return", " ".join(SENTENCES))
QUESTION = "What rule says how a parcel is returned?"


CANCEL_SECONDS = 1.0
"""A customer who left must not be worked for any longer."""


class SlowResponder:
    """Writes one supported sentence after the other, each after a pause."""

    name = "slow:test"

    def __init__(self) -> None:
        self.closed = 0

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        try:
            for sentence in SENTENCES:
                time.sleep(0.15)
                yield f"{sentence} "
        finally:
            self.closed += 1


@dataclass
class Slow:
    bot: MemoryAssistant
    responder: SlowResponder
    address: str

    def statuses(self) -> list[str]:
        return [turn.status for turns in self.bot.conversations.stored.values() for turn in turns]


@pytest.fixture
def slow() -> Iterator[Slow]:
    responder = SlowResponder()
    bot = MemoryAssistant([RULES], [responder])
    with running(build_app(bot.as_assistant(), bot.settings)) as address:
        yield Slow(bot, responder, address)


def open_growing(slow: Slow, open_page: OpenPage) -> Page:
    """Ask, and return the page while its answer grows."""
    page = open_page(slow.address)
    page.get_by_label("Your message").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator("#live .assistant .bubble")).to_contain_text("Rule number 21")
    return page


def test_an_answer_grows_and_can_be_stopped(slow: Slow, open_page: OpenPage) -> None:
    page = open_growing(slow, open_page)
    assert "Rule number 50" not in page.locator("#live .assistant .bubble").inner_text()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#history .note")).to_contain_text("Stopped")
    expect(page.locator("#history .customer .bubble")).to_contain_text(QUESTION)
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert slow.statuses() == ["cancelled"]
    assert slow.responder.closed == 1


def test_what_is_sent_during_an_answer_is_asked_after_it(slow: Slow, open_page: OpenPage) -> None:
    page = open_growing(slow, open_page)
    box = page.get_by_label("Your message")
    box.fill("And what does rule number 30 say?")
    box.press("Enter")
    expect(page.locator("#live .customer .bubble")).to_contain_text("rule number 30")
    expect(page.locator("#history .turn")).to_have_count(1)
    expect(box).to_have_value("")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#history .turn")).to_have_count(2)
    assert slow.statuses() == ["complete", "cancelled"]


def test_what_was_sent_and_then_changed_waits_to_be_sent_again(slow: Slow, open_page: OpenPage) -> None:
    page = open_growing(slow, open_page)
    box = page.get_by_label("Your message")
    box.fill("And what does rule number 30 say?")
    box.press("Enter")
    box.fill("And what does rule")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.wait_for_timeout(500)
    expect(box).to_have_value("And what does rule")
    box.press("Enter")
    expect(page.locator("#live .customer .bubble")).to_contain_text("And what does rule")


def test_an_empty_box_sends_nothing_when_the_answer_is_there(slow: Slow, open_page: OpenPage) -> None:
    page = open_growing(slow, open_page)
    box = page.get_by_label("Your message")
    box.press("Enter")
    box.fill("Half a quest")
    expect(page.get_by_role("button", name="Send")).to_be_visible()
    page.wait_for_timeout(500)
    expect(box).to_have_value("Half a quest")
    assert len(slow.statuses()) == 1


def test_leaving_the_page_cancels_the_turn(slow: Slow, open_page: OpenPage) -> None:
    page = open_growing(slow, open_page)
    page.close()
    assert eventually(lambda: slow.statuses() == ["cancelled"])


def test_an_api_client_reads_each_sentence_as_it_is_written(slow: Slow) -> None:
    moments, texts = [], []
    body = {"messages": [{"role": "user", "content": QUESTION}], "stream": True}
    with httpx.stream("POST", f"{slow.address}/v1/chat/completions", json=body, timeout=30) as response:
        for line in response.iter_lines():
            if line.startswith("data: {"):
                moments.append(time.monotonic())
                texts.append(json.loads(line[6:])["choices"][0]["delta"].get("content", ""))
            if len(moments) == 6:
                break
    assert moments[-1] - moments[1] > 0.4
    assert "Rule number 20" in "".join(texts)
    assert eventually(lambda: slow.statuses() == ["cancelled"])
    assert slow.responder.closed == 1


@pytest.mark.parametrize("stream", [True, False])
def test_an_api_client_that_hangs_up_before_the_first_word_cancels_the_turn(stream: bool) -> None:
    silent = SilentResponder()
    bot = MemoryAssistant([RULES], [silent])
    with running(build_app(bot.as_assistant(), bot.settings)) as address:
        body = {"messages": [{"role": "user", "content": QUESTION}], "stream": stream}

        def ask() -> None:
            with pytest.raises(httpx.ReadTimeout), httpx.Client() as client:
                client.post(f"{address}/v1/chat/completions", json=body, timeout=1.5).read()

        asking = threading.Thread(target=ask)
        asking.start()
        assert silent.asked.wait(10)
        asking.join()
        assert silent.broken_off.wait(CANCEL_SECONDS)
        [turn] = [turn for turns in bot.conversations.stored.values() for turn in turns]
        assert eventually(lambda: bot.conversations.turns(turn.conversation_id)[0].status == "cancelled")


def test_leaving_the_page_before_the_first_word_cancels_the_turn(open_page: OpenPage) -> None:
    silent = SilentResponder()
    bot = MemoryAssistant([RULES], [silent])
    with running(build_app(bot.as_assistant(), bot.settings)) as address:
        page = open_page(address)
        page.get_by_label("Your message").fill(QUESTION)
        page.keyboard.press("Enter")
        assert eventually(silent.asked.is_set)
        page.close()
        assert silent.broken_off.wait(3 * CANCEL_SECONDS), "a browser takes its time to hang up"
