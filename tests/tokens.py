"""Tokens as a company's site signs them, and as nobody should."""

import base64
import json
import time
from typing import Any

import jwt

KEY = "a-key-of-the-shop-that-is-long-enough-for-each-of-the-hashes-there-are"
OLD_KEY = "the-key-that-the-shop-had-before-that-one"
AUDIENCE = "customer-assistant"


def claims(**changes: object) -> dict[str, Any]:
    """Return good claims with changes; None leaves a claim out."""
    told = {"sub": "c-1", "aud": AUDIENCE, "exp": int(time.time()) + 600} | changes
    return {name: value for name, value in told.items() if value is not None}


def token(key: Any = KEY, algorithm: str = "HS256", **changes: object) -> str:  # noqa: ANN401 - as PyJWT has it
    """Return a signed token."""
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def forged(header: dict[str, object], signature: str = "", **changes: object) -> str:
    """Return a token of parts that nobody signed."""
    return ".".join((part(header), part(claims(**changes)), signature))


def part(content: object) -> str:
    """Return one part of a token."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
