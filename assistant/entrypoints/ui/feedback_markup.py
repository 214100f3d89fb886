"""Likes and dislikes as staff see them: which passages they raise or lower, and by how much. Names are escaped."""

from collections.abc import Sequence
from itertools import groupby

from assistant.entrypoints.ui.markup import plain, tag
from assistant.leaning import BOUND, LEAST_VOTERS, MovedPassage

NOTHING = "No answer that cites a passage was liked or disliked yet."
EXPLAINED = (
    f"{LEAST_VOTERS} customers or more move a passage in the search, by less than {BOUND:.0%} of its score however "
    "many they are. The likes and dislikes stay with their conversations when this is forgotten."
)
NO_DOCUMENT = ""
"""Stands for all documents."""


def render_feedback(passages: Sequence[MovedPassage]) -> str:
    """Return the passages that were voted on, by document, each with a button that forgets the votes."""
    if not passages:
        return tag("h2", "Likes and dislikes") + tag("p", NOTHING, class_="empty")
    head = tag("h2", "Likes and dislikes") + tag("p", EXPLAINED, class_="empty explained")
    parts = [_document(name, list(own)) for name, own in groupby(passages, key=lambda one: one.document)]
    return head + "".join(parts) + tag("p", _button(NO_DOCUMENT, "Forget all"))


def render_question(document: str) -> str:
    """Return what is asked before votes are forgotten; an empty name stands for all documents."""
    of_what = tag("strong", plain(document)) if document else "all documents"
    return tag("p", f"Forget what customers thought of {of_what}? This cannot be undone.", role="alert")


def render_forgotten(count: int) -> str:
    """Return what is said after votes were forgotten."""
    return tag("p", f"{count} {'vote' if count == 1 else 'votes'} forgotten.", role="status")


def _document(name: str, passages: Sequence[MovedPassage]) -> str:
    head = tag("div", tag("h3", plain(name)) + _button(name, "Forget"), class_="leaning-head")
    return tag("section", head + tag("ul", "".join(tag("li", _passage(one)) for one in passages)), class_="leaning")


def _passage(one: MovedPassage) -> str:
    told = f"{one.likes} liked, {one.dislikes} disliked"
    if one.likes + one.dislikes < LEAST_VOTERS:
        told += ", too few to count yet"
    place = tag("strong", plain(one.heading or one.title)) + tag("small", told)
    way = "up" if one.share > 0 else "down" if one.share < 0 else "level"
    gained = f"{one.share:+.2%}" if one.share else "0%"
    return tag("span", place, class_="place") + _scale(one.share, way) + tag("span", gained, class_=f"way {way}")


def _scale(share: float, way: str) -> str:
    """Return a bar from the middle to either end, which stands for the bound; figures stand beside it."""
    width = abs(share) / BOUND * 50
    style = f"left:{50 if share >= 0 else 50 - width:.1f}%;width:{width:.1f}%"
    return tag("span", tag("i", "", style=style), class_=f"scale {way}", aria_hidden="true")


def _button(document: str, words: str) -> str:
    of_what = f"{words}: {document}" if document else words
    return tag("button", words, type="button", class_="choice", data_forget=document, aria_label=of_what)
