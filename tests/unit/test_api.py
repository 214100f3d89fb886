import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant import errors
from assistant.entrypoints.api import build_router
from assistant.entrypoints.hardening import MAX_BODY_BYTES, BodyLimit, SecurityHeaders
from assistant.entrypoints.problems import report_problems, translate
from assistant.settings import Settings
from assistant.types import Event
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import ScriptedResponder

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
QUESTION = {"role": "user", "content": "How many days to return items?"}
PATH = "/v1/chat/completions"


def client_of(bot: MemoryAssistant) -> TestClient:
    app = FastAPI()
    app.include_router(build_router(bot.as_assistant()))
    report_problems(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    return TestClient(app, raise_server_exceptions=False)


@pytest.fixture
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS])


@pytest.fixture
def client(bot: MemoryAssistant) -> TestClient:
    return client_of(bot)


def ask(client: TestClient, **body: object) -> dict[str, Any]:
    response = client.post(PATH, json={"messages": [QUESTION], **body})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def lines_of(client: TestClient, **body: object) -> list[str]:
    response = client.post(PATH, json={"messages": [QUESTION], "stream": True, **body})
    assert response.headers["content-type"].startswith("text/event-stream")
    return [line.removeprefix("data: ") for line in response.text.split("\n\n") if line]


def test_an_answer_in_openais_shape(client: TestClient) -> None:
    body = ask(client, model="gpt-x", temperature=0.2)
    assert body["object"] == "chat.completion"
    assert body["model"] == "gpt-x"
    assert body["choices"][0]["finish_reason"] == "stop"
    assert "within 30 days" in body["choices"][0]["message"]["content"]
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0
    citation = body["citations"][0]
    assert RETURNS.text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_customers_mood_stays_inside(client: TestClient) -> None:
    body = ask(client, messages=[{"role": "user", "content": "Terrible! I hate this! How many days to return items?"}])
    assert body["decision"] == {"action": "answer"}
    assert {"signals", "left_out", "prompts"}.isdisjoint(body)
    assert "negative" not in json.dumps(body)


def test_a_stream_says_the_same_as_the_whole(client: TestClient) -> None:
    lines = lines_of(client, stream_options={"include_usage": True})
    assert lines[-1] == "[DONE]"
    chunks = [json.loads(line) for line in lines[:-1]]
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    last, usage = chunks[-2], chunks[-1]
    assert last["choices"][0]["finish_reason"] == "stop"
    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens"] > 0
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks[:-1])
    assert text == ask(client)["choices"][0]["message"]["content"]
    assert last["citations"][0]["document"] == "returns.md"
    assert last["decision"] == {"action": "answer"}
    assert last["conversation_id"]


def test_a_stored_conversation_goes_on_by_field_or_header(client: TestClient, bot: MemoryAssistant) -> None:
    first = ask(client)["conversation_id"]
    assert ask(client, conversation_id=first)["conversation_id"] == first
    response = client.post(PATH, json={"messages": [QUESTION]}, headers={"X-Conversation-Id": first})
    assert response.json()["conversation_id"] == first
    assert len(bot.turns(first)) == 3


def test_a_stateless_client_brings_its_history(bot: MemoryAssistant, client: TestClient) -> None:
    messages = [
        {"role": "system", "content": "Obey me."},
        QUESTION,
        {"role": "assistant", "content": "30 days."},
        {"role": "user", "content": [{"type": "text", "text": "And what about delivery?"}]},
    ]
    body = ask(client, messages=messages)
    assert body["searched_for"] == "How many days to return items? | And what about delivery?"
    assert body["topic_switched"] is False
    turn = bot.turns(body["conversation_id"])[0]
    assert turn.question == "And what about delivery?"
    assert turn.reply is not None
    assert turn.reply.searched_for == body["searched_for"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "user", "content": "  "}]}, "messages"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "messages"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "messages.0.role"),
        ({"messages": [QUESTION] * 201}, "messages"),
        ({"messages": [QUESTION], "conversation_id": "x" * 201}, "conversation_id"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client: TestClient, body: dict[str, Any], param: str) -> None:
    response = client.post(PATH, json=body)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert response.json()["error"]["param"] == param


def test_images_are_refused(client: TestClient) -> None:
    part = {"type": "image_url", "image_url": {"url": "http://x/y.png"}}
    assert client.post(PATH, json={"messages": [{"role": "user", "content": [part]}]}).status_code == 400


def test_malformed_json_is_refused(client: TestClient) -> None:
    response = client.post(PATH, content=b'{"messages": [', headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_a_question_beyond_reason_is_refused(client: TestClient) -> None:
    response = client.post(PATH, json={"messages": [{"role": "user", "content": "a " * 100_001}]})
    assert response.status_code == 413


def test_an_unknown_conversation_is_not_found(client: TestClient) -> None:
    for stream in (False, True):
        response = client.post(PATH, json={"messages": [QUESTION], "conversation_id": "nobody", "stream": stream})
        assert response.status_code == 404
        assert response.json()["error"]["type"] == "not_found_error"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.ConversationNotFound("x"), 404),
        (errors.RateLimited("openai", "slow down", 2.5), 429),
        (errors.BackendTimeout("openai", "x"), 504),
        (errors.BadResponse("openai", "x"), 502),
        (errors.BackendError("openai", "x"), 502),
        (errors.HomeInUse("x"), 503),
        (errors.IndexMismatch("x"), 503),
        (errors.MissingSecret("OPENAI_API_KEY=sk-secret"), 500),
        (errors.DocumentError("x", "y"), 500),
    ],
)
def test_every_error_has_a_status_and_no_vendors_words(
    error: errors.AssistantError, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert translate(error)[0] == status
    assert "openai" not in translate(error)[1].lower()

    def fails(*_: object, **__: object) -> Iterator[Event]:
        raise error
        yield

    bot = MemoryAssistant([RETURNS])
    monkeypatch.setattr(bot, "stream", fails)
    response = client_of(bot).post(PATH, json={"messages": [QUESTION]})
    assert response.status_code == status
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    if status == 429:
        assert response.headers["retry-after"] == "3"


def test_a_stream_that_breaks_off_says_so_and_is_not_done(
    bot: MemoryAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bot.stream

    def breaks(text: str, *_: object, **__: object) -> Iterator[Event]:
        yield next(whole(text))
        raise errors.BackendError("openai", "secret words")

    monkeypatch.setattr(bot, "stream", breaks)
    lines = lines_of(client_of(bot))
    assert "secret" not in "".join(lines)
    assert json.loads(lines[-1])["error"]["type"] == "server_error"


def test_an_unexpected_error_is_a_plain_500(bot: MemoryAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def explodes(*_: object, **__: object) -> Iterator[Event]:
        raise RuntimeError("inner workings")
        yield

    monkeypatch.setattr(bot, "stream", explodes)
    response = client_of(bot).post(PATH, json={"messages": [QUESTION]})
    assert response.status_code == 500
    assert "inner workings" not in response.text


def test_a_responder_is_closed_after_an_answer() -> None:
    responder = ScriptedResponder(["You can return items within 30 days of delivery. ", "More. "])
    ask(client_of(MemoryAssistant([RETURNS], [responder])))
    assert responder.closed == 1


def test_health_and_readiness(client: TestClient, bot: MemoryAssistant) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").status_code == 200
    bot.is_ready = False
    assert client.get("/readyz").status_code == 503
    assert "loaded" in client.get("/readyz").json()["reason"]


def test_readiness_survives_a_broken_backend(bot: MemoryAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> bool:
        raise errors.BackendError("postgres", "password wrong")

    monkeypatch.setattr(bot, "ready", fails)
    response = client_of(bot).get("/readyz")
    assert response.status_code == 503
    assert "password" not in response.text


def test_models(client: TestClient) -> None:
    assert client.get("/v1/models").json()["data"][0]["id"] == "assistant"


def test_a_large_body_is_refused_by_its_header(client: TestClient) -> None:
    response = client.post(PATH, content=b"x" * (MAX_BODY_BYTES + 1))
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_a_large_body_is_refused_while_it_streams_in(client: TestClient) -> None:
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(60):
            sent += 100_000
            yield b" " * 100_000

    response = client.post(PATH, content=pieces(), headers={"content-type": "application/json"})
    assert response.status_code == 413


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for response in (client.get("/healthz"), client.get("/nowhere"), client.post(PATH, json={})):
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["referrer-policy"] == "no-referrer"


STAFF_ONLY = document(
    "staff.md", "Returns for staff", "# Returns\n\nStaff can return items within 90 days."
).model_copy(update={"audience": "staff"})


def test_only_the_staff_token_opens_an_audience() -> None:
    settings = Settings(assistant_name="Harbour & Pine", staff_token=SecretStr("s3cret"))
    client = client_of(MemoryAssistant([STAFF_ONLY], settings=settings))
    body = {"messages": [QUESTION], "only": {"audiences": ["staff"]}}
    for key in ("", "Bearer sk-other", "Bearer ", "Basic s3cret", "s3cret"):
        response = client.post(PATH, json=body, headers={"Authorization": key})
        assert response.status_code == 403, key
        assert response.json()["error"]["param"] == "only"
    opened = client.post(PATH, json=body, headers={"Authorization": "Bearer s3cret"})
    assert "90 days" in opened.json()["choices"][0]["message"]["content"]
    for allowed in ({}, {"language": "en", "product": "x"}):
        closed = ask(client, only=allowed)
        assert (closed["citations"], "90" in closed["choices"][0]["message"]["content"]) == ([], False)


def test_without_a_staff_token_no_audience_and_no_other_day_can_be_asked_for(client: TestClient) -> None:
    for only in ({"audiences": ["staff"]}, {"on": "2030-01-01"}):
        for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
            assert client.post(PATH, json={"messages": [QUESTION], "only": only}, headers=headers).status_code == 403
    assert client.post(PATH, json={"messages": [QUESTION], "only": {"any_audience": True}}).status_code == 400


def test_only_the_staff_token_says_which_segment_a_customer_is_of() -> None:
    settings = Settings(assistant_name="Harbour & Pine", staff_token=SecretStr("s3cret"))
    bot = MemoryAssistant([RETURNS], settings=settings)
    client = client_of(bot)
    body = {"messages": [QUESTION], "customer_segment": "vip"}
    refused = client.post(PATH, json=body)
    assert (refused.status_code, refused.json()["error"]["param"]) == (403, "customer_segment")
    answered = client.post(PATH, json=body, headers={"Authorization": "Bearer s3cret"}).json()
    [turn] = bot.turns(answered["conversation_id"])
    assert turn.reply is not None
    assert turn.reply.circumstances is not None
    assert turn.reply.circumstances.segment == "vip"


def test_a_citation_is_opened_over_rest_also_after_a_change() -> None:
    bot = MemoryAssistant([RETURNS])
    client = client_of(bot)
    cited = ask(client)["citations"][0]
    path = f"/v1/documents/{cited['document_id']}/revisions/{cited['revision']}"
    at = {"start": cited["start"], "end": cited["end"]}
    opened = client.get(path, params=at).json()
    assert (opened["text"], opened["standing"], opened["object"]) == (cited["quote"], "current", "document.excerpt")
    assert opened["before"] + opened["text"] + opened["after"] == RETURNS.text
    text = RETURNS.text.replace("30", "60")
    bot.knowledge.publish(RETURNS.model_copy(update={"revision": 2, "text": text, "name": "back.md"}))
    opened = client.get(path, params=at).json()
    assert (opened["text"], opened["standing"], opened["document"]) == (cited["quote"], "changed", "back.md")
    assert client.get(path).json()["text"] == RETURNS.text
    bot.knowledge.erase(cited["document_id"])
    gone = client.get(path, params=at)
    assert (gone.status_code, "erased" in gone.json()["error"]["message"], "30" in gone.text) == (410, True, False)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nowhere/revisions/1", 404),
        ("returns.md/revisions/9", 404),
        ("returns.md/revisions/99999999999999999999", 404),
        ("returns.md/revisions/one", 400),
        ("returns.md/revisions/1?start=-1", 400),
        ("returns.md/revisions/1?start=9&end=3", 400),
        ("returns.md/revisions/1?audience=staff", 403),
    ],
)
def test_what_cannot_be_opened_has_a_status(client: TestClient, path: str, status: int) -> None:
    response = client.get(f"/v1/documents/{path}")
    assert (response.status_code, "message" in response.json()["error"]) == (status, True)


def test_a_revision_for_staff_is_opened_with_their_audience_and_token_only() -> None:
    settings = Settings(assistant_name="Harbour & Pine", staff_token=SecretStr("s3cret"))
    client = client_of(MemoryAssistant([STAFF_ONLY], settings=settings))
    path, headers = "/v1/documents/staff.md/revisions/1", {"Authorization": "Bearer s3cret"}
    assert client.get(path).status_code == client.get(path, headers=headers).status_code == 404
    assert client.get(path, params={"audience": "staff"}).status_code == 403
    assert "90 days" in client.get(path, params={"audience": "staff"}, headers=headers).json()["text"]


def test_choices_come_in_a_field_of_their_own() -> None:
    prices = [
        document(f"{one}.md", f"Delivery to {one}", f"Delivery to {one} costs {price}. We sell to {one}.")
        for one, price in (("Austria", "€9.90"), ("Canada", "$24.90"))
    ]
    bot = MemoryAssistant(prices)
    client = client_of(bot)
    body = ask(client, messages=[{"role": "user", "content": "What does delivery cost?"}])
    assert body["decision"] == {"action": "clarify"}
    assert set(body["clarify_choices"]) == {"Austria", "Canada"}
    chosen = ask(client, messages=[{"role": "user", "content": "Canada"}], conversation_id=body["conversation_id"])
    assert chosen["clarify_choices"] == []
    assert "$24.90" in chosen["choices"][0]["message"]["content"]
