"""`assistant approved`: answers that are given word for word to the questions that they are approved for."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.entrypoints.options import AsJson, Home, print_json
from assistant.entrypoints.upkeep import perform
from assistant.errors import ConfigurationError


def register_approvals(app: typer.Typer) -> None:
    """Add `approved` and its commands to the command line."""
    approved = typer.Typer(help="List, add and retire answers that are given word for word.", no_args_is_help=False)
    approved.callback(invoke_without_command=True)(list_approved)
    for command in (add, retire):
        approved.command()(command)
    app.add_typer(approved, name="approved")


def list_approved(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """List the approved answers, with who answers for them and until when they hold."""
    if context.invoked_subcommand is not None:
        return
    found = perform(home, "approved", {})
    if as_json:
        print_json(found)
        return
    for answer in found["approved"]:
        _print_answer(answer)
    if not found["approved"]:
        print("no answers are approved; add one with `assistant approved add QUESTION ANSWER`")


def add(
    question: Annotated[str, typer.Argument(help="The question, as customers ask it.")],
    answer: Annotated[str, typer.Argument(help="The answer, or the path of a text or Markdown file that holds it.")],
    also: Annotated[list[str] | None, typer.Option(help="The same question in other words; may be repeated.")] = None,
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    valid_from: Annotated[str, typer.Option(help="The first day on which it holds, as 2026-01-31.")] = "",
    valid_to: Annotated[str, typer.Option(help="The last day on which it holds.")] = "",
    audience: Annotated[str, typer.Option(help="Whom it is for, where not for everybody.")] = "",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Approve an answer to a question; once more, it takes the place of the one before."""
    approval = {
        "questions": [question, *(also or [])],
        "answer": _text_of(answer),
        "owner": owner,
        "valid_from": valid_from or None,
        "valid_to": valid_to or None,
        "audience": audience,
    }
    _show(perform(home, "approve", approval), as_json)


def retire(
    name: Annotated[str, typer.Argument(help="The name of an answer, as `assistant approved` shows it.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """End an answer: it is not given any more."""
    _show(perform(home, "retire_approved", {"name": name}), as_json)


def _text_of(answer: str) -> str:
    """Return the answer itself, or what the file of this name holds.

    Raises:
        ConfigurationError: The file holds no text.
    """
    path = Path(answer) if len(answer) < 1000 and "\n" not in answer else None
    try:
        return path.read_text(encoding="utf-8") if path is not None and path.is_file() else answer
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{answer} cannot be read: {error}") from error


def _show(answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        _print_answer(answer)


def _print_answer(answer: dict[str, Any]) -> None:
    print(f"{answer['document']}  ({_time_of(answer['attributes'])}, {answer['owner'] or 'nobody answers for it'})")
    for question in answer["questions"]:
        print(f"    {question}")
    print("    > " + " ".join(answer["text"].split())[:200])


def _time_of(attributes: dict[str, Any]) -> str:
    today = date.today().isoformat()
    begins, ends = attributes["valid_from"], attributes["valid_to"]
    if ends and ends < today:
        return f"ended on {ends}"
    if begins and begins > today:
        return f"from {begins}"
    return f"until {ends}" if ends else "holds"
