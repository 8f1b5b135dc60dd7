"""A copy of the SQLite database, whole and consistent, while others go on writing."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url


class NoBackup(RuntimeError):
    """There is nothing here that this way of backing up can copy; the message says what to do."""


def back_up(database: str, copy: Path) -> None:
    """Copy the database at this address into a new file.

    Raises NoBackup for a database that is not a SQLite file, one that is not there, a full disk,
    and a copy that turns out damaged.
    """
    url = make_url(database)
    if url.get_backend_name() != "sqlite":
        raise NoBackup(
            "This is for SQLite. PostgreSQL is backed up with pg_dump: see docs/operating.md."
        )
    if not url.database or not Path(url.database).is_file():
        raise NoBackup(f"There is no database at {url.database or 'that address'}.")
    try:
        with closing(sqlite3.connect(url.database, timeout=10)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        with closing(sqlite3.connect(copy)) as made:
            ((found,),) = made.execute("PRAGMA quick_check(1)")
    except sqlite3.Error as error:
        raise NoBackup(f"The database cannot be copied: {error}.") from error
    if found != "ok":
        raise NoBackup(f"The copy is damaged, and so may the database be: {found}.")
