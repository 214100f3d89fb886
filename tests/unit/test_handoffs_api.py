"""The team's side over REST."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.entrypoints.web import build_app
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant, document

TOKEN = "let-me-in-please"
RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")


@pytest.fixture(scope="module")
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS], settings=Settings(staff_token=SecretStr(TOKEN)))


@pytest.fixture(scope="module")
def client(bot: MemoryAssistant) -> Iterator[TestClient]:
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as opened:
        opened.headers["authorization"] = f"Bearer {TOKEN}"
        yield opened


def handed_over(bot: MemoryAssistant) -> str:
    mine = bot.reply("How many days to return items?").conversation_id
    bot.reply("I want to talk to a human", mine)
    return mine


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}"])
def test_nobody_but_the_team_is_let_in(client: TestClient, bot: MemoryAssistant, given: str) -> None:
    mine = handed_over(bot)
    for method, path in (("GET", ""), ("GET", f"/{mine}"), ("GET", f"/{mine}/suggestion"), ("POST", f"/{mine}/close")):
        answer = client.request(method, f"/v1/handoffs{path}", headers={"authorization": given})
        assert answer.status_code == 403
    assert bot.conversation(mine).state == "waiting"


def test_an_agent_sees_the_queue_and_the_pack(client: TestClient, bot: MemoryAssistant) -> None:
    mine = handed_over(bot)
    assert mine in [one["conversation_id"] for one in client.get("/v1/handoffs").json()["conversations"]]
    pack = client.get(f"/v1/handoffs/{mine}").json()
    assert pack["tried"][0]["documents"] == ["returns.md"]
    assert [one["speaker"] for one in pack["messages"]] == ["customer", "assistant"] * 2
    suggested = client.get(f"/v1/handoffs/{mine}/suggestion").json()
    assert "30 days" in suggested["draft"]
    assert suggested["articles"][0]["document"] == "returns.md"


def test_words_are_rewritten_by_a_model_or_not_at_all(client: TestClient) -> None:
    answer = client.post("/v1/handoffs/rewrite", json={"text": "You can return it.", "style": "shorter"})
    assert answer.status_code == 409
    assert "ASSISTANT_RESPONDERS" in answer.json()["error"]["message"]


def test_a_summary_without_a_model_is_in_the_customers_words(client: TestClient, bot: MemoryAssistant) -> None:
    mine = handed_over(bot)
    summary = client.post(f"/v1/handoffs/{mine}/summary").json()
    assert (summary["writer"], summary["fallback"]) == ("", "no_model")
    [first, *_] = summary["sentences"]
    assert (first["text"], first["speaker"], first["turn"]) == ("How many days to return items?", "customer", 1)
    assert client.post("/v1/handoffs/nobody/summary").status_code == 404


def test_an_agent_takes_answers_returns_and_closes(client: TestClient, bot: MemoryAssistant) -> None:
    mine = handed_over(bot)
    path = f"/v1/handoffs/{mine}"
    assert client.post(f"{path}/take", json={"agent": "Mia"}).json()["state"] == "with_agent"
    late = client.post(f"{path}/take", json={"agent": "Tom"})
    assert (late.status_code, "with Mia" in late.json()["error"]["message"]) == (409, True)
    key = {"idempotency-key": "k1"}
    for _ in range(2):
        answer = client.post(f"{path}/answer", json={"agent": "Mia", "text": "Hello"}, headers=key)
        assert answer.status_code == 200
    assert [one.question for one in bot.turns(mine) if one.speaker == "agent"] == ["Hello"]
    assert client.post(f"{path}/answer", json={"agent": "Tom", "text": "Hi"}).status_code == 409
    assert client.post(f"{path}/return").json()["state"] == "returned"
    assert client.post(f"{path}/return").status_code == 409
    assert client.post(f"{path}/close").json()["state"] == "closed"


def test_what_is_not_there_or_not_right_is_said(client: TestClient) -> None:
    assert client.get("/v1/handoffs/nobody").status_code == 404
    assert client.post("/v1/handoffs/nobody/close").status_code == 404
    assert client.post("/v1/handoffs/nobody/take", json={}).status_code == 400


def test_without_a_staff_token_there_is_no_such_side() -> None:
    bot = MemoryAssistant()
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as client:
        assert client.get("/v1/handoffs").status_code in (404, 405)


def test_a_customer_rates_what_was_closed(client: TestClient, bot: MemoryAssistant) -> None:
    mine = handed_over(bot)
    path = f"/v1/conversations/{mine}/rating"
    headers = {"authorization": ""}
    assert client.put(path, json={"score": 5}, headers=headers).status_code == 409
    bot.handoff.close(mine)
    assert client.put(path, json={"score": 6}, headers=headers).status_code == 400
    given = client.put(path, json={"score": 5, "comment": "Quick."}, headers=headers)
    assert given.json() == {"conversation_id": mine, "score": 5}
    rating = bot.ratings.rating(mine)
    assert rating is not None
    assert rating.comment == "Quick."
    assert client.put("/v1/conversations/nobody/rating", json={"score": 5}, headers=headers).status_code == 404
