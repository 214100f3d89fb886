"""A conversation as staff see it: with the mood of each message, what the assistant decided, and why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from html import escape

from assistant.entrypoints.ui.markup import blocks, icon, plain, tag
from assistant.entrypoints.ui.sources import pretty
from assistant.types import Conversation, ConversationState, Reply, Sentiment, Turn, Value

_STATES = {
    ConversationState.WAITING: "Waiting",
    ConversationState.WITH_AGENT: "With the team",
    ConversationState.BOT: "Assistant",
    ConversationState.OFFERED: "Person offered",
    ConversationState.RETURNED: "Assistant again",
    ConversationState.CLOSED: "Settled",
}
_PRIORITIES = {1: "High priority", 2: "Waited before", 3: "Urgent"}
_ACTIONS = {
    "answer": "Answered",
    "clarify": "Asked back",
    "abstain": "Had no answer",
    "offer_human": "Offered a human",
    "hand_over": "Handed over",
}
_REASONS = {
    "unsupported": "No passage says it",
    "reworded": "Shown in the words of its source",
    "repeated": "Says again what was said",
    "secret": "Holds a secret",
    "prompt": "Repeats a prompt",
    "deed": "Claims to have done something",
    "order": "Gives an order to a language model",
    "credentials": "Asks for a password, a code or a card",
    "aside": "Asks, orders or states something beside the matter",
    "talk": "Says what answers hold or what an assistant says",
    "stray": "Holds a code or a person's address that nobody asked for",
    "foreign": "Is foreign to its document and to the question",
    "personal": "Holds somebody's personal details",
    "markup": "Holds markup or an address",
    "empty": "Nothing was left to show",
}
NOBODY = tag("div", icon("person") + tag("p", "Choose a conversation from the list."), class_="no-sources")


class Row(Value):
    """One line of the list: a conversation, its last words, and the customer's last mood where it is known."""

    conversation: Conversation
    last_words: str
    mood: Sentiment | None


def render_list(waiting: Sequence[Row], recent: Sequence[Row], chosen: str, today: date) -> str:
    """Return the list of conversations: those for a person first, then the rest, each a button."""
    queue = [_row(row, chosen, today) for row in waiting]
    others = [_row(row, chosen, today) for row in recent]
    return _section(f"For a person ({len(queue)})", queue, "Nobody is waiting.") + _section(
        "Recent", others, "No other conversations yet."
    )


def render_notice(trouble: str) -> str:
    """Return what tells that the policy as it is written now is not in use, and why."""
    told = tag("strong", "The policy was changed and cannot be used; the rules before the change go on.")
    return tag("p", f"{told} {tag('code', escape(trouble))}", class_="notice", role="status")


def render_head(conversation: Conversation) -> str:
    """Return the heading of an open conversation."""
    state = tag("span", _STATES[conversation.state], class_=f"state {conversation.state}")
    began = tag("small", f"Began {_whole(conversation.created_at)}")
    agent = tag("small", f"Has it: {escape(conversation.agent)}") if conversation.agent else ""
    reason = tag("small", escape(conversation.reason)) if conversation.reason else ""
    return tag("div", state + agent + began + reason, class_="case-head")


def render_case(turns: Sequence[Turn]) -> str:
    """Return the transcript with everything the assistant knows about each turn."""
    if not turns:
        return tag("p", "Nothing was said yet.", class_="empty")
    return "".join(_turn(turn) for turn in turns)


def _section(title: str, buttons: Sequence[str], nothing: str) -> str:
    content = "".join(buttons) or tag("p", nothing, class_="empty")
    return tag("h2", title) + tag("div", content, class_="cases")


def _row(row: Row, chosen: str, today: date) -> str:
    conversation = row.conversation
    state = tag("span", _STATES[conversation.state], class_=f"state {conversation.state}")
    is_waiting = conversation.state is ConversationState.WAITING
    pressing = _PRIORITIES.get(conversation.priority, "") if is_waiting else ""
    priority = tag("span", pressing, class_="state") if pressing else ""
    mood = mood_badge(row.mood) if row.mood else ""
    when = _when(conversation.updated_at, today)
    words = tag("span", escape(row.last_words) or "No message yet", class_="last-words")
    return tag(
        "button",
        tag("span", state + priority + mood + when, class_="line") + words,
        type="button",
        class_="case",
        data_act="open",
        data_conversation=conversation.id,
        aria_current="true" if conversation.id == chosen else "false",
    )


def _when(at: datetime, today: date) -> str:
    """Return the hour of today, else the day; the whole of it where a pointer rests on it. The page makes it local."""
    words = f"{at:%H:%M}" if at.date() == today else f"{at:%d %b}"
    return tag("time", words, datetime=_zoned(at), title=f"{at:%d %b %Y, %H:%M} UTC", class_="short")


def _whole(at: datetime) -> str:
    return tag("time", f"{at:%d %b %Y, %H:%M} UTC", datetime=_zoned(at))


def _zoned(at: datetime) -> str:
    """Return a time as the browser reads it; stores may keep it without a zone, and then it is UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat()


def mood_badge(mood: Sentiment) -> str:
    """Return a mood in words and figures."""
    return tag("span", f"{mood.label.capitalize()} {mood.score:+.2f}", class_=f"mood {mood.label}")


def _turn(turn: Turn) -> str:
    if turn.speaker == "agent":
        return tag("div", _said("agent", "Support team", plain(turn.question)), class_="turn")
    if turn.speaker == "assistant":
        return tag("div", _said("assistant", "Assistant", blocks(turn.question)), class_="turn")
    mood = mood_badge(turn.reply.signals.sentiment) if turn.reply else ""
    customer = _said("customer", "Customer", plain(turn.question), mood)
    return tag("div", customer + (_replied(turn, turn.reply) if turn.reply else _missing(turn)), class_="turn")


def _missing(turn: Turn) -> str:
    return _said("assistant", "Assistant", tag("p", f"No answer: {turn.status}.", class_="note"))


def _replied(turn: Turn, reply: Reply) -> str:
    facts = [
        ("Decision", f"{_ACTIONS[reply.decision.action]}. {reply.decision.reason}"),
        ("Mood so far", f"{reply.signals.conversation.label} {reply.signals.conversation.score:+.2f}"),
        ("Searched for", reply.searched_for),
        ("Written by", f"{reply.responder}, {reply.timings_ms.get('total', 0):.0f} ms"),
        ("Prompts", ", ".join(f"{name} {checksum}" for name, checksum in reply.prompts.items())),
        ("Feedback", {"like": "Helpful", "dislike": "Not helpful"}.get(turn.feedback or "", "")),
    ]
    rows = "".join(tag("dt", name) + tag("dd", escape(value)) for name, value in facts if value)
    return _said("assistant", "Assistant", blocks(reply.text) + tag("dl", rows) + _sources(reply) + _left_out(reply))


def _sources(reply: Reply) -> str:
    if not reply.citations:
        return ""
    items = "".join(
        tag("li", f"[{one.marker}] {escape(one.title)} · {escape(one.document)} · revision {one.revision}")
        + tag("blockquote", pretty(one.quote))
        for one in reply.citations
    )
    return tag("details", tag("summary", f"Sources ({len(reply.citations)})") + tag("ul", items), class_="used")


def _left_out(reply: Reply) -> str:
    """Return the sentences that were not shown to the customer, each with the reason and who wrote it."""
    if not reply.left_out:
        return ""
    items = "".join(
        tag("li", f"{escape(_REASONS.get(one.reason, one.reason))} · {escape(one.responder)}")
        + tag("blockquote", plain(one.text) or "Not kept.")
        for one in reply.left_out
    )
    return tag("details", tag("summary", f"Left out ({len(reply.left_out)})") + tag("ul", items), class_="used")


def _said(kind: str, speaker: str, content: str, note: str = "") -> str:
    head = tag("div", tag("strong", speaker) + note, class_="who")
    return tag("div", head + tag("div", content, class_="bubble"), class_=f"entry {kind}")
