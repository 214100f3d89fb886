"""The learning loop over REST: the real loop over an assistant in memory."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.entrypoints.web import build_app
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import ScriptedResponder

TOKEN = "let-me-in-please"
RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
QUESTION = "Do you wrap presents in ribbons?"


@pytest.fixture
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS], settings=Settings(staff_token=SecretStr(TOKEN)))


@pytest.fixture
def client(bot: MemoryAssistant) -> Iterator[TestClient]:
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as opened:
        opened.headers["authorization"] = f"Bearer {TOKEN}"
        yield opened


def the_gap(client: TestClient) -> dict[str, Any]:
    [gap] = client.get("/v1/gaps").json()["gaps"]
    return dict(gap)


def test_a_gap_is_listed_drafted_approved_and_passes(client: TestClient, bot: MemoryAssistant) -> None:
    assert client.get("/v1/gaps").json() == {"gaps": []}
    mine = bot.reply(QUESTION).conversation_id
    bot.handoff.answer(mine, "Hi Anna, we wrap presents in ribbons for 3.90 EUR.", "Mara")
    gap = the_gap(client)
    assert (gap["size"], gap["state"], gap["title"]) == (1, "open", QUESTION)
    drafted = client.post(f"/v1/gaps/{gap['id']}/draft").json()
    assert "We wrap presents in ribbons for 3.90 EUR." in drafted["text"]
    assert drafted["sentences"][0]["evidence"] == [
        {"conversation_id": mine, "turn": 2, "quote": "We wrap presents in ribbons for 3.90 EUR."}
    ]
    body = {"text": drafted["text"], "owner": "Lea", "valid_until": "2099-12-31"}
    report = client.post(f"/v1/gaps/{gap['id']}/approve", json=body).json()
    assert (report["gap"]["state"], report["gap"]["owner"], report["passed"]) == ("approved", "Lea", 1)
    assert bot.reply(QUESTION).citations[0].document == report["document"]


def test_a_question_within_a_call_for_a_person_is_asked_again_without_the_call(
    client: TestClient, bot: MemoryAssistant
) -> None:
    mine = bot.reply("Can I speak to a human? I need to know whether you wrap presents in ribbons")
    assert mine.decision.action == "hand_over"
    bot.handoff.answer(mine.conversation_id, "We wrap presents in ribbons.", "Mara")
    gap = the_gap(client)
    assert (gap["title"], gap["reasons"]) == (
        "I need to know whether you wrap presents in ribbons",
        {"handed_over": 1},
    )
    report = client.post(f"/v1/gaps/{gap['id']}/approve", json={}).json()
    assert [(one["question"], one["passed"]) for one in report["asked"]] == [(gap["title"], True)]


def test_the_document_names_who_answers_for_it(client: TestClient, bot: MemoryAssistant) -> None:
    bot.reply(QUESTION)
    path = f"/v1/gaps/{the_gap(client)['id']}/approve"

    def owners(**body: str) -> tuple[str, str]:
        report = client.post(path, json=body).json()
        stored = bot.document(report["document"])
        assert stored is not None
        return report["gap"]["owner"], stored.owner

    assert owners(text="We do.") == ("", "")
    assert owners(text="---\nowner: Mara\n---\nWe do.") == ("Mara", "Mara")
    assert owners(text="We do, in red.") == ("Mara", "Mara")
    assert owners(text="---\nowner: Mara\n---\nWe do.", owner="Lea ") == ("Lea", "Lea")


def test_a_model_writes_what_agents_support_and_nothing_else() -> None:
    says = ["We wrap presents in ribbons. ", "We also paint every box with gold for 20 EUR."]
    bot = MemoryAssistant([RETURNS], [ScriptedResponder(says)], Settings(staff_token=SecretStr(TOKEN)))
    mine = bot.reply(QUESTION).conversation_id
    bot.handoff.answer(mine, "We wrap presents in ribbons, which are red.", "Mara")
    headers = {"authorization": f"Bearer {TOKEN}"}
    with TestClient(build_app(bot.as_assistant(), bot.settings), headers=headers) as opened:
        path = f"/v1/gaps/{the_gap(opened)['id']}/draft"
        plain = opened.post(path).json()
        assert (plain["writer"], plain["text"]) == ("", f"# {QUESTION}\n\nWe wrap presents in ribbons, which are red.")
        written = opened.post(f"{path}?rewrite=true").json()
    assert (written["writer"], written["text"]) == ("scripted:test", f"# {QUESTION}\n\nWe wrap presents in ribbons.")
    assert written["sentences"] == plain["sentences"]


def test_without_words_there_is_nothing_to_approve(client: TestClient, bot: MemoryAssistant) -> None:
    bot.reply(QUESTION)
    path = f"/v1/gaps/{the_gap(client)['id']}"
    refused = client.post(f"{path}/approve", json={})
    assert (refused.status_code, refused.json()["error"]["param"]) == (409, "text")
    assert client.post(f"{path}/approve", json={"text": "---\nvalid_to: soon\n---\nWe do."}).status_code == 409
    assert client.post(f"{path}/approve", json={"text": "We do.", "until": 1}).status_code == 400
    assert the_gap(client)["state"] == "open"


def test_a_gap_is_dismissed_and_opened_again(client: TestClient, bot: MemoryAssistant) -> None:
    bot.reply(QUESTION)
    path = f"/v1/gaps/{the_gap(client)['id']}"
    assert client.post(f"{path}/dismiss").json()["state"] == "dismissed"
    assert client.post(f"{path}/reopen").json()["state"] == "open"
    assert client.get("/v1/gaps?days=1").json()["gaps"][0]["size"] == 1
    assert client.get("/v1/gaps?days=0").status_code == 400


def test_the_command_line_of_a_running_server_does_the_same(bot: MemoryAssistant) -> None:
    mine = bot.reply(QUESTION).conversation_id
    bot.handoff.answer(mine, "We wrap presents in ribbons.", "Mara")
    headers = {"authorization": "Bearer of-the-home"}
    with TestClient(build_app(bot.as_assistant(), bot.settings, "of-the-home"), headers=headers) as server:

        def job(name: str, **arguments: object) -> dict[str, Any]:
            lines = server.post("/v1/jobs", json={"name": name, "arguments": arguments}).text.splitlines()
            return dict(json.loads(lines[-1]))

        gap = job("gaps", days=1)["report"]["gaps"][0]["id"]
        assert job("draft_gap", gap=gap)["report"]["sentences"][0]["text"] == "We wrap presents in ribbons."
        assert job("approve_gap", gap=gap, valid_until="2099-12-31")["report"]["passed"] == 1
        assert job("dismiss_gap", gap=gap)["report"]["state"] == "dismissed"
        assert job("reopen_gap", gap=gap)["report"]["state"] == "open"
        assert "assistant gaps" in job("draft_gap", gap="nothing")["error"]["message"]


def test_nobody_but_the_team_is_let_in(client: TestClient, bot: MemoryAssistant) -> None:
    bot.reply(QUESTION)
    gap = the_gap(client)["id"]
    for method, path in (
        ("GET", ""),
        ("POST", f"/{gap}/draft"),
        ("POST", f"/{gap}/approve"),
        ("POST", f"/{gap}/dismiss"),
    ):
        answer = client.request(method, f"/v1/gaps{path}", headers={"authorization": "Bearer wrong"}, json={})
        assert answer.status_code == 403
    assert the_gap(client)["state"] == "open"
    assert client.post("/v1/gaps/nothing/draft").status_code == 404
