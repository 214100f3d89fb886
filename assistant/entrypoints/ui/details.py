"""What is remembered of a customer, as the customer sees it: shown, corrected, erased, and asked for."""

from html import escape

from assistant.entrypoints.ui.markup import plain, tag
from assistant.types import Customer, Purpose

_KINDS = {"email": "E-mail", "name": "Name", "phone": "Telephone"}
_PURPOSES: dict[Purpose, str] = {
    "remember": "Remember what I tell for my next conversation",
    "personalise": "Fit answers to what is known of me",
}


def render_question(words: str) -> str:
    """Return the question whether something may be remembered, with a button for each answer."""
    buttons = _button("Yes, remember it", "answer", "yes") + _button("No", "answer", "no")
    row = tag("div", buttons, class_="choices", role="group", aria_label="Your answer")
    return tag("div", tag("p", plain(words)) + row, class_="permission", role="region", aria_label="A question to you")


def render_details(customer: Customer) -> str:
    """Return what is known and remembered, each fact with the ways to correct and to erase it."""
    known = [f"{tag('dt', label)}{tag('dd', escape(value))}" for label, value in _known(customer) if value]
    facts = "".join(_fact(one.kind, one.value) for one in customer.facts) or tag("p", "Nothing is remembered.")
    heading = tag("h3", "What we know") + tag("dl", "".join(known)) + tag("h3", "What you let us remember") + facts
    return tag("section", heading + tag("h3", "What you agreed to") + _permissions(customer), class_="details")


def _known(customer: Customer) -> list[tuple[str, str]]:
    return [("Customer number", customer.id), ("Name", customer.name), ("Group", customer.segment)]


def _fact(kind: str, value: str) -> str:
    label = _KINDS.get(kind, kind)
    box = tag("input", "", type="text", value=value, maxlength=500, aria_label=label)
    buttons = _button("Correct", "correct", kind, f"Correct: {label}") + _button(
        "Erase", "drop", kind, f"Erase: {label}"
    )
    return tag("div", tag("span", escape(label)) + box + buttons, class_="fact")


def _permissions(customer: Customer) -> str:
    rows = ""
    for purpose, words in _PURPOSES.items():
        granted = customer.allows(purpose)
        said = "Yes" if granted else "No" if customer.decided(purpose) is False else "Not asked yet"
        change = _button("Take back" if granted else "Allow", "withdraw" if granted else "allow", purpose, words)
        rows += tag("div", tag("span", f"{escape(words)}: {tag('strong', said)}") + change, class_="fact")
    return rows


def _button(words: str, deed: str, about: str, label: str = "") -> str:
    aria = (
        {"aria_label": f"{words}: {label}"} if label and not label.startswith(words) else {"aria_label": label or words}
    )
    return tag(
        "button", words, type="button", class_="choice", data_act="mine", data_deed=deed, data_about=about, **aria
    )
