"""An agent asks in a real browser what a conversation is about, and reads whose words say so."""

from playwright.sync_api import expect

from assistant import Assistant
from tests.e2e.conftest import TOKEN, OpenPage


def test_an_agent_reads_what_it_is_about(site: str, open_page: OpenPage, bot: Assistant) -> None:
    mine = bot.reply("My parcel HA-12345678 came <b>damaged</b>.").conversation_id
    bot.reply("I want to talk to a human", mine)
    for width in (390, 1280):
        staff = open_page(f"{site}/staff?token={TOKEN}", viewport={"width": width, "height": 844})
        staff.locator(f'[data-conversation="{mine}"]').first.click()
        staff.get_by_role("button", name="Summarise").click()
        expect(staff.locator("#suggestion")).to_contain_text("My parcel HA-12345678 came <b>damaged</b>.")
        expect(staff.locator("#suggestion")).to_contain_text("no language model is set up")
        assert staff.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
