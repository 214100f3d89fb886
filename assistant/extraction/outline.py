"""Follows the numbered lists of a text, with what is indented under their steps."""

import re

_NUMBER = re.compile(r"(\d{1,3})[.)]\s")


def step_number(text: str) -> int | None:
    """Return the number that a step of a list begins with; None for a text that is no step."""
    found = _NUMBER.match(text)
    return int(found[1]) if found else None


class Outline:
    """Tells line by line which numbered list a piece of text stands in; lists are numbered from 1."""

    def __init__(self) -> None:
        self._lists = 0
        self._open = 0
        self._indent = 0
        self._announced = False
        self._itemised = False

    def place(self, between: str, text: str, *, is_listed: bool) -> int:
        """Return the number of the list that the next piece stands in, 0 outside any.

        Args:
            between: The white space before the piece, empty at the start of the text.
            text: The piece: a sentence, an item, a step, a table row or a heading.
            is_listed: Whether it begins with the sign of an item.
        """
        if "\n" in between or not self._lists:
            self._open = self._of_line(between, text, is_listed)
            self._itemised = bool(self._open) and is_listed
        self._announced = text.endswith(":")
        return self._open

    def _of_line(self, between: str, text: str, is_listed: bool) -> int:
        indent = len(between.rpartition("\n")[2].expandtabs(4))
        number = step_number(text)
        if self._open and indent > self._indent and not text.startswith("#"):
            return self._open
        if number is not None:
            if not self._open or number == 1:
                self._lists += 1
                self._indent = indent
                return self._lists
            return self._open
        is_apart = re.search(r"\n[ \t]*\n", between) is not None or text.startswith(("#", "|"))
        # Items at the margin belong to the step that announced them.
        goes_on = self._announced or self._itemised if is_listed else not is_apart
        return self._open if goes_on else 0
