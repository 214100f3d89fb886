"""Webhook and e-mail, against servers on this machine; and the courier who brings things to them."""

import base64
import email
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from pydantic import SecretStr

from assistant.channels import open_channels
from assistant.channels.email import EmailChannel, read_mail_url
from assistant.channels.webhook import WebhookChannel
from assistant.errors import BackendError, ConfigurationError, MissingSecret, RateLimited
from assistant.handoff.courier import GIVE_UP, LEASE_SECONDS, Courier
from assistant.handoff.desk import Handoff
from assistant.handoff.pack import build_pack
from assistant.ports import Channel
from assistant.prompting import Prompts
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.types import Delivery, HandoffPack
from tests.fakes_stores import MemoryConversations
from tests.receivers import MailReceiver, WebhookReceiver, listening

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRET = "a long text that only the two know"


def prompts() -> Prompts:
    return Prompts([shipped_folder("prompts")], assistant_name="Help desk")


def handed_over() -> tuple[Delivery, HandoffPack]:
    store = MemoryConversations()
    mine = store.start()
    store.begin_turn(mine.id, "Where is my parcel HA-12345678?\nSubject: nothing")
    delivery = Delivery(
        id="d1", conversation_id=mine.id, ordinal=1, channel="webhook", kind="handed_over", created_at=NOW, attempts=1
    )
    return delivery, build_pack(store.get(mine.id), store.turns(mine.id), ())


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    server = WebhookReceiver()
    with listening(server):
        yield server


@pytest.mark.parametrize("secret", [SECRET, "whsec_" + base64.b64encode(b"key").decode(), "whsec_no base64"])
def test_a_webhook_is_signed_over_id_time_and_body(receiver: WebhookReceiver, secret: str) -> None:
    WebhookChannel(receiver.url, SecretStr(secret), clock=lambda: 1234.5).send(*handed_over())
    [(headers, body)] = receiver.requests
    assert (headers["webhook-id"], headers["idempotency-key"], headers["webhook-timestamp"]) == ("d1", "d1", "1234")
    key = b"key" if secret.startswith("whsec_a2") else secret.encode()
    expected = base64.b64encode(hmac.new(key, b"d1.1234." + body, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    told = json.loads(body)
    assert told["type"] == "conversation.handed_over"
    assert told["data"]["pack"]["facts"][0]["value"] == "HA-12345678"
    assert SECRET not in body.decode()


@pytest.mark.parametrize("status", [301, 400, 401, 410, 500])
def test_any_other_status_means_that_it_was_not_taken(receiver: WebhookReceiver, status: int) -> None:
    receiver.statuses.append((status, {"location": receiver.url}))
    with pytest.raises(BackendError, match=str(status)):
        WebhookChannel(receiver.url, SecretStr(SECRET)).send(*handed_over())
    assert len(receiver.requests) == 1


def test_a_receiver_that_asks_to_wait_is_waited_for(receiver: WebhookReceiver) -> None:
    receiver.statuses.append((429, {"retry-after": "77"}))
    with pytest.raises(RateLimited) as raised:
        WebhookChannel(receiver.url, SecretStr(SECRET)).send(*handed_over())
    assert raised.value.retry_after_seconds == 77


def test_a_receiver_that_is_not_there_is_our_error() -> None:
    with pytest.raises(BackendError, match="webhook"):
        WebhookChannel("http://127.0.0.1:9/x", SecretStr(SECRET)).send(*handed_over())


def test_an_e_mail_says_what_the_pack_says() -> None:
    server = MailReceiver()
    with listening(server):
        mail = read_mail_url(f"smtp://127.0.0.1:{server.port}?from=bot@shop.example&to=a@shop.example,b@shop.example")
        EmailChannel(mail, prompts()).send(*handed_over())
    [text] = server.messages
    assert server.recipients == ["<a@shop.example>", "<b@shop.example>"]
    message = email.message_from_string(text, policy=policy.default)
    assert message["Subject"].strip() == "A customer is waiting: Where is my parcel HA-12345678? Subject: nothing"
    assert message["Message-ID"] == "<d1@shop.example>"
    body = message.get_body()
    assert body is not None
    assert "order: HA-12345678 (message 1)" in body.get_content()


def test_a_password_is_not_sent_in_the_clear_and_refusals_are_ours() -> None:
    server = MailReceiver(refuses=True)
    with listening(server):
        address = f"127.0.0.1:{server.port}?from=bot@shop.example&to=a@shop.example"
        with pytest.raises(BackendError, match="encryption"):
            EmailChannel(read_mail_url(f"smtp://me:pass@{address}"), prompts()).send(*handed_over())
        with pytest.raises(BackendError, match="Refused"):
            EmailChannel(read_mail_url(f"smtp://{address}"), prompts()).send(*handed_over())
    assert server.messages == []


@pytest.mark.parametrize(
    "url", ["", "smtp://host", "http://host?from=a@b.c&to=a@b.c", "smtp://host:x?from=a@b.c&to=d@e.f"]
)
def test_an_address_that_cannot_be_one_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_HANDOFF_EMAIL must be") as raised:
        read_mail_url(url)
    assert url == "" or url not in str(raised.value)


def test_channels_are_those_that_are_set_up() -> None:
    assert open_channels(Settings(), prompts()) == ()
    with pytest.raises(MissingSecret, match="ASSISTANT_HANDOFF_WEBHOOK_SECRET"):
        open_channels(Settings(handoff_webhook="https://desk.example/in"), prompts())
    both = Settings(
        handoff_webhook="https://desk.example/in",
        handoff_webhook_secret=SecretStr(SECRET),
        handoff_email=SecretStr("smtp://mail.example?from=a@b.example&to=c@d.example"),
    )
    assert [one.name for one in open_channels(both, prompts())] == ["webhook", "email"]
    with pytest.raises(ConfigurationError, match="ASSISTANT_HANDOFF_WEBHOOK"):
        Settings(handoff_webhook="desk.example")


class Scripted:
    """A channel that fails as often as it is told to."""

    name = "webhook"

    def __init__(self, *failures: BackendError) -> None:
        self.failures = list(failures)
        self.taken: list[Delivery] = []

    def send(self, delivery: Delivery, pack: HandoffPack) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(delivery)


class Post:
    """A store, a desk and a courier on one clock."""

    def __init__(self, channel: Channel) -> None:
        self.now = NOW
        self.store = MemoryConversations()
        clock = lambda: self.now  # noqa: E731 - the three share it
        self.desk = Handoff(handoffs=self.store, prompts=prompts(), channels=("webhook",), clock=clock)
        self.courier = Courier(
            outbox=self.store, conversations=self.store, handoff=self.desk, channels=[channel], clock=clock
        )

    def deliver_after(self, **time: float) -> int:
        self.now += timedelta(**time)
        return self.courier.deliver()


def test_what_failed_is_tried_again_later_and_under_the_same_name() -> None:
    channel = Scripted(BackendError("webhook", "down"), BackendError("webhook", "down"))
    post = Post(channel)
    post.desk.request(post.store.start().id, "asked")
    assert (post.courier.deliver(), post.deliver_after(seconds=5)) == (0, 0)
    assert len(channel.failures) == 1
    assert (post.deliver_after(seconds=10), post.deliver_after(seconds=30)) == (0, 1)
    assert (channel.taken[0].attempts, post.store.undelivered()) == (3, (0, 0))
    assert post.deliver_after(hours=1) == 0


def test_a_wait_that_was_asked_for_is_kept() -> None:
    post = Post(Scripted(RateLimited("webhook", "busy", 500)))
    post.desk.request(post.store.start().id, "asked")
    assert (post.courier.deliver(), post.deliver_after(seconds=499), post.deliver_after(seconds=2)) == (0, 0, 1)


def test_the_team_hears_of_a_conversation_in_order() -> None:
    channel = Scripted(BackendError("webhook", "down"))
    post = Post(channel)
    mine = post.store.start().id
    post.desk.request(mine, "asked")
    post.courier.deliver()
    post.desk.close(mine)
    assert post.courier.deliver() == 0
    assert [post.deliver_after(seconds=20) for _ in range(2)] == [1, 1]
    assert [one.kind for one in channel.taken] == ["handed_over", "closed"]


def test_what_a_dead_process_had_in_hand_is_taken_up_by_another() -> None:
    channel = Scripted()
    post = Post(channel)
    post.desk.request(post.store.start().id, "asked")
    assert len(post.store.lease(post.now, LEASE_SECONDS, 10)) == 1
    assert post.deliver_after(seconds=LEASE_SECONDS - 1) == 0
    assert post.deliver_after(seconds=2) == 1


def test_what_nobody_takes_for_days_is_given_up_and_counted() -> None:
    post = Post(Scripted(*[BackendError("webhook", "gone")] * 200))
    post.desk.request(post.store.start().id, "asked")
    for _ in range(int(GIVE_UP / timedelta(hours=1)) + 12):
        post.deliver_after(hours=2)
    assert post.store.undelivered() == (0, 1)
