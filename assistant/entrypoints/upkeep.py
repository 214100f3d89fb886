"""The commands that change or check the knowledge base. Where a server runs on the state folder, it does the work."""

import sys
import threading
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.entrypoints.options import AsJson, Home, print_json, progress_bar, settings_of
from assistant.errors import ConfigurationError
from assistant.settings import is_hosted

BYTES_A_TOKEN = 3
"""Rather too few than too many: what a run costs is not to be understated."""

TOKENS_A_PASSAGE = 200


def register_upkeep(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    for command in (ingest, watch, reindex, generations, rollback, check, audit, release, forget):
        app.command()(command)


def ingest(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, zip archives, web pages, sitemaps.")
    ],
    home: Home = None,
    as_json: AsJson = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print what would be done, and do nothing.")] = False,
    allow_mass_removal: Annotated[
        bool, typer.Option("--allow-mass-removal", help="Remove documents though most of a folder is gone.")
    ] = False,
    site: Annotated[bool, typer.Option("--site", help="Follow the links of a web page on its own host.")] = False,
    max_pages: Annotated[int, typer.Option(min=1, help="At most so many pages of a site.")] = 500,
    max_depth: Annotated[int, typer.Option(min=0, help="At most so many links away from the first page.")] = 3,
) -> None:
    """Make the knowledge base hold what the sources hold now."""
    arguments = {
        "sources": [_absolute(one) for one in sources],
        "whole_site": site,
        "limits": {"max_pages": max_pages, "max_depth": max_depth},
        "dry_run": dry_run,
        "allow_mass_removal": allow_mass_removal,
    }
    if not dry_run and is_hosted(settings_of(home).embedder):
        plan = perform(home, "ingest", arguments | {"dry_run": True})
        _announce_cost(settings_of(home).embedder, plan["bytes_to_read"] // BYTES_A_TOKEN)
    report = perform(home, "ingest", arguments)
    if as_json:
        print_json(report)
    elif dry_run:
        _print_plan(report)
    else:
        _print_ingest(report)


def watch(
    paths: Annotated[list[Path], typer.Argument(help="Files, folders and zip archives.", exists=True)],
    home: Home = None,
) -> None:
    """Ingest PATHS now and after every change of a file in them, until interrupted."""
    from assistant.ingestion.watching import snapshot
    from assistant.ingestion.watching import watch as watch_files

    arguments = {"sources": [str(path.resolve()) for path in paths]}

    def refresh() -> None:
        _print_ingest(perform(home, "ingest", arguments))

    # Taken before the first reading: what changes during it is read again.
    known = snapshot(paths)
    refresh()
    print("watching; Ctrl-C ends it", flush=True)
    watch_files(paths, refresh, stop=threading.Event(), known=known)


def reindex(
    embedder: Annotated[str | None, typer.Option(help="scheme:name of another embedder.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Build new indexes beside those that answer, verify them, and let them answer."""
    if embedder is not None and is_hosted(embedder):
        _announce_cost(embedder, TOKENS_A_PASSAGE * _stored_passages(home))
    report = perform(home, "reindex", {"embedder": embedder})
    _show(report, as_json, "generation {generation} of {embedder} answers: {passages} passages, {embedded} embedded")


def generations(home: Home = None, as_json: AsJson = False) -> None:
    """List the generations of the indexes."""
    from assistant.stores import open_stores

    stores = open_stores(settings_of(home))
    try:
        found = [one.model_dump(mode="json") for one in stores.generations.all()]
    finally:
        stores.close()
    if as_json:
        print_json({"generations": found})
        return
    for one in found:
        print(f"{one['number']:4} {one['state']:9} {one['embedder']}  {one['created_at']}")
    if not found:
        print("none yet; run `assistant ingest PATH...`")


def rollback(home: Home = None, as_json: AsJson = False) -> None:
    """Let the indexes before the last `reindex` answer again."""
    report = perform(home, "rollback", {})
    _show(report, as_json, "generation {generation} of {embedder} answers again: {passages} passages")


def check(home: Home = None, as_json: AsJson = False) -> None:
    """Search for every live passage by its vector and its words, and mend what cannot be found."""
    report = perform(home, "check", {})
    _show(
        report,
        as_json,
        "{passages} passages, {probed} searched for: {missing} missing, {ghosts} ghosts, {unreachable_by_vector} "
        "by vector, {unreachable_by_keyword} by keyword not found; {repaired} repaired ({seconds:.1f} s)",
    )
    if not as_json:
        for problem in report["problems"]:
            print(f"rebuilt: {problem}")


def audit(home: Home = None, as_json: AsJson = False) -> None:
    """List what a person should mend: contradictions, repetitions, what is out of date, empty or held back."""
    from assistant.bootstrap import open_assistant
    from assistant.hygiene.rendering import render

    with open_assistant(settings_of(home), check_index=False) as bot:
        report = bot.audit()
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        print(render(report), end="")


def release(
    passage: Annotated[str, typer.Argument(help="The id of a passage, as `assistant audit` shows it.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Let a passage that was held back be found."""
    _show(perform(home, "release", {"passage": passage}), as_json, "{released} passages can be found now")


def forget(
    document: Annotated[str | None, typer.Argument(help="The name of a document.")] = None,
    source: Annotated[
        str | None, typer.Option(help="A file, folder or address instead: all that came from it.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Erase a document, every revision of it, from everything that the state folder holds, and prove it."""
    report = perform(home, "forget", {"document": document, "source": source})
    _show(
        report,
        as_json,
        "erased {documents}: {revisions} revisions, {passages} passages, {vectors} vectors, {turns} turns; "
        "{files_scanned} files scanned, {text_hits} text and {vector_hits} vector traces left (receipt {receipt})",
    )


def _absolute(source: str) -> str:
    """Return a web address as it is, and a path so that it means the same in another working directory.

    Raises:
        ConfigurationError: Nothing is there.
    """
    from assistant.ingestion.web import is_url

    if is_url(source):
        return source
    if not Path(source).exists():
        raise ConfigurationError(f"{source} does not exist; name files, folders, zip archives or web addresses")
    return str(Path(source).resolve())


def _stored_passages(home: Path | None) -> int:
    from assistant.stores import open_stores

    stores = open_stores(settings_of(home))
    try:
        return stores.catalog.counts()[1]
    finally:
        stores.close()


def _announce_cost(embedder: str, tokens: int) -> None:
    """Say what a hosted embedder will cost at most, before it begins."""
    from assistant.embedders.pricing import estimate

    print(f"{estimate(embedder, texts=-(-tokens // TOKENS_A_PASSAGE), tokens=tokens)}", file=sys.stderr)


def perform(home: Path | None, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Do a job, in the server that runs on the state folder or, where none does, here; raises AssistantError."""
    from assistant.bootstrap import open_assistant
    from assistant.entrypoints.jobs import Job, run_job
    from assistant.entrypoints.running_server import find_server, run_there

    settings = settings_of(home)
    job = Job(name=name, arguments=arguments)
    if server := find_server(settings.folder):
        return run_there(server, job, progress_bar())
    with open_assistant(settings, check_index=False) as bot:
        return run_job(bot, job, progress_bar())


def _show(report: dict[str, Any], as_json: bool, line: str) -> None:
    if as_json:
        print_json(report)
    else:
        print(line.format(**report))


def _print_ingest(report: dict[str, Any]) -> None:
    print(
        "{added} added, {changed} changed, {removed} removed, {unchanged} unchanged, ".format(**report)
        + f"{len(report['failed'])} failed; now {report['documents']} documents, {report['passages']} passages "
        f"({report['seconds']:.1f} s)"
    )
    for source in report["duplicates"]:
        print(f"same content as another document: {source}")
    found = {name.replace("_", " "): count for name, count in report.get("hygiene", {}).items() if count}
    if found:
        print(
            "to look at: " + ", ".join(f"{count} {name}" for name, count in found.items()) + "; see `assistant audit`"
        )
    _print_failures(report)


def _print_plan(plan: dict[str, Any]) -> None:
    for what in ("added", "changed", "removed", "duplicates"):
        for source in plan[what]:
            print(f"{what:10} {source}")
    for move in plan["moved"]:
        print(f"{'moved':10} {move['moved_from']} -> {move['source']}")
    print(f"{plan['unchanged']} unchanged; nothing was done")
    _print_failures(plan)


def _print_failures(report: dict[str, Any]) -> None:
    for failure in report["failed"]:
        print(f"failed: {failure['source']}: {failure['reason']}", file=sys.stderr)
