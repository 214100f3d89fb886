"""Who calls the REST API: the staff token in a header opens what is not for everybody."""

import hmac
from collections.abc import Callable
from typing import Annotated

from fastapi import Header
from pydantic import SecretStr

from assistant.entrypoints.problems import InvalidRequestError


def require_staff(authorization: str, token: SecretStr | None, *, asked_for: str, param: str) -> None:
    """Refuse a request for `asked_for`, which only who holds the staff token may have.

    Raises:
        InvalidRequestError: The header `Authorization` does not carry it.
    """
    if not is_staff(authorization, token):
        message = f"{asked_for} need the header 'Authorization: Bearer ' with the staff token"
        raise InvalidRequestError(message, param=param, status=403)


def staff_only(token: SecretStr | None, asked_for: str) -> Callable[[str], None]:
    """Return a dependency of routes that lets only the team through; see `require_staff`."""

    def let_in(authorization: Annotated[str, Header(max_length=1000)] = "") -> None:
        require_staff(authorization, token, asked_for=asked_for, param="authorization")

    return let_in


def is_staff(authorization: str, token: SecretStr | None) -> bool:
    """Tell whether a header carries the staff token; a key that a client of OpenAI's sends opens nothing."""
    scheme, _, given = authorization.partition(" ")
    expected = token.get_secret_value() if token is not None else ""
    return bool(expected) and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), expected.encode())
