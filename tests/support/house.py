"""The services over a test's own database and Redis, with a clock that stands still."""

from datetime import UTC, datetime

from agent.reader import TrainedReader
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.payments import PaymentGateway
from jirani.services import Services
from jirani.services.clock import Ids, SetClock
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.mutex import ThreadMutex
from jirani.store.redis_client import Breaker, Client
from jirani.store.work import Store
from prompts.library import Prompts

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)  # 09:00 in Nairobi
SECRET = b"known to the tests"


def opened(
    store: Store,
    redis: Client,
    clock: SetClock,
    gateway: PaymentGateway,
    channel: MemoryChannel,
) -> Services:
    """Put services together as the door does."""
    breaker = Breaker()
    return Services(
        store=store,
        holds=SlotHolds(redis, breaker),
        mutex=ThreadMutex(redis, breaker),
        limits=RateLimit(redis, breaker),
        clock=clock,
        ids=Ids(clock, seed=1),
        gateway=gateway,
        channels={channel.name: channel},
        reader=TrainedReader(),
        prompts=Prompts(),
        callback_secret=SECRET,
    )
