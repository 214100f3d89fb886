"""A reader's browser asks nobody and runs nothing, whatever stands in answers, documents, names and messages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from assistant import Assistant, Settings
from assistant.entrypoints.web import build_app
from assistant.types import LoadedDocument
from tests.e2e.conftest import TOKEN, OpenPage, Trap, running
from tests.e2e.test_customer_stories import ask
from tests.fake_assistant import MemoryAssistant, document
from tests.hostile import hostile_turn, payloads

BARE = {"bypass_csp": True}
"""Without the content policy: the markup alone must hold."""


@pytest.fixture
def poisoned(trap: Trap) -> Iterator[tuple[str, MemoryAssistant]]:
    """A site whose name and documents are attacks; gives its address and the assistant behind it."""
    documents = [document(text, text, text) for text in payloads(trap.address).values()]
    settings = Settings(assistant_name="Sales <img src=x onerror=window.pwned=1>", staff_token=SecretStr(TOKEN))
    bot = MemoryAssistant(documents, settings=settings)
    with running(build_app(bot.as_assistant(), settings)) as address:
        yield address, bot


def poison(bot: MemoryAssistant, trap: Trap) -> str:
    """Put every attack into every place of the last conversation, and return its id."""
    conversation = bot.recent(1)[0]
    bot.handoff.request(conversation.id, payloads(trap.address)["svg"])
    for number, text in enumerate(payloads(trap.address).values()):
        bot.conversations.stored[conversation.id].append(hostile_turn(text, conversation.id, f"t{number}"))
        bot.handoff.answer(conversation.id, text, payloads(trap.address)["svg"])
    return conversation.id


def assert_untouched(page: Page, trap: Trap) -> None:
    page.wait_for_timeout(400)
    assert page.evaluate("window.pwned") is None
    assert trap.asked == []
    foreign = "#stage :is(img, video, iframe, object, style, form, math, base, a, link, script, image)"
    assert page.locator(foreign).count() == 0


def test_the_trap_catches_what_is_not_escaped(
    poisoned: tuple[str, MemoryAssistant], browser: Browser, trap: Trap
) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{poisoned[0]}/healthz")
    named = "image with onerror, style background, style element, iframe, script, style sheet, srcset, embedded, "
    for name in (named + "background, left elements, slashes").split(", "):
        page.set_content(payloads(trap.address)[name])
        page.wait_for_timeout(200)
    assert page.evaluate("window.pwned") == 1
    context.close()
    asked = "img.png onerror background.png import.css iframe script.js sheet.css source.png embed table.png left.png"
    assert {f"/{path}" for path in asked.split()} <= set(trap.asked)


def test_stored_text_of_every_kind_is_only_text(
    poisoned: tuple[str, MemoryAssistant], open_page: OpenPage, trap: Trap
) -> None:
    address, bot = poisoned
    page = open_page(address, **BARE)
    page.get_by_label("Your message").fill("Hello")
    page.keyboard.press("Enter")
    expect(page.locator("#history .turn")).to_have_count(1)
    poison(bot, trap)
    page.reload()
    attacks = payloads(trap.address)
    expect(page.locator("#history .turn")).to_have_count(2 + 2 * len(attacks))
    assert_untouched(page, trap)
    for number, text in enumerate(attacks.values()):
        page.locator(f'#history [data-turn="t{number}"] button.mark').last.click()
        expect(page.locator("#sources .source.selected strong")).to_have_text(text)
        page.locator(f'#history button.chip[data-turn="t{number}"]').hover()
    assert_untouched(page, trap)


@pytest.mark.parametrize("options", [{}, BARE], ids=["with policy", "without policy"])
def test_staff_are_as_safe(
    poisoned: tuple[str, MemoryAssistant], open_page: OpenPage, trap: Trap, options: dict[str, bool]
) -> None:
    address, bot = poisoned
    bot.start_conversation()
    conversation_id = poison(bot, trap)
    page = open_page(f"{address}/staff?token={TOKEN}", **options)
    page.locator(f'.case[data-conversation="{conversation_id}"]').click()
    expect(page.locator("#transcript .turn")).to_have_count(1 + 2 * len(payloads(trap.address)))
    for sources in page.locator("#transcript details summary").all():
        sources.click()
    assert_untouched(page, trap)


def test_typed_text_and_real_documents_are_only_text(
    site: str, bot: Assistant, open_page: OpenPage, trap: Trap
) -> None:
    attacks = payloads(trap.address)
    bot.ingest_documents(
        [
            LoadedDocument(
                source=f"hostile-{number}",
                name=text,
                title=text,
                text=f"The zyxomat number {number} costs {text} today. The zyxomat number {number} costs 5 euros.",
            )
            for number, text in enumerate(attacks.values())
        ]
    )
    page = open_page(site, **BARE)
    for number, text in enumerate(attacks.values(), start=1):
        ask(page, f"{text} What does the zyxomat number {number - 1} cost?")
        expect(page.locator("#history .turn")).to_have_count(number)
    expect(page.locator("#sources mark").first).to_be_attached()
    assert_untouched(page, trap)


NAMES = (
    "<img src=x onerror=window.pwned=1>.md",
    "'\"><svg onload=window.pwned=1>.md",
    "javascript:window.pwned=1.md",
    "![sales](javascript:window.pwned=1).md",
    "<iframe srcdoc='<script>parent.pwned=1<&script>'>.md",
    "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}}.md",
    "sales\u202egpj.exe\u2066.md",
)


def test_names_of_files_are_only_text(
    site: str, bot: Assistant, open_page: OpenPage, trap: Trap, tmp_path: Path
) -> None:
    for number, name in enumerate(NAMES):
        text = f"# {name}\n\nThe quibblix number {number} costs 5 euros in every shop of ours."
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert bot.ingest(tmp_path).failed == ()
    page = open_page(site, **BARE)
    for number in range(1, len(NAMES) + 1):
        ask(page, f"What does the quibblix number {number - 1} cost in your shop?")
        expect(page.locator("#history .turn")).to_have_count(number)
    page.locator("#history button.mark").last.click()
    expect(page.locator("#sources mark").first).to_be_attached()
    assert_untouched(page, trap)
