import ast
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peers, peers_adapters
from benchmarks.peers import APPROXIMATE, CONTENDERS, Row, latencies, measure_quality, summary, verified
from benchmarks.peers_adapters.protocol import Passage, Server, whole_documents
from benchmarks.peers_process import ContenderFailed, ContenderProcess
from benchmarks.peers_sets import PeerSet
from tests.word_contender import WordContender

ADAPTERS = sorted(Path(peers_adapters.__file__).parent.glob("*.py"))

WORDS = {"ca": "Returns take thirty days.", "cb": "Delivery costs five euros.", "cc": "Delivery takes two days."}
PASSAGES = [Passage(id=f"p-{name}", document=name, text=text) for name, text in WORDS.items()]

MUTE = "import sys; sys.exit('no such package')"


@pytest.fixture
def given(tmp_path: Path) -> PeerSet:
    passages, vectors = tmp_path / "passages.jsonl", tmp_path / "vectors.npy"
    passages.write_text("".join(json.dumps(one._asdict()) + "\n" for one in PASSAGES), encoding="utf-8")
    np.save(vectors, 2 * WordContender().embed([one.text for one in PASSAGES]))
    questions = (("q1", "Delivery costs"), ("q2", "Returns take"))
    return PeerSet("words", passages, vectors, questions, {"q1": {"cb": 1}, "q2": {"cc": 1, "ca": 1}})


def start(tmp_path: Path, *arguments: str) -> ContenderProcess:
    command = [sys.executable, *(arguments or ("-m", "tests.word_contender"))]
    return ContenderProcess("fake", command, {}, tmp_path / "log")


def test_a_contender_is_checked_fed_and_scored(tmp_path: Path, given: PeerSet) -> None:
    with start(tmp_path) as process:
        assert peers.load(process)["import s"] > 0
        assert verified(process, given)["own vectors' cosine"] == pytest.approx(1.0)
        row = measure_quality(process, given)
        times = latencies([process], [text for _, text in given.questions], rounds=2)
    assert row["recall@5"] == 1.0
    # q1 finds its document first; q2 has a stranger between its two.
    assert row["nDCG@10"] == pytest.approx((1 + 1.5 / (1 + 1 / np.log2(3))) / 2, abs=1e-4)
    assert 0 < times["fake"]["p50 ms"] <= times["fake"]["p95 ms"]


def test_vectors_of_another_model_are_refused(tmp_path: Path, given: PeerSet) -> None:
    np.save(given.vectors, np.eye(3, 5, dtype=np.float32))
    with start(tmp_path) as process, pytest.raises(ContenderFailed, match="embeds differently"):
        verified(process, given)


def test_an_error_of_a_contender_is_told_and_it_goes_on(tmp_path: Path, given: PeerSet) -> None:
    with start(tmp_path) as process:
        process.do("ingest", passages=str(given.passages), vectors=None, limit=None)
        with pytest.raises(ContenderFailed, match="ValueError: cannot"):
            process.do("ask", question="break", depth=3)
        assert process.do("ask", question="Returns", depth=1)["documents"] == ["ca"]


def test_the_end_of_a_contender_is_told_with_its_last_words(tmp_path: Path) -> None:
    with start(tmp_path, "-c", MUTE) as process, pytest.raises(ContenderFailed, match="no such package"):
        process.do("load", model="x")


def test_a_sample_ends_with_a_whole_document(given: PeerSet) -> None:
    passages = [Passage(str(number), "ab"[number > 2], "") for number in range(5)]
    assert [one.id for one in whole_documents(passages, 2)] == ["0", "1", "2"]
    assert whole_documents(passages, 3) == passages[:3]
    assert whole_documents(passages, 4) == whole_documents(passages, None) == passages
    server = Server(WordContender(), 0.0)
    command = {"do": "ingest", "passages": str(given.passages), "vectors": str(given.vectors), "limit": 2}
    assert server.answer(command)["passages"] == 2


def test_an_unknown_command_is_an_error() -> None:
    assert "error" in Server(WordContender(), 0.0).answer({"do": "dance"})


def test_the_summary_sets_our_best_against_the_best_peer() -> None:
    def row(name: str, score: float, milliseconds: float) -> Row:
        return {"set": "s", "contender": name, "nDCG@10": score, "recall@5": score, "p50 ms": milliseconds}

    rows = [row("ours_onnx", 0.75, 5.0), row("ours_torch", 0.5, 9.0), row("txtai_hybrid", 0.5, 40.0)]
    rows.append(row("haystack_hybrid", 0.25, 20.0))
    assert summary(rows) == {
        "set": "s",
        "nDCG@10 over best peer": 0.25,
        "recall@5 over best peer": 0.25,
        "times faster": 4.0,
    }


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda path: path.stem)
def test_adapters_compile_and_import_nothing_of_the_assistant(adapter: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(adapter.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert ("assistant" in imported) == (adapter.stem == "ours")


def test_every_contender_has_an_adapter() -> None:
    assert {entry.adapter for entry in CONTENDERS.values()} <= {adapter.stem for adapter in ADAPTERS}
    assert set(CONTENDERS) >= APPROXIMATE
