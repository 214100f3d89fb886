"""The commands around `policy.yaml`: is it right, what does it decide and why, what would another one have decided."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, settings_of

if TYPE_CHECKING:
    from assistant.policy import Policy
    from assistant.settings import Settings

PolicyFile = Annotated[
    Path | None, typer.Option("--policy", help="Another policy than the one in use.", exists=True, dir_okay=False)
]


def register_policies(app: typer.Typer) -> None:
    """Add `policy` and its commands to the command line."""
    policies = typer.Typer(help="Look at the rules of what is answered and what goes to people.", no_args_is_help=False)
    for command in (check, explain, simulate):
        policies.command()(command)
    app.add_typer(policies, name="policy")


def check(policy: PolicyFile = None, home: Home = None, as_json: AsJson = False) -> None:
    """Read the policy, with the templates that it speaks with; exit 2 and name the line if something is wrong."""
    from assistant.bootstrap import policy_path

    settings = _with_policy(home, policy)
    rules = _policy(settings).rules
    path = policy_path(settings)
    if as_json:
        listed = [{"name": rule.name, **rule.then.model_dump()} for rule in rules]
        print_json({"file": str(path), "rules": listed})
        return
    print(f"{path}: {len(rules)} rules; the first that holds decides")
    for rule in rules:
        print(f"  {rule.name}: {rule.then.action}, {rule.then.priority} priority, {rule.then.tone}")


def explain(
    text: Annotated[str, typer.Argument(help="What a customer writes.")],
    segment: Annotated[str, typer.Option(help="The customer's segment.")] = "",
    policy: PolicyFile = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Say what a message leads to, by which rule, and why the rules above it did not hold. Nothing is stored."""
    from assistant.bootstrap import open_assistant
    from assistant.policy.facts import facts_of
    from assistant.rehearsal import Rehearsal

    settings = _with_policy(home, policy)
    rules = _policy(settings)
    with open_assistant(settings, store=Rehearsal()) as bot:
        reply = bot.reply(text, segment=segment)
    assert reply.circumstances is not None
    facts = facts_of(reply.signals, reply.circumstances)
    passed = [
        {"name": one.name, "failed": one.when.failing(facts, rules.conditions)}
        for one in rules.above(reply.decision.rule)
    ]
    if as_json:
        print_json(
            {
                "decision": reply.decision.model_dump(),
                "signals": reply.signals.model_dump(),
                "circumstances": reply.circumstances.model_dump(mode="json"),
                "passed_over": passed,
            }
        )
        return
    print(f"{reply.decision.action}, by rule {reply.decision.rule!r}: {reply.decision.reason}")
    for one in passed:
        print(f"  not {one['name']}: {', '.join(one['failed']) or 'an answer needs a supported sentence'}")


def simulate(policy: PolicyFile = None, home: Home = None, as_json: AsJson = False) -> None:
    """Decide all stored turns anew and tell what would have come out otherwise; nothing is changed."""
    from assistant.policy.simulation import simulate as decide_anew
    from assistant.stores import open_stores

    settings = _with_policy(home, policy)
    rules = _policy(settings)
    stores = open_stores(settings)
    try:
        outcome = decide_anew(rules, stores.history.turns())
    finally:
        stores.close()
    if as_json:
        print_json(outcome.model_dump())
        return
    print(f"{outcome.turns} turns: {outcome.same} decided the same, {outcome.changed} otherwise")
    for shift in outcome.shifts:
        print(f"{shift.turns} x {shift.before} -> {shift.after}")
        for one in shift.examples:
            print(f"    {one.question!r}: {one.rule_before or 'not recorded'} -> {one.rule_after}")
    if outcome.unsearched or outcome.unrecorded:
        print(
            f"cannot be told: {outcome.unsearched} that were not searched, {outcome.unrecorded} from earlier versions"
        )


def _with_policy(home: Path | None, policy: Path | None) -> "Settings":
    settings = settings_of(home)
    return settings if policy is None else settings.model_copy(update={"policy": policy})


def _policy(settings: "Settings") -> "Policy":
    from assistant.bootstrap import open_policy, open_prompts

    return open_policy(settings, open_prompts(settings))
