"""What hosted providers have in common: which key to send, which host is meant, and how long they ask to wait."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.errors import MissingSecret

NO_KEY_NEEDED = "not-needed"
"""Sent to servers of one's own, whose clients insist on some key."""


def needed_key(backend: str, variable: str, key: SecretStr | None, base_url: str | None) -> str:
    """Return the key to send.

    Raises:
        MissingSecret: None is set, and no `base_url` names a server that may need none.
    """
    if key is not None and key.get_secret_value():
        return key.get_secret_value()
    if base_url:
        return NO_KEY_NEEDED
    raise MissingSecret(f"{backend} needs a key; set {variable}")


def host_of(base_url: str | None, default: str) -> str:
    """Return host and port of a service, without scheme, path or credentials."""
    parts = urlsplit(base_url or "")
    if not parts.hostname:
        return default
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname


def retry_after_seconds(headers: Mapping[str, str] | None) -> float | None:
    """Return the `Retry-After` header where it gives seconds; dates, which no provider here sends, count as unset."""
    try:
        return max(0.0, float((headers or {}).get("retry-after", "")))
    except ValueError:
        return None
