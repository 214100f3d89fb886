"""An edited policy is used from the next decision; a wrong edit is not."""

import logging
import os
from itertools import count
from pathlib import Path

import pytest

from assistant.errors import ConfigurationError
from assistant.policy import Policy, read_policy
from assistant.policy.following import RETRY_SECONDS, FollowedPolicy
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


def test_what_is_wrong_is_told_with_its_line_until_it_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    write(path, "abstain")
    policy = FollowedPolicy(path, read_policy)
    assert policy.trouble() == ""
    write(path, "dance")
    assert f"{path}:3: `action`" in policy.trouble()
    assert decided(policy) == "abstain"
    path.unlink()
    assert policy.trouble() == f"{path} is gone; put it back"
    write(path, "offer_human")
    assert (policy.trouble(), decided(policy)) == ("", "offer_human")


def test_what_is_mended_elsewhere_is_seen_though_the_file_stays(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, moment, missing = tmp_path / "policy.yaml", [0.0], ["goodbye.md.j2"]
    write(path, "abstain")

    def read(file: Path) -> Policy:
        policy = read_policy(file)
        if missing and policy.rules[-1].then.action == "offer_human":
            raise ConfigurationError(f"{file}: there is no template {missing[0]}")
        return policy

    policy = FollowedPolicy(path, read, clock=lambda: moment[0])
    write(path, "offer_human")
    with caplog.at_level(logging.WARNING):
        assert "goodbye.md.j2" in policy.trouble()
        moment[0] += RETRY_SECONDS
        assert "goodbye.md.j2" in policy.trouble()
    assert len(caplog.records) == 1, "the same is not logged again"
    missing.clear()
    assert "goodbye.md.j2" in policy.trouble(), "it is not read anew for every turn"
    moment[0] += RETRY_SECONDS
    assert (policy.trouble(), decided(policy)) == ("", "offer_human")
