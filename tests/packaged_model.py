"""The packaged model as ONNX files: made once for all processes of a run, since that takes seconds of a core."""

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from assistant import Settings
from assistant.embedders import open_embedder

EMBEDDER = "onnx:all-MiniLM-L6-v2"

LendModel = Callable[[Path], Path]


@pytest.fixture(scope="session")
def lend_model(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> LendModel:
    """Puts the model's files into a state folder, where its first use would put them; returns that folder."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if hasattr(request.config, "workerinput") else own) / "packaged-model"
    with FileLock(f"{shared}.lock"):
        if not shared.exists():
            # A question makes the files for questions, too.
            open_embedder(Settings(home=shared, embedder=EMBEDDER)).embed_query("made once")

    def lend(home: Path) -> Path:
        for file in [one for one in shared.rglob("*") if one.is_file()]:
            lent = home / file.relative_to(shared)
            lent.parent.mkdir(parents=True, exist_ok=True)
            # Files are replaced there, never written to: whatever a test does to its own leaves the others'.
            lent.hardlink_to(file)
        return home

    return lend
