"""What a parser process and its owner say to each other: a length in four bytes, then JSON. Never pickles.

The owner sends batches of tasks; the process says once that it is ready, and then answers each task by itself, in
order. The answers of a process that has been taken over can be wrong, but they can do nothing else.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from assistant.types import LoadedDocument, Value

_LENGTH = struct.Struct("<I")
_READ_BYTES = 1024 * 1024
MAX_FRAME_BYTES = 64 * 1024 * 1024
"""Far above the largest document that a loader lets pass."""


class Task(Value):
    """One file to parse: its path as the file system writes it, in hexadecimal digits, and its member if a zip."""

    path: str
    member: str = ""

    @classmethod
    def of(cls, path: Path, member: str) -> "Task":
        """Return the task to parse the file at `path`, or one member of it."""
        return cls(path=os.fsencode(path).hex(), member=member)

    def location(self) -> Path:
        """Return the path of the file."""
        return Path(os.fsdecode(bytes.fromhex(self.path)))


class Answer(Value):
    """What came of a task: a document, a `reason` why there is none, or neither where its author opted out.

    With `is_last` the process ends after this answer and wants to be replaced.
    """

    document: LoadedDocument | None = None
    reason: str = ""
    is_last: bool = False


TASKS = TypeAdapter(list[Task])


class BrokenFrame(Exception):
    """The other side sent something that is no frame."""


def frame(content: bytes) -> bytes:
    """Return content as one frame."""
    return _LENGTH.pack(len(content)) + content


def write_all(descriptor: int, content: bytes) -> None:
    """Write all of it, however often that takes.

    Raises:
        OSError: The other side is gone.
    """
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


class Frames:
    """Puts frames together from what arrives at a descriptor."""

    def __init__(self, descriptor: int) -> None:
        """Read from a descriptor that someone else closes."""
        self._descriptor = descriptor
        self._arrived = bytearray()

    def receive(self) -> bool:
        """Wait for more bytes; False where the other side has closed."""
        piece = os.read(self._descriptor, _READ_BYTES)
        self._arrived += piece
        return bool(piece)

    def whole(self) -> Iterator[bytes]:
        """Yield the frames that have arrived in full.

        Raises:
            BrokenFrame: One says to be longer than any may be.
        """
        while len(self._arrived) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._arrived)
            if length > MAX_FRAME_BYTES:
                raise BrokenFrame(f"a frame of {length} bytes")
            end = _LENGTH.size + length
            if len(self._arrived) < end:
                return
            content = bytes(self._arrived[_LENGTH.size : end])
            del self._arrived[:end]
            yield content
