"""Answers of the server may arrive in another order than they were asked for; none covers what is newer."""

import threading

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from assistant import Assistant
from assistant.entrypoints.ui.staff_view import Desk, StaffView
from tests.e2e.conftest import TOKEN, OpenPage
from tests.e2e.test_customer_stories import QUESTION, ask
from tests.e2e.test_manners import choose


class HeldOpening:
    """What a page asks when it is opened, held back before the server has computed its answer or after that."""

    def __init__(self, page: Page, *, computed: bool) -> None:
        self._page, self._computed = page, computed
        self._held: Route | None = None
        self._answer: APIResponse | None = None
        page.route("**/run/predict*", self._hold)

    def _hold(self, route: Route) -> None:
        if self._held is not None:
            route.continue_()
            return
        self._held = route
        self._answer = route.fetch() if self._computed else None

    def let_go(self) -> None:
        assert self._held is not None
        with self._page.expect_response("**/run/predict*"):
            self._held.fulfill(response=self._answer) if self._answer else self._held.continue_()
        self._page.wait_for_timeout(500)


BOTH = pytest.mark.parametrize("computed", [False, True], ids=["asked late", "answered late"])


@BOTH
def test_a_page_that_opens_late_keeps_the_person_who_was_called(site: str, open_page: OpenPage, computed: bool) -> None:
    page = open_page(f"{site}/healthz")
    opening = HeldOpening(page, computed=computed)
    page.goto(site)
    page.get_by_role("button", name="Talk to a human").click()
    expect(page.locator("#banner")).to_contain_text("in the queue")
    opening.let_go()
    expect(page.locator("#banner")).to_contain_text("in the queue")
    page.reload()
    expect(page.locator("#banner")).to_contain_text("in the queue")


@BOTH
def test_a_page_that_opens_late_keeps_what_was_asked(site: str, open_page: OpenPage, computed: bool) -> None:
    page = open_page(f"{site}/healthz")
    opening = HeldOpening(page, computed=computed)
    page.goto(site)
    ask(page, QUESTION)
    opening.let_go()
    expect(page.locator("#history .customer .bubble")).to_contain_text(QUESTION)
    ask(page, "And how long does it take?")
    page.reload()
    expect(page.locator("#history .turn")).to_have_count(2)


def test_a_late_look_at_one_customer_never_covers_another(
    site: str, open_page: OpenPage, bot: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["What does delivery to Switzerland cost?", "Do you lease trombones to schools in Peru?"]
    mine, other = (bot.reply(question).conversation_id for question in asked)
    staff = open_page(f"{site}/staff?token={TOKEN}")
    choose(staff, mine)
    begun, go_on, show = threading.Event(), threading.Event(), StaffView.show

    def slow(view: StaffView, conversation_id: str) -> Desk:
        shown = show(view, conversation_id)
        if conversation_id == mine:
            begun.set()
            go_on.wait(10)
        return shown

    monkeypatch.setattr(StaffView, "show", slow)
    assert begun.wait(10)
    choose(staff, other)
    expect(staff.locator("#transcript")).to_contain_text("trombones")
    go_on.set()
    staff.wait_for_timeout(600)
    assert "trombones" in staff.locator("#transcript").inner_text()
    assert "Switzerland" not in staff.locator("#transcript").inner_text()
