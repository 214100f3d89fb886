"""Turns text that was broken into lines by a page's width back into paragraphs."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.ingestion.loaders.blocks import heading, literal

_ITEM = re.compile(r"[ \t]*(?:[-*•‣◦▪●–—]|\d{1,3}[.)]|[a-z][.)])[ \t]+\S")
_SIGN = re.compile(r"^[•‣◦▪●–—][ \t]+", re.MULTILINE)
_NUMBERED = re.compile(r"((?:(?i:chapter|appendix) \w{1,3}|\d{1,2}(?:\.\d{1,2}){1,3}))[.:]?[ \t]+[^\W\d_a-z].{1,220}$")
"""A single number is left out, since it more often numbers a step than a chapter."""

_MAX_HEADING_CHARACTERS = 95
"""Only a question may be longer and still be a heading."""

_MAX_HEADING_LINES = 3
_CONTENTS = re.compile(r"(?:table of )?contents|inhalt(?:sverzeichnis)?", re.IGNORECASE)
_COMMAND = re.compile(r"#{1,6}[ \t]+[a-z]")
_UNDERLINE = re.compile(r"([=\-~])\1{2,}\s*$")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’)\]]*$")
_SHORT_SHARE = 0.75
"""A line this much shorter than the longest of its text ends a paragraph, if it also ends a sentence."""

_FULL_SHARE = 0.8
"""A line that with the next word would stay below this share of the width was broken on purpose."""

_MIN_WIDTH = 40
_KEPT_HYPHEN = re.compile(r"[^\W\d_]+-$")


def paragraphs(lines: Sequence[str]) -> list[str]:
    """Return paragraphs, list items and headings as one line each; blank lines always part.

    Indented blocks without sentences, such as commands, keep their lines.
    """
    width = _width(lines)
    found: list[str] = []
    before: list[str] = []
    for block in _blocks(lines):
        # A table of contents would be found instead of the sections that it points to.
        if not (len(before) == 1 and _CONTENTS.fullmatch(before[0].strip()) and len(block) > 1):
            found.extend(_block(block, width))
        before = block
    return found


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line.rstrip())
        elif block:
            yield block
            block = []


def numbered_heading(line: str) -> str:
    """Return a line such as `2.1 Returns` as a heading as deep as its number; empty if it is none."""
    match = _NUMBERED.match(line.strip())
    words = line.rstrip()
    if not match or words[-1] in ".;:," or (len(words) > _MAX_HEADING_CHARACTERS and words[-1] != "?"):
        return ""
    return heading(match.group(1).count(".") + 1, line)


def join_lines(lines: Sequence[str]) -> str:
    """Return lines as one, words that were divided at a line's end put together again."""
    pieces = [lines[0].strip()] if lines else []
    for line in lines[1:]:
        following = line.strip()
        if _KEPT_HYPHEN.search(pieces[-1]) and following[:1].islower():
            pieces[-1] = pieces[-1][:-1] + following
        else:
            pieces.append(following)
    return " ".join(filter(None, pieces))


def _width(lines: Sequence[str]) -> int:
    """Return how long a full line is: the longest but for a few outliers."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    return max(_MIN_WIDTH, lengths[int(len(lengths) * 0.95)]) if lengths else _MIN_WIDTH


def _block(block: list[str], width: int) -> list[str]:
    if len(block) == 2 and _UNDERLINE.match(block[1].strip()) and len(block[0]) <= width:
        return [heading(1 if block[1].strip()[0] == "=" else 2, block[0])]
    is_flush = not any(line[:1].isspace() for line in block[1:])
    if len(block) <= _MAX_HEADING_LINES and is_flush and (title := numbered_heading(join_lines(block))):
        return [title]
    if _is_preformatted(block):
        return ["\n".join(_stripped(line) for line in block)]
    runs = [[_stripped(block[0])]]
    for before, line in pairwise(block):
        if _goes_on(before, line, width):
            runs[-1].append(line)
        else:
            runs.append([_break(before, line, width)])
    return [_SIGN.sub("- ", "".join(map(_joined, runs)))]


def _goes_on(before: str, line: str, width: int) -> bool:
    """Tell whether only the page's width broke the line: the next word had no room, or begins in small letters."""
    if _ITEM.match(line) or line.startswith("#") or _is_end(before, width):
        return False
    following = line.split(maxsplit=1)[0]
    return following[0].islower() or len(before.rstrip()) + 1 + len(following) > _FULL_SHARE * width


def _joined(run: list[str]) -> str:
    """Return the lines of a run as one; the break and the margin before it are part of its first line."""
    margin = run[0][: len(run[0]) - len(run[0].lstrip())]
    return margin + join_lines(run)


def _break(before: str, line: str, width: int) -> str:
    return ("\n\n" if _is_end(before, width) and not _ITEM.match(line) else "\n") + _stripped(line)


def _stripped(line: str) -> str:
    """Return a line without its margin; one that was set in, or is a command for root, is no heading."""
    is_literal = line[:1].isspace() or _COMMAND.match(line)
    return literal(line.strip()) if is_literal else line.strip()


def _is_end(line: str, width: int) -> bool:
    return len(line.rstrip()) < _SHORT_SHARE * width and bool(_SENTENCE_END.search(line))


def _is_preformatted(block: list[str]) -> bool:
    """Tell whether lines are a listing: all set in, several, and none ends a sentence."""
    return (
        len(block) > 1
        and all(line[:1] in " \t" for line in block)
        and not any(_SENTENCE_END.search(line) or _ITEM.match(line) for line in block)
    )
