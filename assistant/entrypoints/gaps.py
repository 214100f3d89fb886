"""`assistant gaps`: what customers ask in vain, and what is to come of it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.entrypoints.evaluating import write_text
from assistant.entrypoints.options import AsJson, Home, print_json
from assistant.entrypoints.upkeep import perform
from assistant.errors import ConfigurationError

GapId = Annotated[str, typer.Argument(metavar="ID", help="The id of a gap, as `assistant gaps` shows it.")]
SHOWN_SAMPLES = 3


def register_gaps(app: typer.Typer) -> None:
    """Add `gaps` and its commands to the command line."""
    gaps = typer.Typer(help="See what customers ask in vain, and close the gap.", no_args_is_help=False)
    gaps.callback(invoke_without_command=True)(list_gaps)
    for command in (draft, approve, dismiss, reopen):
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


def draft(
    gap: GapId,
    file: Annotated[
        Path | None, typer.Option(help="Write the article to this file, to be edited.", dir_okay=False)
    ] = None,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="Let the language model, if one is set up, put it into its own words.")
    ] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Draft an article from what agents said, with where they said it; personal details are masked."""
    drafted = perform(home, "draft_gap", {"gap": gap, "rewrite": rewrite})
    if file is not None:
        write_text(file, f"{drafted['text']}\n")
    if as_json:
        print_json(drafted)
    else:
        _print_draft(drafted)


def approve(
    gap: GapId,
    file: Annotated[
        Path | None,
        typer.Option(help="The article, in Markdown, in place of the draft.", exists=True, dir_okay=False),
    ] = None,
    owner: Annotated[str, typer.Option(help="Who looks after it.")] = "",
    valid_until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it holds.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Let an article answer a gap from now on, and ask the gap's questions again to see which are answered."""
    arguments = {
        "gap": gap,
        "text": None if file is None else _read(file),
        "owner": owner,
        "valid_until": None if valid_until is None else valid_until.date().isoformat(),
    }
    report = perform(home, "approve_gap", arguments)
    if as_json:
        print_json(report)
    else:
        _print_report(report)


def dismiss(gap: GapId, home: Home = None, as_json: AsJson = False) -> None:
    """Note that a gap needs no answer."""
    _show(perform(home, "dismiss_gap", {"gap": gap}), as_json)


def reopen(gap: GapId, home: Home = None, as_json: AsJson = False) -> None:
    """Note that a gap is to be looked at again; a document that answers it stays."""
    _show(perform(home, "reopen_gap", {"gap": gap}), as_json)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file} cannot be read as UTF-8 text: {error}") from error


def _print_draft(drafted: dict[str, Any]) -> None:
    print(drafted["text"])
    print()
    for sentence in drafted["sentences"]:
        said = ", ".join(f"{one['conversation_id']} turn {one['turn']}" for one in sentence["evidence"])
        print(f"  said in {said}: {sentence['text']}")
    for difference in drafted["differences"]:
        kept, other = difference["kept"], difference["other"]
        print(
            f"  agents differ: {kept['quote']} / in {other['conversation_id']} turn {other['turn']}: {other['quote']}"
        )
    for one in drafted["left_out"]:
        print(f"  left out ({one['reason']}): {one['words']['quote']}")
    if not drafted["sentences"]:
        print(
            "  no agent has said what answers it; write the article yourself: `assistant gaps approve ID --file FILE`"
        )


def _print_report(report: dict[str, Any]) -> None:
    asked = report["asked"]
    print(f"{report['document']}, revision {report['revision']}: {report['passed']} of {len(asked)} questions pass now")
    for one in asked:
        if not one["passed"]:
            sources = ", ".join(one["documents"]) or "no source"
            print(f"  not yet: {one['question']} ({one['action']}, {sources})")
    if report["held"]:
        print(f"  {report['held']} passages were held back; `assistant audit` says why")


def _show(gap: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(gap)
    else:
        _print_gap(gap)


def _print_gap(gap: dict[str, Any]) -> None:
    reasons = ", ".join(f"{count} {reason.replace('_', ' ')}" for reason, count in gap["reasons"].items())
    size = f"{gap['size']} customer{'' if gap['size'] == 1 else 's'}"
    print(f"{gap['id']}  {gap['state']:9} {size}, {gap['first']} to {gap['last']}: {gap['title']}")
    print(f"    {reasons}; an agent answered in {gap['answered']}")
    for sample in gap["samples"][:SHOWN_SAMPLES]:
        print(f"    - {sample}")
    if gap["document"]:
        print(f"    answered by {gap['document']}; missed again in {gap['again']}")
