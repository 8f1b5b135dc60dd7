"""A turn that is watched, beside one that nobody watches."""

from itertools import count

from structlog.typing import Processor

from agent.turn import Guest
from app import logs
from app.settings import Settings
from app.watching import setup_watching
from evals.bench.timing import Compared, Times
from evals.bench.turning import ASKED, WARM_UP
from jirani.services import Services
from jirani.services.threads import receive
from jirani.store.redis_client import Breaker

TURNS = 60
NOWHERE = "http://127.0.0.1:9"  # nobody listens there: what a collector that is down costs


async def watching(services: Services, business_id: str) -> list[Compared]:
    """Measure whole turns on SQLite: counted, as without an endpoint, and traced to one."""
    guest, peers = Guest(services), count()

    async def turn() -> None:
        received = await receive(services, business_id, "bench", f"watched-{next(peers)}", ASKED)
        await guest.answer(business_id, received)

    async def timed(times: Times, *seen: Processor, trace: bool = False) -> None:
        logs.configure("critical", seen=seen)
        if tracing.export:
            tracing.export.trace(trace)
        await times.add(turn)

    counting = setup_watching(Settings(otlp_endpoint=None))
    tracing = setup_watching(Settings(otlp_endpoint=NOWHERE))
    tracing.observe(services.store, Breaker())
    counted, traced, beside = Times(), Times(), Times()
    for _ in range(WARM_UP + TURNS):
        await timed(counted, *counting.processors)
        await timed(traced, *tracing.processors, trace=True)
        await timed(beside)
    await tracing.shutdown()
    logs.configure("error")
    for times in (counted, traced, beside):
        del times.seconds[:WARM_UP]
    return [
        Compared.at(50, "one turn, its events counted", counted, "one turn, unwatched", beside),
        Compared.at(50, "one turn, traced, collector down", traced, "one turn, unwatched", beside),
    ]
