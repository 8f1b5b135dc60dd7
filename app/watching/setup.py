"""Beginning to watch a process as its settings say, and ending it."""

import asyncio
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING

from structlog.typing import Processor

from app.settings import Settings
from app.watching import measures
from app.watching.readings import counted, with_trace
from jirani.services.log import log
from jirani.store.redis_client import Breaker, RedisState
from jirani.store.watching import connections, trace_queries
from jirani.store.work import Store

if TYPE_CHECKING:
    from app.watching.export import Export

PATIENCE = 5.0  # real seconds for the last spans and metrics to leave


def setup_watching(settings: Settings) -> "Watching":
    """Begin to watch this process; OpenTelemetry's SDK is loaded only if an endpoint is set."""
    if settings.otlp is None:
        return Watching()
    from app.watching.export import Export  # half a second that nobody pays who has no endpoint

    headers = settings.otlp_headers
    return Watching(
        Export(
            settings.otlp,
            headers.get_secret_value() if headers else None,
            content=settings.otlp_content,
        )
    )


class Watching:
    """What is watched of a process, until its `shutdown`."""

    def __init__(self, export: "Export | None" = None) -> None:
        self.export = export

    @property
    def processors(self) -> Sequence[Processor]:
        """What log events pass before the log level has its say, for `logs.configure`."""
        return (counted, with_trace) if self.export else (counted,)

    def observe(self, store: Store, breaker: Breaker) -> None:
        """Watch the database and Redis of this process."""
        if self.export:
            trace_queries(store.engine, self.export.spans.get_tracer("jirani.store"))
            if self.export.content:
                log.warning("watching.content_leaves")
        measures.CONNECTIONS.source = lambda: {
            (state,): number for state, number in connections(store.engine).items()
        }
        measures.REDIS_AWAY.source = lambda: {(): float(breaker.state is RedisState.UNAVAILABLE)}

    async def shutdown(self) -> None:
        """Let what was gathered leave, for 5 s at most, and watch no longer."""
        if self.export is None:
            return
        self.export.trace(False)
        # A thread that is left alone: a collector that hangs must not keep the process.
        last = Thread(target=self.export.close, daemon=True)
        last.start()
        await asyncio.to_thread(last.join, PATIENCE)
        self.export = None
