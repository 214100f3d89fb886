"""`assistant gaps`: what customers ask in vain, and what is to come of it."""

from typing import Annotated, Any

import typer

from assistant.entrypoints.options import AsJson, Home, print_json
from assistant.entrypoints.upkeep import perform

GapId = Annotated[str, typer.Argument(metavar="ID", help="The id of a gap, as `assistant gaps` shows it.")]
SHOWN_SAMPLES = 3


def register_gaps(app: typer.Typer) -> None:
    """Add `gaps` and its commands to the command line."""
    gaps = typer.Typer(help="See what customers ask in vain, and close the gap.", no_args_is_help=False)
    gaps.callback(invoke_without_command=True)(list_gaps)
    for command in (dismiss, reopen):
        gaps.command()(command)
    app.add_typer(gaps, name="gaps")


def list_gaps(
    context: typer.Context,
    days: Annotated[
        int | None, typer.Option(min=1, help="Only of conversations of the last so many days; default all.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List what customers ask in vain, the largest gap first; the commands below say what comes of one."""
    if context.invoked_subcommand is not None:
        return
    found = perform(home, "gaps", {"days": days})
    if as_json:
        print_json(found)
        return
    for gap in found["gaps"]:
        _print_gap(gap)
    if not found["gaps"]:
        print("no gaps: every question was answered")


def dismiss(gap: GapId, home: Home = None, as_json: AsJson = False) -> None:
    """Note that a gap needs no answer."""
    _show(perform(home, "dismiss_gap", {"gap": gap}), as_json)


def reopen(gap: GapId, home: Home = None, as_json: AsJson = False) -> None:
    """Note that a gap is to be looked at again; a document that answers it stays."""
    _show(perform(home, "reopen_gap", {"gap": gap}), as_json)


def _show(gap: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(gap)
    else:
        _print_gap(gap)


def _print_gap(gap: dict[str, Any]) -> None:
    reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in gap["reasons"].items())
    print(f"{gap['id']}  {gap['state']:9} {gap['size']} customers, {gap['first']} to {gap['last']}: {gap['title']}")
    print(f"    {reasons}; an agent answered in {gap['answered']}")
    for sample in gap["samples"][:SHOWN_SAMPLES]:
        print(f"    - {sample}")
    if gap["document"]:
        print(f"    answered by {gap['document']}; missed again in {gap['again']}")
