"""A lead closes a gap in a real browser, and the next customer is answered."""

import re

from playwright.sync_api import expect

from assistant import Assistant
from tests.e2e.conftest import TOKEN, OpenPage

ASKED = "Do you engrave names on the charging case?"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_a_lead_edits_a_draft_and_approves_it(site: str, open_page: OpenPage, bot: Assistant) -> None:
    first = bot.reply(ASKED)
    assert first.decision.action == "abstain"
    bot.reply("Could you engrave our names on a charging case?")
    bot.handoff.answer(first.conversation_id, "Hi Anna, we engrave up to 12 letters on a case for 8 EUR.", "Mara")
    bot.handoff.close(first.conversation_id)

    staff = open_page(f"{site}/staff?token={TOKEN}")
    name = staff.get_by_label("Your name")
    expect(name).to_have_value(re.compile("^Agent"))
    name.fill("Lea")
    staff.get_by_role("button", name="Gaps").click()
    expect(staff.locator("#stage")).to_be_hidden()
    staff.locator("#gap-cases .case", has_text="2 customers").first.click()
    article = staff.get_by_label("Article")
    expect(article).to_be_visible()
    text = article.input_value()
    assert "We engrave up to 12 letters on a case for 8 EUR." in text
    assert "Anna" not in staff.locator("#gaps").inner_text()
    expect(staff.locator("#gap-told")).to_contain_text("Agents said")

    article.fill(f"{text}\n\nEngraved cases cannot be returned.")
    staff.get_by_role("button", name="Approve").click()
    expect(staff.locator("#gap-told [role=status]")).to_contain_text("2 of 2 questions")
    expect(staff.locator("#gap-head")).to_contain_text("Looked after by Lea")

    page = open_page(site)
    page.get_by_label("Your message").fill("Is it possible to engrave a name on my charging case?")
    page.keyboard.press("Enter")
    expect(page.locator("#history .assistant .bubble").last).to_contain_text("12 letters")

    staff.get_by_role("button", name="Conversations").click()
    expect(staff.locator("#stage")).to_be_visible()
    expect(staff.locator("#gaps")).to_be_hidden()


def test_a_gap_is_put_away_on_a_phone(site: str, open_page: OpenPage, bot: Assistant) -> None:
    bot.reply("Who won the football world cup in 1974?")
    staff = open_page(f"{site}/staff?token={TOKEN}", **PHONE)
    staff.get_by_role("button", name="Gaps").click()
    staff.locator("#gap-cases .case", has_text="football").click()
    staff.get_by_role("button", name="Needs no answer").click()
    expect(staff.locator("#gap-head")).to_contain_text("Dismissed")
    expect(staff.get_by_label("Article")).to_be_hidden()
    assert staff.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
