"""Whatever a service does, a turn ends in time in an answer or in honest words, and no half answer passes for whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.prompting import Prompts
from assistant.shipped import shipped_folder
from tests.faulty_services import FAULTS, FIRST, KINDS, SECOND, WHOLE, Fault, Limits, turn_with
from tests.wire import Answer

PATIENT = Limits(first_token=30, between_tokens=30, answer=60)
"""What ends by itself must not end because the machine is busy with something else."""

SHORT = {
    "silence": replace(PATIENT, first_token=0.4),
    # A model that the caller made waits as long as it is asked to, and reads whatever it is sent.
    **dict.fromkeys(
        ("429, come back in a minute", "gzip bomb", "flood of empty events", "line without an end"),
        replace(PATIENT, first_token=1.5),
    ),
    "stall midway": replace(PATIENT, between_tokens=0.3),
    "slow drip": replace(PATIENT, answer=1.5),
}
"""What only a time limit ends, and the limit that has to."""

LATEST_SECONDS = 20.0
"""By then every turn has ended; a service that stalls would go on for longer."""


@pytest.fixture(autouse=True, scope="module")
def _vendors_are_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Importing a vendor's packages takes longer than the limits used here."""
    for kind in KINDS:
        fault = Fault((Answer(WHOLE),))
        turn_with(fault, kind, tmp_path_factory.mktemp("home"), PATIENT, floor=True)


def words(name: str) -> str:
    return Prompts([shipped_folder("prompts")], assistant_name="Help desk").say(name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_works_answers(kind: str, tmp_path: Path) -> None:
    outcome = turn_with(Fault((Answer(WHOLE),)), kind, tmp_path, PATIENT, floor=True)
    assert outcome.reply.text == f"{FIRST} {SECOND} [1]"
    assert outcome.reply.complete
    assert outcome.reply.responder != "extractive"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", FAULTS)
def test_every_turn_ends_in_an_answer(name: str, kind: str, tmp_path: Path) -> None:
    outcome = turn_with(FAULTS[name], kind, tmp_path, SHORT.get(name, PATIENT), floor=True)
    reply = outcome.reply
    assert outcome.seconds < LATEST_SECONDS
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
    outcome = turn_with(FAULTS[name], kind, tmp_path, SHORT.get(name, PATIENT), floor=False)
    assert outcome.reply.text == f"{FIRST} [1]\n\n{words('unfinished')}"
    assert not outcome.reply.complete
    assert outcome.turns[0].reply == outcome.reply


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["503", "silence", "gzip bomb", "DNS failure"])
def test_without_anybody_to_answer_the_turn_ends_in_honest_words(name: str, kind: str, tmp_path: Path) -> None:
    outcome = turn_with(FAULTS[name], kind, tmp_path, SHORT.get(name, PATIENT), floor=False)
    assert outcome.reply.text == words("abstain")
    assert outcome.reply.decision.action == "abstain"
