"""What surrounds the text of an HTML page, or is not shown to its readers: found and taken away."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_NOISE = (
    "script, style, noscript, template, nav, footer, aside, form, button, select, textarea, iframe, svg, dialog, hr, "
    "del, s, strike, [hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], "
    "[role=search], [role=dialog], .navheader, .navfooter"
)
_CONTENTS = "div.toc, ul.toc, ol.toc, dl.toc, [id=toc], [role=doc-toc]"
_NAMED = re.compile(
    r"(?:breadcrumbs?|(?:\w+[-_])*cookie[-_]?(?:banner|bar|consent|notice|popup|message|policy-bar)|gdpr\w*"
    r"|skip(?:-|_)?(?:link|nav|navigation|to-content|to-main)?s?|sr-only|visually-hidden|screen-reader(?:-text)?"
    r"|headerlink|(?:heading|header)-?(?:anchor|link)|anchor-?link|permalink|hash-link|on-?this-?page|table-of-contents"
    r"|(?:page|local|right|side)-?toc|prev-?next|pagination(?:-nav)?|pager|(?:page|post|doc)-?nav(?:igation|links)?"
    r"|related-?(?:topics|links|articles|posts|pages)|share(?:-buttons|-links)?|social(?:-share|-links|-icons)?|(?:was-)?this-page-helpful|page-feedback)",
    re.IGNORECASE,
)
"""Classes and ids by which sites name their furniture, whole."""

_UNSEEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_LINK_SIGN = re.compile(r"[#¶§🔗⚓\s]*")
_STEPS = frozenset("prev previous next up home top page back to the contents index chapter".split())
_STEP_WORD = re.compile(r"[^\W_]+")
_RELATED = re.compile(
    r"(?:related (?:topics|articles|links|pages|information|content)|see also|further reading|read more)\W*",
    re.IGNORECASE,
)
_LABELS = [*_HEADINGS, "p", "div", "dt"]
_MAX_STEP_CHARACTERS = 60
ENOUGH_CHARACTERS = 80
"""Of less text than that nothing is left out for more of it elsewhere."""

_MOST_SHARE = 0.5
"""What is named like furniture and holds more of the page's text is its text."""


def drop_furniture(page: "BeautifulSoup") -> None:
    """Take away navigation, banners, forms, tables of contents, what is struck out, and what is not shown."""
    for element in page.select(_NOISE):
        element.extract()
    for header in page.find_all("header"):
        if header.find("h1") is None:
            header.extract()
    _drop_named(page)
    _drop_steps(page)
    _drop_contents(page)
    _drop_related(page)
    for heading in page.find_all(_HEADINGS):
        if not heading.get_text(strip=True):
            heading.extract()


def _drop_named(page: "BeautifulSoup") -> None:
    most = _MOST_SHARE * len(page.get_text(strip=True))
    for one in page.find_all(True):
        if one.name in ("html", "body", "main", "article") or one.parent is None:
            continue
        style = one.get("style")
        is_unseen = isinstance(style, str) and _UNSEEN.search(style) is not None
        if is_unseen or (_is_named(one) and len(one.get_text(strip=True)) < most):
            one.extract()
    for link in page.select("h1 a, h2 a, h3 a, h4 a, h5 a, h6 a"):
        if _LINK_SIGN.fullmatch(link.get_text()):
            link.extract()


def _is_named(element: "Tag") -> bool:
    classes = element.get("class")
    names = [*(classes if isinstance(classes, list) else ()), element.get("id")]
    return any(isinstance(name, str) and _NAMED.fullmatch(name) for name in names)


def _drop_steps(page: "BeautifulSoup") -> None:
    """Drop the blocks that hold nothing but links to the page before, after and above."""
    for link in page.find_all("a"):
        if not _only_steps(link) or link.find_parent(_HEADINGS) is not None:
            continue
        block = link
        while block.parent is not None and block.parent.name not in ("body", "main") and _only_steps(block.parent):
            block = block.parent
        if block is not link or link.get("rel") or link.get("accesskey"):
            block.extract()


def _only_steps(element: "Tag") -> bool:
    text = element.get_text(" ", strip=True)
    words = _STEP_WORD.findall(text.lower()) if len(text) <= _MAX_STEP_CHARACTERS else ()
    return bool(words) and _STEPS.issuperset(words) and any(word[:4] in ("prev", "next", "up", "top") for word in words)


def _drop_contents(page: "BeautifulSoup") -> None:
    """Drop tables of contents, which would be found instead of what they point to, unless the page is nothing else."""
    lists = page.select(_CONTENTS)
    listed = sum(len(one.get_text(strip=True)) for one in lists)
    if lists and len(page.get_text(strip=True)) - listed >= ENOUGH_CHARACTERS:
        for one in lists:
            one.extract()


def _drop_related(page: "BeautifulSoup") -> None:
    """Drop the list of links to other pages at the end of one, which would be quoted as if it said something."""
    label = next((one for one in reversed(page.find_all(_LABELS)) if _RELATED.fullmatch(_own_text(one))), None)
    if label is None:
        return
    own = len(list(label.strings))
    behind = [text for text in label.find_all_next(string=True)[own:] if text.strip()]
    listed = sum(len(text.strip()) for text in behind)
    if all(text.find_parent("a") for text in behind) and len(page.get_text(strip=True)) - listed >= ENOUGH_CHARACTERS:
        for text in behind:
            text.extract()
        label.extract()


def _own_text(element: "Tag") -> str:
    """Return the text of an element that holds no other block, for the text of blocks in blocks is long to gather."""
    return "" if element.find(_LABELS) is not None else element.get_text(strip=True)
