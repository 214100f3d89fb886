"""Marks in Markdown that a site generator would have replaced: Jekyll, Hugo, Docusaurus, MkDocs and their kin."""

import re
from collections.abc import Mapping

from assistant.ingestion.loaders.containers import without_containers
from assistant.ingestion.loaders.pipe_tables import whole_tables

_FENCED = re.compile(r"^[ \t]*(`{3,}+|~{3,}+).*?^[ \t]*\1[ \t]*$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_RAW = re.compile(
    r"\{%-?[ \t]*raw[ \t]*-?%\}((?:(?!\{%-?[ \t]*raw\b).){0,5000}?)\{%-?[ \t]*endraw[ \t]*-?%\}", re.DOTALL
)
"""A limit on length, here and below, keeps signs that are never closed from being searched for to the end each."""

_TEMPLATE_TAG = re.compile(r"\{%(?:(?!\{%).){0,2000}?%\}", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%](?:(?!\{\{[<%]).){0,2000}?[>%]\}\}", re.DOTALL)
_LOOP = re.compile(
    r"\{%-?[ \t]*(for|comment)\b(?:(?!\{%-?[ \t]*(?:for|comment)\b).){0,5000}?\{%-?[ \t]*end\1[ \t]*-?%\}", re.DOTALL
)
_MOST_NESTED = 4
_TARGET = re.compile(r"(?<=\]\()(?:\{\{[^{}\n]{0,300}\}\}|\{%[^{}\n]{0,300}%\}|[^\s(){}])+")
_SPACED_TARGET = re.compile(r"(?<=\]\()(?:https?|mailto):[^()\n\"'<>]{1,300}(?=\))")
_REFERENCE = re.compile(
    r"^([ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*)(?:\{\{[^{}\n]{0,300}\}\}|\{%[^{}\n]{0,300}%\}|[^\s{}])+", re.MULTILINE
)
_VARIABLE = re.compile(
    r"\{\{-?[ \t]*\.?(site|page|layout|include|theme|config|extra|params)((?:\.[\w-]+)+)[^{}\n]{0,200}\}\}",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(
    r"\{:[^}\n]*\}|(?<!\{)[ \t]*(?<!\{)\{[ \t]*[#.][a-zA-Z_][^{}\n]*\}(?!\})(?=[ \t]*$|[ \t]+\w)", re.M
)
_COMMENT = re.compile(r"\{/\*(?:(?!\{/\*).){0,5000}?\*/\}", re.DOTALL)
_FOOTNOTE_SIGN = re.compile(r"\[\^[^\]\s]{1,60}\](?!:)")
_MARKED = re.compile(r"==(?=\S)([^=\n]{1,300}?)(?<=\S)==")
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]+:[ \t]?")
_EMBEDDED = re.compile(r"!\[\[[^\[\]\n]{1,300}\]\]")
_WIKI_LINK = re.compile(r"(?<![\w\]\[])\[\[(?=\S)(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})(?<=\S)\]\](?![(\[])")
_TASK = re.compile(r"^([ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[[ xX]\][ \t]+(?=\S)", re.MULTILINE)
_HTML_TABLE = re.compile(
    r"^[ \t]*<table\b(?:(?!<table\b).){0,50000}?</table>", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_LINE_START = re.compile(r"\n\s*")


def without_site_marks(text: str, fields: Mapping[str, object]) -> str:
    """Return what readers of the site would see as Markdown; code, which may be about such marks, stays as it is.

    `fields` are those of the front matter: `{{ page.title }}` becomes the title. Of a variable that only the site
    knows its name is left, since the sentence around it would be wrong without a word there.
    """
    text = without_containers(text)
    kept, at = [], 0
    for code in _FENCED.finditer(text):
        kept += [_without_marks(text[at : code.start()], fields), code.group()]
        at = code.end()
    return whole_tables("".join([*kept, _without_marks(text[at:], fields)]))


def _without_marks(text: str, fields: Mapping[str, object]) -> str:
    kept, at = [], 0
    for raw in _RAW.finditer(text):
        kept += [_without_templates(text[at : raw.start()], fields), raw[1]]
        at = raw.end()
    return "".join([*kept, _without_templates(text[at:], fields)])


def _without_templates(text: str, fields: Mapping[str, object]) -> str:
    if "{" in text:
        text = _REFERENCE.sub(_plain_target, _TARGET.sub(_plain_target, text))
        text = _SHORTCODE.sub("", text)
        for _ in range(_MOST_NESTED):
            text = _LOOP.sub("", text)
        text = _VARIABLE.sub(lambda found: _named(found, fields), _TEMPLATE_TAG.sub("", text))
        text = _COMMENT.sub("", _ATTRIBUTES.sub("", text))
    if "[" in text:
        text = _TASK.sub(r"\1", _WIKI_LINK.sub(r"\1", _EMBEDDED.sub("", text)))
    text = _MARKED.sub(r"\1", _FOOTNOTE_SIGN.sub("", _ICON.sub("", text)))
    text = _SPACED_TARGET.sub(lambda found: found.group().replace(" ", "%20"), text)
    return _HTML_TABLE.sub(lambda found: _LINE_START.sub("\n", found.group().lstrip()), text)


def _plain_target(found: re.Match[str]) -> str:
    """Return a target that Markdown can read in the place of one that holds template marks."""
    if "{" not in found.group():
        return found.group()
    return f"{found[1]}#" if found.re.groups else "#"


def _named(found: re.Match[str], fields: Mapping[str, object]) -> str:
    name = found[2].rpartition(".")[2]
    told = fields.get(name) if found[1].lower() in ("page", "params") else None
    return str(told) if isinstance(told, str | int | float) else re.sub(r"[-_]+", " ", name)
