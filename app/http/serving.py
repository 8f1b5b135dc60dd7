"""Running the application: one event loop, and an end at which turns finish."""

import signal
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from types import FrameType

import uvicorn
from uvicorn.server import HANDLED_SIGNALS

from agent.turn import Guest
from app.accounts import kept_fresh
from app.http.application import application
from app.http.door import Door
from app.http.turns import Turns
from app.phones import phones
from app.settings import Settings
from app.watching.scheduler import counting
from jirani.services import Services
from jirani.services.log import log
from jirani.store.news import News
from scheduler.clockwork import ticking

STREAMS_END = 5  # seconds for open connections once every stream was asked to end


class Server(uvicorn.Server):
    """Tells the door before it waits for connections: an event stream would never end."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take a signal to end."""
        self._door.closing.set()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals, and unlike uvicorn do not raise them again: turns are finished first."""
        if threading.current_thread() is not threading.main_thread():
            yield  # none comes here
            return
        before = {each: signal.signal(each, self.handle_exit) for each in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


@asynccontextmanager
async def opened_door(
    services: Services, news: News, guest: Guest, settings: Settings, *, jobs: bool
) -> AsyncIterator[Door]:
    """Open the door; with `jobs`, also do in this process what a scheduler would.

    At the end turns under way are finished, within the patience that is set.
    """
    token = settings.metrics_token
    door = Door(
        services,
        news,
        Turns(services, guest, news, burst=settings.burst_wait),
        metrics_token=token.get_secret_value() if token else None,
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(news.running())
        await stack.enter_async_context(phones(services))  # for what this process charges itself
        if jobs:
            await stack.enter_async_context(counting(services))
            await stack.enter_async_context(ticking(replace(services, answerer=guest, talks=guest)))
        else:
            await stack.enter_async_context(kept_fresh(services))
        try:
            yield door
        finally:
            door.closing.set()
            if not await door.turns.finished(settings.shutdown_patience):
                log.warning("http.turns_cut_off", turns=len(door.turns))
            await door.readings.ended()


def server_of(door: Door, settings: Settings) -> Server:
    """Return the server that stands behind an open door."""
    config = uvicorn.Config(
        application(door),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="off",
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=STREAMS_END,
        h11_max_incomplete_event_size=16 * 1024,
    )
    return Server(config, door)


async def serve(door: Door, settings: Settings, listening: socket.socket) -> None:
    """Serve until a signal asks to end; raises nothing for the signal."""
    await server_of(door, settings).serve(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything else is started. Raises OSError if it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named: asyncio sends small answers at once over sockets known to be TCP.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    listening.set_inheritable(True)
    return listening
