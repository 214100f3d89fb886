"""Whatever a service does, a turn ends in time in an answer or in honest words, and no half answer passes for whole."""

from pathlib import Path

import pytest

from assistant.prompting import Prompts
from assistant.shipped import shipped_folder
from tests.faulty_services import FAULTS, FIRST, KINDS, SECOND, WHOLE, Fault, Limits, turn_with
from tests.wire import Answer

LIMITS = Limits(first_token=0.4, between_tokens=0.3, answer=1.2)
SLACK_SECONDS = 1.0
"""For a machine that is busy with something else."""


@pytest.fixture(autouse=True, scope="module")
def _vendors_are_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Importing a vendor's packages takes longer than the limits used here."""
    for kind in KINDS:
        fault = Fault((Answer(WHOLE),))
        turn_with(fault, kind, tmp_path_factory.mktemp("home"), Limits(30, 30, 30), floor=True)


def words(name: str) -> str:
    return Prompts([shipped_folder("prompts")], assistant_name="Help desk").say(name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_works_answers(kind: str, tmp_path: Path) -> None:
    outcome = turn_with(Fault((Answer(WHOLE),)), kind, tmp_path, Limits(30, 30, 30), floor=True)
    assert outcome.reply.text == f"{FIRST} {SECOND} [1]"
    assert outcome.reply.complete
    assert outcome.reply.responder != "extractive"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_every_turn_ends_in_an_answer(name: str, kind: str, tmp_path: Path) -> None:
    outcome = turn_with(FAULTS[name], kind, tmp_path, LIMITS, floor=True)
    reply = outcome.reply
    assert outcome.seconds < LIMITS.answer + SLACK_SECONDS
    assert [turn.status for turn in outcome.turns] == ["complete"]
    assert outcome.turns[0].reply == reply
    assert reply.complete
    assert reply.responder.endswith("extractive")
    assert {citation.quote for citation in reply.citations} <= {FIRST, SECOND, f"{FIRST} {SECOND}"}
    assert FIRST in reply.text
    assert SECOND in reply.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.midway])
def test_a_half_answer_that_nobody_finishes_is_told_and_stored_as_such(name: str, kind: str, tmp_path: Path) -> None:
    outcome = turn_with(FAULTS[name], kind, tmp_path, LIMITS, floor=False)
    assert outcome.reply.text == f"{FIRST} [1]\n\n{words('unfinished')}"
    assert not outcome.reply.complete
    assert outcome.turns[0].reply == outcome.reply


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["503", "silence", "gzip bomb", "DNS failure"])
def test_without_anybody_to_answer_the_turn_ends_in_honest_words(name: str, kind: str, tmp_path: Path) -> None:
    outcome = turn_with(FAULTS[name], kind, tmp_path, LIMITS, floor=False)
    assert outcome.reply.text == words("abstain")
    assert outcome.reply.decision.action == "abstain"
