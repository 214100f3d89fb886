"""Who may do what over REST: the team, customers with a token, visitors."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.entrypoints.web import build_app
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant, document
from tests.tokens import KEY, OLD_KEY, forged, token

STAFF = {"authorization": "Bearer let-me-in-please"}
RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
ASK = "/v1/chat/completions"


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> MemoryAssistant:
    settings = Settings(
        home=tmp_path_factory.mktemp("home"),
        staff_token=SecretStr("let-me-in-please"),
        customer_token_key=SecretStr(KEY),
    )
    return MemoryAssistant([RETURNS], settings=settings)


@pytest.fixture(scope="module")
def client(bot: MemoryAssistant) -> Iterator[TestClient]:
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as opened:
        yield opened


def signed_in(customer_id: str, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token(sub=customer_id, **more)}"}


def ask(client: TestClient, headers: dict[str, str] | None = None, **body: object) -> Any:  # noqa: ANN401 - a response
    message = {"role": "user", "content": "How many days to return items?"}
    return client.post(ASK, json={"messages": [message], **body}, headers=headers)


def test_a_customers_conversation_is_found_by_nobody_else(client: TestClient, bot: MemoryAssistant) -> None:
    mine = ask(client, signed_in("c-1", segment="vip")).json()["conversation_id"]
    assert ask(client, signed_in("c-1"), conversation_id=mine).status_code == 200
    missing = ask(client, conversation_id="nobody-has-this-id")
    for headers in (None, signed_in("c-2"), {"authorization": "Bearer sk-of-a-client"}):
        for stream in (False, True):
            refused = ask(client, headers, conversation_id=mine, stream=stream)
            assert (refused.status_code, refused.json()) == (404, missing.json())
        assert client.put(f"/v1/conversations/{mine}/rating", json={"score": 1}, headers=headers).status_code == 404
    assert ask(client, STAFF, conversation_id=mine).status_code == 200
    assert len(bot.turns(mine)) == 3
    first = bot.turns(mine)[0].reply
    assert first is not None
    assert first.circumstances is not None
    assert (first.circumstances.segment, first.circumstances.signed_in) == ("vip", True)


def test_an_anonymous_conversation_is_taken_along_once(client: TestClient) -> None:
    free = ask(client).json()["conversation_id"]
    assert ask(client, signed_in("c-1"), conversation_id=free).status_code == 200
    assert ask(client, conversation_id=free).status_code == 404
    assert ask(client, signed_in("c-2"), conversation_id=free).status_code == 404


@pytest.mark.parametrize(
    "bad",
    [token(key=OLD_KEY), token(exp=1), token(aud="x"), forged({"alg": "none"}), token(exp=None)],
    ids=["key", "expired", "audience", "none", "no-end"],
)
def test_a_token_that_proves_nothing_is_a_clear_401(client: TestClient, bot: MemoryAssistant, bad: str) -> None:
    before = len(bot.recent(1000))
    refused = ask(client, {"authorization": f"Bearer {bad}"})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert refused.json()["error"]["type"] == "authentication_error"
    assert "the customer token" in refused.json()["error"]["message"]
    assert bad not in refused.text
    assert len(bot.recent(1000)) == before


def test_a_key_of_an_openai_client_opens_nothing_and_closes_nothing(client: TestClient) -> None:
    for key in ("sk-proj-abc_DEF-123", "", "x.y"):
        assert ask(client, {"authorization": f"Bearer {key}"}).status_code == 200


def test_only_the_team_names_a_customer(client: TestClient, bot: MemoryAssistant) -> None:
    for headers in (None, signed_in("c-1")):
        refused = ask(client, headers, customer="c-9")
        assert (refused.status_code, refused.json()["error"]["param"]) == (403, "customer")
    mine = ask(client, STAFF, customer="c-9").json()["conversation_id"]
    assert bot.conversation(mine).customer == "c-9"
    assert ask(client, signed_in("c-9"), conversation_id=mine).status_code == 200


def test_customers_see_change_and_erase_what_is_remembered(client: TestClient) -> None:
    me, path = signed_in("c-3", name="Ana"), "/v1/customers/me"
    assert client.get(path, headers=me).json()["name"] == "Ana"
    assert client.put(f"{path}/facts/model", json={"value": "Tern 2"}, headers=me).status_code == 409
    agreed = client.put(f"{path}/consents/remember", json={"granted": True}, headers=me).json()
    assert (agreed["consents"][0]["purpose"], agreed["consents"][0]["granted"]) == ("remember", True)
    client.put(f"{path}/facts/model", json={"value": "Tern 2"}, headers=me)
    corrected = client.put(f"{path}/facts/model", json={"value": "Tern 3"}, headers=me).json()
    assert [(one["kind"], one["value"]) for one in corrected["facts"]] == [("model", "Tern 3")]
    assert client.delete(f"{path}/facts/model", headers=me).json()["facts"] == []
    client.put(f"{path}/facts/city", json={"value": "Graz"}, headers=me)
    ask(client, me)
    exported = client.get(f"{path}/export", headers=me)
    assert exported.json()["customer"]["facts"][0]["value"] == "Graz"
    assert [one["speaker"] for one in exported.json()["conversations"][0]["messages"]] == ["customer", "assistant"]
    assert "sentiment" not in exported.text
    taken_back = client.put(f"{path}/consents/remember", json={"granted": False}, headers=me).json()
    assert taken_back["facts"] == []


@pytest.mark.parametrize("purpose", ["sell", "remember%00"])
def test_other_purposes_are_not_agreed_to(client: TestClient, purpose: str) -> None:
    answer = client.put(f"/v1/customers/me/consents/{purpose}", json={"granted": True}, headers=signed_in("c-3"))
    assert answer.status_code == 400


def test_customers_reach_nobody_else(client: TestClient) -> None:
    for headers in (None, signed_in("c-3"), {"authorization": "Bearer wrong"}):
        for method, path in (("GET", ""), ("GET", "/export"), ("DELETE", ""), ("DELETE", "/facts/x")):
            assert client.request(method, f"/v1/customers/c-1{path}", headers=headers).status_code == 403
        assert client.put("/v1/customers/c-1", json={"segment": "vip"}, headers=headers).status_code == 403
    assert client.delete("/v1/customers/me", headers=signed_in("c-3")).status_code == 403
    assert client.put("/v1/customers/me", json={"segment": "vip"}, headers=signed_in("c-3")).status_code == 403
    for headers in (None, STAFF, {"authorization": "Bearer wrong"}):
        assert client.get("/v1/customers/me", headers=headers).status_code == 401


def test_the_team_keeps_profiles_and_forgets_customers(client: TestClient, bot: MemoryAssistant) -> None:
    path = "/v1/customers/c-5"
    assert client.put(path, json={"name": "Bo", "segment": "trade"}, headers=STAFF).json()["segment"] == "trade"
    client.put(f"{path}/consents/remember", json={"granted": True}, headers=STAFF)
    client.put(f"{path}/facts/model", json={"value": "Tern 2"}, headers=STAFF)
    mine = ask(client, STAFF, customer="c-5").json()["conversation_id"]
    assert client.get(f"{path}/export", headers=STAFF).json()["conversations"][0]["conversation"]["id"] == mine
    receipt = client.delete(path, params={"conversations": True}, headers=STAFF).json()
    assert receipt["rows"]["customer_facts"] == 1
    assert "c-5" not in str(receipt)
    assert client.delete(path, headers=STAFF).status_code == 404
    assert ask(client, STAFF, conversation_id=mine).status_code == 404


@pytest.mark.parametrize("wrong", ["%20c", "c%00", "c%0A", "me", "x" * 201])
def test_what_cannot_be_an_id_is_refused(client: TestClient, wrong: str) -> None:
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/export")):
        answer = client.request(method, f"/v1/customers/{wrong}{path}", headers=STAFF, json={})
        assert answer.status_code == (401 if wrong == "me" and method == "GET" else 400)


def test_what_cannot_be_an_id_or_a_kind_is_refused_in_a_body(client: TestClient) -> None:
    assert ask(client, STAFF, customer=" c").status_code == 400
    assert ask(client, STAFF, customer="c\n").status_code == 400
    client.put("/v1/customers/c-8/consents/remember", json={"granted": True}, headers=STAFF)
    for kind in ("%20", "x" * 41):
        answer = client.put(f"/v1/customers/c-8/facts/{kind}", json={"value": "x"}, headers=STAFF)
        assert answer.status_code == 400
    assert client.put("/v1/customers/c-8/facts/x", json={"value": "  "}, headers=STAFF).status_code == 400


def test_what_an_answer_was_fitted_to_is_told_by_permission() -> None:
    prices = [
        document(f"{one}.md", f"Delivery to {one}", f"Delivery to {one} costs {price}. We sell to {one}.")
        for one, price in (("Austria", "€9.90"), ("Canada", "$24.90"))
    ]
    bot = MemoryAssistant(prices, settings=Settings(customer_token_key=SecretStr(KEY)))
    asked = {"messages": [{"role": "user", "content": "What does delivery cost?"}]}
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as client:
        for purpose in ("remember", "personalise"):
            assert "fitted" not in client.post(ASK, json=asked, headers=signed_in("c-1")).json()
            given = {"granted": True, "wording": ""}
            client.put(f"/v1/customers/me/consents/{purpose}", json=given, headers=signed_in("c-1"))
        client.put("/v1/customers/me/facts/country", json={"value": "Canada"}, headers=signed_in("c-1"))
        fitted = client.post(ASK, json=asked, headers=signed_in("c-1")).json()
        assert (fitted["fitted"]["kind"], fitted["fitted"]["subject"]) == ("country", "Canada")
        assert "$24.90" in fitted["choices"][0]["message"]["content"]
        for headers in (None, signed_in("c-2")):
            other = client.post(ASK, json=asked, headers=headers).json()
            assert ("fitted" in other, other["decision"]) == (False, {"action": "clarify"})
