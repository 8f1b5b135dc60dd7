"""Settings, cursors and data folders of any bytes: a value, or the error that is documented."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import strategies as st
from pydantic import ValidationError

from app.commands.settings import command, known
from app.http.cursors import KEPT, read_cursor, write_cursor
from app.http.guests import thread_id_of
from app.settings import Settings, UnreadableEnvFile
from jirani.store.backup import NoBackup, back_up
from tests.support.fuzzing import ANYTHING, Parser, bombard, examples, parsers, sizes, spoilt
from tests.support.fuzzing import spoilt_bytes as damaged

NAMES = sorted(each.name for each in known())
NEWEST = {"01KAXJ6V0C8Z5Q3M7N2P4R6T8V": 7, "01KAXJ6V0C8Z5Q3M7N2P4R6T8W": 2}
GOOD = (
    *("postgresql://me:secret@db:5432/jirani?sslmode=require", "redis+cluster://a:1,b:2"),
    *("redis://host:6379/0", "http://localhost:11434/v1", "KE", "8000", "0.4", "true", "offline"),
)

PARSERS = parsers(
    Parser(
        "cursor",
        lambda text: read_cursor(text, NEWEST),
        (),
        ("01KAXJ6V0C8Z5Q3M7N2P4R6T8V.7,01KAXJ6V0C8Z5Q3M7N2P4R6T8W.2",),
    ),
    Parser(
        "thread token",
        lambda text: thread_id_of(text.encode("utf-8", "replace").decode("latin-1")),
        (),
        ("jt_0123456789",),
    ),
)


@PARSERS
@examples()
def test_any_text_is_read(parser: Parser, examples: int) -> None:
    bombard(parser, parser.worst(), examples)


@PARSERS
@sizes()
def test_a_megabyte_is_read_soon(parser: Parser, size: int) -> None:
    parser.is_soon_done(size)


@examples()
def test_a_cursor_is_read_as_it_was_written(examples: int) -> None:
    def read_back(places: dict[str, int]) -> None:
        assert read_cursor(write_cursor(places), places) == places

    threads = st.from_regex(r"[0-9A-Z]{26}", fullmatch=True)
    places = st.dictionaries(threads, st.integers(0, 10**8 - 1), min_size=1, max_size=KEPT)
    bombard(read_back, places, examples)


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A process without settings, in an empty folder."""
    for name in (*NAMES, "OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@examples()
def test_any_environment_is_settings_or_names_what_is_wrong(
    clean: pytest.MonkeyPatch, examples: int
) -> None:
    def set_up(given: tuple[str, str]) -> None:
        name, value = given
        with clean.context() as here:
            here.setenv(name, value)
            with suppress(ValidationError):
                _ = Settings().database

    # What a process is given can hold no NUL, and any other bytes as lone surrogates.
    said = (spoilt(GOOD) | ANYTHING).map(
        lambda text: text.replace("\0", "").encode("utf-8", "surrogatepass")
    )
    values = said.map(lambda content: content.decode("utf-8", "surrogateescape"))
    bombard(set_up, st.tuples(st.sampled_from(NAMES), values), examples)


@examples()
def test_any_env_file_is_settings_or_names_what_is_wrong(
    clean: pytest.MonkeyPatch, tmp_path: Path, examples: int
) -> None:
    good = "\n".join(f"{name}={value}" for name, value in zip(NAMES, GOOD, strict=False))

    def set_up(content: bytes) -> None:
        (tmp_path / ".env").write_bytes(content)
        with suppress(ValidationError, UnreadableEnvFile):
            Settings()

    bombard(set_up, damaged([good.encode(), b"JIRANI_PORT='80\n00'\n# \xff"]), examples)


def test_an_env_file_of_another_encoding_is_said_to_be_one(
    clean: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes("JIRANI_MODEL=offline # señor".encode("latin-1"))
    shown = CliRunner().invoke(command, [])
    assert shown.exit_code == 1
    assert "The .env file is not UTF-8 text" in shown.output


@examples(many=800)
def test_any_file_is_backed_up_or_refused(tmp_path: Path, examples: int) -> None:
    made, source, copy = tmp_path / "made.db", tmp_path / "jirani.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(made)) as database:
        database.execute("CREATE TABLE t (id TEXT PRIMARY KEY, said TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?)", [(str(n), "x" * 99) for n in range(99)])
        database.commit()

    def take(content: bytes) -> None:
        source.write_bytes(content)
        copy.unlink(missing_ok=True)
        with suppress(NoBackup):
            back_up(f"sqlite+aiosqlite:///{source}", copy)
            with closing(sqlite3.connect(copy)) as whole:
                assert whole.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)

    bombard(take, damaged([made.read_bytes()]), examples)
