"""Puts placeholders where something personal stands, before a text leaves the house, and takes them back after."""

import re
from collections.abc import Iterable, Iterator

from assistant.privacy.finding import Kind, Personal, personal_in

_PLACEHOLDER = re.compile(r"\[(?:EMAIL|PHONE|CARD|IBAN|IP|ORDER|NAME)_\d{1,4}\]", re.IGNORECASE)
_BEGUN = re.compile(r"\[(?:[A-Z]{0,5}|[A-Z]{2,5}_\d{0,4})$", re.IGNORECASE)
_LEAST_PART_CHARS = 3
"""A shorter part of a name, such as `Al`, is left where it stands alone: too many words look like it."""


class Mask:
    """The placeholders of one request: the same thing gets the same one, however it is spelled."""

    def __init__(self, public: Iterable[str] = ()) -> None:
        """Begin without placeholders. What stands in a `public` text, such as the shop's own number, stays."""
        self._public = tuple(sorted((one for one in public if one.strip()), key=len, reverse=True))
        self._known = "\n".join(map(_squeezed, self._public))
        self._placeholders: dict[tuple[Kind, str], str] = {}
        self._values: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Take the names that people tell in some texts, so that they are hidden in every text."""
        for text in texts:
            for one in personal_in(text):
                if one.kind == "name":
                    self._placeholder(one.kind, text[one.start : one.end])

    def hide(self, text: str) -> str:
        """Return a text with placeholders; public texts within it are left as they are."""
        self.learn([text])
        hidden, at = [], 0
        for start, end in self._public_ranges(text):
            hidden += [self._hidden(text[at:start]), text[start:end]]
            at = end
        return "".join((*hidden, self._hidden(text[at:])))

    def restore(self, text: str) -> str:
        """Return a text with what the placeholders of this mask stand for; others stay."""
        return _PLACEHOLDER.sub(lambda match: self._values.get(match.group().upper(), match.group()), text)

    def restored(self, pieces: Iterable[str]) -> Iterator[str]:
        """Restore a stream; a placeholder that is cut between pieces is held back until it is whole."""
        held = ""
        for piece in pieces:
            held += piece
            begun = _BEGUN.search(held)
            ready, held = (held[: begun.start()], held[begun.start() :]) if begun else (held, "")
            if ready:
                yield self.restore(ready)
        if held:
            yield self.restore(held)

    def _public_ranges(self, text: str) -> list[tuple[int, int]]:
        ranges: list[tuple[int, int]] = []
        for one in self._public:
            start = text.find(one)
            while start >= 0:
                end = start + len(one)
                if not any(start < other_end and other_start < end for other_start, other_end in ranges):
                    ranges.append((start, end))
                start = text.find(one, end)
        return sorted(ranges)

    def _hidden(self, text: str) -> str:
        hidden, at = [], 0
        for one in personal_in(text):
            if not self._is_public(text, one):
                hidden += [text[at : one.start], self._placeholder(one.kind, text[one.start : one.end])]
                at = one.end
        return self._without_names("".join((*hidden, text[at:])))

    def _is_public(self, text: str, one: Personal) -> bool:
        return one.kind != "name" and _squeezed(text[one.start : one.end]) in self._known

    def _without_names(self, text: str) -> str:
        for name in sorted(self._names, key=len, reverse=True):
            text = re.sub(rf"(?<![\w\[]){re.escape(name)}(?!\w)", self._names[name], text)
        return text

    def _placeholder(self, kind: Kind, written: str) -> str:
        key = (kind, _squeezed(written))
        if key not in self._placeholders:
            number = sum(one == kind for one, _ in self._placeholders) + 1
            placeholder = f"[{kind.upper()}_{number}]"
            self._placeholders[key] = placeholder
            self._values[placeholder] = written
            if kind == "name":
                self._names |= dict.fromkeys(_parts(written), placeholder)
        return self._placeholders[key]


def hidden(text: str) -> str:
    """Return one text with placeholders that nobody will take back."""
    return Mask().hide(text)


def _parts(name: str) -> list[str]:
    """Return a name and those of its words that may stand for it: capitalised ones, and no initials."""
    words = [one.strip(".,") for one in name.split()]
    return [name, *(one for one in words if len(one) >= _LEAST_PART_CHARS and one[0].isupper())]


def _squeezed(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
