"""Readers read texts together with a question: one file a backend, chosen by `ASSISTANT_READER`."""

from assistant.ports import Reader
from assistant.settings import NO_READER, Settings


def open_reader(settings: Settings) -> Reader | None:
    """Return the reader that the settings name; None where there is none. No model is loaded yet."""
    if settings.reader == NO_READER:
        return None
    from assistant.readers.small import SmallReader

    return SmallReader(home=settings.home)
