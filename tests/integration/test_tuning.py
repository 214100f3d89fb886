"""Tuning of a real knowledge base: kept with its generation, seen by others at once, gone with what it came from."""

import csv
import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa

from assistant.errors import AssistantError
from assistant.knowledge import KnowledgeBase
from assistant.records import StepReport, TunedPart
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.stores import schema as s
from assistant.tuning.adapter import PART
from assistant.tuning.steps import Ground
from assistant.tuning.tuner import Tuner
from assistant.types import Query
from benchmarks.proving import EMBEDDERS, WORDS, WordEmbedder, opened

ANSWERS = 15
QUESTIONS = 14
COMMON = ("customers", "always", "wonder", "whether", "somebody", "could", "kindly", "explain")
"""Words of every question, which say nothing of what it is about."""


def question(answer: int, draw: random.Random) -> str:
    """Return a question with one of the two words that customers have for an answer, among common ones."""
    return " ".join(draw.sample([*draw.choices(COMMON, k=6), f"slang{answer}{draw.choice('ab')}"], 7))


def write_list(folder: Path) -> None:
    """Write a list in which every answer has several questions, and another document."""
    draw = random.Random(5)
    folder.mkdir()
    with (folder / "faq.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("question", "answer"))
        for answer in range(ANSWERS):
            text = " ".join(random.Random(answer).sample(WORDS, 8))
            rows.writerows((f"{question(answer, draw)} {number}", text) for number in range(QUESTIONS))
    (folder / "secret.md").write_text("# Recall\n\nThe Zebulon amplifier overheats; its serial begins with QX-77.")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_list(tmp_path / "docs")
    with opened(tmp_path / "home") as (_, knowledge, _):
        assert knowledge.ingest([tmp_path / "docs"]).documents == 2
    return tmp_path / "home"


@pytest.fixture
def parts(home: Path) -> Iterator[tuple[Stores, KnowledgeBase]]:
    with opened(home) as (stores, knowledge, _):
        yield stores, knowledge


def right_at_first(knowledge: KnowledgeBase) -> float:
    """Return how often new questions find their answer first, by meaning alone."""
    draw = random.Random(99)
    hits = 0
    for number in range(60):
        answer = number % ANSWERS
        best = knowledge.search(Query(text=question(answer, draw)), 1, "dense").passages[0]
        hits += best.passage.text == " ".join(random.Random(answer).sample(WORDS, 8))
    return hits / 60


def test_what_wins_is_kept_helps_new_questions_and_can_be_removed(parts: tuple[Stores, KnowledgeBase]) -> None:
    stores, knowledge = parts
    before = right_at_first(knowledge)

    report = knowledge.tune()

    step = report.steps[0]
    assert step.accepted, step.reason
    assert step.gain_low > 0
    assert step.after["recall@1"] > step.before["recall@1"]
    assert report.pairs["question-and-answer"] == ANSWERS * QUESTIONS
    assert 0 < step.stored_bytes < 100_000
    assert right_at_first(knowledge) > before + 0.1
    assert knowledge.tuned_parts() == [PART]
    kept = stores.tuned_parts.get(1, PART)
    assert kept is not None
    assert kept.figures["gain"] == step.gain

    assert knowledge.remove_tuning().removed == (PART,)
    assert right_at_first(knowledge) == before
    assert knowledge.tuned_parts() == []


def test_a_dry_run_keeps_nothing(parts: tuple[Stores, KnowledgeBase]) -> None:
    _, knowledge = parts

    report = knowledge.tune(dry_run=True)

    assert report.steps[0].accepted
    assert report.dry_run
    assert knowledge.tuned_parts() == []


def test_another_process_on_the_same_database_searches_with_it_at_once(home: Path) -> None:
    with opened(home) as (_, knowledge, _), opened(home) as (_, other, _):
        before = right_at_first(knowledge)
        assert right_at_first(other) == before
        knowledge.tune()
        assert right_at_first(other) > before + 0.1
        knowledge.remove_tuning()
        assert right_at_first(other) == before


def test_it_stays_with_its_embedder_through_reindex_and_rollback(parts: tuple[Stores, KnowledgeBase]) -> None:
    _, knowledge = parts
    knowledge.tune()

    knowledge.reindex(EMBEDDERS[0])
    assert knowledge.tuned_parts() == [PART]
    knowledge.reindex(EMBEDDERS[1])
    assert knowledge.tuned_parts() == []
    tuned_again = right_at_first(knowledge)
    knowledge.rollback()
    assert knowledge.tuned_parts() == [PART]
    assert right_at_first(knowledge) > tuned_again


def test_forgetting_a_document_forgets_what_was_learnt(parts: tuple[Stores, KnowledgeBase]) -> None:
    stores, knowledge = parts
    knowledge.tune()

    receipt = knowledge.forget("secret.md", None)

    assert (receipt.text_hits, receipt.vector_hits) == (0, 0)
    assert knowledge.tuned_parts() == []
    with stores.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(s.tuned_parts)).scalar() == 0
    assert knowledge.search(Query(text="customers wonder"), 1).passages


class _ForgettingStep:
    """Has a document forgotten while it learns."""

    name = "adapter"

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def fit(self, ground: Ground) -> tuple[StepReport, bytes | None]:
        assert any(one.document == "secret.md" for one in ground.passages)
        self._knowledge.forget("secret.md", None)
        return StepReport(name=self.name, accepted=True, reason="for the test"), b"learnt from what is forgotten"


def test_what_was_learnt_while_a_document_was_forgotten_is_not_kept(parts: tuple[Stores, KnowledgeBase]) -> None:
    stores, knowledge = parts
    tuner = Tuner(stores, stores.conversations, embedder_of=WordEmbedder, search=knowledge.search)

    with pytest.raises(AssistantError, match="run `assistant tune` again"):
        tuner.tune([_ForgettingStep(knowledge)])
    assert knowledge.tuned_parts() == []


def test_a_later_run_that_does_not_win_removes_what_an_earlier_one_kept(
    parts: tuple[Stores, KnowledgeBase], tmp_path: Path
) -> None:
    _, knowledge = parts
    knowledge.tune()
    (tmp_path / "docs" / "faq.csv").write_text("question,answer\nhow,like this\n", encoding="utf-8")
    knowledge.ingest([tmp_path / "docs"])

    report = knowledge.tune()

    assert not report.steps[0].accepted
    assert "too few" in report.steps[0].reason
    assert report.removed == (PART,)


def test_damaged_bytes_are_left_out_and_the_search_goes_on(parts: tuple[Stores, KnowledgeBase]) -> None:
    stores, knowledge = parts
    before = right_at_first(knowledge)
    knowledge.tune()
    with stores.database.write() as connection:
        connection.execute(s.tuned_parts.update().values(payload=b"damaged"))
        connection.execute(s.generations.update().values(tuned="changed"))

    assert right_at_first(knowledge) == before


def test_nothing_can_be_learnt_before_the_first_ingest(tmp_path: Path) -> None:
    with opened(tmp_path / "empty") as (_, knowledge, _), pytest.raises(AssistantError, match="ingest"):
        knowledge.tune()


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    found = open_stores(Settings(home=tmp_path / "home", database=database))
    yield found
    found.close()


def part(*, payload: bytes = b"bytes", name: str = PART) -> TunedPart:
    return TunedPart(
        name=name,
        fingerprint="f",
        payload=payload,
        checksum=hashlib.sha256(payload).hexdigest(),
        figures={"gain": 0.1},
        made_at=datetime.now(UTC),
    )


def test_parts_are_replaced_by_name_and_marked_on_their_generation(stores: Stores) -> None:
    generation = stores.generations.begin("e", "f", 4).number
    stores.generations.go_live(generation)
    marks = []

    def mark() -> str:
        live = stores.generations.live()
        assert live is not None
        return live.tuned

    stores.tuned_parts.put(generation, [part(), part(name="answerability")])
    marks.append(mark())
    stores.tuned_parts.put(generation, [part(payload=b"other bytes")])
    marks.append(mark())
    assert [one.name for one in stores.tuned_parts.all(generation)] == ["adapter", "answerability"]
    stored = stores.tuned_parts.get(generation, PART)
    assert stored is not None
    assert stored.payload == b"other bytes"
    assert stores.tuned_parts.remove(generation, [PART]) == [PART]
    marks.append(mark())
    stores.generations.drop(generation)
    assert stores.tuned_parts.all(generation) == []
    assert len({*marks, ""}) == 4
