"""Back-up and restore as docs/operating.md says: its own commands, run on both databases."""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.support.needs import missing
from tests.support.postgres import postgres, programs
from tests.support.programs import here, shell
from tests.support.tree import ROOT

GUIDE = (ROOT / "docs" / "operating.md").read_text("utf-8")
JIRANI = f"""\
#!{sys.executable}
import sys
from importlib import import_module
import_module("app.commands." + sys.argv.pop(1)).command()
"""
WRITING = """
import sqlite3, sys
db = sqlite3.connect("data/jirani.db", isolation_level=None, timeout=10)
for number in range(1_000_000):
    db.execute(
        "INSERT INTO businesses (business_id, slug, name, vertical, zone, currency, locale, "
        "payment_policy, created_at) SELECT 'b' || ?, 'slug' || ?, name, vertical, zone, currency, "
        "locale, payment_policy, created_at FROM businesses LIMIT 1", (number, number)
    )
    print(number, flush=True)
"""
# What must be the same in a restored database: tables and their rights, row security, guards, rows.
FACTS = (
    "SELECT relname, relkind, relrowsecurity, relforcerowsecurity, relacl, relowner::regrole "
    "FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    "SELECT tablename, policyname, roles, qual FROM pg_policies ORDER BY 1, 2",
    "SELECT conrelid::regclass::text, contype, conname FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 3",
    "SELECT * FROM services ORDER BY id",
)


def commands(name: str) -> str:
    """Return the shell lines of the guide below a mark."""
    found = re.search(rf"<!-- run: {name} -->\n```sh\n(.*?)```", GUIDE, re.DOTALL)
    assert found, name
    return found[1]


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `jirani` is this one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "jirani").write_text(JIRANI)
    (folder / "jirani").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_sqlite_backup_made_while_others_write_takes_the_place_of_the_data(
    tmp_path: Path, path: str, redis_socket: Path
) -> None:
    assert here("seed", redis_url=f"unix://{redis_socket}")[0] == 0
    names = ("callback.secret", "sealing.key")
    secrets = [(tmp_path / "data" / name).read_bytes() for name in names]
    with subprocess.Popen([sys.executable, "-c", WRITING], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        while int(writer.stdout.readline()) < 50:
            pass
        made = shell(commands("sqlite back-up"), tmp_path, PATH=path)
        assert writer.poll() is None
        writer.kill()
    assert (made[0], made[2]) == (0, "")

    shutil.copy(ROOT / "LICENSE", tmp_path / "data" / "jirani.db")  # a database no more
    code, said, complaint = shell(commands("sqlite restore"), tmp_path, PATH=path)
    assert (code, complaint) == (0, "")
    assert said.startswith("The database is up to date")
    data = tmp_path / "data"
    with closing(sqlite3.connect(data / "jirani.db")) as database:
        slugs = {slug for (slug,) in database.execute("SELECT slug FROM businesses")}
    assert {"demo", *(f"slug{number}" for number in range(51))} <= slugs
    assert [(data / name).read_bytes() for name in names] == secrets
    assert {each.stat().st_mode & 0o077 for each in (data, *data.iterdir())} == {0}


def test_a_backup_never_writes_over_anything_and_leaves_nothing_half(tmp_path: Path) -> None:
    absent = f"There is no database at {tmp_path / 'data' / 'jirani.db'}.\n"
    assert here("backup", "copy") == (1, "", absent)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "copy").mkdir()
    there = "copy is there already; name a new folder.\n"
    assert here("backup", "copy") == (1, "", there)
    other = "This is for SQLite. PostgreSQL is backed up with pg_dump: see docs/operating.md.\n"
    assert here("backup", "new", database_url="postgresql://u:secret@h/d") == (1, "", other)


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    """A PostgreSQL of its own, with the users as compose.yaml makes them; as an environment."""
    home = programs()
    if home is None or not all((home / name).exists() for name in ("pg_dump", "psql", "createdb")):
        missing("postgres", "a PostgreSQL with pg_dump and psql: apt install postgresql")
    config = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["configs"]
    with postgres() as folder:
        environment = {
            "PGHOST": folder,
            "PATH": f"{home}:{os.environ['PATH']}",
            "DATABASE_OWNER_PASSWORD": "owner's",
            "DATABASE_PASSWORD": "everyday's",
            "DATABASE_BACKUP_PASSWORD": "copyist's",
            "USERS": config["database_users"]["content"],
        }
        # As the image does it: a superuser `postgres`, a database, then the file by psql.
        made = shell(
            "createuser --username=owner --superuser postgres\n"
            "createdb --username=postgres jirani\n"
            'psql -v ON_ERROR_STOP=1 --username=postgres --dbname=jirani <<<"$USERS"',
            Path(folder),
            **environment,
        )
        assert made[::2] == (0, "")
        yield environment


def address(server: dict[str, str], user: str, name: str = "jirani") -> str:
    return f"postgresql://{user}@/{name}?host={server['PGHOST']}"


def test_a_postgresql_backup_restores_rows_rights_and_row_security(
    server: dict[str, str], tmp_path: Path, redis_socket: Path
) -> None:
    everyday = {"redis_url": f"unix://{redis_socket}", "migrate_on_start": "false"}

    def psql(user: str, name: str, statement: str) -> str:
        lines = f'psql -v ON_ERROR_STOP=1 -qAt -U {user} -d {name} -c "{statement}"'
        code, said, complaint = shell(lines, tmp_path, **server)
        return complaint if code else said

    assert here("migrate", database_url=address(server, "jirani_owner"))[::2] == (0, "")
    seeded = here("seed", database_url=address(server, "jirani"), **everyday)
    assert seeded[::2] == (0, "")
    closed = "ALTER TABLE threads DISABLE ROW LEVEL SECURITY"
    assert "must be owner" in psql("jirani", "jirani", closed)

    assert shell(commands("postgresql back-up"), tmp_path, **server) == (0, "", "")
    refused = shell("pg_dump --username=jirani_owner jirani", tmp_path, **server)
    assert "row-level security" in refused[2]
    restored = shell(commands("postgresql restore"), tmp_path, **server)
    assert restored[::2] == (0, "")

    for fact in FACTS:
        assert psql("postgres", "jirani_restored", fact) == psql("postgres", "jirani", fact)
    assert psql("jirani", "jirani_restored", "SELECT count(*) FROM services") == "0\n"
    copy = address(server, "jirani", "jirani_restored")
    assert here("migrate", "--check", database_url=copy)[0] == 0
    assert here("seed", database_url=copy, **everyday) == seeded
