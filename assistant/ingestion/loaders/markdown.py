"""Reads Markdown: front matter for the catalog, and the body with its inline signs taken away.

Headings, list signs and pipe tables stay, since they carry structure; emphasis, links and images are reduced to the
words that a reader would see, because exact spans of this text are shown to customers.
"""

import logging
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import yaml

from assistant.ingestion.loaders.blocks import heading, join, literal, table
from assistant.ingestion.loaders.html_text import html_fragment
from assistant.ingestion.loaders.pictures import picture, without_pictures
from assistant.ingestion.loaders.site_marks import without_site_marks

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

logger = logging.getLogger(__name__)


class _Unreadable(str):
    """A text that is empty for those who do not ask."""

    __slots__ = ()


UNREADABLE = _Unreadable()
"""Stands for the value of a field that is neither one value nor a list of such."""

_MOST_LISTED = 1000
_OF_SENTENCES = frozenset({"approved_for"})
"""Fields whose values may hold commas: a list of them is written one a line."""

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_SIMPLE_LINE = re.compile(r"^(\w+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_RAW = re.compile(r"\{%-?[ \t]*(?:end)?raw[ \t]*-?%\}")
_UNSEEN = re.compile(r"<(style|script)\b.{0,100000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
"""A limit on length, here and below, keeps signs that are never closed from being searched for to the end each."""

_STRUCTURED = re.compile(r"<(?:table|ul|ol|dl|pre)\b", re.IGNORECASE)
_TAG = re.compile(r"<!--.{0,20000}?-->|</?[a-zA-Z][^<>]{0,5000}>", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]\n]{1,300})\]\([^()\s]{0,500}\)|\*\*([^*\n]{1,300})\*\*")
_LINE_TAG = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]*>", re.IGNORECASE)
_LISTS = frozenset({"bullet_list", "ordered_list"})
_INNER_LINE = re.compile(r"\n(?!\n)")


def front_matter(text: str, path: Path) -> tuple[dict[str, Any], str]:
    """Split a text into the plain values of its front matter and its body; damaged YAML is read line by line."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    try:
        fields = yaml.safe_load(match.group(1))
    except (yaml.YAMLError, ValueError, RecursionError):
        logger.warning("%s: the front matter is not valid YAML; only its simple lines are used", path)
        simple = {key: value.strip("\"'") for key, value in _SIMPLE_LINE.findall(match.group(1))}
        # What stands on the lines below a name without a value is lost.
        fields = {key: value or [[]] for key, value in simple.items()}
    return _plain_values(fields), text[match.end() :]


def _plain_values(fields: object) -> dict[str, Any]:
    """Return fields that hold one value, or a list of such as one text; a nested one may stand for gigabytes."""
    if not isinstance(fields, dict):
        return {}
    return {
        str(key): _plain_value(value, "\n" if key in _OF_SENTENCES else ", ")
        for key, value in fields.items()
        if value is not None
    }


def _plain_value(value: object, between: str) -> object:
    if isinstance(value, list) and all(isinstance(one, str | int | float | date) for one in value):
        return between.join(map(str, value[:_MOST_LISTED]))
    return value if isinstance(value, str | int | float | date) else UNREADABLE


def plain_markdown(text: str, fields: Mapping[str, object] = MappingProxyType({})) -> str:
    """Return Markdown with headings, lists, tables and code kept and all inline markup reduced to its words.

    `fields` are those of the front matter, which pages of site generators refer to.
    """
    from markdown_it.tree import SyntaxTreeNode

    root = SyntaxTreeNode(_parser().parse(without_site_marks(text, fields)))
    return _blocks(root)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(node: "SyntaxTreeNode") -> str:
    return join(_block(child) for child in node.children)


def _block(node: "SyntaxTreeNode") -> str:
    match node.type:
        case "heading":
            return heading(int(node.tag[1:]), _inline(node))
        case "paragraph":
            return literal(_inline(node))
        case one if one in _LISTS:
            return _list(node)
        case "table":
            cells = _cells(node)
            return table(cells, has_header=any(cells[0]))
        case "fence" | "code_block":
            sign = "~~~" if "```" in node.content else "```"
            return f"{sign}\n{node.content.rstrip()}\n{sign}"
        case "html_block":
            return (
                html_fragment(node.content)
                if _STRUCTURED.search(node.content)
                else literal(_without_tags(node.content))
            )
        case "hr":
            return ""
        case _:
            return _blocks(node)


def _list(node: "SyntaxTreeNode") -> str:
    number = int(node.attrs.get("start", 1))
    items = []
    for offset, item in enumerate(node.children):
        sign = f"{number + offset}." if node.type == "ordered_list" else "-"
        inner = _INNER_LINE.sub("\n" + " " * (len(sign) + 1), _item(item))
        items.append(f"{sign} {inner}".rstrip())
    return "\n".join(items)


def _item(node: "SyntaxTreeNode") -> str:
    """Return what stands in an item: paragraphs apart, a list close to what announces it."""
    text = ""
    for child in node.children:
        if block := _block(child):
            between = "\n" if child.type in _LISTS else "\n\n"
            text += f"{between}{block}" if text else block
    return text


def _cells(node: "SyntaxTreeNode") -> list[list[str]]:
    return [[_inline(cell) for cell in one.children] for one in node.walk() if one.type == "tr"]


def _inline(node: "SyntaxTreeNode") -> str:
    text = without_pictures("".join(_words(child) for child in node.children))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _words(node: "SyntaxTreeNode") -> str:
    match node.type:
        case "text":
            return node.content
        case "code_inline":
            return _RAW.sub("", node.content)
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if _LINE_TAG.match(node.content) else ""
        case "image":
            return picture(node.content)
        case _:
            return "".join(_words(child) for child in node.children)


def _without_tags(markup: str) -> str:
    from html import unescape

    text = _LINK.sub(r"\1\2", markup)
    text = unescape(_TAG.sub("", _LINE_TAG.sub("\n", _UNSEEN.sub("", text))))
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
