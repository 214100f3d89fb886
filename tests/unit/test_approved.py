"""An approved answer is taken where the same is asked, and nowhere else."""

import json
from pathlib import Path

import pytest

from assistant.approved import asks_the_same
from assistant.calming import calmed
from assistant.errors import DocumentError
from assistant.ingestion.loaders import load_bytes
from assistant.types import Approval, LoadedDocument

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "content" / "approved.jsonl").read_text(encoding="utf-8").splitlines()
]


def alike(_word: str) -> float:
    return 1.0


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['asked']} | {pair['approved']}")
def test_what_asks_the_same_is_told_from_what_nearly_does(pair: dict[str, str | bool]) -> None:
    """Words that no document knows, such as "pls", are judged by how rare they are; here all tell as much."""
    taken = asks_the_same(calmed(str(pair["asked"])), str(pair["approved"]), alike)
    assert taken == (pair["same"] and "pls" not in str(pair["asked"]))


@pytest.mark.parametrize("asked", ["", "?", "\n", "🙂", "a" * 50_000, "not " * 5000, "\x00"])
def test_odd_messages_ask_for_nothing_approved(asked: str) -> None:
    assert not asks_the_same(asked, "How long do I have to return something?", alike)


def read(front: str) -> LoadedDocument:
    raw = f"---\n{front}\n---\nYou have 45 days, in all countries.\n".encode()
    document = load_bytes(raw, Path("a.md"), source="a.md", name="a.md")
    assert document is not None
    return document


def test_front_matter_names_the_questions_and_the_owner() -> None:
    one = read("approved_for:\n  - How long, in days, may I wait?\n  - When must it be back?\nowner: Ana")
    assert one.approved_for == ("How long, in days, may I wait?", "When must it be back?")
    assert (one.owner, one.title, one.text) == (
        "Ana",
        "How long, in days, may I wait?",
        "You have 45 days, in all countries.",
    )
    assert read("approved_for: How long?\ntitle: Returns").approved_for == ("How long?",)
    assert read("title: Returns").approved_for == ()


@pytest.mark.parametrize("front", ["approved_for: []", "approved_for: {a: b}", "approved_for: ' '"])
def test_questions_that_cannot_be_read_are_refused(front: str) -> None:
    with pytest.raises(DocumentError, match="approved_for"):
        read(front)


def test_too_many_questions_are_refused() -> None:
    with pytest.raises(DocumentError, match="51 questions"):
        read("approved_for:\n" + "\n".join(f"  - Question {one}?" for one in range(51)))


@pytest.mark.parametrize(
    "fields",
    [
        {"questions": (), "answer": "Yes."},
        {"questions": (" ",), "answer": "Yes."},
        {"questions": ("How?",), "answer": " "},
        {"questions": ("How?",), "answer": "Yes.", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Approval.model_validate(fields)
