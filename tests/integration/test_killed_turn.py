"""A process that is killed while it waits for a model leaves a turn that its successor closes as failed."""

import subprocess
import sys
import time
from pathlib import Path

from pydantic import SecretStr

from assistant import Settings, open_assistant
from assistant.types import LoadedDocument
from tests.homes import LendModel
from tests.wire import Silence, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

QUESTION = "How many days do I have to return most products?"
TEXT = "You can return most products within 30 days of delivery."
ASK = """
import sys
from pathlib import Path
from pydantic import SecretStr
from assistant import Settings, open_assistant

settings = Settings(
    home=Path(sys.argv[1]), embedder="onnx:all-MiniLM-L6-v2", responders=("openai:gpt-4o-mini",),
    openai_api_key=SecretStr("sk-test"), openai_base_url=sys.argv[2],
)
with open_assistant(settings) as bot:
    bot.reply(sys.argv[4], sys.argv[3])
"""


def test_what_a_killed_process_left_is_closed(wire: WireServer, tmp_path: Path, lend_model: LendModel) -> None:
    settings = Settings(
        home=lend_model(tmp_path),
        embedder="onnx:all-MiniLM-L6-v2",
        responders=("openai:gpt-4o-mini",),
        openai_api_key=SecretStr("sk-test"),
        openai_base_url=wire.openai_url,
        answer_seconds=0.01,
    )
    with open_assistant(settings) as bot:
        bot.ingest_documents([LoadedDocument(source="/returns", name="returns.md", title="Returns", text=TEXT)])
        conversation = bot.start_conversation()
    wire.enqueue(Silence())
    child = subprocess.Popen([sys.executable, "-c", ASK, str(tmp_path), wire.openai_url, conversation.id, QUESTION])
    until = time.monotonic() + 60
    while not wire.requests and child.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert wire.requests, "the child asked its model"
    child.kill()
    child.wait()
    assert wire.hung_up.wait(5)
    with open_assistant(settings) as successor:
        [left] = successor.turns(conversation.id)
        assert (left.status, left.question, left.reply) == ("pending", QUESTION, None)
        successor.warm_up()
        assert [turn.status for turn in successor.turns(conversation.id)] == ["pending"], "a replica may still be at it"
        assert successor.reply(QUESTION, conversation.id).citations
    age_turns(settings)
    with open_assistant(settings) as successor:
        successor.warm_up()
        assert [turn.status for turn in successor.turns(conversation.id)] == ["failed", "complete"]


def age_turns(settings: Settings) -> None:
    """Let every turn have begun an hour ago."""
    import sqlalchemy as sa

    engine = sa.create_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE turns SET created_at = datetime(created_at, '-1 hour')"))
    engine.dispose()
