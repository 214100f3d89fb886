"""Reads templates from folders, notices when one is edited, and goes on with the last good one where the edit is wrong.

Templates run in Jinja's sandbox: they read the values that they are given, cannot change them, and reach nothing else.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import DictLoader, StrictUndefined, Template, TemplateError, TemplateNotFound, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assistant.errors import ConfigurationError

logger = logging.getLogger(__name__)

SUFFIX = ".md.j2"
CHECKSUM_DIGITS = 12
"""Of a sha256 in hexadecimal: 48 bits tell apart every version of a text that a team will ever write."""

FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, OSError)
"""What a wrong template raises: an expression in it may divide by zero or add a number to a text."""

Stamp = tuple[tuple[str, int, int], ...]
"""What tells that files are as they were: path, time of change in nanoseconds, size in bytes."""


@dataclass(frozen=True)
class Version:
    """One state of a template with all that it includes.

    `checksum` is that of the file alone, as `sha256sum` prints it, or of all files where it includes others.
    `variables` are those that it reads. `files` names every file that it is made of.
    """

    path: Path
    checksum: str
    template: Template
    variables: frozenset[str]
    files: tuple[str, ...]

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text without the blank space around it."""
        return self.template.render(values).strip()


@dataclass
class _Known:
    """What is known of one template: its files as they were last read, what came of it, and what worked last."""

    files: tuple[str, ...]
    stamp: Stamp | None = None
    newest: Version | Exception | None = None
    good: Version | None = None
    reported: Stamp | None = None


class Templates:
    """The templates of one or more folders; the first folder that has a template wins. Thread-safe."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Remember where templates live. Nothing is read before the first rendering."""
        self._folders = tuple(folders)
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def render(self, name: str, values: Mapping[str, object]) -> tuple[str, str]:
        """Return the text of a template and the checksum of what it was rendered from.

        An edited file is read again. Where it is wrong, the last good version is used, else that of a folder further
        back, and the error is logged once.

        Raises:
            ConfigurationError: The template is missing, or wrong wherever it is.
        """
        known = self._refreshed(name)
        newest = known.newest
        try:
            if not isinstance(newest, Version):
                assert newest is not None
                raise newest
            text = newest.render(values)
        except FAULTS as error:
            message = f"prompts/{name}{SUFFIX} cannot be rendered: {told(error)}; mend it or restore the one shipped"
            fallback = self._fallback(name, known, values)
            if fallback is None:
                raise ConfigurationError(message) from error
            if known.reported != known.stamp:
                known.reported = known.stamp
                logger.error("%s; until then the last good one is used", message)
            return fallback
        known.good = newest
        return text, newest.checksum

    def paths(self) -> dict[str, Path]:
        """Return the templates that there are, by name, each with the file that counts."""
        found: dict[str, Path] = {}
        for folder in reversed(self._folders):
            found |= {path.name.removesuffix(SUFFIX): path for path in folder.glob(f"*{SUFFIX}")}
        return dict(sorted(found.items()))

    def version(self, name: str) -> Version:
        """Return the newest version of a template.

        Raises:
            TemplateError: It is missing, or its syntax or that of what it includes is wrong.
            ValueError: A file is not UTF-8 text.
            OSError: A file cannot be read.
        """
        return _read(f"{name}{SUFFIX}", self._folders)

    def _refreshed(self, name: str) -> _Known:
        """Return what is known of a template, read again where one of its files has changed."""
        with self._lock:
            known = self._known.setdefault(name, _Known(files=(f"{name}{SUFFIX}",)))
            stamp = tuple(_stamp(known.files, self._folders))
            if known.newest is None or known.stamp != stamp:
                # The stamp is from before the reading: what is written meanwhile is read at the next turn.
                known.stamp = stamp
                try:
                    known.newest = self.version(name)
                    if known.files != known.newest.files:
                        known.files, known.stamp = known.newest.files, None
                except FAULTS as error:
                    known.newest = error
            return known

    def _fallback(self, name: str, known: _Known, values: Mapping[str, object]) -> tuple[str, str] | None:
        """Return what the last good version says, or what a folder further back does; None where neither does."""
        if known.good is not None:
            try:
                return known.good.render(values), known.good.checksum
            except FAULTS as error:
                logger.debug("the last good %s does not render either: %s", name, error)
        for place in range(1, len(self._folders)):
            try:
                version = _read(f"{name}{SUFFIX}", self._folders[place:])
                return version.render(values), version.checksum
            except FAULTS as error:
                logger.debug("%s of %s does not render either: %s", name, self._folders[place], error)
        return None


def told(error: Exception) -> str:
    """Return what is wrong with a template, with the line where it is known."""
    line = getattr(error, "lineno", None)
    words = f"there is no {error}" if isinstance(error, TemplateNotFound) else str(error) or type(error).__name__
    return f"line {line}: {words}" if line else words


def _stamp(files: Sequence[str], folders: Sequence[Path]) -> Iterator[tuple[str, int, int]]:
    """Yield the state of files wherever they are: one that appears in an earlier folder takes another's place."""
    for folder in folders:
        for file in files:
            path = folder / file
            try:
                state = path.stat()
            except OSError:
                continue
            yield str(path), state.st_mtime_ns, state.st_size


def _read(file: str, folders: Sequence[Path]) -> Version:
    """Read a template, and all that it includes, into memory: what is in use does not change with the files."""
    environment = _environment({})
    sources: dict[str, str] = {}
    contents: list[bytes] = []
    variables: set[str] = set()
    waiting = [file]
    first: Path | None = None
    while waiting:
        name = waiting.pop(0)
        path = _find(name, folders)
        if name in sources or path is None:
            continue
        first = first or path
        contents.append(path.read_bytes())
        sources[name] = contents[-1].decode("utf-8-sig")
        parsed = environment.parse(sources[name], name)
        variables |= meta.find_undeclared_variables(parsed)
        waiting += [one for one in meta.find_referenced_templates(parsed) if one]
    if first is None:
        raise TemplateNotFound(file)
    digest = hashlib.sha256(contents[0] if len(contents) == 1 else b"".join(contents)).hexdigest()
    return Version(
        path=first,
        checksum=digest[:CHECKSUM_DIGITS],
        template=_environment(sources).get_template(file),
        variables=frozenset(variables),
        files=tuple(sources),
    )


def _environment(sources: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # the output is plain text, never HTML
    )


def _find(file: str, folders: Sequence[Path]) -> Path | None:
    """Return the file that counts; a name may not lead out of the folders."""
    if Path(file).name != file:
        return None
    return next((path for folder in folders if (path := folder / file).is_file()), None)
