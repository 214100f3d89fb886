"""A lead looks at what customers' likes and dislikes move, in a real browser, and undoes it."""

from playwright.sync_api import expect

from assistant import Assistant
from tests.e2e.conftest import TOKEN, OpenPage

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}


def test_votes_are_looked_at_and_forgotten_after_a_question(site: str, open_page: OpenPage, bot: Assistant) -> None:
    for _ in range(3):
        reply = bot.reply("How long do I have to return something?")
        assert reply.citations
        bot.set_feedback(reply.turn_id, "like")
    document = reply.citations[0].document
    staff = open_page(f"{site}/staff?token={TOKEN}", **PHONE)
    staff.get_by_role("button", name="Feedback").click()
    expect(staff.locator("#stage")).to_be_hidden()
    passages = staff.locator("#feedback-list .leaning", has_text=document)
    expect(passages).to_contain_text("3 liked, 0 disliked")
    assert staff.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    forget = passages.get_by_role("button", name=f"Forget: {document}")
    forget.click()
    expect(staff.locator("#feedback-note [role=alert]")).to_contain_text(document)
    staff.get_by_role("button", name="Keep them").click()
    expect(staff.get_by_role("button", name="Forget them")).to_be_hidden()
    expect(passages).to_contain_text("3 liked, 0 disliked")

    forget.click()
    staff.get_by_role("button", name="Forget them").click()
    expect(staff.locator("#feedback-note [role=status]")).to_contain_text("votes forgotten")
    expect(passages).to_have_count(0)
    staff.get_by_role("button", name="Gaps").click()
    expect(staff.locator("#gaps")).to_be_visible()
    expect(staff.locator("#feedback")).to_be_hidden()
    staff.get_by_role("button", name="Conversations").click()
    expect(staff.locator("#stage")).to_be_visible()
