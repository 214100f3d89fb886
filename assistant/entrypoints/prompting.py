"""The commands for whoever writes the prompts: which ones are in use, and what is wrong with them."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.entrypoints.options import AsJson, print_json, settings_of

Folder = Annotated[
    Path | None,
    typer.Argument(help="Templates that are to win over those shipped; default ASSISTANT_PROMPTS.", file_okay=False),
]


def register_prompts(app: typer.Typer) -> None:
    """Add `prompts` and its commands to the command line."""
    prompts = typer.Typer(help="Look over the templates that say how the assistant speaks.", no_args_is_help=False)
    prompts.command()(check)
    prompts.command("list")(list_templates)
    app.add_typer(prompts, name="prompts")


def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Render every template with samples and tell what is wrong; exit status 1 if anything is."""
    from assistant.shipped import shipped_folder
    from assistant.template_checks import check_templates, summarise

    own, shipped = _own(folder), shipped_folder("prompts")
    findings = check_templates(own, shipped)
    if as_json:
        print_json({"ok": not findings, "findings": [one.model_dump() for one in findings]})
    elif findings:
        for one in findings:
            print(f"{one.path}: {one.problem}: {one.detail}")
    else:
        print(f"{len(summarise(own, shipped))} templates are right")
    if findings:
        raise typer.Exit(1)


def list_templates(folder: Folder = None, as_json: AsJson = False) -> None:
    """List the templates in use, with the checksum that every turn records, their variables and their files."""
    from assistant.shipped import shipped_folder
    from assistant.template_checks import summarise

    templates = summarise(_own(folder), shipped_folder("prompts"))
    if as_json:
        print_json({"templates": [one.model_dump() for one in templates]})
        return
    for one in templates:
        own = " (yours)" if one.replaces_shipped else ""
        print(f"{one.checksum}  {one.name:18} {one.path}{own}  {' '.join(one.variables)}".rstrip())


def _own(folder: Path | None) -> Path | None:
    """Return the operator's folder of templates.

    Raises:
        BadParameter: It does not exist.
    """
    own = folder or settings_of(None).prompts
    if own is not None and not own.is_dir():
        raise typer.BadParameter(f"there is no folder {own}")
    return own
