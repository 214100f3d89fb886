"""What a sentence may leave out of its source, and what it may not change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.agreement import agrees
from assistant.grounding import ground
from assistant.statements import are_opposites, tokens
from tests.fakes import passage

TERMS = passage(
    "If a parcel is damaged, you can send it back within 30 days. Sale items are excluded, unless they are faulty. "
    "The Torvald 5 weighs 4 kg and the Torvald 7 weighs 6 kg. It was introduced in Bergen in March 2021. "
    "Orders above €400 are handed over only against a signature. You can pay before or after delivery.",
    document="terms.md",
    title="Terms",
)
OTHER = passage("The Skerry Mini was introduced in Oslo. It costs 79 euros.", document="other.md", title="Skerry Mini")


@pytest.mark.parametrize(
    "sentence",
    [
        "You can send it back within 30 days if a parcel is damaged.",
        "Yes, if a parcel is damaged, you can send it back within thirty days.",
        "Please note that sale items are excluded unless they are faulty.",
        "The Torvald 7 weighs 6 kg.",
        "The Torvald was introduced in Bergen in March 2021.",
        "Orders above €400 are only handed over against a signature.",
        "The Skerry Mini costs 79 euros.",
    ],
)
def test_the_same_in_other_words_is_supported(sentence: str) -> None:
    assert ground(sentence, [TERMS, OTHER]) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "If a parcel is damaged, you can send it back within 60 days.",
        "You can send it back within 30 days.",
        "If a parcel is damaged, you cannot send it back within 30 days.",
        "If a parcel is damaged, you can send it back after 30 days.",
        "Sale items are excluded.",
        "Sale items are included, unless they are faulty.",
        "The Torvald 5 weighs 6 kg.",
        "It was introduced in Oslo in March 2021.",
        "It was introduced in Bergen in May 2021.",
        "It was introduced in Bergen in March 2022.",
        "Orders above €400 are handed over against a signature.",
        "Orders above €400 are handed over.",
        "You can send it back within 30 days without reason.",
        "If a parcel is damaged, you can send it back to Peru within 30 days.",
        "You have 30 days.",
        "The Torvald 7 is not sold in Bergen.",
    ],
)
def test_one_thing_changed_or_left_out_is_not(sentence: str) -> None:
    assert ground(sentence, [TERMS, OTHER]) is None


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        # A name from before the span in the place of one of the span's, while its pronoun stays.
        (
            "Karin Lund leads the workshop. She writes to Will and to Hanne Dahl when it has opened.",
            "She writes to Lund and to Hanne Dahl when it has opened.",
        ),
        (
            "Peter Holm asks Ingrid to wait. Ingrid says that the Ayes have it, the Ayes have it.",
            "Ingrid says that the Holm have it, the Ayes have it.",
        ),
        # A name of the title in the place of another.
        ("The plan is run by the Fjord Savings Board in Bergen.", "The plan is run by the Aria Fjord Board in Bergen."),
        # A word that means nothing as a rule, written as a name.
        ("The motor was sold to Marta Dunn in spring.", "The motor was sold to The Will in spring."),
        ("Exports to Canada grew by 165 % in spring.", "Exports to US grew by 165 % in spring."),
        # Denied twice.
        ("The boxes aren't just for parcels.", "The boxes are not n't just for parcels."),
        # A condition of which the rest of the sentence happens to hold words.
        (
            "The keeper opens the shop as the deputy keeper if the head keeper becomes ill, and closes it at night.",
            "The keeper opens the shop as the deputy keeper, and closes it at night.",
        ),
        # The condition told as what holds.
        ("Before sharing private codes, make sure that the lid is shut.", "Share private codes."),
        # What limits it stands first.
        ("During the summer fair in Oslo, a deposit is paid for each chair.", "A deposit is paid for each chair."),
        # One name from the sentence before.
        (
            "In Norway a point is given for each krone. Delivery, gift cards and repairs earn no points for anybody.",
            "Norway gift cards and repairs earn no points for anybody.",
        ),
    ],
)
def test_what_liars_got_through_is_refused(source: str, sentence: str) -> None:
    held = passage(source, title="Aria club")
    assert ground(sentence, [held]) is None
    told = source[: source.index(". ") + 1] if ". " in source else source
    assert ground(told, [held]) is not None


def test_a_sentence_that_takes_the_limit_from_its_nearest_source_finds_no_other() -> None:
    """Another passage that holds its words tells of something else."""
    limited = passage("You can still ask the harbour for a berth if your boat is insured.", document="berths.md")
    other = passage(
        "You can ask the clerk to move the hearing on a berth to another day of the harbour.", document="day.md"
    )
    assert ground("You can still ask the harbour for a berth.", [other, limited]) is None
    assert ground("You can still ask the harbour for a berth if your boat is insured.", [other, limited]) is not None


def test_only_is_said_as_often_as_the_source_says_it() -> None:
    source = passage(
        "Some masts carry only a radio link, other masts carry only a lamp for the night, and some carry both."
    )
    assert (
        ground("Some masts carry only a radio link, other masts carry a lamp, and some carry both.", [source]) is None
    )
    said = "Some masts carry only a radio link, other masts carry only a lamp, and some carry both."
    assert ground(said, [source]) is not None


def test_a_part_of_a_sentence_is_no_quotation() -> None:
    source = passage("It can be returned unless it was opened.")
    assert ground("It can be returned", [source]) is None
    assert ground("It can be returned unless it was opened.", [source]) is not None


def test_opposites_are_known_by_word_and_by_prefix() -> None:
    assert are_opposites("before", "after")
    assert are_opposites("opened", "unopened")
    assert not are_opposites("under", "der")
    assert not are_opposites("open", "opened")


WORDS = st.lists(st.sampled_from("the Aria 5 30 days not if unless opened before free Oslo costs €9 , . only".split()))


@given(WORDS, WORDS)
def test_a_text_agrees_with_itself_and_never_raises(one: list[str], other: list[str]) -> None:
    said, span = tokens(" ".join(one)), tokens(" ".join(other))
    assert agrees(said, said, (), ())
    assert agrees(said, span, (), ()) in (True, False)
