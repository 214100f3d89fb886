"""Tells another system, such as a help desk, by HTTP: signed, and with an id that stays the same in every attempt.

Headers and signature are those of the Standard Webhooks specification, version 1 (standardwebhooks.com), so that a
receiver can check them with a library of its own language.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import httpx
from pydantic import SecretStr

from assistant.errors import BackendError, BackendTimeout, RateLimited
from assistant.types import Delivery, HandoffPack

TIMEOUT_SECONDS = 10.0
PREFIX = "whsec_"
"""A secret that begins so is base64, as the specification has it; any other is taken as it is."""


class WebhookChannel:
    """Implements the `Channel` port. Any status of 200 to 299 means that the delivery was taken."""

    name = "webhook"

    def __init__(self, url: str, secret: SecretStr, *, clock: Callable[[], float] = time.time) -> None:
        """Post to `url`, signed with `secret`."""
        self._url = url
        self._key = _key(secret.get_secret_value())
        self._clock = clock

    def send(self, delivery: Delivery, pack: HandoffPack) -> None:
        """Post a delivery; redirects are not followed, and the answer's body is not read."""
        body = _body(delivery, pack)
        headers = {"content-type": "application/json", **self._signed(delivery.id, body)}
        try:
            with (
                httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client,
                client.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                _check(response)
        except httpx.TimeoutException as error:
            raise BackendTimeout(self.name, f"no answer within {TIMEOUT_SECONDS:.0f} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise BackendError(self.name, f"{type(error).__name__}: {error}") from error

    def _signed(self, delivery_id: str, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        return {
            "webhook-id": delivery_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{sign(self._key, delivery_id, timestamp, body)}",
            "idempotency-key": delivery_id,
        }


def sign(key: bytes, delivery_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a delivery: base64 of HMAC-SHA256 over id, timestamp and body, joined by points."""
    content = b".".join((delivery_id.encode(), timestamp.encode(), body))
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def _key(secret: str) -> bytes:
    if secret.startswith(PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()


def _body(delivery: Delivery, pack: HandoffPack) -> bytes:
    told = {
        "type": f"conversation.{delivery.kind}",
        "timestamp": delivery.created_at.isoformat(),
        "data": {"delivery": delivery.id, "attempt": delivery.attempts, "pack": pack.model_dump(mode="json")},
    }
    return json.dumps(told, ensure_ascii=True).encode()


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    message = f"the receiver answered with status {response.status_code}"
    waits = response.headers.get("retry-after", "")
    if response.status_code in (429, 503) and waits.isdigit():
        raise RateLimited("webhook", message, float(waits))
    raise BackendError("webhook", message)
