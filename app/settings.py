"""Settings: the one place that reads the environment; everything has a default that works."""

import re
import secrets
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

DATABASES = ("postgresql+asyncpg", "sqlite+aiosqlite")
REDISES = ("redis", "rediss", "unix")


class Settings(BaseSettings):
    """What an operator may set, as JIRANI_… in the environment or in a .env file."""

    model_config = SettingsConfigDict(
        env_prefix="JIRANI_", env_file=".env", env_ignore_empty=True, extra="ignore"
    )

    data_dir: Path = Field(
        default=Path("data"),
        description="Where the embedded database and the embedded Redis keep their files.",
    )
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL, as postgresql://user:password@host/name. "
        "Unset: SQLite in the data folder.",
    )
    redis_url: str | None = Field(
        default=None,
        description="Redis or Valkey, as redis://host:6379/0. Unset: a server of its own, "
        "started in the data folder.",
    )
    model: str = Field(
        default="offline",
        description="Who holds the conversation: offline, or a pydantic-ai model name such as "
        "openai:gpt-5.2 (needs that provider's package and key).",
    )
    callback_secret: SecretStr | None = Field(
        default=None,
        description="Proves payment callbacks. Unset: made once and kept in the data folder.",
    )
    phone_region: str = Field(
        default="KE", description="The country of phone numbers written without one."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="debug, info, warning or error."
    )
    log_texts: bool = Field(
        default=False, description="Whether logs may hold what guests wrote. Personal data!"
    )

    @field_validator("database_url")
    @classmethod
    def _for_our_driver(cls, url: str | None) -> str | None:
        """Take the address as hosting companies write it, and as libpq does."""
        if url is None:
            return None
        url = re.sub(r"^postgres(?:ql)?://", "postgresql+asyncpg://", url)
        url = re.sub(r"(?<=[?&])sslmode=", "ssl=", url)
        return _starting_with(DATABASES, url, "postgresql://user:password@host/name")

    @field_validator("redis_url")
    @classmethod
    def _of_a_redis(cls, url: str | None) -> str | None:
        return None if url is None else _starting_with(REDISES, url, "redis://host:6379/0")

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

    def secret(self) -> bytes:
        """Return the callback secret, made and kept where none is set."""
        if self.callback_secret:
            return self.callback_secret.get_secret_value().encode()
        path = self.data_dir / "callback.secret"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32), encoding="ascii")
        return path.read_bytes()


def _starting_with(schemes: tuple[str, ...], url: str, example: str) -> str:
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port != 0
    except ValueError:
        port_is_a_number = False
    if not port_is_a_number or parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise PydanticCustomError("address", "write an address such as {it}", {"it": example})
    return url
