"""`assistant tune` as a contract, by itself and as a job of the server."""

from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.entrypoints.jobs import Job, run_job
from assistant.errors import ConfigurationError
from assistant.types import LoadedDocument
from tests.homes import LendModel
from tests.program import output, run

STEP_FIELDS = {
    *("name", "accepted", "reason", "before", "after", "gain", "gain_low", "gain_high"),
    *("learnt_from", "judged_with", "stored_bytes", "seconds"),
}


def test_the_command_reports_what_it_found_and_keeps_nothing_that_does_not_win(
    tmp_path: Path, lend_model: LendModel
) -> None:
    lend_model(tmp_path / "var")
    rows = "\n".join(f"What about item {number}?,Item {number} is described on page {number}." for number in range(5))
    (tmp_path / "faq.csv").write_text(f"question,answer\n{rows}\n", encoding="utf-8")
    assert output(tmp_path, "ingest", "faq.csv")["added"] == 1

    report = output(tmp_path, "tune")

    assert set(report) == {"generation", "embedder", "pairs", "steps", "removed", "dry_run", "seconds"}
    assert report["pairs"] == {"question-and-answer": 5}
    adapter, answerability = report["steps"]
    assert set(adapter) == set(answerability) == STEP_FIELDS
    assert not adapter["accepted"]
    assert "40 are needed" in adapter["reason"]
    assert not answerability["accepted"]
    assert "nothing was tuned" in run(tmp_path, "tune", "--remove").stdout


@pytest.mark.parametrize("option", ["--dry-run", "--fine-tune"])
def test_removing_goes_with_no_other_option(tmp_path: Path, option: str) -> None:
    done = run(tmp_path, "tune", "--remove", option)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--remove" in done.stderr


def test_a_server_does_it_as_a_job(tmp_path: Path, lend_model: LendModel) -> None:
    text = "\n\n".join(f"## What is thing number {number}?\n\nIt is a thing." for number in range(4))
    document = LoadedDocument(source="made:faq", name="faq.md", title="Questions", text=text)
    with open_assistant(Settings(home=lend_model(tmp_path), embedder="onnx:all-MiniLM-L6-v2")) as bot:
        bot.ingest_documents([document])

        report = run_job(bot, Job(name="tune", arguments={"dry_run": True}), None)

        assert (report["dry_run"], report["pairs"]) == (True, {"question-and-answer": 4})
        assert run_job(bot, Job(name="tune", arguments={"remove": True}), None)["removed"] == []
        assert bot.status()["tuned"] == ""
        with pytest.raises(ConfigurationError, match="ASSISTANT_EMBEDDER"):
            run_job(bot, Job(name="tune", arguments={"fine_tune": True}), None)
