"""The command line as a contract: one JSON document, exit statuses, one-line errors. Real models, real stores."""

import json
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.shipped import shipped_folder
from tests.program import output, run, run_installed

CITATION = {"marker", "document", "title", "revision", "start", "end", "quote", "document_id"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    # As a newcomer does it: with nothing there, not even the exported model.
    done = run_installed(folder, "ingest", str(shipped_folder("knowledge_base")), "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert set(report) == {
        *("added", "changed", "removed", "unchanged", "failed", "documents", "passages", "seconds"),
        *("duplicates", "held", "hygiene"),
    }
    assert report["added"] == report["documents"] >= 25
    assert report["failed"] == []
    return folder


def test_a_second_ingest_changes_nothing(home: Path) -> None:
    report = output(home, "ingest", str(shipped_folder("knowledge_base")))
    assert (report["added"], report["changed"], report["removed"]) == (0, 0, 0)
    assert report["unchanged"] == report["documents"]


def test_search_gives_ranked_passages_with_offsets(home: Path) -> None:
    found = output(home, "search", "What does delivery to Switzerland cost?", "--limit", "3")
    assert [one["rank"] for one in found["passages"]] == [1, 2, 3]
    first = found["passages"][0]
    assert set(first) == {"rank", "score", "document", "title", "heading", "start", "end", "text"}
    assert "Switzerland" in first["text"]
    assert first["end"] - first["start"] == len(first["text"])


def test_ask_answers_with_citations_and_goes_on(home: Path) -> None:
    reply = output(home, "ask", "What does delivery to Switzerland cost?")
    assert set(reply) >= {
        *("conversation_id", "text", "citations", "decision", "signals", "responder", "timings_ms"),
    }
    assert reply["decision"]["action"] == "answer"
    assert "CHF 12.90" in " ".join(one["quote"] for one in reply["citations"])
    assert all(set(one) == CITATION for one in reply["citations"])
    assert set(reply["signals"]["sentiment"]) == {"label", "score"}
    again = output(home, "ask", "And to Austria?", "--conversation", reply["conversation_id"])
    assert again["conversation_id"] == reply["conversation_id"]
    assert "6.90" in again["text"]


@pytest.mark.parametrize("question", ["Do you sell drones?", "How do I reset the Torvald 7?", "Capital of Peru?"])
def test_what_no_document_says_is_not_answered(home: Path, question: str) -> None:
    reply = output(home, "ask", question)
    assert reply["decision"]["action"] in ("abstain", "offer_human", "clarify")
    assert reply["citations"] == []


@pytest.mark.parametrize("arguments", [["generations", "--json"], ["search", "x", "--limit", "0"], ["--help"]])
def test_the_installed_program_does_as_the_one_of_the_tests(home: Path, arguments: list[str]) -> None:
    forked, installed = run(home, *arguments), run_installed(home, *arguments)
    assert (forked.returncode, forked.stdout) == (installed.returncode, installed.stdout)
    assert forked.stderr == installed.stderr


def test_the_terminal_chat_answers_and_ends(home: Path) -> None:
    done = run_installed(home, "chat", text="Hello\nWhat does delivery to Switzerland cost?\n\n")
    assert done.returncode == 0, done.stderr
    assert "CHF 12.90" in done.stdout


def test_doctor_finds_everything_in_order(home: Path) -> None:
    checks = output(home, "doctor")["checks"]
    assert {one["name"] for one in checks} >= {"database", "embedder", "responders", "index", "versions"}
    assert all(one["ok"] for one in checks)


def test_a_second_writer_is_refused_with_the_remedy(home: Path) -> None:
    with open_assistant(Settings(home=home / "var", embedder="onnx:all-MiniLM-L6-v2")) as bot, bot.sole_writer():
        done = run_installed(home, "ingest", str(shipped_folder("prompts")))
    assert (done.returncode, done.stdout) == (1, "")
    assert "another process" in done.stderr


def test_another_embedder_is_refused_with_the_remedy(home: Path) -> None:
    done = run(home, "ask", "Hello", ASSISTANT_EMBEDDER="sentence-transformers:all-MiniLM-L6-v2")
    assert (done.returncode, done.stdout) == (1, "")
    assert "assistant reindex --embedder" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "status", "says"),
    [
        (["ask"], {}, 2, "--help"),
        (["nonsense"], {}, 2, "--help"),
        (["search", "x", "--limit", "0"], {}, 2, "--limit"),
        (["ingest", "/nowhere"], {}, 2, "/nowhere"),
        (["ask", "Hi", "--conversation", "nobody"], {}, 1, "conversation"),
        (["ask", "Hi"], {"ASSISTANT_EMBEDDER": "word2vec:x"}, 2, "ASSISTANT_EMBEDDER"),
        (["ask", "Hi"], {"ASSISTANT_RESPONDERS": "openai:gpt"}, 2, "OPENAI_API_KEY"),
        (["ask", "Hi"], {"ASSISTANT_HOME": "/proc/nope"}, 2, "ASSISTANT_HOME"),
    ],
)
def test_errors_are_one_line_with_a_remedy(
    home: Path, arguments: list[str], environment: dict[str, str], status: int, says: str
) -> None:
    done = run(home, *arguments, **environment)
    assert (done.returncode, done.stdout) == (status, "")
    assert len(done.stderr.strip().splitlines()) == 1
    assert says in done.stderr


def test_evaluation_reads_the_layout_of_beir(tmp_path: Path) -> None:
    corpus = [{"_id": str(n), "title": "", "text": text} for n, text in enumerate(["red lamps glow", "blue chairs"])]
    queries = [
        {"_id": "a", "text": "lamp"},
        {"_id": "b", "text": "And blue?", "history": [{"speaker": "user", "text": "chairs"}]},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\na\t0\t1\nb\t1\t1\n")
    figures = output(tmp_path, "eval", "retrieval", str(tmp_path))
    assert set(figures) == {
        *("ndcg@10", "recall@5", "recall@10", "mrr@10", "queries", "passages", "milliseconds_p50", "milliseconds_p95"),
    }
    assert (figures["ndcg@10"], figures["queries"], figures["passages"]) == (1.0, 2, 2)


def test_prompts_are_listed_and_looked_over(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "abstain.md.j2").write_text("We do not know, says {{ assistant_name }}.")
    listed = json.loads(run(tmp_path, "prompts", "list", "--json", ASSISTANT_PROMPTS=str(own)).stdout)["templates"]
    assert [one["name"] for one in listed if one["replaces_shipped"]] == ["abstain"]
    assert run(tmp_path, "prompts", "check", str(own)).returncode == 0
    (own / "abstain.md.j2").write_text("{{ asistant_name }}")
    checked = run(tmp_path, "prompts", "check", str(own))
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "abstain.md.j2: unknown variable: asistant_name" in checked.stdout
    told = json.loads(run(tmp_path, "prompts", "check", "--json", ASSISTANT_PROMPTS=str(own)).stdout)
    assert (told["ok"], told["findings"][0]["template"]) == (False, "abstain")
    assert run(tmp_path, "prompts", "check", str(own / "nothing")).returncode == 2


def test_doctor_tells_of_a_template_that_is_not_used_because_it_is_wrong(home: Path, tmp_path: Path) -> None:
    (tmp_path / "abstain.md.j2").write_text("{{ asistant_name }}")
    done = run(home, "doctor", "--json", ASSISTANT_PROMPTS=str(tmp_path))
    (bad,) = [one for one in json.loads(done.stdout)["checks"] if not one["ok"]]
    assert (done.returncode, bad["name"]) == (1, "prompts")
    assert "asistant_name is not given" in bad["detail"]


def test_doctor_tells_of_a_policy_that_is_wrong(home: Path, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("rules:\n  - name: broken\n    then: {action: dance}\n")
    done = run(home, "doctor", "--json", ASSISTANT_POLICY=str(tmp_path / "policy.yaml"))
    checks = {one["name"]: one for one in json.loads(done.stdout)["checks"]}
    assert (done.returncode, checks["policy"]["ok"], checks["embedder"]["ok"]) == (1, False, True)
    assert "policy.yaml" in checks["policy"]["detail"]


def test_feedback_moves_a_search_says_so_and_can_be_reset(home: Path) -> None:
    question = "What does delivery to Switzerland cost?"
    with open_assistant(
        Settings(home=home / "var", embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    ) as bot:
        replies = [bot.reply(question) for _ in range(3)]
        for reply in replies:
            bot.set_feedback(reply.turn_id, "dislike")
        document = replies[0].citations[0].document
    listed = output(home, "feedback")
    shares = {one["document"]: one["share"] for one in listed["passages"]}
    assert -listed["bound"] < shares[document] < 0
    found = output(home, "search", question, "--explain")["passages"]
    told = [one for one in found if one["document"] == document and "feedback" in one["explain"]["shares"]]
    assert told[0]["explain"]["shares"]["feedback"] < 0
    assert any(why.startswith("lowered by") for why in told[0]["explain"]["why"])
    assert "liked" in run(home, "feedback").stdout
    assert output(home, "feedback", "reset", document)["forgotten"] >= 3
    assert document not in {one["document"] for one in output(home, "feedback")["passages"]}
    assert all(
        "feedback" not in one["explain"]["shares"] for one in output(home, "search", question, "--explain")["passages"]
    )
