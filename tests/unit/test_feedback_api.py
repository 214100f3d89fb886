"""Who may like and dislike an answer over REST, and who sees and forgets what that moves."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.entrypoints.web import build_app
from assistant.leaning import BOUND, LEAST_VOTERS, leaning
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant, document
from tests.tokens import KEY, token

STAFF = {"authorization": "Bearer let-me-in-please"}
RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
GIFTS = document("gifts.md", "Gifts", "# Gifts\n\nWe wrap presents in ribbons for 3.90 EUR.")


@pytest.fixture
def bot() -> MemoryAssistant:
    settings = Settings(staff_token=SecretStr("let-me-in-please"), customer_token_key=SecretStr(KEY))
    return MemoryAssistant([RETURNS, GIFTS], settings=settings)


@pytest.fixture
def client(bot: MemoryAssistant) -> Iterator[TestClient]:
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as opened:
        yield opened


def signed_in(customer_id: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token(sub=customer_id)}"}


def asked(client: TestClient, question: str, headers: dict[str, str] | None = None) -> str:
    """Ask something; returns the address of what is thought of the answer."""
    body = {"messages": [{"role": "user", "content": question}]}
    told = client.post("/v1/chat/completions", json=body, headers=headers).json()
    return f"/v1/conversations/{told['conversation_id']}/turns/{told['turn_id']}/feedback"


def returns(client: TestClient, headers: dict[str, str] | None = None) -> str:
    return asked(client, "How many days to return items?", headers)


def passages(client: TestClient) -> list[dict[str, Any]]:
    return list(client.get("/v1/feedback", headers=STAFF).json()["passages"])


def test_a_change_of_mind_replaces_and_saying_it_twice_counts_once(client: TestClient, bot: MemoryAssistant) -> None:
    path = returns(client)
    for feedback, counted in (("like", (1, 0)), ("like", (1, 0)), ("dislike", (0, 1))):
        given = client.put(path, json={"feedback": feedback})
        assert (given.status_code, given.json()["feedback"]) == (200, feedback)
        [only] = passages(client)
        assert (only["document"], only["likes"], only["dislikes"]) == ("returns.md", *counted)
    version = bot.votes.version()
    assert client.put(path, json={"feedback": "dislike"}).status_code == 200
    assert bot.votes.version() == version, "nobody has to read the votes anew"
    for _ in range(2):
        assert client.delete(path).json()["feedback"] is None
    assert passages(client) == []


def test_customers_rate_their_own_answers_and_nobody_elses(client: TestClient) -> None:
    path = returns(client, signed_in("c-1"))
    for headers in (None, signed_in("c-2"), {"authorization": "Bearer sk-of-a-client"}):
        assert client.put(path, json={"feedback": "like"}, headers=headers).status_code == 404
        assert client.delete(path, headers=headers).status_code == 404
    assert passages(client) == []
    assert client.put(path, json={"feedback": "like"}, headers=signed_in("c-1")).status_code == 200
    assert client.put(path, json={"feedback": "dislike"}, headers=STAFF).status_code == 200
    assert [one["dislikes"] for one in passages(client)] == [1]


def test_only_an_answer_of_the_same_conversation_is_rated(client: TestClient, bot: MemoryAssistant) -> None:
    mine, other = returns(client), returns(client)
    mixed = f"{mine.partition('/turns/')[0]}/turns/{other.partition('/turns/')[2]}"
    refused = client.put(mixed, json={"feedback": "like"})
    assert (refused.status_code, refused.json()["error"]["param"]) == (404, "turn_id")
    conversation = mine.split("/")[3]
    bot.handoff.answer(conversation, "Thirty days.", "Mara")
    agents = bot.turns(conversation)[-1]
    path = f"/v1/conversations/{conversation}/turns/{agents.id}/feedback"
    assert client.put(path, json={"feedback": "like"}).status_code == 409
    for body in ({}, {"feedback": "great"}, {"feedback": None}, {"feedback": "like", "weight": 9}):
        assert client.put(mine, json=body).status_code == 400
    assert passages(client) == []


def test_the_team_sees_what_moves_and_resets_it(client: TestClient) -> None:
    for number in range(3):
        client.put(returns(client, signed_in(f"c-{number}")), json={"feedback": "like"}, headers=STAFF)
    client.put(asked(client, "Do you wrap presents in ribbons?"), json={"feedback": "dislike"})
    told = client.get("/v1/feedback", headers=STAFF).json()
    assert (told["bound"], told["least_voters"]) == (BOUND, LEAST_VOTERS)
    assert [(one["document"], one["share"]) for one in told["passages"]] == [
        ("gifts.md", 0),
        ("returns.md", leaning(3, 0)),
    ]

    def reset(document: str | None) -> object:
        return client.post("/v1/feedback/reset", json={"document": document}, headers=STAFF).json()["forgotten"]

    assert client.post("/v1/feedback/reset", json={}, headers=STAFF).status_code == 400, "all has to be said"
    assert (reset("unknown.md"), reset("returns.md")) == (0, 3)
    assert [one["document"] for one in passages(client)] == ["gifts.md"]
    assert reset(None) == 1
    assert passages(client) == []


def test_nobody_but_the_team_sees_or_resets(client: TestClient) -> None:
    for headers in (None, signed_in("c-1"), {"authorization": "Bearer wrong"}):
        assert client.get("/v1/feedback", headers=headers).status_code == 403
        assert client.post("/v1/feedback/reset", json={"document": None}, headers=headers).status_code == 403
