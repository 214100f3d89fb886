"""The parser process: takes tasks from its owner, answers each, and ends when the owner closes the line.

Started by path, not by `multiprocessing`, which would run the owner's main program again in here.
"""

import os
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.archives import stream_member
from assistant.ingestion.loaders import load, load_bytes
from assistant.ingestion.sandbox.confinement import (
    CPU_SECONDS,
    MEMORY_BYTES,
    address_space_bytes,
    allow_cpu_seconds,
    confine,
)
from assistant.ingestion.sandbox.wire import TASKS, Answer, Frames, Task, frame, write_all
from assistant.types import LoadedDocument

_NEEDS_MEMORY = f"needs more than the {MEMORY_BYTES // 2**20:,} MB allowed to read it; split it into smaller files"
_MAX_GROWTH_BYTES = MEMORY_BYTES // 3
"""Grown by more than this, the process asks to be replaced, so that the next large file finds room."""


def main(owner: int) -> None:
    """Serve tasks from standard input until it ends; `owner` is the process id that started this one."""
    tasks, answers = _private_descriptors()
    confine(owner)
    baseline = address_space_bytes()
    write_all(answers, frame(b"ready"))
    incoming = Frames(tasks)
    while incoming.receive():
        for batch in incoming.whole():
            for task in TASKS.validate_json(batch):
                answer = _answer(task, baseline)
                write_all(answers, frame(answer.model_dump_json(exclude_defaults=True).encode()))
                if answer.is_last:
                    return


def _private_descriptors() -> tuple[int, int]:
    """Move the line to the owner away from standard input and output, where a parser could read or write."""
    tasks, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return tasks, answers


def _answer(task: Task, baseline: int) -> Answer:
    allow_cpu_seconds(CPU_SECONDS)
    try:
        document = _parse(task.location(), task.member)
    except DocumentError as error:
        return Answer(reason=error.reason.encode("utf-8", "replace").decode(), is_last=_has_grown(baseline))
    except MemoryError:
        return Answer(reason=_NEEDS_MEMORY, is_last=True)
    return Answer(document=document, is_last=_has_grown(baseline))


def _has_grown(baseline: int) -> bool:
    return address_space_bytes() - baseline > _MAX_GROWTH_BYTES


def _parse(path: Path, member: str) -> LoadedDocument | None:
    """Parse a file; source and name are known to the owner alone, who fills them in."""
    if not member:
        return load(path, source="", name="")
    return load_bytes(b"".join(stream_member(path, member)), Path(f"{path}!/{member}"), source="", name="")
