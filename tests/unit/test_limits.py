"""How much one visitor may ask, in the desk, over REST and in the chat."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.customers.limits import BUSY_SECONDS, Limits, Visitor
from assistant.entrypoints.browsers import COOKIE
from assistant.entrypoints.ui.chat_view import ChatView
from assistant.entrypoints.web import build_app
from assistant.errors import BackendError, ConfigurationError, ConversationNotFound, LimitReached
from assistant.records import Meter
from assistant.settings import Settings
from assistant.types import Event, TextDelta
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes_customers import MemoryVisits
from tests.tokens import KEY, token

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
FEW = {"turns_per_minute": 2, "turns_per_day": 3, "address_turns_per_minute": 4, "answers_at_once": 2}
STRANGER = Visitor(browser="b-1", address="203.0.113.7")


def limits(**changes: int) -> Limits:
    return Limits(MemoryVisits(), Settings(**(FEW | changes)))


def taken(by: Limits, *visitors: Visitor) -> list[bool]:
    """Tell of each message whether it was taken."""
    told = []
    for one in visitors:
        try:
            by.admit(one)
        except LimitReached:
            told.append(False)
        else:
            told.append(True)
    return told


def test_a_browser_and_a_customer_have_their_own_bounds() -> None:
    other = STRANGER.model_copy(update={"browser": "b-2"})
    known = STRANGER.model_copy(update={"customer": "c-1", "address": "203.0.113.8"})
    assert taken(limits(), STRANGER, STRANGER, STRANGER, other, other) == [True, True, False, True, True]
    assert taken(limits(), STRANGER, STRANGER, known, known, known) == [True, True, True, True, False]


def test_a_new_mark_for_each_message_does_not_get_around_the_address() -> None:
    marks = [STRANGER.model_copy(update={"browser": f"b-{number}"}) for number in range(6)]
    assert taken(limits(), *marks) == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", ""),
        ("::1", ""),
        ("::ffff:127.0.0.1", ""),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_what_of_an_address_counts(address: str, network: str) -> None:
    assert Visitor(address=address).network == network


def test_whoever_writes_from_the_machine_itself_is_not_counted() -> None:
    here = Visitor(browser="b-1", address="127.0.0.1")
    assert taken(limits(), *[here] * 20) == [True] * 20


def test_nought_is_no_limit() -> None:
    free = limits(turns_per_minute=0, turns_per_day=0, address_turns_per_minute=0, address_turns_per_day=0)
    assert taken(free, *[STRANGER] * 20) == [True] * 20


def events() -> Iterator[Event]:
    yield TextDelta(text="one")
    yield TextDelta(text="two")


def test_answers_at_once_are_bounded_until_they_end_or_are_left() -> None:
    bounds = limits(turns_per_minute=0, turns_per_day=0, address_turns_per_minute=0)
    first, second = (bounds.answered(STRANGER, events) for _ in range(2))
    with pytest.raises(LimitReached):
        bounds.answered(STRANGER, events)
    other = bounds.answered(STRANGER.model_copy(update={"browser": "b-2"}), events)
    assert len(list(first)) == 2
    third = bounds.answered(STRANGER, events)
    next(second)
    for left in (second, third, other, other):
        left.close()  # type: ignore[attr-defined]
    assert [len(list(bounds.answered(STRANGER, events))) for _ in range(3)] == [2, 2, 2]


def test_two_replicas_count_answers_together() -> None:
    visits = MemoryVisits()
    one, other = (Limits(visits, Settings(**(FEW | {"turns_per_minute": 0, "turns_per_day": 0}))) for _ in range(2))
    first, _ = one.answered(STRANGER, events), other.answered(STRANGER, events)
    with pytest.raises(LimitReached) as caught:
        one.answered(STRANGER, events)
    assert caught.value.retry_after_seconds == BUSY_SECONDS
    assert len(list(first)) == 2
    assert len(list(other.answered(STRANGER, events))) == 2


def test_an_answer_stays_given_where_its_end_cannot_be_counted(caplog: pytest.LogCaptureFixture) -> None:
    class Unreachable(MemoryVisits):
        def give_back(self, meter: Meter, taken_at: datetime) -> None:
            raise BackendError("database", "gone")

    bounds = Limits(Unreachable(), Settings(**FEW))
    assert len(list(bounds.answered(STRANGER, events))) == 2
    assert "an answer counts as running for 60 s" in caplog.text


def test_a_turn_that_cannot_begin_is_not_counted_as_running() -> None:
    bounds = limits(turns_per_minute=0, turns_per_day=0, address_turns_per_minute=0)

    def fails() -> Iterator[Event]:
        raise ConversationNotFound("gone")

    for _ in range(5):
        with pytest.raises(ConversationNotFound):
            bounds.answered(STRANGER, fails)
    assert len(list(bounds.answered(STRANGER, events))) == 2


@pytest.fixture
def bot() -> MemoryAssistant:
    settings = Settings(
        staff_token=SecretStr("let-me-in-please"),
        customer_token_key=SecretStr(KEY),
        trusted_proxies="127.0.0.1,10.0.0.0/8",
        max_message_chars=500,
        **(FEW | {"address_turns_per_minute": 3}),
    )
    return MemoryAssistant([RETURNS], settings=settings)


def client_at(bot: MemoryAssistant, address: str) -> TestClient:
    return TestClient(build_app(bot.as_assistant(), bot.settings), client=(address, 4711))


def ask(client: TestClient, **headers: str) -> int:
    message = {"role": "user", "content": "How many days to return items?"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.post("/v1/chat/completions", json={"messages": [message]}, headers=given)
    if answer.status_code == 429:
        assert 0 < int(answer.headers["retry-after"]) <= 60
        assert answer.json()["error"]["type"] == "rate_limit_error"
    return answer.status_code


def test_an_address_is_told_when_to_come_back(bot: MemoryAssistant) -> None:
    client = client_at(bot, "203.0.113.7")
    assert [ask(client) for _ in range(5)] == [200, 200, 200, 429, 429]
    assert len(bot.recent(100)) == 3
    assert [ask(client, authorization="Bearer let-me-in-please") for _ in range(3)] == [200] * 3
    assert ask(client_at(bot, "203.0.113.8")) == 200


def test_a_customer_is_counted_wherever_they_write_from(bot: MemoryAssistant) -> None:
    bearer = f"Bearer {token(sub='c-1')}"
    codes = [ask(client_at(bot, f"203.0.113.{number}"), authorization=bearer) for number in range(1, 4)]
    assert codes == [200, 200, 429]


def test_only_a_trusted_proxy_says_whom_it_speaks_for(bot: MemoryAssistant) -> None:
    stranger, proxy = client_at(bot, "203.0.113.7"), client_at(bot, "10.1.2.3")
    forged = [ask(stranger, x_forwarded_for=f"198.51.100.{number}") for number in range(5)]
    assert forged == [200, 200, 200, 429, 429]
    told = [ask(proxy, x_forwarded_for=f"198.51.100.{number}") for number in range(5)]
    assert told == [200] * 5
    behind = [ask(proxy, x_forwarded_for=f"192.0.2.{number}, 198.51.100.99, 10.9.9.9") for number in range(5)]
    assert behind == [200, 200, 200, 429, 429]


def test_a_message_has_a_longest_length(bot: MemoryAssistant) -> None:
    body = {"messages": [{"role": "user", "content": "x" * 501}]}
    assert client_at(bot, "127.0.0.1").post("/v1/chat/completions", json=body).status_code == 413


def test_a_browser_gets_a_mark_with_the_page(bot: MemoryAssistant) -> None:
    with client_at(bot, "203.0.113.7") as client:
        first = client.get("/")
        assert "HttpOnly" in first.headers["set-cookie"]
        assert first.cookies[COOKIE] != client_at(bot, "203.0.113.7").get("/").cookies[COOKIE]
        assert "set-cookie" not in client.get("/").headers
        for path in ("/healthz", "/theme.css", "/gradio_api/info"):
            assert "set-cookie" not in client_at(bot, "203.0.113.7").get(path).headers


def test_the_chat_says_so_in_honest_words_and_keeps_nothing(bot: MemoryAssistant) -> None:
    view = ChatView(bot.as_assistant()).seen_by(f"{COOKIE}=b-1", "203.0.113.7")
    mine = view.find_or_start("none").id
    for _ in range(2):
        list(view.answer(mine, "How many days to return items?"))
    with pytest.raises(LimitReached) as caught:
        list(view.answer(mine, "And <b>now</b>?"))
    with pytest.raises(LimitReached):
        view.hand_over(mine)
    assert len(bot.turns(mine)) == 2
    assert bot.handoff.queue() == []
    told = view.wait("And <b>now</b>?", caught.value.retry_after_seconds)
    assert "many messages in a short time" in told
    assert "seconds" in told
    assert "And &lt;b&gt;now&lt;/b&gt;?" in told


@pytest.mark.parametrize("wrong", ["proxy.example", "10.0.0.1/8", "1.2.3"])
def test_a_proxy_is_an_address(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_TRUSTED_PROXIES"):
        Settings(trusted_proxies=wrong)
