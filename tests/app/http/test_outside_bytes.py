"""Requests of any bytes: an answer that is documented, never a fault of the server."""

import asyncio
from random import Random

import pytest
from structlog.typing import EventDict

from jirani.rules.facts import Role
from tests.support.fuzzing import ODD
from tests.support.visiting import Site, Visitor

pytestmark = pytest.mark.anyio

TIMES = pytest.mark.parametrize("times", [150, pytest.param(6000, marks=pytest.mark.proof)])
GOOD = (
    b'{"text": "a manicure tomorrow at 2"}',
    b'{"choice": "offer:01KAXJ6V0C8Z5Q3M7N2P4R6T8V:yes"}',
    b'{"provider_ref": "r", "state": "paid", "amount": 120000}',
    b'{"tone": "warm", "greeting": null}',
    b"name,minutes,price\nManicure,45,1200\n",
    b'{"name": "till", "role": "viewer"}',
)
HEADERS = ("Authorization", "Idempotency-Key", "Last-Event-ID", "Content-Type", "Accept")
VALUES = (
    *(b"Bearer jt_x", b"Bearer jk_01KAXJ6V0C8Z5Q3M7N2P4R6T8V_" + b"x" * 43, b"Bearer \xff\xfe"),
    *(b"01KAXJ6V0C8Z5Q3M7N2P4R6T8V.7", b"application/json; charset=utf-16", b"text/csv", b"*/*"),
    *(b"multipart/form-data; boundary=x", b"Basic " + b"A" * 500, b"\xe2\x80\xae", b"k" * 200),
)


def paths(business: str, thread: str) -> tuple[tuple[str, str], ...]:
    """Return what there is to be asked, by everybody."""
    here = f"/v1/businesses/{business}"
    return (
        *(("GET", f"{here}/threads/{thread}"), ("POST", f"{here}/threads/{thread}/messages")),
        *(("POST", f"/hooks/pay/{business}/p1/0123456789abcdef"), ("GET", f"{here}/profile")),
        *(("PUT", f"{here}/services"), ("PUT", f"{here}/dials"), ("PATCH", f"{here}/dials")),
        *(("POST", f"{here}/keys"), ("GET", f"{here}/appointments"), ("PUT", f"{here}/staff")),
        *(("GET", "/v1/businesses/%00%ff/profile"), ("POST", "/hooks/pay/../../x"), ("GET", "/%")),
    )


def spoilt(chance: Random, content: bytes) -> bytes:
    """Damage some bytes: cut, put in, or put twice."""
    for _ in range(chance.randrange(4)):
        start = chance.randrange(len(content) + 1)
        odd = chance.choice(ODD).encode("utf-8", "surrogatepass")
        put_in = chance.choice((odd, chance.randbytes(9), b"[" * 3000, b'{"a":' * 900))
        content = content[:start] + put_in + content[start + chance.randrange(9) :]
    return content


async def sent(site: Site, request: bytes) -> bytes:
    """Send bytes over a connection of their own; return the first line that comes back."""
    host, _, port = site.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    status = await reader.readline()
    writer.transport.abort()  # what else is said is not waited for
    return status


@TIMES
async def test_any_request_is_answered_without_a_fault(
    site: Site, visitor: Visitor, logs: list[EventDict], times: int
) -> None:
    chance, keys = Random(5), [await site.key(Role.ADMIN), visitor.token]
    for _ in range(times):
        method, path = chance.choice(paths(site.business, visitor.id))
        body = spoilt(chance, chance.choice(GOOD))
        name, value = chance.choice(HEADERS).encode(), spoilt(chance, chance.choice(VALUES))
        known = b"Authorization: Bearer " + chance.choice(keys).encode()
        lines = [
            f"{method} {path} HTTP/1.1".encode(),
            *(b"Host: x", b"Connection: close", b"Content-Type: application/json"),
            *((known,) if chance.random() < 0.8 else ()),
            name + b": " + value.replace(b"\r", b"").replace(b"\n", b"")[:4000],
            f"Content-Length: {len(body)}".encode(),
        ]
        status = await sent(site, b"\r\n".join(lines) + b"\r\n\r\n" + body)
        assert not status.startswith(b"HTTP/1.1 5"), (method, path, name, value, body)
    assert [each for each in logs if each["log_level"] in ("error", "critical")] == []
