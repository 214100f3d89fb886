"""What `assistant serve` does before and around the web server."""

import gc
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from pydantic import SecretStr

from assistant.bootstrap import open_assistant
from assistant.indexing.embedding import Progress
from assistant.settings import Settings

TOKEN_FILE = "staff_token"


def run_server(
    settings: Settings, *, host: str, port: int, ingest_paths: Sequence[Path], progress: Progress | None
) -> None:
    """Ingest, load models, then serve until interrupted.

    Raises:
        AssistantError: The knowledge base cannot be brought up to date, or the port is taken.
    """
    from assistant.entrypoints.web import serve

    compute_on_one_core()
    settings.folder.mkdir(parents=True, exist_ok=True)
    settings = settings.model_copy(update={"staff_token": staff_token(settings)})
    with open_assistant(settings) as bot:
        if ingest_paths:
            report = bot.ingest(*ingest_paths, progress=progress)
            print(f"Knowledge base: {report.documents} documents, {report.passages} passages", flush=True)
            for failure in report.failed:
                print(f"Not read: {failure.source}: {failure.reason}", flush=True)
        token = settings.staff_token.get_secret_value() if settings.staff_token else ""
        print(f"Chat:  http://{host}:{port}/\nStaff: http://{host}:{port}/staff?token={token}", flush=True)
        with bot.sole_writer():
            serve(bot, settings, host=host, port=port)


def compute_on_one_core() -> None:
    """Let each matrix product run on the thread that asked for it.

    Customers' questions run side by side on threads of their own. A second thread of the linear algebra library gains
    half a millisecond of a search, and then waits for the next one in a loop that keeps a whole core busy.
    """
    import numpy as np  # noqa: F401 - the library must be loaded to be told
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def spare_what_was_loaded() -> None:
    """Let the garbage collector pass over all that is there now: models, libraries, indexes, which stay to the end.

    Else it looks through all of it now and then, some 60 ms, while a customer waits. What turns leave is collected.
    """
    gc.collect()
    gc.freeze()


def staff_token(settings: Settings) -> SecretStr:
    """Return the configured token of the staff page, or the one kept in the home, made on first use."""
    if settings.staff_token is not None:
        return settings.staff_token
    path = settings.folder / TOKEN_FILE
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(24))
    return SecretStr(path.read_text(encoding="utf-8").strip())
