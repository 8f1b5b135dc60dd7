"""Settings: the one place that reads the environment; everything has a default that works."""

import secrets
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator may set, as JIRANI_… in the environment or in a .env file."""

    model_config = SettingsConfigDict(env_prefix="JIRANI_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("data"),
        description="Where the embedded database and the embedded Redis keep their files.",
    )
    database_url: str | None = Field(
        default=None,
        description="PostgreSQL, as postgresql+asyncpg://user:password@host/name. "
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
    log_level: str = Field(default="warning", description="debug, info, warning or error.")
    log_texts: bool = Field(
        default=False, description="Whether logs may hold what guests wrote. Personal data!"
    )

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
