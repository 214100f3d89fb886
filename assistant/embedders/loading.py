"""How local models are found, loaded quietly, and named by what they hold."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.embedders.packaged import SHA256, folder_digest, names_packaged_model, packaged_folder
from assistant.errors import BackendError, MissingDependency


def local_folder(name: str) -> Path | None:
    """Return the folder that `name` means: the packaged model or a directory; None where it is a name on the hub.

    Raises:
        ConfigurationError: The packaged weights are missing or not the published ones.
    """
    if names_packaged_model(name):
        return packaged_folder()
    folder = Path(name).expanduser()
    return folder if folder.is_dir() else None


def content_of(name: str, repository: str) -> str:
    """Return what tells one state of a model's files from another: a digest, or the hub's revision.

    The revision is known after loading, when the files lie in the hub's cache.
    """
    if names_packaged_model(name):
        return f"sha256={SHA256}"
    folder = local_folder(name)
    if folder is not None:
        return f"sha256={folder_digest(folder)}"
    from huggingface_hub import try_to_load_from_cache

    cached = try_to_load_from_cache(repository, "config.json")
    return f"revision={Path(cached).parent.name}" if isinstance(cached, str) else "revision=unknown"


def shown_name(name: str) -> str:
    """Return the part of a model's name that may appear in a fingerprint: of a folder only the last part.

    The same files at another place give the same vectors.
    """
    folder = Path(name).expanduser()
    return folder.resolve().name if folder.is_dir() else name


def max_sequence(folder: Path) -> int | None:
    """Return the longest sequence, special tokens included, that a sentence-transformers folder was made for."""
    file = folder / "sentence_bert_config.json"
    if not file.is_file():
        return None
    length = json.loads(file.read_text(encoding="utf-8")).get("max_seq_length")
    return int(length) if length else None


@contextmanager
def loading(backend: str) -> Iterator[None]:
    """Load a model without progress bars, telling what to do where it cannot be loaded.

    Raises:
        MissingDependency: The files are not here and cannot be fetched, or are not a model.
    """
    from transformers.utils import logging as vendor_logging

    shown = vendor_logging.is_progress_bar_enabled()
    vendor_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    except (OSError, ValueError, KeyError, ImportError, AttributeError) as error:
        remedy = "give the path of a model folder, a name on the Hugging Face hub that this machine can reach, or"
        message = f"{backend} cannot be loaded ({_first_line(error)}); {remedy} all-MiniLM-L6-v2, which is packaged"
        raise MissingDependency(message) from error
    finally:
        if shown:
            vendor_logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def computing(backend: str) -> Iterator[None]:
    """Translate what torch raises while it computes.

    Raises:
        BackendError: The model failed, for example for want of memory.
    """
    try:
        yield
    except (RuntimeError, IndexError, ValueError) as error:
        raise BackendError(backend, f"the model failed: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
