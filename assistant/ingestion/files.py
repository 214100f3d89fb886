"""Finds the files to ingest: named ones, those below folders, and those inside zip archives."""

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.archives import ARCHIVE_SUFFIX, is_nested, members, stream_member
from assistant.ingestion.loaders import SUFFIXES
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.limits import MAX_FILE_BYTES, NOT_REGULAR, TOO_LARGE, opened, parsing

_INSIDE = "!/"
_STEP_BYTES = 1024 * 1024
_BAD_NAME = "has a name that is no valid UTF-8; rename it"
_NESTED = "is an archive inside an archive, which is not opened; unpack it, or put it beside the outer one"
_UNLISTED = "cannot be listed: {}; check its rights"


@dataclass(frozen=True)
class SourceFile:
    """A file, what identifies it, and the name that people read.

    A file has its absolute path as `source`. The `member` of a zip archive at `path` has `PATH!/MEMBER`. Where
    `problem` is not empty, it says why this cannot be read, and whoever tries gets it as a DocumentError: that is how
    a broken archive or a forbidden folder becomes a line of the report instead of the end of the run.
    """

    path: Path
    source: str
    name: str
    member: str = ""
    problem: str = ""


def discover(paths: Sequence[Path]) -> list[SourceFile]:
    """Return the files named, and those of known types below the folders named, each once, by name.

    A zip archive, named or below a folder, stands for its members of known types; one that cannot be trusted or read
    becomes one SourceFile with a `problem`. Hidden files and folders, and links that lead out of their folder, are
    passed over.

    Raises:
        DocumentError: A path does not exist or cannot be looked at.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        with parsing(path, "document"):
            if not path.exists():
                raise DocumentError(path, "does not exist; check the path")
            root = path.resolve()
        for file in _below(root) if root.is_dir() else [_named(root, root.name)]:
            for one in _expanded(file):
                found.setdefault(one.source, one)
    return sorted(found.values(), key=lambda file: (file.name, file.source))


def folders(paths: Sequence[Path]) -> list[str]:
    """Return the prefixes of all sources that lie below the folders and inside the archives among the paths."""
    roots = [path.resolve() for path in paths]
    prefixes = [f"{root.as_posix().rstrip('/')}/" for root in roots if root.is_dir()]
    return prefixes + [f"{root.as_posix()}{_INSIDE}" for root in roots if _is_archive(root) and root.is_file()]


def unreadable(files: Iterable[SourceFile]) -> list[str]:
    """Return the prefixes below which nothing could be listed, so that nothing known below them counts as gone."""
    whole = [file.source for file in files if file.problem and not file.member]
    return [f"{source}{sign}" for source in whole for sign in (_INSIDE, "/")]


def content_digest(file: SourceFile) -> str:
    """Return the SHA-256 of a file's content, or a member's, as 64 hexadecimal digits.

    Raises:
        DocumentError: It cannot be read or is too large.
    """
    check_readable(file)
    if file.member:
        digest = hashlib.sha256()
        for piece in stream_member(file.path, file.member):
            digest.update(piece)
        return digest.hexdigest()
    with opened(file.path) as (content, size):
        if size > MAX_FILE_BYTES:
            raise DocumentError(file.source, TOO_LARGE)
        return hashlib.file_digest(content, "sha256").hexdigest()


def check_readable(file: SourceFile) -> None:
    """Raise what is already known to be wrong with a file.

    Raises:
        DocumentError: Something is.
    """
    if file.problem:
        raise DocumentError(file.source, file.problem)


def _below(root: Path) -> Iterator[SourceFile]:
    forbidden: list[OSError] = []
    for folder, inner, files in os.walk(root, onerror=forbidden.append):
        inner[:] = [name for name in inner if not name.startswith(".")]
        for name in files:
            file = Path(folder, name)
            suffix = file.suffix.lower()
            if not name.startswith(".") and (suffix in SUFFIXES or suffix == ARCHIVE_SUFFIX) and _is_inside(file, root):
                yield _named(file, file.relative_to(root).as_posix())
    for error in forbidden:
        closed = Path(str(error.filename))
        yield SourceFile(
            closed, closed.as_posix(), closed.relative_to(root).as_posix(), problem=_UNLISTED.format(error.strerror)
        )


def _is_inside(file: Path, root: Path) -> bool:
    if not file.is_symlink():
        return True
    try:
        target = file.resolve()
    except (OSError, RuntimeError):
        # A link that leads to itself.
        return False
    return target.is_relative_to(root) and target.is_file()


def _named(file: Path, name: str) -> SourceFile:
    """Return a file with a name fit to be shown: no control characters, nothing that turns its direction around."""
    problem = "" if file.is_file() else NOT_REGULAR
    try:
        file.as_posix().encode()
    except UnicodeEncodeError:
        problem = _BAD_NAME
    return SourceFile(file, file.as_posix(), one_line(name), problem=problem)


def _expanded(file: SourceFile) -> Iterator[SourceFile]:
    """Yield the file itself or, where it is an archive, its members."""
    if file.problem or not _is_archive(file.path):
        yield file
        return
    try:
        names = list(members(file.path))
    except DocumentError as error:
        yield SourceFile(file.path, file.source, file.name, problem=error.reason)
        return
    for name in names:
        if is_nested(name) or Path(name).suffix.lower() in SUFFIXES:
            source, shown = f"{file.source}{_INSIDE}{name}", f"{file.name}/{one_line(name)}"
            yield SourceFile(file.path, source, shown, name, _NESTED if is_nested(name) else "")


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() == ARCHIVE_SUFFIX
