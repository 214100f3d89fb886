"""An edited policy is used from the next decision; a wrong edit is not."""

import logging
import os
from itertools import count
from pathlib import Path

import pytest

from assistant.errors import ConfigurationError
from assistant.policy import read_policy
from assistant.policy.following import FollowedPolicy
from assistant.types import Circumstances, Sentiment, Signals

CALM = Sentiment(label="neutral", score=0)
ANSWERS = (
    "rules:\n"
    "  - {name: people, when: {state: [waiting, with_agent]}, then: {action: hand_over}, why: Taken.}\n"
    "  - {name: last, then: {action: %s}, why: It is so.}\n"
)


SECONDS = count(1_800_000_000)


def write(path: Path, action: str) -> None:
    """Write a policy, a second after the one before."""
    path.write_text(ANSWERS % action, encoding="utf-8")
    second = next(SECONDS)
    os.utime(path, (second, second))


def decided(policy: FollowedPolicy) -> str:
    decision = policy.decide(Signals(sentiment=CALM, conversation=CALM), Circumstances(stage="searched"))
    return decision.action if decision is not None else "later"


def test_an_edit_is_used_and_a_wrong_one_is_not(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "policy.yaml"
    write(path, "abstain")
    policy = FollowedPolicy(path, read_policy)
    assert decided(policy) == "abstain"
    write(path, "offer_human")
    assert decided(policy) == "offer_human"
    write(path, "dance")
    with caplog.at_level(logging.WARNING):
        assert decided(policy) == "offer_human"
        assert decided(policy) == "offer_human"
    assert len(caplog.records) == 1
    path.unlink()
    assert decided(policy) == "offer_human"
    write(path, "abstain")
    assert decided(policy) == "abstain"


def test_a_wrong_file_at_the_start_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    write(path, "dance")
    with pytest.raises(ConfigurationError, match="dance"):
        FollowedPolicy(path, read_policy)
