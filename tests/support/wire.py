"""A small HTTP server on the loopback: a test decides what it answers, how slowly, how badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Answering = Callable[["Exchange"], Awaitable[None]]
PLAIN, EVENTS = "application/json", "text/event-stream"


@dataclass
class Exchange:
    """One request, and the line its answer goes over."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    reader: asyncio.StreamReader = field(repr=False)
    writer: asyncio.StreamWriter = field(repr=False)

    async def whole(
        self, body: Any, status: int = 200, *, headers: dict[str, str] | None = None
    ) -> None:
        """Answer at once; a text goes as it is, anything else as JSON."""
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        given = {"Content-Type": PLAIN, "Content-Length": str(len(content)), **(headers or {})}
        await self._send(_head(status, given) + content)

    async def begin(self, content_type: str = EVENTS) -> None:
        """Begin an answer that comes in pieces."""
        await self._send(_head(200, {"Content-Type": content_type, "Transfer-Encoding": "chunked"}))

    async def pieces(self, pieces: Iterable[str]) -> None:
        """Send some of it."""
        for piece in pieces:
            content = piece.encode()
            await self._send(b"%x\r\n%b\r\n" % (len(content), content))

    async def end(self) -> None:
        """Say that this was all."""
        await self._send(b"0\r\n\r\n")

    async def stall(self) -> None:
        """Send nothing more until the other side has had enough."""
        await self.reader.read()

    def hang_up(self) -> None:
        """Leave in the middle of it."""
        self.writer.transport.abort()

    async def _send(self, content: bytes) -> None:
        self.writer.write(content)
        await self.writer.drain()


@asynccontextmanager
async def serving(answer: Answering) -> AsyncIterator[str]:
    """Serve for the block; the address is handed out."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await _head_of(reader):
                first, headers = head
                content = await reader.readexactly(int(headers.get("content-length", "0")))
                path = first.split(" ")[1]
                await answer(Exchange(path, headers, json.loads(content), reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()


async def _head_of(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    try:
        text = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = text.strip().split("\r\n")
    pairs = (line.split(": ", 1) for line in lines)
    return first, {name.lower(): value for name, value in pairs}


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
