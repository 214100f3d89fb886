"""Headings that deny what stands below them."""

import pytest

from assistant.denials import asks_what_is_not, denies
from assistant.drafting import Draft
from assistant.extraction import choose
from assistant.grounding import ground
from assistant.wording import wording
from tests.fakes import found, passage

POLICY = "## Not insured\n\n- Theft from an open yard\n- Frost in the pipes\n- Rust of the boiler"
COVER = "The policy insures the boiler against bursting and lightning."
WEIGHTS = {"insur": 2.0, "polici": 1.0}


@pytest.mark.parametrize(
    "heading",
    [
        "Not covered",
        "## What is not included",
        "Services we do not offer",
        "We don't ship",
        "Exclusions",
        "Exceptions",
        "Items excluded from returns",
        "What cannot be returned",
        "Was nicht versichert ist",
    ],
)
def test_a_heading_denies_what_stands_below_it(heading: str) -> None:
    assert denies(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "Covered",
        "What is covered and what is not covered",
        "The boiler does not start",
        "Not charging",
        "Device not recognised",
        "No sound",
        "Das Gerät startet nicht",
        "Notable coverage",
        "",
    ],
)
def test_a_trouble_and_both_sides_are_no_denial(heading: str) -> None:
    assert not denies(heading)


def test_who_asks_what_is_not_is_told_from_who_asks_what_is() -> None:
    asked = ["What is not covered?", "what isnt covered", "Which items are excluded?", "What doesn't it pay for?"]
    assert all(map(asks_what_is_not, asked))
    assert not any(map(asks_what_is_not, ["What does the note cover?", "Which amount do you want for the tent?"]))


def quoted(question: str, weights: dict[str, float] | None = None) -> list[str]:
    denied = passage(POLICY, document="policy.md", title="Policy", heading="Not insured")
    covered = passage(COVER, document="policy.md", title="Policy", start=500)
    return [one.text for one in choose(question, weights or WEIGHTS, found(denied, covered).passages)]


def test_what_a_heading_denies_is_no_answer_to_what_is_so() -> None:
    assert quoted("What does the policy insure?")[0] == COVER
    assert not any("Frost" in one for one in quoted("What does the policy insure?"))


def test_yes_or_no_is_answered_with_the_heading_that_denies() -> None:
    said = quoted("Is frost insured by the policy?", {**WEIGHTS, "frost": 3.0})
    assert said[0] == "Not insured"
    assert "- Frost in the pipes" in said


def test_who_asks_what_is_not_gets_the_list_whole() -> None:
    said = quoted("What is not insured by the policy?")
    assert said == ["Not insured", "- Theft from an open yard", "- Frost in the pipes", "- Rust of the boiler"]


def test_the_heading_ends_where_the_next_begins() -> None:
    whole = passage(
        f"{POLICY}\n\n## Duration\n\nThe policy insures you for 12 months.", title="Policy", heading="Policy"
    )
    said = [one.text for one in choose("How long does the policy insure me?", WEIGHTS, found(whole).passages)]
    assert said == ["The policy insures you for 12 months."]


def test_of_headings_only_what_denies_can_be_quoted() -> None:
    held = passage(f"{POLICY}\n\n## Free for a year\n\nThe policy costs EUR 12.")
    span = ground("Not insured", [held])
    assert span is not None
    assert span.quote == "Not insured"
    assert ground("Free for a year", [held]) is None


@pytest.mark.parametrize(
    "said", ["Water damage beyond the rating of the casing is covered.", "- Wear of textile covers"]
)
@pytest.mark.parametrize(("heading", "shown"), [("Warranty > Covered", True), ("Warranty > Not covered", False)])
def test_what_a_heading_denies_is_not_shown_where_that_heading_cannot_be(said: str, heading: str, shown: bool) -> None:
    text = "- Water damage beyond the rating of the case\n- Wear of textile covers"
    span = ground(said, [passage(text, title="Warranty", heading=heading)])
    assert span is not None
    assert bool(wording("", said, span, Draft())) == shown


@pytest.mark.parametrize("said", ["- Frost in the pipes", "Frost in the pipes.", "Frost in the pipes is not insured."])
def test_what_is_denied_is_shown_below_its_heading_once(said: str) -> None:
    span = ground(said, [passage(POLICY, title="Policy", heading="Not insured")])
    assert span is not None
    draft = Draft()
    first = wording("", said, span, draft)
    assert [one.text.strip("- .") for one in first] == ["Not insured", "Frost in the pipes"]
    draft.add("", first[0].text, first[0].span)
    assert [one.text.strip("- .") for one in wording("\n", said, span, draft)] == ["Frost in the pipes"]
