"""The commands around the policy, over conversations that were really had. Real models, real stores."""

from pathlib import Path

import pytest

from assistant.shipped import shipped_folder
from tests.homes import LendModel
from tests.program import output, run

QUESTIONS = ("How long can I return headphones?", "Do you sell drones?", "Hello!", "I want to talk to a human")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, lend_model: LendModel) -> Path:
    folder = tmp_path_factory.mktemp("ruled")
    lend_model(folder / "var")
    (folder / "docs").mkdir()
    text = "# Returns\n\nYou can return headphones within 30 days of delivery.\n"
    (folder / "docs" / "returns.md").write_text(text, encoding="utf-8")
    output(folder, "ingest", "docs")
    for question in QUESTIONS:
        output(folder, "ask", question)
    shipped = (shipped_folder("prompts") / "policy.yaml").read_text(encoding="utf-8")
    stricter = shipped.replace("when: {terms: {at_most: 0}}", "when: {missing: true}", 1)
    assert stricter != shipped
    (folder / "stricter.yaml").write_text(stricter, encoding="utf-8")
    (folder / "broken.yaml").write_text(shipped.replace("action: abstain", "action: shrug"), encoding="utf-8")
    (folder / "wordless.yaml").write_text(shipped.replace("opening: sorry", "opening: excuse"), encoding="utf-8")
    return folder


def test_the_policy_in_use_is_listed_in_order(home: Path) -> None:
    listed = output(home, "policy", "check")
    assert listed["file"].endswith("policy.yaml")
    assert listed["rules"][0]["priority"] == "urgent"
    assert listed["rules"][-1]["action"] == "abstain"
    assert f"{len(listed['rules'])} rules" in run(home, "policy", "check").stdout


def test_a_wrong_policy_stops_the_check_and_the_assistant(home: Path) -> None:
    done = run(home, "policy", "check", "--policy", "broken.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "broken.yaml:" in done.stderr
    assert "'shrug'" in done.stderr
    assert run(home, "ask", "Hello!", ASSISTANT_POLICY="broken.yaml").returncode == 2
    wordless = run(home, "policy", "check", "--policy", "wordless.yaml")
    assert wordless.returncode == 2
    assert "prompts/excuse.md.j2" in wordless.stderr


def test_a_message_is_explained_without_a_trace(home: Path) -> None:
    told = output(home, "policy", "explain", "How long can I return headphones?")
    assert told["decision"]["action"] == "answer"
    assert told["circumstances"]["stage"] == "searched"
    failed = {one["name"]: one["failed"] for one in told["passed_over"]}
    assert failed["asked for a person, calmly"] == ["wants_human"]
    spoken = run(home, "policy", "explain", "Do you sell drones?").stdout
    assert spoken.startswith("abstain, by rule 'no answer': The evidence is weak")
    assert output(home, "policy", "simulate")["turns"] == len(QUESTIONS)


def test_what_another_policy_would_have_changed_is_told(home: Path) -> None:
    same = output(home, "policy", "simulate")
    assert (same["same"], same["changed"], same["shifts"]) == (len(QUESTIONS), 0, [])
    changed = output(home, "policy", "simulate", "--policy", "stricter.yaml")
    [shift] = changed["shifts"]
    assert (shift["before"]["action"], shift["after"]["action"], shift["turns"]) == ("abstain", "clarify", 1)
    assert shift["examples"][0]["question"] == "Do you sell drones?"
    spoken = run(home, "policy", "simulate", "--policy", "stricter.yaml").stdout
    assert "4 turns: 3 decided the same, 1 otherwise" in spoken
