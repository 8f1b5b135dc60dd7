"""Webhooks of a PMS taken at our door, beside a bare endpoint that inserts one row."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from evals.bench.children import Child
from evals.bench.hook_server import BARE, SECRET, sealer
from evals.bench.timing import Compared, Times
from jirani.rules.facts import Business, PaymentPolicy
from jirani.services.pms.connecting import hook_token
from jirani.store.engine import open_engine
from jirani.store.rows.accounts import SealedAccount
from jirani.store.work import Store

CALLERS, CALLS, ROUNDS = 50, 1_000, 9
ACCOUNTS = 6  # each may call 3,000 times a minute
SHARE, SOON = 0.5, 0.5
PMS, EVENT, SIGNED_WITH = "lodgify", "booking_change", "bench-secret"


class Round(NamedTuple):
    """What one round came to: webhooks a second, and the 99th percentile, in seconds."""

    rate: float
    p99: float


async def hooking(database: str, redis: Path, name: str) -> list[Compared]:
    """Measure on a migrated database, by turns; every webhook is news, signed as Lodgify signs.

    Raises:
        RuntimeError: a webhook was not taken.
    """
    await _prepared(database)
    numbers = count()
    async with _server("ours", database, redis) as ours, _server("bare", database, redis) as bare:
        await _round(ours, numbers, _signed, CALLERS)  # what is made once is made by then
        await _round(bare, numbers, _plain, CALLERS)
        rounds = [
            (
                await _round(ours, numbers, _signed, CALLS),
                await _round(bare, numbers, _plain, CALLS),
            )
            for _ in range(ROUNDS)
        ]
    return _compared(name, rounds)


def _compared(name: str, rounds: list[tuple[Round, Round]]) -> list[Compared]:
    mine, others = zip(*rounds, strict=True)
    ratios = sorted(one.rate / other.rate for one, other in rounds)
    rate, raw = median(each.rate for each in mine), median(each.rate for each in others)
    p99, bare = median(each.p99 for each in mine), median(each.p99 for each in others)
    what = f"webhooks taken, {CALLERS} in flight, {name}"
    beside, note = "FastAPI, one row", f"the middle of {ROUNDS} rounds: "
    spread = f"{note}{ratios[0]:.2f}-{ratios[-1]:.2f}"
    times = sorted(each.p99 * 1000 for each in mine)
    met = median(ratios) >= SHARE
    asked, soon = f"ratio at least {SHARE}", f"p99 under {SOON * 1000:.0f} ms"
    return [
        Compared(what, beside, 0, rate, raw, asked, met, spread, "hooks/s"),
        Compared(
            *(what, beside, 99, p99, bare, soon, p99 < SOON),
            f"{note}{times[0]:.0f}-{times[-1]:.0f} ms",
        ),
    ]


async def _prepared(database: str) -> None:
    """Connect some businesses with Lodgify, and make the bare endpoint's table."""
    engine = open_engine(database)
    async with engine.execution_options(writes=True).begin() as line:
        await line.exec_driver_sql(BARE)
    store, now = Store(engine), datetime.now(UTC)
    for business in _BUSINESSES:
        about = ("stays", "UTC", "EUR", "en", PaymentPolicy.PAY_OR_VENUE)
        sealed = sealer().seal({"api_key": "k", EVENT: SIGNED_WITH}, f"{business}:{PMS}")
        async with store.begin(business) as work:
            await work.business.add(Business(business, business, "Hooked", *about), now)
            await work.pms_accounts.put(SealedAccount(PMS, sealed, {}, None, "1", now, "bench"))
    await store.close()


_BUSINESSES = tuple(f"hooked-{number}" for number in range(ACCOUNTS))


def _signed(number: int) -> bytes:
    """Write a webhook as Lodgify sends it."""
    business = _BUSINESSES[number % ACCOUNTS]
    token = hook_token(SECRET, business, PMS)
    body = _body(number)
    proof = hmac.new(SIGNED_WITH.encode(), body, hashlib.sha256).hexdigest()
    return _request(
        f"/hooks/pms/{business}/{PMS}/{token}/{EVENT}", body, f"ms-signature: sha256={proof}\r\n"
    )


def _plain(number: int) -> bytes:
    """Write the same for somebody who asks for no proof."""
    return _request("/hook", _body(number), "")


def _body(number: int) -> bytes:
    told = {
        "action": EVENT,
        "booking": {
            "type": "Booking",
            "id": number,
            "date_arrival": "2026-12-15T00:00:00",
            "date_departure": "2026-12-20T00:00:00",
            "property_id": 5001,
            "property_name": "Sea flat",
            "status": "Booked",
            "source": "Manual",
            "room_types": [{"id": 1, "name": "", "people": 2}],
            "currency_code": "EUR",
            "language": "en",
            "nights": 5,
        },
        "guest": {"uid": f"guest-{number}", "name": "Sarah", "phone_number": "+35191234567"},
        "booking_total_amount": "600.00",
        "total_transactions": {"amount": "600.00"},
        "balance_due": "0",
    }
    return json.dumps([told]).encode()


def _request(path: str, body: bytes, proof: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"{proof}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _round(
    port: int, numbers: "count[int]", written: Callable[[int], bytes], calls: int
) -> Round:
    """Send so many, each caller one after the other on one connection."""
    times, left = Times(), iter(range(calls))

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in left:
            await times.add(partial(_sent, reader, writer, written(next(numbers))))
        writer.close()

    whole = Times()
    await whole.add(lambda: asyncio.gather(*(caller() for _ in range(CALLERS))))
    return Round(calls / whole.seconds[0], times.percentile(99))


async def _sent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> None:
    """Send a request and read its answer to the end: with as little of our own as can be."""
    writer.write(said)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    answer = await reader.readexactly(length)
    if b" 200 " not in head[:20]:
        raise RuntimeError(f"{head[:30]!r} {answer[:200]!r}")


@asynccontextmanager
async def _server(which: str, database: str, redis: Path) -> AsyncIterator[int]:
    """Run a server in a process of its own; yield its port."""
    process = await Child.started(
        "evals.bench.hook_server", which, database, str(redis), quiet=True
    )
    try:
        told = await process.heard()
        if not told:
            raise RuntimeError(f"{which}: the server did not start")
        yield int(told)
    finally:
        await process.end()
