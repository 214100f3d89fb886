"""Gaps as staff see them: the list, one of them, and what came of an approval. Words of others are escaped."""

from collections.abc import Sequence
from html import escape

from assistant.entrypoints.ui.markup import icon, plain, tag
from assistant.types import AgentWords, Gap, GapDraft, GapReport

_STATES = {"open": "Open", "drafted": "Drafted", "approved": "Approved", "dismissed": "Dismissed"}
_REASONS = {
    "abstained": "No answer",
    "unanswered": "Failed",
    "disliked": "Disliked",
    "handed_over": "Passed to a person",
}
_LEFT_OUT = {"personal": "Personal", "this case": "About one case", "question": "A question"}
NO_GAP = tag("div", icon("person") + tag("p", "Choose a question from the list."), class_="no-sources")
NOTHING = "Nothing is left to do."


def render_gaps(gaps: Sequence[Gap], chosen: str) -> str:
    """Return the list of gaps, each a button: what is to be done first."""
    to_do = [one for one in gaps if one.state in ("open", "drafted")]
    done = [one for one in gaps if one.state not in ("open", "drafted")]
    return _section(f"Asked in vain ({len(to_do)})", to_do, chosen, NOTHING) + _section("Decided", done, chosen, "")


def render_gap_head(gap: Gap) -> str:
    """Return the heading of an open gap."""
    state = tag("span", _STATES[gap.state], class_=f"state gap-{gap.state}")
    told = [_customers(gap.size), _days(gap), _answered(gap.answered)]
    told += (
        [f"{escape(gap.document)}, missed again in {_conversations(gap.again)}" if gap.again else escape(gap.document)]
        if gap.document
        else []
    )
    told += [f"Looked after by {escape(gap.owner)}"] if gap.owner else []
    return tag("div", state + "".join(tag("small", one) for one in told), class_="case-head")


def render_gap(gap: Gap, draft: GapDraft | None) -> str:
    """Return what stands beside the article: how customers ask, and where agents said what is in it."""
    reasons = ", ".join(f"{_REASONS[reason]} {count}" for reason, count in gap.reasons.items())
    parts = [tag("p", escape(reasons)), _listed("In customers' words", [plain(one) for one in gap.samples])]
    if draft is not None:
        said = [plain(one.text) + "".join(map(_at, one.evidence)) for one in draft.sentences]
        parts.append(_listed("Agents said", said) or tag("p", "No agent has answered it: write the article yourself."))
        differing = [f"{plain(one.kept.quote)} / {plain(one.other.quote)}{_at(one.other)}" for one in draft.differences]
        parts.append(_listed("Agents differ; the newer is in the draft", differing))
        left_out = [tag("em", _LEFT_OUT[one.reason]) + f" {plain(one.words.quote)}" for one in draft.left_out]
        parts.append(_listed("Left out", left_out))
    return tag("div", "".join(parts), class_="pack")


def render_gap_report(report: GapReport) -> str:
    """Return which questions are answered from the article now."""
    asked = [
        tag("em", "Passes" if one.passed else "Not yet") + f" {plain(one.question)}"
        for one in sorted(report.asked, key=lambda one: one.passed)
    ]
    told = f"Revision {report.revision}: {report.passed} of {len(report.asked)} questions are answered from it now."
    held = f" {report.held} passages were held back; see the audit." if report.held else ""
    return tag("div", tag("p", told + held, role="status") + _listed("Asked again", asked), class_="pack")


def render_note(words: str) -> str:
    """Return what stands in the way of something."""
    return tag("div", tag("p", plain(words), role="alert"), class_="pack")


def _section(title: str, gaps: Sequence[Gap], chosen: str, empty: str) -> str:
    items = "".join(_button(one, chosen) for one in gaps)
    content = tag("div", items, class_="cases") if items else tag("p", empty, class_="empty") if empty else ""
    return tag("h2", title) + content if content else ""


def _button(gap: Gap, chosen: str) -> str:
    line = tag("span", _STATES[gap.state], class_=f"state gap-{gap.state}") + tag("strong", _customers(gap.size))
    line += tag("time", f"{gap.last:%d %b}", datetime=gap.last.isoformat())
    content = tag("span", line, class_="line") + tag("span", plain(gap.title), class_="last-words")
    current = "true" if gap.id == chosen else "false"
    return tag("button", content, type="button", class_="case", data_gap=gap.id, aria_current=current)


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count} customers"


def _answered(count: int) -> str:
    return f"Answered by an agent in {_conversations(count)}" if count else "Not answered by an agent yet"


def _conversations(count: int) -> str:
    return "1 conversation" if count == 1 else f"{count} conversations"


def _days(gap: Gap) -> str:
    return f"{gap.first:%d %b %Y}" if gap.first == gap.last else f"{gap.first:%d %b} to {gap.last:%d %b %Y}"


def _at(words: AgentWords) -> str:
    return tag("small", f"conversation {escape(words.conversation_id[:8])}…, message {words.turn}")


def _listed(title: str, items: Sequence[str]) -> str:
    return tag("h3", title) + tag("ul", "".join(tag("li", one) for one in items)) if items else ""
