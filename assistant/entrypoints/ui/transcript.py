"""A conversation as its customer sees it. Nothing here tells what the assistant made of the customer's mood."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from assistant.entrypoints.ui.markup import blocks, icon, plain, tag
from assistant.handoff.desk import Availability
from assistant.types import Citation, ConversationState, Feedback, Placement, Rating, Reply, Turn

PENDING_SECONDS = 90
"""A turn that is still unfinished after this long was cut off; until then it is being answered somewhere."""

_INTERRUPTED = {
    "cancelled": "Stopped. Ask again whenever you like.",
    "failed": "Sorry, something went wrong on our side. Please try again, or talk to a human.",
    "pending": "This answer was interrupted. Please ask again.",
}


def render_turns(turns: Sequence[Turn], now: datetime) -> str:
    """Return the finished turns; one that is still being answered is shown by its own stream instead."""
    last = turns[-1] if turns else None
    return "".join(_turn(turn, open_=turn is last) for turn in turns if not _is_running(turn, now))


def render_running(question: str, text: str, status: str) -> str:
    """Return the turn that is being answered: what there is of the answer, or what the assistant is doing."""
    shown = blocks(text, _inert_mark) if text else ""
    waiting = "" if text else tag("span", escape(status), class_="status")
    dots = tag("span", "<i></i><i></i><i></i>", class_="dots", aria_hidden="true")
    answer = _assistant(shown + tag("div", waiting + dots, class_="working"))
    return tag("div", customer_says(question) + answer, class_="turn running")


def render_refusal(question: str, words: str) -> str:
    """Return a message that was not taken, and why."""
    return tag(
        "div",
        (customer_says(question) if question else "") + _assistant(tag("p", escape(words), class_="note")),
        class_="turn refused",
    )


def render_welcome(name: str, examples: Sequence[str]) -> str:
    """Return what an empty chat shows; each example is a button that asks it."""
    buttons = "".join(
        tag("button", escape(text), type="button", class_="example", data_act="ask", data_text=text)
        for text in examples
    )
    words = "I am an automated assistant. Ask in your own words; every answer shows the passage it rests on."
    examples_row = tag("div", buttons, class_="examples", role="group", aria_label="Example questions")
    heading = tag("h2", f"Hello, this is {escape(name)}")
    emblem = tag("div", icon("chat"), class_="emblem")
    return tag("div", emblem + heading + tag("p", words) + examples_row, class_="welcome")


def brand(name: str) -> str:
    """Return the heading of a page."""
    return tag("div", tag("span", icon("chat"), class_="logo") + tag("h1", escape(name)), class_="brand")


def render_who(name: str) -> str:
    """Return as whom somebody is signed in, and the button that ends it."""
    words = tag("span", f"Signed in as {tag('strong', escape(name))}")
    details = tag("button", "My details", type="button", data_act="mine", data_deed="show", data_about="")
    button = tag("button", "Sign out", type="submit")
    return tag("form", words + details + button, method="post", action="/sign-out", class_="who")


def render_banner(placement: Placement, availability: Availability) -> str:
    """Return the note above a chat: a person is offered, will come, or is there. Empty where the assistant answers."""
    if placement.state is ConversationState.OFFERED:
        title, detail = "Would you like a person?", _when_there(availability) or "Somebody is there now."
    elif placement.state is ConversationState.WITH_AGENT:
        title, detail = "A colleague is with you", "Their messages appear in this chat."
    elif placement.state is ConversationState.WAITING:
        title, detail = "Waiting for a human", f"{_place(placement.position)} {_when_there(availability)}".strip()
    elif placement.state is ConversationState.CLOSED:
        title, detail = "Settled", "Write whenever there is something else."
    else:
        return ""
    words = tag("strong", title) + tag("span", detail)
    return tag("div", icon("person") + tag("div", words, class_="words"), class_="banner", role="status")


def render_rating(rating: Rating | None) -> str:
    """Return the question how it went, five stars that answer it, and thanks for what was answered."""
    given = rating.score if rating else 0
    stars = "".join(
        tag(
            "button",
            "★" if score <= given else "☆",
            type="button",
            class_="star",
            data_act="score",
            data_value=str(score),
            aria_pressed="true" if score == given else "false",
            aria_label=f"{score} of 5",
            data_filled="true" if score <= given else "false",
        )
        for score in range(1, 6)
    )
    words = "Thank you. You can change it until you write again." if rating else "How did it go?"
    row = tag("div", stars, class_="stars", role="group", aria_label="Rate this conversation")
    return tag("div", tag("p", words) + row, class_="rating")


def _place(position: int) -> str:
    return "You are next in the queue." if position <= 1 else f"You are number {position} in the queue."


def _when_there(availability: Availability) -> str:
    """Return when people are back, in their own time; empty while they are there."""
    if availability.is_open:
        return ""
    if availability.opens is None:
        return "Nobody is here at the moment."
    return (
        f"Nobody is here at the moment; we are back on {availability.opens:%A, %d %B, %H:%M} ({availability.opens:%Z})."
    )


def customer_says(text: str) -> str:
    """Return the customer's own words, exactly as typed."""
    return _bubble("customer", "You", plain(text))


def _turn(turn: Turn, *, open_: bool) -> str:
    if turn.speaker == "agent":
        content = _bubble("agent", "Support team", plain(turn.question), icon("person"))
        return tag("div", content, class_="turn")
    if turn.speaker == "assistant":
        return tag("div", _assistant(blocks(turn.question)), class_="turn notice")
    answer = _reply(turn.reply, turn.feedback, open_=open_) if turn.reply else _assistant(_note(turn))
    return tag("div", customer_says(turn.question) + answer, class_="turn", data_turn=turn.id)


def _reply(reply: Reply, feedback: Feedback | None, *, open_: bool) -> str:
    if reply.erased:
        return _assistant(tag("p", "A document behind this answer was erased, and the answer with it.", class_="note"))
    titles = {citation.marker: citation.title for citation in reply.citations}

    def mark(number: int) -> str:
        return _mark(reply.turn_id, number, titles[number]) if number in titles else f"[{number}]"

    foot = _chips(reply) + _thumbs(reply.turn_id, feedback)
    choices = _choices(reply.choices) if reply.choices and open_ else ""
    return _assistant(blocks(reply.text, mark) + choices + tag("div", foot, class_="foot"))


def _choices(choices: Sequence[str]) -> str:
    """Return what the customer may choose from, one button each, which sends it."""
    buttons = "".join(
        tag("button", escape(text), type="button", class_="choice", data_act="ask", data_text=text) for text in choices
    )
    return tag("div", buttons, class_="choices", role="group", aria_label="Choose one")


def _note(turn: Turn) -> str:
    return tag("p", _INTERRUPTED.get(turn.status, _INTERRUPTED["failed"]), class_="note")


def _mark(turn_id: str, number: int, title: str) -> str:
    label = f"Show source {number}: {title}"
    return tag("button", str(number), **_cite(turn_id, number), class_="mark", aria_label=label, title=title)


def _inert_mark(number: int) -> str:
    return tag("span", str(number), class_="mark")


def _chips(reply: Reply) -> str:
    """Return one button for each source document, named by its title."""
    first: dict[str, Citation] = {}
    for citation in reply.citations:
        first.setdefault(citation.document, citation)
    chips = "".join(
        tag("button", icon("document") + escape(one.title), **_cite(reply.turn_id, one.marker), class_="chip")
        for one in first.values()
    )
    return tag("div", chips, class_="chips")


def _cite(turn_id: str, number: int) -> dict[str, str | int]:
    return {"type": "button", "data_act": "cite", "data_turn": turn_id, "data_marker": number}


def _thumbs(turn_id: str, feedback: Feedback | None) -> str:
    labels: dict[Feedback, str] = {"like": "This answer helped", "dislike": "This answer did not help"}
    buttons = "".join(
        tag(
            "button",
            icon(value),
            type="button",
            class_="thumb",
            data_act="rate",
            data_turn=turn_id,
            data_value=value,
            aria_pressed="true" if feedback == value else "false",
            aria_label=label,
            title=label,
        )
        for value, label in labels.items()
    )
    return tag("div", buttons, class_="thumbs")


def _assistant(content: str) -> str:
    return _bubble("assistant", "Assistant", content, icon("chat"))


def _bubble(kind: str, speaker: str, content: str, picture: str = "") -> str:
    avatar = tag("div", picture, class_="avatar", aria_hidden="true") if picture else ""
    name = tag("span", speaker, class_="speaker")
    return tag("div", avatar + tag("div", name + content, class_="bubble"), class_=f"message {kind}")


def _is_running(turn: Turn, now: datetime) -> bool:
    """Tell whether a turn is still being answered; stores may keep times without a zone, which are UTC."""
    created = turn.created_at if turn.created_at.tzinfo else turn.created_at.replace(tzinfo=UTC)
    recent = now - created < timedelta(seconds=PENDING_SECONDS)
    return recent and turn.status == "pending" and turn.speaker == "customer"
