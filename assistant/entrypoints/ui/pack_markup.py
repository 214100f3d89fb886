"""The pack of a conversation as agents see it, and what they may say. All words of others are escaped."""

from collections.abc import Sequence
from html import escape

from assistant.entrypoints.ui.markup import plain, tag
from assistant.entrypoints.ui.sources import pretty
from assistant.types import Customer, Fallback, HandoffPack, MoodPoint, Speaker, Suggestion, Summary, SummarySentence

WIDTH, HEIGHT = 240, 56
FRUSTRATED = 0.5
EXCERPT_CHARS = 160

_ACTIONS = {
    "answer": "Answered",
    "clarify": "Asked back",
    "abstain": "Had no answer",
    "offer_human": "Offered a person",
    "hand_over": "Handed over",
}
_SPEAKERS: dict[Speaker, str] = {"customer": "The customer", "assistant": "The assistant", "agent": "The team"}
_FALLBACKS: dict[Fallback, str] = {
    "no_model": "The customer's own words: no language model is set up (ASSISTANT_RESPONDERS).",
    "budget": "The customer's own words: the budget for language models is spent.",
    "failed": "The customer's own words: the language model did not answer.",
    "unsupported": "The customer's own words: nobody had said what the language model wrote.",
}
_FACTS = {"email": "E-mail", "phone": "Telephone", "order": "Number", "name": "Name"}
_RISKS = {"legal": "Legal", "safety": "Safety", "churn": "May leave", "self_harm": "Self-harm"}


def render_pack(pack: HandoffPack) -> str:
    """Return what an agent is given with a conversation: what it is about first, then how it came to that."""
    parts = [
        _section("Open question", tag("p", plain(pack.open_question.quote)) if pack.open_question else ""),
        _section("Customer", _customer(pack.customer)),
        _section("In their own words", _listed([_at(one.turn, plain(one.quote)) for one in pack.summary])),
        _section("Mood", _curve(pack.mood) + _flags(pack)),
        _section("They gave", _listed([_at(one.turn, _fact(one.kind, one.value)) for one in pack.facts])),
        _section("What was tried", _listed([_at(one.turn, _tried(one.action, one.question)) for one in pack.tried])),
        _section("Sources shown", _sources(pack)),
    ]
    return tag("div", "".join(parts) or tag("p", "Nothing was said yet.", class_="empty"), class_="pack")


def render_suggestion(suggestion: Suggestion) -> str:
    """Return where a draft comes from, and what else may help; the draft itself is put where the agent writes."""
    if suggestion.question is None:
        return tag("p", "There is no open question.", class_="empty")
    cited = [
        f"[{one.marker}] {escape(one.title)}" + tag("blockquote", pretty(one.quote)) for one in suggestion.citations
    ]
    draft = _listed(cited) if cited else tag("p", "The documents hold no answer.", class_="empty")
    articles = [
        tag("strong", escape(one.title)) + tag("span", escape(_short(one.excerpt))) for one in suggestion.articles
    ]
    return _section("The draft rests on", draft) + _section("May help", _listed(articles))


def render_summary(summary: Summary) -> str:
    """Return a summary, each sentence with who said it, in which message, and their words."""
    if not summary.sentences:
        return tag("p", "Nothing was said yet.", class_="empty")
    told = [_at(one.turn, _told(one)) for one in summary.sentences]
    note = (
        _FALLBACKS[summary.fallback]
        if summary.fallback
        else f"Written by {escape(summary.writer)}; kept is what was said."
    )
    return _section("Summary", _listed(told) + tag("p", note, class_="note"))


def _told(one: SummarySentence) -> str:
    if one.text == one.quote:
        return plain(one.quote)
    quote = tag("summary", f"{_SPEAKERS[one.speaker]} said") + tag("blockquote", plain(one.quote))
    return plain(one.text) + tag("details", quote, class_="used")


def _section(title: str, content: str) -> str:
    return tag("h3", title) + content if content else ""


def _listed(items: Sequence[str]) -> str:
    return tag("ul", "".join(tag("li", one) for one in items)) if items else ""


def _at(turn: int, content: str) -> str:
    """Return content with the number of the message that it is from."""
    return content + tag("small", f"message {turn}")


def _fact(kind: str, value: str) -> str:
    return f"{_FACTS.get(kind, escape(kind))}: {tag('strong', escape(value))} "


def _customer(customer: Customer | None) -> str:
    """Return who has signed in: the company's words, then what is remembered by the customer's permission."""
    if customer is None:
        return ""
    named = [tag("strong", escape(customer.name or customer.id)), escape(customer.id) if customer.name else ""]
    named += [tag("span", escape(one), class_="flag") for one in (customer.segment, customer.language) if one]
    facts = [_fact(one.kind, one.value) + tag("small", f"since {one.at:%Y-%m-%d}") for one in customer.facts]
    return tag("p", " ".join(one for one in named if one)) + _listed(facts)


def _tried(action: str, question: str) -> str:
    return tag("em", _ACTIONS.get(action, escape(action))) + f" {escape(_short(question))} "


def _sources(pack: HandoffPack) -> str:
    return _listed(
        [
            tag("strong", escape(one.title))
            + tag("span", f"{escape(one.document)} · revision {one.revision} · shown {_times(one.times)}")
            + tag("blockquote", pretty(one.quote))
            for one in pack.sources
        ]
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _flags(pack: HandoffPack) -> str:
    flags = [_RISKS[one] for one in pack.risks]
    flags += ["Urgent"] if pack.urgency >= FRUSTRATED else []
    flags += ["Frustrated"] if pack.mood and pack.mood[-1].frustration >= FRUSTRATED else []
    return tag("p", "".join(tag("span", one, class_="flag") for one in flags)) if flags else ""


def _curve(mood: Sequence[MoodPoint]) -> str:
    """Draw the mood of each message, from as bad as can be below to as good as can be above."""
    if not mood:
        return ""
    step = WIDTH / max(1, len(mood) - 1)
    points = [(round(number * step, 1), round((1 - one.score) / 2 * HEIGHT, 1)) for number, one in enumerate(mood)]
    told = ", ".join(f"message {one.turn}: {one.score:+.2f}" for one in mood)
    middle = tag("line", "", x1=0, y1=HEIGHT // 2, x2=WIDTH, y2=HEIGHT // 2, class_="middle")
    line = tag("polyline", "", points=" ".join(f"{x},{y}" for x, y in points), class_="line")
    dots = "".join(tag("circle", "", cx=str(x), cy=str(y), r=3) for x, y in points)
    view = f"-4 -4 {WIDTH + 8} {HEIGHT + 8}"
    return tag("svg", middle + line + dots, viewBox=view, class_="curve", role="img", aria_label=f"Mood: {told}")


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= EXCERPT_CHARS else f"{words[:EXCERPT_CHARS]}…"
