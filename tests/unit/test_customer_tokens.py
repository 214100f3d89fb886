"""Tokens that prove who a customer is, and those that prove nothing."""

import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pydantic import SecretStr

from assistant.customers.tokens import TokenReader, open_token_reader
from assistant.errors import ConfigurationError, TokenRefused
from assistant.settings import Settings
from tests.tokens import AUDIENCE, KEY, OLD_KEY, claims, forged, part, token


def reader_of(key: str = KEY, **more: Any) -> TokenReader:  # noqa: ANN401 - the settings' own types
    opened = open_token_reader(Settings(customer_token_key=SecretStr(key), **more))
    assert opened is not None
    return opened


def public_pem(private: Any) -> str:  # noqa: ANN401 - three kinds of keys
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(private.public_key().public_bytes(serialization.Encoding.PEM, form).decode())


def private_pem(private: Any) -> str:  # noqa: ANN401 - three kinds of keys
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return str(private.private_bytes(encoding, form, serialization.NoEncryption()).decode())


def test_without_a_key_nobody_signs_in() -> None:
    assert open_token_reader(Settings()) is None


def test_a_token_tells_what_the_company_knows() -> None:
    profile, ends = reader_of().read_with_end(token(name="Ana", segment="vip", language="de-AT", email="a@b.example"))
    assert profile.model_dump() == {"id": "c-1", "name": "Ana", "segment": "vip", "language": "de-AT"}
    assert 0 < ends - time.time() <= 600


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"exp": None}, "needs the claims"),
        ({"sub": None}, "needs the claims"),
        ({"aud": None}, "needs the claims"),
        ({"exp": 1}, "expired"),
        ({"exp": int(time.time()) + 13 * 3600}, "valid for too long"),
        ({"exp": 10**400}, "valid for too long"),
        ({"exp": "never"}, "cannot be read"),
        ({"nbf": int(time.time()) + 3600}, "does not hold yet"),
        ({"iat": int(time.time()) + 3600}, "does not hold yet"),
        ({"aud": "another"}, "another audience"),
        ({"sub": ""}, "sub"),
        ({"sub": "x" * 201}, "sub"),
        ({"sub": "a\x00b"}, "sub"),
        ({"sub": " c-1"}, "sub"),
        ({"name": "x" * 501}, "name"),
        ({"segment": ["vip"]}, "segment"),
        ({"padding": "x" * 4096}, "too long"),
    ],
)
def test_wrong_claims_are_refused_in_words(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(TokenRefused, match=says):
        reader_of().read(token(**changes))


HOSTILE = (
    "",
    "a.b.c",
    "..",
    forged({"alg": "none", "typ": "JWT"}),
    forged({"alg": "None"}),
    forged({"alg": "nOnE"}, "AAAA"),
    forged({"alg": "HS256"}),
    forged({"alg": "HS256"}, "AAAA"),
    forged({"alg": "HS512"}, "AAAA"),
    forged({"alg": "RS256"}, "AAAA"),
    forged({"alg": ["HS256"]}, "AAAA"),
    forged({"typ": "JWT"}, "AAAA"),
    forged({"alg": "HS256", "crit": ["exp"], "exp": 1}, "AAAA"),
    f"{part(b'[' * 1500)}.{part(claims())}.AAAA",
    f"{part(b'not json')}.{part(claims())}.AAAA",
    f"{part({'alg': 'HS256'})}.{part(b'[' * 1500)}.AAAA",
    token(key=OLD_KEY),
    token(algorithm="HS384"),
    token(key=KEY + "x"),
    token()[:-2] + "AA",
    token().replace(".", "..", 1),
    jwt.encode(claims(), KEY, headers={"crit": ["b64"], "b64": False}),
)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_tokens_are_refused(number: int) -> None:
    with pytest.raises(TokenRefused):
        reader_of().read(HOSTILE[number])


def test_a_token_cannot_name_its_own_key() -> None:
    """`jwk`, `jku` and `kid` of a header are the sender's words; only the keys of the settings count."""
    mine = "a-key-of-the-attacker-that-is-long-enough"
    for header in (
        {"jwk": {"kty": "oct", "k": part(mine.encode())}},
        {"jku": "http://127.0.0.1:1/"},
        {"kid": "/dev/null"},
    ):
        with pytest.raises(TokenRefused, match="known key"):
            reader_of().read(jwt.encode(claims(), mine, headers=header))


def test_the_issuer_counts_where_one_is_named() -> None:
    strict = reader_of(customer_token_issuer="https://shop.example")
    assert strict.read(token(iss="https://shop.example")).id == "c-1"
    with pytest.raises(TokenRefused, match="another issuer"):
        strict.read(token(iss="https://evil.example"))
    with pytest.raises(TokenRefused, match="needs the claims"):
        strict.read(token())


def test_two_keys_count_while_they_are_changed() -> None:
    reader = reader_of(customer_token_key_before=SecretStr(OLD_KEY))
    assert reader.read(token()).id == reader.read(token(key=OLD_KEY)).id == "c-1"
    with pytest.raises(TokenRefused, match="known key"):
        reader.read(token(key="neither-this-one-nor-that-one-but-long"))


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_a_public_key_verifies_and_never_signs(algorithm: str, tmp_path: Path) -> None:
    made: dict[str, Any] = {
        "RS256": rsa.generate_private_key(65537, 2048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    }
    key, path = made[algorithm], tmp_path / "public.pem"
    path.write_text(public_pem(key))
    for given in (public_pem(key), str(path)):
        reader = reader_of(given, customer_token_algorithm=algorithm)
        assert reader.read(token(key=key, algorithm=algorithm)).id == "c-1"
    confused = forged({"alg": "HS256"}, "AAAA")
    for hostile in (confused, forged({"alg": "none"}), token()):
        with pytest.raises(TokenRefused, match=r"not signed as agreed|cannot be read"):
            reader.read(hostile)
    with pytest.raises(ConfigurationError, match="public half"):
        reader_of(private_pem(key), customer_token_algorithm=algorithm)
    with pytest.raises(ConfigurationError, match="public key"):
        reader_of(public_pem(key), customer_token_algorithm="HS256")
    with pytest.raises(ConfigurationError, match="no key for"):
        reader_of(public_pem(made["EdDSA" if algorithm == "ES256" else "ES256"]), customer_token_algorithm=algorithm)


@pytest.mark.parametrize(
    ("key", "algorithm", "says"),
    [
        ("short", "HS256", "32 bytes"),
        ("/nowhere/key.pem", "EdDSA", "path of its file"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "RS256", "public half"),
        (public_pem(rsa.generate_private_key(65537, 1024)), "RS256", "2048 bits"),
    ],
    ids=["short", "nowhere", "broken", "weak"],
)
def test_a_key_that_cannot_be_used_is_told_at_the_start(key: str, algorithm: str, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        reader_of(key, customer_token_algorithm=algorithm)


def test_an_audience_may_be_one_of_several() -> None:
    assert reader_of().read(token(aud=["other", AUDIENCE])).id == "c-1"


def test_keys_are_secrets() -> None:
    settings = Settings(customer_token_key=SecretStr(KEY), customer_token_key_before=SecretStr(OLD_KEY))
    assert {KEY, OLD_KEY} <= set(settings.secret_values)
    assert KEY not in repr(settings)
