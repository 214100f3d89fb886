"""What takes seconds of a core is made once for all processes of a run: the packaged model's files, a stocked home."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import Settings, open_assistant
from assistant.embedders import open_embedder
from assistant.readers.small import SmallReader
from assistant.shipped import shipped_folder

EMBEDDER = "onnx:all-MiniLM-L6-v2"

LendModel = Callable[[Path], Path]
StockHome = Callable[[Path], Path]


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A folder that all processes of a run have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if hasattr(request.config, "workerinput") else own


@pytest.fixture(scope="session")
def lend_model(shared_folder: Path) -> LendModel:
    """Puts the model's files into a state folder, where its first use would put them; returns that folder."""

    def make(home: Path) -> None:
        # A question makes the files for questions, too.
        open_embedder(Settings(home=home, embedder=EMBEDDER)).embed_query("made once")

    return _made_once(shared_folder / "packaged-model", make)


@pytest.fixture(scope="session")
def lend_reader(shared_folder: Path) -> LendModel:
    """Puts the small reader into a state folder, where its first use would put it; returns that folder."""
    return _made_once(shared_folder / "small-reader", lambda home: SmallReader(home=home).warm_up())


@pytest.fixture(scope="session")
def stock_home(shared_folder: Path, lend_model: LendModel) -> StockHome:
    """Makes a state folder into which the shipped knowledge base was ingested; returns it."""

    def make(home: Path) -> None:
        with open_assistant(Settings(home=lend_model(home), embedder=EMBEDDER)) as bot:
            bot.ingest(shipped_folder("knowledge_base"))

    return _made_once(shared_folder / "stocked-home", make)


def _made_once(shared: Path, make: Callable[[Path], None]) -> Callable[[Path], Path]:
    """Let the first process that comes make a state folder, and return what copies it to another."""
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            make(shared)
    return lambda home: _copied(shared, home)


def _copied(shared: Path, home: Path) -> Path:
    shutil.copytree(shared, home, copy_function=_copy, dirs_exist_ok=True)
    return home


def _copy(source: str, target: str) -> None:
    # Models are replaced, never written to: whatever a test does to its own leaves the others'.
    if source.endswith(".onnx"):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
