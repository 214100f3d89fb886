"""Opens what an HTML page shows only on a click or by a script: answers of accordions, panels of tabs, alternatives."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_TOGGLES = "[aria-controls], [data-bs-target], [data-target], [data-toggle=collapse][href]"
_POINTERS = ("aria-controls", "data-bs-target", "data-target", "href")
_ASKING = re.compile(r"accordion|faq|collaps|question|expand", re.IGNORECASE)
_FURNITURE = ["nav", "form", "header", "footer", "dialog"]
_TITLES = ["h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"]


def unfold(page: "BeautifulSoup") -> None:
    """Show what a reader can open: what a titled toggle controls, all tabs, and of alternatives the default one."""
    toggles = page.select(_TOGGLES)
    panels = {str(one["id"]): one for one in page.find_all(id=True)} if toggles else {}
    for toggle in toggles:
        panel = _panel_of(toggle, panels)
        if panel is not None and _is_title(toggle):
            _show(panel)
            if toggle.name == "button":
                toggle.name = "span" if toggle.find_parent([*_TITLES, "p"]) is not None else "p"
    for panel in page.select("[role=tabpanel], [hidden][id^=default]"):
        _show(panel)


def _panel_of(toggle: "Tag", panels: Mapping[str, "Tag"]) -> "Tag | None":
    """Return the panel that a toggle controls, unless it is a menu, a form or a dialog."""
    named = next((str(toggle[one]) for one in _POINTERS if toggle.get(one)), "")
    panel = panels.get(named.removeprefix("#"))
    if panel is None or panel.name in _FURNITURE or panel.find("nav") is not None:
        return None
    return None if panel.find_parent(_FURNITURE) is not None else panel


def _is_title(toggle: "Tag") -> bool:
    """Tell whether a toggle is what the panel is about, and no word such as "more"."""
    classes = toggle.get("class")
    said = toggle.get_text(strip=True)
    names = " ".join(classes) if isinstance(classes, list) else ""
    is_asking = len(said.split()) > 1 and bool(_ASKING.search(names))
    return bool(said) and (said.endswith("?") or is_asking or toggle.find_parent(_TITLES) is not None)


def _show(panel: "Tag") -> None:
    for one in ("hidden", "aria-hidden", "style"):
        del panel[one]
