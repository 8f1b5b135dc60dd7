import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner
from pydantic import SecretStr

from app.commands.business import command as business
from app.commands.settings import command as settings_command
from app.commands.settings import example_file, known, markdown
from app.mailing import server_of
from app.settings import Settings
from jirani.connectors.smtp_mailer import Security, SmtpServer
from tests.support.reference import AGAIN, EXAMPLE, PAGE, page


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"JIRANI_{name.upper()}", raising=False)
    yield
    structlog.reset_defaults()  # the runner's standard error is closed by now


def test_the_example_file_is_made_from_the_settings() -> None:
    assert EXAMPLE.read_text("utf-8") == example_file(), AGAIN


def test_the_example_file_can_be_taken_as_it_is() -> None:
    defaults = Settings()
    active = re.sub(r"(?m)^# (?=JIRANI_)", "", EXAMPLE.read_text("utf-8"))
    Path(".env").write_text(active, "utf-8")
    assert Settings() == defaults


def test_the_page_of_settings_is_made_from_the_settings() -> None:
    assert PAGE.read_text("utf-8") == page(), AGAIN
    assert markdown() in page()
    assert all(each.about for each in known())


def test_the_command_shows_what_is_in_force_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIRANI_DATABASE_URL", "postgresql://u:canary@h/d")
    monkeypatch.setenv("JIRANI_REDIS_URL", "redis://:canary@h/0")
    monkeypatch.setenv("JIRANI_CALLBACK_SECRET", "canary")
    monkeypatch.setenv("JIRANI_PHONE_REGION", "TZ")
    result = CliRunner().invoke(settings_command)
    rows = {line.split("\t")[0]: line.split("\t")[1:3] for line in result.stdout.splitlines()}
    assert rows["JIRANI_PHONE_REGION"] == ["TZ", "KE"]
    assert rows["JIRANI_DATABASE_URL"] == ["(set, not shown)", "unset"]
    assert rows["JIRANI_MIGRATE_ON_START"] == ["true", "true"]
    assert rows.keys() == {"setting", *(each.name for each in known())}
    assert "canary" not in result.stdout + repr(Settings())


@pytest.mark.parametrize(("option", "made"), [("--markdown", markdown), ("--env", example_file)])
def test_the_command_prints_both_pages(option: str, made: Callable[[], str]) -> None:
    assert CliRunner().invoke(settings_command, [option]).stdout == made()


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
        ("REDIS_URL", "redis://h:1,secret:2/0", "such as redis://host:6379/0."),
        ("REDIS_URL", "redis+cluster://secret:1,h:x", "such as redis://host:6379/0."),
        ("REDIS_URL", "redis+cluster://secret:1,h:2/3", "leave out the /number, a cluster has"),
        ("MAIL_FROM", "the bookings", "write a mail address such as me@example.com."),
        ("SMTP_URL", "smtp://u:secret@h:587", "set JIRANI_MAIL_FROM too."),
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


@pytest.mark.parametrize(
    ("url", "security", "port"),
    [
        ("smtp://u%40x:p%3A@mail.test", Security.STARTTLS, 587),
        ("smtps://u%40x:p%3A@mail.test:2465", Security.TLS, 2465),
        ("smtp+plain://u%40x:p%3A@mail.test", Security.NONE, 25),
    ],
)
def test_mail_goes_where_the_address_says(url: str, security: Security, port: int) -> None:
    settings = Settings.model_validate({"smtp_url": url, "mail_from": "me@example.com"})
    assert server_of(settings) == SmtpServer(
        "mail.test", port, "me@example.com", security=security, user="u@x", password="p:"
    )
    assert server_of(Settings()) is None


@pytest.mark.parametrize("path", ["", "/", "/0", "?protocol=3"])
def test_a_cluster_may_be_named_by_several_nodes(path: str) -> None:
    url = f"rediss+cluster://u:p@one:6379,10.0.0.2:6380{path}"
    assert Settings.model_validate({"redis_url": url}).redis_url == url


def test_a_level_may_be_written_in_capitals() -> None:
    assert Settings.model_validate({"log_level": "INFO"}).log_level == "info"


def test_the_callback_secret_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    secret = Settings().secret()
    assert len(secret) == 64
    assert Settings().secret() == secret
    assert (tmp_path / "data" / "callback.secret").stat().st_mode & 0o777 == 0o600
    assert Settings(callback_secret=SecretStr("chosen")).secret() == b"chosen"
    assert "chosen" not in repr(Settings(callback_secret=SecretStr("chosen")))
