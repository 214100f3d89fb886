"""Keeps what documents and customers wrote from giving orders to the terminal that it is printed on.

A terminal obeys control characters: they clear it, set its title, begin a link or put words into its input. Names of
files and messages of customers may hold them, and commands such as `ingest` and `gaps` print both.
"""

import re
import sys
from io import TextIOWrapper
from typing import TextIO

_COLOUR = r"\x1b(?!\[[\d;]*m)"
_DRAWING = r"\x1b(?!\[[\d;?]*[A-Za-z])"
"""A progress bar moves the cursor."""

_OTHERS = r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
OUTPUT = re.compile(rf"{_OTHERS}|{_COLOUR}|\r(?!\n)")
ERRORS = re.compile(rf"{_OTHERS}|{_DRAWING}")
_STANDS_FOR_IT = "\ufffd"


class PlainStream(TextIOWrapper):
    """A stream of text that shows a sign in the place of each control character that `forbidden` finds."""

    def __init__(self, stream: TextIOWrapper, forbidden: re.Pattern[str]) -> None:
        """Write to where another stream writes."""
        # Bytes of an argument that are no UTF-8 are lone surrogates here, and may be printed with the question.
        super().__init__(
            stream.buffer,
            encoding=stream.encoding,
            errors="backslashreplace",
            line_buffering=stream.line_buffering,
            write_through=True,
        )
        self._below = stream
        self._forbidden = forbidden

    def write(self, text: str, /) -> int:
        """Write a text, and return its length."""
        return super().write(self._forbidden.sub(_STANDS_FOR_IT, text))

    def close(self) -> None:
        """Leave the stream below open, to which others may write."""
        if not self._below.closed:
            self.flush()


def plain_streams() -> None:
    """Print plain text from here on."""
    sys.stdout, sys.stderr = _plain(sys.stdout, OUTPUT), _plain(sys.stderr, ERRORS)


def _plain(stream: TextIO, forbidden: re.Pattern[str]) -> TextIO:
    return PlainStream(stream, forbidden) if isinstance(stream, TextIOWrapper) else stream
