"""A Redis client whose callers share round trips."""

import asyncio
from contextlib import suppress
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import TimeoutError as TooLate

# Commands in one round trip. Of 50 callers, some go on here while the server works for the others.
_MOST = 32
# Nobody who waits will be answered: also a loop that ends cancels who asks for all.
_LOST = (Lost, TooLate, OSError, asyncio.CancelledError)


class _Call(NamedTuple):
    """A command that somebody waits for."""

    command: tuple[Any, ...]
    options: dict[str, Any]
    answer: asyncio.Future[Any]


class SharedRedis(Redis):
    """Sends what callers ask for in one moment as one pipeline, several times as fast.

    One pipeline is under way at a time, and what is asked for meanwhile goes with the next: so
    commands reach the server in the order in which they were asked for, and a release never
    overtakes the hold it follows. An error that the server answers is its caller's own; a server
    that is lost, after the library's one repetition, fails all who wait. A caller that is cancelled
    harms nobody; what it asked for may still be done. Commands that block must not be sent.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._waiting: list[_Call] = []
        self._sender: asyncio.Task[None] | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Let a command go with the next pipeline; return its answer."""
        loop = asyncio.get_running_loop()
        call = _Call(args, options, loop.create_future())
        self._waiting.append(call)
        if self._sender is None:
            self._sender = loop.create_task(self._send_all())
        return await call.answer

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close the client after what is under way, which its caller may have given up."""
        if self._sender:
            await asyncio.wait([self._sender])
        await super().aclose(close_connection_pool)

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                taken, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                await self._send([call for call in taken if not call.answer.done()])
        except BaseException as error:
            # Those behind would each wait as long to learn the same.
            waiting, self._waiting = self._waiting, []
            _fail(waiting, error)
            if not isinstance(error, _LOST):
                raise
        finally:
            self._sender = None

    async def _send(self, calls: list[_Call]) -> None:
        """Ask all in one round trip. Raises, after telling the callers, when the server is lost."""
        pipeline = self.pipeline(transaction=False)
        for call in calls:
            pipeline.execute_command(*call.command, **call.options)
        try:
            answers = await pipeline.execute(raise_on_error=False)
        except BaseException as error:
            if isinstance(error, _LOST) or not isinstance(error, Exception):
                _fail(calls, error)
                raise
            # One of them cannot be sent, and nothing was: alone, each learns its own.
            for call in calls if len(calls) > 1 else ():
                await self._send([call])
            if len(calls) == 1:
                _fail(calls, error)
        else:
            for call, answer in zip(calls, answers, strict=True):
                _tell(call, answer)


def _fail(calls: list[_Call], error: BaseException) -> None:
    for call in calls:
        _tell(call, error)


def _tell(call: _Call, answer: Any) -> None:
    with suppress(asyncio.InvalidStateError):  # cancelled meanwhile
        if isinstance(answer, asyncio.CancelledError):
            call.answer.cancel()
        elif isinstance(answer, BaseException):
            call.answer.set_exception(answer)
        else:
            call.answer.set_result(answer)
