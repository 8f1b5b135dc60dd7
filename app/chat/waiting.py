"""Waiting for a line without holding anybody up."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

Line = TypeVar("Line")


async def line_from(read: Callable[[], Line]) -> Line:
    """Await a blocking read; unlike with `asyncio.to_thread`, nobody who leaves waits for it."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[Line] = loop.create_future()

    def settle(settling: Callable[[], None]) -> None:
        if not line.done():  # else whoever asked has left
            settling()

    def work() -> None:
        try:
            settling = partial(line.set_result, read())
        except BaseException as error:
            settling = partial(line.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, settling)

    threading.Thread(target=work, name="waits for a line", daemon=True).start()
    return await line
