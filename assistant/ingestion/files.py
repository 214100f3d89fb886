"""Finds the files to ingest."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.loaders import SUFFIXES


@dataclass(frozen=True)
class SourceFile:
    """A file, the absolute path that identifies it, and the name that people read."""

    path: Path
    source: str
    name: str


def discover(paths: Sequence[Path]) -> list[SourceFile]:
    """Return the files named, and those of known types below the folders named, each once, by source.

    Hidden files and folders, and links that lead out of their folder, are passed over.

    Raises:
        DocumentError: A path does not exist.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        if not path.exists():
            raise DocumentError(path, "does not exist; check the path")
        root = path.resolve()
        for file, name in [(root, root.name)] if root.is_file() else _below(root):
            found.setdefault(file.as_posix(), SourceFile(path=file, source=file.as_posix(), name=name))
    return [found[source] for source in sorted(found)]


def folders(paths: Sequence[Path]) -> list[str]:
    """Return the prefixes of all sources that lie below the folders among the paths."""
    return [f"{path.resolve().as_posix().rstrip('/')}/" for path in paths if path.is_dir()]


def _below(root: Path) -> Iterator[tuple[Path, str]]:
    for folder, inner, files in os.walk(root):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for name in files:
            file = Path(folder, name)
            if not name.startswith(".") and file.suffix.lower() in SUFFIXES and _is_inside(file, root):
                yield file, file.relative_to(root).as_posix()


def _is_inside(file: Path, root: Path) -> bool:
    target = file.resolve() if file.is_symlink() else file
    return target.is_relative_to(root) and target.is_file()
