"""Watching the scheduler: the outbox counted, and a small listener for /metrics and /healthz."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from http import HTTPStatus

from app.settings import Settings
from app.watching import measures
from app.watching.instruments import Labels
from app.watching.page import metrics_page
from jirani.services import Services
from jirani.services.log import log

EVERY = 15.0  # real seconds between two counts of the outbox
PATIENCE = 5.0  # real seconds for a request to be said
LONGEST = 8 * 1024  # bytes of one line of it
STATES = ("ready", "claimed", "sending")


@asynccontextmanager
async def watching_scheduler(settings: Settings, services: Services) -> AsyncIterator[None]:
    """Count the outbox now and then, and answer on the port that is set, until the block ends.

    Where nobody could see it, nothing is done. Raises OSError if the address is taken.
    """
    async with AsyncExitStack() as stack:
        if port := settings.scheduler_metrics_port:
            host = settings.scheduler_metrics_host
            await stack.enter_async_context(listening(host, port))
        if port or settings.otlp:
            await stack.enter_async_context(counting(services))
        yield


@asynccontextmanager
async def counting(services: Services) -> AsyncIterator[None]:
    """Count the outbox now and then, until the block ends."""
    task = asyncio.create_task(_keep_counting(services))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[int]:
    """Answer /metrics and /healthz; yields the port, which is chosen if 0 was asked for."""
    server = await asyncio.start_server(_answered, host, port, limit=LONGEST)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def count_outbox(services: Services) -> None:
    """Take down how many entries wait in the outbox, and how long ago the first could have left."""
    now = services.clock.now()
    async with services.store.queues() as queues:
        waiting = await queues.waiting()
    entries: dict[Labels, float] = {(state,): waiting.get(state, (0, now))[0] for state in STATES}
    overdue = max((now - waiting.get("ready", (0, now))[1]).total_seconds(), 0.0)
    measures.OUTBOX.source = lambda: entries
    measures.OVERDUE.source = lambda: {(): overdue}


async def _keep_counting(services: Services) -> None:
    while True:
        try:
            await count_outbox(services)
        except Exception as error:  # the database is away: what was last known stays
            log.warning("watching.failed", error=type(error).__name__)
        await asyncio.sleep(EVERY)


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one request and close; what is no request is closed without a word."""
    with suppress(OSError, ValueError, TimeoutError):
        async with asyncio.timeout(PATIENCE):
            words = (await reader.readline()).decode("latin-1").split()
            while (await reader.readline()).strip():
                continue
            if len(words) == 3:
                writer.write(_answer(words[0], words[1].partition("?")[0]))
                await writer.drain()
    writer.close()


def _answer(method: str, path: str) -> bytes:
    body, kind = b"", "text/plain; charset=utf-8"
    if method not in ("GET", "HEAD"):
        status = HTTPStatus.METHOD_NOT_ALLOWED
    elif path == "/metrics":
        status, (body, kind) = HTTPStatus.OK, metrics_page()
    elif path == "/healthz":
        status, body, kind = HTTPStatus.OK, b'{"status":"ok"}', "application/json"
    else:
        status = HTTPStatus.NOT_FOUND
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + (b"" if method == "HEAD" else body)
