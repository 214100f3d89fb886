"""The command line. Parses, calls, prints; every error is one line on stderr with its remedy."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from assistant.entrypoints.approving import register_approvals
from assistant.entrypoints.customers import register_customers
from assistant.entrypoints.evaluating import register_evaluations
from assistant.entrypoints.feedback import register_feedback
from assistant.entrypoints.gaps import register_gaps
from assistant.entrypoints.intents import register_intents
from assistant.entrypoints.options import (
    AsJson,
    Audience,
    Home,
    Language,
    On,
    Product,
    filter_of,
    print_json,
    progress_bar,
    settings_of,
)
from assistant.entrypoints.outcomes import outcomes
from assistant.entrypoints.policies import register_policies
from assistant.entrypoints.prompting import register_prompts
from assistant.entrypoints.tuning import tune
from assistant.entrypoints.upkeep import register_upkeep
from assistant.errors import AssistantError, ConfigurationError

if TYPE_CHECKING:
    from assistant.service import Assistant
    from assistant.types import Reply

app = typer.Typer(
    help="A customer-service assistant that answers from your documents, sentence by sentence, with proof.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
register_upkeep(app)
register_evaluations(app)
register_policies(app)
register_customers(app)
register_intents(app)
register_gaps(app)
register_feedback(app)
register_approvals(app)
register_prompts(app)
app.command()(tune)
app.command()(outcomes)


@app.command()
def search(
    question: str,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many passages.")] = 5,
    explain: Annotated[bool, typer.Option("--explain", help="Say for each passage why it was found.")] = False,
    after: Annotated[
        list[str] | None, typer.Option(help="What the customer said before; may be repeated, oldest first.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="A JSONL file of earlier messages: speaker and text.", exists=True)
    ] = None,
    audience: Audience = None,
    language: Language = "",
    product: Product = "",
    on: On = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Find the passages that a question is about."""
    from assistant.entrypoints.explaining import messages_before, search_document, search_lines

    before = messages_before(history, after or [])
    # Printed before the end of the block: closing may wait for an index that is being mended.
    with _open(home) as bot:
        only = filter_of(audience, language, product, on)
        found = bot.find(question, limit, history=before, only=only)
        if as_json:
            print_json(search_document(question, found, explain=explain))
            return
        for line in search_lines(found, explain=explain):
            print(line, flush=True)


@app.command()
def ask(
    text: str,
    conversation: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    audience: Audience = None,
    language: Language = "",
    product: Product = "",
    on: On = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Ask one question."""
    with _open(home) as bot:
        only = filter_of(audience, language, product, on)
        _print_reply(bot.reply(text, conversation_id=conversation, only=only), as_json=as_json)


@app.command()
def chat(
    conversation: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    home: Home = None,
) -> None:
    """Talk with the assistant in the terminal; an empty line or Ctrl-D ends it."""
    from assistant.entrypoints.terminal import chat_in_terminal

    with _open(home) as bot:
        chat_in_terminal(bot, conversation)


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 7860,
    home: Home = None,
    ingest_paths: Annotated[
        list[Path] | None, typer.Option("--ingest", help="Bring these into the knowledge base first.", exists=True)
    ] = None,
) -> None:
    """Serve the web chat, the staff page and the REST API."""
    from assistant.entrypoints.serving import run_server

    run_server(settings_of(home), host=host, port=port, ingest_paths=ingest_paths or [], progress=progress_bar())


@app.command()
def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Check configuration, reachability, counts and versions."""
    from assistant.entrypoints.doctor import examine

    checks = examine(settings_of(home))
    if as_json:
        print_json({"ok": all(check.ok for check in checks), "checks": [check.model_dump() for check in checks]})
    else:
        for check in checks:
            print(f"{'ok  ' if check.ok else 'BAD '} {check.name}: {check.detail}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line and exit: 0 done, 1 the work failed, 2 wrong use."""
    from assistant.entrypoints.plain_streams import plain_streams
    from assistant.entrypoints.quiet import quiet_libraries

    plain_streams()
    quiet_libraries()
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        _fail(f"{error.format_message()} (see `assistant --help`)", 2)
    except ConfigurationError as error:
        _fail(str(error), 2)
    except AssistantError as error:
        _fail(str(error), 1)
    except (typer.Abort, KeyboardInterrupt):
        _fail("stopped", 1)
    except BrokenPipeError:
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _print_reply(reply: "Reply", *, as_json: bool) -> None:
    if as_json:
        print_json(reply.model_dump(exclude={"turn_id"}))
        return
    print(reply.text)
    for one in reply.citations:
        print(
            f"  [{one.marker}] {one.title} ({one.document}, revision {one.revision}, {one.start}-{one.end})", flush=True
        )


def _open(home: Path | None) -> "Assistant":
    from assistant.bootstrap import open_assistant

    return open_assistant(settings_of(home))


def _fail(message: str, status: int) -> None:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(status)
