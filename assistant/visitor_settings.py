"""The part of the settings that is about those who write: how customers are known."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

TokenAlgorithm = Literal["HS256", "RS256", "ES256", "EdDSA"]


class VisitorSettings(BaseSettings):
    """How customers are told from visitors; `assistant.settings` reads it with everything else."""

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
