"""What happens to a turn, decided by the rules of `policy.yaml` from signals and evidence alone."""

from assistant.policy.reading import POLICY_FILE, read_policy
from assistant.policy.rules import Bounds, Condition, Consequence, Policy, Rule

__all__ = ["POLICY_FILE", "Bounds", "Condition", "Consequence", "Policy", "Rule", "read_policy"]
