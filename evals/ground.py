"""What all scenarios of one run share: template databases, one Redis, the words, a model."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from pydantic_ai.models import Model
from structlog.testing import LogCapture

from agent.reader import TrainedReader
from evals.seeding import make_business
from jirani.connectors.channels import Channel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Services
from jirani.services.clock import Clock, Ids, SetClock
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.migrate import migrate
from jirani.store.mutex import ThreadMutex
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.redis_server import ensure_server, stop_server
from jirani.store.work import Store
from prompts.library import Prompts

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
Made = tuple[Path, str]  # a database and the id of its business


class Ground:
    """Made once a run; databases are migrated and filled once for each kind of business."""

    def __init__(self, folder: Path, redis: Path, model: Model | None) -> None:
        self.folder = folder
        self.redis = redis
        self.prompts = Prompts()
        self.model = model
        self._made: dict[str, Made] = {}

    async def copy(self, base: Any, payment: str, name: str) -> Made:
        """Copy the database of a kind of business to a new file; make it if it is the first."""
        kind = json.dumps([base, payment], sort_keys=True)
        if kind not in self._made:
            self._made[kind] = await self._make(base, payment)
        template, business_id = self._made[kind]
        return Path(shutil.copy(template, self.folder / f"{name}.db")), business_id

    async def _make(self, base: Any, payment: str) -> Made:
        file = self.folder / f"template-{len(self._made)}.db"
        empty = self.folder / "empty.db"
        if not empty.exists():
            engine = open_engine(sqlite(empty))
            await migrate(engine)
            await engine.dispose()
        shutil.copy(empty, file)
        clock = SetClock(LONG_AGO)
        gateway = MemoryGateway(clock.now)
        opened = Opened(self, sqlite(file), clock, gateway, {}, Breaker(), seed=0)
        try:
            return file, await make_business(opened.services, base, payment)
        finally:
            await opened.close()


def sqlite(file: Path) -> str:
    """Return the address of a database in a file."""
    return f"sqlite+aiosqlite:///{file}"


class Opened:
    """Services over one database, and what must be closed with them."""

    def __init__(
        self,
        ground: Ground,
        database: str,
        clock: Clock,
        gateway: MemoryGateway,
        channels: dict[str, Channel],
        breaker: Breaker,
        seed: int,
    ) -> None:
        self.client = open_redis(ground.redis)
        self.services = Services(
            store=Store(open_engine(database)),
            holds=SlotHolds(self.client, breaker),
            mutex=ThreadMutex(self.client, breaker),
            limits=RateLimit(self.client, breaker),
            clock=clock,
            ids=Ids(clock, seed),
            gateway=gateway,
            channels=channels,
            reader=TrainedReader(),
            prompts=ground.prompts,
            callback_secret=b"eval",
        )

    async def close(self) -> None:
        """Give back the database and Redis."""
        await self.services.store.close()
        await self.client.aclose()


@contextmanager
def ground(model: Model | None = None) -> Iterator[Ground]:
    """Prepare a run; to be used from the main thread, which starts the Redis server.

    `model` answers the guests; None is the offline one.

    Raises:
        RedisUnavailable: no server can be had.
    """
    with tempfile.TemporaryDirectory(prefix="evals-") as folder:
        redis = Path(folder) / "redis"
        try:
            yield Ground(Path(folder), ensure_server(redis), model)
        finally:
            stop_server(redis)


@contextmanager
def logs_captured() -> Iterator[LogCapture]:
    """Keep every log event instead of writing it."""
    before, capture = structlog.get_config(), LogCapture()
    structlog.configure(
        processors=[capture],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        cache_logger_on_first_use=False,
    )
    try:
        yield capture
    finally:
        structlog.configure(**before)
