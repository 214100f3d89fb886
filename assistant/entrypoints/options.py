"""What all commands share: their options, and how they print."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.indexing.embedding import Progress
    from assistant.settings import Settings

Home = Annotated[
    Path | None, typer.Option("--home", help="The state folder; default $ASSISTANT_HOME or ./var.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def settings_of(home: Path | None) -> "Settings":
    """Return the settings, for another state folder where one is named."""
    from assistant.settings import Settings

    settings = Settings()
    return settings if home is None else settings.with_home(home)


def progress_bar() -> "Progress | None":
    """Return a progress bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        return None
    from assistant.ingestion.progress import terminal_progress

    return terminal_progress()


def print_json(document: object) -> None:
    """Print one JSON document."""
    print(json.dumps(document, ensure_ascii=False), flush=True)
