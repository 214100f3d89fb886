"""Keeps personal data and secrets out of what is logged, wherever a record goes and whatever an error quotes."""

import logging
from collections.abc import Sequence
from typing import Any

from assistant.privacy.masking import hidden

OURS = "assistant"
LEFT_OUT = "[SECRET]"
_secrets: set[str] = set()


def redact_logs(secrets: Sequence[str] = ()) -> None:
    """Redact each record of the assistant's own loggers as it is made, before any handler sees it; once a process.

    Records of other packages stay as they are: what those are given is masked already.

    Args:
        secrets: Values that no record may hold.
    """
    _secrets.update(secrets)
    made = logging.getLogRecordFactory()
    if not isinstance(made, _Redacting):
        logging.setLogRecordFactory(_Redacting(made))


def redacted(text: str) -> str:
    """Return a text without secrets and with placeholders for what is personal."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, LEFT_OUT)
    return hidden(text)


class _Redacting:
    """Makes records as another factory does, and redacts those of the assistant."""

    def __init__(self, made: Any) -> None:  # noqa: ANN401 - logging's own type
        self._made = made

    def __call__(self, *args: Any, **values: Any) -> logging.LogRecord:  # noqa: ANN401 - logging's own signature
        record: logging.LogRecord = self._made(*args, **values)
        if record.name.partition(".")[0] == OURS:
            plain = record.getMessage()
            if (safe := redacted(plain)) != plain:
                record.msg, record.args = safe, ()
            if record.exc_info:
                record.exc_text = redacted(logging.Formatter().formatException(record.exc_info))
        return record
