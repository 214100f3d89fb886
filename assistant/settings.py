"""The one place where configuration is read: keyword arguments, environment, `.env`, then a TOML file, in that order.

Constructing `Settings` reads those sources and checks every value; it opens nothing and creates nothing.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from assistant.errors import ConfigurationError, UnknownBackend
from assistant.visitor_settings import VisitorSettings

EMBEDDER_SCHEMES = ("sentence-transformers", "transformers", "onnx", "openai", "cohere")
RERANKER_SCHEMES = ("cross-encoder", "onnx", "cohere", "none")
NO_RERANKER = "none"
READER_NAMES = ("small", "none")
NO_READER = "none"
SIGNALS_SCHEMES = ("heads", "vader", "transformers")
RESPONDER_SCHEMES = ("openai", "cohere", "llama-cpp", "extractive")
DEFAULT_MODEL = "all-MiniLM-L6-v2"
TOML_FILE = "assistant.toml"
MAX_WRONG_SHARE = 0.32
"""Of the answers to questions of which four in ten cannot be answered; chosen with `benchmarks/answers.py`."""

TENANTS = "tenants"
"""The folder in a home that holds one for each tenant."""

_PASSWORD = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")
_TENANT = re.compile(r"[a-z0-9-]{1,40}")


class Settings(VisitorSettings):
    """How one assistant is set up. Nothing set means: embedded, local, offline.

    Every field `x` is read from `ASSISTANT_X`; the providers' own variables keep their own names.
    """

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_",
        env_file=".env",
        toml_file=TOML_FILE,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        env_ignore_empty=True,
    )

    home: Path = Field(default=Path("var"), description="The state folder: database, indexes, exported models.")
    tenant: str = Field(
        default="",
        description="One of several companies that share a home, a database server or a Chroma server: letters, digits "
        "and hyphens. Each has a folder, a database or schema, and collections of its own.",
    )
    embedder: str = Field(
        default=f"sentence-transformers:{DEFAULT_MODEL}",
        description="scheme:name, scheme one of " + ", ".join(EMBEDDER_SCHEMES),
    )
    reranker: str = Field(
        default="",
        description="scheme:name, scheme one of " + ", ".join(RERANKER_SCHEMES[:-1]) + "; empty or none is without.",
    )
    reranker_weight: float = Field(
        default=0.25, ge=0, le=1, description="What its judgement counts beside the search's; 1 is its order alone."
    )
    reranker_seconds: float = Field(default=1.5, gt=0, description="The most that reranking may add to a question.")
    reader: str = Field(
        default=NO_READER,
        description="What points the extractive responder at the words that answer: small (shipped, reads English, "
        "some 20 ms for each of up to three passages), or none, which goes by the question's words alone.",
    )
    reader_seconds: float = Field(default=0.5, gt=0, description="The most that reading may add to an answer.")
    signals: str = Field(
        default="heads",
        description="What reads sentiment: heads (trained, shipped), vader (a lexicon), or transformers:NAME.",
    )
    responders: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Comma-separated, tried in this order; empty chooses by what is available."
    )
    database: str = Field(default="", description="sqlite:///FILE or postgresql://...; empty is a file in the home.")
    chroma: str = Field(default="", description="A folder or http(s)://host:port; empty is a folder in the home.")
    prompts: Path | None = Field(default=None, description="A folder of templates that win over those shipped.")
    policy: Path | None = Field(
        default=None, description="The rules of what is answered and what goes to people; default prompts/policy.yaml."
    )
    staff_token: SecretStr | None = Field(
        default=None, description="Opens the staff page; unset, `assistant serve` makes one and keeps it in the home."
    )
    assistant_name: str = Field(default="Help desk", description="How the assistant is called in the chat.")
    answer_seconds: float = Field(
        default=60.0, gt=0, description="The most one turn may take, whoever writes the answer in the end."
    )
    first_token_seconds: float = Field(default=20.0, gt=0, description="The most a model may take to begin.")
    between_tokens_seconds: float = Field(
        default=8.0, gt=0, description="The most a model that has begun may take for each further piece."
    )

    prices: Path | None = Field(
        default=None, description="A TOML or JSON file of model prices that win over the list prices shipped."
    )
    max_cost_per_conversation: float | None = Field(
        default=None, ge=0, description="US dollars; once spent, no paid model is asked in that conversation."
    )
    max_cost_per_day: float | None = Field(
        default=None, ge=0, description="US dollars in a day, UTC; once spent, no paid model is asked that day."
    )
    max_tokens_per_conversation: int | None = Field(default=None, ge=0, description="The same in tokens.")
    max_tokens_per_day: int | None = Field(default=None, ge=0, description="The same in tokens.")

    hours: Path | None = Field(
        default=None,
        description="A YAML file of the team's opening hours; unset takes it that somebody always is there.",
    )
    wait_seconds: float = Field(
        default=600.0, gt=0, description="A customer who waits longer for a person is told so, once."
    )
    agent_seconds: float = Field(
        default=900.0, gt=0, description="Who answers a customer later than this loses the conversation to the queue."
    )
    handoff_webhook: str = Field(
        default="", description="http(s)://...: told of every conversation that needs a person."
    )
    handoff_webhook_secret: SecretStr | None = Field(
        default=None, description="Signs what the webhook is told; whsec_ and base64, or any long text."
    )
    handoff_email: SecretStr | None = Field(
        default=None, description="smtp(s)://USER:PASSWORD@HOST:PORT?from=...&to=...: told of conversations by e-mail."
    )
    support_email: str = Field(default="", description="Where customers who do not want to wait can write instead.")

    max_wrong_share: float = Field(
        default=MAX_WRONG_SHARE,
        ge=0,
        le=1,
        description="At most this share of the answers may be wrong; the lower, the more questions go to people.",
    )
    mass_removal_share: float = Field(
        default=0.5, ge=0, le=1, description="An ingest that would remove a larger share of a folder is refused."
    )
    crawl_private_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated hosts, host:port, addresses or CIDR networks that may be crawled though private.",
    )
    allowed_link_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Comma-separated hosts, with all below them, that answers may link to; other addresses are left "
        "out of what is shown, whichever document names them.",
    )

    mask_for_local: bool = Field(
        default=False,
        description="Mask personal data also for models that run here; services always get placeholders instead.",
    )

    openai_api_key: SecretStr | None = Field(default=None, validation_alias=AliasChoices("OPENAI_API_KEY"))
    openai_base_url: str | None = Field(default=None, validation_alias=AliasChoices("OPENAI_BASE_URL"))
    cohere_api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("COHERE_API_KEY", "CO_API_KEY")
    )
    cohere_base_url: str | None = Field(default=None, validation_alias=AliasChoices("CO_API_URL"))

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - pydantic's own signature
        """Read and check all sources; keyword arguments win.

        Raises:
            ConfigurationError: A value is wrong; the message names its variable and what it may hold.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]) if first["loc"] else "settings"
            variable = name if name.isupper() else f"ASSISTANT_{name.upper()}"
            raise ConfigurationError(f"{variable}: {first['msg']} (got {first['input']!r})") from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add the TOML file below the environment."""
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, file_secret_settings, toml

    @field_validator("responders", "crawl_private_hosts", "allowed_link_hosts", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("tenant")
    @classmethod
    def _known_tenant(cls, value: str) -> str:
        if value and not _TENANT.fullmatch(value):
            message = f"ASSISTANT_TENANT={value!r} must be 1 to 40 small letters, digits and hyphens"
            raise ConfigurationError(message)
        return value

    @field_validator("embedder")
    @classmethod
    def _known_embedder(cls, value: str) -> str:
        split_backend("ASSISTANT_EMBEDDER", value, EMBEDDER_SCHEMES)
        return value

    @field_validator("reranker")
    @classmethod
    def _known_reranker(cls, value: str) -> str:
        if value:
            split_backend("ASSISTANT_RERANKER", value, RERANKER_SCHEMES, nameless=(NO_RERANKER,))
        return value

    @field_validator("reader")
    @classmethod
    def _known_reader(cls, value: str) -> str:
        if value not in READER_NAMES:
            raise UnknownBackend("ASSISTANT_READER", value, READER_NAMES)
        return value

    @field_validator("signals")
    @classmethod
    def _known_signals(cls, value: str) -> str:
        split_backend("ASSISTANT_SIGNALS", value, SIGNALS_SCHEMES, nameless=("heads", "vader"))
        return value

    @field_validator("responders")
    @classmethod
    def _known_responders(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            split_backend("ASSISTANT_RESPONDERS", one, RESPONDER_SCHEMES, nameless=("extractive",))
        return value

    @field_validator("database")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            message = "ASSISTANT_DATABASE must be sqlite:///FILE or postgresql://user@host/name"
            raise ConfigurationError(message)
        return value

    @field_validator("handoff_webhook")
    @classmethod
    def _known_webhook(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ConfigurationError("ASSISTANT_HANDOFF_WEBHOOK must be http(s)://host/path")
        return value

    @field_validator("chroma")
    @classmethod
    def _known_chroma(cls, value: str) -> str:
        if "://" in value:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ConfigurationError(f"ASSISTANT_CHROMA={value!r} must be a folder or http://host:port")
        return value

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the catalog and the conversations, with the driver named."""
        if not self.database:
            return f"sqlite:///{(self.folder / 'assistant.sqlite3').resolve()}"
        if self.tenant and self.database.startswith("sqlite:///"):
            file = Path(self.database.removeprefix("sqlite:///"))
            # No name of a tenant holds a point, so that no two files can be the same.
            return f"sqlite:///{file.with_name(f'{file.stem}.{self.tenant}{file.suffix}')}"
        return self.database.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def database_schema(self) -> str:
        """The schema of a tenant on a database server; empty is the connection's own."""
        return f"tenant-{self.tenant}" if self.tenant and self.database.startswith("postgresql") else ""

    @property
    def folder(self) -> Path:
        """The state folder: the home, or a tenant's own within it."""
        return self.home / TENANTS / self.tenant if self.tenant else self.home

    @property
    def chroma_location(self) -> str:
        """A folder, or the URL of a Chroma server."""
        return self.chroma_root or str(self.folder / "chroma")

    @property
    def chroma_root(self) -> str:
        """The folder or URL that was chosen for Chroma, of a tenant its own folder there; empty where none was."""
        if not self.chroma or not self.tenant or "://" in self.chroma:
            return self.chroma
        return str(Path(self.chroma) / TENANTS / self.tenant)

    @property
    def secret_values(self) -> tuple[str, ...]:
        """What must never be said: keys, tokens, and the passwords in addresses of services."""
        values = [getattr(self, name) for name in type(self).model_fields]
        keys = (one.get_secret_value() for one in values if isinstance(one, SecretStr))
        passwords = (word for one in values if isinstance(one, str) for word in _PASSWORD.findall(one))
        return tuple(one for one in (*keys, *passwords) if one)

    def with_home(self, home: Path) -> Self:
        """Return the same settings for another home."""
        return self.model_copy(update={"home": home})

    def for_tenant(self, tenant: str) -> Self:
        """Return the same settings for another tenant.

        Raises:
            ConfigurationError: The name cannot be one.
        """
        return self.model_copy(update={"tenant": self._known_tenant(tenant)})


def is_hosted(embedder: str) -> bool:
    """Tell whether an embedder is a service that is paid for by the token."""
    return embedder.partition(":")[0] in ("openai", "cohere")


def split_backend(
    variable: str, value: str, schemes: tuple[str, ...], nameless: tuple[str, ...] = ()
) -> tuple[str, str]:
    """Split `scheme:name`, checking both parts; `nameless` schemes stand alone.

    Raises:
        UnknownBackend: The scheme is not among `schemes`, or its name is missing.
    """
    scheme, _, name = value.partition(":")
    if scheme not in schemes or (not name and scheme not in nameless):
        raise UnknownBackend(variable, value, tuple(s if s in nameless else f"{s}:NAME" for s in schemes))
    return scheme, name
