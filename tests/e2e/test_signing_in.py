"""A customer comes from the company's site, in a real browser."""

from playwright.sync_api import expect

from assistant import Assistant
from assistant.customers.limits import Visitor
from assistant.entrypoints.browsers import COOKIE as BROWSER
from tests.e2e.conftest import OpenPage, eventually
from tests.e2e.test_customer_stories import QUESTION, ask
from tests.tokens import token


def test_a_link_signs_in_once_and_takes_the_conversation_along(site: str, open_page: OpenPage, bot: Assistant) -> None:
    page = open_page(site)
    ask(page, QUESTION)
    expect(page.locator("#who")).not_to_contain_text("Signed in")
    given = token(sub="c-browser", name="Ana <img src=x>")
    page.goto(f"{site}/#token={given}")
    page.reload()
    expect(page.locator("#who")).to_contain_text("Signed in as Ana <img src=x>")
    assert page.url == f"{site}/"
    expect(page.locator("#history .customer .bubble")).to_contain_text(QUESTION)
    [mine] = bot.customers.file("c-browser").conversations
    assert mine.turns[0].question == QUESTION
    assert page.evaluate("document.cookie") == ""
    ask(page, "And how long does it take?")
    assert len(bot.turns(mine.conversation.id)) == 2

    page.get_by_role("button", name="Sign out").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#who")).not_to_contain_text("Signed in")
    ask(page, "What does delivery to Austria cost?")
    assert len(bot.customers.file("c-browser").conversations) == 1
    assert len(bot.turns(mine.conversation.id)) == 2


def test_a_form_of_the_companys_site_signs_in(site: str, open_page: OpenPage, bot: Assistant) -> None:
    page = open_page(site)
    page.evaluate(
        """token => {
            const form = Object.assign(document.createElement("form"), { method: "post", action: "/sign-in" });
            form.append(Object.assign(document.createElement("input"), { name: "token", value: token }));
            document.body.append(form);
            form.submit();
        }""",
        token(sub="c-form", name="Bo"),
    )
    expect(page.locator("#who")).to_contain_text("Signed in as Bo")
    ask(page, QUESTION)
    assert bot.customers.file("c-form").conversations[0].turns[0].question == QUESTION


def test_who_writes_too_much_is_told_so_and_keeps_the_message(site: str, open_page: OpenPage, bot: Assistant) -> None:
    address = "203.0.113.50"
    page = open_page(site, extra_http_headers={"X-Forwarded-For": address})
    ask(page, QUESTION)
    [mark] = [one["value"] for one in page.context.cookies() if one["name"] == BROWSER]
    visitor = Visitor(browser=mark, address=address)
    for _ in range(bot.settings.turns_per_minute - 1):
        bot.limits.admit(visitor)
    page.get_by_label("Your message").fill("One more?")
    page.keyboard.press("Enter")
    expect(page.locator("#live .refused")).to_contain_text("many messages in a short time")
    expect(page.get_by_label("Your message")).to_have_value("One more?")
    expect(page.locator("#history .turn")).to_have_count(1)


def test_a_customer_is_asked_and_sees_corrects_and_erases(site: str, open_page: OpenPage, bot: Assistant) -> None:
    page = open_page(f"{site}/#token={token(sub='c-asked', name='Ana')}")
    expect(page.locator("#who")).to_contain_text("Signed in as Ana")
    ask(page, "My name is Ana Meier. What does delivery to Switzerland cost?")
    expect(page.locator(".permission")).to_contain_text("You told me your name. May I remember it")
    assert bot.customers.get("c-asked").facts == ()
    page.get_by_role("button", name="Yes, remember it").click()
    expect(page.locator(".permission")).to_have_count(0)
    page.get_by_role("button", name="My details").click()
    box = page.locator(".details .fact input")
    expect(box).to_have_value("Ana Meier")
    expect(page.get_by_role("heading", name="Sources")).to_be_hidden()
    box.fill("ana-maria.meier@example.com")
    assert box.evaluate("box => box.scrollWidth <= box.clientWidth"), "an address can be read whole"
    box.fill("Ana Huber")
    page.get_by_role("button", name="Correct: Name").click()
    expect(page.locator(".details .fact input")).to_have_value("Ana Huber")
    assert eventually(lambda: [one.value for one in bot.customers.get("c-asked").facts] == ["Ana Huber"])
    page.get_by_role("button", name="Erase: Name").click()
    expect(page.locator(".details")).to_contain_text("Nothing is remembered.")
    assert bot.customers.get("c-asked").facts == ()
