"""Who calls: the team, a customer whom a token of the company's site proves, or a visitor of whom nothing is known."""

import re
from typing import TYPE_CHECKING, Annotated

from fastapi import Header

from assistant.customers.desk import ANONYMOUS
from assistant.customers.tokens import MAX_TOKEN_CHARS, open_token_reader
from assistant.entrypoints.bearer import is_staff

if TYPE_CHECKING:
    from assistant.service import Assistant

Authorization = Annotated[str, Header(alias="authorization", max_length=MAX_TOKEN_CHARS + 100)]
"""The header that carries the staff token, or a customer's."""

_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
"""The form of a JWT. A key that a client of OpenAI's sends has another, and is neither checked nor refused."""


class Identity:
    """Tells who calls, by the header `Authorization`; opens the keys that verify tokens."""

    def __init__(self, assistant: "Assistant") -> None:
        """Keep the profile of customers with `assistant`.

        Raises:
            ConfigurationError: A key cannot be used.
        """
        self._customers = assistant.customers
        self._staff_token = assistant.settings.staff_token
        self.reader = open_token_reader(assistant.settings)

    def caller(self, authorization: str) -> str | None:
        """Return the id of the customer who calls; empty is a visitor, and None the team.

        Raises:
            TokenRefused: What looks like a customer's token proves nothing.
        """
        if is_staff(authorization, self._staff_token):
            return None
        return self.signed_in(authorization)

    def signed_in(self, authorization: str) -> str:
        """Return the id of the customer whose token a header carries; empty where it carries none."""
        scheme, _, token = authorization.partition(" ")
        if self.reader is None or scheme.lower() != "bearer" or not _TOKEN.fullmatch(token.strip()):
            return ANONYMOUS
        return self._customers.put(self.reader.read(token.strip())).id
