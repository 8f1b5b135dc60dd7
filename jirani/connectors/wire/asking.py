"""One call of an outside system: asked once, and whatever happens is told in our words.

A read answers with JSON or raises `PmsUnavailable`. A write never raises: it says whether the
system took it, refused it, has not seen it, or may have done it (`unknown`: look first). Nothing
is tried again here but a call that was refused because its token had died.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx2

from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire.authority import Authority
from jirani.connectors.wire.pacing import Pace

LARGEST = 8 * 1024 * 1024  # bytes of an answer
LONGEST_WAIT = timedelta(hours=24)
TIMEOUT = httpx2.Timeout(connect=5.0, read=20.0, write=10.0, pool=5.0)
_NEVER_LEFT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_DEAD_TOKEN = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

Params = Mapping[str, str | int | list[str] | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a write; `body` is the JSON it answered with, None where it was empty."""

    outcome: WriteOutcome
    body: Any = None
    status: int | None = None
    reason: str = ""
    retry_after: timedelta | None = None


_UNREADABLE = object()


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    content: bytes
    retry_after: timedelta | None

    def json(self) -> Any:
        """Return what was answered, None for nothing at all."""
        try:
            return json.loads(self.content) if self.content.strip() else None
        except (ValueError, RecursionError):
            return _UNREADABLE


class Wire:
    """Asks one account of one system. Neither a token nor a body is ever logged or raised."""

    def __init__(
        self, base: str, client: httpx2.AsyncClient, authority: Authority, pace: Pace
    ) -> None:
        """`base`: the address all paths begin with, without a slash at its end."""
        self._base = base
        self._client = client
        self._authority = authority
        self._pace = pace

    async def read(self, path: str, params: Params | None = None, *, method: str = "GET") -> Any:
        """Read JSON; None where there is nothing of that id (404).

        Raises PmsUnavailable.
        """
        answer = await self._asked(method, path, params, None)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.outcome is WriteOutcome.ACCEPTED:
            return answer.body
        raise PmsUnavailable(
            Wrong(answer.reason), _where(path, answer.status), retry_after=answer.retry_after
        )

    async def write(
        self, method: str, path: str, body: Any = None, params: Params | None = None
    ) -> Answer:
        """Write JSON, and say what became of it."""
        return await self._asked(method, path, params, body)

    async def _asked(self, method: str, path: str, params: Params | None, body: Any) -> Answer:
        for again in (False, True):
            try:
                await self._pace.turn()
                headers = await self._authority.headers()
            except PmsUnavailable as waits:
                return Answer(
                    WriteOutcome.RETRY, reason=waits.reason, retry_after=waits.retry_after
                )
            reply = await self._sent(method, path, params, body, headers)
            if isinstance(reply, Answer):
                return reply
            if again or reply.status not in _DEAD_TOKEN or not await self._better(headers):
                return self._read(reply)
        raise AssertionError("the second time returns")

    async def _better(self, headers: Mapping[str, str]) -> bool:
        try:
            return await self._authority.refused(headers)
        except PmsUnavailable:
            return False

    async def _sent(
        self,
        method: str,
        path: str,
        params: Params | None,
        body: Any,
        headers: Mapping[str, str],
    ) -> _Reply | Answer:
        told = {name: value for name, value in (params or {}).items() if value is not None}
        content = None if body is None else json.dumps(body).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        try:
            async with self._client.stream(
                method,
                self._base + path,
                params=told or None,
                content=content,
                headers={"Accept": "application/json", **kind, **headers},
                timeout=TIMEOUT,
            ) as response:
                content = await _content(response)
                if content is None:
                    return Answer(WriteOutcome.UNKNOWN, None, None, Wrong.MALFORMED)
                return _Reply(response.status_code, content, told_to_wait(response.headers))
        except _NEVER_LEFT:
            return Answer(WriteOutcome.RETRY, reason=Wrong.DOWN)
        except httpx2.TimeoutException:
            return Answer(WriteOutcome.UNKNOWN, reason=Wrong.TIMEOUT)
        except httpx2.HTTPError:
            return Answer(WriteOutcome.UNKNOWN, reason=Wrong.DOWN)

    def _read(self, reply: _Reply) -> Answer:
        status, after = reply.status, reply.retry_after
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._pace.pause(after or timedelta(seconds=10))
            return Answer(WriteOutcome.RETRY, None, status, Wrong.RATE_LIMITED, after)
        if status in _DEAD_TOKEN:  # a host puts that right, and what was meant is done then
            return Answer(WriteOutcome.RETRY, None, status, Wrong.REFUSED, after)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
            return Answer(WriteOutcome.UNKNOWN, None, status, Wrong.DOWN, after)
        body = reply.json()
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            wrong = Wrong.NOT_FOUND if status == HTTPStatus.NOT_FOUND else Wrong.REFUSED
            told = None if body is _UNREADABLE else body
            return Answer(WriteOutcome.REJECTED, told, status, wrong)
        if body is _UNREADABLE:
            return Answer(WriteOutcome.UNKNOWN, None, status, Wrong.MALFORMED)
        return Answer(WriteOutcome.ACCEPTED, body, status)


async def _content(response: httpx2.Response) -> bytes | None:
    """Read a body to its end; None if it is larger than any answer of a PMS."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST:
            return None
    return bytes(content)


def told_to_wait(headers: httpx2.Headers) -> timedelta | None:
    """Read `Retry-After`: seconds, or a moment; None where it is not told or makes no sense."""
    told = headers.get("retry-after", "").strip()
    if told.isdecimal() and len(told) < 10:
        return min(timedelta(seconds=int(told)), LONGEST_WAIT)
    try:
        until, now = (parsedate_to_datetime(each) for each in (told, headers["date"]))
    except (KeyError, TypeError, ValueError):
        return None
    return min(max(until - now, timedelta()), LONGEST_WAIT)


def _where(path: str, status: int | None) -> str:
    return f"{path.partition('?')[0]}" + (f" ({status})" if status else "")
