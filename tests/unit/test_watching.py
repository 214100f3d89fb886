"""A watch calls when files came to rest, and only for files that an ingest would read."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import watchfiles

from assistant.errors import BackendError
from assistant.ingestion import watching
from assistant.ingestion.watching import snapshot, watch

SETTLE = 0.1


class Calls:
    """Counts calls, and waits for them."""

    def __init__(self, failing: int = 0) -> None:
        self.count = 0
        self.failing = failing

    def __call__(self) -> None:
        self.count += 1
        if self.count <= self.failing:
            raise BackendError("embedder", "is away")

    def come_to(self, count: int, seconds: float = 5.0) -> bool:
        """Tell whether there were that many calls in time, and no more for a while after."""
        latest = time.monotonic() + seconds
        while self.count < count and time.monotonic() < latest:
            time.sleep(0.02)
        time.sleep(0.3 if count else 0.6)
        return self.count == count


@contextmanager
def watched(*paths: Path, calls: Calls, poll_seconds: float = 1.0) -> Iterator[None]:
    stop = threading.Event()

    def run() -> None:
        watch(paths, calls, stop=stop, settle_seconds=SETTLE, poll_seconds=poll_seconds)

    thread = threading.Thread(target=run)
    thread.start()
    time.sleep(0.4)
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
        assert not thread.is_alive()


def replace(path: Path, text: str) -> None:
    """Save as editors do: write beside, then put in place."""
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text)
    os.replace(beside, path)


def test_changes_are_told_once_they_are_at_rest(tmp_path: Path) -> None:
    calls = Calls()
    page = tmp_path / "deep" / "page.md"
    with watched(tmp_path, calls=calls, poll_seconds=60):
        page.parent.mkdir()
        for text in "abc":
            page.write_text(text)
            time.sleep(SETTLE / 3)
        assert calls.come_to(1)
        replace(page, "new")
        assert calls.come_to(2)
        page.rename(page.with_name("renamed.md"))
        assert calls.come_to(3)
        shutil.rmtree(page.parent)
        assert calls.come_to(4)


def test_hidden_temporary_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    calls = Calls()
    folder, outside = tmp_path / "docs", tmp_path / "outside.md"
    folder.mkdir()
    outside.write_text("outside")
    with watched(folder, calls=calls):
        (folder / ".hidden.md").write_text("x")
        (folder / "page.md~").write_text("x")
        (folder / "page.md.tmp").write_text("x")
        (folder / ".git").mkdir()
        (folder / ".git" / "page.md").write_text("x")
        (folder / "link.md").symlink_to(outside)
        assert calls.come_to(0, seconds=0)


def test_a_single_file_is_followed_through_replacements(tmp_path: Path) -> None:
    calls = Calls()
    page = tmp_path / "page.md"
    page.write_text("a")
    with watched(page, calls=calls):
        for count, text in enumerate("bc", start=1):
            replace(page, text * count)
            assert calls.come_to(count)


def test_a_folder_may_go_and_come_back(tmp_path: Path) -> None:
    calls = Calls()
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "page.md").write_text("a")
    with watched(folder, calls=calls, poll_seconds=0.3):
        shutil.rmtree(folder)
        assert calls.come_to(1)
        folder.mkdir()
        (folder / "page.md").write_text("b")
        assert calls.come_to(2)
        (folder / "page.md").write_text("cc")
        assert calls.come_to(3)


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    calls = Calls(failing=2)
    with watched(tmp_path, calls=calls, poll_seconds=0.2):
        (tmp_path / "page.md").write_text("a")
        assert calls.come_to(3)


def test_without_notifications_it_polls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_paths: Path, **_options: object) -> Iterator[None]:
        raise OSError("no more watches")

    monkeypatch.setattr(watchfiles, "watch", refuse)
    calls = Calls()
    with watched(tmp_path, calls=calls, poll_seconds=0.2):
        (tmp_path / "page.md").write_text("a")
        assert calls.come_to(1)


def test_a_file_that_never_rests_is_told_at_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_MAX_SETTLE_SECONDS", 0.3)
    calls = Calls()
    done = threading.Event()

    def grow() -> None:
        with (tmp_path / "log.txt").open("a") as file:
            while not done.wait(0.02):
                file.write("line\n")
                file.flush()

    writer = threading.Thread(target=grow)
    with watched(tmp_path, calls=calls):
        writer.start()
        begun = time.monotonic()
        while not calls.count and time.monotonic() - begun < 5:
            time.sleep(0.05)
        done.set()
        writer.join()
    assert calls.count >= 1


def test_an_error_that_is_not_ours_ends_the_watch(tmp_path: Path) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    change: Callable[[], object] = (tmp_path / "page.md").touch
    threading.Timer(0.4, change).start()
    with pytest.raises(ZeroDivisionError):
        watch([tmp_path], fail, stop=threading.Event(), settle_seconds=SETTLE, poll_seconds=1)


def test_a_missing_path_holds_nothing(tmp_path: Path) -> None:
    assert snapshot([tmp_path / "missing", tmp_path]) == {}
