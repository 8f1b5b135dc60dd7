"""PostgreSQL databases that are lent again and again: emptied after a test instead of copied.

Copying the template and dropping the copy cost several times what a usual test does.
"""

from dataclasses import dataclass
from typing import Any

import asyncpg

from jirani.store.tables import TABLES

# A row of a catalogue that changed has another `xmin`: whatever a test did to the schema shows.
_OURS = "SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace"
_SCHEMA = f"""
SELECT md5(string_agg(found, ' ' ORDER BY found)) FROM (
  SELECT 'class ' || oid || ' ' || xmin AS found
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'column ' || attrelid || ' ' || attnum || ' ' || xmin
    FROM pg_attribute WHERE attrelid IN ({_OURS})
  UNION ALL SELECT 'constraint ' || oid || ' ' || xmin
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'policy ' || oid || ' ' || xmin FROM pg_policy
  UNION ALL SELECT 'trigger ' || oid || ' ' || xmin FROM pg_trigger
  UNION ALL SELECT 'function ' || oid || ' ' || xmin
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
  UNION ALL SELECT 'schema ' || oid || ' ' || xmin FROM pg_namespace WHERE nspname !~ '^pg_'
  UNION ALL SELECT 'revision ' || version_num || ' ' || xmin FROM alembic_version
) AS everything
"""
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# As a replica applies changes: no trigger looks at what else would be left pointing nowhere.
_EMPTY = ";".join(
    (
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table.name}" for table in TABLES),
    )
)
_TIMES = 200  # what was deleted stays in the files


@dataclass
class Lendable:
    """A migrated database without rows, whenever it is not lent."""

    folder: str
    name: str
    schema: str = ""
    times: int = 0

    @classmethod
    async def of(cls, folder: str, name: str) -> "Lendable":
        """Take a new database, and remember its schema."""
        made = cls(folder, name)
        connection = await made._connect()
        made.schema = await connection.fetchval(_SCHEMA)
        await connection.close()
        return made

    async def emptied(self) -> bool:
        """Throw out whoever is still in it and delete all rows; tell if it may be lent again.

        It may not be if anything but rows has changed.
        """
        self.times += 1
        connection = await self._connect()
        try:
            await connection.execute(_OTHERS)
            if self.times == _TIMES or await connection.fetchval(_SCHEMA) != self.schema:
                return False
            await connection.execute(_EMPTY)
        finally:
            await connection.close()
        return True

    async def _connect(self) -> Any:
        return await asyncpg.connect(host=self.folder, user="owner", database=self.name)
