import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from pydantic import SecretStr

from app.commands.business import command as business
from app.settings import Settings
from tests.support.tree import ROOT

EXAMPLE = ROOT / ".env.example"
PAGE = ROOT / "docs" / "configuration.md"
HEAD = """\
# Settings of Jirani: copy this file to .env and change what you need; the environment wins over it.
# Everything has a default that works: nothing must be set. See docs/configuration.md.
"""


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"JIRANI_{name.upper()}", raising=False)
    yield
    structlog.reset_defaults()  # the runner's standard error is closed by now


def known() -> list[tuple[str, str, str]]:
    """Return every setting's name, default as one would write it, and description."""
    return [
        (f"JIRANI_{name.upper()}", written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def written(default: Any) -> str:
    return {None: "", True: "true", False: "false"}.get(default, str(default))


def test_the_example_file_has_every_setting_with_its_default() -> None:
    parts = [f"# {about}\n# {name}={default}\n" for name, default, about in known()]
    assert EXAMPLE.read_text("utf-8") == "\n".join([HEAD, *parts])


def test_the_example_file_can_be_taken_as_it_is() -> None:
    defaults = Settings()
    active = re.sub(r"(?m)^# (?=JIRANI_)", "", EXAMPLE.read_text("utf-8"))
    Path(".env").write_text(active, "utf-8")
    assert Settings() == defaults


def test_the_page_has_every_setting_with_its_default() -> None:
    rows = re.findall(r"(?m)^\| `(JIRANI_\w+)` \| (.*?) \| (.*) \|$", PAGE.read_text("utf-8"))
    expected = [
        (name, f"`{default}`" if default else "unset", about) for name, default, about in known()
    ]
    assert rows[: len(expected)] == expected


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgres://u:p@h:5433/d", "postgresql+asyncpg://u:p@h:5433/d"),
        ("postgres://u@h/d?a=b&sslmode=require", "postgresql+asyncpg://u@h/d?a=b&ssl=require"),
        ("postgresql+asyncpg:///d?host=/run", "postgresql+asyncpg:///d?host=/run"),
        ("sqlite+aiosqlite:////srv/j.db", "sqlite+aiosqlite:////srv/j.db"),
    ],
)
def test_a_database_may_be_addressed_as_hosting_companies_do(given: str, used: str) -> None:
    assert Settings(database_url=given).database == used


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"JIRANI_{name.upper()}", "")
    assert Settings().database == f"sqlite+aiosqlite:///{tmp_path / 'data' / 'jirani.db'}"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DATABASE_URL", "mysql://u:secret@h/d", "such as postgresql://user:password@host/name."),
        ("DATABASE_URL", "postgresql://", "such as postgresql://user:password@host/name."),
        ("DATABASE_URL", "postgres://u:secret@h:x/d", "such as postgresql://user:password@host/n"),
        ("DATABASE_URL", "secret", "such as postgresql://user:password@host/name."),
        ("REDIS_URL", "localhost:6379/secret", "such as redis://host:6379/0."),
        ("REDIS_URL", "redis://u:secret@h:x/0", "such as redis://host:6379/0."),
        ("PHONE_REGION", "Kenya", "write a country's two letters, such as KE."),
        ("LOG_LEVEL", "loud", "Input should be 'debug', 'info', 'warning' or 'error'."),
        ("LOG_TEXTS", "perhaps", "Input should be a valid boolean"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(f"JIRANI_{name}", value)
    result = CliRunner().invoke(business, ["list"])
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"JIRANI_{name}: ")
    assert says in line
    assert "secret" not in line


def test_a_part_of_an_address_that_nobody_knows_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, redis_socket: Path
) -> None:
    monkeypatch.setenv("JIRANI_DATABASE_URL", "postgresql://u:secret@h/d?colour=blue")
    monkeypatch.setenv("JIRANI_REDIS_URL", f"unix://{redis_socket}")
    result = CliRunner().invoke(business, ["list"])
    assert result.exit_code == 1
    assert result.stderr == "The database's address cannot be used: nobody knows its 'colour'.\n"


def test_a_level_may_be_written_in_capitals() -> None:
    assert Settings.model_validate({"log_level": "INFO"}).log_level == "info"


def test_the_callback_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    secret = Settings().secret()
    assert len(secret) == 64
    assert Settings().secret() == secret
    assert (tmp_path / "data" / "callback.secret").stat().st_mode & 0o777 == 0o600
    assert Settings(callback_secret=SecretStr("chosen")).secret() == b"chosen"
    assert "chosen" not in repr(Settings(callback_secret=SecretStr("chosen")))
