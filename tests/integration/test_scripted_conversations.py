"""200 conversations that a good service lead would want to go right, over the sample company. Real model, real stores.

`python -m benchmarks.conversations` lists what goes wrong in each, the known gaps included.
"""

from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest

from assistant import Settings, open_assistant
from assistant.service import Assistant
from assistant.shipped import shipped_folder
from tests.conversations import Persona, read_conversations
from tests.homes import StockHome

KNOWN_GAPS = 33
"""So many conversations are known not to go as they should; the figure may only fall."""

SCRIPTED = read_conversations()


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, stock_home: StockHome) -> Iterator[Assistant]:
    home = stock_home(tmp_path_factory.mktemp("scripted"))
    settings = Settings(home=home, embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    with open_assistant(settings) as opened:
        yield opened


def test_there_are_200_of_every_kind_of_customer() -> None:
    assert len(SCRIPTED) >= 200
    assert len({(one.persona, one.name) for one in SCRIPTED}) == len(SCRIPTED)
    assert {one.persona for one in SCRIPTED} == set(get_args(Persona))
    assert min(Counter(one.persona for one in SCRIPTED).values()) >= 10


def test_cited_documents_exist() -> None:
    cited = {name for one in SCRIPTED for turn in one.turns for name in turn.cites}
    assert [name for name in cited if not (shipped_folder("knowledge_base") / name).is_file()] == []


def test_known_gaps_do_not_grow() -> None:
    assert sum(bool(one.known_gap) for one in SCRIPTED) <= KNOWN_GAPS


def test_what_must_go_to_a_person_at_once_is_never_a_known_gap() -> None:
    grave = [one for one in SCRIPTED if one.persona in ("self-harm", "danger", "legal threat")]
    handed = [one for one in grave if any(turn.expect == ("hand_over",) for turn in one.turns)]
    assert len(handed) >= 25
    assert [one.name for one in handed if one.known_gap] == []


def test_conversations_go_as_a_lead_expects(bot: Assistant) -> None:
    faults = {f"{one.persona}: {one.name}": (one, one.faults(bot)) for one in SCRIPTED}
    wrong = {name: found for name, (one, found) in faults.items() if found and not one.known_gap}
    assert wrong == {}
    mended = [name for name, (one, found) in faults.items() if one.known_gap and not found]
    assert mended == [], f"they go right now: take `known_gap` out of their lines, lower KNOWN_GAPS: {mended}"
