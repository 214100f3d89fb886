"""The intents commands as a contract, over the sample of the shop. Real embedder."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.entrypoints.doctor import Check, examine
from assistant.intents.store import IntentStore
from assistant.shipped import shipped_folder
from tests.homes import LendModel
from tests.program import output, run

SAMPLE = str(shipped_folder("knowledge_base") / "intents.yaml")
ASKED = {
    "I'd like to send my earphones back, they don't fit": "return_item",
    "any idea where my package is?": "track_order",
    "the money for what I sent back has not reached my account": "refund_status",
    "please cancel what I ordered this morning": "cancel_or_change_order",
    "my coupon is rejected at checkout": "voucher_or_gift_card",
    "one side of my headphones died, is that under guarantee?": "warranty_or_repair",
    "bluetooth pairing fails with my laptop": "set_up_or_fix",
    "what's the postage to Denmark?": "delivery_options",
    "I can't sign in any more": "account",
    "the parcel was soaked and the speaker inside is smashed": "parcel_problem",
}
OUTSIDE = ("who is the president of Brazil", "write a poem about autumn", "how many calories are in a banana")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, lend_model: LendModel) -> Path:
    folder = tmp_path_factory.mktemp("intents")
    lend_model(folder / "var")
    rows = [{"text": text, "intent": intent} for text, intent in (ASKED | dict.fromkeys(OUTSIDE)).items()]
    (folder / "asked.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


def intents_check(home: Path) -> Check:
    settings = Settings(home=home / "var", embedder="onnx:all-MiniLM-L6-v2")
    return next(check for check in examine(settings) if check.name == "intents")


def test_training_testing_turns_and_removal(home: Path) -> None:
    untrained = run(home, "eval", "signals", "asked.jsonl")
    assert (untrained.returncode, untrained.stdout) == (2, "")
    assert "assistant intents train FILE" in untrained.stderr

    report = output(home, "intents", "train", SAMPLE)
    assert set(report) == {
        *("examples", "intents", "out_of_scope", "with_few_examples", "contradicting", "figures", "embedder"),
        *("stored_bytes", "seconds"),
    }
    assert (report["intents"], report["with_few_examples"], report["contradicting"]) == (12, [], [])
    assert report["figures"]["in_scope_accuracy"] > 0.55

    figures = output(home, "eval", "signals", "asked.jsonl")
    assert set(figures) == {"n", "accuracy", "in_scope_accuracy", "out_of_scope_recall"}
    assert figures["n"] == len(ASKED) + len(OUTSIDE)
    assert figures["in_scope_accuracy"] >= 0.8
    assert figures["out_of_scope_recall"] == 1.0

    tested = output(home, "intents", "test", "asked.jsonl")
    assert tested.pop("confusions") is not None
    assert tested == figures
    assert "in_scope_accuracy" in run(home, "intents", "test", SAMPLE).stdout

    with open_assistant(Settings(home=home / "var", embedder="onnx:all-MiniLM-L6-v2")) as bot:
        signals = bot.reply("any idea where my package is?").signals
        assert signals.intent == "track_order"
        assert signals.intent_confidence > 0.3
        assert bot.reply("who is the president of Brazil").signals.intent is None

        store = IntentStore(home / "var")
        learnt = store.get()
        assert learnt is not None
        assert intents_check(home).ok
        assert intents_check(home).detail.startswith("12, ")
        store.put(replace(learnt, fingerprint="another"))
        assert not intents_check(home).ok
        assert "trained with another" in intents_check(home).detail
        assert bot.reply("any idea where my package is?").signals.intent is None

        assert output(home, "intents", "remove") == {"removed": True}
        assert bot.reply("any idea where my package is?").signals.intent is None
    assert intents_check(home).ok
    assert run(home, "intents", "remove").stdout == "no intents were trained\n"


def test_a_file_that_cannot_be_learnt_from_is_one_line_of_error(home: Path) -> None:
    (home / "one.yaml").write_text("intents: {a: [x, y]}", encoding="utf-8")
    one = run(home, "intents", "train", "one.yaml")
    assert (one.returncode, one.stderr.count("\n")) == (2, 1)
    assert "two at least" in one.stderr
    (home / "twice.yaml").write_text("intents: {a: [x], a: [y]}", encoding="utf-8")
    twice = run(home, "intents", "train", "twice.yaml")
    assert (twice.returncode, twice.stderr.count("\n")) == (1, 1)
    assert "stands twice" in twice.stderr
    assert not (home / "var" / "intents.npz").exists()
