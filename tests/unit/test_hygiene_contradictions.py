"""Contradictions are found between documents; what only looks like one is left alone."""

import numpy as np
import pytest

from assistant.hygiene.contradictions import contradictions
from assistant.hygiene.measures import disagree, figures
from assistant.shipped import shipped_folder
from tests.fakes import passage
from tests.hygiene_texts import accused, cases, folder_documents, passages_of, score

RETURNS = passage("Returns are free. You can return a product within 30 days of delivery.", document="returns.md")
OTHER = passage("A product can be returned within 14 days of delivery.", document="faq.md", title="Questions", start=40)


def test_no_labelled_pair_is_wrongly_accused_and_most_are_found() -> None:
    labelled = cases()
    assert sum(case.contradict for case in labelled) >= 70
    assert sum(not case.contradict for case in labelled) >= 120
    assert [case.passages for case in accused(labelled) if not case.contradict] == []
    assert score(case for case in labelled if case.set == "shop")["recall"] >= 0.85
    assert score(case for case in labelled if case.set == "other trades")["recall"] >= 0.7


def test_both_spans_are_shown_with_their_offsets() -> None:
    (found,) = contradictions([RETURNS, OTHER])
    assert (found.kind, found.difference) == ("number", "30 days / 14 days")
    assert found.first.quote == "You can return a product within 30 days of delivery."
    assert (found.second.document, found.second.start, found.second.quote) == ("faq.md", 40, OTHER.text)
    for place, one in ((found.first, RETURNS), (found.second, OTHER)):
        assert one.text[place.start - one.start : place.end - one.start] == place.quote


def test_vectors_that_point_elsewhere_acquit() -> None:
    near = np.array([[1, 0], [0.8, 0.6]], dtype=np.float32)
    far = np.array([[1, 0], [0, 1]], dtype=np.float32)
    assert len(contradictions([RETURNS, OTHER], near)) == 1
    assert contradictions([RETURNS, OTHER], far) == []


def test_sample_documents_do_not_contradict_each_other() -> None:
    assert contradictions(list(passages_of(folder_documents(shipped_folder("knowledge_base"))))) == []


def test_a_contradiction_planted_in_the_sample_documents_is_found() -> None:
    planted = passage(
        "Standard delivery to Austria costs €7.90. Gift cards are valid for 2 years.", document="new.md", title="News"
    )
    found = contradictions([*passages_of(folder_documents(shipped_folder("knowledge_base"))), planted])
    assert {one.difference for one in found} == {"€6.90 / €7.90", "3 years / 2 years"}
    assert {one.second.document for one in found} == {"new.md"}


def test_nothing_contradicts_itself() -> None:
    assert contradictions([]) == []
    assert contradictions([RETURNS, RETURNS.model_copy(update={"id": "copy", "document_id": "copy"})]) == []


@pytest.mark.parametrize(
    ("text", "unit", "low", "high", "form"),
    [
        ("It takes 2 to 4 business days.", "working days", 2, 4, "range"),
        ("Between 10 and 20 products fit.", "count of product", 10, 20, "range"),
        ("Orders above €1,200 need a signature.", "euros", 1200, 1200, "least"),
        ("It is free from an order value of CHF 250.", "francs", 250, 250, "least"),
        ("Up to 3 gift cards can be used.", "count of gift", 3, 3, "most"),
        ("It lasts two weeks.", "time", 1_209_600, 1_209_600, "exact"),
        ("The 24-month warranty starts on delivery.", "time", 63_115_200, 63_115_200, "exact"),
        ("It weighs 1.5 kg.", "mass", 1500, 1500, "exact"),
        ("We open at 9 am.", "clock", 540, 540, "exact"),
        ("It costs 1.000 Euro.", "euros", 1000, 1000, "exact"),
    ],
)
def test_figures_are_read_in_one_form(text: str, unit: str, low: float, high: float, form: str) -> None:
    (measure,), days, _ = figures(text)
    assert (measure.unit, measure.low, measure.high, measure.form, days) == (unit, low, high, form, [])


def test_dates_are_read_in_one_form() -> None:
    for text in ("on 5 March 2026", "on March 5th, 2026", "on 2026-03-05", "on 05.03.2026"):
        measures, (day,), _ = figures(text)
        assert (day.year, day.month, day.day, measures) == (2026, 3, 5, []), text


def test_names_and_addresses_are_no_figures() -> None:
    for text in (
        "The Norda 300 is foldable.",
        "Call +49 40 66969 218.",
        "See version 2.4.1 at https://shop.example/3/days.",
    ):
        assert figures(text)[:2] == ([], []), text


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("24 months", "2 years", False),
        ("14 days", "two weeks", False),
        ("1,000 g", "1 kg", False),
        ("up to 10 days", "7 days", False),
        ("up to 10 days", "14 days", True),
        ("about 6 hours", "6.5 hours", False),
        ("4 weeks", "1 month", False),
        ("30 days", "14 days", True),
        ("1 to 2 days", "2 to 3 days", True),
        ("from €49", "€4.90", False),
        ("from €49", "from €59", True),
    ],
)
def test_measures_disagree_only_where_both_cannot_hold(one: str, two: str, expected: bool) -> None:
    (first,), (second,) = figures(one)[0], figures(two)[0]
    assert disagree(first, second) is disagree(second, first) is expected
