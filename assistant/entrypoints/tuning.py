"""`assistant tune`: fit the search to this company's questions, or undo that."""

from typing import Annotated, Any

import typer

from assistant.entrypoints.options import AsJson, Home, print_json
from assistant.entrypoints.upkeep import perform
from assistant.errors import ConfigurationError


def tune(
    home: Home = None,
    as_json: AsJson = False,
    fine_tune: Annotated[
        bool, typer.Option("--fine-tune", help="Train a model instead, and embed all documents with it.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Learn and judge, and keep nothing.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Forget what was learnt instead.")] = False,
) -> None:
    """Learn how customers ask here; what does not win on held-out questions is not kept."""
    if remove and (dry_run or fine_tune):
        raise ConfigurationError("--remove takes no other option than --home and --json")
    report = perform(home, "tune", {"fine_tune": fine_tune, "dry_run": dry_run, "remove": remove})
    if as_json:
        print_json(report)
    else:
        _print_report(report, removing=remove)


def _print_report(report: dict[str, Any], *, removing: bool) -> None:
    if removing:
        print(f"removed: {', '.join(report['removed']) or 'nothing was tuned'}")
        return
    origins = ", ".join(f"{count} {origin}" for origin, count in report["pairs"].items())
    print(f"learnt from: {origins or 'no question with a known passage'} ({report['seconds']:.0f} s)")
    for step in report["steps"]:
        verdict = "not kept" if not step["accepted"] else "would be kept" if report["dry_run"] else "kept"
        print(f"{step['name']}: {verdict}; {step['reason']}")
        for figure, before in step["before"].items():
            print(f"  {figure:9} {before:.3f} -> {step['after'][figure]:.3f}")
        if step["judged_with"]:
            print(
                f"  {step['learnt_from']} questions learnt from, {step['judged_with']} judged, "
                f"{step['stored_bytes']} bytes, {step['seconds']:.1f} s"
            )
