"""The commands that change or check the knowledge base, by themselves and through the server that runs beside them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.homes import EMBEDDER, LendModel
from tests.program import PROGRAM, environment_of, output, run
from tests.services import free_port
from tests.wire import WireServer


@pytest.fixture
def home(tmp_path: Path, lend_model: LendModel) -> Path:
    """A working folder with three documents, ingested."""
    lend_model(tmp_path / "var")
    documents = tmp_path / "docs"
    documents.mkdir()
    (documents / "returns.md").write_text("# Returns\n\nYou may bring it back within 30 days.")
    (documents / "delivery.md").write_text("# Delivery\n\nDelivery to Austria takes two days.")
    (documents / "secret.md").write_text("# Recall\n\nThe Zebulon amplifier overheats; its serial begins with QX-77.")
    assert output(tmp_path, "ingest", "docs")["added"] == 3
    return tmp_path


def found(home: Path, question: str) -> list[str]:
    return [one["document"] for one in output(home, "search", question)["passages"]]


def test_a_dry_run_prints_the_plan(home: Path) -> None:
    (home / "docs" / "returns.md").write_text("# Returns\n\nWithin 60 days.")
    (home / "docs" / "delivery.md").unlink()
    plan = output(home, "ingest", "docs", "--dry-run")
    assert [Path(one).name for one in (*plan["changed"], *plan["removed"])] == ["returns.md", "delivery.md"]
    assert (plan["added"], plan["unchanged"]) == ([], 1)
    assert "30 days" in output(home, "search", "bring back")["passages"][0]["text"]


def test_an_emptied_folder_is_refused(home: Path) -> None:
    for file in (home / "docs").iterdir():
        file.unlink()
    done = run(home, "ingest", "docs")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--allow-mass-removal" in done.stderr
    assert output(home, "ingest", "docs", "--allow-mass-removal")["documents"] == 0


def test_generations_are_built_listed_and_rolled_back(home: Path) -> None:
    built = output(home, "reindex", "--embedder", "sentence-transformers:all-MiniLM-L6-v2", ASSISTANT_EMBEDDER="")
    assert (built["generation"], built["passages"], built["embedded"]) == (2, 3, 3)
    listed = output(home, "generations")["generations"]
    assert [(one["number"], one["state"]) for one in listed] == [(1, "kept"), (2, "live")]
    back = output(home, "rollback")
    assert (back["generation"], back["embedder"], back["embedded"]) == (1, EMBEDDER, 0)
    assert found(home, "When can I return it?")[0] == "returns.md"


def test_a_check_mends_what_was_damaged(home: Path) -> None:
    assert output(home, "check")["ok"] is True
    for file in (home / "var" / "indexes" / "1" / "chroma").rglob("*.bin"):
        file.write_bytes(b"torn")
    report = output(home, "check")
    assert (report["ok"], report["rebuilt"]) == (False, ["vectors"])
    assert output(home, "check")["ok"] is True


def test_what_is_forgotten_leaves_no_byte(home: Path) -> None:
    output(home, "ask", "What does the serial of the Zebulon amplifier begin with?")
    receipt = output(home, "forget", "secret.md")
    assert (receipt["documents"], receipt["text_hits"], receipt["vector_hits"]) == (["secret.md"], 0, 0)
    assert json.loads((home / "var" / "receipts" / f"{receipt['receipt']}.json").read_text())["turns"] == 1
    left = [file for file in (home / "var").rglob("*") if file.is_file() and b"QX-77" in file.read_bytes()]
    assert left == []
    assert "secret.md" not in found(home, "Zebulon amplifier")
    done = run(home, "forget", "secret.md")
    assert (done.returncode, "no document" in done.stderr) == (1, True)


@pytest.fixture
def server(home: Path) -> Iterator[str]:
    port = free_port()
    environment = environment_of(home)
    command = [PROGRAM, "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while not _is_ready(address):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield address
        process.terminate()


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def _ask(address: str, question: str) -> dict[str, Any]:
    body = {"model": "assistant", "messages": [{"role": "user", "content": question}]}
    answer: dict[str, Any] = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=30).json()
    return answer


def test_a_running_server_does_the_work_and_answers_from_it_at_once(home: Path, server: str) -> None:
    (home / "docs" / "repairs.md").write_text("# Repairs\n\nA new ear cushion costs 14 euros.")
    report = output(home, "ingest", "docs")
    assert (report["added"], report["unchanged"]) == (1, 3)
    assert "14 euros" in json.dumps(_ask(server, "What does a new ear cushion cost?"))
    assert found(home, "ear cushion")[0] == "repairs.md"
    assert output(home, "check")["ok"] is True
    assert output(home, "reindex")["generation"] == 2
    assert "14 euros" in json.dumps(_ask(server, "What does a new ear cushion cost?"))
    assert output(home, "forget", "repairs.md")["text_hits"] == 0
    assert "14 euros" not in json.dumps(_ask(server, "What does a new ear cushion cost?"))
    refused = run(home, "rollback")
    assert (refused.returncode, "no earlier generation" in refused.stderr) == (1, True)


def test_the_door_for_jobs_opens_only_with_the_secret(home: Path, server: str) -> None:
    job = {"name": "check", "arguments": {}}
    assert httpx.post(f"{server}/v1/jobs", json=job).status_code == 401
    assert httpx.get(f"{server}/v1/jobs", headers={"Authorization": "Bearer x"}).status_code == 401
    assert (home / "var" / "server.json").stat().st_mode & 0o077 == 0


def test_a_second_process_without_a_server_is_refused_and_can_still_search(home: Path) -> None:
    holder = (
        "import sys, assistant\nbot = assistant.open_assistant()\nbot.search('x')\nprint('open', flush=True)\n"
        "sys.stdin.read()"
    )
    environment = environment_of(home)
    with subprocess.Popen(
        [sys.executable, "-c", holder], cwd=home, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"open"
        refused = run(home, "ingest", "docs")
        assert (refused.returncode, f"pid {process.pid}" in refused.stderr) == (1, True)
        assert found(home, "When can I return it?")[0] == "returns.md"
        process.kill()


def test_the_price_of_a_hosted_embedder_is_told_before_it_is_paid(home: Path) -> None:
    name = "openai:text-embedding-3-small"
    with WireServer() as wire:
        hosted = {"OPENAI_BASE_URL": wire.openai_url, "OPENAI_API_KEY": "sk-test"}
        done = run(home, "reindex", "--embedder", name, "--json", **hosted, ASSISTANT_EMBEDDER="")
        assert (done.returncode, json.loads(done.stdout)["embedded"]) == (0, 3)
        assert f"{name}: $0.00" in done.stderr
        (home / "docs" / "repairs.md").write_text("# Repairs\n\nA new ear cushion costs 14 euros.")
        done = run(home, "ingest", "docs", **hosted, ASSISTANT_EMBEDDER=name)
    assert (done.returncode, "1 added" in done.stdout) == (0, True)
    assert f"{name}: $0.00" in done.stderr


def test_a_watched_folder_is_ingested_again_after_a_change(home: Path) -> None:
    environment = environment_of(home, PYTHONUNBUFFERED="1")
    command = [PROGRAM, "watch", "docs"]
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert "3 unchanged" in process.stdout.readline()
        assert "watching" in process.stdout.readline()
        (home / "docs" / "repairs.md").write_text("# Repairs\n\nA new ear cushion costs 14 euros.")
        assert "1 added" in process.stdout.readline()
        process.terminate()
    assert found(home, "ear cushion")[0] == "repairs.md"
