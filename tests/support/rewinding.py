"""Going back to a moment, with its rows and keys in Redis; and letting time pass for Redis."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine

from jirani.store.tables import TABLES

# Redis counts real seconds: here they pass with the test's clock.
_PASS = """
for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key) - ARGV[1]
  if left > 0 then redis.call('PEXPIRE', key, left) else redis.call('DEL', key) end
end
"""


async def pass_in_redis(redis: Redis, by: timedelta) -> None:
    """Shorten every key's life, as if so much real time had passed."""
    await redis.eval(_PASS, 0, str(by // timedelta(milliseconds=1)))


@dataclass(frozen=True)
class Moment:
    """The rows of each table, and each key of Redis with its value and the life it has left."""

    rows: list[tuple[str, list[dict[str, Any]]]]
    keys: list[tuple[str, Any, int]]


async def remember(engine: AsyncEngine, redis: Redis) -> Moment:
    """Remember how things are."""
    async with engine.connect() as connection:
        rows = [
            (table.name, [dict(row) for row in found.mappings()])
            for table in TABLES
            for found in [await connection.execute(table.select())]
        ]
    names = sorted([name async for name in redis.scan_iter()])
    keys = [(name, await redis.get(name), await redis.pttl(name)) for name in names]
    return Moment(rows, keys)


async def go_back(moment: Moment, engine: AsyncEngine, redis: Redis) -> None:
    """Make everything as it was."""
    tables = {table.name: table for table in TABLES}
    async with engine.begin() as connection:
        for table in reversed(TABLES):
            await connection.execute(table.delete())
        for name, rows in moment.rows:
            if rows:
                await connection.execute(tables[name].insert(), rows)
    await redis.flushall()
    for name, value, life in moment.keys:
        await redis.set(name, value, px=life)
