"""A lead edits the policy and gets it wrong: the staff page says so in a real browser, until it is mended."""

from pathlib import Path

from playwright.sync_api import expect

from assistant import Assistant
from assistant.policy import POLICY_FILE, read_policy
from assistant.policy.following import FollowedPolicy
from assistant.shipped import shipped_folder
from tests.e2e.conftest import TOKEN, OpenPage


def test_a_wrong_edit_is_told_and_goes_away_when_mended(
    site: str, open_page: OpenPage, bot: Assistant, tmp_path: Path
) -> None:
    path, good = tmp_path / POLICY_FILE, (shipped_folder("prompts") / POLICY_FILE).read_text(encoding="utf-8")
    path.write_text(good, encoding="utf-8")
    before, bot.policy = bot.policy, FollowedPolicy(path, read_policy)
    try:
        staff = open_page(f"{site}/staff?token={TOKEN}", viewport={"width": 390, "height": 844})
        expect(staff.get_by_role("button", name="Feedback")).to_be_visible()
        path.write_text(good.replace("action: answer", "action: anser"), encoding="utf-8")
        expect(staff.locator("#notice")).to_contain_text(f"{path}:")
        expect(staff.locator("#notice")).to_contain_text("'answer', 'clarify'")
        assert staff.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        path.write_text(good, encoding="utf-8")
        expect(staff.locator("#notice .notice")).to_have_count(0)
    finally:
        bot.policy = before
