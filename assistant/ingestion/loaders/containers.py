"""Markdown that site generators add by lines: notes, tabs, tables of contents, definitions, imports."""

import re

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})(.*)")
_COLONS = re.compile(r"([ \t]*):{3,}[ \t]*\{?[.\w-]*\}?(.*)")
_NOTE = re.compile(r"([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+[\w -]*?(?:\"(.*)\")?[ \t]*")
_TAB = re.compile(r"([ \t]*)===[!+]?[ \t]+\"(.+)\"[ \t]*")
_DIRECTIVE = re.compile(
    r"[ \t]*\{(?:note|warning|tip|important|caution|hint|danger|attention|seealso|admonition)\}(.*)"
)
_ALERT = re.compile(r"^([ \t]*>[ \t]*)\[!\w+\][-+]?[ \t]*")
_CONTENTS = re.compile(r"[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|\$\{toc\}|\{:[ \t]*toc\b.*\})[ \t]*", re.IGNORECASE)
_CONTENTS_STAND_IN = re.compile(r"[ \t]*(?:[-*+]|1\.)[ \t]+\S.{0,60}")
_IMPORT = re.compile(r"import\s+[\w{}*,\s$]+\s+from\s+[\"'][^\"']+[\"'];?\s*")
_ABBREVIATION = re.compile(r"\*\[[^\]]+\]:.*")
_FOOTNOTE = re.compile(r"^[ ]{0,3}\[\^[^\]\s]+\]:[ \t]*")
_DEFINITION = re.compile(r"[ ]{0,3}:[ \t]{1,3}(?=\S)")
_NO_TERM = re.compile(r"[ \t]*(?:$|[#>|:]|[-*+] |\d+[.)] |[`~]{3})")
_STEP = 4
"""How far the body of a note or a tab is indented."""


def without_containers(text: str) -> str:
    """Return Markdown whose notes and tabs are paragraphs, with their titles above them.

    Tables of contents that the generator would have filled, imports and abbreviations go; code stays as it is.
    """
    reader = _Lines()
    for line in text.split("\n"):
        reader.read(line)
    return "\n".join(reader.kept)


class _Lines:
    def __init__(self) -> None:
        self.kept: list[str] = []
        self._fence = ""
        self._is_note = False
        self._bodies: list[int] = []
        """The indents of the notes and tabs that are open."""

    def read(self, line: str) -> None:
        line = self._dedented(line)
        sign = _FENCE.match(line)
        if self._fence:
            self._in_fence(line, sign)
        elif sign is not None:
            self._opens_fence(line, sign)
        elif not (self._opens_container(line) or self._is_dropped(line) or self._defines(line)):
            self.kept.append(_FOOTNOTE.sub("", _ALERT.sub(r"\1", line)))

    def _dedented(self, line: str) -> str:
        """Return a line without the indents of the notes around it; one that stands outside of them ends them."""
        if not line.strip() or not self._bodies:
            return line
        indent = _indent(line)
        while self._bodies and indent < self._bodies[-1] + _STEP * len(self._bodies):
            self._bodies.pop()
        return line.expandtabs(_STEP)[_STEP * len(self._bodies) :]

    def _opens_fence(self, line: str, sign: re.Match[str]) -> None:
        self._fence = sign[1]
        directive = _DIRECTIVE.match(sign[2])
        self._is_note = directive is not None
        if directive is None:
            self.kept.append(line)
        else:
            self._title("", directive[1])

    def _in_fence(self, line: str, sign: re.Match[str] | None) -> None:
        ends = sign is not None and sign[1].startswith(self._fence) and not sign[2].strip()
        if not (ends and self._is_note):
            self.kept.append(line)
        if ends:
            self._fence, self._is_note = "", False

    def _opens_container(self, line: str) -> bool:
        if colons := _COLONS.fullmatch(line):
            self._title(colons[1], colons[2])
            return True
        opened = _NOTE.fullmatch(line) or _TAB.fullmatch(line)
        if opened is None:
            return False
        self._title(opened[1], opened[2] or "")
        self._bodies.append(len(opened[1].expandtabs(_STEP)))
        return True

    def _title(self, indent: str, title: str) -> None:
        words = title.strip().strip("[]").strip()
        self.kept += ["", indent + words, ""] if words and not words.startswith("{") else [""]

    def _is_dropped(self, line: str) -> bool:
        if _CONTENTS.fullmatch(line):
            if "{:" in line and self.kept and _CONTENTS_STAND_IN.fullmatch(self.kept[-1]):
                self.kept.pop()
            return True
        return bool(_IMPORT.fullmatch(line) or _ABBREVIATION.fullmatch(line))

    def _defines(self, line: str) -> bool:
        """Write what a term means on the line of the term; a second meaning is a paragraph of its own."""
        if _DEFINITION.match(line) is None:
            return False
        meaning = _DEFINITION.sub("", line, count=1).strip()
        place = next((at for at in range(len(self.kept) - 1, -1, -1) if self.kept[at].strip()), None)
        if place is None or len(self.kept) - place > 2 or _NO_TERM.match(self.kept[place]):
            return False
        is_first = ": " not in self.kept[place]
        self.kept[place:] = (
            [f"{self.kept[place].rstrip(' :')}: {meaning}"] if is_first else [self.kept[place], "", meaning]
        )
        return True


def _indent(line: str) -> int:
    expanded = line.expandtabs(_STEP)
    return len(expanded) - len(expanded.lstrip())
