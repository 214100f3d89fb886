"""Keeps a customer signed in in a browser: a token of the company's site begins a session, once."""

import hashlib
import secrets
from datetime import UTC, datetime

from assistant.customers.desk import ANONYMOUS, Customers
from assistant.customers.tokens import TokenReader
from assistant.errors import TokenRefused
from assistant.ports import Sessions
from assistant.types import Value


class SignedIn(Value):
    """What a browser is given: a secret, and for how many seconds it opens something."""

    secret: str
    seconds: int


class SignIn:
    """Begins and ends sessions. A token that was seen in a browser's history begins none a second time."""

    def __init__(self, *, reader: TokenReader | None, sessions: Sessions, customers: Customers) -> None:
        """Verify with `reader`; without one nobody can sign in."""
        self._reader = reader
        self._sessions = sessions
        self._customers = customers

    def begin(self, token: str, held: str = "") -> SignedIn | None:
        """Return what the browser is to hold from now on; None where what it has `held` does as well.

        Raises:
            TokenRefused: The token proves nothing, or was used before.
        """
        if self._reader is None:
            raise TokenRefused("customers cannot sign in here")
        profile, ends = self._reader.read_with_end(token)
        moment, secret = datetime.now(UTC), secrets.token_urlsafe(32)
        end = datetime.fromtimestamp(ends, UTC)
        if not self._sessions.begin(_sha256(secret), _sha256(token), profile.id, at=moment, ends=end):
            if held and self.customer(held) == profile.id:
                return None
            raise TokenRefused("the customer token was used before; your site signs a new one for each visit")
        self._customers.put(profile)
        if held:
            self.end(held)
        return SignedIn(secret=secret, seconds=max(1, int((end - moment).total_seconds())))

    def customer(self, held: str) -> str:
        """Return the id of the customer whose browser holds a secret; empty where it opens nothing."""
        if not held or self._reader is None:
            return ANONYMOUS
        return self._sessions.customer(_sha256(held), datetime.now(UTC)) or ANONYMOUS

    def end(self, held: str) -> None:
        """Sign out: what the browser held opens nothing any more."""
        self._sessions.end(_sha256(held))


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
