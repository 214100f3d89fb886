"""The state folders that evaluations ask: the live one, or one made of a corpus."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.bootstrap import open_assistant
from assistant.errors import ConfigurationError, DocumentError
from assistant.evaluation.sets import corpus_file, read_corpus
from assistant.indexing.embedding import Progress
from assistant.rehearsal import Rehearsal
from assistant.service import Assistant
from assistant.settings import Settings

CORPUS_MARK = "evaluated-corpus.sha256"
"""Names, in a kept home, the corpus that it holds."""


@contextmanager
def asked_home(
    settings: Settings, corpus: Path | None, kept: Path | None = None, progress: Progress | None = None
) -> Iterator[Assistant]:
    """Open the assistant that an evaluation asks, warm, in a rehearsal: its turns are not stored.

    Args:
        settings: Of the live home; backends and models are taken from it for a corpus too.
        corpus: Holds `corpus.jsonl[.gz]`, and is ingested into a home of its own; None asks the live home.
        kept: Where that home is, or is made, so that the next evaluation need not embed the corpus again; None takes
            a temporary one.
        progress: Told how far the ingest is.

    Raises:
        ConfigurationError: `kept` holds something else than this corpus.
        DocumentError: The corpus is missing or not in the expected form, or the live home is empty.
    """
    if corpus is None:
        with open_assistant(settings, store=Rehearsal()) as assistant:
            if not assistant.status()["passages"]:
                raise DocumentError(settings.home, "holds no documents yet; run `assistant ingest PATH...` first")
            assistant.warm_up()
            yield assistant
    elif kept is not None:
        _claim(kept, corpus)
        with _over_corpus(settings, corpus, kept, progress) as assistant:
            yield assistant
    else:
        with (
            tempfile.TemporaryDirectory(prefix="assistant-eval-") as home,
            _over_corpus(settings, corpus, Path(home), progress) as assistant,
        ):
            yield assistant


@contextmanager
def _over_corpus(settings: Settings, corpus: Path, home: Path, progress: Progress | None) -> Iterator[Assistant]:
    here = settings.model_copy(update={"home": home, "database": "", "chroma": ""})
    with open_assistant(here, store=Rehearsal()) as assistant:
        assistant.ingest_documents(list(read_corpus(corpus)), progress)
        assistant.warm_up()
        yield assistant


def _claim(home: Path, corpus: Path) -> None:
    """Make sure that a home is new, or holds this very corpus."""
    checksum = _checksum(corpus_file(corpus))
    mark = home / CORPUS_MARK
    if mark.is_file():
        if mark.read_text(encoding="ascii").strip() != checksum:
            raise ConfigurationError(f"--keep {home} holds another corpus than {corpus}; name another folder")
    elif home.is_dir() and any(home.iterdir()):
        raise ConfigurationError(f"--keep {home} is not the home of an evaluation; name a new folder")
    else:
        home.mkdir(parents=True, exist_ok=True)
        mark.write_text(checksum, encoding="ascii")


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DocumentError(path, f"cannot be opened: {error.strerror}") from error
