"""The part of the settings that is about those who write: how customers are known, and how much a visitor may ask."""

import ipaddress
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

TokenAlgorithm = Literal["HS256", "RS256", "ES256", "EdDSA"]


class VisitorSettings(BaseSettings):
    """How customers are told from visitors, and what bounds both; `assistant.settings` reads it with all else."""

    customer_token_key: SecretStr | None = Field(
        default=None,
        description="Verifies the tokens that your site signs for its customers: a secret of 32 bytes or more for "
        "HS256, else a public key, as PEM or as the path of its file. Unset, everybody is an anonymous visitor.",
    )
    customer_token_key_before: SecretStr | None = Field(
        default=None, description="The key before that one, which still counts while you change keys."
    )
    customer_token_algorithm: TokenAlgorithm = Field(
        default="HS256", description="How the tokens are signed; a token that is signed otherwise is refused."
    )
    customer_token_audience: str = Field(
        default="customer-assistant", min_length=1, description="What the tokens name as their audience (aud)."
    )
    customer_token_issuer: str = Field(
        default="", description="What the tokens name as their issuer (iss); empty does not ask for one."
    )
    customer_token_hours: float = Field(
        default=12.0, gt=0, le=720, description="A token that is valid for longer from now on is refused."
    )

    turns_per_minute: int = Field(
        default=30, ge=0, description="The most messages of one browser or customer in a minute; 0 is no limit."
    )
    turns_per_day: int = Field(default=1000, ge=0, description="The same in a day.")
    address_turns_per_minute: int = Field(
        default=120, ge=0, description="The most messages from one address, which many may share, in a minute."
    )
    address_turns_per_day: int = Field(default=10_000, ge=0, description="The same in a day.")
    answers_at_once: int = Field(default=4, ge=0, description="The most answers at a time for one browser or customer.")
    max_message_chars: int = Field(default=200_000, gt=0, description="A longer message is refused.")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("127.0.0.1", "::1"),
        description="Comma-separated addresses and networks of your own proxies, whose X-Forwarded-For is believed.",
    )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        """Split a list; what is no address would be passed over in silence later."""
        given = tuple(one.strip() for one in value.split(",") if one.strip()) if isinstance(value, str) else value
        for one in given if isinstance(given, tuple | list) else ():
            ipaddress.ip_network(str(one))
        return given
