"""A salon that is made new for each history: one event loop, one database, one Redis."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, text

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import PaymentPolicy
from jirani.services.clock import Ids, SetClock
from jirani.store.engine import open_engine
from jirani.store.redis_client import open_redis
from jirani.store.tables import TABLES
from jirani.store.work import Store
from tests.support.dying import Death, mortal
from tests.support.house import MONDAY, opened
from tests.support.laws import broken
from tests.support.rewinding import pass_in_redis
from tests.support.salon import SERVICES, Salon, open_salon
from tests.support.seeing import Seen, see

Answer = TypeVar("Answer")

# What stays from history to history: who sells what, and who works when.
_STAYS = {"businesses", "services", "staff", "staff_services", "staff_hours", "service_relations"}


class Ground:
    """Where histories take place one after another, from code that is not async."""

    def __init__(self, database: URL, redis: Path) -> None:
        self.name = database.get_backend_name()
        self.runner = asyncio.Runner()
        self.clock = SetClock(MONDAY)
        self.death = Death()
        self.redis = open_redis(redis)
        self.store = Store(open_engine(database, pool=4))
        self.gateway = MemoryGateway(self.clock.now)
        services = opened(self.store, self.redis, self.clock, self.gateway, MemoryChannel())
        self._salons = {
            policy: self.run(open_salon(services, policy, slug=str(policy)))
            for policy in PaymentPolicy
        }

    def run(self, doing: Coroutine[Any, Any, Answer]) -> Answer:
        """Run something to its end."""
        return self.runner.run(doing)

    @contextmanager
    def history(self, policy: PaymentPolicy) -> Iterator[Salon]:
        """Lend a salon to which nobody has come yet, in a process that can be killed."""
        self.clock.at = MONDAY
        self.run(self._clean())
        self.gateway = MemoryGateway(self.clock.now)
        salon = self._salons[policy]
        services = replace(
            salon.services,
            ids=Ids(self.clock, seed=1),
            gateway=self.gateway,
            channels={"memory": MemoryChannel()},
        )
        with mortal(services, self.redis, self.death) as dying:
            yield replace(salon, services=dying, known=0)

    async def _clean(self) -> None:
        await self.redis.flushall()
        async with self.store.engine.begin() as connection:
            for table in reversed(TABLES):
                if table.name not in _STAYS:
                    await connection.execute(table.delete())
            for service in SERVICES:
                price = text("UPDATE services SET price = :price WHERE id = :id")
                await connection.execute(price, {"price": service.price, "id": service.id})

    def waits(self, by: timedelta) -> None:
        """Let time pass, for the salon and for Redis alike."""
        self.clock.advance(by)
        if by:
            self.run(pass_in_redis(self.redis, by))

    def look(self, *, swept: bool) -> tuple[Seen, list[tuple[str, str]]]:
        """See every row, and which laws they break."""
        return self.run(self._look(swept))

    async def _look(self, swept: bool) -> tuple[Seen, list[tuple[str, str]]]:
        async with self.store.engine.connect() as connection:
            seen = await see(connection)
            return seen, await broken(connection, self.clock.now(), swept=swept)

    def close(self) -> None:
        """Give back what was opened."""
        self.run(self.store.close())
        self.run(self.redis.aclose())
        self.runner.close()
