"""Reads `policy.yaml`. What is wrong in it is told with its line and what to write instead."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.errors import ConfigurationError
from assistant.policy.rules import Condition, Consequence, Policy, Rule
from assistant.policy.wording import BLANKS, unknown_blanks
from assistant.types import Circumstances, ConversationState, Evidence, Sentiment, Signals

POLICY_FILE = "policy.yaml"

Place = tuple[str | int, ...]
Problem = tuple[Place, str]

_WITH_PEOPLE = (ConversationState.WAITING, ConversationState.WITH_AGENT)


def read_policy(path: Path) -> Policy:
    """Return the policy of a file.

    Raises:
        ConfigurationError: The file cannot be read or is no policy; the message names file, line and remedy.
    """
    lines: dict[Place, int] = {}
    try:
        content = _plain(_composed(path), (), lines)
        policy = Policy.model_validate(content)
        problem = next(_problems(policy), None)
    except ValidationError as error:
        # A misspelt field is told before the one that is missing for it.
        problem = _as_problem(min(error.errors(), key=lambda one: one["type"] != "extra_forbidden"))
    except _Refused as error:
        problem = error.problem
    if problem is not None:
        place, message = problem
        raise ConfigurationError(f"{path}:{_line(lines, place)}: {message}")
    return policy


class _Refused(Exception):
    """The YAML itself is not what a policy is written in."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem[1])
        self.problem = problem


def _composed(path: Path) -> yaml.Node:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}; set ASSISTANT_POLICY to a policy file") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"{path}:{line}: {error.problem}; mend the indentation or the quotes") from error
    if node is None:
        raise ConfigurationError(f"{path}:1: the file is empty; begin with the policy that is shipped")
    return node


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int]) -> object:
    """Return what a YAML node says, noting the line of everything in it."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return dict(_members(node, place, lines))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, (*place, index), lines) for index, one in enumerate(node.value)]
    return yaml.SafeLoader("").construct_object(node)


def _members(node: yaml.MappingNode, place: Place, lines: dict[Place, int]) -> Iterator[tuple[str, object]]:
    seen = set()
    for key, value in node.value:
        name = str(key.value)
        inner = (*place, name)
        lines[inner] = key.start_mark.line + 1
        if name in seen:
            raise _Refused((inner, f"`{name}` is given twice here; keep one"))
        seen.add(name)
        if value.tag == "tag:yaml.org,2002:null":
            raise _Refused((inner, f"`{name}` has no value; give one, or leave the line out"))
        yield name, _plain(value, inner, lines)


def _line(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of the nearest thing around a place that is in the file."""
    while place not in lines:
        place = place[:-1]
    return lines[place]


def _as_problem(error: ErrorDetails) -> Problem:
    place = error["loc"]
    name = str(place[-1]) if place else ""
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        return place, f"there is no field `{name}`{_instead(name, place)}"
    if error["type"] == "missing":
        return place, f"`{name}` is missing; add it"
    if error["type"] == "value_error":
        return place, message
    written = "" if isinstance(error["input"], Mapping) else f" (got {error['input']!r})"
    return place, f"`{name}`: {message[:1].lower()}{message[1:]}{written}"


def _instead(name: str, place: Place) -> str:
    """Return what could have been meant by a field, and which there are."""
    known = _fields_at(place)
    near = get_close_matches(name, known, n=1)
    meant = f"; did you mean `{near[0]}`?" if near else ";"
    return f"{meant} Known: {', '.join(known)}"


def _fields_at(place: Place) -> list[str]:
    if len(place) == 1:
        return sorted(Policy.model_fields)
    if len(place) == 3 and place[0] == "rules":
        return sorted(Rule.model_fields)
    if "then" in place:
        return sorted(Consequence.model_fields)
    if isinstance(place[-2], str) and place[-2] in Condition.model_fields:
        return ["above", "at_least", "at_most", "below"]
    return sorted(field.alias or name for name, field in Condition.model_fields.items())


def _problems(policy: Policy) -> Iterator[Problem]:
    """Find what each part alone does not show: names that nothing has, rules that are never reached."""
    yield from _unknown_conditions(policy)
    names: set[str] = set()
    last = len(policy.rules) - 1
    for index, rule in enumerate(policy.rules):
        place: Place = ("rules", index)
        if rule.name in names:
            yield (*place, "name"), f"there are two rules named {rule.name!r}; give each its own name"
        names.add(rule.name)
        for blank in unknown_blanks(rule.why):
            yield (*place, "why"), f"{{{blank}}} is not known; `why` may hold {', '.join(f'{{{b}}}' for b in BLANKS)}"
        if index < last and rule.when.is_empty:
            yield place, f"rule {rule.name!r} always holds, so that no rule below it is reached; put it last"
    if not policy.rules[last].when.is_empty:
        yield ("rules", last), "the last rule must always hold; add one without `when`, such as one that abstains"
    elif policy.rules[last].then.action == "answer":
        yield ("rules", last, "then"), "the last rule cannot answer: it holds too where nothing was found; abstain"
    else:
        yield from _talks_over_people(policy)


def _unknown_conditions(policy: Policy) -> Iterator[Problem]:
    known: set[str] = set()
    for name, condition in policy.conditions.items():
        yield from _unknown_names(condition, ("conditions", name), known)
        known.add(name)
    for index, rule in enumerate(policy.rules):
        yield from _unknown_names(rule.when, ("rules", index, "when"), known)


def _unknown_names(condition: Condition, place: Place, known: set[str]) -> Iterator[Problem]:
    for key, names in (("is", condition.is_), ("is_not", condition.is_not)):
        for name in names or ():
            if name not in known:
                there = f"above it are {', '.join(sorted(known))}" if known else "there are none above it"
                yield (*place, key), f"there is no condition named {name!r} under `conditions`; {there}"
    for index, one in enumerate(condition.any or ()):
        yield from _unknown_names(one, (*place, "any", index), known)


def _talks_over_people(policy: Policy) -> Iterator[Problem]:
    """The assistant never speaks in a conversation that waits for a person or is with one: see that the rules agree."""
    calm = Sentiment(label="neutral", score=0.0)
    signals = Signals(sentiment=calm, conversation=calm)
    for state in _WITH_PEOPLE:
        sure = Circumstances(state=state, stage="searched", evidence=Evidence(confidence=1.0), terms=3)
        decision = policy.decide(signals, sure)
        if decision is not None and decision.action != "hand_over":
            index = next(index for index, rule in enumerate(policy.rules) if rule.name == decision.rule)
            yield (
                ("rules", index),
                f"rule {decision.rule!r} would speak in a conversation that is {state.value.replace('_', ' ')}; "
                "put a rule before it: when {state: [waiting, with_agent]}, then {action: hand_over}",
            )
