"""The evaluation commands over a small knowledge base: their JSON, their files, their exit statuses. Real models."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.evaluation.answers import evaluate_answers
from assistant.evaluation.gating import run_gate
from assistant.stores import open_stores
from tests.homes import LendModel
from tests.program import output, run

DOCUMENTS = {
    "delivery.md": "# Delivery\n\nDelivery to Switzerland costs CHF 12.90. Delivery to Austria costs €6.90.\n",
    "returns.md": "# Returns\n\nYou can return headphones within 30 days of delivery. "
    "The refund takes 5 business days.\n",
    "norda-300.md": "# Norda 300\n\nThe battery of the Norda lasts 40 hours.\n\n## Does the Norda fold?\n\n"
    "Yes, the headphones fold flat and fit into the case.\n",
}
FIGURES = {
    *("recall@5", "citation_precision", "citation_recall", "token_f1", "rouge_l", "answered", "n"),
    *("abstained_when_unanswerable", "abstained_when_answerable", "supported_sentences"),
}
TASKS = [
    {
        "task_id": "swiss",
        "history": [],
        "question": "What does delivery to Switzerland cost?",
        "reference_answer": "Delivery to Switzerland costs CHF 12.90.",
        "relevant_ids": ["delivery.md"],
        "answerability": ["ANSWERABLE"],
    },
    {
        "task_id": "austria",
        "history": [
            {"speaker": "user", "text": "What does delivery to Switzerland cost?"},
            {"speaker": "agent", "text": "CHF 12.90."},
        ],
        "question": "And to Austria?",
        "reference_answer": "Delivery to Austria costs €6.90.",
        "relevant_ids": ["delivery.md"],
        "answerability": ["ANSWERABLE"],
    },
    {"task_id": "peru", "question": "What is the capital of Peru?", "answerability": "UNANSWERABLE"},
    {"task_id": "thanks", "question": "Thank you very much!", "answerability": ["CONVERSATIONAL"]},
    {"task_id": "person", "question": "I want to talk to a person", "answerability": ["CONVERSATIONAL"]},
]


def write(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, lend_model: LendModel) -> Path:
    folder = tmp_path_factory.mktemp("evaluated")
    lend_model(folder / "var")
    (folder / "docs").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "docs" / name).write_text(text, encoding="utf-8")
    output(folder, "ingest", "docs")
    write(folder / "tasks.jsonl", TASKS)
    (folder / "judged").mkdir()
    (folder / "judged" / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\na\t0\t1\n", encoding="utf-8")
    return folder


def test_answers_of_the_live_home_are_measured_and_not_kept(home: Path) -> None:
    figures = output(home, "eval", "answers", "tasks.jsonl", "--html", "out/report.html")
    assert set(figures) == FIGURES
    assert (figures["n"], figures["recall@5"], figures["supported_sentences"]) == (5, 1.0, 1.0)
    assert (figures["abstained_when_answerable"], figures["abstained_when_unanswerable"]) == (0.0, 1.0)
    assert figures["citation_recall"] == 1.0
    assert figures["token_f1"] > 0.5
    assert "<svg" in (home / "out" / "report.html").read_text(encoding="utf-8")
    with open_assistant(Settings(home=home / "var", embedder="onnx:all-MiniLM-L6-v2")) as bot:
        assert bot.recent() == []
        assert bot.waiting() == []


def test_a_corpus_is_asked_in_a_home_that_can_be_kept(home: Path, tmp_path: Path) -> None:
    rows = [{"_id": name, "title": "", "text": text} for name, text in DOCUMENTS.items()]
    write(tmp_path / "corpus.jsonl", rows)
    arguments = ("eval", "answers", str(home / "tasks.jsonl"), "--corpus", ".", "--keep", "kept", "--limit", "2")
    first = output(tmp_path, *arguments)
    assert (first["n"], first["citation_recall"]) == (2, 1.0)
    assert "area under the risk-coverage curve of 2 questions" in run(tmp_path, *arguments).stderr
    write(tmp_path / "corpus.jsonl", rows[:1])
    refused = run(tmp_path, *arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "another corpus" in refused.stderr
    shutil.rmtree(tmp_path / "kept")
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "letter.txt").write_text("mine")
    assert "not the home of an evaluation" in run(tmp_path, *arguments).stderr


def test_a_reply_that_the_stored_text_does_not_bear_out_is_not_supported(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=home / "var", embedder="onnx:all-MiniLM-L6-v2")
    assert evaluate_answers(settings, home / "tasks.jsonl", limit=1).figures["supported_sentences"] == 1.0
    from assistant.service import Assistant

    stored = Assistant.document

    def altered(bot: Assistant, name: str, revision: int | None = None) -> object:
        found = stored(bot, name, revision)
        return found and found.model_copy(update={"text": found.text.replace("12.90", "21.90")})

    monkeypatch.setattr(Assistant, "document", altered)
    assert evaluate_answers(settings, home / "tasks.jsonl", limit=1).figures["supported_sentences"] == 0.0


def test_signals_are_measured(home: Path, tmp_path: Path) -> None:
    write(tmp_path / "s.jsonl", [{"text": "I love it", "label": "positive"}, {"text": "awful", "label": "negative"}])
    assert output(tmp_path, "eval", "signals", "s.jsonl") == {"n": 2, "accuracy": 1.0, "macro_recall": 1.0}


def test_a_set_is_generated_and_gates_a_change(home: Path, tmp_path: Path, lend_model: LendModel) -> None:
    here = tmp_path
    lend_model(here / "var")
    shutil.copytree(home / "docs", here / "docs")
    output(here, "ingest", "docs")
    done = run(here, "eval", "generate", "--out", "set.jsonl", "--limit", "12", "--unanswerable", "0.34")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (here / "set.jsonl").read_text(encoding="utf-8").splitlines()]
    labels = [row["answerability"] for row in rows]
    assert labels.count(["UNANSWERABLE"]) == 4
    assert {"question-and-answer", "statement", "near-miss", "foreign"} <= {row["kind"] for row in rows}
    assert all(set(row["relevant_ids"]) <= set(DOCUMENTS) for row in rows)
    again = run(here, "eval", "generate", "--limit", "12", "--unanswerable", "0.34")
    assert again.stdout == (here / "set.jsonl").read_text(encoding="utf-8")

    first = output(here, "eval", "gate", "set.jsonl", "--accept")
    assert (first["passed"], first["has_baseline"], first["accepted"]) == (True, False, True)
    settings = Settings(home=here / "var", embedder="onnx:all-MiniLM-L6-v2")
    stores = open_stores(settings)
    same, outcomes = run_gate(settings, here / "set.jsonl", stores.baselines)
    stores.close()
    assert (same.passed, same.has_baseline, same.accepted, same.changed_settings) == (True, True, False, ())
    assert len(outcomes) == len(rows)

    for name in DOCUMENTS:
        (here / "docs" / name).write_text(f"# Opening\n\nThe shop opens at ten. {name}", encoding="utf-8")
    output(here, "ingest", "docs")
    failed = run(here, "eval", "gate", "set.jsonl", "--html", "gate.html")
    assert failed.returncode == 1, failed.stdout
    assert "regressed" in failed.stdout
    assert "newly failing: " in failed.stdout
    assert "Failed" in (here / "gate.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "text", "status", "says"),
    [
        (["answers", "bad.jsonl"], "", 1, "no task"),
        (["answers", "bad.jsonl"], "{", 1, "not JSON"),
        (["answers", "bad.jsonl"], '{"text": "x"}', 1, "`question`"),
        (["answers", "bad.jsonl", "--corpus", "docs"], '{"question": "x"}', 1, "corpus.jsonl"),
        (["answers", "missing.jsonl"], "", 2, "missing.jsonl"),
        (["gate", "bad.jsonl"], '{"question": "x", "answerability": "NO"}', 1, "answerability"),
        (["retrieval", "judged", "--queries", "bad.jsonl"], '{"_id": "x"}', 1, "`text`"),
        (["retrieval", "judged", "--queries", "bad.jsonl"], '{"_id": "x", "text": "x"}', 1, "judges"),
        (["retrieval", "docs"], "", 1, "qrels.tsv"),
        (["signals", "bad.jsonl"], '{"text": "x", "label": "odd"}', 1, "odd"),
        (["signals", "bad.jsonl"], '{"text": "x", "intent": "pay"}', 2, "intents"),
        (["generate", "--home", "empty"], "", 1, "assistant ingest"),
        (["answers", "tasks.jsonl", "--home", "empty"], "", 1, "assistant ingest"),
    ],
)
def test_bad_input_is_one_line_with_a_remedy(
    home: Path, arguments: list[str], text: str, status: int, says: str
) -> None:
    (home / "bad.jsonl").write_text(text, encoding="utf-8")
    done = run(home, "eval", *arguments)
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in done.stderr
