"""Two hundred conversations at once in one process, beside some of them one after another."""

import asyncio
import os
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from agent.turn import Guest
from evals.bench.timing import Compared, Times
from jirani.rules.facts import AppointmentStatus
from jirani.services import Services
from jirani.services.threads import receive

CROWD, QUEUE = 200, 15  # conversations at once; one after another, to know the pace without a crowd
HOURS = (8, 10, 12, 14, 16, 18)  # a manicure and the pedicure behind it take an hour and a half
MEGABYTE = 1 << 20


async def crowding(
    services: Services, business_id: str, now: datetime, database: str
) -> list[Compared]:
    """Let guests book, add the neighbour and leave their number, each at an hour of their own.

    Raises:
        RuntimeError: a turn failed, or did not do what it does for a guest alone.
    """
    guest, alone, crowd = Guest(services), Times(), Times()
    started = perf_counter()
    for number in range(QUEUE):
        await _converse(guest, business_id, now, number, alone)
    pace = len(alone.seconds) / (perf_counter() - started)
    before, started = _memory(), perf_counter()
    await asyncio.gather(
        *(
            _converse(guest, business_id, now, number, crowd)
            for number in range(QUEUE, QUEUE + CROWD)
        )
    )
    rate = len(crowd.seconds) / (perf_counter() - started)
    grown = _memory() - before
    await _all_booked(services, business_id, QUEUE + CROWD)
    what, beside = f"{CROWD} conversations at once, {database}", "one after another"
    turns = f"{len(crowd.seconds)} turns, none failed"
    return [
        Compared(what, beside, 0, rate, pace, "turns per second", None, turns, "turns/s"),
        Compared.at(95, what, crowd, beside, alone, target="p95 of a turn"),
        Compared(
            what,
            "nobody yet",
            0,
            (before + grown) / MEGABYTE,
            before / MEGABYTE,
            "memory",
            None,
            f"{grown / CROWD / 1024:.0f} KiB a conversation",
            "MB",
        ),
    ]


async def _converse(
    guest: Guest, business_id: str, now: datetime, number: int, times: Times
) -> None:
    days, place = divmod(number, len(HOURS))
    at = now + timedelta(days=1 + days)
    for text in (
        f"hi, can I get a manicure on {at:%B} {at.day} at {HOURS[place]}:00?",
        "yes please",
        "sawa",
        f"Jane Wanjiku, 0712 345 {number:03}",
    ):
        await times.add(partial(_turn, guest, business_id, f"crowd-{number}", text))


async def _turn(guest: Guest, business_id: str, peer: str, text: str) -> None:
    received = await receive(guest.services, business_id, "bench", peer, text)
    turned = await guest.answer(business_id, received, wait=60)
    if not turned.reply:
        raise RuntimeError(f"{peer} got no answer to {text!r}")


async def _all_booked(services: Services, business_id: str, guests: int) -> None:
    async with services.store.read(business_id) as work:
        confirmed = (AppointmentStatus.CONFIRMED,)
        found = await work.appointments.page(None, None, confirmed, most=10 * guests)
    if len(found) != 2 * guests:
        raise RuntimeError(f"{len(found)} appointments, where {guests} guests booked two each")


def _memory() -> int:
    """Return the bytes of this process that are in memory, 0 where the system does not tell."""
    told = Path("/proc/self/statm")
    if not told.exists():
        return 0
    return int(told.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
