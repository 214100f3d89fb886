"""Answerability fitted to a knowledge base: the questions made of it, the near misses, and what is kept."""

import hashlib
import math
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from assistant.answerability.fitting import Example, balanced
from assistant.answerability.model import AnswerabilityModel, shipped_model
from assistant.evidence import EvidenceJudge
from assistant.indexing.embedding import quiet
from assistant.records import TunedPart
from assistant.terms import asked_words, stem
from assistant.tuning.answerability import PART, AnswerabilityStep, adapt, judge_of, rehearse
from assistant.tuning.pairs import Pair
from assistant.tuning.questions import foreign_questions, sentence_questions, twisted
from assistant.tuning.steps import Ground
from assistant.types import Generation, Match, Passage, Query, ScoredPassage, SearchResult
from tests.fakes import CountingKeywords, ExactVectors, HashingEmbedder, found, passage

THINGS = "amplifier battery cable dongle earpad firmware gramophone headband invoice jack keyboard lamp".split()
PLACES = "Aachen Bremen Cottbus Dresden Erfurt Fulda Gotha Halle Ilmenau Jena Kassel Leipzig".split()
WEIGHTS = {"batteri": 2.0}


def knowledge() -> list[Passage]:
    """Sixty documents of one passage; each thing is repaired, sold, shipped, stored and tested, one way each."""
    texts = [
        f"The {thing} is repaired in {place} within {7 + row} working days by trained staff.\n\n"
        f"Every {verb} {thing} carries a {colour} label from {place} near the {thing} socket."
        for row, (thing, place) in enumerate(zip(THINGS, PLACES, strict=True))
        for verb, colour in zip(
            ("polished", "rented", "leased", "sealed", "tested"), ("red", "blue", "green", "grey", "pink"), strict=True
        )
    ]
    return [passage(text, document=f"d{row}.md", title="", start=0) for row, text in enumerate(texts)]


def joined(dense: Sequence[Match], keyword: Sequence[Match]) -> list[Match]:
    """Add reciprocal ranks: a plain stand-in for the retriever's own fusion."""
    scores: dict[str, float] = {}
    for hits in (dense, keyword):
        for rank, hit in enumerate(hits, start=1):
            scores[hit.passage_id] = scores.get(hit.passage_id, 0.0) + 1 / (60 + rank)
    return [Match(one, score) for one, score in sorted(scores.items(), key=lambda pair: -pair[1])]


class Search:
    """Searches passages as the retriever does, over indexes in memory."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.queries: list[Query] = []
        self.passages = {one.id: one for one in passages}
        self.embedder, self.vectors, self.keywords = HashingEmbedder(), ExactVectors(), CountingKeywords()
        self.vectors.upsert(list(self.passages), self.embedder.embed_documents([one.text for one in passages]))
        self.keywords.upsert(passages)

    def __call__(self, query: Query, limit: int) -> SearchResult:
        self.queries.append(query)
        depth = 50 + len(query.without)
        dense = self.vectors.search(self.embedder.embed_query(query.text), depth)
        keyword = self.keywords.search(query.text, depth)
        dense, keyword = ([one for one in hits if one.passage_id not in query.without] for hits in (dense, keyword))
        best = tuple(
            ScoredPassage(rank=rank, score=hit.score, passage=self.passages[hit.passage_id])
            for rank, hit in enumerate(joined(dense, keyword)[:limit], start=1)
        )
        total = len(self.passages)
        frequencies = {stem(word): self.keywords.document_frequency(word) for word in asked_words(query.text)}
        weights = {term: math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in frequencies.items()}
        evidence = EvidenceJudge().weigh(weights, query.text, best, dense, keyword)
        return SearchResult(passages=best, evidence=evidence, weights=weights)


def ground(passages: Sequence[Passage], pairs: Sequence[Pair] = ()) -> Ground:
    search = Search(passages)
    return Ground(
        pairs=tuple(pairs),
        passages=passages,
        embedder=search.embedder,
        vectors_of=lambda _: {},
        search=search,
        progress=quiet,
    )


def test_a_question_is_made_of_a_sentence_and_always_the_same_one() -> None:
    passages = knowledge()
    made = list(sentence_questions(passages, 40))
    assert made == list(sentence_questions(passages, 40))
    assert len({one.passage_id for one in made}) == 40
    assert all(one.question.endswith("?") for one in made)
    asked_for_days = [one.question for one in made if one.question.startswith("How long")]
    assert asked_for_days
    assert not any("working days" in question for question in asked_for_days)


@pytest.mark.parametrize(("question", "gone"), [("Is it sent within 30 days?", "30"), ("Do you ship to Peru?", "Peru")])
def test_a_twisted_question_has_another_number_or_name(question: str, gone: str) -> None:
    other = twisted(question)
    assert other
    assert gone not in other
    assert twisted("Why?") == ""


def test_a_question_without_number_or_name_is_turned_into_its_opposite() -> None:
    assert twisted("which cable charges wireless keyboards quickly") == (
        "which cable charges wireless keyboards never quickly"
    )


def test_near_misses_are_searched_for_around_the_document_that_answers() -> None:
    passages = knowledge()
    search = Search(passages)
    groups = rehearse(search, [], passages)
    around = [one for one in search.queries if one.without]
    assert around
    for query in around:
        assert not {scored.passage.id for scored in search(query, 5).passages} & query.without
    assert len(groups) == len(passages) + len(
        [one for one in foreign_questions() if search(Query(text=one), 5).passages]
    )
    assert all(not one.right for group in groups for one in group[1:])


def test_the_fit_explains_rehearsed_questions_better_than_the_shipped_model_and_is_the_same_each_time() -> None:
    passages = knowledge()
    examples = balanced([one for group in rehearse(Search(passages), [], passages) for one in group])
    fitted = adapt(examples, shipped_model())
    assert fitted == adapt(examples, shipped_model())
    surprises = [surprise(model, examples) for model in (fitted, shipped_model())]
    assert surprises[0] < 0.98 * surprises[1]


def surprise(model: AnswerabilityModel, examples: Sequence[Example]) -> float:
    """Return the weighted log loss: how little a model expected what was so."""
    chances = [(one, model.probability(one.features)) for one in examples]
    return -sum(one.weight * math.log(chance if one.right else 1 - chance) for one, chance in chances)


def test_the_step_reports_both_models_and_keeps_only_a_winner() -> None:
    report, payload = AnswerabilityStep().fit(ground(knowledge()))
    assert report.name == PART
    assert report.before.keys() == report.after.keys() == {"aurc", "auroc"}
    assert report.accepted == (report.gain_low > 0) == (payload is not None)
    if payload is not None:
        assert AnswerabilityModel.model_validate_json(payload).origin == "fitted"


def test_too_small_a_knowledge_base_keeps_the_shipped_model() -> None:
    report, payload = AnswerabilityStep().fit(ground(knowledge()[:5]))
    assert (report.accepted, payload) == (False, None)
    assert "fewer than" in report.reason


class Parts:
    """Holds at most one part of one generation."""

    def __init__(self, part: TunedPart | None = None) -> None:
        self.part = part

    def get(self, generation: int, name: str) -> TunedPart | None:
        return self.part if self.part is not None and self.part.name == name and generation == 3 else None

    def all(self, generation: int) -> list[TunedPart]:
        return [self.part] if self.part else []

    def put(self, generation: int, parts: Sequence[TunedPart]) -> None:
        self.part = parts[-1]

    def remove(self, generation: int, names: Sequence[str] | None = None) -> list[str]:
        self.part = None
        return [PART]

    def carry_over(self, generation: int, to: int) -> None:
        return None


def part(payload: bytes) -> TunedPart:
    return TunedPart(
        name=PART,
        fingerprint="hashing",
        payload=payload,
        checksum=hashlib.sha256(payload).hexdigest(),
        figures={},
        made_at=datetime.now(UTC),
    )


LIVE = Generation(number=3, embedder="hashing", fingerprint="hashing", dimension=64, tuned="1")


def test_the_judge_uses_what_was_fitted_until_it_is_removed() -> None:
    never = shipped_model().model_copy(update={"origin": "fitted", "bias": -50.0})
    parts = Parts(part(never.model_dump_json().encode()))
    best = found(passage("The battery lasts 38 hours.")).passages
    fitted = judge_of(parts, LIVE, 0.25).weigh(WEIGHTS, "battery", best)
    parts.remove(3)
    shipped = judge_of(parts, LIVE, 0.25).weigh(WEIGHTS, "battery", best)
    assert fitted.confidence < 1e-9
    assert shipped == EvidenceJudge(max_wrong_share=0.25).weigh(WEIGHTS, "battery", best)


OTHER_FEATURES = shipped_model().model_copy(update={"features": ("x", *shipped_model().features[1:])})


@pytest.mark.parametrize("payload", [b"{}", OTHER_FEATURES.model_dump_json().encode()])
def test_a_model_that_another_version_fitted_is_not_used(payload: bytes, caplog: pytest.LogCaptureFixture) -> None:
    best = found(passage("The battery lasts 38 hours.")).passages
    judged = judge_of(Parts(part(payload)), LIVE, 0.25).weigh(WEIGHTS, "battery", best)
    assert judged == EvidenceJudge(max_wrong_share=0.25).weigh(WEIGHTS, "battery", best)
    assert "run `assistant tune` again" in caplog.text
