"""What the pages owe a person who looks at them, holds a phone, or has only a keyboard."""

import threading
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant import Assistant
from assistant.types import Suggestion
from tests.e2e.conftest import TOKEN, OpenPage
from tests.e2e.contrast import faint_text
from tests.e2e.test_customer_stories import PHONE, QUESTION, ask


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(
    site: str, open_page: OpenPage, bot: Assistant, scheme: str
) -> None:
    page = open_page(site, color_scheme=scheme)
    expect(page.locator(".example").first).to_be_visible()
    assert faint_text(page) == []
    ask(page, QUESTION)
    page.get_by_role("button", name="Talk to a human").click()
    expect(page.locator(".banner")).to_be_visible()
    page.mouse.move(0, 0)
    bot.handoff.close(bot.recent(1)[0].id)
    page.reload()
    expect(page.locator(".star").first).to_be_visible()
    assert faint_text(page) == []
    staff = open_page(f"{site}/staff?token={TOKEN}", color_scheme=scheme)
    staff.locator(".case").first.click()
    expect(staff.get_by_label("Message to the customer")).to_be_visible()
    staff.mouse.move(0, 0)
    assert faint_text(staff) == []


def test_what_is_said_to_a_call_for_a_person_is_seen(site: str, open_page: OpenPage) -> None:
    page = open_page(site, **PHONE)
    for _ in range(3):
        ask(page, QUESTION)
    page.locator("#conversation").evaluate("pane => pane.scrollTo(0, 0)")
    expect(page.locator("#history .turn").last).not_to_be_in_viewport()
    page.get_by_role("button", name="Talk to a human").click()
    notice = page.locator(".turn.notice").first
    expect(notice).to_be_in_viewport(ratio=0.9)
    ask(page, "My number is 12345.")
    assert _top(page.locator("#history .customer .bubble").last) - _bottom(notice) >= 12


def test_on_a_phone_a_reader_of_a_source_comes_back_to_the_answer(site: str, open_page: OpenPage) -> None:
    page = open_page(site, **PHONE)
    back = page.get_by_role("button", name="Back to the chat")
    expect(back).to_be_hidden()
    ask(page, QUESTION)
    mark = page.locator("#history button.mark").last
    mark.click()
    expect(page.locator("#sources .source.selected mark")).to_be_in_viewport()
    expect(mark).not_to_be_in_viewport()
    back.click()
    expect(mark).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(back).to_be_hidden()


def test_a_button_that_goes_away_leaves_the_keyboard_in_the_box(site: str, open_page: OpenPage) -> None:
    page = open_page(site)
    expect(page.locator("#live")).to_have_attribute("aria-live", "off")
    page.get_by_role("button", name="Talk to a human").press("Enter")
    page.get_by_role("button", name="Back to the assistant").press("Enter")
    expect(page.locator(".banner")).to_be_hidden()
    expect(page.get_by_label("Your message")).to_be_focused()


def test_words_for_one_customer_never_stand_in_the_box_of_another(
    site: str, open_page: OpenPage, bot: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, other = (bot.reply(QUESTION).conversation_id for _ in range(2))
    staff = open_page(f"{site}/staff?token={TOKEN}")
    box = staff.get_by_label("Message to the customer")
    choose(staff, mine)
    box.fill("For you alone")
    choose(staff, other)
    expect(box).to_have_value("")
    choose(staff, mine)
    expect(box).to_have_value("For you alone")

    begun, go_on = threading.Event(), threading.Event()

    def slow(_: str) -> Suggestion:
        begun.set()
        go_on.wait(10)
        return Suggestion(draft="A draft for you alone")

    monkeypatch.setattr(bot, "suggest", slow)
    staff.get_by_role("button", name="Draft an answer").click()
    assert begun.wait(10)
    choose(staff, other)
    expect(box).to_have_value("")
    go_on.set()
    staff.wait_for_timeout(600)
    assert box.input_value() == ""


def test_what_was_not_sent_survives_a_reload(site: str, open_page: OpenPage, bot: Assistant) -> None:
    page = open_page(site)
    box = page.get_by_label("Your message")
    box.fill("Half a quest")
    page.reload()
    expect(box).to_have_value("Half a quest")
    ask(page, QUESTION)
    page.reload()
    expect(page.locator("#history .turn")).to_have_count(1)
    expect(box).to_have_value("")

    mine, other = (bot.reply(QUESTION).conversation_id for _ in range(2))
    staff = open_page(f"{site}/staff?token={TOKEN}")
    box = staff.get_by_label("Message to the customer")
    choose(staff, mine)
    box.fill("For you alone")
    staff.reload()
    choose(staff, other)
    expect(box).to_have_value("")
    choose(staff, mine)
    expect(box).to_have_value("For you alone")
    box.press("Enter")
    expect(box).to_have_value("")
    staff.reload()
    choose(staff, mine)
    expect(staff.locator("#transcript")).to_contain_text("For you alone")
    expect(box).to_have_value("")


def test_staff_read_times_of_their_own_place(site: str, open_page: OpenPage, bot: Assistant) -> None:
    conversation = bot.conversation(bot.reply(QUESTION).conversation_id)
    here = ZoneInfo("Asia/Kolkata")
    began, changed = (
        f"{(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(here):%H:%M}"
        for at in (conversation.created_at, conversation.updated_at)
    )
    staff = open_page(f"{site}/staff?token={TOKEN}", timezone_id=here.key)
    choose(staff, conversation.id)
    expect(staff.locator("#case-head time")).to_contain_text(began)
    expect(staff.locator(f'.case[data-conversation="{conversation.id}"] time')).to_have_text(changed)


def test_on_a_phone_staff_see_what_they_opened(site: str, open_page: OpenPage, bot: Assistant) -> None:
    conversation = bot.reply("Do you lease trombones to schools in Peru?").conversation_id
    for _ in range(6):
        bot.reply(QUESTION)
    staff = open_page(f"{site}/staff?token={TOKEN}", **PHONE)
    choose(staff, conversation)
    expect(staff.get_by_role("button", name="Take over")).to_be_in_viewport()
    expect(staff.get_by_label("Message to the customer")).to_be_in_viewport()
    staff.get_by_role("button", name="Gaps").click()
    staff.locator("#gap-cases .case", has_text="trombones").first.click()
    expect(staff.get_by_role("button", name="Needs no answer")).to_be_in_viewport()


def choose(staff: Page, conversation: str) -> None:
    case = staff.locator(f'.case[data-conversation="{conversation}"]')
    case.click()
    expect(case).to_have_attribute("aria-current", "true")


def _top(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"]


def _bottom(element: Locator) -> float:
    box = element.bounding_box()
    assert box is not None
    return box["y"] + box["height"]
