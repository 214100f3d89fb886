"""The adapter: what it learns, when it is let in, and that it leaves other questions alone."""

import numpy as np
import pytest

from assistant.errors import ConfigurationError
from assistant.ports import Vectors
from assistant.query_vectors import query_vectors
from assistant.tuning.adapter import AdaptedEmbedder, Adapter
from assistant.tuning.contrastive import learn
from assistant.tuning.judging import paired_gain, ranks, reciprocal
from assistant.tuning.pairs import Pair
from assistant.tuning.splitting import folds, judging_weights
from assistant.tuning.tasks import Task
from tests.fakes import HashingEmbedder

WIDTH = 24


def unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float32)


def pair(number: int, answer: int) -> Pair:
    return Pair(question=f"question {number}", passage_id=str(answer), origin="liked", document="d", answer=str(answer))


def rotated_task(questions: int = 400, documents: int = 40, seed: int = 0) -> Task:
    """Return a task whose questions lie where a fixed rotation of their document, and some noise, puts them."""
    random = np.random.default_rng(seed)
    texts = unit(random.standard_normal((documents, WIDTH)).astype(np.float32))
    turn, signs = np.linalg.qr(np.eye(WIDTH) + 0.3 * np.random.default_rng(7).standard_normal((WIDTH, WIDTH)))
    turn = turn * np.sign(np.diag(signs))
    answers = random.integers(0, documents, questions)
    noise = 0.05 * random.standard_normal((questions, WIDTH))
    return Task(
        pairs=tuple(pair(number, int(answer)) for number, answer in enumerate(answers)),
        queries=unit(texts[answers] @ turn.T + noise),
        documents=texts,
        gold=tuple(np.array([answer]) for answer in answers),
        own=np.full(questions, -1),
    )


def adapter_of(task: Task, **gate: float) -> Adapter:
    down, up = learn([task], rank=16, epochs=30)
    gate = {"closed_below": -2.0, "open_above": -1.5} | gate
    return Adapter(down=down, up=up, anchors=task.queries, **gate)


def test_it_learns_a_rotation_and_answers_questions_that_it_has_not_seen() -> None:
    whole = rotated_task()
    learnt, judged = whole.only(set(whole.pairs[::2])), whole.only(set(whole.pairs[1::2]))

    before = (ranks(judged) == 1).mean()
    after = (ranks(judged, adapter_of(learnt)) == 1).mean()

    assert after > before + 0.3


def test_it_begins_as_the_identity_and_stays_so_where_nothing_is_learnt() -> None:
    task = rotated_task()
    down, up = learn([task], rank=4, epochs=0)
    adapter = Adapter(down=down, up=up, anchors=task.queries, closed_below=0.0, open_above=0.5)

    assert np.allclose(adapter(task.queries), task.queries, atol=1e-6)


def test_questions_far_from_everything_learnt_keep_their_vectors() -> None:
    task = rotated_task()
    adapter = adapter_of(task, closed_below=0.5, open_above=0.9)
    far = -task.queries.mean(axis=0)

    assert np.allclose(adapter(unit(far)), unit(far), atol=1e-6)
    assert not np.allclose(adapter(task.queries), task.queries, atol=0.05)


def test_its_bytes_bring_the_same_vectors_back() -> None:
    task = rotated_task()
    adapter = adapter_of(task)
    again = Adapter.from_bytes(adapter.to_bytes())

    assert float((again(task.queries) * adapter(task.queries)).sum(axis=1).min()) > 0.9999
    with pytest.raises(ConfigurationError, match="assistant tune"):
        Adapter.from_bytes(b"PK\x03\x04 no archive")


def test_only_queries_go_through_it() -> None:
    plain = HashingEmbedder()
    random = np.random.default_rng(1)
    down, up = (
        random.standard_normal(shape).astype(np.float32) for shape in ((plain.dimension, 4), (4, plain.dimension))
    )
    anchors = plain.embed_query("return")[None]
    embedder = AdaptedEmbedder(plain, Adapter(down=down, up=up, anchors=anchors, closed_below=0.1, open_above=0.2))

    assert np.array_equal(embedder.embed_documents(["return"]), plain.embed_documents(["return"]))
    assert not np.allclose(embedder.embed_query("return"), plain.embed_query("return"), atol=0.05)
    assert embedder.embed_query("return").shape == (plain.dimension,)
    assert embedder.fingerprint == plain.fingerprint


def test_the_gradients_lower_the_loss_on_every_way() -> None:
    """The rank of the right document falls as rounds go on, also where a question's own row is left out."""
    whole = rotated_task()
    own = np.array([(int(rows[0]) + 1) % len(whole.documents) for rows in whole.gold])
    task = Task(whole.pairs, whole.queries, whole.documents, whole.gold, own)
    figures = []

    def watch(_epoch: int, correction: tuple[Vectors, Vectors]) -> bool:
        adapter = Adapter(*correction, anchors=task.queries, closed_below=-2.0, open_above=-1.5)
        figures.append(float(reciprocal(ranks(task, adapter)).mean()))
        return len(figures) < 10

    learn([task], rank=16, epochs=30, watch=watch)

    assert len(figures) == 10
    assert figures[-1] > figures[4] > figures[0]


def test_a_gain_is_only_sure_where_the_interval_says_so() -> None:
    random = np.random.default_rng(0)
    noise = random.standard_normal(200) * 0.3

    sure = paired_gain([0.0] * 200, list(noise + 0.2), [1.0] * 200)
    unsure = paired_gain([0.0] * 200, list(noise), [1.0] * 200)

    assert sure.low > 0
    assert sure.low < sure.mean < sure.high
    assert unsure.low < 0 < unsure.high


def test_repeated_answers_are_judged_by_other_questions_and_by_answers_never_learnt() -> None:
    for part in folds([pair(number, number % 50) for number in range(400)], coverage=0.6):
        answers = {one.answer for one in part.learnt}
        assert part.seen
        assert part.unseen
        assert {one.answer for one in part.seen} <= answers
        assert not {one.answer for one in part.unseen} & answers
        assert not set(part.learnt) & part.judged


def test_where_every_passage_has_several_questions_all_are_judged_once() -> None:
    pairs = [pair(number, number % 50) for number in range(400)]
    judged = [one for part in folds(pairs, coverage=1.0) for one in [*part.seen, *part.unseen]]

    assert sorted(one.question for one in judged) == sorted(one.question for one in pairs)


def test_single_answers_are_all_judged_unseen() -> None:
    pairs = [pair(number, number) for number in range(100)]
    parts = folds(pairs, coverage=1.0)

    assert not [one for part in parts for one in part.seen]
    assert {one for part in parts for one in part.unseen} == set(pairs)
    assert all(not {one.answer for one in part.unseen} & {one.answer for one in part.learnt} for part in parts)


def test_known_and_other_passages_count_as_often_as_there_are_such() -> None:
    weights = judging_weights([True] * 60 + [False] * 40, coverage=0.25)

    assert sum(weights[:60]) == pytest.approx(0.25)
    assert sum(weights[60:]) == pytest.approx(0.75)
    assert judging_weights([True] * 3 + [False] * 2, coverage=0.9) == [0.0, 0.0, 0.0, 1.0, 1.0]
    assert judging_weights([True] * 3, coverage=0.9) == [1.0, 1.0, 1.0]


def test_a_held_out_row_is_no_document_to_learn_from() -> None:
    task = Task(
        pairs=tuple(pair(number, 0) for number in range(3)),
        queries=np.eye(3, dtype=np.float32),
        documents=np.eye(3, dtype=np.float32),
        gold=(np.array([1, 2]), np.array([0, 2]), np.array([0, 1])),
        own=np.array([0, 1, 2]),
    )

    rest = task.without({task.pairs[1]})

    assert rest.pairs == (task.pairs[0], task.pairs[2])
    assert rest.documents.shape == (2, 3)
    assert [list(rows) for rows in rest.gold] == [[1], [0]]
    assert list(rest.own) == [0, 1]


def test_what_customers_told_is_masked_where_questions_are_embedded_by_the_hundred() -> None:
    embedder = HashingEmbedder()
    vectors = query_vectors(embedder, ["My name is Jo Miller, jo@mail.example. Is it free?"] * 40)
    assert vectors.shape == (40, embedder.dimension)
    assert {*embedder.embedded} == {"My name is [NAME_1], [EMAIL_1]. Is it free?"}
