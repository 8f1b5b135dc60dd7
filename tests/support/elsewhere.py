"""Somebody outside who lives in another process: what they were told outlives who told them."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jirani.connectors.pms import PmsUnavailable


class Elsewhere:
    """A PMS or a mail carrier in another process; `known` are what it has beside calls."""

    def __init__(self, socket: Path, whose: str, **known: Any) -> None:
        self._socket, self._whose = socket, whose
        self.__dict__.update(known)

    def __getattr__(self, call: str) -> Any:
        if call.startswith("__"):
            raise AttributeError(call)

        async def asked(*args: Any, **named: Any) -> Any:
            reader, writer = await asyncio.open_unix_connection(self._socket)
            try:
                writer.write(pickle.dumps((self._whose, call, args, named)))
                writer.write_eof()
                answer, unavailable = pickle.loads(await reader.read())
            finally:
                writer.close()
                await writer.wait_closed()
            if unavailable:
                reason, detail, retry_after = unavailable
                raise PmsUnavailable(reason, detail, retry_after=retry_after)
            return answer

        return asked


@asynccontextmanager
async def served(socket: Path, **others: Any) -> AsyncIterator[None]:
    """Answer what other processes ask, until the block ends."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said: tuple[Any, Any]
        try:
            whose, call, args, named = pickle.loads(await reader.read())
        except EOFError:  # it was killed before it had asked
            writer.close()
            return
        try:
            said = await getattr(others[whose], call)(*args, **named), None
        except PmsUnavailable as away:
            said = None, (away.reason, away.detail, away.retry_after)
        writer.write(pickle.dumps(said))
        writer.close()

    async with await asyncio.start_unix_server(answer, socket):
        yield
