from collections.abc import Sequence
from typing import cast

import pytest

from assistant.embedders.packaged import packaged_words
from assistant.ports import Catalog
from assistant.spelling import mended
from assistant.types import FOR_EVERYBODY, Filter, Passage
from tests.fakes import CountingKeywords, passage

HELD = (
    passage("Returns of outlet items within 14 days.", document="returns.md", title="Returns"),
    passage("Shipping to France costs 8.90. Utrecht opens on Thursday.", document="france.md", title="Shipping"),
    passage("A refurbished headphone has a warranty of 12 months.", document="warranty.md", title="Warranty"),
)


class Held:
    def __init__(self, held: Sequence[Passage] = HELD) -> None:
        self._held = held

    def passages(self, passage_ids: Sequence[str], only: Filter = FOR_EVERYBODY) -> list[Passage]:
        return [one for one in self._held if one.id in passage_ids]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("retrun of outlet itmes how many days", "returns of outlet items how many days"),
        ("shiping to frnace how much", "shipping to france how much"),
        ("warrenty on refurbised stuff", "warranty on refurbished stuff"),
        ("Shipping to Ghana?", "Shipping to Ghana?"),
        ("Is the HV-7001 in Utrect?", "Is the HV-7001 in utrecht?"),
        ("", ""),
    ],
)
def test_misspelt_words_become_the_documents_words(question: str, meant: str) -> None:
    keywords = CountingKeywords()
    keywords.upsert(HELD)
    assert mended(question, keywords, cast("Catalog", Held())) == meant


def test_a_word_of_the_language_is_not_misspelt() -> None:
    """The embedder's vocabulary holds it, though no passage does."""
    keywords = CountingKeywords()
    keywords.upsert(HELD)
    catalog = cast("Catalog", Held())
    assert mended("Any outled iterms in trance?", keywords, catalog) == "Any outlet items in trance?"
    words = packaged_words()
    assert mended("Is there an outlaw, an outled?", keywords, catalog, is_word=words.__contains__) == (
        "Is there an outlaw, an outlet?"
    )
    assert mended("Any warrant?", keywords, catalog, is_word={"warrant"}.__contains__) == "Any warranty?"


def test_the_vocabulary_holds_words_and_not_their_misspellings() -> None:
    assert {"parking", "plane", "place", "norway", "delivery"} <= packaged_words()
    assert packaged_words().isdisjoint({"retrun", "adress", "recieve", "warrenty", "seperate", "##ing"})


def test_two_mistakes_in_a_short_stem_make_another_word() -> None:
    keywords = CountingKeywords()
    keywords.upsert([passage("An ipad plays it.", document="ipad.md", title="")])
    catalog = cast("Catalog", Held((passage("An ipad plays it.", document="ipad.md", title=""),)))
    assert mended("What is its impedance?", keywords, catalog) == "What is its impedance?"


@pytest.mark.parametrize(
    ("text", "question", "meant"),
    [
        # What is left of the stem is nearer to a word's beginning than to its own stem.
        ("In the other direction.", "Which drection?", "Which direction?"),
        ("A critical update.", "Is it ciritical?", "Is it critical?"),
        # Of equals that which is nearer as it is written, then the more frequent one.
        ("A possibility. What is possible.", "Is it possibel?", "Is it possible?"),
        # A short stem is near to much.
        ("Shall we?", "Our wedding?", "Our wedding?"),
    ],
)
def test_a_mistake_may_hide_the_ending_of_a_word(text: str, question: str, meant: str) -> None:
    held = (passage(text, document="held.md", title=""),)
    keywords = CountingKeywords()
    keywords.upsert(held)
    assert mended(question, keywords, cast("Catalog", Held(held)), is_word={"wedding"}.__contains__) == meant


def test_a_word_that_only_hidden_passages_hold_is_nobodys_meaning() -> None:
    hidden = [passage("Holding it.", document=f"{number:02}.md", title="") for number in range(20)]
    read = passage("Hold it. They are holding it.", document="read.md", title="")
    keywords = CountingKeywords()
    keywords.upsert(hidden)
    assert mended("Is it hloding?", keywords, cast("Catalog", Held(()))) == "Is it hloding?"
    keywords.upsert([read])
    assert mended("Is it hloding?", keywords, cast("Catalog", Held((read,)))) == "Is it holding?"


def test_a_name_with_a_number_is_neither_mended_nor_meant() -> None:
    held = (passage("The Kestrel5 is a headset. The Torvald weighs 2 kg.", document="names.md", title="Names"),)
    keywords = CountingKeywords()
    keywords.upsert(held)
    catalog = cast("Catalog", Held(held))
    for question in ("How heavy is the Torvalt7?", "What is a Kestrel5?", "What is a kestrek?", "Torvalt_7"):
        assert mended(question, keywords, catalog) == question
    assert mended("How heavy is the Torvalt?", keywords, catalog) == "How heavy is the torvald?"
