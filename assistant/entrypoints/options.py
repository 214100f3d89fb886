"""What all commands share: their options, and how they print."""

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from assistant.indexing.embedding import Progress
    from assistant.settings import Settings
    from assistant.types import Filter

Home = Annotated[
    Path | None, typer.Option("--home", help="The state folder; default $ASSISTANT_HOME or ./var.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


Audience = Annotated[
    list[str] | None, typer.Option("--audience", help="Find what is for this audience too; repeat for several.")
]
Language = Annotated[str, typer.Option("--language", help="Find only documents in this language, as in: de.")]
Product = Annotated[str, typer.Option("--product", help="Find only documents about this product, or about none.")]
On = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Find what holds on this day; default today.")
]


def filter_of(audiences: list[str] | None, language: str, product: str, on: datetime | None) -> "Filter":
    """Return the filter that options ask for. Who has the command line may name any audience."""
    from assistant.types import Filter

    day = on.date() if on is not None else None
    return Filter(audiences=tuple(audiences or ()), language=language, product=product, on=day)


def settings_of(home: Path | None) -> "Settings":
    """Return the settings, for another state folder where one is named."""
    from assistant.settings import Settings

    settings = Settings()
    return settings if home is None else settings.with_home(home)


_CONTROL = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters that JSON does not escape by itself."""


def progress_bar() -> "Progress | None":
    """Return a progress bar on standard error, if that is a terminal."""
    if not sys.stderr.isatty():
        return None
    from assistant.ingestion.progress import terminal_progress

    return terminal_progress()


def print_json(document: object) -> None:
    """Print one JSON document, in which no character is an order to a terminal."""
    print(_CONTROL.sub(_escaped, json.dumps(document, ensure_ascii=False)), flush=True)


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
