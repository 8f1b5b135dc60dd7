"""Settings: the one place that reads the environment; everything has a default that works."""

import os
import re
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.addresses import DATABASES, REDISES, SMTP, WEB, starting_with
from app.keeping import kept_secret
from jirani.connectors.mailer import is_address
from jirani.services.sealing import SHORTEST
from jirani.store.redis_cluster import first_node


class UnreadableEnvFile(ValueError):
    """The .env file cannot be read as text; the message is for an operator."""


class Settings(BaseSettings):
    """What an operator may set, as JIRANI_… in the environment or in a .env file."""

    model_config = SettingsConfigDict(
        env_prefix="JIRANI_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
    )

    data_dir: Path = Field(
        default=Path("data"),
        examples=["/var/lib/jirani"],
        description="Where the embedded database and the embedded Redis keep their files.",
    )
    database_url: str | None = Field(
        default=None,
        repr=False,  # a password may be in it
        examples=["postgresql://jirani:password@db.internal:5432/jirani?sslmode=require"],
        description="PostgreSQL, as postgresql://user:password@host/name. "
        "Unset: SQLite in the data folder.",
    )
    database_pooler: bool = Field(
        default=False,
        description="Whether PgBouncer or its like, in transaction mode, stands before PostgreSQL. "
        "Statements are then not prepared ahead, which costs each a round trip more.",
    )
    migrate_on_start: bool = Field(
        default=True,
        description="Whether every command brings the database's tables up to date. Off: they stop "
        "unless `jirani migrate` has done it.",
    )
    redis_url: str | None = Field(
        default=None,
        repr=False,
        examples=["redis://redis.internal:6379/0"],
        description="Redis or Valkey, as redis://host:6379/0; a cluster by some of its nodes, as "
        "redis+cluster://host:6379,host:6379. Unset: a server of its own, started in the data "
        "folder.",
    )
    model: str = Field(
        default="offline",
        examples=["openai:gpt-5.2"],
        description="Who holds the conversation: offline, openai:NAME or anthropic:NAME.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("JIRANI_OPENAI_API_KEY", "OPENAI_API_KEY"),
        examples=["sk-..."],
        description="The key for openai:NAME. OPENAI_API_KEY is understood too.",
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("JIRANI_ANTHROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        examples=["sk-ant-..."],
        description="The key for anthropic:NAME. ANTHROPIC_API_KEY is understood too.",
    )
    model_base_url: str | None = Field(
        default=None,
        examples=["http://localhost:11434/v1"],
        description="Another address that speaks the provider's language; the key is sent there. "
        "Unset: the provider itself.",
    )
    model_stream: bool = Field(
        default=True,
        description="Whether a model is heard as it speaks: a stall is then noticed early.",
    )
    model_silence: float = Field(
        default=8.0,
        gt=0,
        description="Seconds a model that is listened to may say nothing. More for one that thinks "
        "before it speaks.",
    )
    model_timeout: float = Field(
        default=15.0, gt=0, description="Seconds for one request to a model, a retry included."
    )
    model_turn_timeout: float = Field(
        default=40.0, gt=0, description="Seconds for all of a turn's requests to a model."
    )
    model_turn_requests: int = Field(
        default=14, ge=0, description="Requests to a model in one turn, at most."
    )
    model_turn_tokens: int = Field(
        default=100_000, ge=0, description="Tokens of a model in one turn, at most."
    )
    model_thread_requests: int = Field(
        default=300, ge=0, description="Requests to a model in one conversation, at most."
    )
    model_thread_tokens: int = Field(
        default=400_000, ge=0, description="Tokens of a model in one conversation, at most."
    )
    model_day_requests: int = Field(
        default=5_000, ge=0, description="Requests to a model a day and business, at most."
    )
    model_day_tokens: int = Field(
        default=10_000_000, ge=0, description="Tokens of a model a day and business, at most."
    )
    callback_secret: SecretStr | None = Field(
        default=None,
        examples=["what `openssl rand -hex 32` prints"],
        description="Proves payment callbacks. Unset: made once and kept in the data folder.",
    )
    sealing_key: SecretStr | None = Field(
        default=None,
        examples=["what `openssl rand -hex 32` prints"],
        description="Seals what hosts entrust to us, such as keys of their PMS. Of several, by "
        "commas, the first seals and all open. Unset: made once and kept in the data folder.",
    )
    phone_region: str = Field(
        default="KE", description="The country of phone numbers written without one."
    )
    mail_from: str | None = Field(
        default=None,
        examples=["bookings@example.com"],
        description="The address mail comes from; needed with JIRANI_SMTP_URL.",
    )
    smtp_url: str | None = Field(
        default=None,
        repr=False,  # a password is in it
        examples=["smtp://user:password@mail.internal:587"],
        description="Where mail to hosts goes: smtp:// with STARTTLS, smtps:// for TLS from the "
        "start, smtp+plain:// for a relay on the same machine. Unset: no mail is sent.",
    )
    host: str = Field(
        default="127.0.0.1",
        examples=["0.0.0.0"],
        description="The address `jirani serve` listens on; 0.0.0.0 for all, behind a proxy.",
    )
    port: int = Field(default=8000, ge=1, le=65535, description="The port it listens on.")
    trusted_proxies: str = Field(
        default="127.0.0.1",
        examples=["10.0.0.0/8"],
        description="Addresses of reverse proxies whose X-Forwarded-For is believed, by commas.",
    )
    burst_wait: float = Field(
        default=0.4,
        ge=0,
        le=10,
        description="Seconds to wait for what a guest of the chat page writes right behind a "
        "message, to answer both at once.",
    )
    shutdown_patience: float = Field(
        default=45,
        ge=0,
        le=600,
        description="Seconds a process that is asked to end waits for the turns it is in.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        examples=["what `openssl rand -hex 32` prints"],
        description="What /metrics asks for, as Authorization: Bearer …. Unset: nothing.",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        examples=["http://collector:4318"],
        description="Where traces and metrics go, by OpenTelemetry's OTLP over HTTP. Unset: what "
        "OTEL_EXPORTER_OTLP_ENDPOINT says; unset too: nowhere.",
    )
    otlp_headers: SecretStr | None = Field(
        default=None,
        examples=["authorization=Bearer%20token"],
        description="Headers for it, as name=value,name=value.",
    )
    otlp_content: bool = Field(
        default=False,
        description="Whether traces may hold what guests wrote and models said. Personal data!",
    )
    scheduler_metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        examples=[9100],
        description="Where `jirani scheduler` answers /metrics and /healthz. Unset: nowhere.",
    )
    scheduler_metrics_host: str = Field(
        default="127.0.0.1",
        examples=["0.0.0.0"],
        description="The address it does that on. Whoever reaches it may read the metrics.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="debug, info, warning or error."
    )
    log_texts: bool = Field(False, description="Whether logs may hold what guests wrote. Personal!")

    def __init__(self, **values: Any) -> None:
        """Read what is set. Raises ValidationError, and UnreadableEnvFile."""
        try:
            super().__init__(**values)
        except UnicodeDecodeError as error:
            raise UnreadableEnvFile(f"The .env file is not UTF-8 text: {error}.") from error

    @field_validator("database_url")
    @classmethod
    def _for_our_driver(cls, url: str | None) -> str | None:
        """Take the address as hosting companies write it, and as libpq does."""
        if url is None:
            return None
        url = re.sub(r"^postgres(?:ql)?://", "postgresql+asyncpg://", url)
        url = re.sub(r"(?<=[?&])sslmode=", "ssl=", url)
        return starting_with(DATABASES, url, "postgresql://user:password@host/name")

    @field_validator("redis_url")
    @classmethod
    def _of_a_redis(cls, url: str | None) -> str | None:
        if url is None:
            return None
        first = starting_with(REDISES, first_node(url), "redis://host:6379/0")
        if first != url and urlsplit(first).path not in ("", "/", "/0"):
            raise PydanticCustomError("address", "leave out the /number, a cluster has only one")
        return url

    @field_validator("model_base_url")
    @classmethod
    def _of_a_model(cls, url: str | None) -> str | None:
        return None if url is None else starting_with(WEB, url, "http://localhost:11434/v1")

    @field_validator("smtp_url")
    @classmethod
    def _of_a_mail_server(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is not None and not info.data.get("mail_from"):
            raise PydanticCustomError("sender", "set JIRANI_MAIL_FROM too")
        return None if url is None else starting_with(SMTP, url, "smtp://user:password@host:587")

    @field_validator("mail_from")
    @classmethod
    def _of_a_sender(cls, address: str | None) -> str | None:
        if address is not None and not is_address(address):
            raise PydanticCustomError("address", "write a mail address such as me@example.com")
        return address

    @field_validator("otlp_endpoint")
    @classmethod
    def _of_a_collector(cls, url: str | None) -> str | None:
        return None if url is None else starting_with(WEB, url, "http://collector:4318")

    @field_validator("sealing_key")
    @classmethod
    def _long_enough(cls, keys: SecretStr | None) -> SecretStr | None:
        if keys and any(len(key.strip()) < SHORTEST for key in keys.get_secret_value().split(",")):
            raise PydanticCustomError("key", "a key has at least 16 characters")
        return keys

    @field_validator("phone_region")
    @classmethod
    def _of_two_letters(cls, region: str) -> str:
        if not re.fullmatch(r"[A-Za-z]{2}", region):
            raise PydanticCustomError("region", "write a country's two letters, such as KE")
        return region.upper()

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_small_letters(cls, level: str) -> str:
        return level.lower()

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data folder by default."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir.resolve() / 'jirani.db'}"

    @property
    def otlp(self) -> str | None:
        """Where traces and metrics go; OpenTelemetry's own variable counts too."""
        return self.otlp_endpoint or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None

    def secret(self) -> bytes:
        """Return the callback secret, made and kept where none is set."""
        if self.callback_secret:
            return self.callback_secret.get_secret_value().encode()
        return kept_secret(self.data_dir, "callback.secret")

    def sealing(self) -> list[bytes]:
        """Return the keys that open, of which the first seals; made and kept where none is set."""
        if self.sealing_key is None:
            return [kept_secret(self.data_dir, "sealing.key")]
        return [key.strip().encode() for key in self.sealing_key.get_secret_value().split(",")]
