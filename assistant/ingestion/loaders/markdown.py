"""Markdown and plain text. Inline markup goes, since customers are shown the text itself; structure stays."""

import html
import re
from collections.abc import Callable
from pathlib import Path

from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})[^\n`]*\n(.*?)(?:^[ \t]*\2[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_SETEXT = re.compile(r"^(?![ \t]*(?:[-*+|>#]|\d+[.)] ))([^\n]*\S[^\n]*)\n[ \t]{0,3}(={3,}|-{3,})[ \t]*$", re.MULTILINE)
_CODE_SPAN = re.compile(r"(?<!`)(`+)(?!`)((?:[^\n]|\n(?!\s*\n))+?)(?<!`)\1(?!`)")
_TAGS = """a abbr article aside b big blockquote br button center cite code col colgroup dd del details div dl dt em
figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd label li main mark nav ol p
picture pre q s samp section small source span strike strong sub summary sup svg table tbody td tfoot th thead tr tt u
ul var video""".split()

_BLOCK_EDITS = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"\{%.*?%\}|^[ \t]*\{:[^}\n]*\}[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*\S[^\n]*$", re.MULTILINE), ""),
    (_SETEXT, lambda match: f"{'#' if match[2][0] == '=' else '##'} {match[1].strip()}"),
    (re.compile(r"^[ \t]{0,3}(?:-[ \t]*){3,}$|^[ \t]{0,3}(?:\*[ \t]*){3,}$|^[ \t]{0,3}(?:_[ \t]*){3,}$", re.M), ""),
    (re.compile(r"^[ \t]{0,3}(?:>[ \t]?)+", re.MULTILINE), ""),
    (re.compile(r"^([ \t]*)[*+]([ \t]+)(?=\S)", re.MULTILINE), r"\1-\2"),
    (re.compile(r"^([ ]{0,3}#{1,6}[ \t][^\n]*?)[ \t]*(?:\{#[^}\n]*\})?[ \t]*#*[ \t]*$", re.MULTILINE), r"\1"),
)
_INLINE_EDITS = (
    (re.compile(r"!\[[^\]\n]*\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])"), ""),
    (re.compile(r"\[!\w+[^\]\n]*\]"), ""),
    (re.compile(r"(?<!\\)\[([^\[\]]*)\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)(?:\{[^}\n]*\})?"), r"\1"),
    (re.compile(r"(?<!\\)\[([^\[\]\n]+)\]\[[^\[\]\n]*\]"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>"), r"\1"),
    (re.compile(r"[ \t]*<br[ \t]*/?>[ \t]*", re.IGNORECASE), " "),
    (re.compile(rf"</?(?:{'|'.join(_TAGS)})(?:\s[^<>]*)?/?>", re.IGNORECASE), ""),
    (re.compile(r"(?<!\\)\*\*(?=\S)(.+?)(?<=[^\s\\])\*\*"), r"\1"),
    (re.compile(r"(?<![\w\\])__(?=\S)(.+?)(?<=[^\s\\])__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*(?=[^\s*])([^*\n]*[^\s*\\])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=[^\s_])([^\n]*?[^\s_\\])_(?!\w)"), r"\1"),
    (re.compile(r"~~(?=\S)(.+?)(?<=\S)~~"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~])"), r"\1"),
)


def read_markdown(path: Path) -> Content:
    """Read Markdown; front matter may give `title`, `language`, and `ingest: false`.

    Raises:
        DocumentError: The front matter is not valid YAML.
    """
    import yaml

    with parsing(path, "Markdown", yaml.YAMLError):
        text = decode(path.read_bytes()).replace("\r\n", "\n")
        found = _FRONT_MATTER.match(text)
        meta = yaml.safe_load(found[1]) if found else None
    if not (found and isinstance(meta, dict)):
        return Content(text=plain(text))
    title, language = (one_line(str(meta.get(key) or "")) for key in ("title", "language"))
    wanted = meta.get("ingest", True) is not False
    return Content(text=plain(text[found.end() :]), title=title, language=language, wanted=wanted)


def read_text(path: Path) -> Content:
    """Read plain text; underlined titles become headings, everything else stays as it is."""
    with parsing(path, "text"):
        text = decode(path.read_bytes()).replace("\r\n", "\n")
    return Content(text=_SETEXT.sub(lambda match: f"{'#' if match[2][0] == '=' else '##'} {match[1].strip()}", text))


def plain(text: str) -> str:
    """Return Markdown without inline markup; fenced code becomes indented code, which needs no markers."""
    return _outside(_FENCE, text, _plain_blocks, lambda match: indented(match[3]))


def indented(code: str) -> str:
    """Return code lines four spaces in, where no line can be taken for a heading."""
    return "\n".join(f"    {line}" if line.strip() else "" for line in code.rstrip().split("\n"))


def unfenced(text: str) -> str:
    """Return text with fenced code as indented code, and all else as it is."""
    return _FENCE.sub(lambda match: indented(match[3]), text)


def _plain_blocks(text: str) -> str:
    for pattern, replacement in _BLOCK_EDITS:
        text = pattern.sub(replacement, text)
    return _outside(_CODE_SPAN, text, _plain_inline, lambda match: one_line(match[2]))


def _plain_inline(text: str) -> str:
    for pattern, replacement in _INLINE_EDITS:
        text = pattern.sub(replacement, text)
    return html.unescape(text)


def _outside(
    pattern: re.Pattern[str], text: str, edit: Callable[[str], str], inside: Callable[[re.Match[str]], str]
) -> str:
    """Apply `edit` to what lies between the matches of `pattern`, and `inside` to the matches."""
    parts, at = [], 0
    for match in pattern.finditer(text):
        parts += [edit(text[at : match.start()]), inside(match)]
        at = match.end()
    return "".join([*parts, edit(text[at:])])
