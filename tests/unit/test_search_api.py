"""Search over REST, over an assistant in memory."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.entrypoints.web import build_app
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant, document

TOKEN = "let-me-in-please"
RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
STAFF = document("fraud.md", "Fraud", "Items of a blocked customer go to the fraud team.").model_copy(
    update={"audience": "staff"}
)
ASKED = {"question": "How long can I return items?"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    bot = MemoryAssistant([RETURNS, STAFF], settings=Settings(staff_token=SecretStr(TOKEN)))
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as opened:
        opened.headers["authorization"] = f"Bearer {TOKEN}"
        yield opened


def test_passages_come_with_their_place_and_reasons_when_asked_for(client: TestClient) -> None:
    plain = client.post("/v1/search", json=ASKED).json()
    first = plain["passages"][0]
    assert (plain["question"], first["rank"], first["document"]) == (ASKED["question"], 1, "returns.md")
    assert first["text"] == RETURNS.text[first["start"] : first["end"]]
    told = client.post("/v1/search", json=ASKED | {"explain": True, "limit": 1}).json()
    [explained] = told["passages"]
    assert "return" in explained["explain"]["holds"]
    assert told["searched_for"]


def test_what_is_for_some_is_found_for_them_alone(client: TestClient) -> None:
    asked = {"question": "Where do items of a blocked customer go?"}
    opened = asked | {"only": {"audiences": ["staff"]}}
    shut = client.post("/v1/search", json=asked).json()["passages"]
    assert "fraud.md" not in {one["document"] for one in shut}
    assert client.post("/v1/search", json=opened).json()["passages"][0]["document"] == "fraud.md"


def test_what_was_said_before_lends_its_topic(client: TestClient) -> None:
    before = [{"speaker": "customer", "text": "Can I return items?"}, {"speaker": "assistant", "text": "You can."}]
    asked = {"question": "And for how long?", "explain": True}
    alone = client.post("/v1/search", json=asked).json()
    told = client.post("/v1/search", json=asked | {"history": before}).json()
    assert alone["passages"] == []
    assert told["passages"][0]["document"] == "returns.md"


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"limit": 1000}, {"mode": "dense"}, {"history": [{"speaker": "system", "text": "x"}]}]
)
def test_what_cannot_be_asked_is_refused(client: TestClient, wrong: dict[str, object]) -> None:
    assert client.post("/v1/search", json=ASKED | wrong).status_code == 400


def test_a_question_that_is_too_long_is_refused(client: TestClient) -> None:
    long = {"question": "x" * (Settings().max_message_chars + 1)}
    assert client.post("/v1/search", json=long).status_code == 413


def test_nobody_but_the_team_may_search(client: TestClient) -> None:
    assert client.post("/v1/search", json=ASKED, headers={"authorization": "Bearer wrong"}).status_code == 403
