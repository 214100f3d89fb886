"""Whatever is asked, by whatever door: an answer or honest words in time, no error, and nothing broken afterwards."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant import Assistant, Settings, open_assistant
from assistant.entrypoints.api import build_router
from assistant.entrypoints.hardening import BodyLimit
from assistant.entrypoints.problems import report_problems
from assistant.entrypoints.wire import MAX_QUESTION_CHARS
from assistant.retrieval import Mode
from assistant.types import Message
from tests.homes import StockHome
from tests.hostile_questions import SCRIPTS, hostile_questions
from tests.program import output, run

QUESTIONS = hostile_questions()
IN_TIME = pytest.mark.usefixtures("in_time")
BY_NAME = pytest.mark.parametrize("name", sorted(QUESTIONS))
SECONDS = 2.0
"""Of one core, for one question on a quiet machine."""

BUSY = 5
"""So many times slower a core may be that does other things too."""

EXPECTED = ("What does delivery to Switzerland cost?", "CHF 12.90")
UNSTORABLE = str.maketrans({"\x00": "\ufffd"} | {chr(code): "\ufffd" for code in range(0xD800, 0xE000)})


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def bot(home: Path, stock_home: StockHome) -> Iterator[Assistant]:
    with open_assistant(Settings(home=stock_home(home / "var"), embedder="onnx:all-MiniLM-L6-v2")) as one:
        one.warm_up()
        yield one


@pytest.fixture
def in_time() -> Iterator[None]:
    """Fail a test that computes for longer than a customer would wait; what others compute meanwhile does not count."""
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS * BUSY


def assert_well(bot: Assistant) -> None:
    """Ask something sensible, and get the right answer."""
    assert EXPECTED[1] in bot.reply(EXPECTED[0]).text


@IN_TIME
@BY_NAME
def test_a_reply_is_made_and_stored(bot: Assistant, name: str) -> None:
    question = QUESTIONS[name]
    reply = bot.reply(question)
    assert reply.text.strip()
    (turn,) = bot.turns(reply.conversation_id)
    assert turn.status == "complete"
    assert turn.question == question.translate(UNSTORABLE)
    assert turn.reply is not None
    assert turn.reply.text == reply.text
    again = bot.reply(EXPECTED[0], reply.conversation_id)
    assert EXPECTED[1] in again.text, "what was said before does not spoil what is said now"


@IN_TIME
@BY_NAME
@pytest.mark.parametrize("mode", ["dense", "keyword", "hybrid"])
def test_a_search_finds_something_or_nothing(bot: Assistant, name: str, mode: Mode) -> None:
    question = QUESTIONS[name]
    found = bot.find(question, 3, mode)
    assert [one.rank for one in found.passages] == list(range(1, len(found.passages) + 1))
    assert 0 <= found.evidence.confidence <= 1
    history = [
        Message(speaker="customer", text="Do you deliver abroad?"),
        Message(speaker="assistant", text=question),
        Message(speaker="customer", text=question),
    ]
    bot.find("And to Austria?", 3, mode, history)
    bot.find(question, 3, mode, history)
    bot.search(question, 3)


@pytest.fixture(scope="module")
def client(bot: Assistant) -> TestClient:
    app = FastAPI()
    app.include_router(build_router(bot))
    report_problems(app)
    app.add_middleware(BodyLimit)
    return TestClient(app, raise_server_exceptions=False, headers={"content-type": "application/json"})


@IN_TIME
@BY_NAME
def test_rest_answers_whole_and_in_pieces(client: TestClient, name: str) -> None:
    question = QUESTIONS[name]
    body = {"messages": [{"role": "user", "content": question}]}
    status = 400 if not question.strip() else 413 if len(question) > MAX_QUESTION_CHARS else 200
    whole = client.post("/v1/chat/completions", content=json.dumps(body))
    assert whole.status_code == status, whole.text
    streamed = client.post("/v1/chat/completions", content=json.dumps(body | {"stream": True}))
    assert streamed.status_code == status, streamed.text
    if status == 200:
        assert whole.json()["choices"][0]["message"]["content"].strip()
        assert streamed.text.endswith("data: [DONE]\n\n")
        assert '"error"' not in streamed.text


def test_all_of_them_at_once(bot: Assistant) -> None:
    before = threading.active_count()
    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(bot.reply, QUESTIONS.values()))
        searches = list(pool.map(lambda question: bot.find(question, 3), QUESTIONS.values()))
    assert all(one.text.strip() for one in replies)
    assert len(searches) == len(QUESTIONS)
    assert threading.active_count() <= before + 8
    assert_well(bot)


def test_ten_thousand_words_cost_no_more_than_a_few_lines(bot: Assistant) -> None:
    for name in ("ten thousand words", "one long token", "one megabyte", "many numbers", "backtracking bait"):
        started = time.process_time()
        bot.find(QUESTIONS[name])
        assert time.process_time() - started < SECONDS, name


@pytest.mark.parametrize("name", ["blank", "lone surrogates", "query syntax", "punctuation", *sorted(SCRIPTS)[:2]])
def test_the_command_line_answers(bot: Assistant, home: Path, name: str) -> None:
    question = QUESTIONS[name]
    if name == "lone surrogates":
        # What a shell hands over in bytes that are no UTF-8.
        question = question.replace("\ud800", "\udc80").replace("\udfff", "\udcff")
    found = output(home, "search", question, "--explain")
    assert set(found) >= {"question", "searched_for", "passages"}
    assert output(home, "ask", question)["text"].strip()


def test_a_question_may_look_like_an_option(bot: Assistant, home: Path) -> None:
    done = run(home, "search", "--json", "--", "--help; rm -rf /")
    assert json.loads(done.stdout)["question"] == "--help; rm -rf /"
    done = run(home, "search", "")
    assert (done.returncode, done.stdout.strip()) == (0, "nothing found")
