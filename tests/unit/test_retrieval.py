import pytest

from assistant.evidence import UNKNOWN_MODEL_CONFIDENCE, EvidenceJudge, unknown_models
from assistant.retrieval import best_per_document
from tests.fakes import found, passage


def test_evidence_grows_with_coverage_and_names_what_is_missing() -> None:
    judge = EvidenceJudge()
    best = found(passage("Delivery to Switzerland costs CHF 12.90.")).passages
    full = judge.weigh({"deliveri": 1.0, "switzerland": 2.0}, "delivery Switzerland", best)
    part = judge.weigh({"deliveri": 1.0, "peru": 2.0}, "delivery Peru", best)
    assert (full.coverage, full.missing) == (1.0, ())
    assert part.coverage == pytest.approx(1 / 3)
    assert part.missing == ("peru",)
    assert full.confidence > part.confidence


def test_no_passages_are_no_evidence() -> None:
    assert EvidenceJudge().weigh({"peru": 1.0}, "Peru", ()).confidence == 0.0


def test_a_model_that_no_passage_names_keeps_the_confidence_low() -> None:
    best = found(passage("The Aria 5 lasts 38 hours.", title="Aria 5")).passages
    weights = {"aria": 1.0, "last": 1.0}
    same = EvidenceJudge().weigh(weights, "Does the Aria 5 last?", best)
    other = EvidenceJudge().weigh(weights, "Does the Aria 7 last?", best)
    assert (same.missing, other.missing) == ((), ("Aria 7", "7"))
    assert other.confidence <= UNKNOWN_MODEL_CONFIDENCE


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("How do I reset the Aria 7?", ("Aria 7",)),
        ("How do I reset the Aria 5?", ()),
        ("Is the TX1 included?", ()),
        ("Is the TX-2 included?", ("TX-2",)),
        ("Can I return it within 30 days?", ()),
        ("What did the TX cost in May 2019, and In 2020?", ()),
    ],
)
def test_a_model_that_no_passage_names_is_noticed(question: str, unknown: tuple[str, ...]) -> None:
    assert unknown_models(question, ["Aria 5: hold the button for 7 seconds.", "The TX-1 transmitter."]) == unknown


def test_documents_rank_as_their_best_passage() -> None:
    one, two = passage("a", document="x"), passage("b", document="y")
    assert best_per_document([one, two, passage("c", document="x", start=9)]) == ["x", "y"]
