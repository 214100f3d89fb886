"""The rules of a policy, and how the first one that matches decides. Pure: no model, no clock, no state."""

from collections.abc import Collection, Iterable, Mapping
from itertools import takewhile
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from assistant.policy.facts import UNKNOWN, Facts, facts_of
from assistant.policy.wording import fill
from assistant.types import (
    Action,
    Circumstances,
    ConversationState,
    Decision,
    Matter,
    Priority,
    Purpose,
    Risk,
    Signals,
    SmallTalk,
    Stage,
    Tone,
    Value,
)

MAY_SAY_OTHER_WORDS: tuple[Action, ...] = ("clarify", "abstain", "offer_human")
"""Actions whose words a rule may replace: an answer speaks for itself, and a handoff tells what became of it."""


def _listed(value: object) -> object:
    """Let one name stand for a list of one."""
    return (value,) if isinstance(value, str | bool) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1)]


class Bounds(Value):
    """A range of a figure; what is not given does not bound it."""

    at_least: float | None = None
    at_most: float | None = None
    above: float | None = None
    below: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_a_range(cls, value: object) -> object:
        if isinstance(value, Mapping) and not value:
            raise ValueError("an empty range holds always; give at_least, at_most, above or below")
        if not isinstance(value, Mapping | Bounds):
            raise ValueError(f"write a range, as in {{at_least: {value}}}")
        return value

    def hold(self, figure: float) -> bool:
        """Tell whether a figure lies in the range."""
        return (
            (self.at_least is None or figure >= self.at_least)
            and (self.at_most is None or figure <= self.at_most)
            and (self.above is None or figure > self.above)
            and (self.below is None or figure < self.below)
        )


class Condition(Value):
    """What must be so; everything that is given must hold, of a list of names one.

    `is` and `is_not` name conditions of the policy's own; `any` lists conditions of which one must hold.
    """

    model_config = ConfigDict(populate_by_name=True)

    is_: Names | None = Field(default=None, alias="is")
    is_not: Names | None = None
    any: tuple["Condition", ...] | None = Field(default=None, min_length=1)

    sentiment: Bounds | None = None
    mood: Bounds | None = None
    frustration: Bounds | None = None
    urgency: Bounds | None = None
    satisfaction: Bounds | None = None
    emotion: Names | None = None
    wants_human: bool | None = None
    risk: Annotated[tuple[Risk, ...], BeforeValidator(_listed)] | None = None
    matter: Annotated[tuple[Matter, ...], BeforeValidator(_listed)] | None = None
    small_talk: Annotated[tuple[SmallTalk, ...], BeforeValidator(_listed)] | None = None
    language: Names | None = None
    intent: Names | None = None

    confident: bool | None = None
    confidence: Bounds | None = None
    missing: bool | None = None
    terms: Bounds | None = None
    choices: Bounds | None = None

    asks: bool | None = None
    state: Annotated[tuple[ConversationState, ...], BeforeValidator(_listed)] | None = None
    stage: Annotated[tuple[Stage, ...], BeforeValidator(_listed)] | None = None
    abstentions: Bounds | None = None
    clarifications: Bounds | None = None
    segment: Names | None = None
    signed_in: bool | None = None
    consent: Annotated[tuple[Purpose, ...], BeforeValidator(_listed)] | None = None
    open: bool | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether it always holds."""
        return not self.model_fields_set

    def holds(self, facts: Facts, named: Mapping[str, "Condition"]) -> bool | None:
        """Tell whether it holds; None where that hangs on something that is not known yet."""
        return _all(self._verdicts(facts, named).values())

    def failing(self, facts: Facts, named: Mapping[str, "Condition"]) -> tuple[str, ...]:
        """Return the parts of it that do not hold, in the words of the file."""
        return tuple(part for part, verdict in self._verdicts(facts, named).items() if not verdict)

    def _verdicts(self, facts: Facts, named: Mapping[str, "Condition"]) -> dict[str, bool | None]:
        given = sorted(_FACTS & self.model_fields_set)
        verdicts = {field: _matches(getattr(self, field), facts[field]) for field in given}
        verdicts |= {f"is {one}": named[one].holds(facts, named) for one in self.is_ or ()}
        verdicts |= {f"is_not {one}": _not(named[one].holds(facts, named)) for one in self.is_not or ()}
        if self.any is not None:
            verdicts["any"] = _not(_all(_not(one.holds(facts, named)) for one in self.any))
        return verdicts


_FACTS = frozenset(Condition.model_fields) - {"is_", "is_not", "any"}


class Consequence(Value):
    """What a rule leads to. `opening`, `closing` and `words` name templates of `prompts/`.

    `opening` is said before the action's own words, `closing` behind an answer, `words` in place of the action's own.
    `retrieve_deeper` searches once more, for the question alone, before it is done.
    """

    action: Action
    priority: Priority = "normal"
    tone: Tone = "friendly"
    opening: str = ""
    closing: str = ""
    words: str = ""
    retrieve_deeper: bool = False

    @model_validator(mode="after")
    def _words_fit_the_action(self) -> "Consequence":
        if self.words and self.action not in MAY_SAY_OTHER_WORDS:
            raise ValueError(f"`words` replace those of {', '.join(MAY_SAY_OTHER_WORDS)}; here use `opening`")
        if self.closing and self.action != "answer":
            raise ValueError("`closing` follows an answer; here use `opening` or `words`")
        if self.retrieve_deeper and self.action in ("answer", "hand_over"):
            raise ValueError("`retrieve_deeper` is for clarify, abstain and offer_human; leave it out here")
        return self

    @property
    def templates(self) -> tuple[str, ...]:
        """The names of the templates that it speaks with."""
        return tuple(one for one in (self.opening, self.closing, self.words) if one)


class Rule(Value):
    """One rule: when all of `when` holds, `then` is done; `why` says so to staff, with `{names}` filled in."""

    name: str = Field(min_length=1)
    when: Condition = Condition()
    then: Consequence
    why: str = Field(min_length=1)


class Policy(Value):
    """Rules in order, the last of which always holds; `conditions` have names that rules refer to."""

    conditions: dict[str, Condition] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = Field(min_length=1)

    def decide(
        self, signals: Signals, circumstances: Circumstances, *, without: Collection[str] = ()
    ) -> Decision | None:
        """Return what the first matching rule says; None where that cannot be told before a search.

        Rules whose names are in `without` are passed over: a person was asked for by them in vain. Where only the last
        rule is left, and is one of these, the assistant abstains.

        Only small talk is answered without a search that found something: other rules that answer wait for it, and are
        passed over where no search worked or no sentence was supported.
        """
        facts = facts_of(signals, circumstances)
        early = circumstances.stage == "unsearched"
        for rule in (one for one in self.rules if one.name not in without):
            rests_on_sources = rule.then.action == "answer" and signals.small_talk is None
            if rests_on_sources and circumstances.stage in ("unsupported", "unsearchable"):
                continue
            holds = rule.when.holds(facts, self.conditions)
            if early and (holds is None or (holds and rests_on_sources)):
                return None
            if holds:
                return Decision(reason=fill(rule.why, signals, circumstances), rule=rule.name, **rule.then.model_dump())
        last = self.rules[-1]
        return Decision(action="abstain", reason=fill(last.why, signals, circumstances), rule=last.name)

    def above(self, name: str) -> tuple[Rule, ...]:
        """Return the rules above the one of a name."""
        return tuple(takewhile(lambda rule: rule.name != name, self.rules))


def _matches(wanted: object, fact: object) -> bool | None:
    """Compare one thing that is asked for with what is; None where that is not known yet."""
    if fact is UNKNOWN:
        return None
    if fact is None:
        return False
    if isinstance(wanted, Bounds):
        assert isinstance(fact, float | int)
        return wanted.hold(fact)
    if isinstance(wanted, tuple):
        return not set(wanted).isdisjoint(fact if isinstance(fact, tuple) else (fact,))
    return wanted == fact


def _not(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    """Tell whether all hold (Kleene's strong logic): one that does not settles it, one that is unknown unsettles it."""
    known = list(verdicts)
    if False in known:
        return False
    return None if None in known else True
