"""`assistant feedback`: which passages customers' likes and dislikes move in the ranking, and how to undo it."""

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, settings_of


def register_feedback(app: typer.Typer) -> None:
    """Add `feedback` and its command to the command line."""
    feedback = typer.Typer(
        help="See which passages customers' likes and dislikes raise and lower, and undo it.", no_args_is_help=False
    )
    feedback.callback(invoke_without_command=True)(list_feedback)
    feedback.command()(reset)
    app.add_typer(feedback, name="feedback")


def list_feedback(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """List the passages whose answers were liked or disliked, and what that adds to their score in a search."""
    from assistant.leaning import BOUND, LEAST_VOTERS, moved
    from assistant.stores import open_stores

    if context.invoked_subcommand is not None:
        return
    stores = open_stores(settings_of(home))
    try:
        passages = moved(stores.votes)
    finally:
        stores.close()
    if as_json:
        print_json({"bound": BOUND, "least_voters": LEAST_VOTERS, "passages": [asdict(one) for one in passages]})
        return
    print(f"feedback of {LEAST_VOTERS} customers or more moves a passage, by {BOUND:.0%} of its score at most")
    for one in passages:
        place = f"{one.document} · {one.heading or one.title}"
        print(f"{one.share:+.1%}  {one.likes} liked, {one.dislikes} disliked: {place}")


def reset(
    document: Annotated[
        str | None, typer.Argument(metavar="[DOCUMENT]", help="The name of a document; without it, all.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Forget what likes and dislikes said of passages; they stay with their turns, and in the outcomes."""
    from assistant.stores import open_stores

    stores = open_stores(settings_of(home))
    try:
        count = stores.votes.reset(document)
    finally:
        stores.close()
    if as_json:
        print_json({"document": document, "forgotten": count})
    else:
        print(f"{count} votes forgotten")
