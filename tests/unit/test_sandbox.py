"""The parser pool: order, batches, limits, and what becomes of hostile files and of the processes they kill."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from assistant.ingestion.files import SourceFile, content_digest, discover
from assistant.ingestion.sandbox import ParserPool
from assistant.ingestion.sandbox.process import ParserFailed, ParserProcess
from assistant.ingestion.sandbox.wire import BrokenFrame, Frames, Task, frame
from assistant.types import LoadedDocument
from benchmarks.hostile_builders import zipped
from benchmarks.hostile_files import QUICK, verdicts

LONG_PARSE = "[a](" * 60_000
"""Keeps the Markdown parser busy for seconds."""


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    with ParserPool() as opened:
        yield opened


def texts(pool: ParserPool, files: list[SourceFile]) -> list[str]:
    outcomes = [outcome for _, outcome in pool.load_all(files)]
    return [one.text if isinstance(one, LoadedDocument) else getattr(one, "reason", "") for one in outcomes]


def test_documents_come_in_order_with_their_source_and_name(pool: ParserPool, tmp_path: Path) -> None:
    for number in range(150):
        (tmp_path / f"{number:03}.md").write_text(f"# Title {number}\n\nText")
    (tmp_path / "040.md").write_text("---\ningest: false\n---\nNo.")
    files = discover([tmp_path])
    found = list(pool.load_all(iter(files)))
    assert [file for file, _ in found] == files
    assert found[40][1] is None
    for number, (file, document) in enumerate(found):
        if number != 40:
            assert isinstance(document, LoadedDocument)
            assert (document.source, document.name, document.title) == (file.source, file.name, f"Title {number}")


def test_members_of_archives_are_parsed(pool: ParserPool, tmp_path: Path) -> None:
    QUICK["nested.zip"](tmp_path / "nested.zip")
    zipped(("a/opening_hours.md", "Nine to five."), ("b.txt", "Text"))(tmp_path / "a.zip")
    files = discover([tmp_path])
    (_, first), (_, second), (_, nested) = pool.load_all(files)
    assert isinstance(first, LoadedDocument)
    assert isinstance(second, LoadedDocument)
    assert (first.name, first.title, first.text) == ("a.zip/a/opening_hours.md", "Opening hours", "Nine to five.")
    assert first.source == f"{tmp_path}/a.zip!/a/opening_hours.md"
    assert isinstance(nested, DocumentError)
    assert "archive inside an archive" in nested.reason


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_ends_with_a_verdict(pool: ParserPool, tmp_path: Path, name: str) -> None:
    QUICK[name](tmp_path / name)
    for verdict in verdicts(pool, tmp_path):
        assert verdict.startswith(("read: ", "refused: ", "passed over"))
        assert "Traceback" not in verdict


def test_a_file_that_takes_too_long_is_given_up_alone(tmp_path: Path) -> None:
    for name, content in (("a.md", "Text"), ("b.md", LONG_PARSE * 20), ("c.md", "More")):
        (tmp_path / name).write_text(content)
    with ParserPool(workers=1, wall_seconds=3.0) as pool:
        first, second, third = texts(pool, discover([tmp_path]))
    assert (first, third) == ("Text", "More")
    assert second.startswith("was not read within 3 seconds")


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Text")
    (tmp_path / "b.md").write_text(LONG_PARSE)
    (tmp_path / "c.md").write_text("More")
    with ParserPool(workers=1) as pool:
        for number, reason in ((signal.SIGSEGV, "Segmentation fault"), (signal.SIGKILL, "want of memory")):
            found = pool.load_all(discover([tmp_path]))
            assert isinstance(next(found)[1], LoadedDocument)
            os.kill(pool.process_ids()[0], number)
            (_, killer), (_, after) = found
            assert isinstance(killer, DocumentError)
            assert reason in killer.reason
            assert isinstance(after, LoadedDocument)


def many_long_files(folder: Path) -> list[SourceFile]:
    (folder / "0.md").write_text("Text")
    for number in range(1, 100):
        (folder / f"{number}.md").write_text(LONG_PARSE)
    return discover([folder])


def test_leaving_early_and_closing_end_everything(tmp_path: Path) -> None:
    pool = ParserPool(workers=1)
    found = pool.load_all(many_long_files(tmp_path))
    assert isinstance(next(found)[1], LoadedDocument)
    (process_id,) = pool.process_ids()
    began = time.monotonic()
    found.close()
    pool.close()
    assert time.monotonic() - began < 5
    assert not Path(f"/proc/{process_id}").exists()


def test_closing_during_a_run_does_not_leave_the_reader_waiting(tmp_path: Path) -> None:
    pool = ParserPool()
    found = pool.load_all(many_long_files(tmp_path))
    next(found)
    pool.close()
    outcomes = [outcome for _, outcome in found]
    assert len(outcomes) == 99
    assert all(isinstance(outcome, DocumentError) for outcome in outcomes)
    assert not pool.process_ids()


def test_the_process_is_small_and_confined() -> None:
    process = ParserProcess()
    status = Path(f"/proc/{process.process_id}/status").read_text()
    limits = Path(f"/proc/{process.process_id}/limits").read_text()
    maps = Path(f"/proc/{process.process_id}/maps").read_text()
    process.close()
    rss_kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert rss_kilobytes < 80_000
    assert not [name for name in ("torch", "chromadb", "numpy", "onnxruntime", "sqlalchemy") if f"/{name}/" in maps]
    found = {" ".join(line.split()[:-3]): line.split()[-3] for line in limits.splitlines()}
    assert found["Max core file size"] == "0"
    assert found["Max file size"] == "0"
    assert found["Max open files"] == "64"
    assert int(found["Max address space"]) < 1.1 * 2**30


def test_a_process_without_a_file_to_read_answers_with_a_reason(tmp_path: Path) -> None:
    process = ParserProcess()
    (answer,) = process.answers([Task.of(tmp_path / "gone.md", "")], 10)
    process.close()
    assert answer.reason.startswith("cannot be opened: No such file")


def test_a_process_that_was_ended_fails() -> None:
    process = ParserProcess()
    process.kill()
    with pytest.raises(ParserFailed):
        list(process.answers([Task.of(Path("x"), "")], 10))


def test_what_a_process_may_not_do(tmp_path: Path) -> None:
    """The hook cannot be taken off again, so it is tried in a process of its own."""
    program = """
import os, socket, subprocess, sys
from assistant.ingestion.sandbox.confinement import confine
confine(os.getppid())
tries = [
    lambda: socket.create_connection(("127.0.0.1", 9), 1),
    lambda: socket.getaddrinfo("localhost", 80),
    lambda: socket.socket().bind(("127.0.0.1", 0)),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.remove(sys.argv[1]),
    lambda: os.write(os.open(sys.argv[1], os.O_WRONLY), b"x"),
]
for number, one in enumerate(tries):
    try:
        with open(os.devnull): one()
        print("allowed", number)
    except OSError as error:
        print("refused")
"""
    kept = tmp_path / "kept"
    kept.write_text("")
    result = subprocess.run([sys.executable, "-c", program, str(kept)], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["refused"] * 7, result.stdout
    assert kept.read_text() == ""


def test_frames_put_together_what_arrives_in_pieces() -> None:
    reader, writer = os.pipe()
    frames = Frames(reader)
    content = frame(b"one") + frame(b"two")
    seen: list[bytes] = []
    for piece in (content[:2], content[2:9], content[9:]):
        os.write(writer, piece)
        assert frames.receive()
        seen += frames.whole()
    assert seen == [b"one", b"two"]
    os.write(writer, b"\xff" * 4)
    frames.receive()
    with pytest.raises(BrokenFrame):
        list(frames.whole())
    os.close(writer)
    assert not frames.receive()
    os.close(reader)


def test_a_file_that_vanished_after_it_was_found(pool: ParserPool, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Text")
    files = discover([tmp_path])
    (tmp_path / "a.md").unlink()
    assert texts(pool, files)[0].startswith("cannot be opened")
    with pytest.raises(DocumentError, match="cannot be opened"):
        content_digest(files[0])


LIMITED = """
import sys
from assistant.ingestion.sandbox.confinement import allow_cpu_seconds, confine
import os
confine(os.getppid())
if sys.argv[1] == "memory":
    try:
        bytes(1_100_000_000)
    except MemoryError:
        print("refused", flush=True)
allow_cpu_seconds(0)
while sys.argv[1] == "cpu":
    pass
"""


def test_memory_and_processor_time_have_limits() -> None:
    command = [sys.executable, "-c", LIMITED]
    memory = subprocess.run([*command, "memory"], capture_output=True, text=True, check=True)
    assert memory.stdout == "refused\n"
    assert subprocess.run([*command, "cpu"], check=False, timeout=20).returncode == -signal.SIGXCPU
