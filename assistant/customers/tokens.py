"""Reads the signed tokens (JWT, RFC 7519) by which a company's site says who its customer is."""

import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import SecretStr, ValidationError

from assistant.errors import ConfigurationError, TokenRefused
from assistant.settings import Settings
from assistant.types import Profile
from assistant.visitor_settings import TokenAlgorithm

if TYPE_CHECKING:
    from jwt.algorithms import AllowedPublicKeys

    Key = str | AllowedPublicKeys

MAX_TOKEN_CHARS = 4096
LEAST_SECRET_BYTES = 32
"""RFC 7518, 3.2: a key for HS256 has at least the 256 bits of the hash."""
LEAST_RSA_BITS = 2048
LEEWAY_SECONDS = 30
"""How far the clock of the company's site may be off."""

FAR_AWAY_SECONDS = 2**40
"""Since 1970; a token may name an end that no clock can tell."""

REQUIRED = ("exp", "aud", "sub")
_PEM = "-----BEGIN"
_BROKEN = (ValueError, TypeError, OverflowError, RecursionError)
"""What a token that nobody sane would sign can do to a reader of JSON, such as a thousand brackets."""


class TokenReader:
    """Verifies tokens of one algorithm with one key, or with two while keys are changed."""

    def __init__(
        self, *, keys: Sequence["Key"], algorithm: TokenAlgorithm, audience: str, issuer: str, max_seconds: float
    ) -> None:
        """Accept what is signed with one of `keys`, for `audience`, by `issuer` where one is named."""
        self._keys = tuple(keys)
        self._algorithm = algorithm
        self._audience = audience
        self._issuer = issuer
        self.max_seconds = max_seconds

    def read(self, token: str) -> Profile:
        """Return whom a token is about, as the company tells it: `sub`, `name`, `segment`, `language`.

        Raises:
            TokenRefused: It proves nothing.
        """
        profile, _ = self.read_with_end(token)
        return profile

    def read_with_end(self, token: str) -> tuple[Profile, float]:
        """Return the same, with the time until which it holds, in seconds since 1970."""
        if len(token) > MAX_TOKEN_CHARS:
            raise TokenRefused("the customer token is too long")
        claims = self._claims(token)
        ends = float(min(int(claims["exp"]), FAR_AWAY_SECONDS))
        if ends - time.time() > self.max_seconds + LEEWAY_SECONDS:
            allowed = timedelta(seconds=self.max_seconds)
            raise TokenRefused(f"the customer token is valid for too long; {allowed} from now on is the most")
        told = {name: claims.get(name) or "" for name in ("name", "segment", "language")}
        try:
            return Profile(id=claims["sub"], **told), ends
        except ValidationError as error:
            claim = str(error.errors()[0]["loc"][0]).replace("id", "sub")
            raise TokenRefused(f"the customer token has a wrong claim: {claim}") from None

    def _claims(self, token: str) -> dict[str, Any]:
        import jwt

        refusals: dict[type[Exception], str] = {
            jwt.ExpiredSignatureError: "has expired",
            jwt.ImmatureSignatureError: "does not hold yet",
            jwt.InvalidAudienceError: "is for another audience",
            jwt.InvalidIssuerError: "is from another issuer",
            jwt.MissingRequiredClaimError: "needs the claims " + ", ".join(REQUIRED),
            jwt.InvalidAlgorithmError: f"is not signed as agreed ({self._algorithm})",
            jwt.InvalidSignatureError: "is not signed with a known key",
        }
        why = "is not signed with a known key"
        for key in self._keys:
            try:
                return self._decoded(token, key)
            except jwt.InvalidSignatureError:
                continue
            except (jwt.PyJWTError, *_BROKEN) as error:
                why = next((said for kind, said in refusals.items() if isinstance(error, kind)), "cannot be read")
                break
        raise TokenRefused(f"the customer token {why}")

    def _decoded(self, token: str, key: "Key") -> dict[str, Any]:
        import jwt

        required = [*REQUIRED, "iss"] if self._issuer else list(REQUIRED)
        return jwt.decode(
            token,
            key,
            algorithms=[self._algorithm],
            audience=self._audience,
            issuer=self._issuer or None,
            leeway=LEEWAY_SECONDS,
            options={"require": required},
        )


def open_token_reader(settings: Settings) -> TokenReader | None:
    """Return what verifies customers' tokens; None where no key is set, so that nobody can sign in.

    Raises:
        ConfigurationError: A key cannot be used with the algorithm.
    """
    named = {
        "ASSISTANT_CUSTOMER_TOKEN_KEY": settings.customer_token_key,
        "ASSISTANT_CUSTOMER_TOKEN_KEY_BEFORE": settings.customer_token_key_before,
    }
    keys = [_key(name, one, settings.customer_token_algorithm) for name, one in named.items() if one is not None]
    if not keys:
        return None
    return TokenReader(
        keys=keys,
        algorithm=settings.customer_token_algorithm,
        audience=settings.customer_token_audience,
        issuer=settings.customer_token_issuer,
        max_seconds=settings.customer_token_hours * 3600,
    )


def _key(variable: str, given: SecretStr, algorithm: TokenAlgorithm) -> "Key":
    value = given.get_secret_value().strip()
    if algorithm == "HS256":
        if _PEM in value or len(value.encode()) < LEAST_SECRET_BYTES:
            message = f"{variable} must be a secret of {LEAST_SECRET_BYTES} bytes or more for HS256"
            raise ConfigurationError(f"{message}; a public key needs ASSISTANT_CUSTOMER_TOKEN_ALGORITHM")
        return value
    try:
        text = value if value.startswith(_PEM) else Path(value).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{variable} must be a public key, as PEM or as the path of its file") from error
    return _public_key(variable, text, algorithm)


def _public_key(variable: str, pem: str, algorithm: TokenAlgorithm) -> "Key":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        message = f"{variable} must be the public half of a key, as PEM; the private one stays with your site"
        raise ConfigurationError(message) from error
    fits = {
        "RS256": isinstance(key, RSAPublicKey) and key.key_size >= LEAST_RSA_BITS,
        "ES256": isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1),
        "EdDSA": isinstance(key, Ed25519PublicKey),
    }
    if not fits[algorithm]:
        raise ConfigurationError(f"{variable} is no key for {algorithm}; RSA keys need {LEAST_RSA_BITS} bits")
    return cast("AllowedPublicKeys", key)
