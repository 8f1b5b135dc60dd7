"""The moments that stand in a database's rows: the likeliest ones for something to become due."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

_SCHEME = "sqlite+aiosqlite:///"
_FORM = "%Y-%m-%d %H:%M:%S.%f"
_COLUMNS = """
SELECT t.name, c.name FROM sqlite_master AS t JOIN pragma_table_info(t.name) AS c
WHERE t.type = 'table' AND c.type = 'DATETIME'
"""


def moments(database: str, after: datetime, until: datetime) -> set[datetime]:
    """Return every moment in any row of an SQLite file; of another database none are known."""
    if not database.startswith(_SCHEME):
        return set()
    told = {"after": _written(after), "until": _written(until)}
    with closing(sqlite3.connect(database.removeprefix(_SCHEME))) as connection:
        each = [
            f'SELECT "{column}" FROM "{table}" WHERE "{column}" > :after AND "{column}" <= :until'
            for table, column in connection.execute(_COLUMNS)
        ]
        found = connection.execute(" UNION ".join(each), told).fetchall() if each else []
    return {datetime.strptime(text, _FORM).replace(tzinfo=UTC) for (text,) in found}


def _written(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_FORM)
