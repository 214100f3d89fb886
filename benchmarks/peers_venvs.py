"""A virtual environment for each framework, so that no peer's packages meet another's or the assistant's.

torch, transformers and sentence-transformers lie in one environment that all of them see through a `.pth` file: they
run the same weights on the same engine, and a gigabyte is kept once. Everything else is the peer's own, at the newest
version that pip finds unless a version stands here.
"""

import json
import os
import subprocess
import sys
import venv
from importlib.metadata import distributions
from pathlib import Path

CACHE = Path(os.environ.get("PEERS_CACHE", Path.home() / ".cache" / "assistant-peers"))
"""Outside the repository; keeps environments, passages and vectors from run to run."""

ENGINE = "engine"
REQUIREMENTS: dict[str, tuple[str, ...]] = {
    ENGINE: ("torch==2.13.0", "sentence-transformers==6.2.0"),
    "langchain": (
        "langchain>=1.4,<2",
        "langchain-chroma",
        "langchain-classic",
        "langchain-community",
        "langchain-huggingface",
        "rank-bm25",
    ),
    "llama-index": (
        "llama-index-core==0.14.25",
        "llama-index-embeddings-huggingface",
        "llama-index-retrievers-bm25",
    ),
    "haystack": ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0"),
    "txtai": ("txtai==9.14.0",),
}


def python_of(name: str) -> Path:
    """Return the interpreter of a peer's environment, whether it is installed or not."""
    return CACHE / "venvs" / name / "bin" / "python"


def install(names: list[str]) -> None:
    """Make the environments that are missing; one that is whole is left alone. Prints what each holds."""
    for name in dict.fromkeys([ENGINE, *names]):
        done = CACHE / "venvs" / name / "installed.json"
        if not done.exists():
            _make(name)
            done.write_text(json.dumps(versions(name), indent=1), encoding="utf-8")
        print(f"{name}: {len(json.loads(done.read_text(encoding='utf-8')))} packages of its own", flush=True)


def versions(name: str) -> dict[str, str]:
    """Return the version of each package that lies in an environment itself."""
    found = distributions(path=[str(_packages(name))])
    return {one.name: one.version for one in sorted(found, key=lambda one: one.name.lower())}


def _make(name: str) -> None:
    folder = CACHE / "venvs" / name
    venv.create(folder, with_pip=True, clear=True)
    if name != ENGINE:
        (_packages(name) / "engine.pth").write_text(f"{_packages(ENGINE)}\n", encoding="utf-8")
    command = [str(python_of(name)), "-m", "pip", "install", "--quiet", "--quiet", *REQUIREMENTS[name]]
    subprocess.run(command, check=True, timeout=3600)


def _packages(name: str) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return CACHE / "venvs" / name / "lib" / version / "site-packages"
