"""A Redis client whose callers share one line, and need not wait for each other's answers."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.connection import Connection
from redis.exceptions import ConnectionError as Lost
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TooLate

# Commands in one writing, and writings before an answer is read: the server works on one while the
# next is written and the callers of the last go on.
_MOST, _AHEAD = 12, 2
_LOST = (Lost, TooLate, OSError)


class _Call(NamedTuple):
    """A command that somebody waits for."""

    command: tuple[Any, ...]
    options: dict[str, Any]
    answer: asyncio.Future[Any]


class SharedRedis(Redis):
    """Sends what callers ask for over one line without waiting in between, several times as fast.

    Commands reach the server in the order in which they were asked for, so a release never
    overtakes the hold it follows. An error that the server answers is its caller's own; a server
    that is lost, after one repetition of what it has not answered, fails all who wait. A caller
    that is cancelled harms nobody; what it asked for may still be done. Commands that block must
    not be sent.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._waiting: deque[_Call] = deque()
        self._sender: asyncio.Task[None] | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Let a command go with the next writing; return its answer."""
        loop = asyncio.get_running_loop()
        call = _Call(args, options, loop.create_future())
        self._waiting.append(call)
        if self._sender is None:
            self._sender = loop.create_task(self._serve())
        return await call.answer

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close the client after what is under way, which its caller may have given up."""
        if self._sender:
            await asyncio.wait([self._sender])
        await super().aclose(close_connection_pool)

    async def _serve(self) -> None:
        """Send and answer until nobody waits; whoever cannot be answered is told why."""
        written: deque[deque[_Call]] = deque()
        try:
            pool: Any = self.connection_pool  # its methods have no types
            line = await pool.get_connection()
            try:
                await self._converse(line, written)
            finally:
                await pool.release(line)
        except BaseException as error:
            # Nobody who waits will be answered: also a loop that ends cancels who asks for all.
            _fail([*(call for calls in written for call in calls), *self._waiting], error)
            self._waiting.clear()
            if not isinstance(error, (*_LOST, asyncio.CancelledError)):
                raise
        finally:
            self._sender = None

    async def _converse(self, line: Connection, written: deque[deque[_Call]]) -> None:
        repeated = False
        while self._waiting or written:
            try:
                if self._waiting and len(written) < _AHEAD:
                    await self._write(line, written)
                else:
                    await self._read(line, written[0])
                    written.popleft()
                    repeated = False
                    await asyncio.sleep(0)  # those who were answered may ask for more
            except _LOST:
                await line.disconnect(nowait=True)
                if repeated:
                    raise
                repeated = True
                self._waiting.extendleft(
                    call for calls in reversed(written) for call in reversed(calls)
                )
                written.clear()

    async def _write(self, line: Connection, written: deque[deque[_Call]]) -> None:
        calls, packed = deque[_Call](), list[bytes]()
        while self._waiting and len(calls) < _MOST:
            call = self._waiting.popleft()
            if call.answer.done():  # given up before it was sent
                continue
            try:
                packed += line.pack_command(*call.command)
            except Exception as error:
                _tell(call, error)
            else:
                calls.append(call)
        if calls:
            written.append(calls)
            await line.send_packed_command(packed)

    async def _read(self, line: Connection, calls: deque[_Call]) -> None:
        while calls:
            call = calls[0]
            try:
                answer = await self.parse_response(line, call.command[0], **call.options)
            except ResponseError as error:
                answer = error
            calls.popleft()
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
