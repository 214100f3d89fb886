"""What a customer does, in a real browser on the real assistant."""

import re

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant
from assistant.types import LoadedDocument
from tests.e2e.conftest import TOKEN, OpenPage, eventually

QUESTION = "What does delivery to Switzerland cost?"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def ask(page: Page, question: str) -> None:
    """Type a question, press Enter, and wait until the answer is complete."""
    answers = page.locator("#history .turn").count()
    page.get_by_label("Your message").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator("#history .turn")).to_have_count(answers + 1)


def test_ask_and_see_the_passage_marked_in_its_document(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    expect(page.locator(".example").first).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator("#history .assistant .bubble")).to_contain_text("12.90")
    expect(page.locator("#sources mark").first).to_contain_text("12.90")
    expect(page.locator("#sources .source.selected small")).to_contain_text("revision 1")
    excerpt = page.locator("#sources .source.selected .excerpt").inner_text()
    assert len(excerpt) > len(page.locator("#sources .source.selected mark").inner_text())
    expect(page).to_have_title("Halvorn help desk")


def test_choosing_a_mark_opens_its_source(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, QUESTION)
    last = page.locator("#history button.mark").last
    number = last.inner_text()
    last.click()
    expect(page.locator("#sources .source.selected .number")).to_have_text(number)
    expect(page.locator("#sources .source[open] mark")).to_be_visible()


def test_an_example_is_asked_with_one_click(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    example = page.locator(".example").first
    words = example.inner_text()
    example.click()
    expect(page.locator("#history .customer .bubble")).to_contain_text(words)
    expect(page.locator("#history .assistant .bubble")).to_be_visible()


def test_what_is_unclear_is_asked_back_and_chosen_with_the_keyboard(site: str, open_page: OpenPage) -> None:
    page = open_page(site, **PHONE)
    ask(page, "What does delivery cost?")
    choices = page.get_by_role("group", name="Choose one").get_by_role("button")
    expect(choices.filter(has_text="Canada")).to_have_count(1)
    choices.filter(has_text="Canada").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#history .turn")).to_have_count(2)
    expect(page.locator("#history .customer .bubble").last).to_contain_text("Canada")
    expect(page.locator("#history .assistant .bubble").last).to_contain_text("29.90")
    expect(choices).to_have_count(0)


def test_a_follow_up_is_understood_and_history_survives_a_reload(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, QUESTION)
    ask(page, "And how long does it take?")
    expect(page.locator("#history .assistant .bubble").nth(1)).to_contain_text("day")
    page.reload()
    expect(page.locator("#history .turn")).to_have_count(2)
    expect(page.locator("#history .customer .bubble").first).to_contain_text(QUESTION)
    expect(page.locator("#sources mark").first).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    page.reload()
    expect(page.locator(".welcome")).to_be_visible()


def test_a_like_is_stored_and_stays_after_a_reload(site: str, open_page: OpenPage, bot: Assistant) -> None:
    page = open_page(site)
    ask(page, QUESTION)
    turn_id = page.locator("#history .turn").get_attribute("data-turn")
    helped = page.get_by_role("button", name="This answer helped")
    helped.click()
    expect(helped).to_have_attribute("aria-pressed", "true")
    mine = next(one for one in bot.recent(5) if any(turn.id == turn_id for turn in bot.turns(one.id)))
    assert bot.turns(mine.id)[0].feedback == "like"
    page.reload()
    expect(helped).to_have_attribute("aria-pressed", "true")


def test_a_human_takes_over_and_answers(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, "This is terrible, I hate waiting! How long does delivery to Switzerland take?")
    page.get_by_role("button", name="Talk to a human").click()
    expect(page.locator(".banner")).to_contain_text("in the queue")

    staff = open_page(f"{site}/staff?token={TOKEN}")
    assert TOKEN not in staff.url
    staff.locator(".case", has_text="This is terrible").first.click()
    expect(staff.locator("#transcript .mood").first).to_contain_text("Negative")
    expect(staff.locator("#transcript dl")).to_contain_text("Decision")
    staff.get_by_role("button", name="Take over").click()
    staff.get_by_label("Message to the customer").fill("Good evening, this is <b>Mara</b>.")
    staff.keyboard.press("Enter")
    expect(staff.locator("#transcript .agent .bubble")).to_have_text("Good evening, this is <b>Mara</b>.")

    expect(page.locator("#history .agent .bubble")).to_contain_text("Good evening, this is <b>Mara</b>.")
    expect(page.locator(".banner")).to_contain_text("colleague is with you")
    assert "egative" not in page.locator("#stage").inner_html()
    page.get_by_role("button", name="Back to the assistant").click()
    expect(page.locator(".banner")).to_be_hidden()
    ask(page, QUESTION)
    expect(page.locator("#history .assistant .bubble").last).to_contain_text("12.90")


def test_staff_give_a_conversation_back(site: str, open_page: OpenPage, bot: Assistant) -> None:
    conversation = bot.reply("How long is the warranty of refurbished items?").conversation_id
    bot.handoff.request(conversation, "asked")
    staff = open_page(f"{site}/staff?token={TOKEN}")
    staff.locator(f'.case[data-conversation="{conversation}"]').click()
    staff.get_by_role("button", name="Return to the assistant").click()
    assert eventually(lambda: bot.conversation(conversation).state == "returned")
    expect(staff.get_by_role("button", name="Return to the assistant")).to_be_hidden()


def test_a_settled_conversation_is_rated_with_a_star(site: str, open_page: OpenPage, bot: Assistant) -> None:
    page = open_page(site)
    ask(page, QUESTION)
    turn_id = page.locator("#history .turn").get_attribute("data-turn")
    mine = next(one for one in bot.recent(5) if any(turn.id == turn_id for turn in bot.turns(one.id)))
    staff = open_page(f"{site}/staff?token={TOKEN}")
    staff.locator(f'.case[data-conversation="{mine.id}"]').click()
    expect(staff.locator("#pack")).to_contain_text("Sources shown")
    staff.get_by_role("button", name="Draft an answer").click()
    expect(staff.get_by_label("Message to the customer")).to_have_value(re.compile("12.90"))
    staff.get_by_role("button", name="Settled", exact=True).click()
    expect(staff.get_by_role("button", name="Settled", exact=True)).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="4 of 5").click()
    expect(page.locator('.star[data-filled="true"]')).to_have_count(4)
    assert eventually(lambda: (given := bot.ratings.rating(mine.id)) is not None and given.score == 4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_never_scrolls_sideways(site: str, open_page: OpenPage, scheme: str) -> None:
    page = open_page(site, color_scheme=scheme, **PHONE)
    expect(page.locator(".example").first).to_be_visible()
    send = page.get_by_role("button", name="Send")
    box = send.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    ask(page, f"{QUESTION} {'x' * 120}")
    page.get_by_role("button", name="Talk to a human").click()
    expect(page.locator(".banner")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("#history button.mark").last.click()
    expect(page.locator("#sources .source.selected mark")).to_be_in_viewport()
    background = page.evaluate("getComputedStyle(document.getElementById('chat')).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")


def test_everything_can_be_done_from_the_keyboard(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Thank you.")
    assert page.get_by_label("Your message").input_value() == f"{QUESTION}\nThank you."
    page.keyboard.press("Enter")
    expect(page.locator("#history .turn")).to_have_count(1)
    _tab_to(page, "button.mark")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#sources .source.selected")).to_be_visible()
    _tab_to(page, "button.thumb")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="This answer helped")).to_have_attribute("aria-pressed", "true")
    _tab_to(page, "#human")
    page.keyboard.press("Enter")
    expect(page.locator(".banner")).to_be_visible()


def _tab_to(page: Page, selector: str, presses: int = 40) -> None:
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the Tab key")


def test_screen_readers_are_told_what_is_what(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    ask(page, QUESTION)
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your message", exact=True)).to_be_visible()
    unnamed = page.evaluate(
        "[...document.querySelectorAll('button')].filter(b => b.offsetParent && "
        "!(b.innerText.trim() || b.getAttribute('aria-label'))).map(b => b.outerHTML)"
    )
    assert unnamed == []
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_citation_opens_what_was_quoted_whatever_became_of_its_document(
    site: str, open_page: OpenPage, bot: Assistant
) -> None:
    said = "The Zebulon gramophone winds for nine minutes before it needs another turn of the crank."
    source = LoadedDocument(source="kb/zebulon.md", name="zebulon.md", title="Zebulon", text=f"# Zebulon\n\n{said}")
    bot.ingest_documents([source])
    page = open_page(site)
    ask(page, "How many minutes does the Zebulon gramophone wind for?")
    chosen, mark = page.locator("#sources .source.selected"), page.locator("#history button.mark").first
    expect(chosen.locator("mark")).to_contain_text(said)
    expect(chosen.locator(".standing")).to_have_count(0)
    bot.ingest_documents([source.model_copy(update={"text": "# Zebulon\n\nIt winds for two minutes now, no more."})])
    mark.focus()
    page.keyboard.press("Enter")
    expect(chosen.locator(".standing")).to_contain_text("has changed since")
    expect(chosen.locator("mark")).to_contain_text(said)
    expect(chosen.locator("summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(chosen.locator(".excerpt")).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    bot.forget("zebulon.md")
    page.reload()
    expect(page.locator("#history .assistant .bubble")).to_contain_text("was erased")
    expect(page.locator("#sources")).to_contain_text("was erased")
    expect(page.locator("body")).not_to_contain_text("nine minutes before")
